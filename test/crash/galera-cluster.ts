// Three nodes of a Galera cluster as processes on this machine; each can be killed and comes back by itself, or with nothing left.
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { runCommand } from '../../src/trial/private-database-command';
import { type DatabaseProgram } from '../../src/trial/private-database-program';
import { type RunningServer, startServer } from '../../src/trial/private-database-server';
import { findGalera } from './galera-program';
import { pause } from './ledger';

const quietly = (): void => undefined;
const readyWithinMs = 90_000;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}

interface Ports {
  /** Of the group's messages. */
  group: number;
  /** Where what a node has missed, or the whole state, is sent. */
  missed: number;
  state: number;
}

class Node {
  private running: RunningServer | null = null;
  private known = '';

  constructor(
    private readonly program: DatabaseProgram,
    private readonly folder: string,
    private readonly ports: Ports,
    private readonly cluster: string,
  ) {}

  private get data(): string {
    return join(this.folder, 'database');
  }

  get socketPath(): string {
    return this.known;
  }

  url(database: string, account = 'root'): string {
    return `mysql://${account}@localhost/${database}?socketPath=${encodeURIComponent(this.socketPath)}`;
  }

  private get flags(): string[] {
    const { group, missed, state } = this.ports;
    const options = [
      `base_port=${group}`,
      `gmcast.listen_addr=tcp://127.0.0.1:${group}`,
      `ist.recv_addr=127.0.0.1:${missed}`,
      'gcache.size=64M',
    ];
    return [
      ...this.program.flags,
      '--wsrep-on=ON',
      '--wsrep-cluster-name=duban-test',
      `--wsrep-cluster-address=${this.cluster}`,
      '--wsrep-node-address=127.0.0.1',
      `--wsrep-provider-options=${options.join(';')}`,
      '--wsrep-sst-method=rsync',
      `--wsrep-sst-receive-address=127.0.0.1:${state}`,
      '--wsrep-slave-threads=2',
      '--binlog-format=ROW',
      '--innodb-autoinc-lock-mode=2',
    ];
  }

  /** @param how - the first of the cluster; to get the whole state from the others; to go on where it was killed */
  async start(how: 'first' | 'empty' | 'again'): Promise<void> {
    const flags = [...this.flags, ...(how === 'first' ? ['--wsrep-new-cluster'] : [])];
    if (how === 'empty') await rm(join(this.data, 'grastate.dat'), { force: true });
    if (how === 'again') flags.push(`--wsrep-start-position=${await this.position()}`);
    this.running = await startServer({ ...this.program, flags }, this.data, quietly);
    this.known = this.running.socketPath;
    const limit = performance.now() + readyWithinMs;
    while (!(await this.isReady())) {
      if (performance.now() > limit) throw new Error(`the node did not join, see ${this.data}.log`);
      await pause(50);
    }
  }

  /** As galera_recovery finds it: what was committed when the node died. */
  private async position(): Promise<string> {
    const said = await runCommand(
      this.program.path,
      ['--no-defaults', ...(process.getuid?.() === 0 ? ['--user=root'] : []), `--datadir=${this.data}`, ...this.flags, '--wsrep-recover', '--skip-networking', '--loose-innodb-log-file-size=16M', '--loose-innodb-undo-tablespaces=0', `--socket=${this.folder}/recover.sock`], 
      { env: this.program.env },
    ); // prettier-ignore
    const position = /Recovered position: (\S+)/.exec(said.stderr)?.[1];
    if (position === undefined) throw new Error(`no position recovered: ${said.stderr.slice(-2000)}`);
    return position;
  }

  async run<Row extends RowDataPacket>(statement: string): Promise<Row[]> {
    const connection = await createConnection({ socketPath: this.socketPath, user: 'root', connectTimeout: 3000 });
    try {
      const [rows] = await connection.query<Row[]>(statement);
      return rows;
    } finally {
      await connection.end();
    }
  }

  private async isReady(): Promise<boolean> {
    return this.status('wsrep_ready').then(
      value => value === 'ON',
      () => false,
    );
  }

  async status(name: string): Promise<string> {
    const [row] = await this.run<RowDataPacket & { Value: string }>(`SHOW GLOBAL STATUS LIKE '${name}'`);
    return row?.Value ?? '';
  }

  async kill(): Promise<void> {
    process.kill(Number(readFileSync(join(dirname(this.socketPath), 'db.pid'), 'utf8')), 'SIGKILL');
    await this.running?.stop();
  }

  async remove(): Promise<void> {
    await this.running?.stop();
    if (existsSync(this.folder)) await rm(this.folder, { recursive: true, force: true });
    await rm(dirname(this.socketPath), { recursive: true, force: true });
  }
}

export class Cluster {
  private constructor(
    readonly nodes: readonly Node[],
    private readonly folder: string,
  ) {}

  /** @param flags - of each node, besides those it needs */
  static async start(size: number, flags: string[] = []): Promise<Cluster> {
    const found = await findGalera();
    const program = { ...found, flags: [...found.flags, ...flags] };
    const folder = await mkdtemp(join(tmpdir(), 'duban-cluster-'));
    // One makes the data, all begin with it: a state transfer is wanted when a node comes back, not three times at the start.
    const plain = { ...program, flags: program.flags.filter(flag => !flag.startsWith('--wsrep')) };
    const first = join(folder, 'first');
    await mkdir(first);
    await (await startServer(plain, join(first, 'database'), quietly)).stop();
    const ports: Ports[] = [];
    for (let i = 0; i < size; i++)
      ports.push({ group: await freePort(), missed: await freePort(), state: await freePort() });
    const address = `gcomm://${ports.map(({ group }) => `127.0.0.1:${group}`).join(',')}`;
    const nodes: Node[] = [];
    for (const [i, own] of ports.entries()) {
      const place = join(folder, `node${i + 1}`);
      await cp(first, place, { recursive: true });
      nodes.push(new Node(program, place, own, address));
    }
    for (const [i, node] of nodes.entries()) await node.start(i === 0 ? 'first' : 'empty');
    return new Cluster(nodes, folder);
  }

  /** Waits until every node has applied what any of them has committed. */
  async inStep(): Promise<void> {
    for (;;) {
      const committed = await Promise.all(this.nodes.map(node => node.status('wsrep_last_committed')));
      if (new Set(committed).size === 1) return;
      await pause(50);
    }
  }

  /** Over all nodes. */
  async sum(name: string): Promise<number> {
    const values = await Promise.all(this.nodes.map(node => node.status(name)));
    return values.reduce((sum, value) => sum + Number(value), 0);
  }

  async remove(): Promise<void> {
    for (const node of [...this.nodes].reverse()) await node.remove();
    await rm(this.folder, { recursive: true, force: true });
  }
}
