// A picture or a file without words: belongs to the task it quotes, or to the one just reported.
import { unitsToReportFor } from '../../directory/identity';
import { type Reply } from '../../rendering/reply';
import { applyChange, lockTasks, snapshotOf } from '../../tasks/changes';
import { findTasks } from '../../tasks/task-queries';
import { findUndoable } from '../../tasks/undo';
import { Task } from '../../database/entities/task';
import { looksLikeList } from '../list-imports';
import { minutesBefore, type Turn } from '../turn';
import { unitOnTask } from './record-progress';

/** Which task it is for: the only one quoted, else the only one this person has reported on in the last minutes. */
async function taskMeant(turn: Turn, personId: string): Promise<string | null> {
  const { manager, list, quotedNos, message } = turn;
  if (!list) return null;
  if (quotedNos.length === 1) return (await findTasks(manager, { listId: list.id, itemNos: quotedNos }))[0]?.id ?? null;
  if (quotedNos.length > 1) return null;
  const taskIds = new Set((await findUndoable(manager, personId, minutesBefore(message))).map(change => change.taskId));
  const [only] = taskIds;
  if (only === undefined || taskIds.size > 1) return null;
  const task = await manager.findOneBy(Task, { id: only });
  return task?.listId === list.id ? only : null;
}

/** Keeps references to what was sent, as an entry of the task's history; progress stays as it is. */
export async function keepEvidence(turn: Turn): Promise<Reply | null> {
  const { actor, manager, message, now } = turn;
  const { personId } = actor;
  const units = unitsToReportFor(actor);
  if (personId === null || units.length === 0) return null;
  const taskId = await taskMeant(turn, personId);
  if (taskId === null)
    return {
      template: 'refused',
      sentence: `没有记录：请引用任务卡片发送佐证材料，或先说明是第几项。${message.attachments.some(looksLikeList) ? '重点任务清单由区优化办导入。' : ''}`,
    };
  const lock = (await lockTasks(manager, [taskId])).get(taskId);
  const mine = lock ? await unitOnTask(turn, lock, units) : null;
  if (!lock || mine === null || mine === 'unclear')
    return { template: 'refused', sentence: '没有记录：这一项不是本单位的任务。' };
  const stands = snapshotOf(lock.task, mine.party);
  await applyChange(manager, {
    task: lock.task,
    party: mine.party,
    after: stands,
    cause: { personId, inboxMessageId: turn.inboxId, saidAt: new Date(message.sentAt), now },
    text: null,
    blocker: null,
    attachments: message.attachments,
    kind: 'evidence',
  });
  return { template: 'evidence_kept', no: lock.task.itemNo, count: message.attachments.length };
}
