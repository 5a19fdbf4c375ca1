// The conversation: stores what is said, then has it answered, each conversation in order; the single catch for a turn.
import { type DataSource } from 'typeorm';
import { type WorkCalendar } from '../calendar/work-calendar';
import { type Clock } from '../clock';
import { InboxMessage } from '../database/entities/message';
import { inTransaction, isServerTrouble } from '../database/transaction';
import { type UnitDirectory } from '../directory/unit-directory';
import { AppError, messageOf } from '../errors';
import { type Logger } from '../logger';
import { type IncomingMessage } from '../messages';
import { type Dispatcher } from '../outbox/dispatcher';
import { type Reply } from '../rendering/reply';
import { enqueue } from '../outbox/outbox';
import { TaskShelf } from '../tasks/task-shelf';
import { answerOf, speakerOf, type TurnSurroundings } from './answer-message';
import { createAcceptor, findWaitingConversations, markHandled, nextOf, type WaitingMessage } from './inbox';
import { type ListFile, type ListImports, ListFileWanted } from './list-imports';
import { type Papers } from './papers';
import { type Answer, takeTurn } from './take-turn';
import { createTurnsTogether } from './take-turns-together';
import { type Contact, ContactWanted, NotPrepared, prepareState } from './turn';
import { createListShelf, type ListShelf } from './which-list';

const sweepMs = 1000;
const maxParallel = 8;
const maxAttempts = 3;
/** Messages kept at hand, and conversations remembered, while no worker is free: memory stays bounded in a burst. */
const maxAtHand = 256;
const maxQueued = 10_000;

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
  imports?: ListImports;
  papers?: Papers;
  outbox: Pick<Dispatcher, 'wake' | 'room' | 'holds' | 'handOver'>;
}

type House = ConversationParts &
  TurnSurroundings & { lists: ListShelf; tasks: TaskShelf; answerTogether: ReturnType<typeof createTurnsTogether> };

