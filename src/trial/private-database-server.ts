// Starts and stops a private MariaDB server on a data folder; makes the data folder on the first start.
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createConnection, type Connection } from 'mysql2/promise';
import { AppError } from '../errors';
import { lastLines, runCommand } from './private-database-command';
import { claimOwnership, isOrphan, releaseOwnership, socketFolder } from './private-database-owner';
import { type DatabaseProgram } from './private-database-program';

/** A server that answers; the folder of its socket holds nothing else. */
export interface RunningServer {
  socketPath: string;
  /** Stops the server when it is ours to stop, and waits for its end; else does nothing. Safe to call twice. */
  stop: () => Promise<void>;
}

const askEveryMs = 25;
// A server that another process is just leaving keeps its files locked for a while; recovery after kill -9 takes 0.3 s.
const readyWithinMs = 90_000;
const stopWithinMs = 30_000;

// 75 MB of memory, 41 MB of disk; a commit is on the disk before it is confirmed, as in production.
const sizes = [
  '--loose-innodb-log-file-size=16M',
  '--loose-innodb-buffer-pool-size=64M',
  '--loose-innodb-undo-tablespaces=0',
  '--loose-key-buffer-size=1M',
  '--loose-aria-log-file-size=8M',
];

/** The server refuses to run as root unless told by name. */
function userFlag(): string[] {
  return process.getuid?.() === 0 ? ['--user=root'] : [];
}

/** One connection to a server's socket, or null when nobody answers there. */
async function tryConnect(socketPath: string): Promise<Connection | null> {
  if (!existsSync(socketPath)) return null;
  try {
    return await createConnection({ socketPath, user: 'root', connectTimeout: 5000 });
  } catch {
    return null;
  }
}

