// 佐证材料 on the page: fetched from the chat platform when opened, shown only as what it is, and only to who may see the report.
import { pictureTypeOf } from '../../src/web/evidence-pages';
import { type SentFile } from '../../src/simulator/sent-files';
import { startTown, type Town } from '../support/town';
import { signIn, type SiteVisitor } from './site-visitor';

const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.from('pixels')]);
const photo: SentFile = { picture: true, name: '现场.png', bytes: png };
const disguised: SentFile = { picture: true, name: 'x.png', bytes: Buffer.from('<script>alert(1)</script>') };
const minutes: SentFile = { name: '会议纪要.docx', bytes: Buffer.from('PK') };

let town: Town;
let office: SiteVisitor;
let taskPage: string;
beforeAll(async () => {
  town = await startTown({ staff: ['钱九,qianjiu,区司法局,联络员,联络员'] });
  await town.tell('wanglei', 'private', '1完成30%，已启动');
  for (const file of [photo, disguised, minutes]) {
    const said = town.gateway.say({ from: 'wanglei', in: 'private', text: '', file });
    await town.gateway.waitFor(message => message.text.includes('佐证'), { after: said.id });
  }
  const [task]: { id: string }[] = await town.dataSource.query('SELECT id FROM tasks WHERE itemNo = 1');
  taskPage = `/ledger/task/${task?.id ?? ''}`;
  office = await signIn(town, 'hefang');
});
afterAll(() => town.stop());

async function links(visitor: SiteVisitor): Promise<string[]> {
  const { text } = await visitor.get(taskPage);
  return [...text.matchAll(/\/ledger\/evidence\/[\w-]{36}\/\d+/g)].map(([href]) => href);
}

/** As a browser fetches it: bytes and all headers. */
async function open(visitor: SiteVisitor, href: string): Promise<Response> {
  return fetch(new URL(href, town.app.url), { headers: { Cookie: visitor.cookie }, redirect: 'manual' });
}

test('a picture is shown, newest last on the page’s list; a file is handed over to be kept', async () => {
  const [file = '', fake = '', picture = ''] = await links(office);
  const shown = await open(office, picture);
  expect([shown.status, shown.headers.get('content-type')]).toEqual([200, 'image/png']);
  expect(shown.headers.get('x-content-type-options')).toBe('nosniff');
  expect(Buffer.from(await shown.arrayBuffer())).toEqual(png);
  for (const [href, bytes] of [
    [file, minutes.bytes],
    [fake, disguised.bytes],
  ] as const) {
    // prettier-ignore
    const kept = await open(office, href);
    expect(kept.headers.get('content-type')).toBe('application/octet-stream');
    expect(kept.headers.get('content-disposition')).toMatch(/^attachment/);
    expect(Buffer.from(await kept.arrayBuffer())).toEqual(bytes);
  }
  const page = (await office.get(taskPage)).text;
  expect(page).toContain('会议纪要.docx');
  expect(page).toContain('区市场监管局·王磊');
});

test('whoever may not see the report may not see what belongs to it', async () => {
  const [href = ''] = await links(office);
  const outsider = await signIn(town, 'qianjiu');
  expect(await links(outsider)).toEqual([]);
  expect((await open(outsider, href)).status).toBe(403);
  expect((await fetch(new URL(href, town.app.url), { redirect: 'manual' })).status).toBe(303);
});

test.each(['0', '2', '99', 'x', '1e1'])('number %s is nobody’s', async no => {
  const [href = ''] = await links(office);
  expect((await open(office, href.replace(/\d+$/, no))).status).toBe(404);
});

test('what the platform does not keep any more is said', async () => {
  const [, , picture = ''] = await links(office);
  town.gateway.files.expire();
  const gone = await open(office, picture);
  expect(gone.status).toBe(502);
  expect(await gone.text()).toContain('没能从钉钉取得文件');
});

test.each([
  ['ffd8ffe0', 'image/jpeg'],
  ['474946383961', 'image/gif'],
  ['524946460000000057454250', 'image/webp'],
  ['424d', null],
  ['3c737667', null],
  ['', null],
])('bytes %s are %s', (hex, type) => {
  expect(pictureTypeOf(Buffer.from(hex, 'hex'))).toBe(type);
});
