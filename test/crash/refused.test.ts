// A server that is full, read-only or no part of its cluster is not a message's fault: however long it lasts, none is set aside.
import { type ChildProcess } from 'node:child_process';
import { killProcess, startBotProcess } from '../support/bot-process';
import { groups, startTown, type Town } from '../support/town';
import { until } from '../outbox/outbox-bench';
import { DatabaseProxy } from './database-proxy';

let town: Town;
let proxy: DatabaseProxy;
let bot: ChildProcess | null = null;

beforeAll(async () => {
  town = await startTown();
  await town.app.stop();
  await town.gateway.waitForConnections(0);
  proxy = await DatabaseProxy.start(town.database.url);
  bot = await startBotProcess(town, 1, town.clock.now().getTime(), proxy.url);
}, 60_000);
afterAll(async () => {
  if (bot) await killProcess(bot);
  await town.gateway.stop();
  await proxy.stop();
  await town.database.drop();
});

/** Of the last step of a turn; the message has been stored and acknowledged. */
const lastStep = 'UPDATE inbox_messages m ';

test.each([
  // Those that are repeated at once are refused five times at each attempt.
  [1114, "The table 'inbox_messages' is full", 4],
  [1290, 'The MariaDB server is running with the --read-only option', 16],
  [1047, 'WSREP has not yet prepared node for application use', 16],
])(
  'refused with %d more often than a message is tried: it is recorded and answered when the server is well again',
  async (errno, message, refusals) => {
    proxy.refuse({ statement: lastStep, errno, message });
    const before = proxy.refusals;
    const said = town.gateway.say({ from: 'wanglei', in: groups.market, text: `1完成60%，核查${errno}`, at: true });
    await town.acknowledged(said.id);
    await until(() => proxy.refusals >= before + refusals);
    proxy.refuse(null);
    const answer = await town.gateway.waitFor(shown => shown.from.robotCode !== null, {
      after: said.id,
      timeoutMs: 20_000,
    });
    expect(answer.text).toContain(`核查${errno}`);
    const [row]: { status: string; attempts: number }[] = await town.dataSource.query(
      'SELECT status, attempts FROM inbox_messages WHERE messageId = ?',
      [said.id],
    );
    expect(row).toEqual({ status: 'handled', attempts: 0 });
  },
  60_000,
);
