// What was raised already, and that something was raised now.
import { type EntityManager } from 'typeorm';
import { addDays, type CivilDate } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';
import { Escalation, type EscalationLevel } from '../database/entities/reminder';
import { TaskList } from '../database/entities/task';
import { loadSettings } from '../database/list-settings';
import { newId } from '../ids';
import { findOutlines } from '../tasks/task-outlines';
import { type Overdue, overdueOn, type RaisedBefore, raisedKey } from './overdue';
import { type Members } from './owing-parties';
import { findMembers } from './recipients';
import { type RulesOf, rulesOf } from './rules';

export interface OverdueFacts {
  overdue: Overdue[];
  rules: RulesOf;
  raised: RaisedBefore;
  members: Members;
  severalLists: boolean;
}

/** All that is overdue on a day, and what of it was raised on earlier days: the same whenever on the day it is asked. */
export async function findOverdue(
  manager: EntityManager,
  { at, calendar }: { at: CivilDate; calendar: WorkCalendar },
): Promise<OverdueFacts> {
  const rules = rulesOf(await loadSettings(manager));
  const tasks = await findOutlines(manager, { states: ['active'], dueUntil: addDays(at, -1) });
  const members = await findMembers(manager);
  const overdue = overdueOn(tasks, { at, calendar, rules }, members);
  const rows: Pick<Escalation, 'taskId' | 'unitId' | 'due' | 'level'>[] = await manager.query(
    'SELECT taskId, unitId, due, level FROM escalations WHERE day < ?',
    [at],
  );
  const severalLists = (await manager.count(TaskList)) > 1;
  return { overdue, rules, raised: new Set(rows.map(raisedKey)), members, severalLists };
}

const rowsAtOnce = 500;

/** Writes that these were raised, within the transaction that tells of it. */
export async function recordRaised(
  manager: EntityManager,
  raised: Overdue[],
  level: EscalationLevel,
  day: CivilDate,
): Promise<void> {
  for (let i = 0; i < raised.length; i += rowsAtOnce)
    await manager.insert(
      Escalation,
      raised
        .slice(i, i + rowsAtOnce)
        .map(({ task, unitId, due }) => ({ id: newId(), taskId: task.id, unitId, due, level, day })),
    );
}
