// Which rows a dispatcher sends next, and how they become its own: short leases on the database's clock.
import { type DataSource, In } from 'typeorm';
import { OutboxMessage } from '../database/entities/message';
import { places, readRows, writeRows } from '../database/statement';
import { retried } from '../database/transaction';
import { newId } from '../ids';
import { type Candidate, type HoldBack } from './hold-back';
import { claimLeaseSeconds } from './outbox';
import { type Call, type Pace } from './pace';

/** From the first byte to the result. Longer than the longest send (20 s): it ends only when its process is gone or stuck. */
const sendLeaseSeconds = 30;
/** So often a row is tried before those behind it, to the same recipient, may overtake it. */
const attemptsInOrder = 8;
/** Of these each process takes others, so that several seldom reach for the same. */
const candidatesAtOnce = 64;
const tidiedAtOnce = 500;

/** A lease that ended; one further ahead than any lease is long was given before the database's clock was set back. */
const leaseIsOver = `(leaseUntil < UTC_TIMESTAMP(3) OR leaseUntil > UTC_TIMESTAMP(3) + INTERVAL ${sendLeaseSeconds} SECOND)`;

/**
 * Rows whose process died come back, where a repeat cannot show, or become uncertain; rows nobody needs any more expire.
 * They are looked for without a lock and changed by their ids: an UPDATE that looks for itself locks by one index while a mark
 * locks by another, and they deadlock.
 */
export async function releaseAndExpire(dataSource: DataSource, now: Date): Promise<void> {
  const over = await readRows<{ id: string }>(
    dataSource,
    `SELECT id FROM outbox_messages WHERE status = 'claimed' AND ${leaseIsOver} LIMIT ${tidiedAtOnce}`,
  );
  const late = await readRows<{ id: string }>(
    dataSource,
    `SELECT id FROM outbox_messages WHERE status = 'ready' AND nextAt <= ? AND notAfter < ? LIMIT ${tidiedAtOnce}`,
    [now, now],
  );
  const change = async (rows: { id: string }[], sql: string, values: unknown[] = []): Promise<void> => {
    if (rows.length > 0) await dataSource.query(`UPDATE outbox_messages ${sql} AND id IN (?)`, [...values, rows.map(({ id }) => id)]); // prettier-ignore
  };
  await change(
    over,
    `SET status = 'ready', claimToken = NULL, leaseUntil = NULL, sendStartedAt = NULL
      WHERE status = 'claimed' AND (sendStartedAt IS NULL OR onCard = 1 OR changesId IS NOT NULL) AND ${leaseIsOver}`,
  );
  await change(
    over,
    `SET status = 'uncertain', claimToken = NULL, problem = '发送途中进程中断，是否送达未知'
      WHERE status = 'claimed' AND sendStartedAt IS NOT NULL AND ${leaseIsOver}`,
  );
  await change(late, "SET status = 'expired' WHERE status = 'ready' AND notAfter < ?", [now]);
}

export interface Claimed {
  rows: OutboxMessage[];
  /** There is more that has to wait for the platform's pace: when to look again; null = nothing waits. */
  againInMs: number | null;
}

interface ClaimParts {
  dataSource: DataSource;
  /** The platform whose rows are taken. */
  channel: string;
  holdBack: HoldBack;
  pace: Pace;
}

/**
 * Claims ready rows for this caller: one per recipient at a time, so that nobody reads answers out of order;
 * answers first; what nobody asked for only when it may go and the platform's pace has room.
 */
