// A morning of 100, 1,000 and 10,000 units: how long it takes to plan and to put into the outbox, and in how much memory;
// and how many cards a second 1, 2 and 4 processes drain, at the platform's pace and without it: npm run bench:reminders
import 'reflect-metadata';
import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { type DataSource, type EntityManager } from 'typeorm';
import { civilDateOf, instantOf } from '../src/calendar/civil-date';
import { parseDatabaseUrl } from '../src/database/connection-url';
import { createDataSource } from '../src/database/data-source';
import { allLists, saveSettings } from '../src/database/list-settings';
import { migrate } from '../src/database/schema';
import { loadWorkCalendar, saveHolidaySeed } from '../src/database/work-days';
import { newId } from '../src/ids';
import { enqueue } from '../src/outbox/outbox';
import { enqueuePlan } from '../src/reminders/enqueue-plan';
import { planReminders } from '../src/reminders/plan-reminders';
import { benchServer } from './own-server';

const day = '2023-07-03';
const sizes = [
  { units: 100, tasks: 1500 },
  { units: 1000, tasks: 15_000 },
  { units: 10_000, tasks: 200_000 },
];
/** What the product promises for 10,000 units. */
const promised = { seconds: 10, megabytes: 600, drainMinutes: 10 };
const rowsAtOnce = 1000;

type Row = (string | number | null)[];

/** Rows by the thousand: the bench's ledger must not take longer than its mornings. */
async function insert(manager: EntityManager, table: string, columns: string[], rows: Iterable<Row>): Promise<void> {
  let batch: Row[] = [];
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    const places = batch.map(() => `(${columns.map(() => '?').join(',')})`).join(',');
    await manager.query(`INSERT INTO ${table} (${columns.join(',')}) VALUES ${places}`, batch.flat());
    batch = [];
  };
  for (const row of rows) if (batch.push(row) === rowsAtOnce) await flush();
  await flush();
}

/** So many units with a liaison each, and tasks of which each has a lead and two support units; half of them are owed that morning. */
async function fillLedger(manager: EntityManager, units: number, tasks: number): Promise<void> {
  const at = '2023-05-01 00:00:00';
  const each = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
  const unitId = (i: number): string => `unit-${i % units}`;
  await insert(manager, 'units', ['id', 'name', 'kind', 'level', 'settled', 'createdAt'],
    each(units, i => [unitId(i), `第${i}单位`, 'bureau', 'district', 1, at])); // prettier-ignore
  await insert(
    manager,
    'people',
    ['id', 'name', 'createdAt'],
    each(units, i => [`person-${i}`, `联络员${i}`, at]),
  );
  await insert(manager, 'channel_identities', ['id', 'channel', 'externalId', 'personId'],
    each(units, i => [newId(), 'dingtalk', `staff-${i}`, `person-${i}`])); // prettier-ignore
  await insert(manager, 'posts', ['id', 'personId', 'unitId', 'role', 'createdAt'],
    each(units, i => [newId(), `person-${i}`, unitId(i), 'liaison', at])); // prettier-ignore
  await insert(manager, 'chat_groups', ['id', 'channel', 'conversationId', 'title', 'status', 'scope', 'createdAt'],
    [[newId(), 'dingtalk', 'cidDistrict', '全区', 'enabled', 'district', at]]); // prettier-ignore
  await insert(manager, 'task_lists', ['id', 'title', 'shortName', 'year', 'importedAt'], [['list', '重点任务清单', '测速', 2023, at]]); // prettier-ignore
  // On Monday 07-03 what was due in May and June is overdue; what is due in August is on no rung.
  const dues = ['2023-05-31', '2023-06-30', '2023-08-31', '2023-12-31'];
  await insert(
    manager,
    'tasks',
    ['id', 'listId', 'itemNo', 'label', 'content', 'deadlineText', 'due', 'longTerm', 'vague', 'openEnded', 'state', 'version', 'createdAt'],
    each(tasks, i => [
      `task-${i}`, 'list', i + 1, `${i + 1}`, `推进第${i + 1}项工作，落实责任，按期办结，持续优化营商环境`, '2023年底', dues[i % 4] ?? null,
      1, 0, 0, 'active', 1, at,
    ]),
  ); // prettier-ignore
  const parties = function* (): Iterable<Row> {
    for (let i = 0; i < tasks; i++)
      for (const [position, step] of [0, 7, 31].entries())
        yield [newId(), `task-${i}`, position === 0 ? 'lead' : 'support', position, unitId(i + step), '', 0];
  };
  await insert(
    manager,
    'task_units',
    ['id', 'taskId', 'role', 'position', 'unitId', 'collectiveId', 'done'],
    parties(),
  );
}

interface Planned {
  planMs: number;
  enqueueMs: number;
  cards: number;
  peakMb: number;
}

/** Plans a morning in this process, whose memory is then that of the planning alone. */
async function measurePlan(databaseUrl: string): Promise<Planned> {
  const dataSource = createDataSource(parseDatabaseUrl(databaseUrl), { silentAfterMs: 120_000 });
  await dataSource.initialize();
  const calendar = await loadWorkCalendar(dataSource.manager);
  const opensAt = instantOf(day, '08:30');
  const measured = await dataSource.transaction(async manager => {
    const begun = performance.now();
    const plan = await planReminders(manager, { at: day, calendar });
    const isPlanned = performance.now();
    await enqueuePlan(manager, plan, { opensAt, key: 'morning', now: opensAt });
    return { planMs: isPlanned - begun, enqueueMs: performance.now() - isPlanned, cards: plan.cards.length };
  });
  await dataSource.destroy();
  return { ...measured, peakMb: process.resourceUsage().maxRSS / 1024 };
}

