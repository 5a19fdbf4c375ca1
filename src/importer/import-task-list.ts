// Takes a previewed list over: what differs is written, all in the caller's one transaction, and nothing else.
import { createHash } from 'node:crypto';
import { type EntityManager } from 'typeorm';
import { AuditEntry } from '../database/entities/schedule';
import { TaskList } from '../database/entities/task';
import { isDuplicate } from '../database/transaction';
import { AppError } from '../errors';
import { newId } from '../ids';
import { type ActCause } from '../tasks/task-acts';
import { nextState } from '../tasks/task-state';
import { forIds, insertRows, type Value } from './bulk-rows';
import { diffTasks, type TaskDifference } from './diff-tasks';
import { type ImportPreview } from './preview';
import { insertParties, reconcileParties, savePartyNames } from './save-parties';
import { savePlaces, type Places } from './save-places';
import { loadStoredTasks } from './stored-list';
import { type StoredTask, type TaskDraft } from './task-draft';

export interface ImportCause {
  /** Name and unit, or "命令行": for the audit log. */
  actor: string;
  /** null where no person of the directory acts. */
  personId?: string | null;
  now: Date;
  /** The differences that were shown and confirmed; where given, nothing else is written. */
  confirmed?: TaskDifference[];
  /** Their digest, where they were shown by another request or another process. */
  seen?: string;
  /** Told the tasks written so far and how many there are to write. */
  onProgress?: (done: number, total: number) => void;
}

export interface ImportResult {
  listId: string;
  /** The list was not there before. */
  isNew: boolean;
  added: number;
  changed: number;
  removed: number;
  /** What was changed, as it was confirmed. */
  differences: TaskDifference[];
  /** The tasks as they were, by 序号; empty for a new list. */
  before: ReadonlyMap<number, StoredTask>;
  /** Unit names the directory does not know yet: taken as they stand, listed for the office. */
  newUnits: string[];
}

const taskColumns = [
  'id', 'listId', 'itemNo', 'sectionId', 'measureId', 'label', 'content', 'deadlineText', 'due', 'extendedTo', 'startsOn',
  'longTerm', 'vague', 'recurring', 'openEnded', 'state', 'version', 'createdAt',
] as const; // prettier-ignore
const factColumns = taskColumns.slice(3, 15);

/**
 * New tasks are added, changed ones updated, progress is kept; tasks the list no longer has are ended (终止) with their history,
 * and come back when a later version has them again. An approved extension ends where the list itself sets another date.
 * Importing the same list again changes nothing.
 *
 * @throws AppError changed_since (exposed) when the stored list is not the one that was shown with the preview
 */
export async function applyImport(
  manager: EntityManager,
  preview: ImportPreview,
  shortName: string,
  cause: ImportCause,
): Promise<ImportResult> {
  const { listId, isNew } = await lockList(manager, preview, shortName, cause.now);
  const stored = isNew ? [] : ((await loadStoredTasks(manager, shortName)) ?? []);
  const differences = diffTasks(stored, preview.tasks);
  const result: ImportResult = {
    listId,
    isNew,
    added: differences.filter(one => one.kind === 'added').length,
    changed: differences.filter(one => one.kind === 'changed').length,
    removed: differences.filter(one => one.kind === 'removed').length,
    differences,
    before: new Map(stored.map(task => [task.no, task])),
    newUnits: [],
  };
  if (differences.length === 0) return result;
  const unseen = cause.seen !== undefined && digestOf(differences) !== cause.seen;
  if (unseen || (cause.confirmed && signature(differences) !== signature(cause.confirmed)))
    throw new AppError('changed_since', `清单“${shortName}”在预览之后有了变化，没有导入任何内容，请重新预览。`, {
      expose: true,
    });
  const drafts = new Map(preview.tasks.map(task => [task.no, task]));
  const parties = await savePartyNames(manager, preview.tasks, cause.now);
  result.newUnits = parties.newUnits;
  const places = await savePlaces(manager, listId, preview.tasks);
  const plan = planWrites(differences, result.before, drafts);
  await lockTasksInOrder(
    manager,
    [...plan.changed, ...plan.returned, ...plan.removed].map(one => one.old.id),
  );
  await writeTasks(manager, listId, plan, places, cause);
  await insertParties(manager, plan.added, parties);
  await reconcileParties(
    manager,
    [...plan.changed, ...plan.returned].map(({ old, draft }) => ({ id: old.id, draft })),
    parties,
    { cause: actCauseOf(cause), reason: reasonOf(shortName) },
  );
  await endRemoved(
    manager,
    plan.removed.map(one => one.old),
  );
  await recordImport(manager, plan, result, shortName, cause);
  return result;
}