export async function claimBatch(parts: ClaimParts, now: Date, limit: number): Promise<Claimed> {
  const found = await findCandidates(parts, now);
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

/** Nothing else is on its way to the recipient of `o`, or has to go before it. */
const isTheirTurn = `NOT EXISTS (SELECT 1 FROM outbox_messages e
                         WHERE e.recipientKey = o.recipientKey AND e.sentAt IS NULL
                           AND (e.status = 'claimed' OR (e.status = 'ready' AND e.attempts BETWEEN 1 AND ${attemptsInOrder} AND e.id < o.id)))`;

/** Those that may be sent by their time, the first of each recipient, most urgent first. */
async function findCandidates({ dataSource, channel }: ClaimParts, now: Date): Promise<Candidate[]> {
  const rows = await readRows<Candidate>(
    dataSource,
    `SELECT o.id, o.recipientKey, o.dedupKey, o.unasked FROM outbox_messages o
      WHERE o.status = 'ready' AND o.channel = ? AND o.nextAt <= ? AND (o.notAfter IS NULL OR o.notAfter >= ?)
        AND ${isTheirTurn}
      ORDER BY o.priority, o.nextAt, o.id LIMIT ${candidatesAtOnce}`,
    [channel, now, now],
  );
  const known = new Set<string>();
  return rows.filter(row => !known.has(row.recipientKey) && known.add(row.recipientKey));
}

/** Whether anything at all could be sent by its time, were it only for others that are under way. */
export async function isAnyDue(
  { dataSource, channel }: Pick<ClaimParts, 'dataSource' | 'channel'>,
  now: Date,
): Promise<boolean> {
  const due = await readRows(
    dataSource,
    "SELECT id FROM outbox_messages WHERE status = 'ready' AND nextAt <= ? AND channel = ? LIMIT 1",
    [now, channel],
  );
  return due.length > 0;
}

/**
 * Claims what says the same as a claimed notice to a person, to other people, so that one call can carry all of it.
 * What was tried before goes alone: were one person in the way, the others would not get through.
 */
export async function claimAlike(
  dataSource: DataSource,
  row: Pick<OutboxMessage, 'id' | 'channel' | 'recipientKey' | 'priority' | 'unasked'>,
  now: Date,
  limit: number,
): Promise<OutboxMessage[]> {
  const found = await readRows<Candidate>(
    dataSource,
    `SELECT o.id, o.recipientKey, o.dedupKey, o.unasked FROM outbox_messages f
       JOIN outbox_messages o ON o.status = 'ready' AND o.priority = ? AND o.nextAt <= ? AND (o.notAfter IS NULL OR o.notAfter >= ?)
            AND o.channel = ? AND o.unasked = ? AND o.attempts = 0 AND o.changesId IS NULL AND o.recipientKey LIKE 'person:%'
            AND o.recipientKey <> f.recipientKey AND o.reply = f.reply AND o.tasksShown <=> f.tasksShown
      WHERE f.id = ? AND ${isTheirTurn} ORDER BY o.nextAt, o.id LIMIT ${limit}`,
    [row.priority, now, now, row.channel, row.unasked, row.id],
  );
  const known = new Set<string>();
  return take(dataSource, found.filter(one => !known.has(one.recipientKey) && known.add(one.recipientKey))); // prettier-ignore
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
    where: { id: In(candidates.map(({ id }) => id)), claimToken: token },
    order: { priority: 'ASC', id: 'ASC' },
  });
}

/** A row about to be sent. */
export interface Starting {
  row: Pick<OutboxMessage, 'id' | 'claimToken'>;
  /** It goes as a card: should this process die now, it is sent again. */
  onCard: boolean;
}

/**
 * Immediately before the POST: only the holder of a living lease passes, and only once. Rows of one process, in one statement.
 * @returns of each whether it may be sent
 */
export async function passFence(dataSource: DataSource, all: Starting[]): Promise<boolean[]> {
  const which = `id IN (${places(all.length)}) AND claimToken IN (${places(all.length)}) AND status = 'claimed'`;
  const ids = all.map(({ row }) => row.id);
  const keys = [...ids, ...all.map(({ row }) => row.claimToken)];
  const cards = all.filter(({ onCard }) => onCard).map(({ row }) => row.id);
  // Nothing is sent before an answer: where it was lost, what it may have written is this claim's own and may be written again.
  let asked = false;
  const passed = await retried(() => {
    const first = asked ? '' : 'AND sendStartedAt IS NULL ';
    asked = true;
    return writeRows(
      dataSource,
      `UPDATE outbox_messages
        SET sendStartedAt = UTC_TIMESTAMP(3), attempts = attempts + 1, onCard = ${cards.length > 0 ? `id IN (${places(cards.length)})` : '0'},
            leaseUntil = UTC_TIMESTAMP(3) + INTERVAL ${sendLeaseSeconds} SECOND
      WHERE ${which} ${first}AND NOT ${leaseIsOver}`,
      [...cards, ...keys],
    );
  });
  if (passed === all.length || all.length === 1) return all.map(() => passed > 0);
  const started = await readRows<{ id: string; claimToken: string }>(
    dataSource,
    `SELECT id, claimToken FROM outbox_messages WHERE ${which} AND sendStartedAt IS NOT NULL`,
    keys,
  );
  // By row and claim: after a standstill this process may hold a row twice, by a claim that is over and by one that lives.
  return all.map(({ row }) => started.some(one => one.id === row.id && one.claimToken === row.claimToken));
}

/** Gives rows back that were claimed and not begun: nobody need wait for their lease to end. */
export async function giveBack(
  dataSource: DataSource,
  rows: Pick<OutboxMessage, 'id' | 'claimToken'>[],
): Promise<void> {
  for (const { id, claimToken } of rows)
    await writeRows(
      dataSource,
      `UPDATE outbox_messages SET status = 'ready', claimToken = NULL, leaseUntil = NULL
        WHERE id = ? AND claimToken = ? AND status = 'claimed' AND sendStartedAt IS NULL`,
      [id, claimToken],
    );
}

function shuffled<T>(items: T[]): T[] {
  const mixed = [...items];
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [mixed[i], mixed[j]] = [mixed[j] as T, mixed[i] as T];
  }
  return mixed;
}
