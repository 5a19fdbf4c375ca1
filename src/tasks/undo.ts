// 撤回: which reports may be taken back, and how one is, by a second, opposite entry of the history.
import { type EntityManager } from 'typeorm';
import { Blocker, Change, ClosureRequest, type ProgressSnapshot } from '../database/entities/progress';
import { Unit } from '../database/entities/unit';
import { readRows, type Value } from '../database/statement';
import { AppError } from '../errors';
import { type Attachment } from '../messages';
import { applyChange, type Cause, changeColumns, ensureRequest, growVersion, lockTasks, snapshotOf } from './changes';

/** When something was said, both ends included. */
export interface SaidWithin {
  from: Date;
  until: Date;
}

const standing = `c.kind = 'report' AND c.undoesChangeId IS NULL
  AND NOT EXISTS (SELECT 1 FROM changes u WHERE u.undoesChangeId = c.id)`;

/** A person's own reports said (or, where they had to wait, recorded) within a time and not taken back, the one recorded last first. */
export async function findUndoable(
  manager: EntityManager,
  personId: string,
  { from, until }: SaidWithin,
): Promise<Change[]> {
  // Only ids are sorted: with the texts the server would do it on disk. Ids grow as entries are made: messages may have
  // come late, and clocks may have been turned back.
  const ids = await readRows<{ id: string }>(
    manager,
    `SELECT c.id FROM changes c WHERE c.personId = ? AND (c.saidAt >= ? OR c.recordedAt >= ?) AND c.saidAt <= ? AND ${standing} ORDER BY c.id DESC`,
    [personId, from, from, until],
  );
  return readChanges(manager, ids);
}

/** A person's own report about a task and unit that was said last, not before `since`, and not taken back. */
export async function findLastSaid(
  manager: EntityManager,
  personId: string,
  since: Date,
  { taskId, unitId }: { taskId: string; unitId: string },
): Promise<Change | null> {
  const [row] = await readRows<Record<string, Value>>(
    manager,
    `SELECT ${columnList} FROM changes WHERE id =
       (SELECT c.id FROM changes c
         WHERE c.personId = ? AND c.saidAt >= ? AND c.taskId = ? AND c.unitId = ? AND ${standing}
         ORDER BY c.saidAt DESC, c.id DESC LIMIT 1)`,
    [personId, since, taskId, unitId],
  );
  return row ? changeOf(manager, row) : null;
}

const columnList = changeColumns.map(name => `\`${name}\``).join(', ');

async function readChanges(manager: EntityManager, ids: readonly { id: string }[]): Promise<Change[]> {
  const found: Record<string, Value>[] = [];
  for (const { id } of ids)
    found.push(
      ...(await readRows<Record<string, Value>>(manager, `SELECT ${columnList} FROM changes WHERE id = ?`, [id])),
    );
  return found.map(row => changeOf(manager, row));
}

function changeOf(manager: EntityManager, row: Record<string, Value>): Change {
  return manager.create(Change, {
    ...row,
    before: JSON.parse(row.before as string) as ProgressSnapshot,
    after: JSON.parse(row.after as string) as ProgressSnapshot,
    attachments: row.attachments === null ? null : (JSON.parse(row.attachments as string) as Attachment[]),
    late: row.late === 1,
  });
}

/** Said before what stood already when it came: an entry of the history, which has changed nothing. */
function isHistoryOnly({ kind, before, saidAt }: Pick<Change, 'kind' | 'before' | 'saidAt'>): boolean {
  return kind === 'report' && before.reportedAt !== null && new Date(before.reportedAt) > saidAt;
}

/** Whether something still stands that the unit has said, or the office has returned, after a report. */
async function isOvertaken(manager: EntityManager, { id, taskId, unitId, saidAt }: Change): Promise<boolean> {
  const later = await readRows<{ kind: Change['kind']; before: string; saidAt: Date }>(
    manager,
    `SELECT c.kind, c.before, c.saidAt FROM changes c
      WHERE c.taskId = ? AND c.unitId = ? AND c.kind IN ('report', 'return') AND c.id <> ? AND (c.id > ? OR c.saidAt > ?)
        AND NOT EXISTS (SELECT 1 FROM changes u WHERE u.undoesChangeId = c.id)`,
    [taskId, unitId, id, id, saidAt],
  );
  return later.some(({ before, ...row }) => !isHistoryOnly({ ...row, before: JSON.parse(before) as ProgressSnapshot }));
}

export interface Undone {
  /** What stands now. */
  stands: ProgressSnapshot;
  /** The report was in the history only: what stands is what stood. */
  historyOnly: boolean;
  /** The difficulties withdrawn with it. */
  blockers: string[];
}

/**
 * Takes a report back, and with it the closure request and the difficulty it raised.
 * Reports may be taken back one after the other, the last one first.
 * @throws AppError changed_since (exposed) when the unit has reported again, the office has decided, or the unit is no
 * longer on the task
 */
export async function undoChange(manager: EntityManager, change: Change, cause: Cause): Promise<Undone> {
  const { taskId, unitId } = change;
  const locked = (await lockTasks(manager, [taskId])).get(taskId);
  if (!locked) throw new AppError('task_missing', `没有任务 ${taskId}`);
  const { task } = locked;
  const refuse = (sentence: string): AppError => new AppError('changed_since', sentence, { expose: true });
  const party = locked.parties.find(candidate => candidate.unitId === unitId);
  if (!party) {
    const unit = await manager.findOneBy(Unit, { id: unitId });
    throw refuse(`第${task.itemNo}项按新版清单已不是${unit?.name ?? '本单位'}的任务，原反馈保留在历史中，无需撤回。`);
  }
  const entry = { task, party, cause, text: null, blocker: null, undoes: change };
  if (isHistoryOnly(change)) {
    const stands = snapshotOf(task, party);
    await applyChange(manager, { ...entry, after: stands, historyOnly: true });
    if (change.blocker !== null) await growVersion(manager, task);
    return { stands, historyOnly: true, blockers: await withdrawBlockers(manager, change) };
  }
  const moved = change.after.state !== change.before.state;
  if ((moved && task.state !== change.after.state) || (await isOvertaken(manager, change)))
    throw refuse(`第${task.itemNo}项在这之后已有新的记录，不能撤回，请用“更正，第${task.itemNo}项是…”说明。`);
  const open = await manager.findOneBy(ClosureRequest, { taskId, status: 'open' });
  // A closure that another lead unit has applied for meanwhile goes on waiting.
  const keepsState = !moved || (open !== null && open.unitId !== unitId);
  const stands = keepsState ? { ...change.before, state: task.state } : change.before;
  const undo = await applyChange(manager, { ...entry, after: stands });
  if (open && stands.state !== 'closing')
    await manager.update(ClosureRequest, { id: open.id }, { status: 'withdrawn' });
  if (stands.state === 'closing')
    await ensureRequest(manager, taskId, unitId, { personId: change.personId, changeId: undo.id, now: cause.now });
  return { stands, historyOnly: false, blockers: await withdrawBlockers(manager, change) };
}

async function withdrawBlockers(manager: EntityManager, { id }: Change): Promise<string[]> {
  const open = await manager.findBy(Blocker, { changeId: id, status: 'open' });
  await manager.update(Blocker, { changeId: id, status: 'open' }, { status: 'withdrawn' });
  return open.map(blocker => blocker.text);
}
