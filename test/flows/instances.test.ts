// Two processes of the bot on one database behind one DingTalk: everything once, in order, nothing lost.
import { type ChildProcess } from 'node:child_process';
import { killProcess, startBotProcess } from '../support/bot-process';
import { groups, partOf, startTown, type Town } from '../support/town';

let town: Town;
let second: ChildProcess;

beforeEach(async () => {
  town = await startTown();
  // A process of its own, whose host's clock is three seconds behind; the platform gives each message to one of the two.
  second = await startBotProcess(town, 2, town.clock.now().getTime() - 3000);
});
afterEach(async () => {
  await killProcess(second);
  await town.stop();
});

interface Snapshot {
  text: string | null;
  reportedAt: string | null;
}
const snapshotOf = (column: unknown): Snapshot =>
  (typeof column === 'string' ? JSON.parse(column) : column) as Snapshot;

/** The platform's time is in milliseconds. */
const aMoment = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 3));

/** All of them stored, all of them dealt with. */
async function dealtWith(count: number): Promise<void> {
  for (;;) {
    const [row]: { n: string }[] = await town.dataSource.query('SELECT COUNT(*) AS n FROM inbox_messages');
    if (Number(row?.n) >= count) break;
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  await town.settled();
}

test('a conversation handled by two is answered in order, each message once', async () => {
  const asked = Array.from({ length: 20 }, (_, i) => `1完成60%，第${i + 1}次巡查`);
  for (const text of asked) {
    town.gateway.say({ from: 'wanglei', in: groups.market, text, at: true });
    await aMoment();
  }
  await dealtWith(asked.length);
  const answers = town.gateway.messagesIn(groups.market).filter(message => message.from.robotCode !== null);
  const numbers = answers.map(message => Number(/第(\d+)次巡查/.exec(message.text)?.[1]));
  expect([...numbers].sort((a, b) => a - b)).toEqual(asked.map((_, i) => i + 1));
  const rows: { text: string }[] = await town.dataSource.query(
    "SELECT text FROM changes WHERE kind = 'report' ORDER BY saidAt",
  );
  expect(rows.map(row => row.text)).toEqual(asked.map(text => text.split('，')[1]));
  expect((await partOf(town, 1, '区市场监管局')).text).toBe('第20次巡查');
});

test('two people of two units on one task at the same instant: both kept', async () => {
  for (let i = 1; i <= 10; i++) {
    town.gateway.say({ from: 'wanglei', in: groups.market, text: `38完成50%，甲${i}`, at: true });
    town.gateway.say({ from: 'chenjing', in: groups.district, text: `38完成50%，乙${i}`, at: true });
  }
  await dealtWith(20);
  const rows: { text: string }[] = await town.dataSource.query("SELECT text FROM changes WHERE kind = 'report'");
  expect(rows.map(row => row.text).sort()).toEqual(
    Array.from({ length: 10 }, (_, i) => [`甲${i + 1}`, `乙${i + 1}`])
      .flat()
      .sort(),
  );
  expect((await partOf(town, 38, '区市场监管局')).percent).toBe(50);
  expect((await partOf(town, 38, '区行政审批局')).percent).toBe(50);
});

test('two people of one unit on one task at the same instant: both kept, each on top of the other', async () => {
  const took = new Set<string>();
  const endListening = town.gateway.events.subscribe(event => {
    if (event.kind === 'acknowledged') took.add(event.delivery.connectionId);
  });
  for (let i = 1; i <= 10; i++) {
    town.gateway.say({ from: 'wanglei', in: groups.market, text: `1完成${i * 2}%，甲${i}`, at: true });
    town.gateway.say({ from: 'limin', in: groups.district, text: `1完成${i * 2}%，乙${i}`, at: true });
    await aMoment();
  }
  await dealtWith(20);
  endListening();
  expect(took.size).toBe(2);
  const rows: { text: string; before: unknown; after: unknown }[] = await town.dataSource.query(
    "SELECT c.text, c.`before`, c.`after` FROM changes c WHERE c.kind = 'report' ORDER BY c.recordedAt, c.id",
  );
  // A percentage that would fall is asked about first, and nothing else is left out.
  const asked = town.gateway
    .messagesIn(groups.market)
    .concat(town.gateway.messagesIn(groups.district))
    .filter(({ text }) => text.includes('请先确认'));
  expect(rows.length + asked.length).toBe(20);
  // Nothing was written over: what a report found is what another one left. (One that came in behind a later one is
  // kept in the history with its own words, and changes nothing.)
  const sides = rows.map(({ before, after }) => [snapshotOf(before), snapshotOf(after)] as const);
  const applied = sides.filter(([before, after]) => (before.reportedAt ?? '') <= (after.reportedAt ?? ''));
  const found = applied.map(([before]) => before.text ?? '');
  const left = applied.map(([, after]) => after.text ?? '');
  const current = (await partOf(town, 1, '区市场监管局')).text ?? '';
  expect([...found, current].sort()).toEqual(['', ...left].sort());
  expect(new Set(found).size).toBe(applied.length);
});

test('a message redelivered to the other one is kept once', async () => {
  const said = town.gateway.say({ from: 'wanglei', in: groups.market, text: '1完成80%', at: true });
  await dealtWith(1);
  for (let i = 0; i < 5; i++) town.gateway.deliverAgain(said.id);
  await town.gateway.waitForEvent(event => (event.kind === 'acknowledged' ? true : null));
  await town.settled();
  expect((await partOf(town, 1, '区市场监管局')).reports).toBe(1);
});
