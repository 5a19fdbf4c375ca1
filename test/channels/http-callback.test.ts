// Robot messages by HTTP callback: who may call is settled before anything is read; the rest is the same as over the Stream.
import { once } from 'node:events';
import { request } from 'node:http';
import Router from '@koa/router';
import { addRobotRoute, callbackPath, signatureOf } from '../../src/channels/dingtalk/http-callback';
import { createLogger } from '../../src/logger';
import { startWebServer, type WebServer } from '../../src/web/server';
import { groups, robot, startTown } from '../support/town';
import { payload } from './payloads';

const secret = 'canary-app-secret';
const hourMs = 3_600_000;

/** The headers of a call signed at an instant. */
const signedAt = (ms: number, key = secret) => ({ timestamp: String(ms), sign: signatureOf(String(ms), key) });

it('signs as the published example does', () => {
  expect(signatureOf('1577262236757', 'this is a secret')).toBe('DJrE6qdyVGCQz9z5r2MDuNcNAhwYnuAkyj13cx169CA=');
});

describe('the router', () => {
  let server: WebServer;
  let now = Date.now();
  let stored: string[] = [];
  let store: () => Promise<void>;
  const logged: string[] = [];

  beforeEach(async () => {
    now = Date.now();
    stored = [];
    store = () => Promise.resolve();
    const logger = createLogger('trace', line => logged.push(line));
    const router = new Router();
    addRobotRoute(router, {
      clientSecret: secret,
      logger,
      wallNow: () => now,
      onRobotMessage: async data => {
        await store();
        stored.push(data);
      },
    });
    server = await startWebServer({ host: '127.0.0.1', port: 0, checks: {}, routers: [router], logger });
  });
  afterEach(async () => {
    await server.stop();
    expect(logged.join('')).not.toContain(secret);
  });

  const call = (headers: Record<string, string>, body = '{"msgId":"m"}') =>
    fetch(`${server.url}${callbackPath}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body }); // prettier-ignore

  it('stores what is signed, and answers after that with an empty message', async () => {
    const answer = await call(signedAt(now));
    expect([answer.status, await answer.json()]).toEqual([200, { msgtype: 'empty' }]);
    expect(stored).toEqual(['{"msgId":"m"}']);
  });

  it.each<[string, () => Record<string, string>]>([
    ['without a signature', () => ({})],
    ['signed by another secret', () => signedAt(now, 'other')],
    ['signed for another instant', () => ({ ...signedAt(now), timestamp: String(now + 1) })],
    ['signed more than an hour ago', () => signedAt(now - hourMs - 1_000)],
    ['signed for more than an hour ahead', () => signedAt(now + hourMs + 1_000)],
    ['with a time that is none', () => ({ timestamp: '-1', sign: signatureOf('-1', secret) })],
  ])('refuses a call %s, unread', async (_name, headers) => {
    expect((await call(headers())).status).toBe(401);
    expect(stored).toEqual([]);
  });

  it('takes a call from within the hour', async () => {
    expect((await call(signedAt(now - hourMs + 1_000))).status).toBe(200);
    expect((await call(signedAt(now + hourMs - 1_000))).status).toBe(200);
  });

  it('refuses by its announced size before anything is sent', async () => {
    const headers = { ...signedAt(now), 'content-length': '2000000', expect: '100-continue' };
    const asking = request(`${server.url}${callbackPath}`, { method: 'POST', headers });
    asking.flushHeaders();
    const [answer] = (await once(asking, 'response')) as [{ statusCode: number }];
    expect(answer.statusCode).toBe(413);
    asking.destroy();
    expect(stored).toEqual([]);
  });

  it('does not take more than it announces either', async () => {
    const asking = request(`${server.url}${callbackPath}`, { method: 'POST', headers: signedAt(now) });
    const over = Promise.race([once(asking, 'response'), once(asking, 'error')]);
    asking.on('error', () => undefined);
    for (let i = 0; i < 20; i++) asking.write(Buffer.alloc(100_000, 'x'));
    asking.end();
    await over;
    asking.destroy();
    expect(stored).toEqual([]);
  });

  it('refuses a flood of signed calls until time has passed, and is not used up by unsigned ones', async () => {
    for (let i = 0; i < 250; i++) await call({});
    const statuses = await Promise.all(Array.from({ length: 210 }, async () => (await call(signedAt(now))).status));
    expect(statuses.filter(status => status === 200)).toHaveLength(200);
    expect(statuses.filter(status => status === 429)).toHaveLength(10);
    now += 1_000;
    expect((await call(signedAt(now))).status).toBe(200);
  });

  it('says 503 for what could not be stored', async () => {
    store = () => Promise.reject(new Error('database away'));
    expect((await call(signedAt(now))).status).toBe(503);
  });
});

it('in callback mode the whole bot answers what is posted, once, and opens no Stream', async () => {
  const town = await startTown({ connection: { byCallback: true } });
  try {
    const data = {
      ...payload('group-text'),
      conversationId: groups.district,
      senderStaffId: 'hefang',
      text: { content: ' 第38项' },
    };
    const body = JSON.stringify({ ...data, robotCode: robot.robotCode });
    const post = () =>
      fetch(`${town.app.url}${callbackPath}`, { method: 'POST', headers: signedAt(Date.now(), robot.clientSecret), body }); // prettier-ignore
    expect((await post()).status).toBe(200);
    expect((await post()).status).toBe(200);
    await town.settled();
    const answers = town.gateway.messagesIn(groups.district).filter(message => message.from.robotCode !== null);
    expect(answers.map(message => message.text)).toEqual([expect.stringContaining('第38项')]);
    expect(town.gateway.connectionCount()).toBe(0);
    expect(town.gateway.calls('/v1.0/gateway/connections/open')).toEqual([]);
    expect(await (await fetch(`${town.app.url}/readyz`)).json()).toMatchObject({ checks: { dingtalk: 'ok' } });
  } finally {
    await town.stop();
  }
});
