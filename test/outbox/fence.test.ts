// Claims, leases and the fence: several dispatchers, stalled ones and dead ones, and still each message sent once.
import { type DataSource } from 'typeorm';
import { parseDatabaseUrl } from '../../src/database/connection-url';
import { createDataSource } from '../../src/database/data-source';
import { passFence } from '../../src/outbox/claim';
import { ChannelStandIn } from './channel-stand-in';
import { OutboxBench, sent, until } from './outbox-bench';

const bench = new OutboxBench();
let elsewhere: DataSource;
beforeAll(async () => {
  await bench.open();
  elsewhere = await createDataSource(parseDatabaseUrl(bench.database.url), { poolSize: 8 }).initialize();
});
beforeEach(() => bench.begin());
afterEach(() => bench.end());
afterAll(async () => {
  await elsewhere.destroy();
  await bench.database.drop();
});

const isFence = (sql: string): boolean => sql.includes('SET sendStartedAt');
const isMark = (sql: string): boolean => sql.includes('SET claimToken = NULL,') && sql.includes('WHERE id = ?');

/** A gate that stays shut until it is opened. */
function gate() {
  let open = (): void => undefined;
  const opened = new Promise<void>(resolve => (open = resolve));
  return { open, opened };
}

/** Leaves a row as a process that died would. */
async function leaveClaimed(leaseSeconds: number, sending: boolean): Promise<void> {
  await bench.say('a', 'left behind');
  await bench.database.dataSource.query(
    `UPDATE outbox_messages SET status = 'claimed', claimToken = 'dead', leaseUntil = UTC_TIMESTAMP(3) + INTERVAL ? SECOND,
            sendStartedAt = ${sending ? 'UTC_TIMESTAMP(3)' : 'NULL'}`,
    [leaseSeconds],
  );
}

it('a row claimed again by the same process passes by its living claim only, also in one statement with the old one', async () => {
  await leaveClaimed(10, false);
  const { dataSource } = bench.database;
  const [{ id } = { id: '' }]: { id: string }[] = await dataSource.query('SELECT id FROM outbox_messages');
  const starting = (claimToken: string) => ({ row: { id, claimToken }, onCard: false });
  expect(await passFence(dataSource, [starting('over'), starting('dead')])).toEqual([false, true]);
});

describe('two dispatchers', () => {
  it('send each message once, in order to each recipient, and both take part', async () => {
    for (let i = 0; i < 60; i++) await bench.say(`to-${i % 12}`, `${i}`);
    const other = new ChannelStandIn();
    const all: { to: string; said: number; by: number }[] = [];
    const busy = new Set<string>();
    let crossed = 0;
    const bothAtIt = gate();
    [bench.channel, other].forEach((channel, by) => {
      channel.answers(async ({ recipient, message }) => {
        const to = JSON.stringify(recipient);
        if (busy.has(to)) crossed++;
        busy.add(to);
        all.push({ to, said: Number(message.markdown), by });
        if (new Set(all.map(one => one.by)).size === 2) bothAtIt.open();
        await bothAtIt.opened;
        busy.delete(to);
        return sent;
      });
    });
    bench.dispatch();
    bench.dispatch({ channel: other, dataSource: elsewhere });
    await bench.settled('sent');
    expect(all.map(({ said }) => said).sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, i) => i));
    for (const to of new Set(all.map(one => one.to))) {
      const order = all.filter(one => one.to === to).map(({ said }) => said);
      expect(order).toEqual([...order].sort((a, b) => a - b));
    }
    expect(crossed).toBe(0);
    expect((await bench.rows()).every(({ attempts }) => attempts === 1)).toBe(true);
  });

  it('leave a row alone that the other has claimed and not yet sent', async () => {
    const fence = gate();
    await bench.say('a', 'x');
    const reached = gate();
    const stalling = bench.dataSourceWith(async (sql, run) => {
      if (isFence(sql)) {
        reached.open();
        await fence.opened;
      }
      return run();
    });
    bench.dispatch({ dataSource: stalling });
    await reached.opened;
    await bench.keepLeases();
    const other = new ChannelStandIn();
    const second = bench.dispatch({ channel: other, dataSource: elsewhere });
    await bench.say('b', 'y');
    second.wake();
    await until(() => other.said.includes('y'));
    expect(other.said).toEqual(['y']);
    fence.open();
    await bench.settled('sent');
    expect(bench.channel.said).toEqual(['x']);
  });
});

