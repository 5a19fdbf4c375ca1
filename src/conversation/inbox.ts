// The door in: every message is stored once, before it is acknowledged; then taken conversation by conversation, in order.
import { type DataSource, type EntityManager } from 'typeorm';
import { type InboxMessage } from '../database/entities/message';
import { insertRows, readRows, type Runner, type Value, writeRows } from '../database/statement';
import { together } from '../database/together';
import { inTransaction, isConnectionLost, isDuplicate, retried } from '../database/transaction';
import { newId } from '../ids';
import { type IncomingMessage, type Recipient } from '../messages';
import { enqueue } from '../outbox/outbox';
import { findSecrecyMark } from '../secrecy';

/** By conversation and time. */
const dueHere = "conversationId = ? AND status = 'waiting' AND (attempts = 0 OR nextAttemptAt <= ?)";
const clockToleranceMs = 5 * 60_000;

/** Whom an answer goes to: the group it was said in, or the person. */
export function answerTo(message: IncomingMessage): Recipient {
  return message.conversation.kind === 'group' || message.sender.staffId === null
    ? { kind: 'group', conversationId: message.conversation.id }
    : { kind: 'person', staffId: message.sender.staffId };
}

/** A message as it waits to be answered. */
export type WaitingMessage = Pick<InboxMessage, 'id' | 'conversationId' | 'payload' | 'attempts'>;

const columns = [
  'id', 'robotCode', 'messageId', 'conversationId', 'senderStaffId', 'sentAt', 'receivedAt', 'payload', 'status',
  'attempts', 'nextAttemptAt', 'handledAt', 'outcome',
] as const; // prettier-ignore
const storedAtOnce = 32;

interface Received {
  message: IncomingMessage;
  sentAt: Date;
  now: Date;
  id: string;
  /** The 密级 mark it bears. */
  mark: string | null;
}

function rowOf({ message, sentAt, now, id, mark }: Received): Value[] {
  const { robotCode, messageId, conversation, sender } = message;
  const kept = mark === null ? JSON.stringify({ ...message, sentAt: sentAt.toISOString() }) : null;
  return [
    id, robotCode, messageId, conversation.id, sender.staffId, sentAt, now, kept, mark === null ? 'waiting' : 'refused',
    0, now, mark === null ? null : now, mark === null ? null : `refused: ${mark}`,
  ]; // prettier-ignore
}

/** True = fresh, false = seen before; what stands in the way of one is no matter of the others. */
type Stored = boolean | { failed: unknown };

async function storeOne(dataSource: DataSource, received: Received): Promise<Stored> {
  try {
    await retried(() => insertRows(dataSource, 'inbox_messages', columns, [rowOf(received)]));
    return true;
  } catch (thrown) {
    return isDuplicate(thrown) ? false : { failed: thrown };
  }
}

/** One statement, one commit for what comes at the same time; where that cannot be, one by one. */
async function storeAll(dataSource: DataSource, all: Received[]): Promise<Stored[]> {
  if (all.length > 1)
    try {
      await retried(() => insertRows(dataSource, 'inbox_messages', columns, all.map(rowOf)));
      return all.map(() => true);
    } catch (thrown) {
      if (isConnectionLost(thrown)) return all.map(() => ({ failed: thrown }));
    }
  const stored: Stored[] = [];
  for (const received of all) stored.push(await storeOne(dataSource, received));
  return stored;
}

/** Of a message with a 密级 mark no words are left behind: only that it was refused, and an answer with the rule. */
async function refuse(dataSource: DataSource, received: Received, mark: string): Promise<void> {
  const { message, id, now } = received;
  const { staffId } = message.sender;
  const to: Recipient = staffId ? { kind: 'person', staffId } : answerTo(message);
  await inTransaction(dataSource, async manager => {
    await insertRows(manager, 'inbox_messages', columns, [rowOf(received)]);
    await enqueue(manager, { to, reply: { template: 'secrecy_refused', mark }, dedupKey: `answer:${id}` }, now);
  });
}

/**
 * Makes the function that stores a message and commits; only then may the channel acknowledge it.
 *
 * @returns of it: the message as it waits; null when nothing is left to do (seen before, or refused for its 密级 mark);
 * `fresh` = not seen before (same robot, same message id)
 */
export function createAcceptor(
  dataSource: DataSource,
): (message: IncomingMessage, now: Date) => Promise<{ fresh: boolean; waiting: WaitingMessage | null }> {
  const store = together<Received, Stored>(all => storeAll(dataSource, all), storedAtOnce);
  return async (message, now) => {
    // A time far ahead of ours would outdate everything said from now on; hosts that differ a little keep the platform's order.
    const said = new Date(message.sentAt);
    const sentAt = said.getTime() > now.getTime() + clockToleranceMs ? now : said;
    const words = [message.text, message.quoted?.text ?? '', ...message.attachments.map(file => file.fileName ?? '')];
    const mark = findSecrecyMark(words.join('\n'));
    const received: Received = { message, sentAt, now, id: newId(), mark };
    if (mark === null) {
      const stored = await store(received);
      if (typeof stored !== 'boolean') throw stored.failed;
      if (!stored) return { fresh: false, waiting: null };
      const payload = { ...message, sentAt: sentAt.toISOString() };
      return {
        fresh: true,
        waiting: { id: received.id, conversationId: message.conversation.id, payload, attempts: 0 },
      };
    }
    try {
      await refuse(dataSource, received, mark);
      return { fresh: true, waiting: null };
    } catch (thrown) {
      if (isDuplicate(thrown)) return { fresh: false, waiting: null };
      throw thrown;
    }
  };
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
export async function nextOf(runner: Runner, conversationId: string, now: Date): Promise<WaitingMessage | null> {
  const [row] = await readRows<{ id: string; attempts: number; payload: string | null }>(
    runner,
    `SELECT id, attempts, payload FROM inbox_messages FORCE INDEX (inbox_messages_conversation) WHERE ${dueHere} ORDER BY sentAt, messageId LIMIT 1`,
    [conversationId, now],
  );
  if (!row) return null;
  const { id, attempts, payload } = row;
  return { id, conversationId, attempts, payload: payload === null ? null : (JSON.parse(payload) as IncomingMessage) };
}

/** Marks a message as handled, inside the turn's transaction. */
export async function markHandled(manager: EntityManager, id: string, outcome: string, now: Date): Promise<void> {
  await writeRows(manager, "UPDATE inbox_messages SET status = 'handled', handledAt = ?, outcome = ? WHERE id = ?", [
    now,
    outcome.slice(0, 500),
    id,
  ]);
}
