// 挂起, 恢复, 终止: the office takes a task out of the running, or back into it.
import { type EntityManager } from 'typeorm';
import { ClosureRequest, ExtensionRequest } from '../database/entities/progress';
import { Task, type TaskState } from '../database/entities/task';
import { AppError } from '../errors';
import { lockTasks } from './changes';
import { type ActCause, recordAct } from './task-acts';
import { nextState } from './task-state';

export type HoldAct = 'suspend' | 'resume' | 'terminate';

/**
 * Changes a task's state; what waited for a decision is withdrawn with a suspension or an end.
 * @throws AppError task_closed (exposed) when the act does not fit the state
 */
export async function holdTask(
  manager: EntityManager,
  { taskId, act, reason }: { taskId: string; act: HoldAct; reason: string | null },
  cause: ActCause,
): Promise<{ state: TaskState; unitIds: string[] }> {
  const locked = (await lockTasks(manager, [taskId])).get(taskId);
  if (!locked) throw new AppError('task_missing', `没有任务 ${taskId}`);
  const { task, parties } = locked;
  const state = nextState(task, act);
  if (act !== 'resume') {
    await manager.update(ClosureRequest, { taskId, status: 'open' }, { status: 'withdrawn' });
    await manager.update(ExtensionRequest, { taskId, status: 'open' }, { status: 'withdrawn' });
  }
  await manager.update(Task, { id: taskId }, { state, version: task.version + 1 });
  await recordAct(
    manager,
    { taskId, itemNo: task.itemNo, unitId: '', act, before: { state: task.state }, after: { state }, reason },
    cause,
  );
  const named = parties.filter(party => party.unitId !== '' && party.collectiveId === '').map(party => party.unitId);
  return { state, unitIds: [...new Set(named)] };
}