/** Tells whether two sets of differences are the same, by far fewer characters. */
export function digestOf(differences: TaskDifference[]): string {
  return createHash('sha256').update(signature(differences)).digest('hex');
}

function signature(differences: TaskDifference[]): string {
  return JSON.stringify(
    differences.map(({ no, kind, fields }) => [no, kind, fields.map(one => [one.field, one.after])]),
  );
}

async function lockList(
  manager: EntityManager,
  preview: ImportPreview,
  shortName: string,
  now: Date,
): Promise<{ listId: string; isNew: boolean }> {
  const facts = { title: preview.list.title.slice(0, 190), year: preview.list.year ?? now.getFullYear() };
  const stored = await manager.findOne(TaskList, { where: { shortName }, lock: { mode: 'pessimistic_write' } });
  if (stored) {
    if (stored.title !== facts.title || stored.year !== facts.year)
      await manager.update(TaskList, { id: stored.id }, facts);
    return { listId: stored.id, isNew: false };
  }
  const list = { id: newId(), shortName, importedAt: now, ...facts };
  try {
    await manager.insert(TaskList, list);
  } catch (thrown) {
    if (!isDuplicate(thrown)) throw thrown;
    throw new AppError('changed_since', `清单“${shortName}”刚由另一次导入建立，请重新预览。`, { expose: true });
  }
  return { listId: list.id, isNew: true };
}

interface Plan {
  added: { id: string; draft: TaskDraft }[];
  changed: { old: StoredTask; draft: TaskDraft; difference: TaskDifference }[];
  /** Left out by an earlier version, there again. */
  returned: { old: StoredTask; draft: TaskDraft }[];
  removed: { old: StoredTask }[];
}

function planWrites(
  differences: TaskDifference[],
  before: ReadonlyMap<number, StoredTask>,
  drafts: ReadonlyMap<number, TaskDraft>,
): Plan {
  const plan: Plan = { added: [], changed: [], returned: [], removed: [] };
  for (const difference of differences) {
    const old = before.get(difference.no);
    const draft = drafts.get(difference.no);
    if (difference.kind === 'removed') {
      if (old) plan.removed.push({ old });
    } else if (draft && difference.kind === 'changed') {
      if (old) plan.changed.push({ old, draft, difference });
    } else if (draft && old) plan.returned.push({ old, draft });
    else if (draft) plan.added.push({ id: newId(), draft });
  }
  return plan;
}

/** As everywhere: tasks are locked in the order of their ids, whoever else writes to them waits. */
async function lockTasksInOrder(manager: EntityManager, ids: string[]): Promise<void> {
  await forIds([...ids].sort(), some =>
    manager.query('SELECT id FROM tasks WHERE id IN (?) ORDER BY id FOR UPDATE', [some]),
  );
}

