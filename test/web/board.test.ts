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
    expect(count).not.toBe('0');
  }
});

test('the trend counts what was so at the end of each day, and each of its numbers opens its rows', async () => {
  town.clock.turnTo(new Date('2023-06-29T17:10:00+08:00'));
  await town.ask('wanglei', groups.market, '9完成30%，已开会');
  town.clock.turnTo(new Date('2023-07-03T17:10:00+08:00'));
  const visitor = await signIn(town, 'hefang');
  const board = (await visitor.get('/board')).text;
  const points = [...board.matchAll(/<th scope="row">(\d+月\d+日)<\/th>((?:<td class="figure">(?:<a [^>]*>)?\d+(?:<\/a>)?<\/td>){3})/g)].map(
    ([, day, cells = '']) => [day, ...[...cells.matchAll(/>(\d+)</g)].map(one => Number(one[1]))],
  ); // prettier-ignore
  expect(points.map(([day]) => day)).toEqual(['6月26日', '6月27日', '6月28日', '6月29日', '6月30日', '7月1日', '7月2日', '7月3日']);
  // 办结, 反馈, 逾期: 2 was accepted on the first day, 8 is suspended; ten are due on June 30th, 2 and 8 among them.
  expect(points[0]).toEqual(['6月26日', 1, 3, 6]);
  expect(points[3]).toEqual(['6月29日', 1, 4, 6]);
  expect(points[7]).toEqual(['7月3日', 1, 4, 14]);
  const links = [...board.matchAll(/<a href="(\/ledger\?[^"]*was=[^"]*)">(\d+)<\/a>/g)];
  expect(links.length).toBeGreaterThanOrEqual(24);
  for (const [, href = '', count = ''] of links) {
    const rows = (await visitor.get(href.replaceAll('&amp;', '&'))).text;
    expect([href, /<strong id="total">(\d+)<\/strong>/.exec(rows)?.[1]]).toEqual([href, count]);
  }
}); // prettier-ignore

test('the burden: what nobody asked for, by unit, with the messages behind each number', async () => {
  town.clock.turnTo(new Date('2023-07-10T08:35:00+08:00'));
  await town.app.tickNow();
  await town.settled();
  town.clock.turnTo(new Date('2023-07-10T09:05:00+08:00'));
  await town.ask('wanglei', groups.market, '9完成50%，已发文');
  const visitor = await signIn(town, 'hefang');
  const page = (await visitor.get('/board/burden')).text;
  const row = /区市场监管局<\/th>((?:<td[^>]*>(?:<a[^>]*>)?[^<]*(?:<\/a>)?<\/td>){5})/.exec(page)?.[1] ?? '';
  const [messages, , asked, answered, minutes] = [...row.matchAll(/>([\d—]+)</g)].map(one => Number(one[1]));
  expect(answered).toBe(1);
  expect(asked).toBeGreaterThanOrEqual(1);
  expect(minutes).toBeGreaterThanOrEqual(29);
  expect(minutes).toBeLessThanOrEqual(31);
  const href = /<a href="(\/board\/burden\?unit=[^"]*)">/.exec(page.slice(page.indexOf('区市场监管局</th>')))?.[1] ?? '';
  const opened = (await visitor.get(href)).text;
  expect(opened.match(/data-head="发到"/g)).toHaveLength(messages ?? -1);
  // Days asked, days answered and minutes open the days they were counted from.
  const days = [...opened.matchAll(/data-head="日期">([^<]+)<\/td>.*?data-head="当天第一次反馈">([^<]+)<\/td><td class="figure" data-head="用时（分钟）">([^<]+)</gu)].map(([, ...cells]) => cells);
  expect(days).toHaveLength(asked ?? -1);
  expect(days.filter(([, report]) => report !== '没有')).toEqual([['7月10日 周一', '09:05', String(minutes)]]);
  expect(row).toContain(`<a href="${href.replace('#messages', '#days')}">${asked}</a>`);
  for (const [, cell] of page.matchAll(/<td class="figure"[^>]*>(.*?)<\/td>/g)) expect(cell).not.toMatch(/<a[^>]*>0</);
  const other = await signIn(town, 'liuyang');
  expect((await other.get(href)).status).toBe(403);
  expect((await other.get('/board/burden')).text).not.toContain('区市场监管局');
}); // prettier-ignore

test('whoever belongs to a unit finds it first, and its numbers open its rows', async () => {
  const leader = await signIn(town, 'limin');
  const own = /id="own">本单位.*?<\/section>/su.exec((await leader.get('/board')).text)?.[0] ?? '';
  expect([...own.matchAll(/<th scope="row">([^<]+)</g)].map(one => one[1])).toEqual(['区市场监管局']);
  const links = [...own.matchAll(/<a href="(\/ledger\?[^"]*)">(\d+)<\/a>/g)];
  expect(links.length).toBeGreaterThanOrEqual(3);
  for (const [, href = '', count = ''] of links) {
    const rows = (await leader.get(href.replaceAll('&amp;', '&'))).text;
    expect([href, /<strong id="total">(\d+)<\/strong>/.exec(rows)?.[1]]).toEqual([href, count]);
  }
  expect((await (await signIn(town, 'hefang')).get('/board')).text).not.toContain('本单位</h2>');
});

test('a difficulty is shown to the office and to units on its task', async () => {
  const reads = async (staffId: string): Promise<boolean> =>
    (await (await signIn(town, staffId)).get('/board')).text.includes('卡在数据共享');
  expect(await reads('hefang')).toBe(true);
  expect(await reads('wanglei')).toBe(true);
  expect(await reads('admin01')).toBe(false);
});

test('a difficulty is dated by the day it was told, also in the early morning', async () => {
  town.clock.turnTo(new Date('2023-07-11T06:30:00+08:00'));
  await town.ask('wanglei', groups.market, '5推进中，卡在系统未联网');
  const board = (await (await signIn(town, 'hefang')).get('/board')).text;
  expect(board).toMatch(/卡在系统未联网 <span class="note">2023-07-11 起/);
});
