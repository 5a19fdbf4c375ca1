// 挂起, 恢复, 终止: the office takes a task out of the running, or back into it.
import { type EntityManager } from 'typeorm';
import { ClosureRequest, ExtensionRequest } from '../database/entities/progress';
import { Task, type TaskState } from '../database/entities/task';
import { AppError } from '../errors';
import { lockTasks } from './changes';
import { type ActCause, recordAct } from './task-acts';
import { nextState } from './task-state';

export type HoldAct = 'suspend' | 'resume' | 'terminate';

export interface Held {
  state: TaskState;
  /** The units the list or the office names on it. */
  unitIds: string[];
  /** What no longer waits for the office, and whose it was. */
  withdrawn: { kind: 'closure' | 'extension'; unitId: string }[];
}

/**
 * Changes a task's state; what waited for a decision is withdrawn with a suspension or an end, for whoever decides to say.
 * @throws AppError task_closed (exposed) when the act does not fit the state
 */
export async function holdTask(
  manager: EntityManager,
  { taskId, act, reason }: { taskId: string; act: HoldAct; reason: string | null },
  cause: ActCause,
): Promise<Held> {
  const locked = (await lockTasks(manager, [taskId])).get(taskId);
  if (!locked) throw new AppError('task_missing', `没有任务 ${taskId}`);
  const { task, parties } = locked;
  const state = nextState(task, act);
  const withdrawn = act === 'resume' ? [] : await withdrawRequests(manager, taskId, cause.now);
  await manager.update(Task, { id: taskId }, { state, version: task.version + 1 });
  await recordAct(
    manager,
    { taskId, itemNo: task.itemNo, unitId: '', act, before: { state: task.state }, after: { state }, reason },
    cause,
  );
  const named = parties.filter(party => party.unitId !== '' && party.collectiveId === '').map(party => party.unitId);
  return { state, unitIds: [...new Set(named)], withdrawn };
}

async function withdrawRequests(manager: EntityManager, taskId: string, now: Date): Promise<Held['withdrawn']> {
  const open = { taskId, status: 'open' } as const;
  const closures = await manager.findBy(ClosureRequest, open);
  const extensions = await manager.findBy(ExtensionRequest, open);
  await manager.update(ClosureRequest, open, { status: 'withdrawn' });
  await manager.update(ExtensionRequest, open, { status: 'withdrawn', decidedAt: now });
  return [
    ...closures.map(({ unitId }) => ({ kind: 'closure' as const, unitId })),
    ...extensions.map(({ unitId }) => ({ kind: 'extension' as const, unitId })),
  ];
}
