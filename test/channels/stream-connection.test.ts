import { BoundedHttp, usualLimits } from '../../src/channels/dingtalk/bounded-http';
import {
  backoffMs,
  StreamConnection,
  usualTiming,
  type StreamOptions,
  type StreamTiming,
} from '../../src/channels/dingtalk/stream-connection';
import { createLogger } from '../../src/logger';
import { deadBase, type Answer } from './http-stand-in';
import { openPath, StandIn } from './stand-in';

const secret = 'canary-client-secret';
const quick: Partial<StreamTiming> = {
  backoffFirstMs: 5,
  backoffMaxMs: 20,
  openTimeoutMs: 500,
  drainMs: 300,
  stopStoreMs: 2_000,
  stopCloseMs: 300,
};

let gateway: StandIn;
let http: BoundedHttp;
let logged: string[];
let printed: unknown[][];
const connections: StreamConnection[] = [];

beforeEach(async () => {
  gateway = await StandIn.start();
  http = new BoundedHttp({ ...usualLimits, totalMs: 400 });
  logged = [];
  printed = [];
  for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir'] as const)
    jest.spyOn(console, method).mockImplementation((...words: unknown[]) => void printed.push(words));
});

afterEach(async () => {
  await Promise.all(connections.splice(0).map(connection => connection.stop()));
  await http.close();
  await gateway.stop();
  jest.restoreAllMocks();
  expect(printed).toEqual([]);
  expect(logged.join('')).not.toContain(secret);
  expect(logged.join('')).not.toMatch(/ticket=|ticket t/);
});

interface Setting {
  timing?: Partial<StreamTiming>;
  store?: (data: string) => Promise<void>;
  options?: Partial<StreamOptions>;
}

/** A connection to the gateway, started; what it was given to store is in `stored`. */
async function connect(setting: Setting = {}) {
  const stored: string[] = [];
  const connection = new StreamConnection({
    clientId: 'app-1', clientSecret: secret, apiBase: gateway.base, http,
    logger: createLogger('trace', line => logged.push(line)),
    now: () => new Date(),
    onRobotMessage: async data => {
      await setting.store?.(data);
      stored.push(JSON.parse(data) as string);
    },
    timing: { ...quick, ...setting.timing },
    ...setting.options,
  }); // prettier-ignore
  connections.push(connection);
  await connection.start();
  return { connection, stored };
}