async function freshDatabase(server: string, name: string): Promise<{ url: string; dataSource: DataSource }> {
  const { database: _, ...address } = parseDatabaseUrl(server);
  const connection = await createConnection(address);
  await connection.query(`DROP DATABASE IF EXISTS ${name}`);
  await connection.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  await connection.end();
  const url = server.replace(/\/[^/?]*(\?|$)/, `/${name}$1`);
  const dataSource = createDataSource(parseDatabaseUrl(url), { silentAfterMs: 120_000 });
  await dataSource.initialize();
  await migrate(dataSource);
  await saveHolidaySeed(dataSource.manager);
  return { url, dataSource };
}

async function benchPlanning(server: string): Promise<void> {
  for (const { units, tasks } of sizes) {
    const { url, dataSource } = await freshDatabase(server, 'duban_bench_plan');
    await fillLedger(dataSource.manager, units, tasks);
    await dataSource.destroy();
    const printed = execFileSync(process.execPath, [__filename, 'plan', url], { encoding: 'utf8' });
    const { planMs, enqueueMs, cards, peakMb } = JSON.parse(printed) as Planned;
    const kept = planMs / 1000 < promised.seconds && peakMb < promised.megabytes ? '' : ' — more than promised';
    tell(
      `${units} units, ${tasks} tasks: ${cards} cards planned in ${(planMs / 1000).toFixed(2)} s, ` +
        `put into the outbox in ${(enqueueMs / 1000).toFixed(2)} s, peak ${peakMb.toFixed(0)} MB${kept}`,
    );
  }
}

/** Cards to so many people, all due at once. */
async function fillOutbox(manager: EntityManager, cards: number, now: Date): Promise<void> {
  await manager.query('DELETE FROM outbox_messages');
  const today = civilDateOf(now);
  for (let i = 0; i < cards; i++)
    await enqueue(
      manager,
      {
        to: { kind: 'person', staffId: `staff-${i}` },
        reply: { template: 'all_clear', date: '7月3日 周一', unit: `第${i}单位`, next: null },
        dedupKey: `morning:person:staff-${i}:${today}`,
        priority: 2,
      },
      now,
    );
}

async function benchDraining(server: string): Promise<void> {
  const { url, dataSource } = await freshDatabase(server, 'duban_bench_drain');
  const sink = createServer((request, response) => {
    request.resume();
    request.on('end', () => response.end());
  });
  await new Promise<void>(resolve => sink.listen(0, '127.0.0.1', resolve));
  const now = instantOf(day, '09:00');
  for (const { perSecond, cards } of [{ perSecond: 0, cards: 2000 }, { perSecond: 20, cards: 200 }]) {
    await saveSettings(dataSource.manager, allLists, { perSecond }, now);
    for (const instances of [1, 2, 4]) {
      await dataSource.transaction(manager => fillOutbox(manager, cards, now));
      const children: ChildProcess[] = [];
      const begun = performance.now();
      for (let i = 0; i < instances; i++)
        children.push(
          fork(join(__dirname, 'reminders-instance.js'), [], {
            env: {
              PATH: process.env.PATH ?? '',
              DATABASE_URL: url,
              SINK_URL: `http://127.0.0.1:${(sink.address() as AddressInfo).port}/`,
              STARTS_AT: now.toISOString(),
            },
            stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
          }),
        );
      await Promise.all(children.map(child => once(child, 'message')));
      await left(dataSource);
      const [span]: { seconds: string }[] = await dataSource.query(
        'SELECT TIMESTAMPDIFF(MICROSECOND, MIN(sendStartedAt), MAX(sendStartedAt)) / 1000000 AS seconds FROM outbox_messages',
      );
      for (const child of children) {
        child.send({ stop: true });
        await once(child, 'exit');
      }
      const rate = cards / Number(span?.seconds ?? 1);
      const forTenThousand = 10_000 / rate / 60;
      tell(
        `${instances} process(es), ${perSecond === 0 ? 'no pace' : `pace ${perSecond}/s`}: ${rate.toFixed(1)} cards/s, ` +
          `10,000 in ${forTenThousand.toFixed(1)} min (${((performance.now() - begun) / 1000).toFixed(1)} s with starting)` +
          (forTenThousand > promised.drainMinutes ? ' — more than promised' : ''),
      );
    }
  }
  sink.close();
  await dataSource.destroy();
} // prettier-ignore

async function left(dataSource: DataSource): Promise<void> {
  for (;;) {
    const [row]: { n: string }[] = await dataSource.query(
      "SELECT COUNT(*) AS n FROM outbox_messages WHERE status IN ('ready', 'claimed')",
    );
    if (Number(row?.n ?? 0) === 0) return;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function main(): Promise<void> {
  const [what, url] = process.argv.slice(2);
  if (what === 'plan' && url !== undefined) {
    tell(JSON.stringify(await measurePlan(url)));
    return;
  }
  const server = await benchServer();
  if (what !== 'drain') await benchPlanning(server.url);
  if (what !== 'planning') await benchDraining(server.url);
  await server.stop();
}

void main();
