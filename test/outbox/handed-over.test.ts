// Answers handed over with their claim: in order to each recipient, never in the way of what waits in the table, never past it.
import { type OutboxMessage } from '../../src/database/entities/message';
import { type SendResult } from '../../src/messages';
import { type Dispatcher } from '../../src/outbox/dispatcher';
import { enqueueClaimed } from '../../src/outbox/outbox';
import { OutboxBench, sent, until } from './outbox-bench';

const bench = new OutboxBench();
beforeAll(() => bench.open());
beforeEach(() => bench.begin());
afterEach(() => bench.end());
afterAll(() => bench.database.drop());

let answers = 0;

/** An answer as a turn puts it there: claimed, then handed over. */
async function answer(
  dispatcher: Dispatcher,
  to: string,
  sentence: string,
  behind: string[] = [],
): Promise<OutboxMessage> {
  const [row] = await enqueueClaimed(
    bench.database.dataSource.manager,
    [{ to: { kind: 'person', staffId: to }, reply: { template: 'refused', sentence }, dedupKey: `answer:${++answers}` }],
    bench.clock.now(),
  ); // prettier-ignore
  if (!row) throw new Error('not stored');
  dispatcher.handOver(row, behind);
  return row;
}

test('one behind another to the same recipient waits for its end; to others they go meanwhile', async () => {
  const dispatcher = bench.dispatch();
  const release = bench.channel.hold();
  const first = await answer(dispatcher, 'a', '1');
  await until(() => bench.channel.inFlight === 1);
  expect(dispatcher.holds([first.id])).toBe(true);
  const second = await answer(dispatcher, 'a', '2', [first.id]);
  expect(dispatcher.holds([first.id, second.id])).toBe(true);
  expect(dispatcher.holds([first.id, 'somebody else’s'])).toBe(false);
  await answer(dispatcher, 'b', 'other');
  await until(() => bench.channel.inFlight === 2);
  expect(bench.channel.said).toEqual(['1', 'other']);
  bench.channel.answers(sent);
  release(sent);
  await bench.settled('sent');
  expect(bench.channel.said).toEqual(['1', 'other', '2']);
  expect(bench.channel.crossed).toBe(0);
  expect(dispatcher.holds([first.id])).toBe(false);
});

test('what was not sent is not overtaken: the next goes back into the table, and both are sent in order', async () => {
  const dispatcher = bench.dispatch();
  const release = bench.channel.hold();
  const first = await answer(dispatcher, 'a', '1');
  await until(() => bench.channel.inFlight === 1);
  await answer(dispatcher, 'a', '2', [first.id]);
  const refused: SendResult = { outcome: 'not_sent', retryAfterMs: 0, reason: '稍后再试' };
  bench.channel.answers(sent);
  release(refused);
  await until(async () => (await bench.rows()).every(row => row.status === 'ready'));
  expect(bench.channel.said).toEqual(['1']);
  await until(async () => {
    bench.clock.turnTo(new Date(bench.clock.now().getTime() + 60_000));
    dispatcher.wake();
    return (await bench.rows()).every(row => row.status === 'sent');
  });
  expect(bench.channel.said).toEqual(['1', '1', '2']);
});

test('however many answers are handed over, what waits in the table has its turn', async () => {
  const dispatcher = bench.dispatch();
  const releases: ((answer: SendResult) => void)[] = [];
  bench.channel.answers(() => new Promise<SendResult>(resolve => void releases.push(resolve)));
  for (let i = 0; i < 16; i++) await answer(dispatcher, `to-${i}`, `${i}`);
  await until(() => releases.length === 4);
  await bench.say('patient', 'from the table');
  dispatcher.wake();
  // One place after the other becomes free; all of them could be taken by what was handed over.
  for (let n = 0; n < 17; n++) {
    await until(() => releases.length > n);
    releases[n]?.(sent);
  }
  await bench.settled('sent');
  expect(bench.channel.said).toHaveLength(17);
  expect(bench.channel.said.indexOf('from the table')).toBeLessThan(12);
});

test('at most four are under way at once, wherever they come from', async () => {
  const dispatcher = bench.dispatch();
  const release = bench.channel.hold();
  for (let i = 0; i < 8; i++) await answer(dispatcher, `h-${i}`, 'x');
  for (let i = 0; i < 8; i++) await bench.say(`t-${i}`, 'y');
  dispatcher.wake();
  await until(() => bench.channel.inFlight === 4);
  bench.channel.answers(sent);
  release(sent);
  await bench.settled('sent');
  expect(bench.channel.mostInFlight).toBe(4);
  expect(bench.channel.said).toHaveLength(16);
});

test('stopped, it gives back what was not begun', async () => {
  const dispatcher = bench.dispatch();
  const release = bench.channel.hold();
  for (let i = 0; i < 6; i++) await answer(dispatcher, `h-${i}`, 'x');
  await until(() => bench.channel.inFlight === 4);
  const stopped = dispatcher.stop();
  release(sent);
  await stopped;
  const rows = await bench.rows();
  expect(rows.filter(row => row.status === 'sent')).toHaveLength(4);
  expect(rows.filter(row => row.status === 'ready' && row.claimToken === null)).toHaveLength(2);
  expect(dispatcher.room()).toBe(0);
});
