// 导入 on the site: a file is handed in, looked at, confirmed or dropped; hostile uploads end in a sentence; nothing for others.
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { projectFile } from '../../src/project-files';
import { type Browser } from 'playwright-core';
import { startBrowser } from '../support/browser';
import { startTown, type Town } from '../support/town';
import { flattened, usualHeader } from '../importer/flattened';
import { signIn, signInLink, type SiteVisitor } from './site-visitor';

const sample = readFileSync(projectFile('seeds', '鄂城区优化营商环境重点任务清单.txt'), 'utf8');
const changed = sample.replace('2023年5月底，长期推进', '2023年9月底，长期推进').replace('公章刻制', '公章<b>刻制</b>');
const small = flattened(
  [
    usualHeader,
    ['1', '推进甲项工作<script>alert(1)</script>', '区财政局、区无此局', '区税务局', '2023年6月底'],
    ['2', '推进乙项工作', '', '', '春天'],
  ],
  ['2023年重点项目建设任务清单'],
);

let town: Town;
let browser: Browser;

beforeAll(async () => {
  browser = await startBrowser();
}, 120_000);
afterAll(() => browser.close());
beforeEach(async () => {
  town = await startTown();
});
afterEach(() => town.stop());

interface Sent {
  status: number;
  text: string;
  to: string;
}

const keyOf = async (visitor: SiteVisitor): Promise<string> =>
  /name="key" value="([0-9a-f]{64})"/.exec((await visitor.get('/ledger')).text)?.[1] ?? '';

async function upload(
  visitor: SiteVisitor,
  bytes: Uint8Array | string,
  { name = '清单.txt', list = '', key }: { name?: string; list?: string; key?: string } = {},
): Promise<Sent> {
  const form = new FormData();
  form.set('key', key ?? (await keyOf(visitor)));
  form.set('file', new Blob([bytes]), name);
  form.set('list', list);
  return send(visitor, form);
}

async function send(
  visitor: SiteVisitor,
  body: FormData | string,
  headers: Record<string, string> = {},
): Promise<Sent> {
  const answer = await fetch(new URL('/import', town.app.url), {
    method: 'POST',
    body,
    headers: { Cookie: visitor.cookie, ...headers },
    redirect: 'manual',
  });
  return { status: answer.status, text: await answer.text(), to: answer.headers.get('location') ?? '' };
}

const count = async (sql: string): Promise<number> => {
  const [row]: { n: string }[] = await town.dataSource.query(sql);
  return Number(row?.n ?? 0);
};
const drafts = (): Promise<number> => count('SELECT COUNT(*) AS n FROM import_drafts');
const tasks = (): Promise<number> => count("SELECT COUNT(*) AS n FROM tasks WHERE state <> 'terminated'");

test('a new list: merges resolved, warnings at their rows, unknown units with suggestions; one button writes it, once', async () => {
  const visitor = await signIn(town, 'hefang');
  const sent = await upload(visitor, small, { list: '项目' });
  expect([sent.status, sent.to]).toEqual([303, expect.stringMatching(/^\/import\/[0-9a-f-]{36}$/)]);
  const page = (await visitor.get(sent.to)).text;
  expect(page).toContain('简称“项目”');
  expect(page).toContain('将新增 2 项');
  expect(page).toContain('推进甲项工作&lt;script&gt;');
  expect(page).toContain('2023-06-30 到期');
  expect(page).toContain('区无此局（第');
  // The blank cells under a filled one carry it.
  const second = page.slice(page.indexOf('推进乙项工作'));
  expect(second).toContain('区财政局、区无此局');
  expect(await tasks()).toBe(142);
  const done = await visitor.post(`${sent.to}/confirm`);
  expect(done.status).toBe(303);
  expect((await visitor.get(done.to)).text).toContain('已导入清单“项目”：新增 2 项');
  expect([await tasks(), await drafts()]).toEqual([144, 0]);
  expect((await visitor.post(`${sent.to}/confirm`)).status).toBe(404);
  expect(await tasks()).toBe(144);
  const audit = await count(
    "SELECT COUNT(*) AS n FROM audit_entries WHERE act = 'import_list' AND actor = '何芳（区优化办）'",
  );
  expect(audit).toBe(1);
});

