// The project's own MariaDB: for the trial and for the tests, when DATABASE_URL names none.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { parseDatabaseUrl } from '../database/connection-url';
import { AppError, messageOf } from '../errors';
import { hasDocker, startDockerServer } from './private-database-docker';
import { fetchPackages } from './private-database-packages';
import { findInstalledProgram, findUnpackedProgram, type DatabaseProgram } from './private-database-program';
import { startServer } from './private-database-server';

/** A server of the project's own, with one database in it. */
export interface PrivateDatabase {
  /**
   * Give it to `parseDatabaseUrl`. From a server program: `mysql://root@localhost/<database>?socketPath=<percent-encoded path>`
   * (no password: only this user reaches the socket). From Docker: `mysql://root:<password>@127.0.0.1:<port>/<database>`.
   */
  url: string;
  /** null when the server is a Docker container. */
  socketPath: string | null;
  /** Stops the server if this call started it (or found it without an owner), and deletes its data if `ephemeral`. */
  stop: () => Promise<void>;
}

export interface PrivateDatabaseOptions {
  /** E.g. `.duban`: `<folder>/mariadb` keeps a downloaded server program, `<folder>/database` the data. */
  folder: string;
  /** Takes Chinese sentences about what takes time. */
  onProgress: (sentence: string) => void;
  /** Created when missing. */
  database: string;
  /** Data in a new folder under the system's temporary one, deleted by `stop`. */
  ephemeral?: boolean;
}

const installAdvice =
  '没有可用的 MariaDB（10.6 或更新）：请先安装（Debian/Ubuntu：sudo apt install mariadb-server-core；麒麟、欧拉、CentOS：sudo dnf install mariadb-server；macOS：brew install mariadb），或启动 Docker，或用 DATABASE_URL 指定已有的数据库';

async function findProgram(folder: string, onProgress: (sentence: string) => void): Promise<DatabaseProgram | null> {
  const unpacked = join(folder, 'mariadb');
  return (
    (await findInstalledProgram()) ??
    (await findUnpackedProgram(unpacked)) ??
    (await fetchPackages(unpacked, onProgress))
  );
}

interface Server {
  address: string;
  query: string;
  socketPath: string | null;
  stop: () => Promise<void>;
}

async function findServer(folder: string, dataFolder: string, onProgress: (sentence: string) => void): Promise<Server> {
  let reason: unknown;
  const program = await findProgram(folder, onProgress).catch((error: unknown) => {
    reason = error;
    return null;
  });
  if (program) {
    const { socketPath, stop } = await startServer(program, dataFolder, onProgress);
    return {
      address: 'mysql://root@localhost',
      query: `?socketPath=${encodeURIComponent(socketPath)}`,
      socketPath,
      stop,
    };
  }
  if (await hasDocker()) {
    const { host, port, password, stop } = await startDockerServer(dataFolder, onProgress);
    return { address: `mysql://root:${password}@${host}:${port}`, query: '', socketPath: null, stop };
  }
  const because = reason === undefined ? '' : `（自动下载没有成功：${messageOf(reason).split('\n')[0] ?? ''}）`;
  throw new AppError('no_database_program', installAdvice + because, { expose: true, cause: reason });
}

async function createDatabase(url: string): Promise<void> {
  const { database, ...server } = parseDatabaseUrl(url);
  const connection = await createConnection(server);
  try {
    await connection.query(`CREATE DATABASE IF NOT EXISTS \`${database}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  } finally {
    await connection.end();
  }
}

/**
 * Starts a MariaDB server that belongs to this project, or finds the one an earlier start still has running on the same data.
 *
 * The server program is, in this order: installed on the machine; unpacked under `folder` by an earlier start; fetched by
 * apt into `folder` (Debian, Ubuntu; any user; nothing is installed); a Docker container. Commits are durable.
 *
 * @throws AppError no_database_program with what to install; database_away when the server does not come up
 */
export async function startPrivateDatabase(options: PrivateDatabaseOptions): Promise<PrivateDatabase> {
  const folder = resolve(options.folder);
  await mkdir(folder, { recursive: true });
  const own = options.ephemeral ? await mkdtemp(join(tmpdir(), 'duban-data-')) : folder;
  const server = await findServer(folder, join(own, 'database'), options.onProgress);
  const stop = async (): Promise<void> => {
    await server.stop();
    if (!options.ephemeral) return;
    await rm(own, { recursive: true, force: true });
    if (server.socketPath !== null) await rm(dirname(server.socketPath), { recursive: true, force: true });
  };
  try {
    const url = `${server.address}/${encodeURIComponent(options.database)}${server.query}`;
    await createDatabase(url);
    return { url, socketPath: server.socketPath, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
