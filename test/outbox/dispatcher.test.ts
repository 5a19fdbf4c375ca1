// What becomes of a message: sent, tried again, parked, left in doubt, or expired; in order, and only while it makes sense.
import { findShownTasks } from '../../src/outbox/outbox';
import { OutboxBench, sent, startsAt, until } from './outbox-bench';

const bench = new OutboxBench();
beforeAll(() => bench.open());
beforeEach(() => bench.begin());
afterEach(() => bench.end());
afterAll(() => bench.database.drop());

const later = (ms: number) => new Date(bench.clock.now().getTime() + ms);
const minute = 60_000;

/** Waits until a message has been tried so often and the result has been written down. */
const tried = (attempts: number, dedupKey = 'said:1') =>
  until(async () => {
    const row = await bench.row(dedupKey);
    return row.attempts === attempts && row.status !== 'claimed';
  });

describe('a message', () => {
  it('is rendered, sent under its own key, and marked with the platform’s', async () => {
    const replyUrl = { url: 'https://oapi.dingtalk.com/robot/sendBySession?session=x', expiresAt: '2023-06-26T03:00:00Z' };
    const tasksShown = { listId: 'list', itemNos: [3, 1] };
    await bench.say({ kind: 'group', conversationId: 'cid' }, '好的', { tasksShown, replyUrl, mention: 'wanglei' });
    bench.channel.answers({ outcome: 'sent', providerKey: 'key-1' });
    bench.dispatch();
    await bench.settled('sent');
    const row = await bench.row();
    expect(bench.channel.requests).toEqual([
      {
        key: row.id,
        recipient: { kind: 'group', conversationId: 'cid' },
        message: { title: expect.any(String), markdown: expect.stringContaining('好的'), buttons: [] },
        quotable: true,
        card: false,
        replyUrl,
        mention: 'wanglei',
      },
    ]);
    expect(row).toMatchObject({ providerKey: 'key-1', attempts: 1, problem: null, claimToken: null });
    expect(row.sentAt!.getTime() - startsAt.getTime()).toBeLessThan(minute);
    expect(await findShownTasks(bench.database.dataSource.manager, 'key-1')).toEqual(tasksShown);
    expect(await findShownTasks(bench.database.dataSource.manager, 'key-2')).toBeNull();
  }); // prettier-ignore

  it('that shows no task need not be quotable', async () => {
    await bench.say('a', 'x');
    bench.dispatch();
    await bench.settled('sent');
    expect(bench.channel.requests[0]).toMatchObject({ quotable: false, replyUrl: null, mention: null });
  });

  it('is there once for its dedupKey, also when two put it there at the same moment', async () => {
    expect(await bench.say('a', 'first', { dedupKey: 'k' })).toBe(true);
    expect(await bench.say('a', 'second', { dedupKey: 'k' })).toBe(false);
    expect(await bench.say('a', 'other', { dedupKey: 'K' })).toBe(true);
    const raced = await Promise.all(Array.from({ length: 8 }, () => bench.say('b', 'raced', { dedupKey: 'race' })));
    expect(raced.filter(Boolean)).toHaveLength(1);
    bench.dispatch();
    await bench.settled('sent');
    expect(bench.channel.said.sort()).toEqual(['first', 'other', 'raced']);
  });

  it('put there while the dispatcher runs is sent when it is woken', async () => {
    const dispatcher = bench.dispatch();
    await bench.say('a', 'x');
    dispatcher.wake();
    await bench.settled('sent');
    expect(bench.channel.said).toEqual(['x']);
  });

  it('that cannot be rendered is parked, and harms no other', async () => {
    await bench.say('a', 'x', { reply: { template: 'no_such_template' } as never });
    await bench.say('a', 'y');
    bench.dispatch();
    await bench.settled('sent', 'failed');
    expect(await bench.row('said:1')).toMatchObject({ status: 'failed', problem: expect.any(String) });
    expect(bench.channel.said).toEqual(['y']);
  });
});

