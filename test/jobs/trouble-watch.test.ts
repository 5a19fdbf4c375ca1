// In trouble for more than five minutes: the office is told, once, as soon as there is a way; what was over sooner is nobody's matter.
import { loadSamplePeople } from '../../seeds/load';
import { TurnedClock } from '../../src/clock';
import { OutboxMessage } from '../../src/database/entities/message';
import { createTroubleWatch, type TroubleWatch } from '../../src/jobs/trouble-watch';
import { createLogger } from '../../src/logger';
import { type SendRequest } from '../../src/messages';
import { freshDatabase, type FreshDatabase } from '../support/database';
import { loadSampleLedger } from '../../seeds/load';

const minute = 60_000;
let database: FreshDatabase;
let clock: TurnedClock;
let wrong: Record<string, string>;
let sent: SendRequest[];
let watches: TroubleWatch[];

beforeEach(async () => {
  database = await freshDatabase();
  clock = new TurnedClock(new Date('2023-06-26T10:00:00+08:00'));
  await database.dataSource.transaction(async manager => {
    await loadSampleLedger(manager, clock.now());
    await loadSamplePeople(manager, clock.now());
  });
  wrong = {};
  sent = [];
  const check = (part: string) => () => Promise.resolve(wrong[part] ?? null);
  watches = [1, 2].map(() =>
    createTroubleWatch({
      dataSource: database.dataSource,
      clock,
      logger: createLogger('silent'),
      channel: {
        send: request => {
          sent.push(request);
          return Promise.resolve({ outcome: 'sent', providerKey: null });
        },
      },
      platforms: { dingtalk: '钉钉' },
      checks: { database: check('database'), dingtalk: check('dingtalk'), scheduler: check('scheduler') },
      wakeOutbox: () => undefined,
    }),
  );
});
afterEach(() => database.drop());

async function after(minutes: number): Promise<void> {
  clock.turnTo(new Date(clock.now().getTime() + minutes * minute));
  for (const watch of watches) await watch.look();
}

async function told(): Promise<{ to: string; until: unknown; part: unknown }[]> {
  const rows = await database.dataSource.manager.find(OutboxMessage, { order: { id: 'ASC' } });
  return rows.map(({ recipientKey, reply }) => {
    const { part, until } = reply as { part: string; until: string | null };
    return { to: recipientKey, part, until };
  });
}

it('tells each member of the office once, whatever the number of instances', async () => {
  await after(0);
  wrong = { scheduler: '时钟不准' };
  await after(0);
  await after(4);
  expect(await told()).toEqual([]);
  expect(watches[0]?.seconds().scheduler).toBeCloseTo(240, 0);
  await after(2);
  await after(20);
  expect((await told()).map(({ to, part }) => [to, part])).toEqual([
    ['person:hefang', '定时任务'],
    ['person:linfeng', '定时任务'],
  ]);
});

it('says nothing of what was over within five minutes', async () => {
  wrong = { scheduler: 'x', dingtalk: 'x', database: 'x' };
  await after(0);
  wrong = {};
  await after(4);
  expect(await told()).toEqual([]);
  expect(sent).toEqual([]);
  expect(watches[0]?.seconds()).toEqual({ database: 0, dingtalk: 0, scheduler: 0 });
});

it('DingTalk away: told when it is over', async () => {
  await after(0);
  wrong = { dingtalk: '连不上' };
  await after(0);
  await after(30);
  expect(await told()).toEqual([]);
  wrong = {};
  await after(1);
  const rows = await told();
  expect(rows.map(({ to }) => to)).toEqual(['person:hefang', 'person:linfeng']);
  expect(rows[0]?.until).toBe('06-26 10:31');
});

it('the database away: told past the outbox, in waking hours', async () => {
  await after(0);
  wrong = { database: 'connect ECONNREFUSED mysql://duban:geheim@db:3306' };
  await after(0);
  await after(6);
  expect(sent.map(({ recipient }) => recipient)).toContainEqual({ kind: 'person', staffId: 'hefang' });
  expect(sent[0]?.message.markdown).toContain('数据库');
  expect(sent.map(({ message }) => message.markdown).join('')).not.toContain('geheim');
  const before = sent.length;
  await after(10);
  expect(sent).toHaveLength(before);
});
