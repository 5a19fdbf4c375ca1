// 核销 38 / 退回 38，理由: the office decides what a unit has applied for; the unit that applied is told.
import { may } from '../../directory/identity';
import { staffIdsOfUnit } from '../../directory/people';
import { AppError } from '../../errors';
import { type Reply } from '../../rendering/reply';
import { shorten } from '../../rendering/wording';
import { decideClosure } from '../../tasks/requests';
import { findTasks } from '../../tasks/task-queries';
import { stateNames } from '../../tasks/task-state';
import { type Frame } from '../../understanding/frames';
import { type Handler } from '../turn';
import { missingTasks } from './missing-tasks';

export const decide: Handler<Extract<Frame, { intent: 'decide_closure' }>> = async (turn, frame) => {
  const { list, actor, manager, now } = turn;
  if (!list) return { template: 'no_list' };
  if (actor.personId === null || !may(actor, 'decide_requests'))
    return { template: 'refused', sentence: '核销和退回只能由区优化办办理，没有改动。' };
  const nos =
    frame.tasks.length > 0 ? frame.tasks.map(task => task.no) : turn.quotedNos.length === 1 ? turn.quotedNos : [];
  if (nos.length === 0) return { template: 'which_task', candidates: [] };
  if (!frame.accept && frame.reason === null)
    return { template: 'refused', sentence: `没有退回：请写明理由，如“退回 ${nos[0] ?? 38}，佐证材料不全”。` };
  const found = await findTasks(manager, { listId: list.id, itemNos: nos });
  const parts: Reply[] = [];
  for (const task of [...found].sort((a, b) => (a.id < b.id ? -1 : 1)))
    try {
      const { state, unitId } = await decideClosure(manager, {
        taskId: task.id,
        accept: frame.accept,
        reason: frame.reason,
        decidedBy: actor.personId,
        decidedByName: `${actor.name}（${actor.unit?.name ?? ''}）`,
        inboxMessageId: turn.inboxId,
        now,
      });
      const reply: Reply = {
        template: 'closure_decided',
        no: task.itemNo,
        short: shorten(task.content),
        accepted: frame.accept,
        state: stateNames[state],
        reason: frame.reason,
      };
      parts.push(reply);
      for (const staffId of await staffIdsOfUnit(manager, unitId))
        if (staffId !== actor.staffId)
          turn.notices.push({
            to: { kind: 'person', staffId },
            reply,
            dedupKey: `notice:decided:${turn.inboxId}:${task.itemNo}:${staffId}`,
            tasksShown: { listId: list.id, itemNos: [task.itemNo] },
            priority: 1,
          });
    } catch (thrown) {
      if (!(thrown instanceof AppError && thrown.expose)) throw thrown;
      parts.push({ template: 'refused', sentence: `第${task.itemNo}项：${thrown.message}` });
    }
  const missing = nos.filter(no => !found.some(task => task.itemNo === no));
  if (missing.length > 0) parts.push(await missingTasks(turn, missing));
  const [only] = parts;
  return parts.length === 1 && only ? only : { template: 'several', parts };
};