export function createConversation(parts: ConversationParts): Conversation {
  const { dataSource, clock, logger } = parts;
  const shelves = { lists: createListShelf(), tasks: new TaskShelf() };
  const house: House = { ...parts, ...shelves, answerTogether: createTurnsTogether({ ...parts, ...shelves }) };
  const accept = createAcceptor(dataSource);
  const busy = new Map<string, Promise<void>>();
  const again = new Set<string>();
  /** Conversations for which no worker was free, with the message that came where it is at hand. */
  const queued = new Map<string, WaitingMessage | null>();
  let running = false;
  let sweeping: Promise<void> | null = null;
  let timer: NodeJS.Timeout | null = null;

  /** Handles one conversation's waiting messages, until none is left or others wait; one worker per conversation in this process. */
  function work(conversationId: string, fresh: WaitingMessage | null = null): void {
    if (!running) return;
    if (busy.has(conversationId)) {
      again.add(conversationId);
      return;
    }
    if (busy.size >= maxParallel) {
      if (fresh === null && queued.has(conversationId)) return;
      // Of the next few the words are kept at hand; the others are read when it is their turn.
      const atHand = queued.size < maxAtHand && !queued.has(conversationId);
      if (queued.size < maxQueued) queued.set(conversationId, atHand ? fresh : null);
      return; // the sweep comes back for what is not even queued
    }
    const working = handleWaiting(conversationId, fresh)
      .catch((thrown: unknown) => {
        logger.error({ event: 'conversation_failed', reason: messageOf(thrown) });
      })
      .finally(() => {
        busy.delete(conversationId);
        // Those that have waited come first; what has come here meanwhile takes its place behind them.
        const [next] = queued;
        if (next) {
          queued.delete(next[0]);
          work(...next);
        }
        if (again.delete(conversationId)) work(conversationId);
      });
    busy.set(conversationId, working);
  }

  async function handleWaiting(conversationId: string, fresh: WaitingMessage | null): Promise<void> {
    // What has just come need not be looked for: the turn finds out under its lock whether it comes first.
    let message = fresh ?? (await nextOf(dataSource, conversationId, clock.now()));
    while (message && (await handleMessage(house, message)) && running) {
      // One message each, while others wait for a worker.
      if (queued.size > 0) {
        again.add(conversationId);
        return;
      }
      message = await nextOf(dataSource, conversationId, clock.now());
    }
  }

  function sweep(): void {
    if (!running || sweeping) return;
    sweeping = findWaitingConversations(dataSource.manager, clock.now())
      .then(waiting => {
        for (const conversationId of waiting) work(conversationId);
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
      const { fresh, waiting } = await accept(message, clock.now());
      logger.info({ event: fresh ? 'message_stored' : 'message_repeated', id: message.messageId });
      if (waiting) work(waiting.conversationId, waiting);
      else if (fresh) parts.outbox.wake();
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
  { lookUpContact, logger }: ConversationParts,
  message: IncomingMessage,
): Promise<Contact | null> {
  const { staffId } = message.sender;
  if (staffId === null || !lookUpContact) return null;
  try {
    return await lookUpContact(staffId);
  } catch (thrown) {
    logger.warn({ event: 'contact_not_found', reason: messageOf(thrown) });
    return null;
  }
}

async function listFileOf({ imports, clock }: ConversationParts, wanted: ListFileWanted): Promise<ListFile | null> {
  const { file, draftId, personId } = wanted;
  if (!imports) return null;
  return file
    ? imports.receive(file, { draftId, personId }, clock.now())
    : imports.reopen(draftId, personId, clock.now());
}

/** With others where the message only asks; else a turn of its own: what it lacks is fetched outside, and it begins again. */
async function answer(parts: House, row: WaitingMessage, message: IncomingMessage): Promise<Answer> {
  const { dataSource, clock } = parts;
  const answered = row.attempts === 0 ? await parts.answerTogether(row.id, message) : null;
  if (answered) return answered;
  const directory = await parts.directory.view();
  const calendar = await parts.calendar();
  const canFollow = (behind: string[]): boolean => parts.outbox.room() > 0 && parts.outbox.holds(behind);
  let contact: Contact | null | undefined;
  let listFile: ListFile | null | undefined;
  let prepared = false;
  for (;;) {
    try {
      const given = { contact, listFile, directory, calendar, canFollow };
      return await inTransaction(dataSource, manager => takeTurn(parts, manager, row.id, message, given));
    } catch (thrown) {
      if (thrown instanceof NotPrepared && !prepared) {
        await prepareState(dataSource.manager, row.conversationId, speakerOf(message), clock.now());
        prepared = true;
      } else if (thrown instanceof ContactWanted) contact = await contactOf(parts, message);
      else if (thrown instanceof ListFileWanted) listFile = await listFileOf(parts, thrown);
      else throw thrown;
    }
  }
}

/**
 * The turn, and the single catch for one: a refusal by rule is said; a fault leaves the message for another try.
 * @returns whether to look for a next message of the conversation
 */
async function handleMessage(parts: House, row: WaitingMessage): Promise<boolean> {
  const { dataSource, clock, logger } = parts;
  const message = row.payload;
  if (!message) return false;
  try {
    const { moreWait, claimed, behind, moreToSend } = await answer(parts, row, message);
    if (claimed) parts.outbox.handOver(claimed, behind);
    if (moreToSend) parts.outbox.wake();
    return moreWait;
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.expose) {
      await conclude(parts, row, message, { template: 'refused', sentence: thrown.message }, `refused: ${thrown.code}`);
      return true;
    }
    // No attempt of the message's: it waits until the server is well again (the sweep comes back for it).
    if (isServerTrouble(thrown)) throw thrown;
    logger.error({
      event: 'turn_failed',
      id: row.id,
      attempt: row.attempts + 1,
      reason: messageOf(thrown),
      err: thrown,
    });
    if (row.attempts + 1 >= maxAttempts) {
      await conclude(parts, row, message, { template: 'apology', number: row.id.slice(-8) }, 'set_aside');
      return true;
    }
    const nextAttemptAt = new Date(clock.now().getTime() + 2000 * 4 ** row.attempts);
    await dataSource.manager.update(InboxMessage, { id: row.id }, { attempts: row.attempts + 1, nextAttemptAt });
    return true;
  }
}

/** Ends a message that cannot be answered by its turn: says why, in a transaction of its own. */
async function conclude(
  { dataSource, clock, outbox }: ConversationParts,
  row: WaitingMessage,
  message: IncomingMessage,
  reply: Reply,
  outcome: string,
): Promise<void> {
  await inTransaction(dataSource, async manager => {
    const current = await manager.findOne(InboxMessage, { where: { id: row.id }, lock: { mode: 'pessimistic_write' } });
    if (current?.status !== 'waiting') return;
    await enqueue(manager, answerOf(row.id, message, reply, null), clock.now());
    if (outcome === 'set_aside')
      await manager.update(InboxMessage, { id: row.id }, { status: 'set_aside', handledAt: clock.now(), outcome });
    else await markHandled(manager, row.id, outcome, clock.now());
  });
  outbox.wake();
}
