// UnitDirectory: the units, collectives and people of the database, held in memory and reloaded when they change.
import { type DataSource, type EntityManager } from 'typeorm';
import { isDuplicate } from '../database/transaction';
import { Collective, CollectiveAlias, CollectiveMember, Unit, UnitAlias } from '../database/entities/unit';
import { newId } from '../ids';
import { type UnitDirectoryData } from './unit-data';
import { UnitNames } from './unit-names';

interface LoadedUnit {
  id: string;
  name: string;
}

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

const reloadAfterMs = 5000;

/**
 * Loads the directory from the tables and keeps it for a few seconds, so that a change made by another
 * process is seen soon without any message between processes.
 */
export class UnitDirectory {
  private held: { view: DirectoryView; fingerprint: string; checkedAt: number } | null = null;

  constructor(private readonly dataSource: DataSource) {}

  /** The directory as of at most five seconds ago. */
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

async function directoryFingerprint(manager: EntityManager): Promise<string> {
  const rows: Record<string, string>[] = await manager.query(
    `SELECT (SELECT CONCAT(COUNT(*), MAX(id), COALESCE(SUM(CRC32(CONCAT_WS(0x1f, name, settled, fullName, kind, level, note))), 0)) FROM units) AS u,
            (SELECT CONCAT(COUNT(*), COALESCE(SUM(CRC32(CONCAT(text, unitId, status))), 0)) FROM unit_aliases) AS a,
            (SELECT CONCAT(COUNT(*), COALESCE(SUM(CRC32(CONCAT(name, resolve))), 0)) FROM collectives) AS c,
            (SELECT CONCAT(COUNT(*), COALESCE(SUM(CRC32(CONCAT(collectiveId, text))), 0)) FROM collective_aliases) AS ca,
            (SELECT CONCAT(COUNT(*), COALESCE(SUM(CRC32(CONCAT(collectiveId, unitId))), 0)) FROM collective_members) AS m`,
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
 * Writes a directory file into the tables: adds what is new, updates what differs, deletes nothing.
 * A unit that a list brought in unsettled becomes settled by being named here. Safe to repeat.
 */
export async function saveDirectory(
  manager: EntityManager,
  data: UnitDirectoryData,
  now: Date,
): Promise<DirectoryChanges> {
  const changes: DirectoryChanges = { added: [], changed: [] };
  const ids = new Map<string, string>();
  for (const entry of data.units) {
    const facts = {
      fullName: entry.fullName,
      kind: entry.kind,
      level: entry.level,
      note: entry.note,
      settled: true,
    };
    const stored = await manager.findOneBy(Unit, { name: entry.name });
    const unit: LoadedUnit = stored ?? { id: newId(), name: entry.name };
    if (!stored) {
      await manager.insert(Unit, { ...facts, id: unit.id, name: entry.name, createdAt: now });
      changes.added.push(entry.name);
    } else if (Object.entries(facts).some(([key, value]) => stored[key as keyof Unit] !== value)) {
      await manager.update(Unit, { id: stored.id }, facts);
      changes.changed.push(entry.name);
    }
    ids.set(entry.name, unit.id);
    for (const alias of entry.aliases)
      await insertOnce(() => manager.insert(UnitAlias, { id: newId(), unitId: unit.id, ...alias }));
  }
  for (const group of data.collectives) {
    const stored = await manager.findOneBy(Collective, { name: group.name });
    const collectiveId = stored?.id ?? newId();
    if (!stored) {
      await manager.insert(Collective, {
        id: collectiveId,
        name: group.name,
        resolve: group.resolve,
        note: group.note,
        createdAt: now,
      });
      changes.added.push(group.name);
    } else if (stored.resolve !== group.resolve) {
      await manager.update(Collective, { id: stored.id }, { resolve: group.resolve });
      changes.changed.push(group.name);
    }
    for (const text of group.aliases)
      await insertOnce(() => manager.insert(CollectiveAlias, { id: newId(), collectiveId, text }));
    for (const member of group.members) {
      const unitId = ids.get(member);
      if (unitId) await insertOnce(() => manager.insert(CollectiveMember, { id: newId(), collectiveId, unitId }));
    }
  }
  return changes;
}

async function insertOnce(insert: () => Promise<unknown>): Promise<void> {
  try {
    await insert();
  } catch (thrown) {
    if (!isDuplicate(thrown)) throw thrown;
  }
}
