// What became of one send, written down alone and patiently: sent, to be tried again, in doubt, or failed.
import { type DataSource } from 'typeorm';
import { type OutboxMessage } from '../database/entities/message';
import { type SendResult } from '../messages';
import { sentAssignments, sentValues } from './mark-sent';

/** A result is tried to be written down, at most a second apart, for nearly as long as its lease (30 s) lasts. */
const markTries = 24;
const markTriesStopping = 5;
/** What can be tried again is tried for so long: an outage of the chat platform loses nothing. */
const giveUpAfterMs = 24 * 3_600_000;
const maxBackoffMs = 60_000;

/**
 * Writes down what became of a send; tried again while the database is away, because the message may be out already.
 * @returns false when the row is no longer this claim's: then nothing is written
 */
export async function mark(
  dataSource: DataSource,
  row: OutboxMessage,
  result: SendResult,
  now: Date,
  isStopping: () => boolean,
  firstAttempt = 1,
): Promise<boolean> {
  const [sql, values] = markStatement(row, result, now);
  for (let attempt = firstAttempt; ; attempt++) {
    try {
      const written: { affectedRows: number } = await dataSource.query(
        `UPDATE outbox_messages SET claimToken = NULL, ${sql} WHERE id = ? AND claimToken = ?`,
        [...values, row.id, row.claimToken],
      );
      // Of a repeated try the first may have been carried out, its answer lost.
      return written.affectedRows === 1 || attempt > 1;
    } catch (thrown) {
      if (attempt >= (isStopping() ? markTriesStopping : markTries)) throw thrown;
      await new Promise(resolve => setTimeout(resolve, Math.min(1000, 100 * 2 ** attempt)));
    }
  }
}

function markStatement(row: OutboxMessage, result: SendResult, now: Date): [assignments: string, values: unknown[]] {
  if (result.outcome === 'sent') return [sentAssignments, sentValues({ row, result, now })];
  const problem = result.reason.slice(0, 500);
  const late = now.getTime() - row.createdAt.getTime() > giveUpAfterMs;
  const again = result.outcome === 'unknown' ? result.repeatable === true : result.retryAfterMs !== null;
  // A card that could not be changed says nothing untrue; nobody has to see to it.
  if (row.changesId !== null && (!again || late)) return ["status = 'expired', problem = ?", [problem]];
  if (result.outcome === 'unknown' && (!again || late)) return ["status = 'uncertain', problem = ?", [problem]];
  if (!again || late) return ["status = 'failed', problem = ?, onCard = 0", [problem]];
  const waitMs = result.outcome === 'unknown' ? 0 : (result.retryAfterMs ?? 0);
  const backoffMs = Math.min(maxBackoffMs, 1000 * 2 ** row.attempts) * (0.75 + Math.random() / 2);
  const nextAt = new Date(now.getTime() + Math.max(waitMs, backoffMs));
  return [
    "status = 'ready', nextAt = ?, problem = ?, onCard = ?, leaseUntil = NULL, sendStartedAt = NULL",
    [nextAt, problem, result.outcome === 'unknown' && row.changesId === null ? 1 : 0],
  ];
}
