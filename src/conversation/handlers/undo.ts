// 撤回: taking one's own report or request back, within ten minutes.
import { In } from 'typeorm';
import { AppError } from '../../errors';
import { type Change, type ExtensionRequest } from '../../database/entities/progress';
import { Task } from '../../database/entities/task';
import { type Reply } from '../../rendering/reply';
import { shorten } from '../../rendering/wording';
import { findWithdrawable, withdrawExtension } from '../../tasks/extensions';
import { findUndoable, undoChange } from '../../tasks/undo';
import { type Frame } from '../../understanding/frames';
import { type Handler, minutesBefore, minutesToAnswer, type Turn } from '../turn';
import { livePending } from './confirm';
import { causeOf, joined, tellOffice } from './notices';
import { factName, restoredName } from './write-reports';

/** What may be taken back: a report, or a request for a later date that nobody has decided yet. */
type Own = { id: string; taskId: string; inboxMessageId: string } & (
  { kind: 'report'; change: Change } | { kind: 'extension'; request: ExtensionRequest }
);

/** One's own reports and requests of the last ten minutes on this list, the one recorded last first, with their tasks. */
async function findOwn(turn: Turn, personId: string): Promise<{ own: Own[]; tasks: Map<string, Task> }> {
  const { manager, list } = turn;
  const said = minutesBefore(turn.message);
  const reports = (await findUndoable(manager, personId, said)).map((change): Own => {
    const { id, taskId, inboxMessageId } = change;
    return { kind: 'report', id, taskId, inboxMessageId, change };
  });
  const requests = (await findWithdrawable(manager, personId, said)).map((request): Own => {
    const { id, taskId, inboxMessageId } = request;
    return { kind: 'extension', id, taskId, inboxMessageId, request };
  });
  // Ids grow as entries are made.
  const own = [...reports, ...requests].sort((a, b) => (a.id < b.id ? 1 : -1));
  const ids = [...new Set(own.map(({ taskId }) => taskId))];
  const found = ids.length > 0 ? await manager.findBy(Task, { id: In(ids) }) : [];
  const tasks = new Map(found.filter(task => !list || task.listId === list.id).map(task => [task.id, task]));
  return { own: own.filter(({ taskId }) => tasks.has(taskId)), tasks };
}

/** 撤回: the last message's reports and requests, or those on the named tasks; one's own, of the last ten minutes. */
export const undo: Handler<Extract<Frame, { intent: 'undo' }>> = async (turn, frame) => {
  const { personId } = turn.actor;
  const nos = frame.tasks?.map(task => task.no) ?? turn.quotedNos;
  if (personId === null) return { template: 'stranger' };
  // With a question open, 撤回 means the draft.
  if (nos.length === 0 && livePending(turn)) {
    turn.state.pending = null;
    return { template: 'denied' };
  }
  const { own, tasks } = await findOwn(turn, personId);
  const chosen = nos.length > 0 ? lastOnEach(own, tasks, nos) : await lastSaidHere(turn, own);
  if (chosen.length === 0) return { template: 'nothing_to_undo', nos, minutes: minutesToAnswer };
  const undone: { no: number; line: string; late: string | null }[] = [];
  const withdrawn: { no: number; reply: Reply }[] = [];
  const refused: string[] = [];
  for (const one of chosen.sort((a, b) => (a.taskId < b.taskId ? -1 : 1))) {
    const task = tasks.get(one.taskId);
    if (!task) continue;
    try {
      if (one.kind === 'report')
        undone.push({ no: task.itemNo, ...(await takeBack(turn, one.change, task, personId)) });
      else withdrawn.push({ no: task.itemNo, reply: await withdraw(turn, one.request, task, personId) });
    } catch (thrown) {
      if (!(thrown instanceof AppError && thrown.expose)) throw thrown;
      refused.push(thrown.message);
    }
  }
  const parts: Reply[] = undone.length > 0 ? [{ template: 'undone', items: undone.sort((a, b) => a.no - b.no) }] : [];
  parts.push(...withdrawn.sort((a, b) => a.no - b.no).map(({ reply }) => reply));
  if (refused.length > 0) parts.push({ template: 'refused', sentence: refused.join('') });
  return joined(parts);
};

/** Of each named task the last thing said. */
function lastOnEach(own: readonly Own[], tasks: ReadonlyMap<string, Task>, nos: readonly number[]): Own[] {
  return nos.map(no => own.find(({ taskId }) => tasks.get(taskId)?.itemNo === no)).filter(one => one !== undefined);
}

/** Without a number only what was said in this conversation is meant: all of its last message. */
async function lastSaidHere(turn: Turn, own: readonly Own[]): Promise<Own[]> {
  if (own.length === 0) return [];
  const rows: { id: string }[] = await turn.manager.query(
    'SELECT id FROM inbox_messages WHERE id IN (?) AND conversationId = ?',
    [own.map(({ inboxMessageId }) => inboxMessageId), turn.message.conversation.id],
  );
  const here = new Set(rows.map(({ id }) => id));
  const last = own.find(({ inboxMessageId }) => here.has(inboxMessageId))?.inboxMessageId;
  return own.filter(({ inboxMessageId }) => inboxMessageId === last);
}

/** @returns what the task is back at; what was taken back, where it was in the history only */
async function takeBack(
  turn: Turn,
  change: Change,
  task: Task,
  personId: string,
): Promise<{ line: string; late: string | null }> {
  const { stands, historyOnly, blockers } = await undoChange(turn.manager, change, {
    personId,
    inboxMessageId: turn.inboxId,
    saidAt: new Date(turn.message.sentAt),
    now: turn.now,
  });
  const unit = turn.directory.unitNameById.get(change.unitId) ?? '';
  const about = { no: task.itemNo, short: shorten(task.content), unit, person: turn.actor.name };
  if (!historyOnly && change.after.state === 'closing' && stands.state === 'active')
    await tellOffice(turn, {
      kind: 'closure_withdrawn',
      itemNo: task.itemNo,
      reply: { template: 'closure_withdrawn', ...about },
    });
  if (blockers.length > 0)
    await tellOffice(turn, {
      kind: 'blocker_withdrawn',
      itemNo: task.itemNo,
      reply: { template: 'blocker_withdrawn', ...about, text: shorten(blockers.join('；'), 80) },
    });
  return { line: restoredName(stands), late: historyOnly ? factName(change.after) : null };
}

async function withdraw(turn: Turn, request: ExtensionRequest, task: Task, personId: string): Promise<Reply> {
  const due = await withdrawExtension(turn.manager, request, causeOf(turn, personId));
  if (due === null)
    throw new AppError('task_closed', `第${task.itemNo}项的延期申请已经办理，不能收回。`, { expose: true });
  const reply: Reply = {
    template: 'extension_withdrawn',
    no: task.itemNo,
    short: shorten(task.content),
    unit: turn.directory.unitNameById.get(request.unitId) ?? '',
    person: turn.actor.name,
    due,
  };
  await tellOffice(turn, { kind: 'extension_withdrawn', itemNo: task.itemNo, reply });
  return reply;
}
