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

async function statusOf(manager: EntityManager, id: string): Promise<string | null> {
  const [row]: { status: string }[] = await manager.query(
    'SELECT status FROM outbox_messages WHERE id = ? FOR UPDATE',
    [id],
  );
  return row?.status ?? null;
}

/**
 * Has a message that failed, or whose fate is unknown, sent once more; where it did arrive, it arrives twice.
 * @returns false when it is neither (any more): nothing is changed
 */
export async function sendAgain(manager: EntityManager, id: string, by: Decider): Promise<boolean> {
  const status = await statusOf(manager, id);
  if (status !== 'failed' && status !== 'uncertain') return false;
  await manager.query(
    `UPDATE outbox_messages
        SET status = 'ready', attempts = 0, nextAt = ?, notAfter = NULL, claimToken = NULL, leaseUntil = NULL,
            sendStartedAt = NULL, onCard = 0, problem = NULL, createdAt = ?
      WHERE id = ?`,
    [new Date(0), by.now, id],
  );
  await record(manager, 'resend_message', id, status, by);
  return true;
}

/** Notes that a message whose fate was unknown has arrived. @returns false when it is not in doubt (any more) */
export async function noteReceived(manager: EntityManager, id: string, by: Decider): Promise<boolean> {
  if ((await statusOf(manager, id)) !== 'uncertain') return false;
  await manager.query("UPDATE outbox_messages SET status = 'sent', sentAt = ?, problem = NULL WHERE id = ?", [
    by.now,
    id,
  ]);
  await record(manager, 'confirm_message', id, 'uncertain', by);
  return true;
}
