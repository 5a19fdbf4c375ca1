// UnitDirectory: the units, collectives and people of the database, held in memory and reloaded when they change.
import { type DataSource, type EntityManager } from 'typeorm';
import { isDuplicate } from '../database/transaction';
import { Collective, CollectiveAlias, CollectiveMember, Unit, UnitAlias } from '../database/entities/unit';
import { newId } from '../ids';
import { AppError } from '../errors';
import { moveUnit } from './move-unit';
import { type CollectiveEntry, type UnitDirectoryData } from './unit-data';
import { UnitNames } from './unit-names';

/** What was loaded: plain data plus the index of names. */
export interface DirectoryView {
  data: UnitDirectoryData;
  names: UnitNames;
  unitIdByName: ReadonlyMap<string, string>;
  unitNameById: ReadonlyMap<string, string>;
  collectiveNameById: ReadonlyMap<string, string>;
  collectiveIdByName: ReadonlyMap<string, string>;
  /** Names that came from a list and nobody has settled yet. */
  unsettledNames: ReadonlySet<string>;
  /** Ids of the collectives a unit is a member of. */
  collectivesOfUnit: ReadonlyMap<string, string[]>;
}

const reloadAfterMs = 1000;

/**
 * Loads the directory from the tables and looks once a second whether it has changed, so that a change made by
 * another process is seen at once, without any message between processes.
 */
export class UnitDirectory {
  private held: { view: DirectoryView; fingerprint: string; checkedAt: number } | null = null;

  constructor(private readonly dataSource: DataSource) {}

  /** The directory as of at most one second ago. */
  async view(): Promise<DirectoryView> {
    if (this.held && performance.now() - this.held.checkedAt < reloadAfterMs) return this.held.view;
    const manager = this.dataSource.manager;
    const fingerprint = await directoryFingerprint(manager);
    if (this.held?.fingerprint === fingerprint) {
      this.held.checkedAt = performance.now();
      return this.held.view;
    }
    const view = await loadDirectory(manager);
    this.held = { view, fingerprint, checkedAt: performance.now() };
    return view;
  }

  /** Forgets what is held; the next view reads the tables. */
  forget(): void {
    this.held = null;
  }
}

/** Changes with whatever a view is made of. */
async function directoryFingerprint(manager: EntityManager): Promise<string> {
  const sum = (table: string, ...columns: string[]): string =>
    `(SELECT CONCAT(COUNT(*), ':', COALESCE(SUM(CRC32(CONCAT_WS('|', id, ${columns.map(name => `COALESCE(${name}, '')`).join(', ')}))), 0)) FROM ${table})`;
  const rows: Record<string, string>[] = await manager.query(
    `SELECT ${sum('units', 'name', 'fullName', 'kind', 'level', 'note', 'settled', 'parentId')} AS u,
            ${sum('unit_aliases', 'unitId', 'text', 'status')} AS a,
            ${sum('collectives', 'name', 'resolve', 'note')} AS c,
            ${sum('collective_aliases', 'collectiveId', 'text')} AS ca,
            ${sum('collective_members', 'collectiveId', 'unitId')} AS m`,
  );
  return JSON.stringify(rows[0]);
}

/** Reads the whole directory from the tables. */
export async function loadDirectory(manager: EntityManager): Promise<DirectoryView> {
  const units = await manager.find(Unit, { order: { id: 'ASC' } });
  const aliases = await manager.find(UnitAlias);
  const collectives = await manager.find(Collective, { order: { id: 'ASC' } });
  const collectiveAliases = await manager.find(CollectiveAlias);
  const members = await manager.find(CollectiveMember);
  const unitNameById = new Map(units.map(unit => [unit.id, unit.name]));
  const data: UnitDirectoryData = {
    district: null,
    units: units.map(unit => ({
      name: unit.name,
      fullName: unit.fullName,
      kind: unit.kind,
      level: unit.level,
      note: unit.note,
      aliases: aliases.filter(alias => alias.unitId === unit.id).map(({ text, status }) => ({ text, status })),
      ...(unit.parentId === null ? {} : { parent: unitNameById.get(unit.parentId) ?? null }),
    })),
    collectives: collectives.map(group => ({
      name: group.name,
      resolve: group.resolve,
      note: group.note,
      aliases: collectiveAliases.filter(alias => alias.collectiveId === group.id).map(alias => alias.text),
      members: members
        .filter(member => member.collectiveId === group.id)
        .map(member => unitNameById.get(member.unitId))
        .filter(name => name !== undefined),
    })),
  };
  const collectivesOfUnit = new Map<string, string[]>();
  for (const { unitId, collectiveId } of members)
    collectivesOfUnit.set(unitId, [...(collectivesOfUnit.get(unitId) ?? []), collectiveId]);
  return {
    data,
    names: new UnitNames(data),
    unitIdByName: new Map(units.map(unit => [unit.name, unit.id])),
    unitNameById,
    collectiveNameById: new Map(collectives.map(group => [group.id, group.name])),
    collectiveIdByName: new Map(collectives.map(group => [group.name, group.id])),
    unsettledNames: new Set(units.filter(unit => !unit.settled).map(unit => unit.name)),
    collectivesOfUnit,
  };
}

/** The directory without the names that nobody has settled: what may be taken for known. */
export function settledData({ data, unsettledNames }: DirectoryView): UnitDirectoryData {
  return { ...data, units: data.units.filter(unit => !unsettledNames.has(unit.name)) };
}

