// Stands between a bot and its database and knows the statements that pass: cuts them off before, or after, one of a kind; cuts
// everything; lets nobody in. So a process can be killed at a named step without a word about it in the product.
import { createServer, createConnection, type Server, type Socket } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDatabaseUrl } from '../../src/database/connection-url';

const command = { query: 0x03, prepare: 0x16, execute: 0x17 };

/** Where to stop: `before` = the server never sees the statement; `after` = it has done it, and nobody hears of it. */
export interface StopPoint {
  side: 'before' | 'after';
  /** Of the first statement that contains this. */
  statement: string;
}

/** What is answered in the server's place to every statement that contains this. */
export interface Refusal {
  statement: string;
  errno: number;
  message: string;
}

function errorPacket({ errno, message }: Refusal): Buffer {
  const body = Buffer.concat([Buffer.from([0xff, errno & 0xff, errno >> 8]), Buffer.from(`#HY000${message}`)]);
  return Buffer.concat([Buffer.from([body.length & 0xff, body.length >> 8, 0, 1]), body]);
}

export class DatabaseProxy {
  private readonly sockets = new Set<Socket>();
  private armed: { point: StopPoint; reached: () => void } | null = null;
  private closed = false;
  private refusing: Refusal | null = null;
  /** How often it has refused. */
  refusals = 0;

  private constructor(
    private readonly server: Server,
    private readonly folder: string,
    readonly url: string,
  ) {}

  static async start(databaseUrl: string): Promise<DatabaseProxy> {
    const { socketPath, host, port, user, password, database } = parseDatabaseUrl(databaseUrl);
    const folder = await mkdtemp(join(tmpdir(), 'duban-proxy-'));
    const path = join(folder, 's');
    const server = createServer();
    const credentials = password === undefined ? user : `${user}:${encodeURIComponent(password)}`;
    const proxy = new DatabaseProxy(
      server,
      folder,
      `mysql://${credentials}@localhost/${database}?socketPath=${encodeURIComponent(path)}`,
    );
    server.on('connection', client => {
      if (proxy.closed) return void client.destroy();
      const upstream = socketPath === undefined ? createConnection(port ?? 3306, host) : createConnection(socketPath);
      proxy.join(client, upstream);
    });
    await new Promise<void>(resolve => server.listen(path, resolve));
    return proxy;
  }

  /** Resolves when a statement of the kind is reached; what it belongs to stays as it is then. */
  stopAt(point: StopPoint): Promise<void> {
    return new Promise(resolve => {
      this.armed = { point, reached: resolve };
    });
  }

  /** null = no longer. */
  refuse(refusal: Refusal | null): void {
    this.refusing = refusal;
  }

  disarm(): void {
    this.armed = null;
  }

  /** Cuts every connection; with `away` nobody gets a new one until `back`. */
  cut(away = false): void {
    this.closed = away;
    for (const socket of this.sockets) socket.destroy();
  }

  back(): void {
    this.closed = false;
  }

  async stop(): Promise<void> {
    this.cut(true);
    await new Promise(resolve => this.server.close(resolve));
    await rm(this.folder, { recursive: true, force: true });
  }

  private join(client: Socket, upstream: Socket): void {
    const prepared = new Map<number, string>();
    let preparing: string | null = null;
    let rest = Buffer.alloc(0);
    let held = false;
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      // prettier-ignore
      this.sockets.add(one);
      one.on('error', () => undefined);
      one.on('close', () => {
        this.sockets.delete(one);
        other.destroy();
      });
    }
    const sqlOf = (packet: Buffer): string | null => {
      const body = packet.subarray(4);
      if (packet[3] !== 0) return null;
      if (body[0] === command.query) return body.toString('utf8', 1);
      if (body[0] === command.prepare) preparing = body.toString('utf8', 1);
      return body[0] === command.execute ? (prepared.get(body.readUInt32LE(1)) ?? null) : null;
    };
    client.on('data', chunk => {
      if (held) return;
      rest = Buffer.concat([rest, chunk]);
      while (rest.length >= 4 && rest.length >= 4 + rest.readUIntLE(0, 3)) {
        const packet = rest.subarray(0, 4 + rest.readUIntLE(0, 3));
        rest = rest.subarray(packet.length);
        const sql = sqlOf(packet);
        const { armed, refusing } = this;
        if (refusing && packet[4] !== command.prepare && sql?.includes(refusing.statement)) {
          this.refusals++;
          client.write(errorPacket(refusing));
          continue;
        }
        if (armed && sql?.includes(armed.point.statement)) {
          this.armed = null;
          held = true;
          if (armed.point.side === 'before') {
            armed.reached();
            return;
          }
          // Its answer shows that it is done.
          upstream.removeAllListeners('data');
          upstream.once('data', () => {
            armed.reached();
          });
          upstream.write(packet);
          return;
        }
        upstream.write(packet);
      }
    });
    upstream.on('data', chunk => {
      if (preparing !== null && chunk[4] === 0) prepared.set(chunk.readUInt32LE(5), preparing);
      preparing = null;
      client.write(chunk);
    });
  }
}
