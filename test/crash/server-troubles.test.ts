// The database server itself in trouble while two instances of the bot are busy: stopped, killed, made read-only, its disk full, frozen.
// Nobody restarts a bot: each trouble ends, and they carry on by themselves. TROUBLES=60 for a long run by hand (frozen comes fifth).
import { type ChildProcess } from 'node:child_process';
import { parseDatabaseUrl } from '../../src/database/connection-url';
import { grantsFor } from '../../src/database/grants';
import { killProcess, startBotProcess } from '../support/bot-process';
import { groups, startTown, type Town } from '../support/town';
import { countDoubtsShown } from './doubts-shown';
import { Ledger, nothingWrong, pause } from './ledger';
import { OwnServer } from './own-server';

const rounds = Number(process.env.TROUBLES ?? 4);
const limitMs = 180_000 + rounds * 60_000;
const user = 'duban_least';
/** Of one page. */
const mostShown = 200;

let server: OwnServer;
let town: Town;
let botsUrl: string;
let bots: ChildProcess[] = [];
let died = 0;
const serverOfTheRun = process.env.DUBAN_TEST_DATABASE_URL;

beforeAll(async () => {
  // All tables in one file, which grows in small steps.
  server = await OwnServer.start(['--loose-innodb-file-per-table=0', '--innodb-autoextend-increment=1']);
  process.env.DUBAN_TEST_DATABASE_URL = server.url('mysql');
  town = await startTown({ at: '2023-06-26T08:36:00+08:00', times: { redeliverAfterMs: 2000, redeliveries: 1000 } });
  await town.app.stop();
  await town.gateway.waitForConnections(0);
  await server.run(`CREATE USER ${user}@localhost`);
  await server.run(...(await grantsFor(town.dataSource, `${user}@localhost`)));
  botsUrl = server.url(parseDatabaseUrl(town.database.url).database, user);
}, 120_000);
afterAll(async () => {
  await Promise.all(bots.map(killProcess));
  await town.app.stop();
  await town.gateway.stop();
  await town.database.drop();
  await server.remove();
  process.env.DUBAN_TEST_DATABASE_URL = serverOfTheRun;
}, 60_000);

async function startBots(): Promise<void> {
  for (let i = 1; i <= 2; i++) bots.push(await startBotProcess(town, i, town.clock.now().getTime(), botsUrl));
}

async function stopBots(): Promise<void> {
  died += bots.filter(bot => bot.exitCode !== null || bot.signalCode !== null).length;
  await Promise.all(bots.map(killProcess));
  bots = [];
  await town.gateway.waitForConnections(0, 20_000);
}

interface Trouble {
  name: string;
  begin: () => void | Promise<void>;
  end: () => void | Promise<void>;
  /** Rather longer than a connection may be silent. */
  lastsMs?: number;
}

const troubles: Trouble[] = [
  { name: 'stopped', begin: () => server.end('SIGTERM'), end: () => server.startAgain() },
  {
    name: 'read-only',
    begin: () => server.run('SET GLOBAL read_only = 1'),
    end: () => server.run('SET GLOBAL read_only = 0'),
  },
  { name: 'killed', begin: () => server.end('SIGKILL'), end: () => server.startAgain() },
  {
    name: 'full',
    begin: () => server.fillUp(),
    end: () => {
      server.makeRoom();
    },
  },
  {
    name: 'frozen',
    begin: () => {
      server.freeze();
    },
    end: () => {
      server.thaw();
    },
    lastsMs: 18_000,
  },
];

/** Milliseconds until the first answer to something said now. */
async function answeredAfter(): Promise<number> {
  const begun = performance.now();
  const said = town.gateway.say({ from: 'zhangsan', in: groups.tax, text: '我局本周任务', at: true });
  await town.gateway.waitFor(message => message.from.robotCode !== null && message.conversationId === groups.tax, {
    after: said.id,
    timeoutMs: 60_000,
  });
  return Math.round(performance.now() - begun);
}

test('stopped, killed, read-only, full, frozen: the bots carry on by themselves, nothing is lost or doubled, doubts are shown', async () => {
  const ledger = new Ledger(town);
  const reached: Record<string, number> = {};
  const backMs: Record<string, number> = {};
  await startBots();
  for (let round = 0; round < rounds; round++) {
    const trouble = troubles[round % troubles.length];
    if (!trouble) throw new Error('no trouble');
    ledger.speak(2 * round);
    await pause(Math.random() * 700);
    await trouble.begin();
    // People do not know.
    ledger.speak(2 * round + 1);
    await pause(trouble.lastsMs ?? 1000 + Math.random() * 2000);
    await trouble.end();
    reached[trouble.name] = (reached[trouble.name] ?? 0) + 1;
    backMs[trouble.name] = Math.max(backMs[trouble.name] ?? 0, await answeredAfter());
    if (round % 2 === 0) continue;
    // The next trouble comes into a morning.
    await ledger.quiet();
    await stopBots();
    await ledger.nextMorning();
    await startBots();
  }
  await ledger.quiet();
  await stopBots();
  const figures = await ledger.figures();
  const uncertainShown = await countDoubtsShown(town);
  process.stderr.write(`${JSON.stringify({ troubles: rounds, died, ...figures, uncertainShown, reached, backMs })}\n`);
  expect(figures).toMatchObject(nothingWrong);
  expect(died).toBe(0);
  expect(figures.acknowledged).toBe(figures.said);
  expect(uncertainShown).toBeGreaterThanOrEqual(Math.min(figures.uncertain, mostShown));
}, limitMs); // prettier-ignore
