import { type Socket } from 'node:net';
import { openPath, StandIn } from './stand-in';
import { StreamBench } from './stream-bench';

const bench = new StreamBench();
beforeEach(() => bench.open());
afterEach(() => bench.close());

describe('keeping the connection', () => {
  it.each([
    ['cut off', (wire: { socket: { terminate(): void } }) => { wire.socket.terminate(); }],
    ['closed', (wire: { socket: { close(code: number): void } }) => { wire.socket.close(1001); }],
  ])('opens another one when it is %s, and receives there', async (_name, end) => {
    const { connection, stored } = await bench.connect();
    for (let n = 1; n <= 3; n++) {
      const wire = await bench.gateway.wire(n);
      await wire.ack(wire.message(n));
      end(wire);
    }
    await (await bench.gateway.wire(4)).settled();
    expect(stored).toEqual([1, 2, 3]);
    expect(bench.gateway.openSockets).toBe(1);
    expect(connection.status()).toMatchObject({ connected: true, lastError: null });
  }); // prettier-ignore

  it('says so while there is none', async () => {
    const { connection } = await bench.connect();
    const wire = await bench.gateway.wire(1);
    bench.gateway.http.on(openPath, { status: 503 });
    wire.socket.terminate();
    await new Promise<void>(resolve => {
      bench.gateway.http.on(openPath, () => {
        resolve();
        return { status: 503 };
      });
    });
    expect(connection.status()).toMatchObject({ connected: false, lastError: expect.any(String) });
  });

  it('on a disconnect frame opens the new one while the old is still read', async () => {
    const { stored } = await bench.connect();
    const old = await bench.gateway.wire(1);
    const id = old.frame('SYSTEM', 'disconnect', { reason: 'persistent connection is timeout' });
    const next = await bench.gateway.wire(2);
    await old.ack(id);
    await old.ack(old.message('late'));
    await next.ack(next.message('new'));
    expect(stored).toEqual(['late', 'new']);
    old.socket.close();
    await old.closed;
    await next.settled();
    expect(bench.gateway.wires).toHaveLength(2);
    expect(bench.gateway.openSockets).toBe(1);
  });

  it('reads a connection that was told to go no longer than the drain time', async () => {
    await bench.connect({ timing: { drainMs: 50 } });
    const old = await bench.gateway.wire(1);
    old.raw(
      JSON.stringify({ type: 'SYSTEM', headers: { topic: 'disconnect' }, data: '{"reason":"connection is expired"}' }),
    );
    await bench.gateway.wire(2);
    await old.closed;
    await (await bench.gateway.wire(2)).settled();
    expect(bench.gateway.openSockets).toBe(1);
  });

  it('does not storm a gateway that sends every new connection away', async () => {
    await bench.connect({ timing: { backoffFirstMs: 20, backoffMaxMs: 20 } });
    const openedAt: number[] = [];
    for (let n = 1; n <= 8; n++) {
      const wire = await bench.gateway.wire(n);
      openedAt.push(performance.now());
      wire.frame('SYSTEM', 'disconnect', {});
    }
    const gaps = openedAt.slice(1).map((at, i) => at - (openedAt[i] ?? 0));
    // At most 30 % shorter by chance, and a timer's millisecond.
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(13);
    expect(bench.gateway.opens).toBe(8);
  });

  it('replaces a socket that answers no ping', async () => {
    await bench.gateway.stop();
    bench.gateway = await StandIn.start({ pongs: false });
    await bench.connect({ timing: { pingEveryMs: 15, pingMisses: 2 } });
    const silent = await bench.gateway.wire(1);
    await silent.closed;
    expect(silent.pings).toBe(2);
    await bench.gateway.wire(2);
    expect(bench.gateway.openSockets).toBeLessThanOrEqual(1);
  });

  it('keeps a socket that answers pings, however quiet it is otherwise', async () => {
    await bench.connect({ timing: { pingEveryMs: 5, pingMisses: 2 } });
    const wire = await bench.gateway.wire(1);
    await new Promise<void>(resolve => wire.on('ping', () => { if (wire.pings === 20) resolve(); })); // prettier-ignore
    expect(bench.gateway.wires).toHaveLength(1);
  });

  it('replaces an old connection by a fresh one before closing it', async () => {
    const { stored } = await bench.connect({ timing: { pingEveryMs: 10, rotateAfterMs: 30 } });
    const old = await bench.gateway.wire(1);
    let openWhenReplaced = 0;
    void bench.gateway.wire(2).then(() => (openWhenReplaced = bench.gateway.openSockets));
    const next = await bench.gateway.wire(2);
    expect(await old.closed).toBe(1000);
    expect(openWhenReplaced).toBe(2);
    await next.ack(next.message('new'));
    expect(stored).toEqual(['new']);
  });

  it('finishes storing and acknowledges on the old connection before closing it', async () => {
    let store = (): void => undefined;
    await bench.connect({
      timing: { pingEveryMs: 10, rotateAfterMs: 30, drainMs: 5_000 },
      store: () => new Promise<void>(resolve => (store = resolve)),
    });
    const old = await bench.gateway.wire(1);
    const id = old.message('slow');
    const next = await bench.gateway.wire(2);
    await next.settled();
    store();
    await old.ack(id);
    expect(await old.closed).toBe(1000);
  });

  it('replaces the connection when the host’s clock has jumped', async () => {
    let jump = 0;
    await bench.connect({ timing: { pingEveryMs: 10 }, options: { wallNow: () => Date.now() + jump } });
    const old = await bench.gateway.wire(1);
    jump = -3 * 86_400_000;
    await bench.gateway.wire(2);
    await old.closed;
    expect(bench.logged.join('')).toContain('"reason":"clock"');
  });

  it('keeps the present connection when its replacement cannot be had', async () => {
    const { connection } = await bench.connect({ timing: { pingEveryMs: 10, rotateAfterMs: 20 } });
    const wire = await bench.gateway.wire(1);
    let refusals = 0;
    await new Promise<void>(resolve => {
      bench.gateway.http.on(openPath, () => {
        if (++refusals === 5) resolve();
        return { status: 503 };
      });
    });
    await wire.ack(wire.message('still here'));
    expect(connection.status().connected).toBe(true);
    expect(bench.gateway.openSockets).toBe(1);
  });

  it('is not disturbed by trouble on a socket that is being given up', async () => {
    const { stored } = await bench.connect();
    const old = await bench.gateway.wire(1);
    old.frame('SYSTEM', 'disconnect', {});
    const next = await bench.gateway.wire(2);
    // No frame of the protocol: the client's own socket object fails, while the new one is up.
    (old.socket as unknown as { _socket: Socket })._socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff]));
    await old.closed;
    await next.ack(next.message('fine'));
    expect(stored).toEqual(['fine']);
    expect(bench.gateway.wires).toHaveLength(2);
  });
});

