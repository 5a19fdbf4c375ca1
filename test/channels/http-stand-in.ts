// A local HTTP server that answers each path as a test says, and writes down what it was asked.
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { type AddressInfo, type Socket } from 'node:net';

export interface Asked {
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  json: any; // eslint-disable-line @typescript-eslint/no-explicit-any
}

export type Answer =
  | { status?: number; body?: unknown; headers?: Record<string, string> }
  | 'hang'
  | 'reset'
  /** The answer's head and half of its body, then the connection is cut. */
  | 'half';

export class HttpStandIn {
  readonly asked: Asked[] = [];
  private readonly answers = new Map<string, Answer | ((asked: Asked) => Answer | Promise<Answer>)>();
  private readonly sockets = new Set<Socket>();

  private constructor(readonly server: Server) {
    server.on('connection', socket => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
    server.on('request', (request, response) => {
      void (async () => {
        let text = '';
        for await (const chunk of request) text += String(chunk);
        const url = new URL(request.url ?? '/', 'http://stand-in');
        const asked = {
          path: url.pathname,
          query: url.searchParams,
          headers: request.headers,
          json: jsonOf(text),
        };
        this.asked.push(asked);
        server.emit('asked');
        const set = this.answers.get(url.pathname);
        const answer =
          typeof set === 'function' ? await set(asked) : (set ?? { status: 404, body: { code: 'no.such.path' } });
        if (answer === 'hang') return;
        if (answer === 'reset') {
          request.socket.resetAndDestroy();
          return;
        }
        if (answer === 'half') {
          response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
          response.write('{"errcode":0,', () => request.socket.destroy());
          return;
        }
        const body = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {});
        response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
        response.end(body);
      })();
    });
  }

  static async start(): Promise<HttpStandIn> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new HttpStandIn(server);
  }

  get base(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Sets what a path answers from now on. */
  on(path: string, answer: Answer | ((asked: Asked) => Answer | Promise<Answer>)): this {
    this.answers.set(path, answer);
    return this;
  }

  /** Resolves when something has been asked. */
  async nextAsked(): Promise<void> {
    if (this.asked.length === 0) await once(this.server, 'asked');
  }

  askedAt(path: string): Asked[] {
    return this.asked.filter(asked => asked.path === path);
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.sockets.forEach(socket => socket.destroy());
    await closed;
  }
}

/** Forms are no JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text || 'null') as unknown;
  } catch {
    return text;
  }
}

/** A port on which nobody listens. */
export async function deadBase(): Promise<string> {
  const other = await HttpStandIn.start();
  const { base } = other;
  await other.stop();
  return base;
}