describe('opening', () => {
  it('subscribes to what the bot needs, and takes the ticket to the socket as it is', async () => {
    const { connection } = await connect();
    await gateway.wire(1);
    const [asked] = gateway.http.askedAt(openPath);
    expect(asked!.headers.accept).toBe('application/json');
    expect(asked!.json).toEqual({
      clientId: 'app-1',
      clientSecret: secret,
      ua: 'duban-bot',
      subscriptions: [
        { type: 'EVENT', topic: '*' },
        { type: 'CALLBACK', topic: '/v1.0/im/bot/messages/get' },
        { type: 'CALLBACK', topic: '/v1.0/card/instances/callback' },
      ],
    });
    expect(gateway.upgrades[0]).toMatch(/^\/connect\?ticket=ticket(\+|%20)t%2B%2F%3D\d+$/);
    expect(connection.status()).toMatchObject({ connected: true, since: expect.any(String), lastError: null });
  });

  it('gives each connection a list of subscriptions of its own', async () => {
    await connect();
    await connect();
    expect(gateway.http.askedAt(openPath).map(asked => asked.json.subscriptions.length)).toEqual([3, 3]);
  });

  it.each<[string, Answer, RegExp]>([
    ['401', { status: 401, body: { code: 'authFailed', message: '鉴权失败' } }, /HTTP 401 authFailed 鉴权失败/],
    ['503', { status: 503, body: '' }, /HTTP 503/],
    ['nothing', { body: '' }, /无法识别/],
    ['a page', { body: '<html>proxy</html>', headers: { 'content-type': 'text/html' } }, /无法识别/],
    ['a page with 400', { status: 400, body: '<html>proxy</html>' }, /HTTP 400/],
    ['no ticket', { body: { endpoint: 'ws://127.0.0.1/' } }, /无法识别/],
    ['an address without TLS elsewhere', { body: { endpoint: 'ws://evil.example/connect', ticket: 't' } }, /不可用/],
    ['an address of another kind', { body: { endpoint: 'http://127.0.0.1/connect', ticket: 't' } }, /不可用/],
    ['an address that is none', { body: { endpoint: 'connect', ticket: 't' } }, /不可用/],
    ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }, /HTTP 302/],
    ['a reset', 'reset', /连不上/],
    ['silence', 'hang', /timeout/],
  ])('refused with %s is told in the status and tried again until it works', async (_name, answer, reason) => {
    gateway.http.on(openPath, answer);
    const { connection } = await connect();
    expect(connection.status()).toMatchObject({
      connected: false,
      since: null,
      lastError: expect.stringMatching(reason),
    });
    gateway.acceptOpens();
    const wire = await gateway.wire(1);
    await wire.settled();
    expect(connection.status()).toMatchObject({ connected: true, lastError: null });
  });

  it.each<[StandIn['upgrading'], RegExp]>([
    [401, /HTTP 401/],
    [503, /HTTP 503/],
    ['reset', /ECONNRESET/],
    ['hang', /超时/],
  ])('a socket met with %s is given up and another ticket asked for', async (upgrading, reason) => {
    gateway.upgrading = upgrading;
    const { connection } = await connect({ timing: { openTimeoutMs: 60 } });
    expect(connection.status()).toMatchObject({ connected: false, lastError: expect.stringMatching(reason) });
    gateway.upgrading = 'accept';
    await (await gateway.wire(1)).settled();
    expect(gateway.opens).toBe(gateway.upgrades.length);
    expect(new Set(gateway.upgrades).size).toBe(gateway.upgrades.length);
  });

  it('starts even when nobody answers at all', async () => {
    const apiBase = await deadBase();
    const { connection } = await connect({ options: { apiBase } });
    expect(connection.status()).toMatchObject({ connected: false, lastError: expect.stringContaining('ECONNREFUSED') });
  });

  it('never has two attempts under way, however long the gateway refuses', async () => {
    let underWay = 0;
    let most = 0;
    const asked = new Promise<void>(done => {
      gateway.http.on(openPath, async () => {
        most = Math.max(most, ++underWay);
        await new Promise(setImmediate);
        underWay--;
        if (gateway.opens >= 25) done();
        return { status: 503 };
      });
    });
    await connect({ timing: { backoffFirstMs: 1, backoffMaxMs: 1 } });
    await asked;
    expect(most).toBe(1);
  });
});

describe('pauses between attempts', () => {
  it('double from one second to one minute, and are shortened by chance by less than a third', () => {
    const full = [1, 2, 3, 4, 5, 6, 7, 8, 1_000].map(failures => backoffMs(failures, usualTiming, 0));
    expect(full).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    expect(backoffMs(1, usualTiming, 0.999_999)).toBeGreaterThanOrEqual(700);
  });
});

describe('robot messages', () => {
  it('are acknowledged after they were stored, not before', async () => {
    let store = (): void => undefined;
    const { stored } = await connect({ store: () => new Promise<void>(resolve => (store = resolve)) });
    const wire = await gateway.wire(1);
    const id = wire.message('one');
    await wire.settled();
    expect(wire.acks.map(ack => ack.headers.messageId)).not.toContain(id);
    store();
    expect(await wire.ack(id)).toEqual({
      code: 200, message: 'OK', headers: { contentType: 'application/json', messageId: id }, data: '{"response":null}',
    }); // prettier-ignore
    expect(stored).toEqual(['one']);
  });

  it('that could not be stored are not acknowledged, and are when delivered again', async () => {
    let away = true;
    const { stored } = await connect({
      store: async () => {
        if (away) throw new Error('database away');
      },
    });
    const wire = await gateway.wire(1);
    const lost = wire.message('one');
    await wire.settled();
    away = false;
    const again = wire.message('one');
    await wire.ack(again);
    expect(wire.acks.map(ack => ack.headers.messageId)).not.toContain(lost);
    expect(stored).toEqual(['one']);
  });

  it('do not wait for one another: a slow one holds up no other', async () => {
    const { stored } = await connect({
      store: data => (data === '"slow"' ? new Promise(() => undefined) : Promise.resolve()),
    });
    const wire = await gateway.wire(1);
    wire.message('slow');
    await wire.ack(wire.message('quick'));
    expect(stored).toEqual(['quick']);
    connections[0]!['timing'].stopStoreMs = 10;
  });

  it('are handed over in the order in which they came', async () => {
    const { stored } = await connect();
    const wire = await gateway.wire(1);
    const ids = Array.from({ length: 100 }, (_, i) => wire.message(i));
    await wire.ack(ids.at(-1)!);
    expect(stored).toEqual(ids.map((_, i) => i));
  });

  it('survive a broken store function’s rejection with nonsense', async () => {
    await connect({ store: () => Promise.reject('words') }); // eslint-disable-line @typescript-eslint/prefer-promise-reject-errors
    const wire = await gateway.wire(1);
    wire.message('one');
    await wire.settled();
    expect(gateway.openSockets).toBe(1);
  });
});

