// Small changes to the directory, one at a time: aliases, members of collectives, and who of a collective a task falls to.
import { type EntityManager } from 'typeorm';
import { AuditEntry } from '../database/entities/schedule';
import { TaskUnit } from '../database/entities/task';
import { Collective, CollectiveMember, Unit, UnitAlias } from '../database/entities/unit';
import { AppError } from '../errors';
import { newId } from '../ids';
import { saveAlias } from './settle-units';
import { type UnitDirectoryData } from './unit-data';
import { type DirectoryChanges, saveDirectory } from './unit-directory';

export interface EditCause {
  actor: string;
  personId?: string | null;
  now: Date;
}

function refuse(sentence: string): AppError {
  return new AppError('bad_input', sentence, { expose: true });
}

async function unitOf(manager: EntityManager, name: string): Promise<Unit> {
  const unit = await manager.findOneBy(Unit, { name });
  if (!unit) throw refuse(`单位“${name}”不在单位名录中，没有改动。`);
  return unit;
}

async function collectiveOf(manager: EntityManager, name: string): Promise<Collective> {
  const collective = await manager.findOneBy(Collective, { name });
  if (!collective) throw refuse(`集体称谓“${name}”不在单位名录中，没有改动。`);
  return collective;
}

/** Takes over a directory file, with a record of what it changed. @see saveDirectory */
export async function takeOverDirectory(
  manager: EntityManager,
  data: UnitDirectoryData,
  cause: EditCause,
): Promise<DirectoryChanges> {
  const changes = await saveDirectory(manager, data, cause.now);
  if (changes.added.length > 0 || changes.changed.length > 0)
    await record(manager, cause, 'take_over_units', 'units', changes);
  return changes;
}

async function record(
  manager: EntityManager,
  { actor, personId = null, now }: EditCause,
  act: string,
  object: string,
  after: object,
): Promise<void> {
  await manager.insert(AuditEntry, { id: newId(), at: now, personId, actor, act, object: object.slice(0, 190), after });
}

/**
 * Adds an alias, changes what is thought of it (`ask` = a person decides each time), or with null takes it away.
 * @throws AppError bad_input (exposed): no such unit or alias, or the alias is another unit's name
 */
export async function editAlias(
  manager: EntityManager,
  { unit: unitName, text, status }: { unit: string; text: string; status: 'certain' | 'ask' | null },
  cause: EditCause,
): Promise<void> {
  const unit = await unitOf(manager, unitName);
  if (status === null) {
    const { affected } = await manager.delete(UnitAlias, { unitId: unit.id, text });
    if (affected === 0) throw refuse(`“${unitName}”没有别名“${text}”，没有改动。`);
  } else {
    const other = await manager.findOneBy(Unit, { name: text });
    if (other)
      throw refuse(
        other.settled
          ? `“${text}”本身就是名录中的单位，不能作为别名。`
          : `“${text}”是清单里待确认的单位，请用 duban units settle ${text} ${unitName}。`,
      );
    await saveAlias(manager, unit.id, text, status);
  }
  await record(manager, cause, 'edit_alias', `unit:${unitName}`, { text, status });
}

/**
 * Puts a unit under another (a 分局 under its 局); with null under none.
 * @throws AppError bad_input (exposed): no such unit, or it would stand under itself
 */
export async function editParent(
  manager: EntityManager,
  { unit: name, parent: parentName }: { unit: string; parent: string | null },
  cause: EditCause,
): Promise<void> {
  const unit = await unitOf(manager, name);
  const parent = parentName === null ? null : await unitOf(manager, parentName);
  for (let above = parent; above !== null;) {
    if (above.id === unit.id) throw refuse(`“${name}”不能是自己的下级，没有改动。`);
    above = above.parentId === null ? null : await manager.findOneBy(Unit, { id: above.parentId });
  }
  await manager.update(Unit, { id: unit.id }, { parentId: parent?.id ?? null });
  await record(manager, cause, 'edit_parent', `unit:${name}`, { parent: parentName });
}

/**
 * Adds units to a collective or takes them out of it. A collective with members expands to them; one without is for a person to decide.
 * @throws AppError bad_input (exposed) when a name is not in the directory
 */
export async function editMembers(
  manager: EntityManager,
  { collective: name, units, remove }: { collective: string; units: string[]; remove: boolean },
  cause: EditCause,
): Promise<number> {
  const collective = await collectiveOf(manager, name);
  for (const unitName of units) {
    const unit = await unitOf(manager, unitName);
    const pair = { collectiveId: collective.id, unitId: unit.id };
    if (remove) await manager.delete(CollectiveMember, pair);
    else if (!(await manager.existsBy(CollectiveMember, pair)))
      await manager.insert(CollectiveMember, { id: newId(), ...pair });
  }
  const members = await manager.countBy(CollectiveMember, { collectiveId: collective.id });
  const resolve = members > 0 ? 'members' : 'manual';
  if (collective.resolve !== resolve) await manager.update(Collective, { id: collective.id }, { resolve });
  await record(manager, cause, 'edit_members', `collective:${name}`, { units, remove, members });
  return members;
}

/**
 * Says which units a collective of a task means (区直各有关单位 of 第143项): they bear the task as if the list named them, in the
 * collective's role (牵头 where it has both), and a new version of the list leaves that alone.
 *
 * @throws AppError bad_input (exposed): no such task, unit or collective, or the task does not name the collective
 */
export async function assignUnits(
  manager: EntityManager,
  {
    listId,
    no,
    collective: name,
    units,
    remove,
  }: { listId: string; no: number; collective: string; units: string[]; remove: boolean },
  cause: EditCause,
): Promise<void> {
  const collective = await collectiveOf(manager, name);
  const [task]: { id: string }[] = await manager.query(
    'SELECT id FROM tasks WHERE listId = ? AND itemNo = ? FOR UPDATE',
    [listId, no],
  );
  if (!task) throw refuse(`清单中没有第${no}项，没有改动。`);
  const parts = await manager.findBy(TaskUnit, { taskId: task.id });
  const own = parts.filter(part => part.collectiveId === collective.id && part.unitId === '');
  const role = own.find(part => part.role === 'lead')?.role ?? own[0]?.role;
  if (!role) throw refuse(`第${no}项没有“${name}”，没有改动。`);
  for (const unitName of units) {
    const unit = await unitOf(manager, unitName);
    const held = parts.find(part => part.unitId === unit.id && part.collectiveId === '' && part.role === role);
    // What the unit has reported as a member of the collective stays with it.
    const asMember = parts.find(part => part.unitId === unit.id && part.collectiveId === collective.id);
    if (!remove && !held) {
      if (asMember) await manager.update(TaskUnit, { id: asMember.id }, { collectiveId: '', role, assigned: true });
      else await manager.insert(TaskUnit, newPart(task.id, unit.id, role, parts.length));
    } else if (remove && held) {
      if (!held.assigned) throw refuse(`第${no}项的清单原文就写有“${unitName}”，不能去掉。`);
      if (held.lastReportedAt === null) await manager.delete(TaskUnit, { id: held.id });
      else await manager.update(TaskUnit, { id: held.id }, { collectiveId: collective.id, assigned: false });
    }
  }
  await manager.query('UPDATE tasks SET version = version + 1 WHERE id = ?', [task.id]);
  await record(manager, cause, remove ? 'unassign_units' : 'assign_units', `task:${no}`, { collective: name, units });
}

function newPart(taskId: string, unitId: string, role: 'lead' | 'support', position: number) {
  return { id: newId(), taskId, role, position, unitId, collectiveId: '', done: false, assigned: true };
}
