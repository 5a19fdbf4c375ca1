// The bot on a cluster of three nodes that all take writes: an instance at each, nodes and instances killed under load.
// Galera checks for conflicts when a transaction commits, and its row locks end at the node: nothing may rely on them.
// Not part of the usual run: npm run test:cluster (CLUSTER_KILLS=40 for a long one by hand; CLUSTER_SPREAD=1: the connections of each
// instance are spread over all nodes, which then wait for each other before they read).
import { type ChildProcess } from 'node:child_process';
import { type RowDataPacket } from 'mysql2/promise';
import { parseDatabaseUrl } from '../../src/database/connection-url';
import { grantsFor } from '../../src/database/grants';
import { killProcess, startBotProcess } from '../support/bot-process';
import { groups, startTown, type Town } from '../support/town';
import { Balancer } from './balancer';
import { Cluster } from './galera-cluster';
import { Ledger, nothingWrong, pause, pick } from './ledger';

const killsWanted = Number(process.env.CLUSTER_KILLS ?? 6);
const limitMs = 300_000 + killsWanted * 90_000;
const user = 'duban_least';

const spread = process.env.CLUSTER_SPREAD === '1';

let cluster: Cluster;
let balancer: Balancer | null = null;
let town: Town;
let database: string;
const bots: (ChildProcess | null)[] = [null, null, null];
let died = 0;
const serverOfTheRun = process.env.DUBAN_TEST_DATABASE_URL;

beforeAll(async () => {
  cluster = await Cluster.start(bots.length, spread ? ['--wsrep-sync-wait=1'] : []);
  if (spread) balancer = await Balancer.start(() => cluster.nodes.map(node => node.socketPath));
  process.env.DUBAN_TEST_DATABASE_URL = cluster.nodes[0]?.url('mysql');
  town = await startTown({ at: '2023-06-26T08:36:00+08:00', times: { redeliverAfterMs: 2000, redeliveries: 1000 } });
  await town.app.stop();
  await town.gateway.waitForConnections(0);
  database = parseDatabaseUrl(town.database.url).database;
  const [first] = cluster.nodes;
  await first?.run(`CREATE USER ${user}@localhost`);
  for (const grant of await grantsFor(town.dataSource, `${user}@localhost`)) await first?.run(grant);
  await cluster.inStep();
}, 240_000);
afterAll(async () => {
  for (const bot of bots) if (bot) await killProcess(bot);
  await town.gateway.stop();
  await town.database.drop();
  await balancer?.stop();
  await cluster.remove();
  process.env.DUBAN_TEST_DATABASE_URL = serverOfTheRun;
}, 120_000);

function urlOf(i: number): string {
  const own = cluster.nodes[i]?.url(database, user) ?? '';
  return balancer ? own.replace(/socketPath=.*/, `socketPath=${encodeURIComponent(balancer.socketPath)}`) : own;
}

async function startBot(i: number): Promise<void> {
  const others = bots.filter(bot => bot !== null).length;
  bots[i] = await startBotProcess(town, others + 1, town.clock.now().getTime(), urlOf(i));
}

async function killBot(i: number): Promise<void> {
  const bot = bots[i];
  if (!bot) return;
  if (bot.exitCode !== null || bot.signalCode !== null) died++;
  await killProcess(bot);
  bots[i] = null;
  await town.gateway.waitForConnections(bots.filter(one => one !== null).length, 20_000);
}

/** Two units report on one task at every node at the same moment: what a lock kept apart on one server meets at the commit here. */
function speakAtOnce(round: number): void {
  for (let i = 0; i < 6; i++) {
    town.gateway.say({ from: 'wanglei', in: groups.market, text: `38完成50%，甲${round}之${i}`, at: true });
    town.gateway.say({ from: 'chenjing', in: groups.district, text: `38完成50%，乙${round}之${i}`, at: true });
  }
  // Two of one unit apply for the same: one application may be open.
  town.gateway.say({ from: 'wanglei', in: groups.market, text: '2申请延期到12月底，因系统未上线', at: true });
  town.gateway.say({ from: 'limin', in: groups.district, text: '2申请延期到12月底，因设备未到货', at: true });
}

/** Milliseconds until the first answer to something said now. */
async function answeredAfter(): Promise<number> {
  const begun = performance.now();
  const said = town.gateway.say({ from: 'zhangsan', in: groups.tax, text: '我局本周任务', at: true });
  await town.gateway.waitFor(message => message.from.robotCode !== null && message.conversationId === groups.tax, {
    after: said.id,
    timeoutMs: 90_000,
  });
  return Math.round(performance.now() - begun);
}

test('nodes and instances killed under load: nothing is lost or doubled, conflicts are tried again', async () => {
  const ledger = new Ledger(town);
  const reached: Record<string, number> = {};
  let answeredMs = 0;
  for (const [i] of bots.entries()) await startBot(i);
  for (let kill = 0; kill < killsWanted; kill++) {
    const i = kill % bots.length;
    const how = kill % 3 === 2 ? 'with nothing left' : 'as it was';
    ledger.speak(2 * kill);
    speakAtOnce(2 * kill);
    await pause(Math.random() * 1500);
    await cluster.nodes[i]?.kill();
    ledger.speak(2 * kill + 1);
    speakAtOnce(2 * kill + 1);
    // The others go on once they agree that it is gone.
    answeredMs = Math.max(answeredMs, await answeredAfter());
    await killBot(pick([0, 1, 2].filter(one => one !== i)));
    await cluster.nodes[i]?.start(how === 'as it was' ? 'again' : 'empty');
    reached[how] = (reached[how] ?? 0) + 1;
    for (const [one, bot] of bots.entries()) if (!bot) await startBot(one);
    if (kill % 2 === 0) continue;
    await ledger.quiet();
    for (const [one] of bots.entries()) await killBot(one);
    await cluster.inStep();
    await ledger.nextMorning();
    for (const [one] of bots.entries()) await startBot(one);
  }
  await ledger.quiet();
  for (const [one] of bots.entries()) await killBot(one);
  await cluster.inStep();
  const figures = await ledger.figures();
  const atOnce: { text: string }[] = await town.dataSource.query(
    "SELECT text FROM changes WHERE kind = 'report' AND (text LIKE '甲%' OR text LIKE '乙%')",
  );
  const [applications]: { open: string; all: string }[] = await town.dataSource.query(
    "SELECT SUM(status = 'open') AS open, COUNT(*) AS `all` FROM extension_requests",
  );
  const conflicts =
    (await cluster.sum('wsrep_local_cert_failures')) + (await cluster.sum('wsrep_local_bf_aborts'));
  const checksums = await Promise.all(
    cluster.nodes.map(node =>
      node.run<RowDataPacket>(`CHECKSUM TABLE ${database}.changes, ${database}.tasks, ${database}.outbox_messages, ${database}.inbox_messages`),
    ),
  ); // prettier-ignore
  process.stderr.write(
    `${JSON.stringify({ nodesKilled: killsWanted, spread, died, ...figures, atOnce: atOnce.length, applications, conflicts, reached, answeredMs })}\n`,
  );
  expect(figures).toMatchObject(nothingWrong);
  expect(figures.acknowledged).toBe(figures.said);
  expect(died).toBe(0);
  expect(new Set(atOnce.map(row => row.text)).size).toBe(24 * killsWanted);
  expect(atOnce).toHaveLength(24 * killsWanted);
  expect(Number(applications?.open)).toBe(1);
  expect(Number(applications?.all)).toBeGreaterThan(1);
  for (const sums of checksums) expect(sums).toEqual(checksums[0]);
}, limitMs); // prettier-ignore
