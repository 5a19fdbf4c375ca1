// 看板: every number opens exactly its rows, and difficulties are read by those who may.
import { groups, startTown, type Town } from '../support/town';
import { signIn } from './site-visitor';

let town: Town;

beforeAll(async () => {
  town = await startTown();
  await town.ask('wanglei', groups.market, '1完成80%，公章刻制已并联审批');
  await town.ask('wanglei', groups.market, '3推进中，卡在数据共享需区行政审批局协调');
  await town.ask('wanglei', groups.market, '2已完成');
  await town.ask('hefang', groups.district, '核销 2');
  await town.ask('hefang', groups.district, '挂起 8，等省里文件');
});
afterAll(() => town.stop());

test('every number opens as many rows as it says', async () => {
  const visitor = await signIn(town, 'hefang');
  const board = (await visitor.get('/board')).text;
  expect(board).toContain('截至 2023-06-26 17:10');
  const links = [...board.matchAll(/<a href="(\/ledger\?[^"]*)">(\d+)<\/a>/g)];
  expect(links.length).toBeGreaterThan(100);
  for (const [, href = '', count = ''] of links) {
    const rows = (await visitor.get(href.replaceAll('&amp;', '&'))).text;
    const total = /<strong id="total">(\d+)<\/strong>/.exec(rows)?.[1];
    expect([href, total]).toEqual([href, count]);
  }
});

test('a difficulty is shown to the office and to units on its task', async () => {
  const reads = async (staffId: string): Promise<boolean> =>
    (await (await signIn(town, staffId)).get('/board')).text.includes('卡在数据共享');
  expect(await reads('hefang')).toBe(true);
  expect(await reads('wanglei')).toBe(true);
  expect(await reads('admin01')).toBe(false);
});
