// 明天再提醒, 别提醒了, 恢复提醒: what a person or a group is reminded of moves; no deadline does, and nobody else's reminders.
import { type ShownMessage } from '../../src/simulator/gateway-events';
import { AuditEntry } from '../../src/database/entities/schedule';
import { groups, startTown, type Town } from '../support/town';

let town: Town;

beforeEach(async () => {
  town = await startTown({ at: '2023-06-27T08:29:50+08:00' });
});
afterEach(() => town.stop());

/** The cards seem to come within five minutes: the clock stands at their end. */
async function morningOf(day: string): Promise<void> {
  town.clock.turnTo(new Date(`${day}T08:30:01+08:00`));
  await town.app.tickNow();
  town.clock.turnTo(new Date(`${day}T08:36:00+08:00`));
  await town.settled();
}

const isCard = (message: ShownMessage): boolean =>
  message.from.robotCode !== null && message.text.includes('重点任务提醒');
const cardsIn = (where: string): ShownMessage[] => town.gateway.messagesIn(where).filter(isCard);
const privately = (who: string): ShownMessage[] => cardsIn(town.gateway.privateChat(who));
/** The days of the cards somebody got: "6月27日". */
const daysOf = (cards: ShownMessage[]): string[] => cards.map(({ text }) => /\d+月\d+日/.exec(text)?.[0] ?? '');

async function press(who: string, card: ShownMessage | undefined, label: string): Promise<ShownMessage> {
  const button = card?.buttons.findIndex(one => one.label === label) ?? -1;
  expect(button).toBeGreaterThanOrEqual(0);
  const pressed = town.gateway.press(who, card?.id ?? '', button);
  const isAnswer = (message: ShownMessage): boolean =>
    message.from.robotCode !== null && message.conversationId === pressed?.conversationId;
  return town.gateway.waitFor(isAnswer, { after: pressed?.id ?? '' });
} // prettier-ignore

test('the card pressed away in the morning comes again the next day, to this person alone, and no date has moved', async () => {
  await morningOf('2023-06-27');
  const dues = () => town.dataSource.query('SELECT itemNo, due, extendedTo FROM tasks ORDER BY itemNo');
  const before: unknown = await dues();
  const answer = await press('wanglei', privately('wanglei')[0], '明天再提醒');
  expect(answer.text).toMatch(/已推迟给您的提醒：6月28日 周三早晨再提醒。完成时限不变/);
  await morningOf('2023-06-28');
  expect(daysOf(privately('wanglei'))).toEqual(['6月27日', '6月28日']);
  expect(privately('wanglei')[1]?.text).toMatch(/第1项[\s\S]*剩2个工作日/);
  expect(daysOf(cardsIn(groups.market))).toEqual(['6月27日']);
  expect(daysOf(privately('zhangsan'))).toEqual(['6月27日']);
  expect(await dues()).toEqual(before);
  // The ladder goes on as if nothing had been.
  await morningOf('2023-06-29');
  expect(daysOf(privately('wanglei'))).toEqual(['6月27日', '6月28日', '6月29日']);
  const entries = await town.dataSource.manager.find(AuditEntry, { where: { act: 'put_off_reminders' } });
  expect(entries).toEqual([expect.objectContaining({ object: 'reminders:person:wanglei', inboxMessageId: expect.any(String) })]);
}); // prettier-ignore

test('put off over a rung: one card on the day, with the nearer rung, and a warning where the date is before it', async () => {
  await morningOf('2023-06-27');
  expect((await town.ask('wanglei', 'private', '下周一再提醒我')).text).toMatch(
    /7月3日 周一早晨再提醒。完成时限不变，请注意：第1项 6月底到期/,
  );
  for (const day of ['2023-06-28', '2023-06-29', '2023-06-30']) await morningOf(day);
  expect(daysOf(privately('wanglei'))).toEqual(['6月27日']);
  expect(daysOf(cardsIn(groups.market))).toEqual(['6月27日', '6月29日', '6月30日']);
  await morningOf('2023-07-03');
  expect(privately('wanglei')[1]?.text).toMatch(/第38项.*已逾期/);
});

test('named tasks only: the others come as ever', async () => {
  await morningOf('2023-06-27');
  expect((await town.ask('zhangsan', 'private', '第1、2项周五再提醒')).text).toMatch(/（第1、2项）：6月30日 周五早晨再提醒/);
  await morningOf('2023-06-29');
  const [, card] = privately('zhangsan');
  expect(card?.text).toMatch(/第3项/);
  expect(card?.text).not.toMatch(/第[12]项/);
  await morningOf('2023-06-30');
  expect(privately('zhangsan')[2]?.text).toMatch(/第1项[\s\S]*第2项/);
}); // prettier-ignore