describe('order', () => {
  it('to one recipient is that of their making, one after the other', async () => {
    for (let i = 0; i < 12; i++) await bench.say('a', `${i}`);
    bench.dispatch();
    await bench.settled('sent');
    expect(bench.channel.said).toEqual(Array.from({ length: 12 }, (_, i) => `${i}`));
    expect(bench.channel.crossed).toBe(0);
  });

  it('puts answers before cards', async () => {
    for (let i = 0; i < 6; i++) await bench.say(`card-${i}`, 'card', { priority: 2 });
    await bench.say('asker', 'answer', { priority: 0 });
    bench.dispatch();
    await bench.settled('sent');
    expect(bench.channel.said[0]).toBe('answer');
  });

  it('never has more than four under way, and a slow recipient holds up no other', async () => {
    const release = bench.channel.hold();
    for (let i = 0; i < 10; i++) await bench.say(`to-${i}`, `${i}`);
    const dispatcher = bench.dispatch();
    await until(() => bench.channel.inFlight === 4);
    dispatcher.wake();
    release(sent);
    await bench.settled('sent');
    expect(bench.channel.mostInFlight).toBe(4);
    let finish: (answer: typeof sent) => void = () => undefined;
    bench.channel.answers(({ message }) =>
      message.markdown.includes('slow') ? new Promise<typeof sent>(resolve => (finish = resolve)) : sent,
    );
    await bench.say('slow', 'slow');
    await bench.say('slow', 'behind');
    await bench.say('quick', 'quick');
    dispatcher.wake();
    await until(() => bench.channel.said.includes('quick'));
    expect(bench.channel.said).not.toContain('behind');
    finish(sent);
    await bench.settled('sent');
    expect(bench.channel.said.at(-1)).toBe('behind');
  });
});

describe('surely not sent', () => {
  const busy = { outcome: 'not_sent', retryAfterMs: 5_000, reason: '发送过快' } as const;

  it('is tried again after the pause, under the same key, and keeps its place', async () => {
    bench.channel.answers(busy);
    await bench.say('a', 'one');
    await bench.say('a', 'two');
    await bench.say('b', 'other');
    const dispatcher = bench.dispatch();
    await tried(1);
    await tried(1, 'said:3');
    const first = await bench.row('said:1');
    expect(first).toMatchObject({ status: 'ready', problem: '发送过快', claimToken: null, sendStartedAt: null });
    expect(first.nextAt.getTime() - bench.clock.now().getTime()).toBeGreaterThan(3_000);
    bench.channel.answers(sent);
    dispatcher.wake();
    await bench.say('c', 'third');
    dispatcher.wake();
    await until(() => bench.channel.said.includes('third'));
    // The pause is not over: neither the first nor what is behind it went.
    expect(bench.channel.said.sort()).toEqual(['one', 'other', 'third']);
    bench.clock.turnTo(later(6_000));
    dispatcher.wake();
    await bench.settled('sent');
    const toA = bench.channel.requests.filter(({ recipient }) => recipient.kind === 'person' && recipient.staffId === 'a');
    expect(toA.map(({ key }) => key)).toEqual([first.id, first.id, (await bench.row('said:2')).id]);
    expect(await bench.row('said:1')).toMatchObject({ status: 'sent', attempts: 2, problem: null });
  }); // prettier-ignore

  it('waits longer each time, up to a minute and a quarter, and at least as long as the platform says', async () => {
    bench.channel.answers({ ...busy, retryAfterMs: 100 });
    await bench.say('a', 'x');
    const dispatcher = bench.dispatch();
    const pauses: number[] = [];
    for (let attempt = 1; attempt <= 10; attempt++) {
      await tried(attempt);
      const { nextAt } = await bench.row();
      pauses.push(nextAt.getTime() - bench.clock.now().getTime());
      bench.clock.turnTo(nextAt);
      dispatcher.wake();
    }
    pauses.forEach((pause, i) => {
      const full = Math.min(60_000, 1_000 * 2 ** i);
      expect(pause).toBeLessThanOrEqual(1.25 * full);
      // The clock went on a little between the pause's setting and its reading.
      expect(pause).toBeGreaterThan(0.75 * full - 700);
    });
    bench.channel.answers({ ...busy, retryAfterMs: 300_000 });
    await until(async () => (await bench.row()).nextAt > later(290_000) || (dispatcher.wake(), false));
  });

  it('is tried through an outage of hours; then what is behind it may overtake', async () => {
    bench.channel.answers({ ...busy, retryAfterMs: 5_000, reason: '连不上钉钉服务器' });
    await bench.say('a', 'first');
    await bench.say('a', 'second');
    const dispatcher = bench.dispatch();
    for (let attempt = 1; attempt <= 100; attempt++) {
      await tried(attempt);
      if (attempt < 8) expect(bench.channel.said).not.toContain('second');
      bench.clock.turnTo(later(6 * minute));
      dispatcher.wake();
    }
    expect(bench.channel.said).toContain('second');
    await tried(101);
    // The second may be under way at this moment; both come back to wait.
    await until(async () => (await bench.rows()).every(({ status }) => status === 'ready'));
    expect(await bench.rows()).toHaveLength(2);
    bench.channel.answers(sent);
    bench.clock.turnTo(later(6 * minute));
    dispatcher.wake();
    await bench.settled('sent');
  });

  it('is parked after a day', async () => {
    bench.channel.answers(busy);
    await bench.say('a', 'x');
    const dispatcher = bench.dispatch();
    await tried(1);
    bench.clock.turnTo(later(25 * 60 * minute));
    dispatcher.wake();
    await bench.settled('failed');
    expect(await bench.row()).toMatchObject({ attempts: 2, problem: '发送过快' });
  });

  it('and never worth trying again is parked at once with the reason, and holds up nobody', async () => {
    bench.channel.answers(request =>
      request.message.markdown.includes('bad')
        ? { outcome: 'not_sent', retryAfterMs: null, reason: '用户不存在'.repeat(200) }
        : sent,
    );
    await bench.say('a', 'bad');
    await bench.say('a', 'good');
    const dispatcher = bench.dispatch();
    await bench.settled('sent', 'failed');
    bench.clock.turnTo(later(24 * 60 * minute));
    dispatcher.wake();
    await bench.say('z', 'end');
    dispatcher.wake();
    await until(() => bench.channel.said.includes('end'));
    expect(bench.channel.said).toEqual(['bad', 'good', 'end']);
    const row = await bench.row('said:1');
    expect(row).toMatchObject({ status: 'failed', attempts: 1 });
    expect(row.problem).toMatch(/^用户不存在/);
    expect(row.problem).toHaveLength(500);
  });
});

