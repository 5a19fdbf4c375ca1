// Names that came from a list and that nobody has settled: which they are, and settling them, which mends every task that bears them.
import { type EntityManager } from 'typeorm';
import { AuditEntry } from '../database/entities/schedule';
import { Collective, Unit, UnitAlias } from '../database/entities/unit';
import { AppError } from '../errors';
import { newId } from '../ids';
import { bumpTasks, moveUnit } from './move-unit';
import { loadDirectory, settledData } from './unit-directory';
import { UnitNames } from './unit-names';

export interface UnsettledName {
  name: string;
  /** 序号 of the tasks that bear it, by the list's short name. */
  tasks: { list: string; no: number }[];
  /** Names of the directory it may mean, likeliest first. */
  suggestions: string[];
}

/** The names that wait for a person, oldest first. */
export async function listUnsettled(manager: EntityManager): Promise<UnsettledName[]> {
  const units = await manager.find(Unit, { where: { settled: false }, order: { id: 'ASC' } });
  if (units.length === 0) return [];
  const names = new UnitNames(settledData(await loadDirectory(manager)));
  const rows: { unitId: string; list: string; no: number }[] = await manager.query(
    `SELECT DISTINCT p.unitId, l.shortName AS list, t.itemNo AS no
       FROM task_units p
       JOIN tasks t ON t.id = p.taskId
       JOIN task_lists l ON l.id = t.listId
      WHERE p.unitId IN (?) ORDER BY l.importedAt, t.itemNo`,
    [units.map(unit => unit.id)],
  );
  return units.map(({ id, name }) => ({
    name,
    tasks: rows.filter(row => row.unitId === id).map(({ list, no }) => ({ list, no })),
    suggestions: suggestionsFor(names, name),
  }));
}

/** The units or collectives a name nobody knows may mean; [] when nothing is like it. */
export function suggestionsFor(names: UnitNames, written: string): string[] {
  const resolved = names.resolve(written);
  if (resolved.kind === 'unit' || resolved.kind === 'collective') return [resolved.name];
  return resolved.kind === 'ask' ? resolved.candidates : [];
}

/** What a name turns out to be. */
export type Settlement =
  | { as: 'alias'; unit: string }
  /** A unit of its own. */
  | { as: 'unit'; kind: string; level: string; fullName: string | null }
  /** Words for many units: another way to write a collective, or a new one for a person to decide on. */
  | { as: 'collective'; collective: string };

export interface Settled {
  /** The name it goes by from now on. */
  name: string;
  /** How many tasks bear it. */
  tasks: number;
}

interface Cause {
  actor: string;
  personId?: string | null;
  now: Date;
}

/**
 * Settles a name for good: every task, report, post and group that bears it bears the right one from now on, and lists that are
 * imported later are read so. Safe to repeat.
 *
 * @throws AppError bad_input (exposed) when there is no such name, or the unit meant is not in the directory
 */
export async function settleName(
  manager: EntityManager,
  written: string,
  settlement: Settlement,
  cause: Cause,
): Promise<Settled> {
  const stored = await manager.findOne(Unit, { where: { name: written }, lock: { mode: 'pessimistic_write' } });
  if (stored?.settled && settlement.as !== 'alias') throw refuse(`“${written}”已在单位名录中，无需确认。`);
  if (!stored && settlement.as !== 'alias') throw refuse(`没有待确认的单位“${written}”。`);
  const tasks = stored ? await taskCount(manager, stored.id) : 0;
  const name = await write(manager, written, stored, settlement, cause);
  await manager.insert(AuditEntry, {
    id: newId(),
    at: cause.now,
    personId: cause.personId ?? null,
    actor: cause.actor,
    act: 'settle_unit',
    object: `unit:${written}`.slice(0, 190),
    after: { ...settlement, name, tasks },
  });
  return { name, tasks };
}

async function write(
  manager: EntityManager,
  written: string,
  stored: Unit | null,
  settlement: Settlement,
  cause: Cause,
): Promise<string> {
  if (settlement.as === 'unit') {
    const { kind, level, fullName } = settlement;
    await manager.update(Unit, { id: stored?.id ?? '' }, { settled: true, kind, level, fullName });
    return written;
  }
  if (settlement.as === 'collective') {
    if (stored)
      await becomeCollective(manager, stored.id, await collectiveId(manager, settlement.collective, written, cause));
    return settlement.collective;
  }
  const unit = await manager.findOneBy(Unit, { name: settlement.unit });
  if (!unit?.settled) throw refuse(`单位“${settlement.unit}”不在单位名录中。`);
  if (unit.id === stored?.id) throw refuse(`“${written}”就是名录中的单位，无需确认。`);
  if (stored?.settled) throw refuse(`“${written}”本身就是名录中的单位，不能作为“${settlement.unit}”的别名。`);
  await saveAlias(manager, unit.id, written, 'certain');
  if (stored) await moveUnit(manager, stored.id, unit.id);
  return unit.name;
}

function refuse(sentence: string): AppError {
  return new AppError('bad_input', sentence, { expose: true });
}

/** Writes an alias, or changes what is thought of it. */
export async function saveAlias(
  manager: EntityManager,
  unitId: string,
  text: string,
  status: 'certain' | 'ask',
): Promise<boolean> {
  const alias = await manager.findOneBy(UnitAlias, { unitId, text });
  if (alias?.status === status) return false;
  if (alias) await manager.update(UnitAlias, { id: alias.id }, { status });
  else await manager.insert(UnitAlias, { id: newId(), unitId, text, status });
  return true;
}

async function collectiveId(manager: EntityManager, name: string, written: string, cause: Cause): Promise<string> {
  const stored = await manager.findOneBy(Collective, { name });
  const id = stored?.id ?? newId();
  if (!stored) await manager.insert(Collective, { id, name, resolve: 'manual', createdAt: cause.now });
  if (written !== name)
    await manager.query('INSERT INTO collective_aliases (id, collectiveId, text) VALUES (?, ?, ?)', [
      newId(),
      id,
      written,
    ]);
  return id;
}

async function taskCount(manager: EntityManager, unitId: string): Promise<number> {
  const [row]: { n: string }[] = await manager.query(
    'SELECT COUNT(DISTINCT taskId) AS n FROM task_units WHERE unitId = ?',
    [unitId],
  );
  return Number(row?.n ?? 0);
}

/** The unit's rows in tasks become the collective's; where that stands there already, they go. */
async function becomeCollective(manager: EntityManager, unitId: string, collective: string): Promise<void> {
  await bumpTasks(manager, unitId);
  await manager.query(
    `DELETE p FROM task_units p
       JOIN task_units q ON q.taskId = p.taskId AND q.role = p.role AND q.unitId = '' AND q.collectiveId = ?
      WHERE p.unitId = ?`,
    [collective, unitId],
  );
  await manager.query(`UPDATE task_units SET unitId = '', collectiveId = ? WHERE unitId = ?`, [collective, unitId]);
  await manager.delete(Unit, { id: unitId });
}
