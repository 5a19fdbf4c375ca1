// What a group hears on a Monday on which nothing is owed: that, and what comes next. Pure.
import { type CivilDate } from '../calendar/civil-date';
import { type Reply } from '../rendering/reply';
import { dayWithWeekday, dueName } from '../rendering/wording';
import { namedParties, type TaskView } from '../tasks/task-queries';
import { type GroupRecipient } from './recipients';

/** @param tasks - all that are active, dated ones among them */
export function allClear(at: CivilDate, group: GroupRecipient, tasks: TaskView[]): Reply {
  const ahead = tasks.filter(
    task =>
      task.state === 'active' &&
      task.due !== null &&
      task.due >= at &&
      (group.listId === null || task.listId === group.listId) &&
      (group.unit === null ||
        namedParties(task).some(party => party.unitId === group.unit?.id && !(party.role === 'support' && party.done))),
  );
  const due = ahead.map(task => task.due ?? '').sort()[0];
  const next = due === undefined ? null : `${dueName(due, at)} ${ahead.filter(task => task.due === due).length} 项`;
  return { template: 'all_clear', date: dayWithWeekday(at), unit: group.unit?.name ?? null, next };
}
