import { backoffMs, usualTiming } from '../../src/channels/dingtalk/stream-connection';
import { deadBase, type Answer } from './http-stand-in';
import { openPath, type StandIn } from './stand-in';
import { StreamBench } from './stream-bench';

const bench = new StreamBench();
beforeEach(() => bench.open());
afterEach(() => bench.close());

describe('opening', () => {
  it('subscribes to what the bot needs, and takes the ticket to the socket as it is', async () => {
    const { connection } = await bench.connect();
    await bench.gateway.wire(1);
    const [asked] = bench.gateway.http.askedAt(openPath);
    expect(asked!.headers.accept).toBe('application/json');
    expect(asked!.json).toEqual({
      clientId: 'app-1',
      clientSecret: 'canary-client-secret',
      ua: 'duban-bot',
      subscriptions: [
        { type: 'EVENT', topic: '*' },
        { type: 'CALLBACK', topic: '/v1.0/im/bot/messages/get' },
        { type: 'CALLBACK', topic: '/v1.0/card/instances/callback' },
      ],
    });
    expect(bench.gateway.upgrades[0]).toMatch(/^\/connect\?ticket=ticket(\+|%20)t%2B%2F%3D\d+$/);
    expect(connection.status()).toMatchObject({ connected: true, since: expect.any(String), lastError: null });
  });

  it('gives each connection a list of subscriptions of its own', async () => {
    await bench.connect();
    await bench.connect();
    expect(bench.gateway.http.askedAt(openPath).map(asked => asked.json.subscriptions.length)).toEqual([3, 3]);
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
    bench.gateway.http.on(openPath, answer);
    const { connection } = await bench.connect();
    expect(connection.status()).toMatchObject({
      connected: false,
      since: null,
      lastError: expect.stringMatching(reason),
    });
    bench.gateway.acceptOpens();
    const wire = await bench.gateway.wire(1);
    await wire.settled();
    expect(connection.status()).toMatchObject({ connected: true, lastError: null });
  });

  it.each<[StandIn['upgrading'], RegExp]>([
    [401, /HTTP 401/],
    [503, /HTTP 503/],
    ['reset', /ECONNRESET/],
    ['hang', /超时/],
  ])('a socket met with %s is given up and another ticket asked for', async (upgrading, reason) => {
    bench.gateway.upgrading = upgrading;
    const { connection } = await bench.connect({ timing: { openTimeoutMs: 60 } });
    expect(connection.status()).toMatchObject({ connected: false, lastError: expect.stringMatching(reason) });
    bench.gateway.upgrading = 'accept';
    await (await bench.gateway.wire(1)).settled();
    expect(bench.gateway.opens).toBe(bench.gateway.upgrades.length);
    expect(new Set(bench.gateway.upgrades).size).toBe(bench.gateway.upgrades.length);
  });

  it('starts even when nobody answers at all', async () => {
    const apiBase = await deadBase();
    const { connection } = await bench.connect({ options: { apiBase } });
    expect(connection.status()).toMatchObject({ connected: false, lastError: expect.stringContaining('ECONNREFUSED') });
  });

  it('never has two attempts under way, however long the gateway refuses', async () => {
    let underWay = 0;
    let most = 0;
    const asked = new Promise<void>(done => {
      bench.gateway.http.on(openPath, async () => {
        most = Math.max(most, ++underWay);
        await new Promise(setImmediate);
        underWay--;
        if (bench.gateway.opens >= 25) done();
        return { status: 503 };
      });
    });
    await bench.connect({ timing: { backoffFirstMs: 1, backoffMaxMs: 1 } });
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