test('a new version: the differences field by field, only the affected told; the same again changes nothing', async () => {
  const visitor = await signIn(town, 'hefang');
  const sent = await upload(visitor, changed, { list: '营商' });
  const page = (await visitor.get(`${sent.to}?show=changes`)).text;
  expect(page).toMatch(/新增 0 项，变更 \d+ 项，终止 0 项/);
  expect(page).toContain('2023年5月底，长期推进（2023-05-31，长期）→2023年9月底');
  expect(page).toContain('公章&lt;b&gt;刻制');
  expect((await visitor.post(`${sent.to}/confirm`)).status).toBe(303);
  await town.settled();
  const again = await upload(visitor, changed, { list: '营商' });
  const same = (await visitor.get(again.to)).text;
  expect(same).toContain('与现有清单完全相同，无需导入');
  expect(same).not.toContain('确认导入</button>');
});

test('what changed since the preview is not written by it; a dropped or expired one is gone', async () => {
  const visitor = await signIn(town, 'hefang');
  const first = await upload(visitor, changed, { list: '营商' });
  await town.dataSource.query("UPDATE tasks SET content = '别人刚改过的内容' WHERE itemNo = 20");
  const refused = await visitor.post(`${first.to}/confirm`);
  expect([refused.status, refused.text]).toEqual([409, expect.stringContaining('在预览之后有了变化')]);
  expect((await visitor.post(`${first.to}/drop`)).to).toBe('/import?dropped=1');
  expect((await visitor.get(first.to)).status).toBe(404);
  const second = await upload(visitor, small);
  town.clock.turnTo(new Date(town.clock.now().getTime() + 11 * 60_000));
  const late = await visitor.post(`${second.to}/confirm`);
  expect([late.status, late.text]).toEqual([404, expect.stringContaining('已超过 10 分钟')]);
  expect(await tasks()).toBe(142);
});

test('another person neither sees nor confirms it; no right, no key: no page and no file', async () => {
  const office = await signIn(town, 'hefang');
  const { to } = await upload(office, small);
  const other = await signIn(town, 'linfeng');
  expect((await other.get(to)).status).toBe(404);
  expect((await other.post(`${to}/confirm`)).status).toBe(404);
  expect((await other.post(`${to}/drop`)).status).toBe(303);
  expect(await drafts()).toBe(1);
  expect((await office.post(`${to}/confirm`, { key: 'x'.repeat(64) })).status).toBe(403);
  expect((await upload(office, small, { key: 'x'.repeat(64) })).status).toBe(403);
  expect((await upload(office, small, { key: await keyOf(other) })).status).toBe(403);
  for (const staffId of ['wanglei', 'limin', 'admin01']) {
    const visitor = await signIn(town, staffId);
    expect([staffId, (await visitor.get('/import')).status]).toEqual([staffId, 403]);
    expect([staffId, (await upload(visitor, small)).status]).toEqual([staffId, 403]);
    expect([staffId, (await visitor.post(`${to}/confirm`)).status]).toEqual([staffId, 403]);
  }
  expect([await tasks(), await drafts()]).toEqual([142, 1]);
});

