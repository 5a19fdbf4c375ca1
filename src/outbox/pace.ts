// The platform's pace, shared by all processes through a row: so many unasked messages a second by each of its calls.
import { type DataSource } from 'typeorm';
import { addressOf } from '../address';

/** The platform counts its calls apart: to groups, and to single people. */
export type Call = 'group' | 'person';

export interface Pace {
  /**
   * Takes leave to send up to so many messages by a call now.
   * @returns how many, and when there is none, in how many milliseconds to ask again
   */
  take(call: Call, wanted: number): Promise<{ granted: number; againInMs: number }>;
  /** Leave that was not used after all: good for a moment yet. */
  giveBack(call: Call, leaves: number): void;
}

const keptMs = 500;
/** A pace further ahead than this was set before the database's clock was set back. */
const longestAheadSeconds = 5;

/**
 * Leave is spaced so evenly that no second holds more than the limit, whatever the number of processes: a fifth of
 * it at once, then as long a pause as so many take. What people are answered meanwhile counts, but never waits.
 *
 * @param channel - the platform's name; each has its own pace
 * @param perSecond - the platform's limit, asked for each time; 0 = none
 */
export function createPace(dataSource: DataSource, channel: string, perSecond: () => Promise<number>): Pace {
  const kept = new Map<Call, { leaves: number; until: number }>();
  const nameOf = (call: Call): string => addressOf(channel, call);

  async function grant(call: Call, wanted: number, limit: number): Promise<boolean> {
    const spacingUs = Math.ceil(1_000_000 / Math.max(1, limit - 2));
    const result: { affectedRows: number } = await dataSource.query(
      `UPDATE send_paces
          SET freeAt = UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND
        WHERE name = ? AND (freeAt <= UTC_TIMESTAMP(3) OR freeAt > UTC_TIMESTAMP(3) + INTERVAL ${longestAheadSeconds} SECOND)
          AND (SELECT COUNT(*) FROM outbox_messages o
                WHERE o.sendStartedAt > UTC_TIMESTAMP(3) - INTERVAL 1 SECOND AND o.recipientKey LIKE ? AND o.channel = ?) <= ?`,
      [spacingUs * wanted, nameOf(call), `${call}:%`, channel, limit - wanted],
    );
    return result.affectedRows === 1;
  }

  /** Milliseconds until it is worth asking again. */
  async function waitFor(call: Call): Promise<number> {
    const [row]: { waitUs: string | number }[] = await dataSource.query(
      'SELECT TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(3), freeAt) AS waitUs FROM send_paces WHERE name = ?',
      [nameOf(call)],
    );
    if (row) return Math.max(5, Number(row.waitUs) / 1000);
    await dataSource.query(
      'INSERT INTO send_paces (name, freeAt) VALUES (?, UTC_TIMESTAMP(3)) ON DUPLICATE KEY UPDATE name = VALUES(name)',
      [nameOf(call)],
    );
    return 0;
  }

  return {
    take: async (call, wanted) => {
      const limit = await perSecond();
      if (limit === 0) return { granted: wanted, againInMs: 0 };
      const left = kept.get(call);
      kept.delete(call);
      if (left && left.until > performance.now()) {
        const granted = Math.min(wanted, left.leaves);
        if (granted < left.leaves) kept.set(call, { ...left, leaves: left.leaves - granted });
        return { granted, againInMs: 0 };
      }
      const leaves = Math.min(wanted, Math.max(1, Math.floor(limit / 5)));
      if (await grant(call, leaves, limit)) return { granted: leaves, againInMs: 0 };
      return { granted: 0, againInMs: await waitFor(call) };
    },
    giveBack: (call, leaves) => {
      const more = kept.get(call)?.leaves ?? 0;
      if (leaves > 0) kept.set(call, { leaves: leaves + more, until: performance.now() + keptMs });
    },
  };
}
