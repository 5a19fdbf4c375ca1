// 通报.docx: the usual layout, from figures taken once; for the office alone.
import { ZipParts } from '../../src/importer/zip-parts';
import { groups, startTown, type Town } from '../support/town';
import { signIn, type SiteVisitor } from './site-visitor';

let town: Town;

beforeAll(async () => {
  town = await startTown();
  await town.ask('chenjing', groups.district, '38完成60%，名单已公布');
  await town.ask('wanglei', groups.market, '3推进中，卡在数据共享');
  await town.ask('wanglei', groups.market, '2已完成');
  await town.ask('hefang', groups.district, '核销 2');
});
afterAll(() => town.stop());

/** The words of a document, a line for each paragraph. */
async function wordsOf(visitor: SiteVisitor, href: string): Promise<{ words: string; name: string }> {
  const response = await fetch(new URL(href, town.app.url), { headers: { Cookie: visitor.cookie } });
  const zip = new ZipParts(Buffer.from(await response.arrayBuffer()), sentence => {
    throw new Error(sentence);
  });
  const xml = zip.part('word/document.xml')?.toString('utf8') ?? '';
  return {
    words: xml.replace(/<\/w:p>/g, '\n').replace(/<[^>]+>/g, ''),
    name: decodeURIComponent(response.headers.get('content-disposition')?.split("''")[1] ?? ''),
  };
}

const hrefs = (page: string): string[] =>
  [...page.matchAll(/href="(\/bulletins\/[\w-]+\.docx)"/g)].map(one => one[1] ?? '');
const listOf = (page: string): string => /name="list" value="([\w-]{36})"/.exec(page)?.[1] ?? '';

test('a paper says what the ledger said when its figures were taken, and goes on saying it', async () => {
  const visitor = await signIn(town, 'hefang');
  const page = (await visitor.get('/bulletins')).text;
  const form = { list: listOf(page), issue: '1', to: '各镇街，区直各有关单位' };
  expect((await visitor.post('/bulletins', form)).status).toBe(303);
  const [href = ''] = hrefs((await visitor.get('/bulletins')).text);
  const { words, name } = await wordsOf(visitor, href);
  expect(name).toBe('通报-2023年第1期.docx');
  for (const part of [
    '督 办 通 报',
    '2023年第1期',
    '各镇街，区直各有关单位：',
    '一、总体情况',
    '二、存在问题',
    '三、工作要求',
    '附件',
  ])
    expect(words).toContain(part);
  expect(words).toContain('共有重点任务142项，其中已销号0项，占0%；阶段目标已核销、转长期推进1项，占0.7%');
  expect(words).toMatch(/逾期任务6项，涉及牵头单位：.*区行政审批局（第38、/);
  expect(words).toContain('需协调解决：第3项');
  expect(words).toMatch(/2023年6月26日/);
  await town.ask('hefang', groups.district, '挂起 38，等省里文件');
  expect((await wordsOf(visitor, href)).words).toBe(words);
  expect((await visitor.post('/bulletins', form)).status).toBe(409);
  expect((await visitor.post('/bulletins', { ...form, issue: '2' })).status).toBe(303);
  const [next = ''] = hrefs((await visitor.get('/bulletins')).text);
  expect((await wordsOf(visitor, next)).words).toContain('逾期任务5项');
});

test('for the office alone; nothing is taken with what is missing', async () => {
  const office = await signIn(town, 'hefang');
  const list = listOf((await office.get('/bulletins')).text);
  expect((await office.post('/bulletins', { list, issue: '9', to: ' ' })).status).toBe(400);
  expect((await office.post('/bulletins', { list, issue: '0', to: '各镇街' })).status).toBe(400);
  for (const staffId of ['wanglei', 'admin01']) {
    const visitor = await signIn(town, staffId);
    expect((await visitor.get('/bulletins')).status).toBe(403);
    expect((await visitor.post('/bulletins', { list, issue: '9', to: '各镇街' })).status).toBe(403);
  }
  const [row]: { n: string }[] = await town.dataSource.query(
    'SELECT COUNT(*) AS n FROM report_snapshots WHERE issue = 9',
  );
  expect(Number(row?.n)).toBe(0);
});
