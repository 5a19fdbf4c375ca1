// The bot killed again and again, at random instants and at every named step, while people talk to it, decide, and mornings come;
// while the database goes away and DingTalk fails. A ledger of its own knows what was said, acknowledged and shown.
// CRASH_KILLS=1000 for a long run by hand, CRASH_MINUTES=30 ends it earlier: npm run test:crash
import { type ChildProcess } from 'node:child_process';
import { type SendFaultKind } from '../../src/simulator/fault-switches';
import { killProcess, startBotProcess } from '../support/bot-process';
import { startTown, type Town } from '../support/town';
import { countDoubtsShown } from './doubts-shown';
import { DatabaseProxy, type StopPoint } from './database-proxy';
import { Ledger, nothingWrong, pause, pick } from './ledger';

const longRun = Number(process.env.CRASH_KILLS ?? 0);
const limitMs = longRun > 0 ? Number(process.env.CRASH_MINUTES ?? 720) * 60_000 : 30_000;
const atPointMs = 4000;
/** Sends in doubt on one page. */
const mostShown = 200;

/** One of each: the steps between which a process may die. */
const points: (StopPoint & { name: string })[] = [
  ['before the accept commit', 'before', 'INSERT INTO inbox_messages'],
  ['after the accept commit, before the acknowledgement', 'after', 'INSERT INTO inbox_messages'],
  ['in the turn', 'before', 'INSERT INTO changes'],
  ['before a commit', 'before', 'COMMIT'],
  ['after a commit, its answer unheard', 'after', 'COMMIT'],
  ['before the claim', 'before', "SET status = 'claimed'"],
  ['after the claim', 'after', "SET status = 'claimed'"],
  ['before the fence', 'before', 'SET sendStartedAt'],
  ['after the fence, before the send', 'after', 'SET sendStartedAt'],
  ['between send and mark', 'before', "status = 'sent', sentAt = ?"],
  ['after the mark', 'after', "status = 'sent', sentAt = ?"],
].map(([name = '', side, statement = '']) => ({ name, side: side as StopPoint['side'], statement }));

const sendFaults: SendFaultKind[] = [500, 403, 'reset', 'too-fast', 'deliver-then-504', 'deliver-then-reset'];

let town: Town;
let proxy: DatabaseProxy;
let bot: ChildProcess | null = null;

beforeAll(async () => {
  town = await startTown({ at: '2023-06-26T08:36:00+08:00' });
  await town.app.stop();
  await town.gateway.waitForConnections(0);
  proxy = await DatabaseProxy.start(town.database.url);
}, 60_000);
afterAll(async () => {
  if (bot) await killProcess(bot);
  await town.app.stop();
  await town.gateway.stop();
  await proxy.stop();
  await town.database.drop();
});

/** The leases of the dead end by themselves after 10 and 30 s; a round need not wait for it. */
async function endLeases(): Promise<void> {
  await town.dataSource.query(
    "UPDATE outbox_messages SET leaseUntil = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE status = 'claimed'",
  );
}

async function start(): Promise<void> {
  bot = await startBotProcess(town, 1, town.clock.now().getTime(), proxy.url);
}

async function kill(): Promise<void> {
  if (bot) await killProcess(bot);
  await town.gateway.waitForConnections(0, 20_000);
  proxy.disarm();
  proxy.cut();
  await endLeases();
}

async function trouble(round: number): Promise<void> {
  const kind = round % 4;
  if (kind === 1) {
    proxy.cut(true);
    await pause(300);
    proxy.back();
  }
  if (kind === 2) town.gateway.faults.failSends(pick(sendFaults), 2);
  if (kind === 3) proxy.cut();
}

test('killed at random and at every step: nothing acknowledged is lost, nothing is written or shown twice', async () => {
  const ledger = new Ledger(town);
  const reached: Record<string, number> = {};
  let kills = 0;
  await start();
  const begun = performance.now();
  const order = [...points].sort(() => Math.random() - 0.5);
  for (let round = 0; performance.now() - begun < limitMs && (longRun === 0 || kills < longRun); round++) {
    const point = order[round % (order.length + 3)];
    const stopped = point ? proxy.stopAt(point).then(() => point.name) : pause(Math.random() * 600).then(() => 'at random');
    ledger.speak(round);
    if (!point) await trouble(round);
    const where = await Promise.race([stopped, pause(atPointMs).then(() => 'not reached')]);
    await kill();
    kills++;
    reached[where] = (reached[where] ?? 0) + 1;
    await start();
    if (round % 6 !== 5) continue;
    await quiet();
    // The next morning, with cards: the next process starts into it.
    await ledger.nextMorning();
    await kill();
    kills++;
    await start();
  }
  await quiet();

  async function quiet(): Promise<void> {
    town.gateway.faults.clear();
    await ledger.quiet();
  }

  const figures = await ledger.figures();
  if (bot) await killProcess(bot);
  const uncertainShown = await countDoubtsShown(town);
  process.stderr.write(`${JSON.stringify({ kills, ...figures, uncertainShown, reached })}\n`);
  expect(figures).toMatchObject(nothingWrong);
  expect(figures.updates).toBeGreaterThan(kills);
  // At most four sends are under way in a process that is killed; failing sends that reached people are in doubt too.
  expect(figures.uncertain).toBeLessThanOrEqual(4 * kills);
  expect(uncertainShown).toBeGreaterThanOrEqual(Math.min(figures.uncertain, mostShown));
}, limitMs + 180_000); // prettier-ignore
