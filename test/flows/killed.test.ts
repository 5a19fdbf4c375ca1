// kill -9 in the middle of 200 updates: whatever was acknowledged is there once, whatever was shown is true.
import { type ChildProcess } from 'node:child_process';
import { killProcess, startBotProcess } from '../support/bot-process';
import { groups, startTown, type Town } from '../support/town';

const updates = 200;
const killsAfter = [40, 110];

let town: Town;
let bot: ChildProcess | null = null;

beforeAll(async () => {
  town = await startTown();
  // The bot of this test is a process of its own.
  await town.app.stop();
  await town.gateway.waitForConnections(0);
});
afterAll(async () => {
  bot?.kill('SIGKILL');
  await town.gateway.stop();
  await town.database.drop();
});

async function kill(child: ChildProcess): Promise<void> {
  await killProcess(child);
  await town.gateway.waitForConnections(0);
}

test(`${updates} updates, the bot killed ${killsAfter.length} times: nothing acknowledged is lost or doubled`, async () => {
  bot = await startBotProcess(town);
  const acknowledged = new Set<string>();
  const textOf = new Map<string, string>();
  const endListening = town.gateway.events.subscribe(event => {
    if (event.kind === 'acknowledged' && event.delivery.acknowledgedWith === 200)
      acknowledged.add(event.delivery.messageId);
  });
  for (let i = 1; i <= updates; i++) {
    const note = `巡查${i}次`;
    const said = town.gateway.say({ from: 'wanglei', in: groups.market, text: `1完成60%，${note}`, at: true });
    textOf.set(said.id, note);
    if (!killsAfter.includes(i)) continue;
    // Some of what was just said is acknowledged, some is on its way, some is being written.
    await town.gateway.waitForEvent(event => (event.kind === 'acknowledged' ? true : null));
    await kill(bot);
    bot = await startBotProcess(town);
  }
  const last = [...textOf.keys()].at(-1) ?? '';
  if (!acknowledged.has(last))
    await town.gateway.waitForEvent(event =>
      event.kind === 'acknowledged' && event.delivery.messageId === last ? true : null,
    );
  await town.settled();
  endListening();

  const rows: { text: string }[] = await town.dataSource.query("SELECT text FROM changes WHERE kind = 'report'");
  const kept = rows.map(row => row.text);
  const expected = [...acknowledged].map(id => textOf.get(id) ?? '');
  expect(expected.length).toBeGreaterThan(killsAfter.length);
  expect(expected.filter(note => !kept.includes(note))).toEqual([]);
  expect(kept.filter((note, i) => kept.indexOf(note) !== i)).toEqual([]);
  // No receipt says something that is not kept, and none is sent twice.
  const receipts = town.gateway.messagesIn(groups.market).flatMap(message => {
    const found = message.from.robotCode === null ? null : /巡查\d+次/.exec(message.text);
    return found ? [found[0]] : [];
  });
  expect(receipts.filter(note => !kept.includes(note))).toEqual([]);
  expect(receipts.filter((note, i) => receipts.indexOf(note) !== i)).toEqual([]);
}, 90_000);