describe('the fence', () => {
  it('stops a dispatcher that stalled past its lease before sending: another one has sent it', async () => {
    const fence = gate();
    const reached = gate();
    await bench.say('a', 'x');
    const stalling = bench.dataSourceWith(async (sql, run) => {
      if (isFence(sql)) {
        reached.open();
        await fence.opened;
      }
      return run();
    });
    const stalled = bench.dispatch({ dataSource: stalling });
    await reached.opened;
    await bench.endLeases();
    const other = new ChannelStandIn();
    other.answers({ outcome: 'sent', providerKey: 'theirs' });
    bench.dispatch({ channel: other, dataSource: elsewhere });
    await bench.settled('sent');
    fence.open();
    await stalled.stop();
    expect(bench.channel.said).toEqual([]);
    expect(other.said).toEqual(['x']);
    expect(await bench.row()).toMatchObject({ status: 'sent', attempts: 1, providerKey: 'theirs' });
  });

  it('stops it also where nobody took the row meanwhile: it is sent later, once', async () => {
    await bench.say('a', 'x');
    let stalls = 0;
    const dataSource = bench.dataSourceWith(async (sql, run) => {
      if (isFence(sql) && ++stalls === 1) await bench.endLeases();
      return run();
    });
    const dispatcher = bench.dispatch({ dataSource });
    await until(() => stalls === 1);
    dispatcher.wake();
    await bench.settled('sent');
    expect(stalls).toBe(2);
    expect(bench.channel.said).toEqual(['x']);
  });

  it('makes a send that outlived its lease doubtful, not double; its late result is not written', async () => {
    const release = bench.channel.hold();
    await bench.say('a', 'x');
    await bench.say('a', 'behind');
    const slow = bench.dispatch();
    await until(() => bench.channel.inFlight === 1);
    await bench.endLeases();
    const other = new ChannelStandIn();
    bench.dispatch({ channel: other, dataSource: elsewhere });
    await until(async () => (await bench.row('said:1')).status === 'uncertain');
    expect((await bench.row('said:1')).problem).toContain('是否送达未知');
    release({ outcome: 'sent', providerKey: 'too late' });
    await slow.stop();
    await bench.settled('uncertain', 'sent');
    expect(await bench.row('said:1')).toMatchObject({ status: 'uncertain', providerKey: null, sentAt: null });
    expect([...bench.channel.said, ...other.said].filter(said => said === 'x')).toHaveLength(1);
    expect(bench.logged.join('')).toContain('outbox_lease_lost');
  });
});

describe('a process that died', () => {
  it('before it sent: the row is free when the lease ends, not before', async () => {
    await leaveClaimed(60 * 60 * 24, false);
    await bench.database.dataSource.query('UPDATE outbox_messages SET leaseUntil = UTC_TIMESTAMP(3) + INTERVAL 9 SECOND');
    const dispatcher = bench.dispatch();
    await bench.say('b', 'other');
    dispatcher.wake();
    await until(() => bench.channel.said.includes('other'));
    expect(await bench.row()).toMatchObject({ status: 'claimed', claimToken: 'dead' });
    await bench.endLeases();
    dispatcher.wake();
    await bench.settled('sent');
    expect(bench.channel.said).toEqual(['other', 'left behind']);
  }); // prettier-ignore

  it('while it sent: uncertain when the lease ends, and not sent again', async () => {
    await leaveClaimed(-1, true);
    const dispatcher = bench.dispatch();
    await bench.settled('uncertain');
    await bench.say('a', 'next');
    dispatcher.wake();
    await until(() => bench.channel.said.includes('next'));
    expect(bench.channel.said).toEqual(['next']);
  });

  it.each([false, true])('and whose lease is further ahead than any is long, the clock having been set back (sending: %s)', async sending => {
    await leaveClaimed(3 * 86_400, sending);
    bench.dispatch();
    await bench.settled(sending ? 'uncertain' : 'sent');
    expect(bench.channel.said).toEqual(sending ? [] : ['left behind']);
  }); // prettier-ignore
});

describe('whatever stalls, and whoever loses a lease', () => {
  it('no message is sent twice, none is lost, and each is sent or shown as uncertain', async () => {
    for (let i = 0; i < 120; i++) await bench.say(`to-${i % 30}`, `${i}`);
    const counts = new Map<string, number>();
    const channels = [0, 1, 2].map(() => {
      const channel = new ChannelStandIn();
      channel.answers(async ({ key }) => {
        counts.set(key, (counts.get(key) ?? 0) + 1);
        await stall();
        return { outcome: 'sent', providerKey: `p-${key}` };
      });
      return channel;
    });
    async function stall(): Promise<void> {
      for (let turns = Math.floor(Math.random() * 12); turns > 0; turns--) await new Promise(setImmediate);
    }
    const stalling = () =>
      bench.dataSourceWith(async (_sql, run) => {
        await stall();
        const result = await run();
        await stall();
        return result;
      });
    for (const channel of channels) bench.dispatch({ channel, dataSource: stalling() });
    await until(async () => {
      if (Math.random() < 0.5) await bench.endLeases(`RAND() < 0.4`);
      return (await bench.rows()).every(({ status }) => status === 'sent' || status === 'uncertain');
    });
    const rows = await bench.rows();
    expect(rows).toHaveLength(120);
    for (const row of rows) {
      expect(counts.get(row.id) ?? 0).toBeLessThanOrEqual(1);
      if (row.status === 'sent') expect([counts.get(row.id), row.providerKey]).toEqual([1, `p-${row.id}`]);
    }
    expect(rows.filter(({ status }) => status === 'sent').length).toBeGreaterThan(0);
  });
});

