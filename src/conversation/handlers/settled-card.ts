// A card whose tasks are settled says so, instead of asking which of them is meant.
import { type Reply } from '../../rendering/reply';
import { findTasks, type TaskView } from '../../tasks/task-queries';
import { isSettled, stateNames } from '../../tasks/task-state';
import { type Frame } from '../../understanding/frames';
import { type Handler } from '../turn';
import { askBack } from './introduce';

const maxNamed = 10;

/** True when nothing more is asked for of any of them. */
export function areSettled(tasks: TaskView[]): boolean {
  return tasks.length > 0 && tasks.every(task => isSettled(task.state));
}

export function settledReply(tasks: TaskView[]): Reply {
  return {
    template: 'card_settled',
    items: tasks.slice(0, maxNamed).map(task => ({ no: task.itemNo, state: stateNames[task.state] })),
  };
}

export const askBackOrSettled: Handler<Extract<Frame, { intent: 'clarify' }>> = async (turn, frame) => {
  const { manager, list, quotedNos } = turn;
  if (frame.about === 'which_task' && list && quotedNos.length > 0) {
    const tasks = await findTasks(manager, { listId: list.id, itemNos: quotedNos });
    if (areSettled(tasks)) return settledReply(tasks);
  }
  return askBack(turn, frame);
};