async function writeTasks(
  manager: EntityManager,
  listId: string,
  plan: Plan,
  places: Places,
  cause: ImportCause,
): Promise<void> {
  const rowOf = (id: string, draft: TaskDraft, old: StoredTask | null): Value[] => {
    const { text, due, start, longTerm, vague, recurring } = draft.deadline;
    return [
      id, listId, draft.no, places.sectionId(draft), places.measureId(draft), draft.label, draft.content, text, due, null,
      start ?? null, longTerm, vague, recurring === null ? null : JSON.stringify(recurring), draft.openEnded,
      old === null ? 'active' : old.leftOut ? nextState({ ...old, due, longTerm }, 'resume') : old.state, 1, cause.now,
    ]; // prettier-ignore
  };
  const total = plan.added.length + plan.changed.length + plan.returned.length;
  let done = 0;
  const onRows = (count: number): void => cause.onProgress?.((done += count), total);
  const dated = plan.changed.filter(({ difference }) => difference.fields.some(({ field }) => field === 'deadline'));
  const undated = plan.changed.filter(one => !dated.includes(one));
  function* newRows(): Generator<Value[]> {
    for (const { id, draft } of plan.added) yield rowOf(id, draft, null);
  }
  await insertRows(manager, 'tasks', taskColumns, newRows(), { onRows });
  function* rows(some: { old: StoredTask; draft: TaskDraft }[]): Generator<Value[]> {
    for (const { old, draft } of some) yield rowOf(old.id, draft, old);
  }
  const growing = ['version'];
  await insertRows(manager, 'tasks', taskColumns, rows(dated), {
    update: factColumns,
    growing,
    onRows,
  });
  // Only a task that comes back gets a new state; reports go on while an import is prepared.
  const back = { update: [...factColumns, 'state'], growing, onRows };
  await insertRows(manager, 'tasks', taskColumns, rows(plan.returned), back);
  // Where the list's date stays, so does an extension of it.
  const update = factColumns.filter(name => name !== 'extendedTo');
  await insertRows(manager, 'tasks', taskColumns, rows(undated), { update, growing, onRows });
}

/** What waited for a decision about a task that has ended is withdrawn. */
async function endRemoved(manager: EntityManager, removed: StoredTask[]): Promise<void> {
  await forIds(
    removed.map(task => task.id),
    async some => {
      await manager.query(
        `UPDATE tasks SET state = 'terminated', version = version + 1
          WHERE id IN (?) AND state NOT IN ('closed', 'ongoing', 'terminated')`,
        [some],
      );
      for (const table of ['closure_requests', 'extension_requests', 'blockers'])
        await manager.query(`UPDATE ${table} SET status = 'withdrawn' WHERE status = 'open' AND taskId IN (?)`, [some]);
    },
  );
}

const reasonOf = (shortName: string): string => `清单“${shortName}”的新版本`;

function actCauseOf({ actor, personId = null, now }: ImportCause): ActCause {
  return { personId: personId ?? '', personName: actor, inboxMessageId: null, saidAt: now, now };
}

/** Into the tasks' history and the audit log: which task, what before, what after. */
async function recordImport(
  manager: EntityManager,
  plan: Plan,
  { added, changed, removed }: ImportResult,
  shortName: string,
  { actor, personId = null, now }: ImportCause,
): Promise<void> {
  const acts: Value[][] = [];
  const entries: Value[][] = [];
  const record = (old: StoredTask, act: string, before: object, after: object): void => {
    const [from, to] = [JSON.stringify(before), JSON.stringify({ ...after, by: 'import' })];
    const reason = reasonOf(shortName);
    acts.push([newId(), old.id, '', personId ?? '', null, act, from, to, reason, now, now]);
    entries.push([newId(), now, personId, actor, act, `task:${old.no}`, from, to]);
  };
  for (const { old, difference } of plan.changed) {
    const side = (which: 'before' | 'after'): object =>
      Object.fromEntries(difference.fields.map(change => [change.field, change[which]]));
    record(old, 'amend', side('before'), side('after'));
  }
  for (const { old } of plan.returned) record(old, 'resume', { state: old.state }, { state: 'active' });
  for (const { old } of plan.removed) record(old, 'terminate', { state: old.state }, { state: 'terminated' });
  await insertRows(
    manager,
    'task_acts',
    [
      'id',
      'taskId',
      'unitId',
      'personId',
      'inboxMessageId',
      'act',
      'before',
      'after',
      'reason',
      'saidAt',
      'recordedAt',
    ],
    acts,
  );
  await insertRows(
    manager,
    'audit_entries',
    ['id', 'at', 'personId', 'actor', 'act', 'object', 'before', 'after'],
    entries,
  );
  await manager.insert(AuditEntry, {
    id: newId(),
    at: now,
    personId,
    actor,
    act: 'import_list',
    object: `list:${shortName}`,
    after: { added, changed, removed },
  });
}
