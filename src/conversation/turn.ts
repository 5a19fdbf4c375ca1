// Turn: one message being answered, with all a handler may need; and what is remembered of a talk, and for how long.
import { type EntityManager } from 'typeorm';
import { z } from 'zod';
import { type CivilDate } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';
import { ConversationState } from '../database/entities/message';
import { type TaskList } from '../database/entities/task';
import { isDuplicate } from '../database/transaction';
import { type Actor } from '../directory/identity';
import { type DirectoryView } from '../directory/unit-directory';
import { newId } from '../ids';
import { type IncomingMessage } from '../messages';
import { type ToSay } from '../outbox/outbox';
import { type Reply } from '../rendering/reply';
import { type Frame } from '../understanding/frames';

/** How long a question waits for its yes, and how long a report may be taken back. */
export const minutesToAnswer = 10;

const reportShape = z.object({
  status: z.enum(['not_started', 'in_progress', 'done', 'long_term']),
  percent: z.number().nullable(),
  text: z.string().nullable(),
  blocker: z.string().nullable(),
  correction: z.boolean(),
});

const stateShape = z.object({
  /** A draft that waits for yes or no. */
  pending: z
    .object({
      items: z.array(
        z.object({
          taskId: z.string(),
          itemNo: z.number(),
          unitId: z.string(),
          version: z.number(),
          report: reportShape,
        }),
      ),
      expiresAt: z.string(),
    })
    .nullable(),
  /** Where "更多" goes on. */
  more: z
    .object({
      listId: z.string(),
      heading: z.string(),
      period: z.string().nullable(),
      unitId: z.string().nullable(),
      itemNos: z.array(z.number()),
    })
    .nullable(),
  /** The list shown last, by position. */
  shown: z.object({ listId: z.string(), itemNos: z.array(z.number()) }).nullable(),
});

export type TalkState = z.infer<typeof stateShape>;
export type PendingItem = NonNullable<TalkState['pending']>['items'][number];

const emptyState: TalkState = { pending: null, more: null, shown: null };

/** What the platform's contacts say of somebody. */
export interface Contact {
  name: string;
  /** Names of departments. */
  departments: string[];
}

export interface Turn {
  manager: EntityManager;
  message: IncomingMessage;
  inboxId: string;
  actor: Actor;
  directory: DirectoryView;
  calendar: WorkCalendar;
  now: Date;
  today: CivilDate;
  /** The list meant here: the group's own, else the only or latest one; null when there is none yet. */
  list: TaskList | null;
  /** Short names of the further lists. */
  otherLists: string[];
  /** Nothing says which of several lists is meant; the latest is taken for questions. */
  listGuessed: boolean;
  /** Numbers the quoted message showed; [] when nothing of ours is quoted. */
  quotedNos: number[];
  state: TalkState;
  /** Of people the directory does not know, where the platform tells. */
  contact: Contact | null;
  /** Where people reach the web site, without a slash at the end. */
  siteUrl: string;
  /** Messages to others that the turn causes (the office's notices). */
  notices: ToSay[];
  /** Set by a handler: the tasks its answer shows, in order. */
  shows: { listId: string; itemNos: number[] } | null;
}

/** Answers one act; null = say nothing. */
export type Handler<F extends Frame> = (turn: Turn, frame: F) => Promise<Reply | null>;

async function ensureRow(manager: EntityManager, conversationId: string, speakerId: string, now: Date): Promise<void> {
  const found = await manager.findOne(ConversationState, {
    where: { conversationId, speakerId },
    select: { id: true },
  });
  if (found) return;
  try {
    await manager.insert(ConversationState, { id: newId(), conversationId, speakerId, updatedAt: now });
  } catch (thrown) {
    if (!isDuplicate(thrown)) throw thrown;
  }
}

/**
 * Makes sure the rows to be locked exist (before the turn's transaction: locking what is not there locks nothing).
 * @param manager - outside any transaction
 */
export async function prepareState(
  manager: EntityManager,
  conversationId: string,
  speakerId: string,
  now: Date,
): Promise<void> {
  await ensureRow(manager, conversationId, '', now);
  await ensureRow(manager, conversationId, speakerId, now);
}

/** Locks the conversation: one turn at a time in it, whatever the number of instances. */
export async function lockConversation(manager: EntityManager, conversationId: string): Promise<void> {
  await manager.findOne(ConversationState, {
    where: { conversationId, speakerId: '' },
    lock: { mode: 'pessimistic_write' },
  });
}

/** What is remembered of the talk with one person here; whether a question has lapsed is for its handler to say. */
export async function loadState(manager: EntityManager, conversationId: string, speakerId: string): Promise<TalkState> {
  const row = await manager.findOne(ConversationState, { where: { conversationId, speakerId } });
  const checked = stateShape.safeParse(row?.state ?? emptyState);
  return checked.success ? checked.data : structuredClone(emptyState);
}

export async function saveState(
  manager: EntityManager,
  conversationId: string,
  speakerId: string,
  state: TalkState,
  now: Date,
): Promise<void> {
  await manager.update(ConversationState, { conversationId, speakerId }, { state, updatedAt: now });
}
