// Instances as processes of their own, racing on one database and killed at random points over many mornings: every card that is
// due exists once, none goes out twice, and what a kill leaves in doubt is shown. RACE_MORNINGS=500 for a long run by hand.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { instantOf, type CivilDate } from '../../src/calendar/civil-date';
import { OutboxMessage } from '../../src/database/entities/message';
import { JobRun } from '../../src/database/entities/schedule';
import { allLists, saveSettings } from '../../src/database/list-settings';
import { loadWorkCalendar } from '../../src/database/work-days';
import { projectFile } from '../../src/project-files';
import { freshDatabase, type FreshDatabase } from '../support/database';
import { loadGoldenDistrict } from '../reminders/golden/calendar-of-cards';
import { until } from '../outbox/outbox-bench';

const longRun = Number(process.env.RACE_MORNINGS ?? 0);
const limitMs = longRun > 0 ? 60 * 60_000 : 24_000;
const units = ['区税务局', '区司法局', '区行政审批局', '区自然资源和规划分局', '区发改经信局'];

let database: FreshDatabase;
let sink: Server;
let received: Map<string, number>;
let living: Set<ChildProcess>;
let now: Date;

beforeEach(async () => {
  database = await freshDatabase();
  await database.dataSource.transaction(async manager => {
    await loadGoldenDistrict(manager);
    // Five units that owe something every workday, and the district's group; nothing else is said.
    await manager.query('UPDATE posts SET endedAt = ? WHERE unitId NOT IN (SELECT id FROM units WHERE name IN (?))', [new Date(), units]);
    await saveSettings(manager, allLists, { overdue: 'daily', longTerm: 'none', perSecond: 0 }, new Date());
  });
  received = new Map();
  living = new Set();
  now = instantOf('2023-07-03', '08:00');
  sink = createServer((request, response) => {
    void text(request).then(body => {
      const { key } = JSON.parse(body) as { key: string };
      received.set(key, (received.get(key) ?? 0) + 1);
      setTimeout(() => response.end(), Math.random() * 12);
    });
  });
  await new Promise<void>(resolve => sink.listen(0, '127.0.0.1', resolve));
}, 60_000); // prettier-ignore
afterEach(async () => {
  for (const child of living) child.kill('SIGKILL');
  await new Promise(resolve => sink.close(resolve));
  await database.drop();
});

async function spawn(): Promise<void> {
  const child = fork(projectFile('dist', 'bench', 'reminders-instance.js'), [], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      PATH: process.env.PATH ?? '',
      DATABASE_URL: database.url,
      SINK_URL: `http://127.0.0.1:${(sink.address() as AddressInfo).port}/`,
      STARTS_AT: now.toISOString(),
      DUBAN_LOG: 'fatal',
    },
  });
  await once(child, 'message');
  living.add(child);
}

function turnTo(instant: Date): void {
  now = instant;
  for (const child of living) child.send({ turnTo: instant.getTime() }, () => undefined);
}

async function kill(): Promise<void> {
  const victims = [...living];
  const victim = victims[Math.floor(Math.random() * victims.length)];
  if (!victim) return;
  living.delete(victim);
  const gone = once(victim, 'exit');
  victim.kill('SIGKILL');
  await gone;
}

/** Waits until the morning is planned, and then until nothing of it is unsent. */
async function settled(day: CivilDate): Promise<void> {
  const { dataSource } = database;
  await until(async () => {
    // Whoever was started meanwhile has not been told the time.
    turnTo(instantOf(day, '08:36'));
    return dataSource.manager.existsBy(JobRun, { job: 'morning-reminder', slot: `${day}T08:30` });
  });
  let stuck = { since: performance.now(), rows: '' };
  await until(async () => {
    turnTo(instantOf(day, '08:45'));
    const [open]: { ready: string | null; claimed: string | null }[] = await dataSource.query(
      `SELECT SUM(status = 'ready') AS ready, GROUP_CONCAT(CASE WHEN status = 'claimed' THEN CONCAT(id, claimToken) END) AS claimed
         FROM outbox_messages WHERE status IN ('ready', 'claimed')`,
    );
    const rows = open?.claimed ?? '';
    if (rows === '' && Number(open?.ready ?? 0) === 0) return true;
    // Leases whose holders make no step any more are ended, as time would.
    if (rows !== stuck.rows) stuck = { since: performance.now(), rows };
    else if (rows !== '' && performance.now() - stuck.since > 300)
      await dataSource.query(
        "UPDATE outbox_messages SET leaseUntil = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE status = 'claimed'",
      );
    return false;
  });
}

it.each([2, 4])('%i instances', async instances => {
  const calendar = await loadWorkCalendar(database.dataSource.manager);
  const mornings: CivilDate[] = [];
  let kills = 0;
  let starting: Promise<void>[] = [];
  await Promise.all(Array.from({ length: instances }, spawn));
  const begun = performance.now();
  for (let day = '2023-07-03'; performance.now() - begun < limitMs; day = calendar.after(day)) {
    if (longRun > 0 && mornings.length >= longRun) break;
    mornings.push(day);
    turnTo(instantOf(day, '08:30'));
    if (Math.random() < 0.5) {
      // In the tick, between plan and send, in the middle of the sends, or after them.
      await new Promise(resolve => setTimeout(resolve, Math.random() * 120));
      turnTo(instantOf(day, '08:36'));
      await new Promise(resolve => setTimeout(resolve, Math.random() * 60));
      await kill();
      kills++;
      starting.push(spawn());
      if (living.size === 0) {
        await Promise.all(starting);
        starting = [];
      }
    }
    await settled(day);
  }
  await Promise.all(starting);
  const rows = (await database.dataSource.manager.find(OutboxMessage)).filter(row => row.dedupKey.startsWith('morning:'));
  const sends = rows.map(row => received.get(row.id) ?? 0);
  const count = (fits: (row: OutboxMessage, sent: number) => boolean): number => rows.filter((row, i) => fits(row, sends[i] ?? 0)).length;
  const runs = await database.dataSource.manager.find(JobRun, { where: { job: 'morning-reminder' } });
  const figures = {
    instances,
    mornings: mornings.length,
    kills,
    cardsDue: mornings.length * (units.length + 1),
    cardsMade: rows.length,
    sentOnce: count((row, sent) => row.status === 'sent' && sent === 1),
    inDoubt: count(row => row.status === 'uncertain'),
    inDoubtButSent: count((row, sent) => row.status === 'uncertain' && sent === 1),
    sentTwice: count((_row, sent) => sent > 1),
    lost: count((row, sent) => row.status !== 'uncertain' && sent === 0),
  };
  process.stderr.write(`${JSON.stringify(figures)}\n`);
  expect(figures).toMatchObject({ cardsMade: figures.cardsDue, sentTwice: 0, lost: 0, sentOnce: figures.cardsDue - figures.inDoubt });
  // At most four sends are under way in a process that is killed.
  expect(figures.inDoubt).toBeLessThanOrEqual(4 * kills);
  expect(runs.map(({ slot, status }) => `${slot} ${status}`).sort()).toEqual(mornings.map(day => `${day}T08:30 done`));
  expect(kills).toBeGreaterThan(0);
}, limitMs + 90_000); // prettier-ignore
