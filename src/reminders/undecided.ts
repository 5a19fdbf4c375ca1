// Tasks on a rung that a collective leads (区直各有关单位), until the office has said who of it owes. Pure.
import { namesOf } from '../tasks/task-line';
import { type TaskOutline } from '../tasks/task-outlines';
import { dutiesOf, type Morning, stepsOf } from './owed-tasks';

export interface Undecided {
  list: string;
  no: number;
  /** "区直各有关单位、各镇街" and the units named beside them. */
  leads: string;
}

/** Source: product description §6, "Where a collective leads … such tasks are listed for the office" */
export function undecidedOn(tasks: TaskOutline[], morning: Morning): Undecided[] {
  const dutyFor = dutiesOf(morning);
  const stepFor = stepsOf(morning);
  return tasks
    .filter(
      ({ parties }) =>
        parties.some(party => party.role === 'lead' && party.unitId === '') &&
        !parties.some(party => party.role === 'lead' && party.assigned),
    )
    .filter(task => {
      const duty = dutyFor(task);
      return duty !== null && stepFor(task, duty.due, morning.missedSince) !== null;
    })
    .map(task => ({ list: task.listName, no: task.itemNo, leads: namesOf(task, 'lead') }));
}
