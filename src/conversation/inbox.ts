// The door in: every message is stored once, before it is acknowledged; then taken conversation by conversation, in order.
import { type DataSource, type EntityManager } from 'typeorm';
import { InboxMessage } from '../database/entities/message';
import { inTransaction, isDuplicate } from '../database/transaction';
import { newId } from '../ids';
import { type IncomingMessage, type Recipient } from '../messages';
import { enqueue } from '../outbox/outbox';
import { findSecrecyMark } from '../secrecy';

const clockToleranceMs = 5 * 60_000;

/** Whom an answer goes to: the group it was said in, or the person. */
export function answerTo(message: IncomingMessage): Recipient {
  return message.conversation.kind === 'group' || message.sender.staffId === null
    ? { kind: 'group', conversationId: message.conversation.id }
    : { kind: 'person', staffId: message.sender.staffId };
}

/**
 * Stores a message and commits; only then may the channel acknowledge it.
 * A message with a 密级 mark leaves no words behind: only that it was refused, and an answer with the rule.
 *
 * @returns false when it was seen before (same robot, same message id)
 */
export async function acceptMessage(dataSource: DataSource, message: IncomingMessage, now: Date): Promise<boolean> {
  // A time far ahead of ours would outdate everything said from now on; hosts that differ a little keep the platform's order.
  const said = new Date(message.sentAt);
  const sentAt = said.getTime() > now.getTime() + clockToleranceMs ? now : said;
  const words = [message.text, message.quoted?.text ?? '', ...message.attachments.map(file => file.fileName ?? '')];
  const mark = findSecrecyMark(words.join('\n'));
  const id = newId();
  try {
    await inTransaction(dataSource, async manager => {
      await manager.insert(InboxMessage, {
        id,
        robotCode: message.robotCode,
        messageId: message.messageId,
        conversationId: message.conversation.id,
        senderStaffId: message.sender.staffId,
        sentAt,
        receivedAt: now,
        payload: mark === null ? { ...message, sentAt: sentAt.toISOString() } : null,
        status: mark === null ? 'waiting' : 'refused',
        attempts: 0,
        nextAttemptAt: now,
        handledAt: mark === null ? null : now,
        outcome: mark === null ? null : `refused: ${mark}`,
      });
      if (mark !== null) {
        const to: Recipient = message.sender.staffId
          ? { kind: 'person', staffId: message.sender.staffId }
          : answerTo(message);
        await enqueue(manager, { to, reply: { template: 'secrecy_refused', mark }, dedupKey: `answer:${id}` }, now);
      }
    });
    return true;
  } catch (thrown) {
    if (isDuplicate(thrown)) return false;
    throw thrown;
  }
}

/** The conversations in which a message waits to be handled now. */
export async function findWaitingConversations(manager: EntityManager, now: Date): Promise<string[]> {
  const rows: { conversationId: string }[] = await manager.query(
    `SELECT conversationId, MIN(sentAt) AS oldest FROM inbox_messages
      WHERE status = 'waiting' AND (attempts = 0 OR nextAttemptAt <= ?) GROUP BY conversationId ORDER BY oldest LIMIT 200`,
    [now],
  );
  return rows.map(row => row.conversationId);
}

/**
 * The next message of a conversation: the earliest said. One that has failed before waits for its own time
 * and does not hold up the others; a fresh one is due whatever another host's clock says.
 */
export async function nextOf(manager: EntityManager, conversationId: string, now: Date): Promise<InboxMessage | null> {
  const rows: { id: string }[] = await manager.query(
    `SELECT id FROM inbox_messages
      WHERE conversationId = ? AND status = 'waiting' AND (attempts = 0 OR nextAttemptAt <= ?)
      ORDER BY sentAt, messageId LIMIT 1`,
    [conversationId, now],
  );
  return rows[0] ? manager.findOneBy(InboxMessage, { id: rows[0].id }) : null;
}

/** Marks a message as handled, inside the turn's transaction. */
export async function markHandled(manager: EntityManager, id: string, outcome: string, now: Date): Promise<void> {
  await manager.update(InboxMessage, { id }, { status: 'handled', handledAt: now, outcome: outcome.slice(0, 500) });
}