describe('stopping', () => {
  const alive = () => process.getActiveResourcesInfo().filter(kind => /Timeout|Immediate/.test(kind)).length;

  it('waits for what is being stored, acknowledges it, and takes nothing more', async () => {
    let store = (): void => undefined;
    const { connection, stored } = await bench.connect({
      store: () => new Promise<void>(resolve => (store = resolve)),
    });
    const wire = await bench.gateway.wire(1);
    const id = wire.message('last');
    await wire.settled();
    const stopped = connection.stop();
    wire.message('too late');
    store();
    await stopped;
    expect(stored).toEqual(['last']);
    expect(wire.acks.at(-1)!.headers.messageId).toBe(id);
    expect(await wire.closed).toBe(1000);
    expect(connection.status().connected).toBe(false);
  });

  it('waits also for what is being stored of a connection that is gone', async () => {
    let store = (): void => undefined;
    const { connection, stored } = await bench.connect({
      store: () => new Promise<void>(resolve => (store = resolve)),
    });
    const wire = await bench.gateway.wire(1);
    wire.message('last');
    await wire.settled();
    wire.socket.terminate();
    await bench.gateway.wire(2);
    let over = false;
    const stopped = connection.stop().then(() => (over = true));
    await (
      await bench.gateway.wire(2)
    ).closed;
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
    expect(over).toBe(false);
    store();
    await stopped;
    expect(stored).toEqual(['last']);
  });

  it('cuts a socket that does not close, and does not wait for ever for what is being stored', async () => {
    const { connection } = await bench.connect({
      timing: { stopStoreMs: 20, stopCloseMs: 20 },
      store: () => new Promise(() => undefined),
    });
    const wire = await bench.gateway.wire(1);
    wire.message('stuck');
    await wire.settled();
    wire.socket.pause();
    await connection.stop();
    wire.socket.resume();
    expect(await wire.closed).toBe(1006);
  });

  it.each<[string, () => void]>([
    ['connected', () => undefined],
    ['being refused', () => void bench.gateway.http.on(openPath, { status: 503 })],
    ['kept waiting by the gateway', () => void bench.gateway.http.on(openPath, 'hang')],
    ['kept waiting by the socket', () => void (bench.gateway.upgrading = 'hang')],
  ])('while %s leaves no timer and no socket, and never comes back', async (_name, prepare) => {
    const before = alive();
    prepare();
    const connecting = bench.connect({
      timing: { backoffFirstMs: 60_000, backoffMaxMs: 60_000, openTimeoutMs: 60_000 },
    });
    await (bench.gateway.upgrading === 'hang' ? bench.gateway.tried(1) : bench.gateway.http.nextAsked());
    await bench.connections.at(-1)!.stop();
    await connecting;
    const opens = bench.gateway.opens;
    await bench.http.close();
    expect(alive()).toBe(before);
    expect(bench.gateway.openSockets).toBe(0);
    expect(bench.gateway.opens).toBe(opens);
  });

  it('before it was started keeps it from ever connecting', async () => {
    const { connection } = bench.make();
    await connection.stop();
    await connection.start();
    expect(bench.gateway.opens).toBe(0);
    expect(connection.status().connected).toBe(false);
  });

  it('in the middle of replacing leaves nothing of either connection', async () => {
    const before = alive();
    const { connection } = await bench.connect({ timing: { drainMs: 60_000 } });
    const old = await bench.gateway.wire(1);
    old.frame('SYSTEM', 'disconnect', {});
    await (await bench.gateway.wire(2)).settled();
    expect(bench.gateway.openSockets).toBe(2);
    await connection.stop();
    await bench.http.close();
    await old.closed;
    expect(bench.gateway.openSockets).toBe(0);
    expect(alive()).toBe(before);
  });

  it('after many reconnections has grown nothing', async () => {
    const before = alive();
    const { connection } = await bench.connect({ timing: { backoffFirstMs: 1, backoffMaxMs: 1 } });
    for (let n = 1; n <= 40; n++) (await bench.gateway.wire(n)).socket.terminate();
    await (await bench.gateway.wire(41)).settled();
    expect(bench.gateway.openSockets).toBe(1);
    await connection.stop();
    await bench.http.close();
    expect(alive()).toBe(before);
  });
});
