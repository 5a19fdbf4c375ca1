// 延期: asked for by a lead unit before the date is over, decided by the office, which may set another day.
import { type EntityManager, LessThanOrEqual, Not } from 'typeorm';
import { type CivilDate } from '../calendar/civil-date';
import { ExtensionRequest } from '../database/entities/progress';
import { Task, type TaskUnit } from '../database/entities/task';
import { AppError } from '../errors';
import { newId } from '../ids';
import { growVersion, lockTasks, type LockedTask } from './changes';
import { type ActCause, recordAct } from './task-acts';
import { canExtend, stateNames } from './task-state';
import { type SaidWithin } from './undo';

/** The date that counts for a task: an approved extension, else the list's. */
export function dueOf(task: Pick<Task, 'due' | 'extendedTo'>): CivilDate | null {
  return task.extendedTo ?? task.due;
}

export interface ExtensionAsked {
  /** The day that counts until it is decided. */
  due: CivilDate;
  /** An earlier request was open, and is replaced by this one. */
  again: boolean;
}

/**
 * Raises a request; an earlier open one of the task is replaced by it.
 * @param party - the unit's own part in the task
 * @throws AppError refused_by_rule (exposed): not the lead, no date, the date is over, the new day is not later
 */
export async function requestExtension(
  manager: EntityManager,
  { task }: LockedTask,
  party: TaskUnit,
  asked: { until: CivilDate; reason: string; today: CivilDate },
  cause: ActCause,
): Promise<ExtensionAsked> {
  const due = dueOf(task);
  const refuse = (sentence: string): AppError => new AppError('refused_by_rule', sentence, { expose: true });
  if (party.role !== 'lead' || party.collectiveId !== '') throw refuse('延期由牵头单位申请');
  if (!canExtend(task.state)) throw refuse('当前状态不能申请延期');
  if (due === null) throw refuse('本项没有完成期限，无需延期');
  if (asked.today > due) throw refuse('期限已过，不能再申请延期，请直接反馈进展');
  if (asked.until <= due) throw refuse(`申请的日期不晚于现在的期限（${due}）`);
  // A lock holds on one node of a cluster only; that the task was written to makes two requests at two nodes collide.
  await growVersion(manager, task);
  const { affected } = await manager.update(
    ExtensionRequest,
    { taskId: task.id, status: 'open' },
    { status: 'withdrawn' },
  );
  await manager.insert(ExtensionRequest, {
    id: newId(),
    taskId: task.id,
    unitId: party.unitId,
    requestedBy: cause.personId,
    inboxMessageId: cause.inboxMessageId ?? '',
    fromDay: due,
    untilDay: asked.until,
    reason: asked.reason.slice(0, 1000),
    status: 'open',
    createdAt: cause.now,
  });
  await recordAct(
    manager,
    {
      taskId: task.id,
      itemNo: task.itemNo,
      unitId: party.unitId,
      act: 'request_extension',
      before: { due },
      after: { until: asked.until },
      reason: asked.reason,
    },
    cause,
  );
  return { due, again: Boolean(affected) };
}

/** A person's own open requests said within a time, the one recorded last first. */
export function findWithdrawable(
  manager: EntityManager,
  personId: string,
  said: SaidWithin,
): Promise<ExtensionRequest[]> {
  return manager
    .createQueryBuilder(ExtensionRequest, 'r')
    .where("r.requestedBy = :personId AND r.status = 'open'", { personId })
    .andWhere(
      `EXISTS (SELECT 1 FROM task_acts a WHERE a.taskId = r.taskId AND a.inboxMessageId = r.inboxMessageId
          AND a.act = 'request_extension' AND a.saidAt >= :from AND a.saidAt <= :until)`,
      said,
    )
    .orderBy('r.id', 'DESC')
    .getMany();
}

/**
 * Takes an open request back; the deadline stays what it was.
 * @returns the day that counts; null when it has been decided or replaced meanwhile
 */
