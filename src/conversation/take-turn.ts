// A turn of its own: everything it writes commits together with the handled mark, or not at all.
import { type EntityManager } from 'typeorm';
import { civilDateOf } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';
import { InboxMessage, type OutboxMessage } from '../database/entities/message';
import { ChatGroup } from '../database/entities/unit';
import { watched } from '../database/reading-only';
import { isDuplicate } from '../database/transaction';
import { groupOf, readSpeakers, type Speakers } from '../directory/speakers';
import { type DirectoryView } from '../directory/unit-directory';
import { newId } from '../ids';
import { type IncomingMessage } from '../messages';
import { enqueue, enqueueClaimed, recipientKey, type ToSay } from '../outbox/outbox';
import { findTasks } from '../tasks/task-queries';
import { type TaskShelf } from '../tasks/task-shelf';
import { composeAnswer, speakerOf, type TurnSurroundings } from './answer-message';
import { answerTo } from './inbox';
import { type ListFile } from './list-imports';
import { type Contact, NotPrepared, type Turn } from './turn';
import { closeTurns, type Opening, openTurns } from './turn-bounds';
import { type ListShelf } from './which-list';

/** What has come of a turn. */
export interface Answer {
  /** false: it was handled meanwhile, or another message comes first; nothing was done. */
  done: boolean;
  /** Others wait behind it. */
  moreWait: boolean;
  /** The answer, where it is claimed already and may be sent as soon as this is committed, behind what was on its way. */
  claimed: OutboxMessage | null;
  behind: string[];
  /** Something else was put into the outbox. */
  moreToSend: boolean;
}

export const notItsTurn: Answer = { done: false, moreWait: true, claimed: null, behind: [], moreToSend: false };

export function openingOf(inboxId: string, message: IncomingMessage): Opening {
  const speakerId = speakerOf(message);
  return { inboxId, conversationId: message.conversation.id, speakerId, recipientKey: recipientKey(answerTo(message)) };
}

/** Whether the group a message was said in is stored as it is called now. */
export function isGroupStored(message: IncomingMessage, speakers: Speakers): boolean {
  const { kind, title } = message.conversation;
  const known = groupOf(message, speakers);
  return kind !== 'group' || (known !== null && (title === null || known.title === title.slice(0, 190)));
}

/** @throws NotPrepared, ContactWanted, ListFileWanted */
export async function takeTurn(
  parts: TurnSurroundings & { lists: ListShelf; tasks: TaskShelf },
  transaction: EntityManager,
  inboxId: string,
  message: IncomingMessage,
  given: {
    contact: Contact | null | undefined;
    listFile: ListFile | null | undefined;
    directory: DirectoryView;
    calendar: WorkCalendar;
    /** Whether the sender of this process can take an answer that comes behind these rows. */
    canFollow: (behind: string[]) => boolean;
  },
): Promise<Answer> {
  const now = parts.clock.now();
  let written = false;
  const manager = watched(transaction, () => (written = true));
  const { turns, listsMark } = await openTurns(manager, [openingOf(inboxId, message)], now);
  const opened = turns.get(inboxId);
  if (!opened) throw new NotPrepared(message.conversation.id);
  if (!opened.isNext) return notItsTurn;
  let speakers = await readSpeakers(manager, [message], civilDateOf(now));
  if (!isGroupStored(message, speakers)) {
    await storeGroup(manager, message, groupOf(message, speakers), now);
    speakers = await readSpeakers(manager, [message], civilDateOf(now));
  }
  const lists = await parts.lists(manager, listsMark);
  // What is held for all turns is what is committed.
  written = false;
  const find: Turn['findTasks'] = filter =>
    written ? findTasks(manager, filter) : parts.tasks.find(manager, filter, given.directory);
  const { answer, notices, closing, secret } = await composeAnswer(parts, inboxId, message, {
    ...given, manager, opened, lists, speakers, findTasks: find,
  }); // prettier-ignore
  const direct = answer !== null && given.canFollow(opened.behind);
  const claimed = direct ? await enqueueOnce(manager, answer, now) : null;
  if (answer && !direct) await enqueue(manager, answer, now);
  for (const notice of notices) await enqueue(manager, notice, now);
  await closeTurns(manager, [closing], now);
  // Of what bears a 密级 mark only the fact of refusal is kept.
  if (secret) await manager.update(InboxMessage, { id: inboxId }, { payload: null, status: 'refused' });
  const moreToSend = notices.length > 0 || (answer !== null && !direct);
  return { done: true, moreWait: opened.moreWait, claimed, behind: opened.behind, moreToSend };
}

async function enqueueOnce(manager: EntityManager, answer: ToSay, now: Date): Promise<OutboxMessage | null> {
  try {
    return (await enqueueClaimed(manager, [answer], now))[0] ?? null;
  } catch (thrown) {
    if (isDuplicate(thrown)) return null;
    throw thrown;
  }
}

async function storeGroup(
  manager: EntityManager,
  { channel, conversation }: IncomingMessage,
  known: ChatGroup | null,
  now: Date,
): Promise<void> {
  const title = conversation.title?.slice(0, 190) ?? null;
  if (known) {
    await manager.update(ChatGroup, { id: known.id }, { title });
    return;
  }
  try {
    await manager.insert(ChatGroup, {
      id: newId(),
      channel,
      conversationId: conversation.id,
      title,
      status: 'waiting',
      createdAt: now,
    });
  } catch (thrown) {
    if (!isDuplicate(thrown)) throw thrown;
  }
}
