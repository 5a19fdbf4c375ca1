// Who is overdue with what and for how long, and what that raises: the leader, 黄牌, 红牌. Pure.
import { type CivilDate } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';
import { type Escalation, type EscalationLevel } from '../database/entities/reminder';
import { worstFirst } from '../tasks/task-line';
import { type TaskOutline } from '../tasks/task-outlines';
import { dutyOn } from '../tasks/task-state';
import { type Members, owingParties } from './owing-parties';
import { type RulesOf } from './rules';

/** A unit that still owes a task whose date is over. */
export interface Overdue {
  task: TaskOutline;
  due: CivilDate;
  unitId: string;
  unit: string;
  /** Workdays since the due date, today included. */
  overdueBy: number;
}

interface Day {
  at: CivilDate;
  calendar: WorkCalendar;
  rules: RulesOf;
}

/**
 * Everything overdue on a day, oldest first. As on the ladder only 申请办结, a support unit's part done or an extension frees a unit.
 * Source: product description §6
 */
export function overdueOn(tasks: TaskOutline[], { at, calendar, rules }: Day, members: Members): Overdue[] {
  const workdaysSince = new Map<CivilDate, number>();
  return [...tasks].sort(worstFirst).flatMap(task => {
    const duty = dutyOn(task, at, calendar);
    if (!duty?.overdue) return [];
    const { due } = duty;
    let overdueBy = workdaysSince.get(due);
    if (overdueBy === undefined) workdaysSince.set(due, (overdueBy = calendar.workdaysBetween(due, at)));
    const by = overdueBy;
    return owingParties(task, rules(task.listId).owing, members)
      .filter(party => !(party.role === 'support' && party.done))
      .map(({ unitId, unitName }) => ({ task, due, unitId, unit: unitName, overdueBy: by }));
  });
}

export type RaisedBefore = ReadonlySet<string>;

/** How a raised one is known: the same task and unit are raised again only for another date. */
export function raisedKey({ taskId, unitId, due, level }: Pick<Escalation, 'taskId' | 'unitId' | 'due' | 'level'>): string {
  return `${taskId} ${unitId} ${due} ${level}`;
} // prettier-ignore

/** What has come to a level and was not raised to it yet. */
export function toRaise(overdue: Overdue[], level: EscalationLevel, rules: RulesOf, before: RaisedBefore): Overdue[] {
  return overdue.filter(one => {
    if (!hasCome(one, level, rules)) return false;
    return !before.has(raisedKey({ taskId: one.task.id, unitId: one.unitId, due: one.due, level }));
  });
}

/** All that is at a level or beyond, raised or not. */
export function hasCome({ task, overdueBy }: Overdue, level: EscalationLevel, rules: RulesOf): boolean {
  const after = rules(task.listId).raisedAfter[level];
  return after > 0 && overdueBy >= after;
}

/** By unit, in the order of their worst. */
export function byUnit(overdue: Overdue[]): { unitId: string; unit: string; overdue: Overdue[] }[] {
  const units = new Map<string, { unitId: string; unit: string; overdue: Overdue[] }>();
  for (const one of overdue) {
    const known = units.get(one.unitId);
    if (known) known.overdue.push(one);
    else units.set(one.unitId, { unitId: one.unitId, unit: one.unit, overdue: [one] });
  }
  return [...units.values()];
}