export async function withdrawExtension(
  manager: EntityManager,
  request: ExtensionRequest,
  cause: ActCause,
): Promise<CivilDate | null> {
  const task = (await lockTasks(manager, [request.taskId])).get(request.taskId)?.task;
  if (!task) throw new AppError('task_missing', `没有任务 ${request.taskId}`);
  const { affected } = await manager.update(
    ExtensionRequest,
    { id: request.id, status: 'open' },
    { status: 'withdrawn', decidedAt: cause.now },
  );
  if (!affected) return null;
  const due = dueOf(task) ?? request.fromDay;
  await recordAct(
    manager,
    {
      taskId: task.id,
      itemNo: task.itemNo,
      unitId: request.unitId,
      act: 'withdraw_extension',
      before: { until: request.untilDay },
      after: { due },
      reason: null,
    },
    cause,
  );
  return due;
}

/** Whoever raised what this request has taken the place of has asked for it too; what was withdrawn or decided is past. */
async function hasAskedBefore(manager: EntityManager, request: ExtensionRequest, personId: string): Promise<boolean> {
  const earlier = await manager.find(ExtensionRequest, {
    where: { taskId: request.taskId, id: Not(request.id), createdAt: LessThanOrEqual(request.createdAt) },
    order: { createdAt: 'DESC', id: 'DESC' },
  });
  const past = earlier.findIndex(({ status, decidedAt }) => status !== 'withdrawn' || decidedAt !== null);
  return earlier.slice(0, past < 0 ? undefined : past).some(({ requestedBy }) => requestedBy === personId);
}

export interface ExtensionDecided {
  unitId: string;
  /** The day that counts from now on. */
  due: CivilDate;
}

/** The open request of a task, or null. */
export function findOpenExtension(manager: EntityManager, taskId: string): Promise<ExtensionRequest | null> {
  return manager.findOne(ExtensionRequest, { where: { taskId, status: 'open' } });
}

/**
 * Decides the open extension request of a task.
 * @param decision.until - another day than the one asked for; null = the one asked for
 * @throws AppError task_closed when none is open, or the task is not in progress; own_request when the applicant decides; refused_by_rule for an earlier day
 */
export async function decideExtension(
  manager: EntityManager,
  decision: { taskId: string; accept: boolean; until: CivilDate | null; reason: string | null },
  cause: ActCause,
): Promise<ExtensionDecided> {
  const task = (await lockTasks(manager, [decision.taskId])).get(decision.taskId)?.task;
  if (!task) throw new AppError('task_missing', `没有任务 ${decision.taskId}`);
  const request = await findOpenExtension(manager, task.id);
  if (!request) throw new AppError('task_closed', '当前没有待审批的延期申请', { expose: true });
  if (decision.accept && !canExtend(task.state))
    throw new AppError('task_closed', `当前状态为“${stateNames[task.state]}”，不能批准延期`, { expose: true });
  if (request.requestedBy === cause.personId || (await hasAskedBefore(manager, request, cause.personId)))
    throw new AppError('own_request', '延期申请是您自己提出的，须由区优化办其他同志审批', { expose: true });
  const due = dueOf(task) ?? request.fromDay;
  const day = decision.accept ? (decision.until ?? request.untilDay) : due;
  if (decision.accept && day <= due)
    throw new AppError('refused_by_rule', `批准的日期不晚于现在的期限（${due}）`, { expose: true });
  await manager.update(
    ExtensionRequest,
    { id: request.id },
    {
      status: decision.accept ? 'accepted' : 'refused',
      decidedBy: cause.personId,
      decidedAt: cause.now,
      decidedDay: decision.accept ? day : null,
      answer: decision.reason?.slice(0, 1000) ?? null,
    },
  );
  if (decision.accept) await manager.update(Task, { id: task.id }, { extendedTo: day, version: task.version + 1 });
  await recordAct(
    manager,
    {
      taskId: task.id,
      itemNo: task.itemNo,
      unitId: request.unitId,
      act: decision.accept ? 'accept_extension' : 'refuse_extension',
      before: { due },
      after: { due: day },
      reason: decision.reason,
    },
    cause,
  );
  return { unitId: request.unitId, due: day };
}
