// 挂起, 恢复, 终止: the office takes a task out of the running or back into it; the units on it are told.
import { may } from '../../directory/identity';
import { type Reply } from '../../rendering/reply';
import { shorten } from '../../rendering/wording';
import { holdTask } from '../../tasks/holds';
import { stateNames } from '../../tasks/task-state';
import { type Frame } from '../../understanding/frames';
import { type Handler } from '../turn';
import { eachTask, numbersOf } from './decide';
import { causeOf, tellUnits } from './notices';

const names = { suspend: '挂起', resume: '恢复', terminate: '终止' } as const;

export const hold: Handler<Extract<Frame, { intent: 'hold' }>> = async (turn, frame) => {
  const { actor, list, manager } = turn;
  if (!list) return { template: 'no_list' };
  const { personId } = actor;
  const name = names[frame.action];
  if (personId === null || !may(actor, 'hold_tasks'))
    return { template: 'refused', sentence: `${name}只能由区优化办办理，没有改动。` };
  const nos = numbersOf(turn, frame.tasks);
  if (nos.length === 0) return { template: 'which_task', candidates: [] };
  if (frame.action !== 'resume' && frame.reason === null)
    return { template: 'refused', sentence: `没有改动：请写明理由，如“${name} ${nos[0] ?? 38}，省级政策调整”。` };
  return eachTask(turn, nos, async task => {
    const { state, unitIds, withdrawn } = await holdTask(
      manager,
      { taskId: task.id, act: frame.action, reason: frame.reason },
      causeOf(turn, personId),
    );
    const replyTo = (applicant: boolean): Reply => ({
      template: 'task_held',
      no: task.itemNo,
      short: shorten(task.content),
      state: stateNames[state],
      reason: frame.reason,
      withdrawn: [...new Set(withdrawn.map(({ kind }) => kind))],
      applyAgain: applicant && frame.action === 'suspend',
    });
    const applicants = [...new Set(withdrawn.map(({ unitId }) => unitId))];
    const others = unitIds.filter(unitId => !applicants.includes(unitId));
    // Who is of both is told once, as an applicant.
    for (const [told, reply] of [
      [applicants, replyTo(true)],
      [others, replyTo(false)],
    ] as const)
      await tellUnits(turn, told, { kind: 'held', reply, itemNo: task.itemNo });
    return replyTo(false);
  });
};
