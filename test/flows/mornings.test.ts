// Mornings: the cards really arrive at 08:30 of the clock, each once, and can be answered.
import { decideSettings } from '../../src/database/decide-settings';
import { TaskList } from '../../src/database/entities/task';
import { inTransaction } from '../../src/database/transaction';
import { type ShownMessage } from '../../src/simulator/gateway-events';
import { groups, partOf, startTown, type Town } from '../support/town';

let town: Town;

beforeEach(async () => {
  town = await startTown({ at: '2023-06-26T08:29:50+08:00' });
});
afterEach(() => town.stop());

/** The cards seem to come within five minutes: the clock stands at their end. */
async function morningOf(day: string): Promise<void> {
  town.clock.turnTo(new Date(`${day}T08:30:01+08:00`));
  await town.app.tickNow();
  town.clock.turnTo(new Date(`${day}T08:36:00+08:00`));
  await town.settled();
}

const cardsIn = (conversationId: string): ShownMessage[] =>
  town.gateway.messagesIn(conversationId).filter(message => message.text.includes('重点任务提醒'));

test('one card per bound group and per liaison; none in a group that is not enabled; none twice', async () => {
  await morningOf('2023-06-26');
  expect(cardsIn(groups.market)).toHaveLength(1);
  expect(cardsIn(groups.district)).toHaveLength(1);
  expect(cardsIn(groups.unknown)).toHaveLength(0);
  expect(cardsIn(town.gateway.privateChat('wanglei'))).toHaveLength(1);
  expect(cardsIn(town.gateway.privateChat('limin'))).toHaveLength(0);
  expect(cardsIn(groups.market)[0]?.text).toMatch(/第38项.*已逾期/);
  await town.restart();
  await morningOf('2023-06-26');
  expect(cardsIn(groups.market)).toHaveLength(1);
  expect(cardsIn(town.gateway.privateChat('wanglei'))).toHaveLength(1);
});

test('nothing goes out before 08:30', async () => {
  await town.app.tickNow();
  await town.settled();
  expect(cardsIn(groups.market)).toHaveLength(0);
});

test('the third workday before 6月底: its tasks are on the card; an answer by quoting it needs a number', async () => {
  await morningOf('2023-06-27');
  const [card] = cardsIn(groups.market);
  expect(card?.text).toContain('6月27日');
  expect(card?.text).toMatch(/第1项/);
  expect((await town.ask('wanglei', groups.market, '完成80%', card)).text).toContain('请说明是第几项');
  expect((await town.ask('wanglei', groups.market, '1完成80%', card)).text).toContain('进度 未反馈→80%');
  expect((await partOf(town, 1, '区市场监管局')).percent).toBe(80);
});

test('a button of the card is a question like any other', async () => {
  await morningOf('2023-06-26');
  const [card] = cardsIn(town.gateway.privateChat('wanglei'));
  const weekButton = card?.buttons.findIndex(button => button.label === '本周') ?? -1;
  const pressed = town.gateway.press('wanglei', card?.id ?? '', weekButton);
  const answer = await town.gateway.waitFor(message => message.from.robotCode !== null, { after: pressed?.id ?? '' });
  expect(answer.text).toContain('本周到期 10 项');
});

test('down in the morning: caught up once in the afternoon; later it waits for the next morning', async () => {
  town.clock.turnTo(new Date('2023-06-26T15:00:00+08:00'));
  await town.app.tickNow();
  town.clock.turnTo(new Date('2023-06-26T15:06:00+08:00'));
  await town.settled();
  expect(cardsIn(groups.market)).toHaveLength(1);
  town.clock.turnTo(new Date('2023-06-27T16:45:00+08:00'));
  await town.app.tickNow();
  await town.settled();
  expect(cardsIn(groups.market)).toHaveLength(1);
  // The rung of the 27th was missed altogether, so it goes with the 28th.
  await morningOf('2023-06-28');
  expect(cardsIn(groups.market)).toHaveLength(2);
  expect(cardsIn(groups.market)[1]?.text).toMatch(/第1项/);
});

test('a holiday has no morning', async () => {
  await morningOf('2023-09-29');
  expect(cardsIn(groups.market)).toHaveLength(0);
});

test('a list with a morning of its own gets its cards then, on that day and on every one after it', async () => {
  const list = await town.dataSource.manager.findOneByOrFail(TaskList, { shortName: '营商' });
  const cause = { personId: null, actor: '何芳', now: town.clock.now(), today: '2023-06-26' };
  await inTransaction(town.dataSource, manager => decideSettings(manager, list, { morning: '09:30' }, cause));
  await morningOf('2023-06-26');
  expect(cardsIn(groups.market)).toHaveLength(1);
  await morningOf('2023-06-27');
  expect(cardsIn(groups.market)).toHaveLength(1);
  for (const day of ['2023-06-27', '2023-06-29']) {
    town.clock.turnTo(new Date(`${day}T09:30:01+08:00`));
    await town.app.tickNow();
    town.clock.turnTo(new Date(`${day}T09:36:00+08:00`));
    await town.settled();
    expect(cardsIn(groups.market).at(-1)?.text).toContain(`${Number(day.slice(5, 7))}月${Number(day.slice(8))}日`);
  }
  expect(cardsIn(groups.market)).toHaveLength(3);
});
