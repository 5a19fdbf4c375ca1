// The dispatcher: claim → render → send → mark. What it promises: docs/architecture.md, "Rules of the house".
import { type DataSource } from 'typeorm';
import { type Clock } from '../clock';
import { OutboxMessage } from '../database/entities/message';
import { messageOf } from '../errors';
import { newId } from '../ids';
import { type Logger } from '../logger';
import { type Channel, type SendResult } from '../messages';
import { renderReply } from '../rendering/render';
import { type Reply } from '../rendering/reply';

/** At most this many sends are under way in one process: the most a crash can leave in doubt. */
const maxInFlight = 4;
/** From the claim to the first byte, which follows at once; a row whose process died before it is free again after this. */
const claimLeaseSeconds = 10;
/** From the first byte to the result. Longer than the longest send (20 s): it ends only when its process is gone or stuck. */
const sendLeaseSeconds = 30;
const pollMs = 1000;
/** So often a row is tried before those behind it, to the same recipient, may overtake it. */
const attemptsInOrder = 8;
/** What can be tried again is tried for so long: an outage of the chat platform loses nothing. */
const giveUpAfterMs = 24 * 3_600_000;
const maxBackoffMs = 60_000;

export interface Dispatcher {
  start(): void;
  /** Something was committed to the outbox: look now instead of at the next second. */
  wake(): void;
  /** Takes no more rows and waits for the sends under way. */
  stop(): Promise<void>;
}

/** Sends what the outbox holds through a channel, until stopped. Any number of them may run on one database. */
export function createDispatcher(parts: {
  dataSource: DataSource;
  channel: Channel;
  clock: Clock;
  logger: Logger;
}): Dispatcher {
  const { dataSource, channel, clock, logger } = parts;
  const inFlight = new Set<Promise<void>>();
  let running = false;
  let timer: NodeJS.Timeout | null = null;
  let looking: Promise<void> | null = null;
  let lookAgain = false;

  async function look(): Promise<void> {
    await releaseAndExpire(dataSource, clock.now());
    for (;;) {
      const free = maxInFlight - inFlight.size;
      if (!running || free <= 0) return;
      const claimed = await claimBatch(dataSource, clock.now(), free);
      if (claimed.length === 0) return;
      for (const row of claimed) {
        const sending = sendOne(row)
          .catch((thrown: unknown) => {
            logger.error({ event: 'outbox_mark_failed', id: row.id, reason: messageOf(thrown) });
          })
          .finally(() => {
            inFlight.delete(sending);
            wake();
          });
        inFlight.add(sending);
      }
    }
  }

  async function sendOne(row: OutboxMessage): Promise<void> {
    let result: SendResult;
    let message;
    try {
      message = renderReply(row.reply as Reply);
    } catch (thrown) {
      logger.error({ event: 'outbox_render_failed', id: row.id, reason: messageOf(thrown) });
      await mark(dataSource, row, { outcome: 'not_sent', retryAfterMs: null, reason: messageOf(thrown) }, clock.now());
      return;
    }
    if (!(await passFence(dataSource, row))) return;
    try {
      result = await channel.send({
        key: row.id,
        recipient: row.recipient,
        message,
        quotable: row.tasksShown !== null,
        replyUrl: row.replyUrl,
        mention: row.mention,
      });
    } catch (thrown) {
      result = { outcome: 'unknown', reason: messageOf(thrown) };
    }
    if (!(await mark(dataSource, row, result, clock.now()))) {
      // Too late: the lease ended meanwhile, and the row is shown as uncertain.
      logger.warn({ event: 'outbox_lease_lost', id: row.id, outcome: result.outcome });
      return;
    }
    if (result.outcome === 'sent') logger.info({ event: 'message_sent', id: row.id, to: row.recipient.kind });
    else logger.warn({ event: 'message_not_sent', id: row.id, outcome: result.outcome, reason: result.reason });
  }

  function wake(): void {
    if (!running) return;
    if (looking) {
      lookAgain = true;
      return;
    }
    looking = look()
      .catch((thrown: unknown) => {
        logger.error({ event: 'outbox_look_failed', reason: messageOf(thrown) });
      })
      .finally(() => {
        looking = null;
        if (lookAgain) {
          lookAgain = false;
          wake();
        }
      });
  }

  return {
    start() {
      running = true;
      timer = setInterval(wake, pollMs);
      wake();
    },
    wake,
    async stop() {
      running = false;
      if (timer) clearInterval(timer);
      await looking;
      await Promise.all(inFlight);
    },
  };
}

/** A lease that ended; one further ahead than any lease is long was given before the database's clock was set back. */
const leaseIsOver = `(leaseUntil < UTC_TIMESTAMP(3) OR leaseUntil > UTC_TIMESTAMP(3) + INTERVAL ${sendLeaseSeconds} SECOND)`;

