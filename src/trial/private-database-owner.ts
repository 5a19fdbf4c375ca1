// Who started a private server: the folder for its socket, and whether that process still lives.
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// A socket's path may have 107 bytes on Linux, 103 on macOS.
const longestSocketPath = 103;

/** True while a process of this number lives, whosever it is. */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A short name for a data folder: the same on every start, another for another user. */
export function nameOf(dataFolder: string): string {
  const uid = process.getuid?.() ?? 0;
  return createHash('sha256')
    .update(`${uid}:${realpathSync(dataFolder)}`)
    .digest('hex')
    .slice(0, 16);
}

/**
 * The folder of a server's socket, made when missing: under the temporary folder, because the project's own path may be longer
 * than a socket's may be, and closed to other users, because the server asks for no password.
 */
export function socketFolder(dataFolder: string): string {
  const name = `duban-${nameOf(dataFolder)}`;
  const place = Buffer.byteLength(join(tmpdir(), name, 'db.sock')) <= longestSocketPath ? tmpdir() : '/tmp';
  const folder = join(place, name);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const found = lstatSync(folder);
    const uid = process.getuid?.() ?? found.uid;
    if (!found.isDirectory() || found.uid !== uid || (found.mode & 0o077) !== 0)
      throw new Error(`${folder} does not belong to this user alone`, { cause: error });
  }
  return folder;
}

const ownerFile = 'owner';

/** Notes that this process started the server whose socket is in `folder`. */
export function claimOwnership(folder: string): void {
  writeFileSync(join(folder, ownerFile), String(process.pid));
}

/** Takes the note away, when the server has been stopped; the folder stays, another start may be about to use it. */
export function releaseOwnership(folder: string): void {
  rmSync(join(folder, ownerFile), { force: true });
}

/** True when the process that started the server is gone, so that whoever finds the server should also stop it. */
export function isOrphan(folder: string): boolean {
  try {
    return !isAlive(Number(readFileSync(join(folder, ownerFile), 'utf8')));
  } catch {
    return false;
  }
}
