// One message answered: who speaks, what it means, what each act says, all in one transaction.
import { type EntityManager } from 'typeorm';
import { civilDateOf } from '../calendar/civil-date';
import { type Clock } from '../clock';
import { InboxMessage } from '../database/entities/message';
import { TaskList } from '../database/entities/task';
import { ChatGroup } from '../database/entities/unit';
import { isDuplicate } from '../database/transaction';
import { loadWorkCalendar } from '../database/work-days';
import { identify } from '../directory/identity';
import { type UnitDirectory } from '../directory/unit-directory';
import { newId } from '../ids';
import { type IncomingMessage } from '../messages';
import { enqueue, findShownTasks } from '../outbox/outbox';
import { type Reply } from '../rendering/reply';
import { type Frame, type Intent, type QuotedContext } from '../understanding/frames';
import { understand } from '../understanding/understand';
import { handle } from './handlers';
import { answerTo, markHandled } from './inbox';
import { loadState, lockConversation, saveState, type Turn } from './turn';

/** What a turn needs of the house around it. */
export interface TurnSurroundings {
  directory: UnitDirectory;
  clock: Clock;
  robotName: string;
}

/** What somebody outside the directory may do in a private chat, where no group has let them in. */
const openToAnyone: ReadonlySet<Intent> = new Set<Intent>(['help', 'identity', 'none']);

/** Puts the answer to a message into the outbox: one per message, whatever happens. */
export async function say(
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
export async function answerMessage(
  parts: TurnSurroundings,
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

async function replyOf(parts: TurnSurroundings, turn: Turn): Promise<{ reply: Reply | null; outcome: string }> {
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
  if (!group && actor.personId === null && frames.some(act => !openToAnyone.has(act.intent)))
    return { reply: { template: 'stranger' }, outcome: 'stranger' };
  const replies: Reply[] = [];
  for (const act of frames) {
    const reply = await handle(turn, act);
    if (reply) replies.push(reply);
  }
  const [only] = replies;
  return { reply: replies.length > 1 ? { template: 'several', parts: replies } : (only ?? null), outcome };
}

/** The one answer a group gets before it is enabled. */
async function introduceOnce(parts: TurnSurroundings, turn: Turn, group: ChatGroup): Promise<Reply | null> {
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
    calendar: turn.calendar,
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
