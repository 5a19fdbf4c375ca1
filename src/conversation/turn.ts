// Turn: one message being answered, with all a handler may need; and what is remembered of a talk, and for how long.
import { type EntityManager } from 'typeorm';
import { z } from 'zod';
import { type CivilDate } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';
import { ConversationState } from '../database/entities/message';
import { type TaskList } from '../database/entities/task';
import { readRows, writeRows } from '../database/statement';
import { isDuplicate } from '../database/transaction';
import { type Actor } from '../directory/identity';
import { type DirectoryView } from '../directory/unit-directory';
import { newId } from '../ids';
import { type IncomingMessage } from '../messages';
import { type ToSay } from '../outbox/outbox';
import { type Reply } from '../rendering/reply';
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

/** What a turn finds when it has the conversation for itself. */
export interface OpenedTurn {
  /** What is remembered of the talk with the speaker; whether a question has lapsed is for its handler to say. */
  state: TalkState;
  /** As it is stored. */
  storedState: string | null;
  /** What has been made of the message so far. */
  outcome: string | null;
  /** The message is still to be handled, and it is its turn. */
  isNext: boolean;
  /** Others wait behind it in this conversation. */
  moreWait: boolean;
  /** Something is on its way, or about to be, to whom the answer goes. */
  recipientBusy: boolean;
  /** Changes with whatever is in the table of lists. */
  listsMark: string;
}

/** The rows that a turn locks are not there yet: prepareState, then once more. */
export class NotPrepared extends Error {}

/**
 * Locks the conversation, so that there is one turn at a time in it, whatever the number of instances; and the message.
 * @param recipientKey - of the answer
 * @throws NotPrepared
 */
export async function openTurn(
  manager: EntityManager,
  {
    conversationId,
    speakerId,
    inboxId,
    recipientKey,
    now,
  }: { conversationId: string; speakerId: string; inboxId: string; recipientKey: string; now: Date },
): Promise<OpenedTurn> {
  const locked = await readRows<{ speakerId: string; state: string | null; status: string; outcome: string | null }>(
    manager,
    `SELECT s.speakerId, s.state, m.status, m.outcome FROM conversation_states s JOIN inbox_messages m ON m.id = ?
      WHERE s.conversationId = ? AND s.speakerId IN ('', ?) FOR UPDATE`,
    [inboxId, conversationId, speakerId],
  );
  const speakers = locked.find(row => row.speakerId === speakerId);
  if (!speakers || locked.length < 2) throw new NotPrepared(conversationId);
  // Read after the lock is there: what another turn has just written counts.
  const due =
    "SELECT e.id FROM inbox_messages e FORCE INDEX (inbox_messages_conversation) WHERE e.conversationId = ? AND e.status = 'waiting' AND (e.attempts = 0 OR e.nextAttemptAt <= ?)";
  const [facts] = await readRows<{ first: string | null; second: string | null; busy: number; lists: string }>(
    manager,
    `SELECT (${due} ORDER BY e.sentAt, e.messageId LIMIT 1) AS first,
            (${due} ORDER BY e.sentAt, e.messageId LIMIT 1 OFFSET 1) AS second,
            EXISTS (SELECT 1 FROM outbox_messages o FORCE INDEX (outbox_messages_recipient)
                     WHERE o.recipientKey = ? AND o.sentAt IS NULL
                       AND (o.status = 'claimed' OR (o.status = 'ready' AND (o.nextAt <= ? OR o.attempts > 0)))) AS busy,
            (SELECT CONCAT(COUNT(*), ':', COALESCE(SUM(CRC32(CONCAT_WS('|', id, title, shortName, year, importedAt))), 0))
               FROM task_lists) AS lists`,
    [conversationId, now, conversationId, now, recipientKey, now],
  );
  const checked = stateShape.safeParse(speakers.state === null ? emptyState : JSON.parse(speakers.state));
  return {
    state: checked.success ? checked.data : structuredClone(emptyState),
    storedState: speakers.state,
    outcome: speakers.outcome,
    isNext: speakers.status === 'waiting' && facts?.first === inboxId,
    moreWait: facts?.second !== null,
    recipientBusy: facts?.busy !== 0,
    listsMark: facts?.lists ?? '',
  };
}

/** Ends a turn: what is remembered of the talk, and that the message is handled (or held), in one statement. */
export async function closeTurn(
  manager: EntityManager,
  {
    conversationId,
    speakerId,
    inboxId,
    state,
    storedState,
    status,
    outcome,
    now,
  }: {
    conversationId: string;
    speakerId: string;
    inboxId: string;
    state: TalkState;
    storedState: string | null;
    status: 'handled' | 'held';
    outcome: string;
    now: Date;
  },
): Promise<void> {
  const handledAt = status === 'handled' ? now : null;
  const next = JSON.stringify(state);
  if (next === storedState) {
    await writeRows(manager, 'UPDATE inbox_messages SET status = ?, handledAt = ?, outcome = ? WHERE id = ?', [
      status, handledAt, outcome.slice(0, 500), inboxId,
    ]); // prettier-ignore
    return;
  }
  await writeRows(
    manager,
    `UPDATE inbox_messages m JOIN conversation_states s ON s.conversationId = ? AND s.speakerId = ?
        SET m.status = ?, m.handledAt = ?, m.outcome = ?, s.state = ?, s.updatedAt = ? WHERE m.id = ?`,
    [conversationId, speakerId, status, handledAt, outcome.slice(0, 500), next, now, inboxId],
  );
}
