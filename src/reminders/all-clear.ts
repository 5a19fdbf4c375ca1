// What a group hears on a Monday on which nothing is owed: that, and what comes next.
import { type EntityManager } from 'typeorm';
import { type CivilDate } from '../calendar/civil-date';
import { type Reply } from '../rendering/reply';
import { dayWithWeekday, dueName } from '../rendering/wording';
import { type GroupRecipient } from './recipients';

/** How many tasks are due on a day to come, of one list, for one unit; unit '' = of the whole list. */
interface Ahead {
  unitId: string;
  listId: string;
  due: CivilDate;
  tasks: string;
}

/** The all-clear for each of these groups, in their order. */
export async function allClears(
  manager: EntityManager,
  at: CivilDate,
  groups: readonly GroupRecipient[],
): Promise<Reply[]> {
  if (groups.length === 0) return [];
  const unitIds = groups.flatMap(({ unit }) => (unit ? [unit.id] : []));
  const ahead = [...(await findAhead(manager, at)), ...(await findAheadOf(manager, at, unitIds))];
  return groups.map(group => ({
    template: 'all_clear',
    date: dayWithWeekday(at),
    unit: group.unit?.name ?? null,
    next: nextOf(group, ahead, at),
  }));
}

function nextOf({ unit, listId }: GroupRecipient, ahead: Ahead[], at: CivilDate): string | null {
  const own = ahead.filter(one => one.unitId === (unit?.id ?? '') && (listId === null || one.listId === listId));
  const due = own.map(one => one.due).sort()[0];
  if (due === undefined) return null;
  const tasks = own.filter(one => one.due === due).reduce((sum, one) => sum + Number(one.tasks), 0);
  return `${dueName(due, at)} ${tasks} 项`;
}

function findAhead(manager: EntityManager, at: CivilDate): Promise<Ahead[]> {
  return manager.query(
    `SELECT '' AS unitId, listId, COALESCE(extendedTo, due) AS due, COUNT(*) AS tasks FROM tasks
      WHERE state = 'active' AND COALESCE(extendedTo, due) >= ? GROUP BY listId, COALESCE(extendedTo, due)`,
    [at],
  );
}

/** A support unit whose part is done has nothing before it. */
async function findAheadOf(manager: EntityManager, at: CivilDate, unitIds: string[]): Promise<Ahead[]> {
  if (unitIds.length === 0) return [];
  return manager.query(
    `SELECT p.unitId, t.listId, COALESCE(t.extendedTo, t.due) AS due, COUNT(DISTINCT t.id) AS tasks
       FROM task_units p JOIN tasks t ON t.id = p.taskId
      WHERE p.unitId IN (?) AND p.collectiveId = '' AND NOT (p.role = 'support' AND p.done = 1)
        AND t.state = 'active' AND COALESCE(t.extendedTo, t.due) >= ?
      GROUP BY p.unitId, t.listId, COALESCE(t.extendedTo, t.due)`,
    [unitIds, at],
  );
}
