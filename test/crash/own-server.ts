// A database server of a test's own, to be stopped, killed, made read-only and filled up.
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { projectFile } from '../../src/project-files';
import { fetchPackages } from '../../src/trial/private-database-packages';
import {
  type DatabaseProgram,
  findInstalledProgram,
  findUnpackedProgram,
} from '../../src/trial/private-database-program';
import { type RunningServer, startServer } from '../../src/trial/private-database-server';

/** Larger than the files that have one size for ever, such as the redo log. */
const smallestLimit = 20_000_000;

const quietly = (): void => undefined;

/** MariaDB as the private server of the trial finds it. */
export async function findProgram(): Promise<DatabaseProgram> {
  const unpacked = projectFile('.duban', 'mariadb');
  const program =
    (await findInstalledProgram()) ?? (await findUnpackedProgram(unpacked)) ?? (await fetchPackages(unpacked, quietly));
  if (!program) throw new Error('no MariaDB on this machine');
  return program;
}

async function isFull(insert: Promise<void>): Promise<boolean> {
  try {
    await insert;
    return false;
  } catch (thrown) {
    if ((thrown as { errno?: number }).errno === 1114) return true;
    throw thrown;
  }
}

export class OwnServer {
  private constructor(
    private readonly program: DatabaseProgram,
    private readonly folder: string,
    private running: RunningServer,
  ) {}

  /** @param flags - of the server, besides those of every private one */
  static async start(flags: string[]): Promise<OwnServer> {
    const found = await findProgram();
    const folder = await mkdtemp(join(tmpdir(), 'duban-own-server-'));
    // A file that may not grow is an error to it, as a full disk is; by default the system would end the program.
    const path = join(folder, 'mariadbd');
    await writeFile(path, `#!/bin/sh\ntrap '' XFSZ\nexec '${found.path}' "$@"\n`, { mode: 0o755 });
    const program = { ...found, path, flags: [...found.flags, ...flags] };
    return new OwnServer(program, folder, await startServer(program, join(folder, 'database'), quietly));
  }

  get socketPath(): string {
    return this.running.socketPath;
  }

  /** Of a database of it. */
  url(database: string, account = 'root'): string {
    return `mysql://${account}@localhost/${database}?socketPath=${encodeURIComponent(this.socketPath)}`;
  }

  /** As whoever may do everything. */
  async run(...statements: string[]): Promise<void> {
    const connection = await createConnection({ socketPath: this.socketPath, user: 'root' });
    try {
      for (const statement of statements) await connection.query(statement);
    } finally {
      await connection.end();
    }
  }

  private get pid(): number {
    return Number(readFileSync(join(dirname(this.socketPath), 'db.pid'), 'utf8'));
  }

  /**
   * Its files cannot grow any more, and what is free in them is taken up: what a full disk is to a server.
   * (A full file system of its own would need the rights to mount one.)
   */
  async fillUp(): Promise<void> {
    const { size } = statSync(join(this.folder, 'database', 'ibdata1'));
    this.limitFiles(String(Math.max(size, smallestLimit)));
    await this.run('CREATE DATABASE IF NOT EXISTS filler', 'DROP TABLE IF EXISTS filler.t');
    await this.run('CREATE TABLE filler.t (b LONGBLOB) ENGINE=InnoDB');
    for (const bytes of [1_000_000, 100_000, 10_000])
      while (!(await isFull(this.run(`INSERT INTO filler.t VALUES (REPEAT('x', ${bytes}))`))));
  }

  /** They can grow again. */
  makeRoom(): void {
    this.limitFiles('unlimited');
  }

  private limitFiles(bytes: string): void {
    execFileSync('prlimit', ['--pid', String(this.pid), `--fsize=${bytes}:unlimited`]);
  }

  /** It keeps its connections and answers nothing, as on a machine that has stalled. */
  freeze(): void {
    process.kill(this.pid, 'SIGSTOP');
  }

  thaw(): void {
    process.kill(this.pid, 'SIGCONT');
  }

  /** As the operating system or an operator ends it: politely, or at once. */
  async end(how: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (how === 'SIGKILL') process.kill(this.pid, how);
    await this.running.stop();
  }

  async startAgain(): Promise<void> {
    this.running = await startServer(this.program, join(this.folder, 'database'), quietly);
  }

  async remove(): Promise<void> {
    await this.running.stop();
    await rm(this.folder, { recursive: true, force: true });
    await rm(dirname(this.socketPath), { recursive: true, force: true });
  }
}
