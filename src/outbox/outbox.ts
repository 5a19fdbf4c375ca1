// The door out: one row per thing to say, said at most once for its dedupKey.
import { type EntityManager, In, Like, Not } from 'typeorm';
import { channelTo } from '../address';
import { type CivilDate } from '../calendar/civil-date';
import { OutboxMessage } from '../database/entities/message';
import { insertRows, places, type Value, writeRows } from '../database/statement';
import { isDuplicate } from '../database/transaction';
import { newId } from '../ids';
import { type Recipient, type ReplyUrl } from '../messages';
import { type CardRest } from '../rendering/reminder-reply';
import { type Reply } from '../rendering/reply';

export interface ToSay {
  to: Recipient;
  reply: Reply;
  /** One row ever exists per key: "answer:<inbox id>", "morning:<to>:<day>". */
  dedupKey: string;
  /** The tasks it shows, in the order shown: what a quote of it means. */
  tasksShown?: { listId: string; itemNos: number[] };
  replyUrl?: ReplyUrl | null;
  mention?: string | null;
  /** 0 answers, 1 notices, 2 morning cards; smaller goes first. */
  priority?: 0 | 1 | 2;
  /** Nobody asked for it; so are notices and cards, unless said otherwise. */
  unasked?: boolean;
  /** Not before; spreads morning cards. */
  notBefore?: Date;
  /** Worthless after this instant: then it expires unsent. */
  notAfter?: Date;
  /** The row whose card is to say this from now on. */
  changes?: string;
}

const dueAtOnce = new Date(0);

/** "group:<conversation>" or "person:<user id>": how a recipient is named in keys and indexes. */
export function recipientKey(to: Recipient): string {
  return to.kind === 'group' ? `group:${to.conversationId}` : `person:${to.staffId}`;
}

const columns = [
  'id', 'dedupKey', 'recipient', 'channel', 'recipientKey', 'replyUrl', 'mention', 'reply', 'tasksShown', 'priority', 'unasked',
  'status', 'nextAt', 'notAfter', 'claimToken', 'attempts', 'changesId', 'createdAt',
] as const; // prettier-ignore

/**
 * Puts a message into the outbox, inside the caller's transaction.
 * @returns false when a row with this dedupKey exists already (nothing is added)
 */
export async function enqueue(manager: EntityManager, message: ToSay, now: Date): Promise<boolean> {
  try {
    await insertRows(manager, 'outbox_messages', columns, [valuesOf(rowOf(message, now))]);
    return true;
  } catch (thrown) {
    if (isDuplicate(thrown)) return false;
    throw thrown;
  }
}

/** From the claim to the first byte, which follows at once; a row whose process died before it is free again after this. */
export const claimLeaseSeconds = 10;

/**
 * Puts answers into the outbox that this process will send itself as soon as the transaction is committed: they need not be
 * looked for. Should the process die before, the lease ends and any other sends them.
 * @returns the rows for Dispatcher.handOver
 * @throws as an INSERT that meets its unique key when one of them exists already (isDuplicate)
 */
