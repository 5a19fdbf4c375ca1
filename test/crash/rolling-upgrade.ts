// The program upgraded and taken back while people talk to it: instances of the previous version run beside this one's on the new
// schema; the step back is done with data in the tables. Needs the project's history: npm run test:upgrade (UPGRADES=20 by hand).
import { type ChildProcess, execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { migrate, schemaState } from '../../src/database/schema';
import { projectFile } from '../../src/project-files';
import { killProcess, startBotProcess } from '../support/bot-process';
import { startTown, type Town } from '../support/town';
import { Ledger, nothingWrong, pause } from './ledger';
import { buildPreviousProgram, type PreviousProgram } from './previous-program';

const run = promisify(execFile);
const upgrades = Number(process.env.UPGRADES ?? 2);
const current = projectFile('dist', 'src', 'cli.js');

let previous: PreviousProgram;
let town: Town;
const bots = new Set<ChildProcess>();

beforeAll(async () => {
  previous = await buildPreviousProgram();
  town = await startTown({ at: '2023-06-26T08:36:00+08:00', times: { redeliverAfterMs: 2000, redeliveries: 1000 } });
  await town.app.stop();
  await town.gateway.waitForConnections(0);
}, 240_000);
afterAll(async () => {
  for (const bot of bots) await killProcess(bot);
  await town.gateway.stop();
  await town.database.drop();
  await previous.remove();
}, 60_000);

async function start(cli: string): Promise<ChildProcess> {
  const bot = await startBotProcess(town, bots.size + 1, town.clock.now().getTime(), town.database.url, cli);
  bots.add(bot);
  return bot;
}

/** As an operator stops it. @returns in how many milliseconds it was gone, and how */
async function stop(bot: ChildProcess): Promise<{ ms: number; code: number | null }> {
  const begun = performance.now();
  const gone = once(bot, 'exit');
  bot.kill('SIGTERM');
  await gone;
  bots.delete(bot);
  return { ms: Math.round(performance.now() - begun), code: bot.exitCode };
}

const kept: Record<string, string> = {
  tasks: 'id, state, version',
  task_units: 'id, status, percent, lastText, lastReportedAt, done',
  changes: 'id, taskId, inboxMessageId, kind, text, saidAt',
  inbox_messages: 'id, messageId, status, outcome',
  outbox_messages: 'id, dedupKey, status, sentAt',
};

async function sums(): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [table, columns] of Object.entries(kept)) {
    const rows: object[] = await town.dataSource.query(`SELECT ${columns} FROM ${table} ORDER BY id`);
    found[table] = createHash('sha256').update(JSON.stringify(rows)).digest('hex');
  }
  return found;
}

const tell = async (cli: string, ...args: string[]): Promise<void> => {
  await run(process.execPath, [cli, ...args], { env: { PATH: process.env.PATH, DATABASE_URL: town.database.url } });
};

test('upgraded and taken back under load, two versions side by side: nothing is lost or doubled', async () => {
  const ledger = new Ledger(town);
  const stops: { ms: number; code: number | null }[] = [];
  let round = 0;
  for (let upgrade = 0; upgrade < upgrades; upgrade++) {
    // Back, with data in it: the program is stopped, the step undone by the program that knows it, the previous one started.
    await ledger.nextMorning();
    const before = await sums();
    await tell(current, 'migrate', '--down');
    expect(await schemaState(town.dataSource)).toBe('behind');
    expect(await sums()).toEqual(before);
    const old = [await start(previous.cli), await start(previous.cli)] as const;
    ledger.speak(round++);
    await pause(Math.random() * 500);

    // Forward, while the previous program is busy.
    const upgrading = tell(current, 'migrate');
    ledger.speak(round++);
    await upgrading;
    expect(await schemaState(town.dataSource)).toBe('current');
    ledger.speak(round++);
    const first = await start(current);
    ledger.speak(round++);
    await pause(Math.random() * 500);
    stops.push(await stop(old[0]));
    ledger.speak(round++);
    const second = await start(current);
    ledger.speak(round++);
    await pause(Math.random() * 500);
    // The last of the old ones does not go politely.
    await killProcess(old[1]);
    bots.delete(old[1]);
    ledger.speak(round++);
    await ledger.quiet();
    stops.push(await stop(first), await stop(second));
    await town.gateway.waitForConnections(0, 20_000);
  }
  const figures = await ledger.figures();
  const slowestStopMs = Math.max(...stops.map(({ ms }) => ms));
  process.stderr.write(`${JSON.stringify({ upgrades, previous: previous.commit, ...figures, slowestStopMs })}\n`);
  expect(figures).toMatchObject(nothingWrong);
  expect(figures.acknowledged).toBe(figures.said);
  expect(figures.uncertain).toBeLessThanOrEqual(4 * upgrades);
  expect(stops.map(({ code }) => code)).toEqual(stops.map(() => 0));
  expect(await migrate(town.dataSource)).toEqual([]);
}, 300_000 + upgrades * 120_000); // prettier-ignore
