// The web server: health for operators and machines, and the pages it is given.
import { createServer, type Server } from 'node:http';
import { type AddressInfo, type Socket } from 'node:net';
import Koa, { type Context } from 'koa';
import Router from '@koa/router';
import helmet from 'koa-helmet';
import { messageOf } from '../errors';
import { type Logger } from '../logger';
import { showPlainPage } from './layout';

const clientGone: ReadonlySet<unknown> = new Set(['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE']);

/** One part's health: what is wrong, or null. */
export type ReadinessCheck = () => Promise<string | null>;

export interface WebServer {
  /** e.g. http://127.0.0.1:8080 */
  url: string;
  stop(): Promise<void>;
}

/**
 * Serves GET /healthz (the process answers), GET /readyz (200 when every check passes, else 503 with what is wrong),
 * and the routes handed in.
 */
export async function startWebServer(parts: {
  host: string;
  port: number;
  checks: Record<string, ReadinessCheck>;
  /** What /readyz says besides: sentences for an operator that do not make the process unready. */
  notes?: () => string[];
  routers: Router[];
  logger: Logger;
}): Promise<WebServer> {
  const app = new Koa();
  let draining = false;
  app.silent = true;
  app.on('error', (thrown: unknown) => {
    // A reader that goes away in the middle of an answer is no fault.
    if (clientGone.has((thrown as { code?: unknown }).code)) return;
    parts.logger.error({ event: 'web_failed', reason: messageOf(thrown) });
  });
  app.use(async (context, next) => {
    if (draining) context.set('Connection', 'close');
    await next();
  });
  app.use(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'self'"],
          baseUri: ["'none'"],
          objectSrc: ["'none'"],
          frameAncestors: ["'none'"],
          formAction: ["'self'"],
        },
      },
      // Plain http on the loopback address; whoever puts TLS in front of it sets this there.
      strictTransportSecurity: false,
      xFrameOptions: { action: 'deny' },
    }),
  );
  const health = new Router();
  health.get('/healthz', context => {
    context.body = { status: 'ok' };
  });
  health.get('/readyz', async context => {
    const results = await Promise.all(
      Object.entries(parts.checks).map(async ([name, check]) => [name, await problemOf(check)] as const),
    );
    const ready = !draining && results.every(([, problem]) => problem === null);
    const notes = parts.notes?.() ?? [];
    context.status = ready ? 200 : 503;
    context.body = {
      status: ready ? 'ok' : 'unready',
      checks: Object.fromEntries(results.map(([name, problem]) => [name, problem ?? 'ok'])),
      ...(notes.length > 0 ? { notes } : {}),
    };
  });
  for (const router of [health, ...parts.routers]) app.use(router.routes()).use(router.allowedMethods());
  app.use(sayNotFound);
  const handle = app.callback();
  const server = createServer((request, response) => void handle(request, response));
  const idle = watchIdleSockets(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(parts.port, parts.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${parts.host.includes(':') ? `[${parts.host}]` : parts.host}:${port}`,
    stop: async () => {
      draining = true;
      await closeServer(server, idle);
    },
  };
}

/** An address that leads nowhere, told to a person as a page. */
async function sayNotFound(context: Context): Promise<void> {
  if (context.method !== 'GET' || context.accepts('json', 'html') !== 'html') return;
  const data = { sentence: '没有这一页，网址可能写错了，或者它已经不在了。' };
  await showPlainPage(context, { trial: false }, { name: 'refused', title: '没有这一页', data, status: 404 });
}

async function problemOf(check: ReadinessCheck): Promise<string | null> {
  try {
    return await check();
  } catch (thrown) {
    return messageOf(thrown);
  }
}

/**
 * The sockets on which nothing is being answered, kept up to date.
 * Node's own closeIdleConnections passes over those on which nothing was asked yet, such as a browser opens in advance.
 */
function watchIdleSockets(server: Server): ReadonlySet<Socket> {
  const idle = new Set<Socket>();
  server.on('connection', socket => {
    idle.add(socket);
    socket.once('close', () => idle.delete(socket));
  });
  server.on('request', ({ socket }, response) => {
    idle.delete(socket);
    response.once('close', () => {
      if (!socket.destroyed) idle.add(socket);
    });
  });
  return idle;
}

/** Closes a server whose idle keep-alive clients would hold it open for seconds. */
async function closeServer(server: Server, idle: ReadonlySet<Socket>): Promise<void> {
  const closed = new Promise<void>(resolve =>
    server.close(() => {
      resolve();
    }),
  );
  const hangUp = (): void => {
    for (const socket of idle) socket.destroy();
  };
  const nudge = setInterval(hangUp, 100);
  hangUp();
  const force = setTimeout(() => {
    server.closeAllConnections();
  }, 3000);
  await closed;
  clearInterval(nudge);
  clearTimeout(force);
}
