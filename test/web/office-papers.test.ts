// The papers as another program reads them: 通报.docx by mammoth, 台账.xlsx by SheetJS; and as they look, in a browser.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { read, utils } from '@e965/xlsx';
import { convertToHtml } from 'mammoth';
import { groups, startTown, type Town } from '../support/town';
import { startBrowser } from '../support/browser';
import { signIn, type SiteVisitor } from './site-visitor';

/** Set to keep pictures of the papers there, to look at. */
const { PAGE_PICTURES } = process.env;

let town: Town;
let office: SiteVisitor;

beforeAll(async () => {
  town = await startTown();
  await town.ask('wanglei', groups.market, '1完成80%，公章刻制已并联审批');
  await town.ask('wanglei', groups.market, '3推进中，卡在数据共享需区行政审批局协调');
  office = await signIn(town, 'hefang');
});
afterAll(() => town.stop());

async function bytesOf(path: string): Promise<Buffer> {
  const answer = await fetch(`${town.app.url}${path}`, { headers: { Cookie: office.cookie } });
  expect([path, answer.status]).toEqual([path, 200]);
  return Buffer.from(await answer.arrayBuffer());
}

async function look(name: string, html: string): Promise<void> {
  if (!PAGE_PICTURES) return;
  const browser = await startBrowser();
  const page = await browser.newPage({ viewport: { width: 900, height: 1200 } });
  await page.setContent(
    `<meta charset="utf-8"><style>body{font:18px/1.8 serif;margin:40px}td{border:1px solid #888;padding:4px}</style>${html}`,
  );
  await page.screenshot({ path: join(PAGE_PICTURES, `${name}.png`), fullPage: true });
  await browser.close();
}

test('通报.docx: masthead, number, addressees, the parts in their order, the annex as a table of red tasks', async () => {
  const page = (await office.get('/bulletins')).text;
  const list = /name="list" value="([\w-]{36})"/.exec(page)?.[1] ?? '';
  expect((await office.post('/bulletins', { list, issue: '3', to: '各镇人民政府' })).status).toBe(303);
  const href = /href="(\/bulletins\/[\w-]{36}\.docx)"/.exec((await office.get('/bulletins')).text)?.[1] ?? '';
  const { value: html, messages } = await convertToHtml({ buffer: await bytesOf(href) });
  expect(messages.filter(one => one.type === 'error')).toEqual([]);
  await look('bulletin', html);
  const text = html.replace(/<[^>]+>/g, '\n');
  const places = ['督 办 通 报', '2023年第3期', '区优化办', '推进情况的通报', '各镇人民政府：', '一、总体情况', '共有重点任务142项', '二、存在问题', '三、工作要求', '附件'].map(
    part => text.indexOf(part),
  );
  expect(places.every(place => place >= 0)).toBe(true);
  expect([...places].sort((a, b) => a - b)).toEqual(places);
  expect(html.match(/<tr>/g)).toHaveLength(1 + 6);
  expect(text).toContain('第38');
}); // prettier-ignore

test('简报.docx reads, with its list and what happened', async () => {
  const { value: html } = await convertToHtml({ buffer: await bytesOf('/briefing.docx') });
  await look('briefing', html);
  expect(html).toContain('督 办 工 作 简 报');
  expect(html).toContain('本周反馈 2 项次');
});

test('台账.xlsx: the office’s columns, every task, no formula', async () => {
  const bytes = await bytesOf('/ledger.xlsx');
  const sheet = read(bytes).Sheets['台账'];
  if (!sheet) throw new Error('no sheet');
  const rows = utils.sheet_to_json<string[]>(sheet, { header: 1 });
  if (PAGE_PICTURES) writeFileSync(join(PAGE_PICTURES, 'ledger.xlsx'), bytes);
  await look('ledger-sheet', utils.sheet_to_html(sheet));
  expect(rows[2]).toEqual(['政策措施', '序号', '重点任务', '牵头单位', '责任单位', '完成时限', '进展情况', '遇到堵点', '需协调事项', '状态']);
  expect(rows).toHaveLength(3 + 142);
  expect(rows.find(row => row[1] === '1')?.[6]).toContain('80%');
  expect(rows.find(row => row[1] === '3')?.[8]).toContain('需区行政审批局协调');
  expect(Object.values(sheet).some(cell => (cell as { f?: string }).f !== undefined)).toBe(false);
}); // prettier-ignore
