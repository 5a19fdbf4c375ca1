// Which rows a dispatcher sends next, and how they become its own: short leases on the database's clock.
import { type DataSource } from 'typeorm';
import { OutboxMessage } from '../database/entities/message';
import { newId } from '../ids';
import { type Candidate, type HoldBack } from './hold-back';
import { type Call, type Pace } from './pace';

/** From the claim to the first byte, which follows at once; a row whose process died before it is free again after this. */
const claimLeaseSeconds = 10;
/** From the first byte to the result. Longer than the longest send (20 s): it ends only when its process is gone or stuck. */
const sendLeaseSeconds = 30;
/** So often a row is tried before those behind it, to the same recipient, may overtake it. */
const attemptsInOrder = 8;
/** Of these each process takes others, so that several seldom reach for the same. */
const candidatesAtOnce = 64;

/** A lease that ended; one further ahead than any lease is long was given before the database's clock was set back. */
const leaseIsOver = `(leaseUntil < UTC_TIMESTAMP(3) OR leaseUntil > UTC_TIMESTAMP(3) + INTERVAL ${sendLeaseSeconds} SECOND)`;

/** Rows whose process died come back, where a repeat cannot show, or become uncertain; rows nobody needs any more expire. */
export async function releaseAndExpire(dataSource: DataSource, now: Date): Promise<void> {
  await dataSource.query(
    `UPDATE outbox_messages SET status = 'ready', claimToken = NULL, leaseUntil = NULL
      WHERE status = 'claimed' AND sendStartedAt IS NULL AND ${leaseIsOver}`,
  );
  await dataSource.query(
    `UPDATE outbox_messages SET status = 'ready', claimToken = NULL, leaseUntil = NULL, sendStartedAt = NULL
      WHERE status = 'claimed' AND (onCard = 1 OR changesId IS NOT NULL) AND sendStartedAt IS NOT NULL AND ${leaseIsOver}`,
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

export interface Claimed {
  rows: OutboxMessage[];
  /** There is more that has to wait for the platform's pace: when to look again; null = nothing waits. */
  againInMs: number | null;
}

interface ClaimParts {
  dataSource: DataSource;
  holdBack: HoldBack;
  pace: Pace;
}

/**
 * Claims ready rows for this caller: one per recipient at a time, so that nobody reads answers out of order;
 * answers first; what nobody asked for only when it may go and the platform's pace has room.
 */
export async function claimBatch(parts: ClaimParts, now: Date, limit: number): Promise<Claimed> {
  const found = await findCandidates(parts.dataSource, now);
  const candidates = await parts.holdBack.apply(found, now);
  const answers = candidates.filter(row => row.unasked === 0).slice(0, limit);
  const rows = await take(parts.dataSource, answers);
  let againInMs: number | null = null;
  for (const call of ['group', 'person'] as const) {
    const unasked = shuffled(candidates.filter(row => row.unasked === 1 && callOf(row) === call));
    const wanted = Math.min(limit - rows.length, unasked.length);
    if (wanted <= 0) continue;
    const leave = await parts.pace.take(call, wanted);
    const taken = await take(parts.dataSource, unasked.slice(0, leave.granted));
    parts.pace.giveBack(call, leave.granted - taken.length);
    rows.push(...taken);
    if (leave.granted < wanted) againInMs = Math.min(againInMs ?? Infinity, leave.againInMs);
  }
  // Whatever was put off has made room among the candidates.
  if (rows.length === 0 && againInMs === null && found.length > 0) againInMs = 0;
  return { rows, againInMs };
}

const callOf = ({ recipientKey }: Candidate): Call => (recipientKey.startsWith('group:') ? 'group' : 'person');

/** Those that may be sent by their time, the first of each recipient, most urgent first. */
async function findCandidates(dataSource: DataSource, now: Date): Promise<Candidate[]> {
  const rows: Candidate[] = await dataSource.query(
    `SELECT o.id, o.recipientKey, o.dedupKey, o.unasked FROM outbox_messages o
      WHERE o.status = 'ready' AND o.nextAt <= ? AND (o.notAfter IS NULL OR o.notAfter >= ?)
        AND NOT EXISTS (SELECT 1 FROM outbox_messages e
                         WHERE e.recipientKey = o.recipientKey
                           AND (e.status = 'claimed' OR (e.status = 'ready' AND e.attempts BETWEEN 1 AND ${attemptsInOrder} AND e.id < o.id)))
      ORDER BY o.priority, o.nextAt, o.id LIMIT ${candidatesAtOnce}`,
    [now, now],
  );
  const known = new Set<string>();
  return rows.filter(row => !known.has(row.recipientKey) && known.add(row.recipientKey));
}

async function take(dataSource: DataSource, candidates: Candidate[]): Promise<OutboxMessage[]> {
  if (candidates.length === 0) return [];
  const token = newId();
  await dataSource.query(
    `UPDATE outbox_messages
        SET status = 'claimed', claimToken = ?, sendStartedAt = NULL,
            leaseUntil = UTC_TIMESTAMP(3) + INTERVAL ${claimLeaseSeconds} SECOND
      WHERE id IN (?) AND status = 'ready'`,
    [token, candidates.map(({ id }) => id)],
  );
  return dataSource.manager.find(OutboxMessage, {
    where: { claimToken: token },
    order: { priority: 'ASC', id: 'ASC' },
  });
}

/**
 * Immediately before the POST: only the holder of a living lease passes, and only once.
 * @param onCard - it goes as a card: should this process die now, it is sent again
 */
export async function passFence(dataSource: DataSource, row: OutboxMessage, onCard = false): Promise<boolean> {
  const result: { affectedRows: number } = await dataSource.query(
    `UPDATE outbox_messages
        SET sendStartedAt = UTC_TIMESTAMP(3), attempts = attempts + 1, onCard = ?,
            leaseUntil = UTC_TIMESTAMP(3) + INTERVAL ${sendLeaseSeconds} SECOND
      WHERE id = ? AND claimToken = ? AND status = 'claimed' AND sendStartedAt IS NULL AND NOT ${leaseIsOver}`,
    [onCard ? 1 : 0, row.id, row.claimToken],
  );
  return result.affectedRows === 1;
}

function shuffled<T>(items: T[]): T[] {
  const mixed = [...items];
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [mixed[i], mixed[j]] = [mixed[j] as T, mixed[i] as T];
  }
  return mixed;
}
