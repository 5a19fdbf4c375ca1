// What the office decides: 核销 or 退回 of a closure that a unit has applied for; never by the applicant.
import { type EntityManager } from 'typeorm';
import { Change, ClosureRequest, ExtensionRequest } from '../database/entities/progress';
import { Task, type TaskState } from '../database/entities/task';
import { AppError } from '../errors';
import { newId } from '../ids';
import { applyChange, lockTasks, type LockedTask, snapshotOf } from './changes';
import { type ActCause, recordAct } from './task-acts';
import { nextState } from './task-state';

export interface Decided {
  state: TaskState;
  /** The unit that applied. */
  unitId: string;
}

/**
 * Decides the open closure request of a task.
 * @throws AppError task_closed when nothing waits for a decision; own_request when the applicant decides
 */
export async function decideClosure(
  manager: EntityManager,
  { taskId, accept, reason }: { taskId: string; accept: boolean; reason: string | null },
  cause: ActCause,
): Promise<Decided> {
  const locked = (await lockTasks(manager, [taskId])).get(taskId);
  if (!locked) throw new AppError('task_missing', `没有任务 ${taskId}`);
  const { task } = locked;
  const before = { state: task.state };
  const request = await manager.findOne(ClosureRequest, { where: { taskId, status: 'open' } });
  const state = nextState(task, accept ? 'accept_closure' : 'return_closure');
  if (!request) throw new AppError('task_closed', '当前没有待核销的办结申请', { expose: true });
  if (request.requestedBy === cause.personId)
    throw new AppError('own_request', '办结申请是您自己提出的，须由区优化办其他同志核销', { expose: true });
  if (await hasReportedDone(manager, taskId, cause.personId))
    throw new AppError('own_request', '本项办结是您自己反馈的，须由区优化办其他同志核销', { expose: true });
  await manager.update(
    ClosureRequest,
    { id: request.id },
    { status: accept ? 'accepted' : 'returned', decidedBy: cause.personId, decidedAt: cause.now, reason },
  );
  if (accept) {
    await manager.update(Task, { id: task.id }, { state, version: task.version + 1 });
    // Of what is settled no date is put off.
    await manager.update(ExtensionRequest, { taskId, status: 'open' }, { status: 'withdrawn', decidedAt: cause.now });
  } else await takeBackDone(manager, locked, request, cause);
  await recordAct(
    manager,
    {
      taskId,
      itemNo: task.itemNo,
      unitId: request.unitId,
      act: accept ? 'accept_closure' : 'return_closure',
      before,
      after: { state },
      reason,
    },
    cause,
  );
  return { state, unitId: request.unitId };
}

/** Whoever has reported the task done, for whichever unit, does not accept it. */
async function hasReportedDone(manager: EntityManager, taskId: string, personId: string): Promise<boolean> {
  const reports = await manager.find(Change, {
    where: { taskId, personId, kind: 'report' },
    order: { saidAt: 'DESC' },
  });
  const undone = new Set(
    (await manager.find(Change, { where: { taskId, kind: 'undo' } })).map(change => change.undoesChangeId),
  );
  return reports.find(change => !undone.has(change.id))?.after.done ?? false;
}

/** A return makes the applying unit's part what it was before it said "done". */
async function takeBackDone(
  manager: EntityManager,
  { task, parties }: LockedTask,
  request: ClosureRequest,
  cause: ActCause,
): Promise<void> {
  const state = nextState(task, 'return_closure');
  const party = parties.find(one => one.unitId === request.unitId && one.role === 'lead');
  if (!party) {
    await manager.update(Task, { id: task.id }, { state, version: task.version + 1 });
    return;
  }
  const applied = await manager.findOneBy(Change, { id: request.changeId });
  const stands = snapshotOf(task, party);
  const before = applied?.before.done ? null : applied?.before;
  await applyChange(manager, {
    task,
    party,
    after: { ...stands, state, status: 'in_progress', percent: before?.percent ?? null, done: false },
    // An act on a page has no message; the history's unique key wants an id all the same.
    cause: { ...cause, inboxMessageId: cause.inboxMessageId ?? newId() },
    text: null,
    blocker: null,
    kind: 'return',
  });
}
