// Every write to a task goes through here and leaves an entry in its history. Nothing is ever erased.
import { type EntityManager, IsNull, MoreThanOrEqual, Not } from 'typeorm';
import { Blocker, Change, ClosureRequest, type ProgressSnapshot } from '../database/entities/progress';
import { Task, TaskUnit } from '../database/entities/task';
import { AppError } from '../errors';
import { type Attachment } from '../messages';
import { newId } from '../ids';

/** Who caused a change, by which message, and when it was said. */
export interface Cause {
  personId: string;
  inboxMessageId: string;
  /** The message's own time: facts are ordered by it, not by arrival. */
  saidAt: Date;
  now: Date;
}

export interface LockedTask {
  task: Task;
  parties: TaskUnit[];
}

/**
 * Locks tasks for the rest of the transaction, always in the order of their ids, and reads them and their parties anew.
 * @throws AppError task_missing when one is gone
 */
export async function lockTasks(manager: EntityManager, taskIds: string[]): Promise<Map<string, LockedTask>> {
  const locked = new Map<string, LockedTask>();
  for (const id of [...new Set(taskIds)].sort()) {
    const task = await manager.findOne(Task, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!task) throw new AppError('task_missing', `没有任务 ${id}`);
    const parties = await manager.find(TaskUnit, { where: { taskId: id }, lock: { mode: 'pessimistic_write' } });
    locked.set(id, { task, parties });
  }
  return locked;
}

export function snapshotOf(task: Task, party: TaskUnit): ProgressSnapshot {
  return {
    state: task.state,
    status: party.status,
    percent: party.percent,
    text: party.lastText,
    reportedAt: party.lastReportedAt?.toISOString() ?? null,
    done: party.done,
  };
}

/**
 * Writes a unit's new progress and the task's new state, and the Change that says so.
 * The caller holds the lock (lockTasks).
 */
export async function applyChange(
  manager: EntityManager,
  {
    task,
    party,
    after,
    cause,
    text,
    blocker,
    undoes,
    attachments = [],
    late = false,
    kind = undoes ? 'undo' : 'report',
    historyOnly = false,
  }: {
    task: Task;
    party: TaskUnit;
    after: ProgressSnapshot;
    cause: Cause;
    text: string | null;
    blocker: string | null;
    undoes?: Change;
    attachments?: Attachment[];
    /** Said after the date it was due. */
    late?: boolean;
    kind?: Change['kind'];
    /** Said before what stands now: an entry of the history, which changes nothing. */
    historyOnly?: boolean;
  },
): Promise<Change> {
  const before = snapshotOf(task, party);
  const change = manager.create(Change, {
    id: newId(),
    taskId: task.id,
    unitId: party.unitId,
    personId: cause.personId,
    inboxMessageId: cause.inboxMessageId,
    kind,
    before,
    after,
    text,
    blocker,
    attachments: attachments.length > 0 ? attachments : null,
    late,
    undoesChangeId: undoes?.id ?? null,
    saidAt: cause.saidAt,
    recordedAt: cause.now,
  });
  await manager.insert(Change, change);
  if (historyOnly) return change;
  party.status = after.status;
  party.percent = after.percent;
  party.lastText = after.text;
  party.lastReportedAt = after.reportedAt === null ? null : new Date(after.reportedAt);
  party.done = after.done;
  await manager.update(
    TaskUnit,
    { id: party.id },
    {
      status: party.status,
      percent: party.percent,
      lastText: party.lastText,
      lastReportedAt: party.lastReportedAt,
      done: party.done,
    },
  );
  task.state = after.state;
  task.version += 1;
  await manager.update(Task, { id: task.id }, { state: task.state, version: task.version });
  return change;
}

/** A task that waits for the office has an open request; it is raised where there is none. */
export async function ensureRequest(
  manager: EntityManager,
  taskId: string,
  unitId: string,
  by: { personId: string; changeId: string; now: Date },
): Promise<void> {
  if (await manager.existsBy(ClosureRequest, { taskId, status: 'open' })) return;
  await manager.insert(ClosureRequest, {
    id: newId(),
    taskId,
    unitId,
    requestedBy: by.personId,
    changeId: by.changeId,
    status: 'open',
    createdAt: by.now,
  });
}

/** Reports of a person that may still be taken back: said since `since`, not undone, newest first. */
export async function findUndoable(manager: EntityManager, personId: string, since: Date): Promise<Change[]> {
  const changes = await manager.find(Change, {
    where: { personId, kind: 'report', saidAt: MoreThanOrEqual(since), undoesChangeId: IsNull() },
    order: { saidAt: 'DESC', id: 'DESC' },
  });
  if (changes.length === 0) return [];
  const undone: { undoesChangeId: string }[] = await manager.query(
    'SELECT undoesChangeId FROM changes WHERE undoesChangeId IN (?)',
    [changes.map(change => change.id)],
  );
  const taken = new Set(undone.map(row => row.undoesChangeId));
  return changes.filter(change => !taken.has(change.id));
}

/**
 * Takes a report back by a second, opposite Change, and with it the closure request and the blocker it raised.
 * @throws AppError changed_since when the unit has reported again, or the office has decided, meanwhile
 */
export async function undoChange(manager: EntityManager, change: Change, cause: Cause): Promise<ProgressSnapshot> {
  const locked = (await lockTasks(manager, [change.taskId])).get(change.taskId);
  const party = locked?.parties.find(candidate => candidate.unitId === change.unitId);
  if (!locked || !party) throw new AppError('task_missing', `没有任务 ${change.taskId}`);
  const { task } = locked;
  const newer = await manager.findOne(Change, {
    where: { taskId: change.taskId, unitId: change.unitId, kind: Not('evidence') },
    // By what was said last: an older message that came in late has changed nothing.
    order: { saidAt: 'DESC', id: 'DESC' },
  });
  if (newer?.id !== change.id || (task.state !== change.after.state && change.after.state !== change.before.state))
    throw new AppError(
      'changed_since',
      `第${task.itemNo}项在这之后已有新的记录，不能撤回，请用“更正，第${task.itemNo}项是…”说明。`,
      {
        expose: true,
      },
    );
  const after = change.after.state === change.before.state ? { ...change.before, state: task.state } : change.before;
  const undo = await applyChange(manager, { task, party, after, cause, text: null, blocker: null, undoes: change });
  await manager.update(ClosureRequest, { changeId: change.id, status: 'open' }, { status: 'withdrawn' });
  if (after.state === 'closing')
    await ensureRequest(manager, task.id, party.unitId, {
      personId: change.personId,
      changeId: undo.id,
      now: cause.now,
    });
  await manager.update(Blocker, { changeId: change.id, status: 'open' }, { status: 'withdrawn' });
  return after;
}
