// 核销, 退回, 同意延期, 不同意延期: the office decides what a unit has applied for; the unit is told.
import { may } from '../../directory/identity';
import { AppError } from '../../errors';
import { type Reply } from '../../rendering/reply';
import { shorten } from '../../rendering/wording';
import { decideExtension, findOpenExtension } from '../../tasks/extensions';
import { decideClosure } from '../../tasks/requests';
import { findTasks, type TaskView } from '../../tasks/task-queries';
import { stateNames } from '../../tasks/task-state';
import { type Frame } from '../../understanding/frames';
import { type Handler, type Turn } from '../turn';
import { missingTasks } from './missing-tasks';
import { causeOf, joined, tellUnits } from './notices';

/** The numbers an order names, or those of the one task that is quoted. */
export function numbersOf(turn: Turn, tasks: { no: number }[]): number[] {
  if (tasks.length > 0) return [...new Set(tasks.map(task => task.no))];
  return turn.quotedNos.length === 1 ? turn.quotedNos : [];
}

/** Does something with each task, in the order of their ids; a refusal of one leaves the others. */
export async function eachTask(
  turn: Turn,
  nos: number[],
  act: (task: TaskView) => Promise<Reply>,
): Promise<Reply | null> {
  const found = await findTasks(turn.manager, { listId: turn.list?.id, itemNos: nos });
  const parts: { no: number; reply: Reply }[] = [];
  for (const task of [...found].sort((a, b) => (a.id < b.id ? -1 : 1)))
    try {
      parts.push({ no: task.itemNo, reply: await act(task) });
    } catch (thrown) {
      if (!(thrown instanceof AppError && thrown.expose)) throw thrown;
      parts.push({
        no: task.itemNo,
        reply: { template: 'refused', sentence: `第${task.itemNo}项：${thrown.message}。` },
      });
    }
  const replies = parts.sort((a, b) => a.no - b.no).map(part => part.reply);
  const missing = nos.filter(no => !found.some(task => task.itemNo === no));
  if (missing.length > 0) replies.push(await missingTasks(turn, missing));
  return joined(replies);
}

type ClosureFrame = Extract<Frame, { intent: 'decide_closure' }>;
type ExtensionFrame = Extract<Frame, { intent: 'decide_extension' }>;

export const decide: Handler<ClosureFrame> = async (turn, frame) => {
  const { list, actor } = turn;
  if (!list) return { template: 'no_list' };
  const { personId } = actor;
  if (personId === null || !may(actor, 'decide_requests'))
    return { template: 'refused', sentence: '核销和退回只能由区优化办办理，没有改动。' };
  const nos = numbersOf(turn, frame.tasks);
  if (nos.length === 0) return { template: 'which_task', candidates: [] };
  if (!frame.accept && frame.reason === null)
    return { template: 'refused', sentence: `没有退回：请写明理由，如“退回 ${nos[0] ?? 38}，佐证材料不全”。` };
  return eachTask(turn, nos, async task => {
    if (frame.any && task.state === 'active' && (await findOpenExtension(turn.manager, task.id)))
      return decideOneExtension(turn, personId, task, { ...frame, until: null });
    const { state, unitId } = await decideClosure(
      turn.manager,
      { taskId: task.id, accept: frame.accept, reason: frame.reason },
      causeOf(turn, personId),
    );
    const reply: Reply = {
      template: 'closure_decided',
      no: task.itemNo,
      short: shorten(task.content),
      accepted: frame.accept,
      state: stateNames[state],
      reason: frame.reason,
    };
    await tellUnits(turn, [unitId], { kind: 'decided', reply, itemNo: task.itemNo });
    return reply;
  });
};

export const decideLater: Handler<ExtensionFrame> = async (turn, frame) => {
  const { personId } = turn.actor;
  if (!turn.list) return { template: 'no_list' };
  if (personId === null || !may(turn.actor, 'decide_requests'))
    return { template: 'refused', sentence: '延期只能由区优化办审批，没有改动。' };
  const nos = numbersOf(turn, frame.tasks);
  if (nos.length === 0) return { template: 'which_task', candidates: [] };
  if (!frame.accept && frame.reason === null)
    return { template: 'refused', sentence: `没有改动：请写明理由，如“不同意延期 ${nos[0] ?? 38}，时间足够”。` };
  return eachTask(turn, nos, task => decideOneExtension(turn, personId, task, frame));
};

async function decideOneExtension(
  turn: Turn,
  personId: string,
  task: TaskView,
  { accept, until, reason }: Pick<ExtensionFrame, 'accept' | 'until' | 'reason'>,
): Promise<Reply> {
  const { due, unitId } = await decideExtension(
    turn.manager,
    { taskId: task.id, accept, until, reason },
    causeOf(turn, personId),
  );
  const reply: Reply = {
    template: 'extension_decided',
    no: task.itemNo,
    short: shorten(task.content),
    accepted: accept,
    due,
    reason,
  };
  await tellUnits(turn, [unitId], { kind: 'extension_decided', reply, itemNo: task.itemNo });
  return reply;
}
