// The conversation: stores what is said, then answers it, one turn in one transaction, each conversation in order.
import { type DataSource, type EntityManager } from 'typeorm';
import { civilDateOf } from '../calendar/civil-date';
import { type Clock } from '../clock';
import { InboxMessage } from '../database/entities/message';
import { TaskList } from '../database/entities/task';
import { ChatGroup } from '../database/entities/unit';
import { inTransaction, isDuplicate } from '../database/transaction';
import { loadWorkCalendar } from '../database/work-days';
import { identify } from '../directory/identity';
import { type UnitDirectory } from '../directory/unit-directory';
import { AppError, messageOf } from '../errors';
import { newId } from '../ids';
import { type Logger } from '../logger';
import { type IncomingMessage } from '../messages';
import { enqueue, findShownTasks } from '../outbox/outbox';
import { type Reply } from '../rendering/reply';
import { type Frame, type QuotedContext } from '../understanding/frames';
import { understand } from '../understanding/understand';
import { handle } from './handlers';
import { acceptMessage, answerTo, findWaitingConversations, markHandled, nextOf } from './inbox';
import { loadState, lockConversation, prepareState, saveState, type Turn } from './turn';

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
  clock: Clock;
  logger: Logger;
  robotName: string;
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

/** The turn, and the single catch for one: a refusal by rule is said; a fault leaves the message for another try. */
async function handleMessage(parts: ConversationParts, row: InboxMessage): Promise<void> {
  const { dataSource, clock, logger } = parts;
  const message = row.payload;
  if (!message) return;
  const speaker = message.sender.staffId ?? `nick:${message.sender.nick}`.slice(0, 128);
  try {
    await prepareState(dataSource.manager, row.conversationId, speaker, clock.now());
    await inTransaction(dataSource, manager => answer(parts, manager, row.id, message, speaker));
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.expose) {
      await conclude(parts, row, message, { template: 'refused', sentence: thrown.message }, `refused: ${thrown.code}`);
      return;
    }
    logger.error({ event: 'turn_failed', id: row.id, attempt: row.attempts + 1, reason: messageOf(thrown), err: thrown });
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

async function say(
  manager: EntityManager,
  inboxId: string,
  message: IncomingMessage,
  reply: Reply,
  tasksShown: Turn['shows'],
  now: Date,
): Promise<void> {
  await enqueue(
    manager,
    {
      to: answerTo(message),
      reply,
      dedupKey: `answer:${inboxId}`,
      replyUrl: message.replyUrl,
      mention: message.conversation.kind === 'group' ? message.sender.staffId : null,
      ...(tasksShown ? { tasksShown } : {}),
    },
    now,
  );
}

/** One turn: everything it writes commits together with the handled mark, or not at all. */
async function answer(
  parts: ConversationParts,
  manager: EntityManager,
  inboxId: string,
  message: IncomingMessage,
  speaker: string,
): Promise<void> {
  const now = parts.clock.now();
  const conversationId = message.conversation.id;
  await lockConversation(manager, conversationId);
  const current = await manager.findOne(InboxMessage, { where: { id: inboxId }, lock: { mode: 'pessimistic_write' } });
  if (current?.status !== 'waiting') return;
  if (message.conversation.kind === 'group') await ensureGroup(manager, message, now);
  const directory = await parts.directory.view();
  const actor = await identify(manager, message, directory);
  const list = await listOf(manager, actor.group);
  const state = await loadState(manager, conversationId, speaker);
  const turn: Turn = {
    manager, message, inboxId, actor, directory, list, state, now,
    calendar: await loadWorkCalendar(manager),
    today: civilDateOf(now),
    quotedNos: await quotedNosOf(manager, message, list),
    notices: [],
    shows: null,
  }; // prettier-ignore
  const { reply, outcome } = await replyOf(parts, turn);
  if (reply) await say(manager, inboxId, message, reply, turn.shows, now);
  for (const notice of turn.notices) await enqueue(manager, notice, now);
  await saveState(manager, conversationId, speaker, turn.state, now);
  await markHandled(manager, inboxId, outcome, now);
}

async function replyOf(parts: ConversationParts, turn: Turn): Promise<{ reply: Reply | null; outcome: string }> {
  const { message, actor } = turn;
  if (message.kind === 'quota_exhausted') return { reply: null, outcome: 'quota_exhausted' };
  const { frame, also } = await read(turn);
  const frames = [frame, ...also];
  const outcome = frames.map(act => act.intent).join(', ');
  const { group } = actor;
  if (group && group.status !== 'enabled') {
    const setUp = frames.find(act => act.intent === 'group_setup');
    if (setUp) return { reply: await handle(turn, setUp), outcome };
    return { reply: await introduceOnce(parts, turn, group), outcome: `group_${group.status}` };
  }
  const replies: Reply[] = [];
  for (const act of frames) {
    const reply = await handle(turn, act);
    if (reply) replies.push(reply);
  }
  const [only] = replies;
  return { reply: replies.length > 1 ? { template: 'several', parts: replies } : (only ?? null), outcome };
}

/** The one answer a group gets before it is enabled. */
async function introduceOnce(parts: ConversationParts, turn: Turn, group: ChatGroup): Promise<Reply | null> {
  const earlier = await turn.manager.findOne(InboxMessage, {
    where: { conversationId: group.conversationId, outcome: 'group_waiting' },
  });
  if (group.status !== 'waiting' || earlier) return null;
  return { template: 'group_introduction', robot: parts.robotName, groupId: group.conversationId, officeHint: true };
}

async function read(turn: Turn): Promise<{ frame: Frame; also: Frame[] }> {
  const { list, state, quotedNos, actor } = turn;
  const rows: { itemNo: number }[] = list
    ? await turn.manager.query('SELECT itemNo FROM tasks WHERE listId = ?', [list.id])
    : [];
  const known = new Set(rows.map(row => row.itemNo));
  const shown = state.shown?.listId === list?.id ? (state.shown?.itemNos ?? []) : [];
  return understand(turn.message.text, {
    today: turn.today,
    senderUnit: actor.unit?.name ?? null,
    names: turn.directory.names,
    quoted: quotedContext(turn.message, quotedNos),
    talk: {
      ...(state.pending ? { pending: 'progress_update', tasks: state.pending.items.map(item => item.itemNo) } : {}),
      shown: shown.map((no, i) => ({ pos: i + 1, no })),
    },
    taskExists: no => known.has(no),
    listNames: list ? [list.shortName] : [],
  });
}

function quotedContext(message: IncomingMessage, nos: number[]): QuotedContext | undefined {
  if (nos.length === 1) return { type: 'task_card', tasks: nos };
  if (nos.length > 1) return { type: 'task_list', items: nos.map((no, i) => ({ pos: i + 1, no })) };
  return message.quoted?.text ? { type: 'text', text: message.quoted.text } : undefined;
}

/** The tasks of the quoted message, found by its key, never by its words; only of the list in use here. */
async function quotedNosOf(manager: EntityManager, message: IncomingMessage, list: TaskList | null): Promise<number[]> {
  const key = message.quoted?.providerKey;
  if (!key || !list) return [];
  const shown = await findShownTasks(manager, key);
  return shown?.listId === list.id ? shown.itemNos : [];
}

async function ensureGroup(manager: EntityManager, message: IncomingMessage, now: Date): Promise<void> {
  const { channel, conversation } = message;
  const known = await manager.findOneBy(ChatGroup, { channel, conversationId: conversation.id });
  if (known) {
    if (conversation.title !== null && known.title !== conversation.title)
      await manager.update(ChatGroup, { id: known.id }, { title: conversation.title.slice(0, 190) });
    return;
  }
  try {
    await manager.insert(ChatGroup, {
      id: newId(),
      channel,
      conversationId: conversation.id,
      title: conversation.title?.slice(0, 190) ?? null,
      status: 'waiting',
      createdAt: now,
    });
  } catch (thrown) {
    if (!isDuplicate(thrown)) throw thrown;
  }
}

/** The list a group has chosen, else the one imported last. */
async function listOf(manager: EntityManager, group: ChatGroup | null): Promise<TaskList | null> {
  if (group?.listId) return manager.findOneBy(TaskList, { id: group.listId });
  const [latest] = await manager.find(TaskList, { order: { importedAt: 'DESC', id: 'DESC' }, take: 1 });
  return latest ?? null;
}