test('hostile uploads end in a sentence and leave nothing', async () => {
  const visitor = await signIn(town, 'hefang');
  const key = await keyOf(visitor);
  const secret = flattened([usualHeader, ['1', '推进甲项工作', '区财政局', '', '6月底']], ['机密★一年']);
  const two = flattened([
    usualHeader,
    ['1', '甲', '区财政局', '', '6月底'],
    ['1', '乙', '区财政局', '', '2023年13月底'],
  ]);
  const cases: [string, Sent, number, string | RegExp][] = [
    ['empty', await upload(visitor, ''), 400, '文件是空的'],
    ['a picture', await upload(visitor, Buffer.from('89504e470d0a1a0a', 'hex'), { name: '清单.docx' }), 400, '图片'],
    ['a pdf', await upload(visitor, '%PDF-1.7'), 400, 'PDF'],
    ['a broken zip', await upload(visitor, Buffer.from('504b0304ffff', 'hex'), { name: 'a.docx' }), 400, '压缩包'],
    ['no table', await upload(visitor, '大家好，今天天气不错。'), 400, '没有找到表格'],
    ['secret inside', await upload(visitor, secret), 400, '涉密和内部文件不得导入'],
    ['secret name', await upload(visitor, small, { name: '机密★清单.txt' }), 400, '涉密和内部文件不得导入'],
    ['a path as name', await upload(visitor, '%PDF', { name: '../../etc/<img src=x>.docx' }), 400, /^(?!.*<img)/su],
    ['an odd list name', await upload(visitor, small, { list: '<b>' }), 400, '清单简称只能用文字和数字'],
    ['too large', await upload(visitor, Buffer.alloc(21 * 1024 * 1024, 'x')), 413, '超过 20 MB'],
    ['no file', await send(visitor, formOf({ key, list: '' })), 400, '请先选择清单文件'],
    ['no form', await send(visitor, 'key=1', { 'Content-Type': 'application/json' }), 400, '请在网页上选择文件'],
    ['no boundary', await send(visitor, 'x', { 'Content-Type': 'multipart/form-data; x=1' }), 400, '上传的内容不完整'],
    ['cut off', await send(visitor, '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nx', { 'Content-Type': 'multipart/form-data; boundary=b' }), 400, /没有读取|没有改动|选择/],
    ['thousands of fields', await send(visitor, formOf(Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`f${i}`, 'x'])))), 403, '没有改动'],
  ]; // prettier-ignore
  for (const [what, { status, text }, wanted, says] of cases) {
    expect([what, status]).toEqual([what, wanted]);
    expect([what, text]).toEqual([
      what,
      says instanceof RegExp ? expect.stringMatching(says) : expect.stringContaining(says),
    ]);
  }
  expect(await drafts()).toBe(0);
  const wrong = await upload(visitor, two);
  const page = (await visitor.get(wrong.to)).text;
  expect(page).toContain('有 2 处错误，不能导入');
  expect(page).toContain('2023年13月底');
  expect((await visitor.post(`${wrong.to}/confirm`)).status).toBe(400);
  expect(await tasks()).toBe(142);
});

test('an upload that never ends is ended, and the site goes on', async () => {
  const visitor = await signIn(town, 'hefang');
  const url = new URL('/import', town.app.url);
  const ended = await new Promise<string>(resolve => {
    const endless = request(url, {
      method: 'POST',
      headers: { Cookie: visitor.cookie, 'Content-Type': 'multipart/form-data; boundary=b' },
    });
    endless.on('response', answer => {
      answer.resume();
      resolve(String(answer.statusCode));
    });
    endless.on('error', () => {
      resolve('cut');
    });
    endless.write('--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n');
    const more = (): void => {
      while (!endless.destroyed && endless.write(Buffer.alloc(1024 * 1024, 'x')));
    };
    endless.on('drain', more);
    more();
  });
  expect(['413', 'cut']).toContain(ended);
  expect((await visitor.get('/import')).status).toBe(200);
});

test('in a real browser, from the navigation to the written list', async () => {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, locale: 'zh-CN' });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('dialog', dialog => {
    complaints.push(dialog.message());
    void dialog.dismiss();
  });
  await page.goto(await signInLink(town, 'hefang'));
  await page.getByRole('button', { name: '登录' }).click();
  await page.getByRole('link', { name: '导入' }).click();
  await page.getByLabel('清单文件').setInputFiles({ name: '新项目.txt', mimeType: 'text/plain', buffer: small });
  await page.getByLabel('清单简称').fill('项目');
  await page.getByRole('button', { name: '预览' }).click();
  await page.getByRole('heading', { name: '导入预览' }).waitFor();
  expect(await page.locator('#counts').textContent()).toContain('2 项任务');
  expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(360);
  if (process.env.PAGE_PICTURES)
    await page.screenshot({ path: `${process.env.PAGE_PICTURES}/import-preview-phone.png`, fullPage: true });
  await page.getByRole('button', { name: '确认导入' }).click();
  await page.getByRole('status').filter({ hasText: '已导入清单“项目”：新增 2 项' }).waitFor();
  expect(complaints).toEqual([]);
  await context.close();
  expect(await tasks()).toBe(144);
});

function formOf(fields: Record<string, string>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
}