describe('other frames', () => {
  it('pings are answered with what they carried', async () => {
    await connect();
    const wire = await gateway.wire(1);
    const id = wire.frame('SYSTEM', 'ping', { opaque: '123-x' });
    expect(await wire.ack(id)).toMatchObject({ code: 200, data: '{"opaque":"123-x"}' });
  });

  it('events are acknowledged, also with headers under their other name', async () => {
    await connect();
    const wire = await gateway.wire(1);
    const id = wire.frame('EVENT', '*', { userId: ['x'] }, { eventType: 'user_add_org', eventId: 'e-1' });
    expect(JSON.parse((await wire.ack(id)).data)).toMatchObject({ status: 'SUCCESS' });
    wire.raw(JSON.stringify({ type: 'EVENT', header: { messageId: 'other-name', topic: '*' }, data: '{}' }));
    expect(await wire.ack('other-name')).toMatchObject({ code: 200 });
  });

  it('card callbacks are answered with nothing to change', async () => {
    await connect();
    const wire = await gateway.wire(1);
    const id = wire.frame('CALLBACK', '/v1.0/card/instances/callback', {
      type: 'actionCallback',
      outTrackId: 'card-1',
    });
    expect(JSON.parse((await wire.ack(id)).data)).toEqual({ response: {} });
  });

  it('unknown topics and types are refused', async () => {
    await connect();
    const wire = await gateway.wire(1);
    expect(await wire.ack(wire.frame('CALLBACK', '/v1.0/graph/api/invoke', {}))).toMatchObject({ code: 404 });
    expect(await wire.ack(wire.frame('CALLBACK', 'error', {}))).toMatchObject({ code: 404 });
    expect(await wire.ack(wire.frame('NEWS', 'x', {}))).toMatchObject({ code: 404 });
  });

  it('that are broken are refused where they can be named, and never end the connection', async () => {
    const { stored } = await connect();
    const wire = await gateway.wire(1);
    const broken = ['', 'no json', '{', 'null', '[]', '7', '{}', '{"type":5}', '{"type":"CALLBACK"}', '{"type":"CALLBACK","headers":null}',
      '{"type":"EVENT","headers":{"topic":"*"}}', '{"type":"SYSTEM","headers":{"topic":"CONNECTED"}}', '{"type":"CALLBACK","headers":{"topic":5}}',
      '['.repeat(100_000), '\ud83d', `{"type":"CALLBACK","headers":{"topic":"__proto__","messageId":"proto"},"data":"{}"}`]; // prettier-ignore
    broken.forEach(text => {
      wire.raw(text);
    });
    wire.raw('{"headers":{"messageId":"cut-off"},"type":"CALLB');
    expect(await wire.ack('cut-off')).toMatchObject({ code: 400 });
    wire.raw(
      `{"type":"CALLBACK","headers":{"topic":"/v1.0/im/bot/messages/get","messageId":"giant"},"data":"${'x'.repeat(2_000_000)}"}`,
    );
    expect(await wire.ack('giant')).toMatchObject({ code: 400 });
    wire.socket.send(Buffer.from([0, 255, 254]), { binary: true });
    await wire.ack(wire.message('after all that'));
    expect(stored).toEqual(['after all that']);
    expect(gateway.wires).toHaveLength(1);
  });

  it('with data that is an object instead of its text are read all the same', async () => {
    const { stored } = await connect();
    const wire = await gateway.wire(1);
    wire.raw(
      JSON.stringify({
        type: 'CALLBACK',
        headers: { topic: '/v1.0/im/bot/messages/get', messageId: 'object' },
        data: 'x',
      }).replace('"x"', '{"a":1}'),
    );
    await wire.ack('object');
    expect(stored).toEqual([{ a: 1 }]);
  });
});

