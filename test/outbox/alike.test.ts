// Notices that say the same go to several people by one call; everybody hears once, and nobody stands in another's way.
import { type SendRequest, type SendResult } from '../../src/messages';
import { findUsage } from '../../src/outbox/usage';
import { ChannelStandIn } from './channel-stand-in';
import { OutboxBench, sent } from './outbox-bench';

const bench = new OutboxBench();
beforeAll(() => bench.open());
beforeEach(async () => {
  await bench.begin();
  await bench.database.dataSource.query('DELETE FROM send_paces');
});
afterEach(() => bench.end());
afterAll(() => bench.database.drop());

/** A platform that reaches several people by one call. */
class ManyStandIn extends ChannelStandIn {
  readonly calls: string[][] = [];
  alike: SendResult | ((request: SendRequest) => SendResult) = sent;

  sendAlike(requests: SendRequest[]): Promise<SendResult[]> {
    this.calls.push(requests.map(({ recipient }) => (recipient.kind === 'person' ? recipient.staffId : 'a group')));
    const { alike } = this;
    return Promise.resolve(requests.map(request => (typeof alike === 'function' ? alike(request) : alike)));
  }
}

function platform(): ManyStandIn {
  const channel = new ManyStandIn();
  bench.channel = channel;
  return channel;
}

const notice = { priority: 1 } as const;
const people = (n: number): string[] => Array.from({ length: n }, (_, i) => `p${i}`);

it('forty-five people hear the same by three calls, each once, by whichever process', async () => {
  const channel = platform();
  for (const to of people(45)) await bench.say(to, 'the same', notice);
  bench.dispatch();
  bench.dispatch();
  await bench.settled('sent');
  expect([...channel.calls.flat(), ...channel.requests.map(() => 'alone')].sort()).toEqual(people(45).sort());
  expect(channel.calls.every(call => call.length <= 20)).toBe(true);
  expect((await bench.rows()).every(row => row.attempts === 1)).toBe(true);
});

it('one process fills every call', async () => {
  const channel = platform();
  for (const to of people(45)) await bench.say(to, 'the same', notice);
  bench.dispatch();
  await bench.settled('sent');
  expect(channel.calls.map(call => call.length)).toEqual([20, 20, 5]);
});

it('what says something else, shows other tasks, is an answer, a card or for a group goes alone', async () => {
  const channel = platform();
  await bench.say('a', 'one', notice);
  await bench.say('b', 'two', notice);
  await bench.say('c', 'one', { ...notice, tasksShown: { listId: 'l', itemNos: [1] } });
  await bench.say('d', 'one');
  await bench.say('e', 'one', { priority: 2 });
  await bench.say({ kind: 'group', conversationId: 'g' }, 'one', notice);
  await bench.say('f', 'one', { ...notice, unasked: false });
  bench.dispatch();
  await bench.settled('sent');
  expect(channel.calls).toEqual([]);
  expect(channel.requests).toHaveLength(7);
});

it('somebody for whom something else is under way hears it afterwards, alone', async () => {
  const channel = platform();
  await bench.say('a', 'the same', notice);
  await bench.say('b', 'the same', notice);
  await bench.say('c', 'the same', notice);
  await bench.say('c', 'earlier');
  await bench.database.dataSource.query(
    `UPDATE outbox_messages SET status = 'claimed', claimToken = 'another', leaseUntil = UTC_TIMESTAMP(3) + INTERVAL 9 SECOND
      WHERE dedupKey = 'said:4'`,
  );
  bench.dispatch();
  const rows = async (key: string): Promise<string> => (await bench.row(key)).status;
  while ((await rows('said:1')) !== 'sent' || (await rows('said:2')) !== 'sent') await new Promise(setImmediate);
  expect(channel.calls.map(call => [...call].sort())).toEqual([['a', 'b']]);
  expect(await rows('said:3')).toBe('ready');
  await bench.endLeases();
  await bench.settled('sent');
  expect(channel.calls).toHaveLength(1);
  expect(channel.said).toEqual(['earlier', 'the same']);
});

it('what failed for all is tried again by each alone; what failed for one is that one’s', async () => {
  const channel = platform();
  channel.alike = { outcome: 'not_sent', retryAfterMs: 0, reason: 'one of them is nobody' };
  for (const to of ['a', 'b', 'c']) await bench.say(to, 'the same', notice);
  const dispatcher = bench.dispatch();
  while ((await bench.rows()).some(row => row.attempts === 0 || row.status !== 'ready'))
    await new Promise(setImmediate);
  expect(channel.calls).toHaveLength(1);
  channel.answers(({ recipient }) =>
    recipient.kind === 'person' && recipient.staffId === 'b'
      ? { outcome: 'not_sent', retryAfterMs: null, reason: 'nobody' }
      : sent,
  );
  bench.clock.turnTo(new Date(bench.clock.now().getTime() + 60_000));
  dispatcher.wake();
  await bench.settled('sent', 'failed');
  expect(channel.calls).toHaveLength(1);
  expect((await bench.rows()).map(row => row.status)).toEqual(['sent', 'failed', 'sent']);
});

it('doubt is everybody’s, and is not repeated', async () => {
  const channel = platform();
  channel.alike = { outcome: 'unknown', reason: 'HTTP 504' };
  for (const to of ['a', 'b']) await bench.say(to, 'the same', notice);
  const dispatcher = bench.dispatch();
  await bench.settled('uncertain');
  dispatcher.wake();
  await bench.end();
  expect(channel.calls).toHaveLength(1);
  expect(channel.requests).toEqual([]);
});

it('counts as one call of the month', async () => {
  const channel = platform();
  channel.alike = { outcome: 'sent', providerKey: 'shared' };
  for (const to of people(5)) await bench.say(to, 'the same', notice);
  await bench.say('x', 'another', notice);
  bench.dispatch();
  await bench.settled('sent');
  expect((await bench.rows()).filter(row => row.providerKey === 'shared')).toHaveLength(5);
  expect((await findUsage(bench.database.dataSource.manager, bench.clock.now())).calls.used).toBe(2);
});
