// The host's clock against the database's: with several hosts, the one that is wrong must not start jobs.
import { type EntityManager } from 'typeorm';

/** How far this host's clock is ahead of the database's, in milliseconds; the time of the question counts half. */
export async function hostClockSkewMs(manager: EntityManager): Promise<number> {
  const asked = Date.now();
  const [row]: { now: Date }[] = await manager.query('SELECT UTC_TIMESTAMP(3) AS now');
  const answered = Date.now();
  if (!row) throw new Error('the database did not tell its time');
  return Math.round((asked + answered) / 2 - row.now.getTime());
}
