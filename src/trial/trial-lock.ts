// One trial at a time in a folder: held as a listening socket, which ends with its process however that ends.
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createConnection, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { AppError } from '../errors';
import { socketFolder } from './private-database-owner';

const answerWithinMs = 2000;

export interface TrialLock {
  /** Tells later starts where the running trial is. */
  announce(url: string): void;
  release(): Promise<void>;
}

/** What the trial behind a socket says: its address, '' while it starts; null when nobody is there. */
async function askHolder(path: string): Promise<string | null> {
  const socket = createConnection(path);
  socket.setTimeout(answerWithinMs, () => socket.destroy());
  let said = '';
  socket.on('data', data => (said += data.toString('utf8')));
  try {
    await once(socket, 'connect');
  } catch {
    return null;
  }
  socket.on('error', () => undefined);
  if (!socket.closed) await once(socket, 'close');
  return said;
}

async function listenAt(server: Server, path: string): Promise<boolean> {
  try {
    server.listen(path);
    await once(server, 'listening');
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw thrown;
  }
}

/**
 * Takes the trial of a folder, which must exist.
 * @throws AppError trial_running with a sentence when another process has it
 */
export async function lockTrial(folder: string): Promise<TrialLock> {
  const path = join(socketFolder(folder), 'trial.sock');
  let url = '';
  const server = createServer(socket => {
    socket.on('error', () => undefined);
    socket.end(url);
  });
  if (!(await listenAt(server, path))) {
    const running = await askHolder(path);
    if (running !== null) throw alreadyRunning(running);
    // Left behind by a process that was killed.
    rmSync(path, { force: true });
    if (!(await listenAt(server, path))) throw alreadyRunning('');
  }
  server.unref();
  return {
    announce: at => {
      url = at;
    },
    release: async () => {
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}

function alreadyRunning(url: string): AppError {
  const where = url === '' ? '，正在启动' : `：${url}`;
  const sentence = `体验已经在另一个窗口里运行${where}。直接用它，或先在那边按 Ctrl-C 停止，再启动。`;
  return new AppError('trial_running', sentence, { expose: true });
}
