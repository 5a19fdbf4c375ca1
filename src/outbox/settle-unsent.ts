// What people decide about messages that did not go out, or nobody knows of: 重发, 已收到. Each is in the audit log.
import { type EntityManager } from 'typeorm';
import { AuditEntry } from '../database/entities/schedule';
import { newId } from '../ids';

interface Decider {
  personId: string;
  personName: string;
  now: Date;
}

async function record(manager: EntityManager, act: string, id: string, before: string, by: Decider): Promise<void> {
  await manager.insert(AuditEntry, {
    id: newId(),
    at: by.now,
    personId: by.personId,
    actor: by.personName,
    act,
    object: `message:${id}`,
    before: { status: before },
    after: { status: act === 'resend_message' ? 'ready' : 'sent' },
    inboxMessageId: null,
  });
}

interface Standing {
  status: string;
  /** Not worth sending after this instant. */
  notAfter: Date | null;
}

async function standingOf(manager: EntityManager, id: string): Promise<Standing | null> {
  const [row]: Standing[] = await manager.query(
    'SELECT status, notAfter FROM outbox_messages WHERE id = ? FOR UPDATE',
    [id],
  );
  return row ?? null;
}

/**
 * Has a message that failed, or whose fate is unknown, sent once more; where it did arrive, it arrives twice.
 * One whose time is over (a card of an earlier morning) stays unsent: what it says is no longer true.
 * @returns false when it is neither (any more), or too late: nothing is changed
 */
export async function sendAgain(manager: EntityManager, id: string, by: Decider): Promise<boolean> {
  const { status, notAfter } = (await standingOf(manager, id)) ?? { status: null, notAfter: null };
  if (status !== 'failed' && status !== 'uncertain') return false;
  if (notAfter !== null && notAfter < by.now) return false;
  await manager.query(
    `UPDATE outbox_messages
        SET status = 'ready', attempts = 0, nextAt = ?, claimToken = NULL, leaseUntil = NULL,
            sendStartedAt = NULL, onCard = 0, problem = NULL, createdAt = ?
      WHERE id = ?`,
    [new Date(0), by.now, id],
  );
  await record(manager, 'resend_message', id, status, by);
  return true;
}

/** Failures of these days are worth sending again all at once; older ones are looked at one by one. */
const recentMs = 3 * 86_400_000;
const mostAtOnce = 500;

/** Which failed messages {@link sendAllAgain} would send: surely not delivered, not too late, not long ago. */
export async function findResendable(manager: EntityManager, now: Date): Promise<string[]> {
  const rows: { id: string }[] = await manager.query(
    `SELECT id FROM outbox_messages
      WHERE status = 'failed' AND (notAfter IS NULL OR notAfter >= ?) AND createdAt >= ? ORDER BY id LIMIT ${mostAtOnce}`,
    [now, new Date(now.getTime() - recentMs)],
  );
  return rows.map(({ id }) => id);
}

/** Sends everything again that failed for a reason which has been put right, such as a missing right. @returns how many */
export async function sendAllAgain(manager: EntityManager, by: Decider): Promise<number> {
  let sent = 0;
  for (const id of await findResendable(manager, by.now)) if (await sendAgain(manager, id, by)) sent++;
  return sent;
}

/** Notes that a message whose fate was unknown has arrived. @returns false when it is not in doubt (any more) */
export async function noteReceived(manager: EntityManager, id: string, by: Decider): Promise<boolean> {
  if ((await standingOf(manager, id))?.status !== 'uncertain') return false;
  await manager.query("UPDATE outbox_messages SET status = 'sent', sentAt = ?, problem = NULL WHERE id = ?", [
    by.now,
    id,
  ]);
  await record(manager, 'confirm_message', id, 'uncertain', by);
  return true;
}
