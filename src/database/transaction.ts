// One helper runs every transaction: whole-function retries on what another try can mend.
import { type DataSource, type EntityManager } from 'typeorm';

const maxTries = 5;

// What a repetition of the whole mends.
const retryableErrno = new Set([
  1213, 1205, // deadlock, also Galera's conflict found at the commit; lock wait
  1020, // MariaDB: the row was changed by somebody else
  1290, 1836, // the server was turned read-only, as when another becomes the primary
  1047, 1180, // Galera: the node is not ready; the commit failed, outcome unknown
  3101, // group replication's conflict
  8002, 8022, 8028, 9002, 9003, 9004, 9005, 9007, // TiDB: conflicts, a changed schema, a part of the cluster away or busy
  4012, 6002, 6005, // OceanBase: timed out, rolled back, row conflict
]); // prettier-ignore
// The server has no room, cannot write, takes no writes, or is no part of its cluster: whatever is asked of it.
const troubleErrno = new Set([1021, 1026, 1030, 1114, 1290, 1836, 1047, 1180]);
const lostConnection = new Set([
  'PROTOCOL_CONNECTION_LOST', 'ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'ENOENT',
  'PROTOCOL_SEQUENCE_TIMEOUT', 'ER_SERVER_SHUTDOWN',
]); // prettier-ignore
// The server's last word on a connection: shutting down, killed (MariaDB).
const lostConnectionErrno = new Set([1053, 1927]);

interface DriverError {
  errno?: number;
  code?: string;
  message?: string;
}

function driverErrorOf(thrown: unknown): DriverError {
  if (typeof thrown !== 'object' || thrown === null) return {};
  const wrapped = (thrown as { driverError?: unknown }).driverError;
  return typeof wrapped === 'object' && wrapped !== null ? wrapped : thrown;
}

/** True for a plain INSERT that met its unique key: the only honest way to learn "somebody was first". */
export function isDuplicate(thrown: unknown): boolean {
  return driverErrorOf(thrown).errno === 1062;
}

/** True when the connection, not the statement, was the trouble. */
export function isConnectionLost(thrown: unknown): boolean {
  const { errno, code, message } = driverErrorOf(thrown);
  return (
    (errno !== undefined && lostConnectionErrno.has(errno)) ||
    (code !== undefined && lostConnection.has(code)) ||
    /database silent for|Can't add new command when connection is in closed state|Connection lost/.test(message ?? '')
  );
}

/** True when the server as a whole is in trouble, for which whatever was asked of it is not to blame. */
export function isServerTrouble(thrown: unknown): boolean {
  const { errno } = driverErrorOf(thrown);
  return (errno !== undefined && troubleErrno.has(errno)) || isConnectionLost(thrown);
}

/** True for what inTransaction repeats. */
export function isRetryable(thrown: unknown): boolean {
  const { errno } = driverErrorOf(thrown);
  return (errno !== undefined && retryableErrno.has(errno)) || isConnectionLost(thrown);
}

/**
 * Runs a function in one transaction; the whole function is repeated (≤ 5 times, with jitter) when the server asks for it
 * or the connection is lost. A connection lost at COMMIT leaves the outcome unknown, so the function must first look for
 * its own mark (a handled message, a claimed slot). Nothing outside the database may happen inside.
 */
export async function inTransaction<T>(
  dataSource: DataSource,
  work: (manager: EntityManager) => Promise<T>,
): Promise<T> {
  return retried(() => dataSource.transaction(work));
}

/** Repeats what another try can mend, as inTransaction does: for a single statement that may be carried out twice. */
export async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (thrown) {
      if (attempt >= maxTries || !isRetryable(thrown)) throw thrown;
      await pause(20 * 2 ** attempt * (0.5 + Math.random()));
    }
  }
}

/** Waits; used between tries only. */
function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}
