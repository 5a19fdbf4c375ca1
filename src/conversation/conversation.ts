// The conversation: stores what is said, then has it answered, each conversation in order; the single catch for a turn.
import { type DataSource } from 'typeorm';
import { type WorkCalendar } from '../calendar/work-calendar';
import { type Clock } from '../clock';
import { InboxMessage } from '../database/entities/message';
import { ChannelIdentity } from '../database/entities/unit';
import { inTransaction } from '../database/transaction';
import { type UnitDirectory } from '../directory/unit-directory';
import { AppError, messageOf } from '../errors';
import { type Logger } from '../logger';
import { type IncomingMessage } from '../messages';
import { type Reply } from '../rendering/reply';
import { answerMessage, say } from './answer-message';
import { acceptMessage, findWaitingConversations, markHandled, nextOf } from './inbox';
import { type Contact, prepareState } from './turn';

const sweepMs = 1000;
const maxParallel = 8;
const maxAttempts = 3;

export interface Conversation {
  start(): void;
  /** Stores a message and returns once it is committed; the answer follows by itself. Rejects when it could not be stored. */
  receive(message: IncomingMessage): Promise<void>;
  /** Takes no more messages to handle and waits for the turns under way. */
  stop(): Promise<void>;
}

export interface ConversationParts {
  dataSource: DataSource;
  directory: UnitDirectory;
  calendar: () => Promise<WorkCalendar>;
  clock: Clock;
  logger: Logger;
  robotName: string;
  /** Where people reach the web site, without a slash at the end. */
  siteUrl: () => string;
  /** What the platform's contacts say of a person; null = nothing. */
  lookUpContact?: (staffId: string) => Promise<Contact | null>;
  /** Called after each commit that put something into the outbox. */
  wakeOutbox: () => void;
}

export function createConversation(parts: ConversationParts): Conversation {
  const { dataSource, clock, logger } = parts;
  const busy = new Map<string, Promise<void>>();
  const again = new Set<string>();
  let running = false;
  let sweeping: Promise<void> | null = null;
  let timer: NodeJS.Timeout | null = null;

  /** Handles one conversation's waiting messages until none is left; one worker per conversation in this process. */
  function work(conversationId: string): void {
    if (!running) return;
    if (busy.has(conversationId)) {
      again.add(conversationId);
      return;
    }
    if (busy.size >= maxParallel) return; // the sweep comes back for it
    const working = handleWaiting(conversationId)
      .catch((thrown: unknown) => {
        logger.error({ event: 'conversation_failed', reason: messageOf(thrown) });
      })
      .finally(() => {
        busy.delete(conversationId);
        if (again.delete(conversationId)) work(conversationId);
        else if (running && busy.size === maxParallel - 1) sweep();
      });
    busy.set(conversationId, working);
  }

  async function handleWaiting(conversationId: string): Promise<void> {
    for (;;) {
      if (!running) return;
      const message = await nextOf(dataSource.manager, conversationId, clock.now());
      if (!message) return;
      await handleMessage(parts, message);
      parts.wakeOutbox();
    }
  }

  function sweep(): void {
    if (!running || sweeping) return;
    sweeping = findWaitingConversations(dataSource.manager, clock.now())
      .then(waiting => {
        waiting.forEach(work);
      })
      .catch((thrown: unknown) => {
        logger.error({ event: 'inbox_sweep_failed', reason: messageOf(thrown) });
      })
      .finally(() => {
        sweeping = null;
      });
  }

  return {
    start() {
      running = true;
      timer = setInterval(sweep, sweepMs);
      sweep();
    },
    async receive(message) {
      const fresh = await acceptMessage(dataSource, message, clock.now());
      logger.info({ event: fresh ? 'message_stored' : 'message_repeated', id: message.messageId });
      if (fresh) {
        parts.wakeOutbox();
        work(message.conversation.id);
      }
    },
    async stop() {
      running = false;
      if (timer) clearInterval(timer);
      await sweeping;
      await Promise.all(busy.values());
    },
  };
}

/** Of a sender whom the directory does not know; nobody waits long for it, and without it the person can say who they are. */
async function contactOf(
  { dataSource, lookUpContact, logger }: ConversationParts,
  message: IncomingMessage,
): Promise<Contact | null> {
  const { staffId } = message.sender;
  if (staffId === null || !lookUpContact) return null;
  if (await dataSource.manager.existsBy(ChannelIdentity, { channel: message.channel, externalId: staffId }))
    return null;
  try {
    return await lookUpContact(staffId);
  } catch (thrown) {
    logger.warn({ event: 'contact_not_found', reason: messageOf(thrown) });
    return null;
  }
}

/** The turn, and the single catch for one: a refusal by rule is said; a fault leaves the message for another try. */
async function handleMessage(parts: ConversationParts, row: InboxMessage): Promise<void> {
  const { dataSource, clock, logger } = parts;
  const message = row.payload;
  if (!message) return;
  const speaker = message.sender.staffId ?? `nick:${message.sender.nick}`.slice(0, 128);
  try {
    await prepareState(dataSource.manager, row.conversationId, speaker, clock.now());
    // Asked before the transaction: nothing inside one waits for the network, or for a second connection.
    const contact = await contactOf(parts, message);
    const directory = await parts.directory.view();
    const calendar = await parts.calendar();
    await inTransaction(dataSource, manager =>
      answerMessage(parts, manager, row.id, message, { speaker, contact, directory, calendar }),
    );
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.expose) {
      await conclude(parts, row, message, { template: 'refused', sentence: thrown.message }, `refused: ${thrown.code}`);
      return;
    }
    logger.error({
      event: 'turn_failed',
      id: row.id,
      attempt: row.attempts + 1,
      reason: messageOf(thrown),
      err: thrown,
    });
    if (row.attempts + 1 >= maxAttempts) {
      await conclude(parts, row, message, { template: 'apology', number: row.id.slice(-8) }, 'set_aside');
      return;
    }
    const nextAttemptAt = new Date(clock.now().getTime() + 2000 * 4 ** row.attempts);
    await dataSource.manager.update(InboxMessage, { id: row.id }, { attempts: row.attempts + 1, nextAttemptAt });
  }
}

/** Ends a message that cannot be answered by its turn: says why, in a transaction of its own. */
async function conclude(
  { dataSource, clock }: ConversationParts,
  row: InboxMessage,
  message: IncomingMessage,
  reply: Reply,
  outcome: string,
): Promise<void> {
  await inTransaction(dataSource, async manager => {
    const current = await manager.findOne(InboxMessage, { where: { id: row.id }, lock: { mode: 'pessimistic_write' } });
    if (current?.status !== 'waiting') return;
    await say(manager, row.id, message, reply, null, clock.now());
    if (outcome === 'set_aside')
      await manager.update(InboxMessage, { id: row.id }, { status: 'set_aside', handledAt: clock.now(), outcome });
    else await markHandled(manager, row.id, outcome, clock.now());
  });
}