describe('keeping the connection', () => {
  it.each([
    ['cut off', (wire: { socket: { terminate(): void } }) => { wire.socket.terminate(); }],
    ['closed', (wire: { socket: { close(code: number): void } }) => { wire.socket.close(1001); }],
  ])('opens another one when it is %s, and receives there', async (_name, end) => {
    const { connection, stored } = await connect();
    for (let n = 1; n <= 3; n++) {
      const wire = await gateway.wire(n);
      await wire.ack(wire.message(n));
      end(wire);
    }
    await (await gateway.wire(4)).settled();
    expect(stored).toEqual([1, 2, 3]);
    expect(gateway.openSockets).toBe(1);
    expect(connection.status()).toMatchObject({ connected: true, lastError: null });
  }); // prettier-ignore

  it('says so while there is none', async () => {
    const { connection } = await connect();
    const wire = await gateway.wire(1);
    gateway.http.on(openPath, { status: 503 });
    wire.socket.terminate();
    await new Promise<void>(resolve => {
      gateway.http.on(openPath, () => {
        resolve();
        return { status: 503 };
      });
    });
    expect(connection.status()).toMatchObject({ connected: false, lastError: expect.any(String) });
  });

  it('on a disconnect frame opens the new one while the old is still read', async () => {
    const { stored } = await connect();
    const old = await gateway.wire(1);
    const id = old.frame('SYSTEM', 'disconnect', { reason: 'persistent connection is timeout' });
    const next = await gateway.wire(2);
    await old.ack(id);
    await old.ack(old.message('late'));
    await next.ack(next.message('new'));
    expect(stored).toEqual(['late', 'new']);
    old.socket.close();
    await old.closed;
    await next.settled();
    expect(gateway.wires).toHaveLength(2);
    expect(gateway.openSockets).toBe(1);
  });

  it('reads a connection that was told to go no longer than the drain time', async () => {
    await connect({ timing: { drainMs: 50 } });
    const old = await gateway.wire(1);
    old.raw(
      JSON.stringify({ type: 'SYSTEM', headers: { topic: 'disconnect' }, data: '{"reason":"connection is expired"}' }),
    );
    await gateway.wire(2);
    await old.closed;
    await (await gateway.wire(2)).settled();
    expect(gateway.openSockets).toBe(1);
  });

  it('does not storm a gateway that sends every new connection away', async () => {
    let pauses = 0;
    const lines = jest.spyOn(globalThis.performance, 'now');
    await connect({ timing: { backoffFirstMs: 1, backoffMaxMs: 4 } });
    for (let n = 1; n <= 10; n++) {
      (await gateway.wire(n)).frame('SYSTEM', 'disconnect', {});
      pauses++;
    }
    lines.mockRestore();
    await gateway.wire(11);
    expect(pauses).toBe(10);
    expect(gateway.opens).toBe(11);
  });

  it('replaces a socket that answers no ping', async () => {
    await gateway.stop();
    gateway = await StandIn.start({ pongs: false });
    await connect({ timing: { pingEveryMs: 15, pingMisses: 2 } });
    const silent = await gateway.wire(1);
    await silent.closed;
    expect(silent.pings).toBe(2);
    await gateway.wire(2);
    expect(gateway.openSockets).toBeLessThanOrEqual(1);
  });

  it('keeps a socket that answers pings, however quiet it is otherwise', async () => {
    await connect({ timing: { pingEveryMs: 5, pingMisses: 2 } });
    const wire = await gateway.wire(1);
    await new Promise<void>(resolve => wire.on('ping', () => { if (wire.pings === 20) resolve(); })); // prettier-ignore
    expect(gateway.wires).toHaveLength(1);
  });

  it('replaces an old connection by a fresh one before closing it', async () => {
    const { stored } = await connect({ timing: { pingEveryMs: 10, rotateAfterMs: 30 } });
    const old = await gateway.wire(1);
    let openWhenReplaced = 0;
    void gateway.wire(2).then(() => (openWhenReplaced = gateway.openSockets));
    const next = await gateway.wire(2);
    expect(await old.closed).toBe(1000);
    expect(openWhenReplaced).toBe(2);
    await next.ack(next.message('new'));
    expect(stored).toEqual(['new']);
  });

  it('finishes storing and acknowledges on the old connection before closing it', async () => {
    let store = (): void => undefined;
    await connect({
      timing: { pingEveryMs: 10, rotateAfterMs: 30, drainMs: 5_000 },
      store: () => new Promise<void>(resolve => (store = resolve)),
    });
    const old = await gateway.wire(1);
    const id = old.message('slow');
    const next = await gateway.wire(2);
    await next.settled();
    store();
    await old.ack(id);
    expect(await old.closed).toBe(1000);
  });

  it('replaces the connection when the host’s clock has jumped', async () => {
    let jump = 0;
    await connect({ timing: { pingEveryMs: 10 }, options: { wallNow: () => Date.now() + jump } });
    const old = await gateway.wire(1);
    jump = -3 * 86_400_000;
    await gateway.wire(2);
    await old.closed;
    expect(logged.join('')).toContain('"reason":"clock"');
  });

  it('keeps the present connection when its replacement cannot be had', async () => {
    const { connection } = await connect({ timing: { pingEveryMs: 10, rotateAfterMs: 20 } });
    const wire = await gateway.wire(1);
    let refusals = 0;
    await new Promise<void>(resolve => {
      gateway.http.on(openPath, () => {
        if (++refusals === 5) resolve();
        return { status: 503 };
      });
    });
    await wire.ack(wire.message('still here'));
    expect(connection.status().connected).toBe(true);
    expect(gateway.openSockets).toBe(1);
  });

  it('is not disturbed by trouble on a socket that is being given up', async () => {
    const { stored } = await connect();
    const old = await gateway.wire(1);
    old.frame('SYSTEM', 'disconnect', {});
    const next = await gateway.wire(2);
    old.socket['_socket' as never]['write' as never](Buffer.from([0xff, 0xff, 0xff, 0xff]) as never);
    await old.closed;
    await next.ack(next.message('fine'));
    expect(stored).toEqual(['fine']);
    expect(gateway.wires).toHaveLength(2);
  });
});

