// A planned morning in the outbox: each recipient and day once, spread, and never set for later than it may go out.
import { type EntityManager } from 'typeorm';
import { OutboxMessage } from '../../src/database/entities/message';
import { inTransaction } from '../../src/database/transaction';
import { enqueuePlan, leftOutSince, type MorningKey, unsentSince } from '../../src/reminders/enqueue-plan';
import { type CardRecipient } from '../../src/reminders/card-recipient';
import { type MorningPlan } from '../../src/reminders/plan-reminders';
import { type Reply } from '../../src/rendering/reply';
import { freshDatabase, type FreshDatabase } from '../support/database';

let database: FreshDatabase;
let manager: EntityManager;

beforeAll(async () => {
  database = await freshDatabase();
  ({ manager } = database.dataSource);
});
beforeEach(() => database.dataSource.query('DELETE FROM outbox_messages'));
afterAll(() => database.drop());

const at = (wall: string) => new Date(`${wall}:00+08:00`);
const half8 = at('2023-06-27T08:30');
const reply: Reply = { template: 'all_clear', date: '6月27日 周二', unit: null, next: null };

/** A plan for so many liaisons, one group's card and one group's all-clear. */
function planFor(people: number, day = '2023-06-27'): MorningPlan {
  const to = (kind: CardRecipient['kind'], id: string): CardRecipient => ({ kind, id, name: id });
  const shown = { listId: 'list', itemNos: [1, 2] };
  const cards = Array.from({ length: people }, (_, i) => to('person', `person-${i}`));
  return {
    at: day,
    workday: true,
    cards: [...cards, to('group', 'cidGroup')].map(one => ({ to: one, units: [], standing: [], reply, shown })),
    allClear: [{ to: to('group', 'cidQuiet'), reply }],
    unreachable: [],
    undecided: [],
    moved: [],
    explain: [],
  };
}

/** As the job does, with the usual morning. */
const put = (each: EntityManager, plan: MorningPlan, now: Date, key: MorningKey = 'morning') =>
  enqueuePlan(each, plan, { opensAt: at(`${plan.at}T08:30`), key, now });

const rows = () => manager.find(OutboxMessage, { order: { dedupKey: 'ASC' } });

it('becomes a row each, with its tasks, its end at 16:30, and the lowest priority', async () => {
  expect(await put(manager, planFor(1), half8)).toBe(3);
  expect((await rows()).map(({ dedupKey, recipient, tasksShown }) => [dedupKey, recipient, tasksShown])).toEqual([
    ['morning:group:cidGroup:2023-06-27', { kind: 'group', conversationId: 'cidGroup' }, { listId: 'list', itemNos: [1, 2] }],
    ['morning:group:cidQuiet:2023-06-27', { kind: 'group', conversationId: 'cidQuiet' }, null],
    ['morning:person:person-0:2023-06-27', { kind: 'person', staffId: 'person-0' }, { listId: 'list', itemNos: [1, 2] }],
  ]);
  for (const row of await rows())
    expect(row).toMatchObject({ status: 'ready', priority: 2, notAfter: at('2023-06-27T16:30'), reply });
}); // prettier-ignore

it('a second time adds nothing and changes nothing; another day is another row', async () => {
  await put(manager, planFor(5), half8);
  const before = await rows();
  expect(await put(manager, planFor(5), at('2023-06-27T09:00'))).toBe(0);
  expect(await rows()).toEqual(before);
  expect(await put(manager, planFor(6), at('2023-06-27T09:00'))).toBe(1);
  expect(await put(manager, planFor(5, '2023-06-28'), at('2023-06-28T08:30'))).toBe(7);
});

it('two at the same time add each row once', async () => {
  const both = [0, 1].map(() => inTransaction(database.dataSource, each => put(each, planFor(20), half8)));
  const [a, b] = await Promise.all(both);
  expect(a! + b!).toBe(22);
  expect(await rows()).toHaveLength(22);
});

it('goes with the transaction it is planned in', async () => {
  const failing = database.dataSource.transaction(async each => {
    await put(each, planFor(5), half8);
    throw new Error('after all');
  });
  await expect(failing).rejects.toThrow('after all');
  expect(await rows()).toEqual([]);
});

