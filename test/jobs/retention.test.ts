// What is forgotten after a while, and what never.
import { WorkCalendar } from '../../src/calendar/work-calendar';
import { InboxMessage, OutboxMessage, UnreadSentence } from '../../src/database/entities/message';
import { retention } from '../../src/jobs/retention';
import { groups, startTown, type Town } from '../support/town';

let town: Town;

beforeAll(async () => {
  town = await startTown();
  await town.ask('wanglei', groups.market, '1完成80%');
  await town.ask('wanglei', groups.market, '我局本周任务');
  await town.ask('wanglei', groups.market, '任务那个啥来着');
});
afterAll(() => town.stop());

async function nightOf(day: string): Promise<void> {
  const calendar = new WorkCalendar([], [2023]);
  const slot = retention.slotOn(day, calendar);
  if (!slot) throw new Error('retention has a slot every day');
  await town.dataSource.transaction(manager =>
    retention.run(manager, { slot, now: slot.opensAt, calendar, missedSince: null }),
  );
}

test('within ninety days everything is there; afterwards only the words that are a record', async () => {
  const inbox = town.dataSource.getRepository(InboxMessage);
  await nightOf('2023-09-20');
  expect((await inbox.find()).filter(row => row.payload === null)).toEqual([]);
  expect(await town.dataSource.getRepository(UnreadSentence).count()).toBe(1);
  await nightOf('2023-10-20');
  const rows = await inbox.find();
  expect(rows).toHaveLength(3);
  expect(rows.filter(row => row.payload !== null).map(row => row.payload?.text)).toEqual(['1完成80%']);
  expect(await town.dataSource.getRepository(UnreadSentence).count()).toBe(0);
  expect(await town.dataSource.getRepository(OutboxMessage).count()).toBeGreaterThan(0);
});

test('after thirteen months what was sent is gone; changes and audit are not', async () => {
  await nightOf('2024-08-20');
  expect(await town.dataSource.getRepository(OutboxMessage).count()).toBe(0);
  const [row]: { n: string }[] = await town.dataSource.query('SELECT COUNT(*) AS n FROM changes');
  expect(Number(row?.n)).toBe(1);
});
