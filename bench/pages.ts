// Every page of the site with 20,000 tasks and 1,000 units: how long it takes, and how much the first view transfers: npm run bench:pages
import 'reflect-metadata';
import { createConnection } from 'mysql2/promise';
import { type DataSource, type EntityManager } from 'typeorm';
import { TurnedClock } from '../src/clock';
import { parseDatabaseUrl } from '../src/database/connection-url';
import { createDataSource } from '../src/database/data-source';
import { migrate } from '../src/database/schema';
import { saveHolidaySeed } from '../src/database/work-days';
import { openSession } from '../src/directory/web-sessions';
import { UnitDirectory } from '../src/directory/unit-directory';
import { createLogger } from '../src/logger';
import { newId } from '../src/ids';
import { startWebServer } from '../src/web/server';
import { createSite } from '../src/web/site';
import { benchServer } from './own-server';

const size = { units: 1000, tasks: 20_000, reports: 30_000, messages: 20_000 };
/** What the product promises. */
const promised = { ms: 300, firstViewBytes: 200_000 };
const tries = 9;
const now = new Date('2023-07-10T09:00:00+08:00');
const rowsAtOnce = 1000;

type Value = string | number | Date | null;

async function insert(manager: EntityManager, table: string, columns: string[], rows: Value[][]): Promise<void> {
  for (let i = 0; i < rows.length; i += rowsAtOnce) {
    const some = rows.slice(i, i + rowsAtOnce);
    const places = some.map(() => `(${columns.map(() => '?').join(',')})`).join(',');
    await manager.query(
      `INSERT INTO ${table} (${columns.map(name => `\`${name}\``).join(',')}) VALUES ${places}`,
      some.flat(),
    );
  }
}

function each(count: number, make: (i: number) => Value[]): Value[][] {
  return Array.from({ length: count }, (_, i) => make(i));
}

const unitId = (i: number): string => `unit-${i % size.units}`;
const taskId = (i: number): string => `task-${i % size.tasks}`;
const daysAgo = (days: number, minutes = 0): Date => new Date(now.getTime() - days * 86_400_000 + minutes * 60_000);

async function fillDirectory(manager: EntityManager): Promise<void> {
  const at = daysAgo(60);
  await insert(manager, 'units', ['id', 'name', 'fullName', 'kind', 'level', 'settled', 'createdAt'],
    each(size.units, i => [unitId(i), i === 0 ? '区优化办' : `区第${i}工作局`, `鄂城区第${i}工作局`, 'government', 'district', i % 100 === 99 ? 0 : 1, at])); // prettier-ignore
  await insert(manager, 'unit_aliases', ['id', 'unitId', 'text', 'status'],
    each(size.units, i => [newId(), unitId(i), `第${i}局`, 'certain'])); // prettier-ignore
  await insert(
    manager,
    'people',
    ['id', 'name', 'createdAt'],
    each(size.units, i => [`person-${i}`, `联络员${i}`, at]),
  );
  await insert(manager, 'channel_identities', ['id', 'channel', 'externalId', 'personId'],
    each(size.units, i => [newId(), 'dingtalk', `staff-${i}`, `person-${i}`])); // prettier-ignore
  await insert(
    manager,
    'posts',
    ['id', 'personId', 'unitId', 'role', 'createdAt'],
    [
      ...each(size.units, i => [newId(), `person-${i}`, unitId(i), i === 0 ? 'office' : 'liaison', at]),
      [newId(), 'person-0', '', 'admin', at],
    ],
  );
  await insert(manager, 'chat_groups', ['id', 'channel', 'conversationId', 'title', 'status', 'scope', 'unitId', 'createdAt'],
    each(200, i => [newId(), 'dingtalk', `cid-${i}`, `第${i}群`, i < 5 ? 'waiting' : 'enabled', i === 5 ? 'district' : 'unit', i === 5 ? null : unitId(i), at])); // prettier-ignore
}

async function fillLedger(manager: EntityManager): Promise<void> {
  const at = daysAgo(60);
  await insert(manager, 'task_lists', ['id', 'title', 'shortName', 'year', 'importedAt'], [['list', '全市重点任务清单', '测速', 2023, at]]); // prettier-ignore
  await insert(manager, 'sections', ['id', 'listId', 'position', 'title'], each(20, i => [`section-${i}`, 'list', i, `（${i + 1}）第${i + 1}部分`])); // prettier-ignore
  const dues = [
    '2023-05-31',
    '2023-06-30',
    '2023-07-14',
    '2023-07-31',
    '2023-08-31',
    '2023-09-28',
    '2023-10-31',
    '2023-12-31',
  ];
  const stateOf = (i: number): string => (i % 10 === 0 ? 'ongoing' : i % 37 === 0 ? 'closing' : 'active');
  await insert(
    manager,
    'tasks',
    ['id', 'listId', 'sectionId', 'itemNo', 'label', 'content', 'deadlineText', 'due', 'longTerm', 'vague', 'openEnded', 'state', 'version', 'createdAt'],
    each(size.tasks, i => [
      taskId(i), 'list', `section-${i % 20}`, i + 1, `${i + 1}`, `推进第${i + 1}项工作，落实责任，按期办结，持续优化营商环境`, '2023年底', dues[i % 8] ?? null,
      1, 0, 0, stateOf(i), 1, at,
    ]),
  ); // prettier-ignore
  const parts = (i: number): Value[][] =>
    [0, 7, 31].map((step, position) => [
      newId(), taskId(i), position === 0 ? 'lead' : 'support', position, unitId(i + step), '', 0,
      i % 3 === 0 ? '已召开协调会，正在推进' : null, i % 3 === 0 ? daysAgo(i % 40) : null,
    ]); // prettier-ignore
  await insert(manager, 'task_units', ['id', 'taskId', 'role', 'position', 'unitId', 'collectiveId', 'done', 'lastText', 'lastReportedAt'],
    Array.from({ length: size.tasks }, (_, i) => parts(i)).flat()); // prettier-ignore
}

async function fillHistory(manager: EntityManager): Promise<void> {
  const json = JSON.stringify({
    state: 'active',
    status: null,
    percent: 50,
    text: '推进中',
    reportedAt: null,
    done: false,
  });
  await insert(manager, 'changes', ['id', 'taskId', 'unitId', 'personId', 'inboxMessageId', 'kind', 'before', 'after', 'text', 'saidAt', 'recordedAt'],
    each(size.reports, i => [newId(), taskId(i), unitId(i), `person-${i % size.units}`, `inbox-${i}`, 'report', json, json, '推进中', daysAgo(i % 45, i % 300), daysAgo(i % 45, i % 300)])); // prettier-ignore
  await insert(manager, 'closure_requests', ['id', 'taskId', 'unitId', 'requestedBy', 'changeId', 'status', 'decidedAt', 'createdAt'],
    each(2500, i => [newId(), taskId(i * 10), unitId(i), 'person-1', `change-${i}`, i < 2000 ? 'accepted' : 'open', i < 2000 ? daysAgo(i % 45) : null, daysAgo(i % 45)])); // prettier-ignore
  await insert(manager, 'blockers', ['id', 'taskId', 'unitId', 'changeId', 'text', 'status', 'createdAt'],
    each(500, i => [newId(), taskId(i * 3), unitId(i * 3), `blocked-${i}`, '卡在数据共享，需区行政审批局协调', 'open', daysAgo(i % 30)])); // prettier-ignore
  const reply = JSON.stringify({ template: 'all_clear', unit: '区第1工作局', date: '7月10日 周一' });
  await insert(manager, 'outbox_messages', ['id', 'dedupKey', 'recipient', 'recipientKey', 'reply', 'tasksShown', 'priority', 'unasked', 'status', 'nextAt', 'attempts', 'sentAt', 'createdAt'],
    each(size.messages, i => [
      newId(), `bench-${i}`, JSON.stringify({ kind: 'person', staffId: `staff-${i % size.units}` }), `person:staff-${i % size.units}`, reply,
      JSON.stringify({ listId: 'list', itemNos: [1, 2, 3] }), 2, 1, i % 1000 === 999 ? 'failed' : 'sent', daysAgo(i % 28), 1, daysAgo(i % 28), daysAgo(i % 28),
    ])); // prettier-ignore
  await insert(manager, 'audit_entries', ['id', 'at', 'personId', 'actor', 'act', 'object', 'before', 'after'],
    each(20_000, i => [newId(), daysAgo(i % 100), 'person-0', '联络员0（区优化办）', 'accept_closure', `task:${i}`, '{}', '{}'])); // prettier-ignore
}

const pages = [
  '/board', '/board/units', '/board/burden', '/board/burden?unit=unit-7', '/ledger', '/ledger?q=协调', '/ledger?q=工作局', '/ledger?light=red&sort=light', '/ledger?unit=unit-7',
  '/ledger?unreported=1&page=50', '/ledger?sort=due&page=900', '/ledger/task/task-3', '/approvals', '/reminders', '/audit', '/audit?who=联络员', '/bulletins', '/import', '/directory', '/directory?which=orphan',
  '/directory?q=第77', '/directory/unit/unit-7', '/directory/people', '/directory/groups', '/directory/collectives', '/settings', '/sign-in',
]; // prettier-ignore

/** Whose figures are kept until something changes: measured once more with a change before each view. */
const keptPages = ['/board', '/reminders'];

function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** @param before - what happens before each view, not counted in its time */
async function measure(
  url: string,
  path: string,
  cookie: string,
  before: () => Promise<unknown> = () => Promise.resolve(),
): Promise<{ median: number; bytes: number; status: number }> {
  const times: number[] = [];
  let [bytes, status] = [0, 0];
  for (let i = 0; i < tries; i++) {
    await before();
    const begun = performance.now();
    const answer = await fetch(`${url}${encodeURI(path)}`, { headers: { cookie }, redirect: 'manual' });
    bytes = (await answer.arrayBuffer()).byteLength;
    status = answer.status;
    times.push(performance.now() - begun);
  }
  return { median: times.sort((a, b) => a - b)[Math.floor(tries / 2)] ?? 0, bytes, status };
}

/** What a browser fetches beside the page, pressed as it travels; the chart library is not counted. */
async function assetBytes(url: string): Promise<number> {
  let sum = 0;
  for (const name of ['site.css', 'site.js', 'charts.js', 'icon.svg']) {
    const answer = await fetch(`${url}/site/${name}`, { headers: { 'accept-encoding': 'gzip' } });
    sum += Number(answer.headers.get('content-length') ?? 0);
    await answer.arrayBuffer();
  }
  return sum;
}

async function openDatabase(server: string): Promise<DataSource> {
  const { database: _, ...address } = parseDatabaseUrl(server);
  const connection = await createConnection(address);
  await connection.query('DROP DATABASE IF EXISTS duban_bench_pages');
  await connection.query('CREATE DATABASE duban_bench_pages CHARACTER SET utf8mb4 COLLATE utf8mb4_bin');
  await connection.end();
  const dataSource = createDataSource(parseDatabaseUrl(server.replace(/\/[^/?]*(\?|$)/, '/duban_bench_pages$1')), {
    silentAfterMs: 120_000,
  });
  await dataSource.initialize();
  await migrate(dataSource);
  await saveHolidaySeed(dataSource.manager);
  return dataSource;
}

async function run(): Promise<boolean> {
  const server = await benchServer();
  const dataSource = await openDatabase(server.url);
  const { manager } = dataSource;
  await fillDirectory(manager);
  await fillLedger(manager);
  await fillHistory(manager);
  await dataSource.query('ANALYZE TABLE tasks, task_units, changes, outbox_messages, units, posts');
  const clock = new TurnedClock(now);
  const site = createSite({
    dataSource, directory: new UnitDirectory(dataSource), clock, trial: false, secure: () => false, wakeOutbox: () => undefined, files: { fetch: () => Promise.resolve({ outcome: 'failed' as const, sentence: '没有文件。' }) },
  }); // prettier-ignore
  const web = await startWebServer({
    host: '127.0.0.1',
    port: 0,
    checks: {},
    routers: [site],
    logger: createLogger('warn'),
  });
  const secret = await openSession(manager, 'person-0', { now: clock.now(), today: '2023-07-10' });
  const assets = await assetBytes(web.url);
  tell(
    `${size.tasks} tasks, ${size.units} units, ${size.reports} reports, ${size.messages} messages sent; median of ${tries}`,
  );
  let kept = true;
  const change = (): Promise<unknown> =>
    manager.query("UPDATE tasks SET version = version + 1 WHERE id = 'task-3'").then(() => undefined);
  const views = [
    ...pages.map(path => ({ path, note: '', before: undefined })),
    ...keptPages.map(path => ({ path, note: ' after a change', before: change })),
  ];
  for (const { path, note, before } of views) {
    const { median, bytes, status } = await measure(web.url, path, `duban_session=${secret}`, before);
    const fine = median < promised.ms && bytes + assets < promised.firstViewBytes && status === 200;
    kept &&= fine;
    tell(
      `${`${path}${note}`.padEnd(32)} ${String(status)} ${median.toFixed(0).padStart(5)} ms ${((bytes + assets) / 1000).toFixed(0).padStart(5)} kB${fine ? '' : '  — more than promised'}`,
    );
  }
  await web.stop();
  await dataSource.destroy();
  await server.stop();
  return kept;
}

void run().then(kept => {
  process.exitCode = kept ? 0 : 1;
});
