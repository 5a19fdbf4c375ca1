// What leaders are told: that their unit is overdue, once for each task; and on the week's first workday how their unit stands.
import { type EntityManager } from 'typeorm';
import { addDays, type CivilDate, mondayOf } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';
import { type ReminderReply } from '../rendering/reminder-reply';
import { dayWithWeekday } from '../rendering/wording';
import { findOutlines, type TaskOutline } from '../tasks/task-outlines';
import { namedParties } from '../tasks/task-queries';
import { findOverdue } from './escalations';
import { byUnit, type Overdue, toRaise } from './overdue';
import { findPeople } from './recipients';
import { findInFull, linesFor, shownOf } from './shown-tasks';
import { countByUnit, countedWorkdays } from './unit-counts';

/** Something for one person, in a private chat. */
export interface PersonalMessage {
  staffId: string;
  /** For people to read. */
  name: string;
  reply: ReminderReply;
  shown: { listId: string; itemNos: number[] } | null;
}

interface Day {
  at: CivilDate;
  calendar: WorkCalendar;
}

const tasksOfUnit = 5;

/**
 * The cards for leaders whose unit has become overdue and who were not told on an earlier day, and which debts they tell of.
 * `unheard`: the units without a leader who can be reached, for the office.
 * Source: product description §6, "Escalation"
 */
export async function planLeaderCards(
  manager: EntityManager,
  day: Day,
): Promise<{ messages: PersonalMessage[]; raised: Overdue[]; unheard: string[] }> {
  const { overdue, rules, raised: before, severalLists } = await findOverdue(manager, day);
  const units = byUnit(toRaise(overdue, 'leader', rules, before));
  const shownOfUnit = (unit: { overdue: Overdue[] }): TaskOutline[] =>
    unit.overdue.slice(0, tasksOfUnit).map(({ task }) => task);
  const view = { ...day, severalLists, inFull: await findInFull(manager, units.flatMap(shownOfUnit)) };
  const leaders = await findPeople(manager, 'leader', day.at);
  const reached = new Set(
    leaders.filter(({ staffId }) => staffId !== null).flatMap(({ units: own }) => own.map(({ id }) => id)),
  );
  const messages: PersonalMessage[] = [];
  for (const { staffId, name, units: led } of leaders) {
    const own = units.filter(({ unitId }) => led.some(({ id }) => id === unitId));
    if (staffId === null || own.length === 0) continue;
    const tasks = own.map(shownOfUnit);
    messages.push({
      staffId,
      name,
      reply: {
        template: 'leader_overdue',
        date: dayWithWeekday(day.at),
        units: own.map((unit, i) => ({
          unit: unit.unit,
          tasks: linesFor(unit.unitId, tasks[i] ?? [], view),
          more: unit.overdue.length - (tasks[i]?.length ?? 0),
        })),
      },
      shown: shownOf(tasks.flat()),
    });
  }
  return {
    messages,
    raised: units.flatMap(unit => unit.overdue),
    unheard: units.filter(({ unitId }) => !reached.has(unitId)).map(({ unit }) => unit),
  };
}

/** A leader's week: what is overdue and what is due; nothing for a unit without either. */
export async function planLeaderWeek(manager: EntityManager, day: Day): Promise<PersonalMessage[]> {
  const leaders = (await findPeople(manager, 'leader', day.at)).filter(({ staffId }) => staffId !== null);
  if (leaders.length === 0) return [];
  const { overdue, members, severalLists } = await findOverdue(manager, day);
  let reach = day.at;
  for (let i = 0; i <= countedWorkdays; i++) reach = day.calendar.after(reach);
  const tasks = await findOutlines(manager, { states: ['active'], dueUntil: reach });
  const counts = countByUnit(tasks, members, day);
  const sunday = addDays(mondayOf(day.at), 6);
  const dueThisWeek = byNamedUnit(tasks.filter(({ due }) => due !== null && due >= day.at && due <= sunday));
  const late = new Map(byUnit(overdue).map(unit => [unit.unitId, unit.overdue.map(({ task }) => task)]));
  const ofUnit = (unitId: string): TaskOutline[] => [...(late.get(unitId) ?? []), ...(dueThisWeek.get(unitId) ?? [])];
  const shownOfUnit = (unitId: string): TaskOutline[] => ofUnit(unitId).slice(0, tasksOfUnit);
  const ledIds = new Set(leaders.flatMap(({ units }) => units.map(({ id }) => id)));
  const view = { ...day, severalLists, inFull: await findInFull(manager, [...ledIds].flatMap(shownOfUnit)) };
  const messages: PersonalMessage[] = [];
  for (const { staffId, name, units: led } of leaders) {
    const units = led
      .map(({ id, name: unit }) => ({ id, unit, count: counts(id, null) }))
      .filter(({ count }) => count.overdue + count.dueThisWeek + count.dueWithin15 > 0);
    if (staffId === null || units.length === 0) continue;
    messages.push({
      staffId,
      name,
      reply: {
        template: 'leader_week',
        date: dayWithWeekday(day.at),
        units: units.map(({ id, unit, count }) => ({
          unit,
          ...count,
          tasks: linesFor(id, shownOfUnit(id), view),
          more: ofUnit(id).length - shownOfUnit(id).length,
        })),
      },
      shown: shownOf(units.flatMap(({ id }) => shownOfUnit(id))),
    });
  }
  return messages;
}

/** Tasks by the units their list names. */
function byNamedUnit(tasks: TaskOutline[]): Map<string, TaskOutline[]> {
  const units = new Map<string, TaskOutline[]>();
  for (const task of tasks)
    for (const { unitId } of namedParties(task)) {
      const known = units.get(unitId);
      if (known) known.push(task);
      else units.set(unitId, [task]);
    }
  return units;
}