test('silenced for some days: what it kept back comes with the first morning after, and can be taken up earlier', async () => {
  await morningOf('2023-06-26');
  expect((await town.ask('wanglei', 'private', '今天和明天别提醒了')).text).toMatch(/6月28日 周三早晨恢复提醒/);
  await morningOf('2023-06-27');
  expect(daysOf(privately('wanglei'))).toEqual(['6月26日']);
  await morningOf('2023-06-28');
  expect(privately('wanglei')[1]?.text).toMatch(/6月28日[\s\S]*第1项/);
  expect(privately('wanglei')[1]?.text).not.toMatch(/第38项/);
  expect((await town.ask('wanglei', 'private', '别再提醒我了')).text).toMatch(/7月3日 周一早晨恢复提醒/);
  expect((await town.ask('wanglei', 'private', '恢复提醒')).text).toMatch(/已恢复给您的提醒，6月29日 周四早晨起/);
  expect((await town.ask('wanglei', 'private', '恢复提醒')).text).toMatch(/没有推迟/);
  await morningOf('2023-06-29');
  expect(daysOf(privately('wanglei'))).toEqual(['6月26日', '6月28日', '6月29日']);
});

test('a group’s: by its unit’s people or the office; the district’s by the office alone', async () => {
  await morningOf('2023-06-27');
  expect((await town.ask('passerby', groups.market, '明天再提醒')).text).not.toMatch(/已推迟/);
  expect((await town.ask('zhangsan', groups.district, '明天再提醒')).text).toMatch(/只能由区优化办推迟/);
  expect((await town.ask('limin', groups.market, '明天再提醒')).text).toMatch(/已推迟本群的提醒/);
  expect((await town.ask('hefang', groups.district, '明天再提醒')).text).toMatch(/已推迟本群的提醒/);
  await morningOf('2023-06-28');
  expect(daysOf(cardsIn(groups.market))).toEqual(['6月27日', '6月28日']);
  expect(daysOf(cardsIn(groups.district))).toEqual(['6月27日', '6月28日']);
  expect(daysOf(cardsIn(groups.tax))).toEqual(['6月27日']);
  expect(cardsIn(groups.district)[0]?.buttons.map(({ label }) => label)).not.toContain('明天再提醒');
});

test('what is not to be moved is said: nothing to put off, no liaison, too far, no such task', async () => {
  await town.app.tickNow();
  expect((await town.ask('wanglei', 'private', '明天再提醒')).text).toMatch(/最近没有给您的提醒/);
  expect((await town.ask('limin', 'private', '明天再提醒')).text).toMatch(/只发给联络员和工作群/);
  expect((await town.ask('wanglei', 'private', '9月15日再提醒我')).text).toMatch(/最多推迟31天/);
  expect((await town.ask('wanglei', 'private', '第58项明天再提醒')).text).toMatch(/没有第58项/);
});

test('a card whose tasks are settled says so when its button is pressed', async () => {
  await town.dataSource.query("UPDATE tasks SET state = 'suspended' WHERE itemNo NOT IN (1)");
  await morningOf('2023-06-27');
  const [card] = privately('zhangsan');
  // 区税务局 only supports 第1项, 区市场监管局 leads it: more time is the lead's to ask for.
  const labels = (one?: ShownMessage) => one?.buttons.map(({ label }) => label);
  expect(labels(card)).toEqual(['全部', '已完成', '明天再提醒', '本周', '怎么反馈']);
  expect(labels(privately('wanglei')[0])).toEqual(['全部', '已完成', '申请延期', '明天再提醒', '本周']);
  await town.dataSource.query("UPDATE tasks SET state = 'closed' WHERE itemNo = 1");
  expect((await press('zhangsan', card, '明天再提醒')).text).toMatch(/都不用再反馈：第1项 已销号/);
  expect((await press('zhangsan', card, '已完成')).text).toMatch(/第1项已销号/);
});

test('a quoted card whose tasks are settled says so; while one is open it asks which', async () => {
  await town.dataSource.query("UPDATE tasks SET state = 'suspended' WHERE itemNo NOT IN (5, 6)");
  await morningOf('2023-06-27');
  const [card] = cardsIn(groups.market);
  await town.dataSource.query("UPDATE tasks SET state = 'closed' WHERE itemNo = 5");
  expect((await town.ask('wanglei', groups.market, '完成80%', card)).text).toContain('请说明是第几项');
  await town.dataSource.query("UPDATE tasks SET state = 'ongoing' WHERE itemNo = 6");
  expect((await town.ask('wanglei', groups.market, '完成80%', card)).text).toContain('请说明是第几项');
  await town.dataSource.query("UPDATE tasks SET state = 'closing' WHERE itemNo = 6");
  expect((await town.ask('wanglei', groups.market, '完成80%', card)).text).toMatch(
    /都不用再反馈：第5项 已销号、第6项 申请办结，待核销/,
  );
});

test('the buttons of a card of one task act on it', async () => {
  await town.dataSource.query("UPDATE tasks SET state = 'suspended' WHERE itemNo NOT IN (1)");
  await morningOf('2023-06-27');
  const [card] = cardsIn(groups.market);
  expect((await press('wanglei', card, '申请延期')).text).toMatch(/第1项|1申请延期/);
  expect((await press('wanglei', card, '已完成')).text).toMatch(/已记录 1 项[\s\S]*申请办结/);
});
