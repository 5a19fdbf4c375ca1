// The units and collectives of tasks: their rows, and each one's part with its progress, which outlives a new version of the list.
import { In, type EntityManager } from 'typeorm';
import { TaskUnit } from '../database/entities/task';
import { Collective, Unit } from '../database/entities/unit';
import { newId } from '../ids';
import { type Released, withdrawWaiting } from '../tasks/released-units';
import { type ActCause } from '../tasks/task-acts';
import { forIds, insertRows, type Value } from './bulk-rows';
import { type TaskDraft } from './task-draft';

export interface PartyIds {
  units: ReadonlyMap<string, string>;
  collectives: ReadonlyMap<string, string>;
  /** Names the directory did not know: made units nobody has settled yet. */
  newUnits: string[];
}

/** Ids of every unit and collective the tasks name; unknown ones are made, unsettled. */
export async function savePartyNames(manager: EntityManager, tasks: TaskDraft[], now: Date): Promise<PartyIds> {
  const units = new Map((await manager.find(Unit)).map(unit => [unit.name, unit.id]));
  const collectives = new Map((await manager.find(Collective)).map(group => [group.name, group.id]));
  const newUnits: string[] = [];
  for (const task of tasks) {
    for (const name of [...task.lead, ...task.support])
      if (!units.has(name)) {
        const id = newId();
        await manager.insert(Unit, { id, name, kind: 'unknown', level: 'unknown', settled: false, createdAt: now });
        units.set(name, id);
        newUnits.push(name);
      }
    for (const name of [...task.collectives, ...task.leadCollectives])
      if (!collectives.has(name)) {
        const id = newId();
        await manager.insert(Collective, { id, name, resolve: 'manual', createdAt: now });
        collectives.set(name, id);
      }
  }
  return { units, collectives, newUnits };
}

interface WantedParty {
  role: 'lead' | 'support';
  position: number;
  unitId: string;
  collectiveId: string;
}

/** Who is on a task, as a list names them. */
export type PartyNames = Pick<TaskDraft, 'lead' | 'support' | 'collectives' | 'leadCollectives'>;

function wantedParties(draft: PartyNames, ids: PartyIds): WantedParty[] {
  const of = (role: 'lead' | 'support', unitNames: string[], groupNames: string[]): WantedParty[] =>
    [
      ...unitNames.map(name => ({ unitId: ids.units.get(name) ?? '', collectiveId: '' })),
      ...groupNames.map(name => ({ unitId: '', collectiveId: ids.collectives.get(name) ?? '' })),
    ].map((party, position) => ({ ...party, role, position }));
  return [...of('lead', draft.lead, draft.leadCollectives), ...of('support', draft.support, draft.collectives)];
}

const columns = [
  'id', 'taskId', 'role', 'position', 'unitId', 'collectiveId', 'status', 'percent', 'lastText', 'lastReportedAt', 'done',
] as const; // prettier-ignore

function rowOf(taskId: string, party: WantedParty, before: TaskUnit | undefined): Value[] {
  return [
    newId(),
    taskId,
    party.role,
    party.position,
    party.unitId,
    party.collectiveId,
    before?.status ?? null,
    before?.percent ?? null,
    before?.lastText ?? null,
    before?.lastReportedAt ?? null,
    before?.done ?? false,
  ];
}

/** Gives new tasks their parties. */
export async function insertParties(
  manager: EntityManager,
  tasks: { id: string; draft: TaskDraft }[],
  ids: PartyIds,
): Promise<void> {
  function* rows(): Generator<Value[]> {
    for (const { id, draft } of tasks) for (const party of wantedParties(draft, ids)) yield rowOf(id, party, undefined);
  }
  await insertRows(manager, 'task_units', columns, rows());
}

/**
 * Gives stored tasks the parties of the new version. A party that stays keeps its progress; a unit that only changed its role
 * takes it along; what a unit that goes, or no longer leads, had waiting is withdrawn. The tasks are locked.
 *
 * @param why - who does it, and the reason for the history
 */
export async function reconcileParties(
  manager: EntityManager,
  tasks: { id: string; draft: PartyNames }[],
  ids: PartyIds,
  why: { cause: ActCause; reason: string },
): Promise<void> {
  const stored = new Map<string, TaskUnit[]>();
  const taskIds = tasks.map(task => task.id);
  await forIds(taskIds, async some => {
    for (const party of await manager.find(TaskUnit, {
      where: { taskId: In(some) },
      lock: { mode: 'pessimistic_write' },
    })) {
      const known = stored.get(party.taskId);
      if (known) known.push(party);
      else stored.set(party.taskId, [party]);
    }
  });
  const gone: string[] = [];
  const released = new Map<string, Released>();
  const rows: Value[][] = [];
  const moved: { id: string; position: number }[] = [];
  for (const { id, draft } of tasks) {
    // Parts of members through their collective are not the list's to change.
    const all = (stored.get(id) ?? []).filter(party => party.unitId === '' || party.collectiveId === '');
    const wanted = wantedParties(draft, ids);
    // What the office has named stays, and is the list's where the list names it now.
    const left = all.filter(party => !party.assigned && !wanted.some(other => isSame(party, other)));
    gone.push(...left.map(party => party.id));
    const kept = [...(stored.get(id) ?? []).filter(party => !left.includes(party)), ...wanted];
    const units = releasedOf(left, kept);
    if (units) released.set(id, units);
    for (const party of wanted) {
      const same = all.find(other => isSame(party, other));
      if (!same) {
        const before = left.find(old => old.unitId !== '' && old.unitId === party.unitId);
        rows.push(rowOf(id, party, before));
      } else if (same.position !== party.position || same.assigned)
        moved.push({ id: same.id, position: party.position });
    }
  }
  await forIds(gone, some => manager.query('DELETE FROM task_units WHERE id IN (?)', [some]));
  for (const { id, position } of moved) await manager.update(TaskUnit, { id }, { position, assigned: false });
  await insertRows(manager, 'task_units', columns, rows);
  await forIds([...released.keys()], some =>
    withdrawWaiting(manager, new Map(some.map(id => [id, released.get(id) ?? { leads: [], units: [] }])), why),
  );
}

/** The units that no longer lead a task, and those that are no longer on it; null = none. */
function releasedOf(left: readonly TaskUnit[], kept: readonly WantedParty[]): Released | null {
  const named = left.filter(party => party.unitId !== '');
  const leads = named.filter(
    ({ role, unitId }) => role === 'lead' && !kept.some(other => other.role === 'lead' && other.unitId === unitId),
  );
  const units = named.filter(({ unitId }) => !kept.some(other => other.unitId === unitId));
  if (leads.length === 0 && units.length === 0) return null;
  return { leads: leads.map(({ unitId }) => unitId), units: units.map(({ unitId }) => unitId) };
}

function isSame(a: WantedParty, b: WantedParty): boolean {
  return a.role === b.role && a.unitId === b.unitId && a.collectiveId === b.collectiveId;
}
