// What stands before a cluster in many places: hands each new connection to the next node that answers.
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class Balancer {
  private readonly sockets = new Set<Socket>();
  private next = 0;

  private constructor(
    private readonly server: Server,
    private readonly folder: string,
    private readonly targets: () => readonly string[],
  ) {}

  /** @param targets - the nodes' socket files, as they are then */
  static async start(targets: () => readonly string[]): Promise<Balancer> {
    const folder = await mkdtemp(join(tmpdir(), 'duban-balancer-'));
    const server = createServer();
    const balancer = new Balancer(server, folder, targets);
    server.on('connection', client => {
      balancer.join(client, targets().length);
    });
    await new Promise<void>(resolve => server.listen(balancer.socketPath, resolve));
    return balancer;
  }

  get socketPath(): string {
    return join(this.folder, 's');
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise(resolve => this.server.close(resolve));
    await rm(this.folder, { recursive: true, force: true });
  }

  private join(client: Socket, tries: number): void {
    const targets = this.targets();
    const target = targets[this.next++ % targets.length];
    if (tries === 0 || target === undefined) return void client.destroy();
    const upstream = createConnection(target);
    const again = (): void => {
      this.join(client, tries - 1);
    };
    upstream.once('error', again);
    upstream.once('connect', () => {
      upstream.off('error', again);
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
      client.pipe(upstream).pipe(client);
    });
  }
}
