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
import { type TaskFilter, type TaskView } from '../tasks/task-queries';
import { type SaidWithin } from '../tasks/undo';
import { type Frame } from '../understanding/frames';
import { type ListFile, type ListImports } from './list-imports';
import { type Papers } from './papers';

/** How long a question waits for its yes, and how long a report may be taken back. */
export const minutesToAnswer = 10;

/** The minutes before a message in which a report may be taken back, or taken for what the message goes on about. */
export function minutesBefore({ sentAt }: Pick<IncomingMessage, 'sentAt'>): SaidWithin {
  const until = new Date(sentAt);
  return { from: new Date(until.getTime() - minutesToAnswer * 60_000), until };
}

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
  /** What was said when it was not clear for which of one's units; said again with the unit it is handled. */
  choice: z.object({ text: z.string(), expiresAt: z.string() }).nullable().default(null),
  /** The list shown last, by position. */
  shown: z.object({ listId: z.string(), itemNos: z.array(z.number()) }).nullable(),
  /** A list file that waits for 确认导入. */
  importing: z.object({ draftId: z.string(), expiresAt: z.string() }).nullable().default(null),
});

export type TalkState = z.infer<typeof stateShape>;
export type PendingItem = NonNullable<TalkState['pending']>['items'][number];

const emptyState: TalkState = { pending: null, more: null, choice: null, shown: null, importing: null };

/** What is remembered, as it is stored; what an earlier version kept in another shape counts as nothing. */
export function readState(stored: string | null): TalkState {
  const checked = stored === null ? null : stateShape.safeParse(JSON.parse(stored));
  return checked?.success ? checked.data : structuredClone(emptyState);
}

/** What the platform's contacts say of somebody. */
export interface Contact {
  name: string;
  /** Names of departments. */
  departments: string[];
}

/** The turn needs to know what the platform's contacts say: it is given up, they are asked, and it begins again. */
export class ContactWanted extends Error {}

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
  /** Tasks that fit a filter, as findTasks reads them; not to be changed. */
  findTasks: (filter: TaskFilter) => Promise<TaskView[]>;
  /** The message has waited for the speaker's identity to be confirmed, and is handled now. */
  wasHeld: boolean;
  state: TalkState;
  /** Of people the directory does not know, where the platform tells; undefined = not asked yet (see ContactWanted). */
  contact: Contact | null | undefined;
  /** The list file the message is about; undefined = not read yet (see ListFileWanted). */
  listFile: ListFile | null | undefined;
  imports: ListImports | null;
  papers: Papers | null;
  /** Where people reach the web site, without a slash at the end. */
  siteUrl: string;
  /** Messages to others that the turn causes (the office's notices). */
  notices: ToSay[];
  /** Set by a handler: the tasks its answer shows, in order. */
  shows: { listId: string; itemNos: number[] } | null;
}

/** The rows that a turn locks are not there yet: prepareState, then once more. */
export class NotPrepared extends Error {}

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