export interface DirectoryChanges {
  added: string[];
  changed: string[];
}

/**
 * Writes a directory file into the tables: adds what is new, updates what differs, deletes nothing; an alias that is settled stays so.
 * A unit that a list brought in unsettled becomes settled by being named here. Safe to repeat.
 *
 * Where the file says nothing of the unit above, it stays as it is.
 *
 * @throws AppError bad_input (exposed) when a collective names a member nobody knows, or a unit stands under one nobody knows or under itself
 */
export async function saveDirectory(
  manager: EntityManager,
  data: UnitDirectoryData,
  now: Date,
): Promise<DirectoryChanges> {
  const changes: DirectoryChanges = { added: [], changed: [] };
  const units = new Map((await manager.find(Unit)).map(unit => [unit.name, unit]));
  const aliases = new Map((await manager.find(UnitAlias)).map(alias => [`${alias.unitId}/${alias.text}`, alias]));
  const ids = new Map([...units.values()].map(unit => [unit.name, unit.id]));
  for (const entry of data.units) {
    const { fullName, kind, level, note } = entry;
    const facts = { fullName, kind, level, note, settled: true };
    const stored = units.get(entry.name);
    const id = stored?.id ?? newId();
    ids.set(entry.name, id);
    let differs = false;
    if (!stored) await manager.insert(Unit, { ...facts, id, name: entry.name, createdAt: now });
    else if (Object.entries(facts).some(([key, value]) => stored[key as keyof Unit] !== value)) {
      await manager.update(Unit, { id }, facts);
      differs = true;
    }
    for (const { text, status } of entry.aliases) {
      const alias = aliases.get(`${id}/${text}`);
      if (alias && (alias.status === status || alias.status === 'certain')) continue;
      if (alias) await manager.update(UnitAlias, { id: alias.id }, { status });
      else await manager.insert(UnitAlias, { id: newId(), unitId: id, text, status });
      differs = true;
    }
    if (!stored) changes.added.push(entry.name);
    else if (differs) changes.changed.push(entry.name);
  }
  await saveParents(manager, data, { ids, stored: [...units.values()], changes });
  // A name a list brought in that is now known for another way to write a unit: its tasks are that unit's.
  for (const entry of data.units)
    for (const { text, status } of entry.aliases) {
      const unsettled = status === 'certain' ? units.get(text) : undefined;
      if (unsettled && !unsettled.settled && !data.units.some(unit => unit.name === text))
        await moveUnit(manager, unsettled.id, ids.get(entry.name) ?? '');
    }
  for (const group of data.collectives) await saveCollective(manager, group, ids, changes, now);
  return changes;
}

async function saveParents(
  manager: EntityManager,
  data: UnitDirectoryData,
  { ids, stored, changes }: { ids: ReadonlyMap<string, string>; stored: Unit[]; changes: DirectoryChanges },
): Promise<void> {
  const said = data.units.filter(({ parent }) => parent !== undefined);
  if (said.length === 0) return;
  const before = new Map(stored.map(unit => [unit.id, unit.parentId]));
  const after = new Map(before);
  for (const { name, parent = null } of said) {
    const above = parent === null ? null : ids.get(parent);
    if (above === undefined)
      throw new AppError('bad_input', `“${name}”的上级单位“${parent ?? ''}”不在单位名录中，没有改动。`, {
        expose: true,
      });
    after.set(ids.get(name) ?? '', above);
  }
  for (const { name } of said) {
    const id = ids.get(name) ?? '';
    let steps = 0;
    for (let above = after.get(id) ?? null; above !== null; above = after.get(above) ?? null)
      if (above === id || ++steps > after.size)
        throw new AppError('bad_input', `“${name}”不能是自己的下级，没有改动。`, { expose: true });
    if ((before.get(id) ?? null) === (after.get(id) ?? null)) continue;
    await manager.update(Unit, { id }, { parentId: after.get(id) ?? null });
    if (!changes.added.includes(name) && !changes.changed.includes(name)) changes.changed.push(name);
  }
}

async function saveCollective(
  manager: EntityManager,
  group: CollectiveEntry,
  unitIds: ReadonlyMap<string, string>,
  changes: DirectoryChanges,
  now: Date,
): Promise<void> {
  const { name, resolve, note } = group;
  const stored = await manager.findOneBy(Collective, { name });
  const collectiveId = stored?.id ?? newId();
  if (!stored) {
    await manager.insert(Collective, { id: collectiveId, name, resolve, note, createdAt: now });
    changes.added.push(name);
  } else if (stored.resolve !== resolve || stored.note !== note) {
    await manager.update(Collective, { id: stored.id }, { resolve, note });
    changes.changed.push(name);
  }
  for (const text of group.aliases)
    await insertOnce(() => manager.insert(CollectiveAlias, { id: newId(), collectiveId, text }));
  for (const member of group.members) {
    const unitId = unitIds.get(member);
    if (unitId === undefined)
      throw new AppError('bad_input', `“${name}”的成员“${member}”不在单位名录中，没有改动。`, { expose: true });
    await insertOnce(() => manager.insert(CollectiveMember, { id: newId(), collectiveId, unitId }));
  }
}

async function insertOnce(insert: () => Promise<unknown>): Promise<void> {
  try {
    await insert();
  } catch (thrown) {
    if (!isDuplicate(thrown)) throw thrown;
  }
}
