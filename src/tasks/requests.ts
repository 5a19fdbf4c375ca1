// What the office decides: 核销 or 退回 of a closure that a unit has applied for; never by the applicant.
import { type EntityManager } from 'typeorm';
import { AuditEntry } from '../database/entities/schedule';
import { ClosureRequest } from '../database/entities/progress';
import { Task, type TaskState } from '../database/entities/task';
import { AppError } from '../errors';
import { newId } from '../ids';
import { lockTasks } from './changes';
import { nextState } from './task-state';

export interface Decision {
  taskId: string;
  accept: boolean;
  reason: string | null;
  decidedBy: string;
  /** Name and unit, for the audit log. */
  decidedByName: string;
  inboxMessageId: string;
  now: Date;
}

export interface Decided {
  state: TaskState;
  /** The unit that applied. */
  unitId: string;
}

/**
 * Decides the open closure request of a task and writes it into the audit log.
 * @throws AppError task_closed when nothing waits for a decision; own_request when the applicant decides
 */
export async function decideClosure(manager: EntityManager, decision: Decision): Promise<Decided> {
  const task = (await lockTasks(manager, [decision.taskId])).get(decision.taskId)?.task;
  if (!task) throw new AppError('task_missing', `没有任务 ${decision.taskId}`);
  const request = await manager.findOne(ClosureRequest, { where: { taskId: task.id, status: 'open' } });
  const state = nextState(task, decision.accept ? 'accept_closure' : 'return_closure');
  if (!request) throw new AppError('task_closed', '当前没有待核销的办结申请', { expose: true });
  if (request.requestedBy === decision.decidedBy)
    throw new AppError('own_request', '办结申请是您自己提出的，须由区优化办其他同志核销', { expose: true });
  await manager.update(
    ClosureRequest,
    { id: request.id },
    {
      status: decision.accept ? 'accepted' : 'returned',
      decidedBy: decision.decidedBy,
      decidedAt: decision.now,
      reason: decision.reason,
    },
  );
  await manager.update(Task, { id: task.id }, { state, version: task.version + 1 });
  await manager.insert(AuditEntry, {
    id: newId(),
    at: decision.now,
    personId: decision.decidedBy,
    actor: decision.decidedByName,
    act: decision.accept ? 'accept_closure' : 'return_closure',
    object: `task:${task.itemNo}`,
    before: { state: task.state },
    after: { state, reason: decision.reason },
    inboxMessageId: decision.inboxMessageId,
  });
  return { state, unitId: request.unitId };
}
