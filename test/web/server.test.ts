// The web server: health, and a stop that waits for answers under way but for no idle client.
import Router from '@koa/router';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createLogger } from '../../src/logger';
import { startWebServer, type ReadinessCheck, type WebServer } from '../../src/web/server';

describe('startWebServer', () => {
  const start = (routers: Router[] = [], checks: Record<string, ReadinessCheck> = {}): Promise<WebServer> =>
    startWebServer({ host: '127.0.0.1', port: 0, routers, checks, logger: createLogger('silent') });

  it('tells whether every part is in order, and which is not', async () => {
    let trouble: string | null = null;
    let broken = false;
    const dingtalk = async (): Promise<string | null> => {
      if (broken) throw new Error('连不上');
      return null;
    };
    const server = await start([], { database: async () => trouble, dingtalk });
    try {
      expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
      expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
      trouble = '数据库只读';
      broken = true;
      const unready = await fetch(`${server.url}/readyz`);
      expect(unready.status).toBe(503);
      expect(await unready.json()).toEqual({
        status: 'unready',
        checks: { database: '数据库只读', dingtalk: '连不上' },
      });
    } finally {
      await server.stop();
    }
  });

  it('says what an operator should see to, without being unready for it', async () => {
    const notes = ['请开通 qyapi_robot_sendmsg'];
    const server = await startWebServer({
      host: '127.0.0.1', port: 0, routers: [], checks: {}, notes: () => notes, logger: createLogger('silent'),
    }); // prettier-ignore
    try {
      const noted = await fetch(`${server.url}/readyz`);
      expect([noted.status, await noted.json()]).toEqual([200, { status: 'ok', checks: {}, notes }]);
    } finally {
      await server.stop();
    }
  });

  it('tells a person in a page that an address leads nowhere, and a program as usual', async () => {
    const server = await start();
    try {
      const page = await fetch(`${server.url}/nowhere`, { headers: { Accept: 'text/html' } });
      expect([page.status, await page.text()]).toEqual([404, expect.stringContaining('没有这一页')]);
      const plain = await fetch(`${server.url}/nowhere`, { headers: { Accept: 'application/json' } });
      expect([plain.status, await plain.text()]).toEqual([404, 'Not Found']);
    } finally {
      await server.stop();
    }
  });

  it('hangs up on clients that ask nothing, and lets an answer under way end', async () => {
    const router = new Router();
    let arrived = (): void => undefined;
    let goOn = (): void => undefined;
    const waiting = new Promise<void>(resolve => (arrived = resolve));
    const allowed = new Promise<void>(resolve => (goOn = resolve));
    router.get('/slow', async context => {
      arrived();
      await allowed;
      context.body = '答完了';
    });
    const server = await start([router]);
    // One like those a browser opens in advance, and one that is kept after an answer.
    const silent = connect(Number(new URL(server.url).port), '127.0.0.1');
    await once(silent, 'connect');
    await (await fetch(`${server.url}/healthz`)).text();
    const hungUp = once(silent.resume(), 'close');
    const slow = fetch(`${server.url}/slow`);
    await waiting;
    const begun = performance.now();
    const stopped = server.stop();
    await hungUp;
    goOn();
    expect(await (await slow).text()).toBe('答完了');
    await stopped;
    expect(performance.now() - begun).toBeLessThan(2000);
  });
});