describe('is spread', () => {
  const seconds = (row: OutboxMessage, from: Date) => (row.nextAt.getTime() - from.getTime()) / 1000;

  it('over five minutes at most, over less where there are few, and not before 08:30', async () => {
    await put(manager, planFor(8), at('2023-06-27T08:29'));
    const few = (await rows()).map(row => seconds(row, half8));
    expect(Math.min(...few)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...few)).toBeLessThanOrEqual(5);
    await database.dataSource.query('DELETE FROM outbox_messages');
    await put(manager, planFor(650), half8);
    const many = (await rows()).map(row => seconds(row, half8));
    expect(Math.max(...many)).toBeLessThanOrEqual(300);
    for (const minute of [0, 1, 2, 3, 4])
      expect(many.filter(second => Math.floor(second / 60) === minute).length).toBeGreaterThan(80);
  });

  it('alike every morning', async () => {
    await put(manager, planFor(20), half8);
    const first = (await rows()).map(row => seconds(row, half8));
    await database.dataSource.query('DELETE FROM outbox_messages');
    await put(manager, planFor(20, '2023-06-28'), at('2023-06-28T08:30'));
    expect((await rows()).map(row => seconds(row, at('2023-06-28T08:30')))).toEqual(first);
  });

  it.each(['16:25', '16:29'])('caught up at %s, over what is left: no card may expire unsent', async wall => {
    const now = at(`2023-06-27T${wall}`);
    await put(manager, planFor(650), now);
    for (const row of await rows()) {
      expect(row.nextAt.getTime()).toBeGreaterThanOrEqual(now.getTime());
      expect(row.nextAt.getTime()).toBeLessThan(row.notAfter!.getTime());
    }
  });
});

describe('a morning of which no card went out at all', () => {
  const setDay = (day: string, status: string) =>
    database.dataSource.query('UPDATE outbox_messages SET status = ? WHERE dedupKey LIKE ?', [status, `%:${day}`]);
  const since = (today: string) => unsentSince(manager, today, at(`${today}T08:30`), 'morning');

  beforeEach(async () => {
    for (const day of ['2023-06-26', '2023-06-27', '2023-06-28'])
      await put(manager, planFor(3, day), at(`${day}T08:30`));
    await setDay('2023-06-26', 'sent');
  });

  it.each<[string, string, string | null]>([
    ['sent', 'sent', null],
    ['sent', 'expired', '2023-06-27'],
    ['expired', 'expired', '2023-06-26'],
    ['expired', 'sent', null],
    ['expired', 'uncertain', null],
    ['expired', 'failed', null],
    ['ready', 'ready', '2023-06-26'],
  ])('is found: the 27th %s, the 28th %s', async (earlier, later, expected) => {
    await setDay('2023-06-27', earlier);
    await setDay('2023-06-28', later);
    expect(await since('2023-06-29')).toBe(expected);
  });

  it('is none when one of its cards did, or when it has its time still before it', async () => {
    await setDay('2023-06-27', 'expired');
    await setDay('2023-06-28', 'expired');
    await manager.update(OutboxMessage, { dedupKey: 'morning:group:cidGroup:2023-06-28' }, { status: 'sent' });
    expect(await since('2023-06-29')).toBeNull();
    expect(await since('2023-06-28')).toBe('2023-06-26');
    await setDay('2023-06-28', 'ready');
    expect(await unsentSince(manager, '2023-06-28', at('2023-06-28T09:00'), 'morning')).toBe('2023-06-26');
  });

  it('is none where nothing was ever planned', async () => {
    await database.dataSource.query('DELETE FROM outbox_messages');
    expect(await since('2023-06-29')).toBeNull();
  });
});

it('tells who was left out on a morning that others had, until a card of theirs goes out', async () => {
  const leftOut = (today: string) => leftOutSince(manager, today, at(`${today}T08:30`), 'morning');
  const turn = (status: string, where: string) =>
    manager.query(`UPDATE outbox_messages SET status = ? WHERE dedupKey LIKE ?`, [status, where]);
  await put(manager, planFor(2), half8);
  await turn('sent', '%2023-06-27');
  expect([...(await leftOut('2023-06-28'))]).toEqual([]);
  await turn('expired', 'morning:person:person-1:2023-06-27');
  expect([...(await leftOut('2023-06-28'))]).toEqual([['person:person-1', '2023-06-26']]);
  await put(manager, planFor(2, '2023-06-28'), at('2023-06-28T08:30'));
  await turn('expired', 'morning:person:person-1:2023-06-28');
  expect([...(await leftOut('2023-06-29'))]).toContainEqual(['person:person-1', '2023-06-26']);
  await turn('sent', '%2023-06-28');
  expect([...(await leftOut('2023-06-29'))]).toEqual([]);
});