export async function enqueueClaimed(manager: EntityManager, messages: ToSay[], now: Date): Promise<OutboxMessage[]> {
  if (messages.length === 0) return [];
  const claimToken = newId();
  const rows = messages.map(message => Object.assign(rowOf(message, now), { status: 'claimed' as const, claimToken }));
  const row = `(${places(columns.length)}, UTC_TIMESTAMP(3) + INTERVAL ${claimLeaseSeconds} SECOND)`;
  await writeRows(
    manager,
    `INSERT INTO outbox_messages (${columns.map(name => `\`${name}\``).join(', ')}, leaseUntil) VALUES ${rows.map(() => row).join(', ')}`,
    rows.flatMap(valuesOf),
  );
  return rows;
}

const rowsAtOnce = 100;

/**
 * Puts many messages into the outbox, a hundred in a statement; where one of them is there already, these one by one.
 * @returns how many were added
 */
export async function enqueueAll(manager: EntityManager, messages: ToSay[], now: Date): Promise<number> {
  let added = 0;
  for (let i = 0; i < messages.length; i += rowsAtOnce) {
    const some = messages.slice(i, i + rowsAtOnce);
    try {
      await insertRows(manager, 'outbox_messages', columns, some.map(message => valuesOf(rowOf(message, now)))); // prettier-ignore
      added += some.length;
    } catch (thrown) {
      if (!isDuplicate(thrown)) throw thrown;
      for (const message of some) if (await enqueue(manager, message, now)) added++;
    }
  }
  return added;
}

function rowOf(message: ToSay, now: Date): OutboxMessage {
  return Object.assign(new OutboxMessage(), {
    id: newId(),
    dedupKey: message.dedupKey,
    recipient: message.to,
    channel: channelTo(message.to),
    recipientKey: recipientKey(message.to),
    replyUrl: message.replyUrl ?? null,
    mention: message.mention ?? null,
    reply: message.reply,
    tasksShown: message.tasksShown ?? null,
    priority: message.priority ?? 0,
    unasked: message.unasked ?? (message.priority ?? 0) > 0,
    onCard: false,
    changesId: message.changes ?? null,
    status: 'ready',
    // Due at once is due by every host's clock.
    nextAt: message.notBefore ?? dueAtOnce,
    notAfter: message.notAfter ?? null,
    claimToken: null,
    leaseUntil: null,
    sendStartedAt: null,
    attempts: 0,
    sentAt: null,
    providerKey: null,
    problem: null,
    createdAt: now,
  });
}

function valuesOf(row: OutboxMessage): Value[] {
  const { replyUrl, tasksShown } = row;
  return [
    row.id, row.dedupKey, JSON.stringify(row.recipient), row.channel, row.recipientKey, replyUrl && JSON.stringify(replyUrl),
    row.mention, JSON.stringify(row.reply), tasksShown && JSON.stringify(tasksShown), row.priority, row.unasked,
    row.status, row.nextAt, row.notAfter, row.claimToken, row.attempts, row.changesId, row.createdAt,
  ]; // prettier-ignore
}

/** The tasks a sent message showed, found by the platform's key; null when the key is not ours or showed none. */
export async function findShownTasks(
  manager: EntityManager,
  providerKey: string,
): Promise<{ listId: string; itemNos: number[] } | null> {
  const row = await manager.findOne(OutboxMessage, { where: { providerKey } });
  return row?.tasksShown ?? null;
}

/** A morning card that went out, or is about to. */
export interface SentCard {
  /** The morning it belongs to. */
  day: CivilDate;
  shown: { listId: string; itemNos: number[] } | null;
}

const cardKeys = 'morning%';

/** The last morning card for a recipient, or the one a quote means; null when there is none. */
export async function findCard(
  manager: EntityManager,
  recipientKeyText: string,
  providerKey: string | null,
): Promise<SentCard | null> {
  const row = await manager.findOne(OutboxMessage, {
    where: {
      recipientKey: recipientKeyText,
      dedupKey: Like(cardKeys),
      status: Not(In(['expired', 'failed'])),
      ...(providerKey === null ? {} : { providerKey }),
    },
    order: { nextAt: 'DESC' },
  });
  return row ? { day: row.dedupKey.slice(-10), shown: row.tasksShown } : null;
}

/** What the last morning card for a recipient, or its last page, did not show; [] when nothing. @param since - older ones are over */
export async function findCardRest(manager: EntityManager, recipientKeyText: string, since: Date): Promise<CardRest[]> {
  const [row]: { reply: string }[] = await manager.query(
    `SELECT reply FROM outbox_messages
      WHERE recipientKey = ? AND createdAt >= ? AND status NOT IN ('expired', 'failed')
        AND (dedupKey LIKE ? OR reply LIKE '{"template":"card_page"%')
      ORDER BY createdAt DESC, id DESC LIMIT 1`,
    [recipientKeyText, since, cardKeys],
  );
  const reply = row ? (JSON.parse(row.reply) as Reply) : null;
  return reply?.template === 'morning_card' || reply?.template === 'card_page' ? reply.rest : [];
}
