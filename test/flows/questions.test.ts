// Questions: whose tasks, when, in which state; never empty, ten at a time.
import { groups, startTown, type Town } from '../support/town';
import { type ShownMessage } from '../../src/simulator/gateway-events';

let town: Town;

beforeAll(async () => {
  town = await startTown();
});
afterAll(() => town.stop());

const numbers = (message: ShownMessage): number[] =>
  [...message.text.matchAll(/^\S+ 第(\d+)项/gmu)].map(match => Number(match[1]));

test('我局本周任务: due this week and what is overdue, ten at a time, the rest by 更多', async () => {
  const first = await town.ask('wanglei', groups.market, '我局本周任务');
  expect(first.text).toContain('区市场监管局 · 本周任务');
  expect(first.text).toContain('6月26日—7月2日');
  expect(first.text).toContain('鄂城区优化营商环境');
  expect(first.text).toMatch(/本周到期 10 项.*逾期 2 项/);
  expect(first.text).toContain('回复“更多”看其余 2 项');
  expect(numbers(first)).toEqual([38, 43, 1, 2, 3, 5, 6, 7, 8, 9]);
  const rest = await town.ask('wanglei', groups.market, '更多');
  expect(numbers(rest)).toEqual([10, 115]);
  expect((await town.ask('wanglei', groups.market, '更多')).text).toContain('没有更多');
});

test('a named unit, a month, a role, a state', async () => {
  const tax = await town.ask('wanglei', groups.district, '区税务局下个月任务');
  expect(tax.text).toContain('区税务局');
  expect(tax.text).toContain('7月1日—7月31日');
  const late = await town.ask('wanglei', groups.market, '我局逾期的有哪几项');
  expect(numbers(late)).toEqual([38, 43]);
  const lead = await town.ask('wanglei', groups.market, '我局牵头6月底到期的任务');
  expect(numbers(lead).length).toBeGreaterThan(0);
  expect(lead.text).not.toContain(' 配合 ·');
});

test('a time with nothing in it is answered with what comes next', async () => {
  const none = await town.ask('sunjiu', groups.district, '我局今天到期的任务');
  expect(none.text).toMatch(/下一批：.*\d+ 项/);
});

test('in a private chat it is the same', async () => {
  const answer = await town.ask('wanglei', 'private', '我局本周任务');
  expect(answer.text).toContain('本周到期 10 项');
});

test('a task by its number: content, units, deadline as written, state', async () => {
  const detail = await town.ask('wanglei', groups.market, '38进展');
  expect(detail.text).toContain('第38项');
  expect(detail.text).toContain('区行政审批局');
  expect(detail.text).toContain('2023年5月底');
  const gap = await town.ask('wanglei', groups.market, '第58项');
  expect(gap.text).toContain('没有第58项');
});

test("another unit's progress text is shown to the units on the task and to the office, to nobody else", async () => {
  await town.ask('chenjing', groups.district, '38完成60%，首批名单内部征求意见');
  expect((await town.ask('wanglei', groups.market, '第38项')).text).toContain('首批名单内部征求意见');
  expect((await town.ask('hefang', groups.district, '第38项')).text).toContain('首批名单内部征求意见');
  const outside = await town.ask('passerby', groups.district, '第38项');
  expect(outside.text).toContain('第38项');
  expect(outside.text).not.toContain('首批名单');
});

test('还有谁没报, 全区完成情况, 我是谁, 怎么用', async () => {
  expect((await town.ask('hefang', groups.district, '还有谁没报')).text).toContain('区市场监管局');
  expect((await town.ask('hefang', groups.district, '全区完成情况')).text).toContain('共 142 项');
  expect((await town.ask('wanglei', groups.market, '我是谁')).text).toContain('王磊');
  expect((await town.ask('wanglei', groups.market, '帮助')).text).toContain('报进度');
});

test('a question for the bot that it does not understand gets two suggestions that work', async () => {
  const answer = await town.ask('wanglei', groups.market, '任务那个啥来着呀进度怎么个说法');
  const [first] = [...answer.text.matchAll(/“([^”]+)”/gu)].map(match => match[1]);
  expect((await town.ask('wanglei', groups.market, first ?? '')).text).toContain('本周任务');
});
