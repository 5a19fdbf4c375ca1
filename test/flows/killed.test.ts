// kill -9 in the middle of 200 updates: whatever was acknowledged is there once, whatever was shown is true.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { projectFile } from '../../src/project-files';
import { groups, robot, startTown, type Town } from '../support/town';

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

async function startBot(): Promise<ChildProcess> {
  const child = spawn(process.execPath, [projectFile('dist', 'src', 'cli.js'), 'start'], {
    stdio: 'ignore',
    env: {
      PATH: process.env.PATH ?? '',
      NODE_ENV: 'test',
      DATABASE_URL: town.database.url,
      DINGTALK_CLIENT_ID: robot.clientId,
      DINGTALK_CLIENT_SECRET: robot.clientSecret,
      DINGTALK_ROBOT_CODE: robot.robotCode,
      DINGTALK_API_BASE: town.gateway.baseUrl,
      DINGTALK_OAPI_BASE: town.gateway.baseUrl,
      DUBAN_NOW: town.clock.now().toISOString(),
      DUBAN_PORT: '0',
      DUBAN_LOG: 'error',
    },
  });
  await town.gateway.waitForConnections(1, 20_000);
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  await town.gateway.waitForConnections(0);
}

test(`${updates} updates, the bot killed ${killsAfter.length} times: nothing acknowledged is lost or doubled`, async () => {
  bot = await startBot();
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
    bot = await startBot();
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