/** Rows whose process died come back or become uncertain; rows nobody needs any more expire. */
async function releaseAndExpire(dataSource: DataSource, now: Date): Promise<void> {
  await dataSource.query(
    `UPDATE outbox_messages SET status = 'ready', claimToken = NULL, leaseUntil = NULL
      WHERE status = 'claimed' AND sendStartedAt IS NULL AND ${leaseIsOver}`,
  );
  await dataSource.query(
    `UPDATE outbox_messages SET status = 'uncertain', claimToken = NULL, problem = '发送途中进程中断，是否送达未知'
      WHERE status = 'claimed' AND sendStartedAt IS NOT NULL AND ${leaseIsOver}`,
  );
  await dataSource.query(
    `UPDATE outbox_messages SET status = 'expired' WHERE status = 'ready' AND nextAt <= ? AND notAfter < ?`,
    [now, now],
  );
}

/** Claims ready rows for this caller: one per recipient at a time, so that nobody reads answers out of order. */
async function claimBatch(dataSource: DataSource, now: Date, limit: number): Promise<OutboxMessage[]> {
  const candidates: { id: string; recipientKey: string }[] = await dataSource.query(
    `SELECT o.id, o.recipientKey FROM outbox_messages o
      WHERE o.status = 'ready' AND o.nextAt <= ? AND (o.notAfter IS NULL OR o.notAfter >= ?)
        AND NOT EXISTS (SELECT 1 FROM outbox_messages e
                         WHERE e.recipientKey = o.recipientKey
                           AND (e.status = 'claimed' OR (e.status = 'ready' AND e.attempts BETWEEN 1 AND ${attemptsInOrder} AND e.id < o.id)))
      ORDER BY o.priority, o.nextAt, o.id LIMIT ${limit * 4}`,
    [now, now],
  );
  const ids = candidates
    .filter((row, i) => candidates.findIndex(other => other.recipientKey === row.recipientKey) === i)
    .slice(0, limit)
    .map(row => row.id);
  if (ids.length === 0) return [];
  const token = newId();
  await dataSource.query(
    `UPDATE outbox_messages
        SET status = 'claimed', claimToken = ?, sendStartedAt = NULL,
            leaseUntil = UTC_TIMESTAMP(3) + INTERVAL ${claimLeaseSeconds} SECOND
      WHERE id IN (?) AND status = 'ready'`,
    [token, ids],
  );
  return dataSource.manager.find(OutboxMessage, {
    where: { claimToken: token },
    order: { priority: 'ASC', id: 'ASC' },
  });
}

/** Immediately before the POST: only the holder of a living lease passes, and only once. */
async function passFence(dataSource: DataSource, row: OutboxMessage): Promise<boolean> {
  const result: { affectedRows: number } = await dataSource.query(
    `UPDATE outbox_messages
        SET sendStartedAt = UTC_TIMESTAMP(3), attempts = attempts + 1,
            leaseUntil = UTC_TIMESTAMP(3) + INTERVAL ${sendLeaseSeconds} SECOND
      WHERE id = ? AND claimToken = ? AND status = 'claimed' AND sendStartedAt IS NULL AND NOT ${leaseIsOver}`,
    [row.id, row.claimToken],
  );
  return result.affectedRows === 1;
}

/**
 * Writes down what became of a send; tried again while the database is away, because the message may be out already.
 * @returns false when the row is no longer this claim's: then nothing is written
 */
async function mark(dataSource: DataSource, row: OutboxMessage, result: SendResult, now: Date): Promise<boolean> {
  const [sql, values] = markStatement(row, result, now);
  for (let attempt = 1; ; attempt++) {
    try {
      const written: { affectedRows: number } = await dataSource.query(
        `UPDATE outbox_messages SET claimToken = NULL, ${sql} WHERE id = ? AND claimToken = ?`,
        [...values, row.id, row.claimToken],
      );
      // Of a repeated try the first may have been carried out, its answer lost.
      return written.affectedRows === 1 || attempt > 1;
    } catch (thrown) {
      if (attempt >= 5) throw thrown;
      await new Promise(resolve => setTimeout(resolve, 200 * 2 ** attempt));
    }
  }
}

function markStatement(row: OutboxMessage, result: SendResult, now: Date): [assignments: string, values: unknown[]] {
  if (result.outcome === 'sent')
    return ["status = 'sent', sentAt = ?, providerKey = ?, problem = NULL", [now, result.providerKey]];
  const problem = result.reason.slice(0, 500);
  if (result.outcome === 'unknown') return ["status = 'uncertain', problem = ?", [problem]];
  if (result.retryAfterMs === null || now.getTime() - row.createdAt.getTime() > giveUpAfterMs)
    return ["status = 'failed', problem = ?", [problem]];
  const backoffMs = Math.min(maxBackoffMs, 1000 * 2 ** row.attempts) * (0.75 + Math.random() / 2);
  const nextAt = new Date(now.getTime() + Math.max(result.retryAfterMs, backoffMs));
  return ["status = 'ready', nextAt = ?, problem = ?, leaseUntil = NULL, sendStartedAt = NULL", [nextAt, problem]];
}