/** Makes the data folder. It appears under its name only when it is complete, so a killed start leaves nothing half made. */
async function bootstrap(program: DatabaseProgram, dataFolder: string): Promise<void> {
  await mkdir(dirname(dataFolder), { recursive: true });
  const work = await mkdtemp(`${dataFolder}.part-`);
  try {
    const [fresh, scratch] = [join(work, 'data'), join(work, 'tmp')];
    await Promise.all([mkdir(fresh), mkdir(scratch)]);
    const files = await Promise.all(program.bootstrapFiles.map(file => readFile(file, 'utf8')));
    // auth_root_socket=NULL: root without a password, whatever this user is called; only this user reaches the socket.
    const input = ['create database if not exists mysql;', 'use mysql;', 'SET @auth_root_socket=NULL;', ...files].join(
      '\n',
    );
    const flags = [
      '--no-defaults', '--bootstrap', ...userFlag(), `--datadir=${fresh}`, `--tmpdir=${scratch}`, '--enforce-storage-engine=', '--log-warnings=0',
      ...program.flags, ...sizes,
    ]; // prettier-ignore
    const made = await runCommand(program.path, flags, { env: program.env, input, timeoutMs: 120_000 });
    if (made.code !== 0) throw new Error(lastLines(made.stderr));
    await rename(fresh, dataFolder).catch((error: unknown) => {
      // Another start was faster: its folder is as good.
      if (!existsSync(join(dataFolder, 'mysql'))) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** `setpriv` takes the server along when this program is killed without a chance to stop it. */
async function withParentDeathSignal(program: DatabaseProgram): Promise<{ command: string; before: string[] }> {
  const known = await runCommand('setpriv', ['--pdeathsig', 'TERM', 'true'], { timeoutMs: 5000 });
  return known.code === 0
    ? { command: 'setpriv', before: ['--pdeathsig', 'TERM', program.path] }
    : { command: program.path, before: [] };
}

async function stopProcess(pid: number, ended: () => boolean): Promise<void> {
  const signal = (name: NodeJS.Signals): void => {
    try {
      process.kill(pid, name);
    } catch {
      // It has ended by itself.
    }
  };
  signal('SIGTERM');
  const deadline = Date.now() + stopWithinMs;
  while (!ended() && Date.now() < deadline) await pause(5);
  if (!ended()) signal('SIGKILL');
}

function readPid(pidFile: string): number {
  try {
    return Number(readFileSync(pidFile, 'utf8'));
  } catch {
    return 0;
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** A server that another living process started: it is that one's to stop. */
function borrowed(socketPath: string): RunningServer {
  return { socketPath, stop: () => Promise.resolve() };
}

/**
 * A server on this data folder: the one that already answers, else one that is started now.
 * It listens on a socket file only, is in a process group of its own (Ctrl-C in the terminal does not reach it) and
 * ends with this program.
 *
 * @param dataFolder - made on the first start; `<dataFolder>.log` takes what the server says
 * @throws AppError database_away when it does not come up; `cause` = its last lines
 */
export async function startServer(
  program: DatabaseProgram,
  dataFolder: string,
  onProgress: (sentence: string) => void,
): Promise<RunningServer> {
  if (!existsSync(join(dataFolder, 'mysql'))) {
    onProgress('正在建立数据库文件……');
    await bootstrap(program, dataFolder);
  }
  const folder = socketFolder(dataFolder);
  const socketPath = join(folder, 'db.sock');
  const pidFile = join(folder, 'db.pid');
  // A starting server deletes the temporary tables it finds, also another server's: never the system's own folder.
  const scratch = join(folder, 'tmp');
  await mkdir(scratch, { recursive: true });

  const before = await tryConnect(socketPath);
  if (before) {
    await before.end();
    if (!isOrphan(folder)) return borrowed(socketPath);
    // Its starter was killed; it may be on its way out, so it is seen out and not relied on.
    const pid = readPid(pidFile);
    if (pid > 0) await stopProcess(pid, () => !existsSync(pidFile));
  }

  const { command, before: prefix } = await withParentDeathSignal(program);
  const logFile = `${dataFolder}.log`;
  const log = openSync(logFile, 'w', 0o600);
  const flags = [
    '--no-defaults', ...userFlag(), `--datadir=${dataFolder}`, `--socket=${socketPath}`, `--pid-file=${pidFile}`, `--tmpdir=${scratch}`,
    '--skip-networking', '--skip-name-resolve', '--character-set-server=utf8mb4', '--collation-server=utf8mb4_bin',
    '--innodb-flush-log-at-trx-commit=1', '--max-connections=200', '--log-warnings=1', '--secure-file-priv=/dev/null',
    ...program.flags, ...sizes,
  ]; // prettier-ignore
  const child = spawn(command, [...prefix, ...flags], {
    env: { ...process.env, ...program.env },
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  child.unref();
  let failure: unknown = null;
  child.on('error', error => (failure = error));
  const stopAtExit = (): void => void child.kill('SIGTERM');
  process.once('exit', stopAtExit);
  const stop = async (): Promise<void> => {
    process.off('exit', stopAtExit);
    if (child.pid !== undefined && !hasEnded(child)) {
      child.ref();
      await stopProcess(child.pid, () => hasEnded(child));
    }
    releaseOwnership(folder);
  };

  const deadline = Date.now() + readyWithinMs;
  for (;;) {
    const connection = await tryConnect(socketPath);
    if (connection) {
      await connection.end();
      // Two starts at one moment: the other one's server has the files, ours is waiting for them in vain.
      if (readPid(pidFile) !== child.pid) {
        process.off('exit', stopAtExit);
        child.kill('SIGKILL');
        return borrowed(socketPath);
      }
      claimOwnership(folder);
      return { socketPath, stop };
    }
    if (failure !== null || hasEnded(child) || Date.now() > deadline) {
      await stop();
      throw new AppError('database_away', `试用数据库没有起来，详见 ${logFile}`, {
        expose: true,
        cause: failure ?? new Error(lastLines(readFileSync(logFile, 'utf8'))),
      });
    }
    await pause(askEveryMs);
  }
}