describe('in doubt', () => {
  it.each([
    ['the platform does not say', () => ({ outcome: 'unknown', reason: '不知是否送达（HTTP 504）' }) as const],
    ['the sending broke', () => { throw new Error('socket hang up'); }],
  ])('because %s: shown as uncertain, and never sent again by itself', async (_name, answer) => {
    bench.channel.answers(answer);
    await bench.say('a', 'doubtful');
    const dispatcher = bench.dispatch();
    await bench.settled('uncertain');
    expect(await bench.row()).toMatchObject({ problem: expect.stringMatching(/504|hang up/), sentAt: null });
    bench.channel.answers(sent);
    bench.clock.turnTo(later(48 * 60 * minute));
    await bench.endLeases();
    await bench.say('a', 'next');
    dispatcher.wake();
    await until(() => bench.channel.said.includes('next'));
    await bench.settled('uncertain', 'sent');
    expect(bench.channel.said).toEqual(['doubtful', 'next']);
    expect(await bench.row('said:1')).toMatchObject({ status: 'uncertain' });
  }); // prettier-ignore
});

describe('time', () => {
  it('a message is not sent before its time', async () => {
    await bench.say('a', 'early', { notBefore: later(5 * minute) });
    await bench.say('a', 'now');
    const dispatcher = bench.dispatch();
    await until(() => bench.channel.said.includes('now'));
    await until(async () => (await bench.row('said:2')).status === 'sent');
    dispatcher.wake();
    await bench.say('b', 'end');
    dispatcher.wake();
    await until(() => bench.channel.said.includes('end'));
    expect(bench.channel.said).toEqual(['now', 'end']);
    bench.clock.turnTo(later(5 * minute));
    dispatcher.wake();
    await bench.settled('sent');
    expect(bench.channel.said).toEqual(['now', 'end', 'early']);
  });

  it('one whose time is over expires unsent', async () => {
    await bench.say('a', 'late', { notAfter: later(minute) });
    bench.clock.turnTo(later(minute + 1));
    await bench.say('a', 'next');
    bench.dispatch();
    await bench.settled('expired', 'sent');
    expect(bench.channel.said).toEqual(['next']);
    expect(await bench.row()).toMatchObject({ status: 'expired', attempts: 0, sentAt: null });
  });

  it('one whose time ends while it is tried again expires, too', async () => {
    bench.channel.answers({ outcome: 'not_sent', retryAfterMs: 5_000, reason: '连不上' });
    await bench.say('a', 'card', { notAfter: later(minute) });
    const dispatcher = bench.dispatch();
    await tried(1);
    bench.channel.answers(sent);
    bench.clock.turnTo(later(2 * minute));
    dispatcher.wake();
    await bench.settled('expired');
    expect(bench.channel.requests).toHaveLength(1);
  });

  it('a row is not claimed after its time, even between two looks', async () => {
    const late = later(minute);
    await bench.say('a', 'x', { notAfter: late });
    // The rows are looked through for expired ones; then, before the claim, its time ends.
    const dataSource = bench.dataSourceWith(async (sql, run) => {
      const result = await run();
      if (sql.includes('notAfter < ?')) bench.clock.turnTo(new Date(late.getTime() + 1));
      return result;
    });
    bench.dispatch({ dataSource });
    await bench.settled('expired');
    expect(bench.channel.requests).toEqual([]);
  });
});
