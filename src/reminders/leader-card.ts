// What leaders are told: that their unit is overdue, once for each task; and on the week's first workday how their unit stands.
import { type EntityManager } from 'typeorm';
import { addDays, type CivilDate, mondayOf } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';
import { type ReminderReply } from '../rendering/reminder-reply';
import { dayWithWeekday } from '../rendering/wording';
import { findTasks } from '../tasks/task-queries';
import { findOverdue } from './escalations';
import { byUnit, type Overdue, toRaise } from './overdue';
import { findPeople } from './recipients';
import { linesFor, shownOf } from './shown-tasks';
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
  const view = { ...day, severalLists };
  const units = byUnit(toRaise(overdue, 'leader', rules, before));
  const leaders = await findPeople(manager, 'leader', day.at);
  const reached = new Set(
    leaders.filter(({ staffId }) => staffId !== null).flatMap(({ units: own }) => own.map(({ id }) => id)),
  );
  const messages: PersonalMessage[] = [];
  for (const { staffId, name, units: led } of leaders) {
    const own = units.filter(({ unitId }) => led.some(({ id }) => id === unitId));
    if (staffId === null || own.length === 0) continue;
    const tasks = own.map(unit => unit.overdue.slice(0, tasksOfUnit).map(({ task }) => task));
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
  const view = { ...day, severalLists };
  let reach = day.at;
  for (let i = 0; i <= countedWorkdays; i++) reach = day.calendar.after(reach);
  const tasks = await findTasks(manager, { states: ['active'], due: { start: null, end: reach } });
  const counts = countByUnit(tasks, members, day);
  const sunday = addDays(mondayOf(day.at), 6);
  const late = byUnit(overdue);
  const messages: PersonalMessage[] = [];
  for (const { staffId, name, units: led } of leaders) {
    const units = led.flatMap(({ id: unitId, name: unit }) => {
      const count = counts(unitId, null);
      const own = late.find(unit => unit.unitId === unitId);
      const named = tasks.filter(task =>
        task.parties.some(party => party.unitId === unitId && party.collectiveId === ''),
      );
      const thisWeek = named.filter(task => task.due !== null && task.due >= day.at && task.due <= sunday);
      const shown = [...(own?.overdue.map(({ task }) => task) ?? []), ...thisWeek].slice(0, tasksOfUnit);
      if (count.overdue + count.dueThisWeek + count.dueWithin15 === 0) return [];
      return [{ unitId, unit, count, shown, more: (own?.overdue.length ?? 0) + thisWeek.length - shown.length }];
    });
    if (staffId === null || units.length === 0) continue;
    messages.push({
      staffId,
      name,
      reply: {
        template: 'leader_week',
        date: dayWithWeekday(day.at),
        units: units.map(({ unitId, unit, count, shown, more }) => ({
          unit,
          ...count,
          tasks: linesFor(unitId, shown, view),
          more,
        })),
      },
      shown: shownOf(units.flatMap(({ shown }) => shown)),
    });
  }
  return messages;
}