describe('stopping', () => {
  const alive = () => process.getActiveResourcesInfo().filter(kind => /Timeout|Immediate/.test(kind)).length;

  it('waits for what is being stored, acknowledges it, and takes nothing more', async () => {
    let store = (): void => undefined;
    const { connection, stored } = await connect({ store: () => new Promise<void>(resolve => (store = resolve)) });
    const wire = await gateway.wire(1);
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

  it('cuts a socket that does not close, and does not wait for ever for what is being stored', async () => {
    const { connection } = await connect({
      timing: { stopStoreMs: 20, stopCloseMs: 20 },
      store: () => new Promise(() => undefined),
    });
    const wire = await gateway.wire(1);
    wire.message('stuck');
    await wire.settled();
    wire.socket.pause();
    await connection.stop();
    wire.socket.resume();
    expect(await wire.closed).toBe(1006);
  });

  it.each<[string, () => void]>([
    ['connected', () => undefined],
    ['being refused', () => void gateway.http.on(openPath, { status: 503 })],
    ['kept waiting by the gateway', () => void gateway.http.on(openPath, 'hang')],
    ['kept waiting by the socket', () => void (gateway.upgrading = 'hang')],
  ])('while %s leaves no timer and no socket, and never comes back', async (_name, prepare) => {
    const before = alive();
    prepare();
    const connecting = connect({ timing: { backoffFirstMs: 60_000, backoffMaxMs: 60_000, openTimeoutMs: 60_000 } });
    await (gateway.upgrading === 'hang' ? gateway.tried(1) : gateway.http.nextAsked());
    await connections.at(-1)!.stop();
    await connecting;
    const opens = gateway.opens;
    await http.close();
    expect(alive()).toBe(before);
    expect(gateway.openSockets).toBe(0);
    expect(gateway.opens).toBe(opens);
  });

  it('in the middle of replacing leaves nothing of either connection', async () => {
    const before = alive();
    const { connection } = await connect({ timing: { drainMs: 60_000 } });
    const old = await gateway.wire(1);
    old.frame('SYSTEM', 'disconnect', {});
    await (await gateway.wire(2)).settled();
    expect(gateway.openSockets).toBe(2);
    await connection.stop();
    await http.close();
    await old.closed;
    expect(gateway.openSockets).toBe(0);
    expect(alive()).toBe(before);
  });

  it('after many reconnections has grown nothing', async () => {
    const before = alive();
    const { connection } = await connect({ timing: { backoffFirstMs: 1, backoffMaxMs: 1 } });
    for (let n = 1; n <= 40; n++) (await gateway.wire(n)).socket.terminate();
    await (await gateway.wire(41)).settled();
    expect(gateway.openSockets).toBe(1);
    await connection.stop();
    await http.close();
    expect(alive()).toBe(before);
  });
});