describe('the database', () => {
  it('away when a result is to be written: tried again, because the message is out', async () => {
    await bench.say('a', 'x');
    let failures = 0;
    const dataSource = bench.dataSourceWith((sql, run) => {
      if (isMark(sql) && ++failures <= 2) return Promise.reject(Object.assign(new Error('gone'), { code: 'ECONNRESET' }));
      return run();
    });
    bench.dispatch({ dataSource });
    await bench.settled('sent');
    expect(failures).toBe(3);
    expect(bench.channel.said).toEqual(['x']);
  }); // prettier-ignore

  it('away for longer than five tries: the result is written all the same, nothing is in doubt', async () => {
    await bench.say('a', 'x');
    let failures = 0;
    const dataSource = bench.dataSourceWith((sql, run) => {
      if (isMark(sql) && ++failures <= 7) return Promise.reject(Object.assign(new Error('gone'), { code: 'ECONNRESET' }));
      return run();
    });
    bench.dispatch({ dataSource });
    await bench.settled('sent', 'uncertain');
    expect((await bench.row()).status).toBe('sent');
    expect(bench.channel.said).toEqual(['x']);
  }); // prettier-ignore

  it('away when looking: looked again', async () => {
    await bench.say('a', 'x');
    let failures = 0;
    const dataSource = bench.dataSourceWith((_sql, run) =>
      ++failures <= 3 ? Promise.reject(new Error('Connection lost')) : run(),
    );
    const dispatcher = bench.dispatch({ dataSource });
    await until(async () => {
      dispatcher.wake();
      return (await bench.row()).status === 'sent';
    });
    expect(bench.channel.said).toEqual(['x']);
    expect(bench.logged.join('')).toContain('outbox_look_failed');
  });
});

describe('stopping', () => {
  const alive = () => process.getActiveResourcesInfo().filter(kind => kind === 'Timeout').length;

  it('waits for what is under way, takes nothing more, and leaves no timer', async () => {
    const before = alive();
    const release = bench.channel.hold();
    await bench.say('a', 'under way');
    await bench.say('a', 'waiting');
    const dispatcher = bench.dispatch();
    await until(() => bench.channel.inFlight === 1);
    const stopped = dispatcher.stop();
    release(sent);
    await stopped;
    expect(await bench.row('said:1')).toMatchObject({ status: 'sent' });
    expect(await bench.row('said:2')).toMatchObject({ status: 'ready', attempts: 0 });
    expect(alive()).toBe(before);
    dispatcher.wake();
    expect(bench.channel.said).toEqual(['under way']);
    expect(alive()).toBe(before);
    bench.dispatch();
    await bench.settled('sent');
    expect(bench.channel.said).toEqual(['under way', 'waiting']);
  });
});

describe('a fence whose answer is lost', () => {
  it('is passed again by the same claim: the message is sent, once, and nothing is left in doubt', async () => {
    let fences = 0;
    const lossy = bench.dataSourceWith(async (sql, run) => {
      const result = await run();
      if (isFence(sql) && ++fences <= 2) throw Object.assign(new Error('Connection lost'), { code: 'PROTOCOL_CONNECTION_LOST' }); // prettier-ignore
      return result;
    });
    await bench.say('a', 'x');
    bench.dispatch({ dataSource: lossy });
    await bench.settled('sent', 'uncertain');
    expect(fences).toBe(3);
    expect(bench.channel.said).toEqual(['x']);
    expect((await bench.row()).status).toBe('sent');
  });

  it('is given up where the lease ended meanwhile', async () => {
    let fences = 0;
    const lossy = bench.dataSourceWith(async (sql, run) => {
      if (!isFence(sql) || ++fences > 1) return run();
      await bench.endLeases();
      throw Object.assign(new Error('Deadlock found'), { errno: 1213 });
    });
    await bench.say('a', 'x');
    bench.dispatch({ dataSource: lossy });
    await bench.settled('sent');
    // Claimed anew, by another token.
    expect(fences).toBe(3);
    expect(bench.channel.said).toEqual(['x']);
  });
});
