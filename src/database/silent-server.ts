// A server that owes an answer and stays silent: the connection is ended, so that its query fails instead of waiting for ever.
import { type Socket } from 'node:net';
import { type Pool, type PoolConnection } from 'mysql2';

interface Watched {
  /** Bytes received when last looked at, and since when there have been no more. */
  read: number;
  since: number;
}

const looksPerLimit = 4;

/**
 * Watches every connection while it is in use; one that rests in the pool owes nothing.
 * Bytes are counted below TLS, so that it works with and without.
 *
 * @param silentAfterMs - how long a connection in use may receive nothing
 */
export function watchPool(pool: Pool, silentAfterMs: number): void {
  const inUse = new Map<PoolConnection, Watched>();
  let timer: NodeJS.Timeout | null = null;

  function look(): void {
    const now = performance.now();
    for (const [connection, watched] of inUse) {
      const socket = socketOf(connection);
      if (!socket || socket.destroyed) inUse.delete(connection);
      else if (socket.bytesRead !== watched.read) inUse.set(connection, { read: socket.bytesRead, since: now });
      else if (now - watched.since >= silentAfterMs)
        socket.destroy(new Error(`database silent for ${silentAfterMs} ms`));
    }
    if (inUse.size > 0 || !timer) return;
    clearInterval(timer);
    timer = null;
  }

  pool.on('acquire', connection => {
    inUse.set(connection, { read: socketOf(connection)?.bytesRead ?? 0, since: performance.now() });
    if (timer) return;
    timer = setInterval(look, Math.max(10, silentAfterMs / looksPerLimit));
    timer.unref();
  });
  pool.on('release', connection => {
    inUse.delete(connection);
  });
}

function socketOf(connection: PoolConnection): Socket | undefined {
  return (connection as unknown as { stream?: Socket }).stream;
}
