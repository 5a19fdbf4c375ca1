// The counts on a morning card: overdue, due this week, due within fifteen workdays. Pure.
import { addDays, mondayOf } from '../calendar/civil-date';
import { type TaskOutline } from '../tasks/task-outlines';
import { dutiesOf, type Morning } from './owed-tasks';
import { type Members } from './owing-parties';

export interface UnitCounts {
  overdue: number;
  dueThisWeek: number;
  dueWithin15: number;
}

export const countedWorkdays = 15;

/**
 * Counts for every unit the open tasks it still has a part in: named in the list, or as a member of a collective
 * (which owes nothing by that alone, but is counted; product description §6). A support part that is done is not counted.
 *
 * @returns a lookup by unit and list (null = all lists)
 */
export function countByUnit(
  tasks: TaskOutline[],
  members: Members,
  morning: Pick<Morning, 'at' | 'calendar'>,
): (unitId: string, listId: string | null) => UnitCounts {
  const sunday = addDays(mondayOf(morning.at), 6);
  const dutyFor = dutiesOf(morning);
  const counts = new Map<string, Map<string, UnitCounts>>();
  for (const task of tasks) {
    const duty = dutyFor(task);
    if (!duty) continue;
    const dueThisWeek = !duty.overdue && duty.due <= sunday;
    const within = !duty.overdue && duty.workdaysLeft <= countedWorkdays;
    if (!duty.overdue && !dueThisWeek && !within) continue;
    for (const unitId of unitsWith(task, members)) {
      let byList = counts.get(unitId);
      if (!byList) counts.set(unitId, (byList = new Map<string, UnitCounts>()));
      let count = byList.get(task.listId);
      if (!count) byList.set(task.listId, (count = { overdue: 0, dueThisWeek: 0, dueWithin15: 0 }));
      if (duty.overdue) count.overdue++;
      if (dueThisWeek) count.dueThisWeek++;
      if (within) count.dueWithin15++;
    }
  }
  return (unitId, listId) => {
    const sum: UnitCounts = { overdue: 0, dueThisWeek: 0, dueWithin15: 0 };
    for (const [list, count] of counts.get(unitId) ?? []) {
      if (listId !== null && list !== listId) continue;
      sum.overdue += count.overdue;
      sum.dueThisWeek += count.dueThisWeek;
      sum.dueWithin15 += count.dueWithin15;
    }
    return sum;
  };
}

function unitsWith(task: TaskOutline, members: Members): Set<string> {
  const units = new Set<string>();
  const through = new Set<string>();
  const doneParts = new Set<string>();
  const leads = new Set<string>();
  for (const party of task.parties) {
    if (party.unitId === '') for (const { id } of members.get(party.collectiveId) ?? []) through.add(id);
    else if (party.role === 'support' && party.done) doneParts.add(party.unitId);
    else units.add(party.unitId);
    if (party.unitId !== '' && party.role === 'lead') leads.add(party.unitId);
  }
  for (const unitId of through) units.add(unitId);
  for (const unitId of doneParts) if (!leads.has(unitId)) units.delete(unitId);
  return units;
}
