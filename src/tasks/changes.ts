// Every write to a task goes through here and leaves an entry in its history. Nothing is ever erased.
import { type EntityManager } from 'typeorm';
import { Change, ClosureRequest, type ProgressSnapshot } from '../database/entities/progress';
import { Task, TaskUnit } from '../database/entities/task';
import { insertRows, readRows, type Value, writeRows } from '../database/statement';
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
    // One statement for both: the row of the task is read, and locked, first.
    const rows = await readRows<Record<string, Value>>(
      manager,
      `SELECT ${taskColumns.map(name => `t.\`${name}\` AS \`t_${name}\``).join(', ')},
              ${partyColumns.map(name => `p.\`${name}\` AS \`p_${name}\``).join(', ')}
         FROM tasks t LEFT JOIN task_units p ON p.taskId = t.id WHERE t.id = ? FOR UPDATE`,
      [id],
    );
    const [first] = rows;
    if (!first) throw new AppError('task_missing', `没有任务 ${id}`);
    locked.set(id, {
      task: manager.create(Task, readPart(first, 't_', taskColumns)),
      parties: rows
        .filter(row => row.p_id !== null)
        .map(row => manager.create(TaskUnit, readPart(row, 'p_', partyColumns))),
    });
  }
  return locked;
}

// As records, so that a column added to an entity and forgotten here does not compile.
const taskColumns = Object.keys({
  id: true,
  listId: true,
  sectionId: true,
  measureId: true,
  itemNo: true,
  label: true,
  content: true,
  deadlineText: true,
  due: true,
  extendedTo: true,
  startsOn: true,
  longTerm: true,
  vague: true,
  recurring: true,
  openEnded: true,
  state: true,
  version: true,
  createdAt: true,
} satisfies Record<keyof Task, true>);
const partyColumns = Object.keys({
  id: true,
  taskId: true,
  role: true,
  position: true,
  unitId: true,
  collectiveId: true,
  status: true,
  percent: true,
  lastText: true,
  lastReportedAt: true,
  done: true,
  assigned: true,
} satisfies Record<keyof TaskUnit, true>);
const yesOrNo: ReadonlySet<string> = new Set(['longTerm', 'vague', 'openEnded', 'done', 'assigned']);

function readPart(row: Record<string, Value>, prefix: string, columns: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    columns.map(name => {
      const value = row[prefix + name] ?? null;
      if (name === 'recurring') return [name, value === null ? null : (JSON.parse(value as string) as unknown)];
      return [name, yesOrNo.has(name) ? value === 1 : value];
    }),
  );
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
  await insertRows(manager, 'changes', changeColumns, [
    [
      change.id, change.taskId, change.unitId, change.personId, change.inboxMessageId, kind, JSON.stringify(before),
      JSON.stringify(after), text, blocker, change.attachments && JSON.stringify(change.attachments), late,
      change.undoesChangeId, change.saidAt, change.recordedAt,
    ],
  ]); // prettier-ignore
  if (historyOnly) return change;
  party.status = after.status;
  party.percent = after.percent;
  party.lastText = after.text;
  party.lastReportedAt = after.reportedAt === null ? null : new Date(after.reportedAt);
  party.done = after.done;
  task.state = after.state;
  task.version += 1;
  await writeRows(
    manager,
    `UPDATE tasks t JOIN task_units p ON p.id = ?
        SET p.status = ?, p.percent = ?, p.lastText = ?, p.lastReportedAt = ?, p.done = ?, t.state = ?, t.version = ?
      WHERE t.id = ?`,
    [
      party.id, party.status, party.percent, party.lastText, party.lastReportedAt, party.done, task.state, task.version,
      task.id,
    ],
  ); // prettier-ignore
  return change;
}

/** For what changes a task otherwise than by applyChange: whoever was shown it was shown something else. The task is locked. */
export async function growVersion(manager: EntityManager, task: Task): Promise<void> {
  task.version += 1;
  await writeRows(manager, 'UPDATE tasks SET version = ? WHERE id = ?', [task.version, task.id]);
}

export const changeColumns = [
  'id', 'taskId', 'unitId', 'personId', 'inboxMessageId', 'kind', 'before', 'after', 'text', 'blocker', 'attachments',
  'late', 'undoesChangeId', 'saidAt', 'recordedAt',
] as const; // prettier-ignore

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
