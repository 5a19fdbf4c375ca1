// Who owes on a task at all: the leads, the units named, or the members of its collectives as well. Pure.
import { type ListSettings } from '../database/list-settings';
import { type PartOutline, type TaskOutline } from '../tasks/task-outlines';
import { namedParties } from '../tasks/task-queries';

/** The units that belong to each collective, by the collective's id. */
export type Members = ReadonlyMap<string, readonly { id: string; name: string }[]>;

export type OwingParty = Pick<PartOutline, 'role' | 'unitId' | 'unitName' | 'lastReportedAt' | 'done'>;

/**
 * The parties that owe by a list's rules, each unit once, as lead where it leads.
 * A member of a collective has a part of its own once it has reported; until then it has reported nothing.
 * Source: product description §6, "Who owes"
 */
export function owingParties(task: TaskOutline, owing: ListSettings['owing'], members: Members): OwingParty[] {
  const named = namedParties(task);
  if (owing === 'leads') return named.filter(party => party.role === 'lead');
  if (owing === 'named') return named;
  const known = new Set(named.map(party => party.unitId));
  const all: OwingParty[] = [...named];
  for (const collective of task.parties) {
    if (collective.unitId !== '') continue;
    for (const { id, name } of members.get(collective.collectiveId) ?? []) {
      if (known.has(id)) continue;
      known.add(id);
      const own = task.parties.find(party => party.unitId === id);
      const { role } = collective;
      all.push(own ?? { role, unitId: id, unitName: name, lastReportedAt: null, done: false });
    }
  }
  return all;
}
