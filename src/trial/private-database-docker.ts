// The private database as a container, where there is no server program and none can be fetched.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import { AppError } from '../errors';
import { lastLines, runCommand } from './private-database-command';
import { isAlive, nameOf } from './private-database-owner';

/** A container that answers. */
export interface RunningContainer {
  host: string;
  port: number;
  password: string;
  stop: () => Promise<void>;
}

const image = 'mariadb:10.11';
const readyWithinMs = 120_000;
const ownerLabel = 'duban.owner';

function docker(args: string[], env: NodeJS.ProcessEnv = {}, timeoutMs = 60_000): ReturnType<typeof runCommand> {
  return runCommand('docker', args, { env, timeoutMs });
}

/** True when a Docker engine answers. */
export async function hasDocker(): Promise<boolean> {
  return (await docker(['version', '--format', '{{.Server.Version}}'], {}, 5000)).code === 0;
}

async function passwordFor(dataFolder: string): Promise<string> {
  const file = `${dataFolder}.password`;
  if (!existsSync(file)) await writeFile(file, randomBytes(18).toString('base64url'), { mode: 0o600, flag: 'wx' });
  return readFile(file, 'utf8');
}

/** Files in a mounted folder must belong to the person who starts the trial, or the trial could not delete them. */
async function userArgs(): Promise<string[]> {
  if (process.platform !== 'linux' || !process.getuid || !process.getgid) return [];
  const security = await docker(['info', '--format', '{{.SecurityOptions}}']);
  // In a rootless engine root *is* the person who started it.
  return ['--user', security.stdout.includes('rootless') ? '0:0' : `${process.getuid()}:${process.getgid()}`];
}

async function inspect(name: string, format: string): Promise<string> {
  return (await docker(['container', 'inspect', '--format', format, name])).stdout.trim();
}

async function answers(port: number, password: string): Promise<boolean> {
  try {
    const connection = await createConnection({
      host: '127.0.0.1',
      port,
      user: 'root',
      password,
      connectTimeout: 2000,
    });
    await connection.end();
    return true;
  } catch {
    return false;
  }
}

async function startContainer(name: string, dataFolder: string, password: string): Promise<void> {
  await docker(['container', 'rm', '--force', name]);
  const server = [
    '--character-set-server=utf8mb4', '--collation-server=utf8mb4_bin', '--skip-name-resolve',
    '--innodb-flush-log-at-trx-commit=1', '--innodb-log-file-size=16M', '--innodb-buffer-pool-size=64M',
  ]; // prettier-ignore
  const user = await userArgs();
  const asRoot = user[1] === '0:0' ? ['--user=root'] : [];
  const run = await docker(
    [
      'run', '--detach', '--rm', '--name', name, '--label', `${ownerLabel}=${process.pid}`, ...user,
      '--publish', '127.0.0.1::3306', '--volume', `${dataFolder}:/var/lib/mysql`, '--env', 'MARIADB_ROOT_PASSWORD',
      image, ...server, ...asRoot,
    ],
    { MARIADB_ROOT_PASSWORD: password },
  ); // prettier-ignore
  if (run.code !== 0)
    throw new AppError('database_away', 'Docker 里的 MariaDB 没有起来', {
      expose: true,
      cause: new Error(lastLines(run.stderr)),
    });
}

/**
 * A MariaDB container on this data folder, published on the loopback address only: the running one, else a new one.
 * One whose starter is gone is stopped by whoever found it.
 * @throws AppError database_away
 */
export async function startDockerServer(
  dataFolder: string,
  onProgress: (sentence: string) => void,
): Promise<RunningContainer> {
  await mkdir(dataFolder, { recursive: true });
  const name = `duban-${nameOf(dataFolder)}`;
  const password = await passwordFor(dataFolder);
  if ((await docker(['image', 'inspect', image])).code !== 0) {
    onProgress('正在下载 MariaDB 的 Docker 镜像（约 120 MB，只此一次）……');
    const pulled = await docker(['pull', '--quiet', image], {}, 1_800_000);
    if (pulled.code !== 0)
      throw new AppError('database_away', 'MariaDB 的 Docker 镜像下载不下来', {
        expose: true,
        cause: new Error(lastLines(pulled.stderr)),
      });
  }
  const running = (await inspect(name, '{{.State.Running}}')) === 'true';
  const ours = !running || !isAlive(Number(await inspect(name, `{{index .Config.Labels "${ownerLabel}"}}`)));
  if (!running) {
    onProgress('正在用 Docker 启动 MariaDB……');
    await startContainer(name, dataFolder, password);
  }
  const stop = async (): Promise<void> => {
    if (ours) await docker(['container', 'stop', '--time', '30', name]);
  };
  const deadline = Date.now() + readyWithinMs;
  for (;;) {
    const port = Number(/:(\d+)\s*$/m.exec((await docker(['port', name, '3306/tcp'])).stdout)?.[1]);
    if (port > 0 && (await answers(port, password))) return { host: '127.0.0.1', port, password, stop };
    if ((await inspect(name, '{{.State.Running}}')) !== 'true' || Date.now() > deadline) {
      const said = await docker(['logs', '--tail', '8', name]);
      await stop();
      throw new AppError('database_away', 'Docker 里的 MariaDB 没有起来', {
        expose: true,
        cause: new Error(lastLines(said.stderr)),
      });
    }
    await pause(200);
  }
}
