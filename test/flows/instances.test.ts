// Two processes' worth of the bot on one database behind one DingTalk: everything once, in order, nothing lost.
import { startApp, type App } from '../../src/app';
import { TurnedClock } from '../../src/clock';
import { createLogger } from '../../src/logger';
import { groups, partOf, robot, startTown, type Town } from '../support/town';

let town: Town;
let second: App;

beforeEach(async () => {
  town = await startTown();
  second = await startApp({
    dataSource: town.dataSource,
    // Its host's clock is three seconds behind.
    clock: new TurnedClock(new Date(town.clock.now().getTime() - 3000)),
    logger: createLogger('silent'),
    web: { host: '127.0.0.1', port: 0 },
    dingtalk: { ...robot, apiBase: town.gateway.baseUrl, oapiBase: town.gateway.baseUrl },
  });
  await town.gateway.waitForConnections(2);
});
afterEach(async () => {
  await second.stop();
  await town.stop();
});

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

test('a message redelivered to the other one is kept once', async () => {
  const said = town.gateway.say({ from: 'wanglei', in: groups.market, text: '1完成80%', at: true });
  await dealtWith(1);
  for (let i = 0; i < 5; i++) town.gateway.deliverAgain(said.id);
  await town.gateway.waitForEvent(event => (event.kind === 'acknowledged' ? true : null));
  await town.settled();
  expect((await partOf(town, 1, '区市场监管局')).reports).toBe(1);
});
