// 撤回: taking one's own report back, within ten minutes.
import { AppError } from '../../errors';
import { type Change } from '../../database/entities/progress';
import { Task } from '../../database/entities/task';
import { type Reply } from '../../rendering/reply';
import { shorten } from '../../rendering/wording';
import { findUndoable, undoChange } from '../../tasks/changes';
import { type Frame } from '../../understanding/frames';
import { type Handler, minutesToAnswer, type Turn } from '../turn';
import { livePending } from './confirm';
import { tellOffice } from './notices';
import { restoredName } from './write-reports';

/** 撤回: the last message's reports, or those on the named tasks; one's own, of the last ten minutes. */
export const undo: Handler<Extract<Frame, { intent: 'undo' }>> = async (turn, frame) => {
  const { actor, manager, now } = turn;
  const nos = frame.tasks?.map(task => task.no) ?? turn.quotedNos;
  if (actor.personId === null) return { template: 'stranger' };
  // With a question open, 撤回 means the draft.
  if (nos.length === 0 && livePending(turn)) {
    turn.state.pending = null;
    return { template: 'denied' };
  }
  const saidAt = new Date(turn.message.sentAt);
  const recent = await findUndoable(manager, actor.personId, new Date(saidAt.getTime() - minutesToAnswer * 60_000));
  const numbers = new Map<string, number>();
  for (const change of recent)
    if (!numbers.has(change.taskId)) {
      const task = await manager.findOneBy(Task, { id: change.taskId });
      if (task && (!turn.list || task.listId === turn.list.id)) numbers.set(change.taskId, task.itemNo);
    }
  const here = await saidHere(turn, recent);
  // Without a number only what was said in this conversation is meant.
  const mine = recent.filter(
    change => numbers.has(change.taskId) && (nos.length > 0 || here.has(change.inboxMessageId)),
  );
  const lastMessage = mine[0]?.inboxMessageId;
  const chosen =
    nos.length > 0
      ? nos.map(no => mine.find(change => numbers.get(change.taskId) === no)).filter(change => change !== undefined)
      : mine.filter(change => change.inboxMessageId === lastMessage);
  if (chosen.length === 0) return { template: 'nothing_to_undo', nos, minutes: minutesToAnswer };
  const items: { no: number; line: string }[] = [];
  const refused: string[] = [];
  for (const change of chosen.sort((a, b) => (a.taskId < b.taskId ? -1 : 1)))
    try {
      const restored = await undoChange(manager, change, {
        personId: actor.personId,
        inboxMessageId: turn.inboxId,
        saidAt,
        now,
      });
      const no = numbers.get(change.taskId) ?? 0;
      items.push({ no, line: restoredName(restored) });
      if (change.after.state === 'closing' && restored.state === 'active') await tellWithdrawn(turn, change, no);
    } catch (thrown) {
      if (!(thrown instanceof AppError && thrown.expose)) throw thrown;
      refused.push(thrown.message);
    }
  const parts: Reply[] = items.length > 0 ? [{ template: 'undone', items: items.sort((a, b) => a.no - b.no) }] : [];
  if (refused.length > 0) parts.push({ template: 'refused', sentence: refused.join('') });
  const [only] = parts;
  return parts.length === 1 && only ? only : { template: 'several', parts };
};

async function tellWithdrawn(turn: Turn, { taskId, unitId }: Change, no: number): Promise<void> {
  const task = await turn.manager.findOneBy(Task, { id: taskId });
  await tellOffice(turn, {
    kind: 'closure_withdrawn',
    itemNo: no,
    reply: {
      template: 'closure_withdrawn',
      no,
      short: shorten(task?.content ?? ''),
      unit: turn.directory.unitNameById.get(unitId) ?? '',
      person: turn.actor.name,
    },
  });
}

async function saidHere(turn: Turn, changes: readonly Change[]): Promise<Set<string>> {
  if (changes.length === 0) return new Set();
  const rows: { id: string }[] = await turn.manager.query(
    'SELECT id FROM inbox_messages WHERE id IN (?) AND conversationId = ?',
    [changes.map(change => change.inboxMessageId), turn.message.conversation.id],
  );
  return new Set(rows.map(row => row.id));
}
