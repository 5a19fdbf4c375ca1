// Standing tasks (长期推进): asked about once in each period, on its last workday. Pure.
import { civilDateOf, type CivilDate } from '../calendar/civil-date';
import { type TaskOutline } from '../tasks/task-outlines';
import { type Morning, type SinceOf } from './owed-tasks';
import { type Members, owingParties } from './owing-parties';
import { type Period, periodOf, type Rhythm } from './periods';
import { asUsual, type Rules } from './rules';

/** What a unit is asked about for one period; never empty. */
export interface UnitStanding {
  unitId: string;
  unit: string;
  period: Period;
  tasks: TaskOutline[];
}

/** True for a task without a date of its own to keep: its milestone is accepted, or it never had one. */
export function isStanding(task: TaskOutline): boolean {
  if (task.state === 'ongoing') return true;
  return task.state === 'active' && task.due === null && (task.longTerm || task.recurring !== null);
}

/** The rhythm a deadline names goes before the list's. */
function rhythmOf(task: TaskOutline, rules: Rules): Rhythm {
  return task.recurring ?? rules.longTerm;
}

/** The period that is asked about on a morning: the one whose last workday it is, or that of a missed morning. */
export function periodAskedOn(
  rhythm: Rhythm,
  { at, calendar }: Pick<Morning, 'at' | 'calendar'>,
  since: CivilDate | null,
): Period | null {
  if (!calendar.isWorkday(at)) return null;
  for (let morning = at; morning === at || (since !== null && morning > since); morning = calendar.before(morning)) {
    const period = periodOf(rhythm, morning);
    if (period && calendar.onOrBefore(period.end) === morning) return period;
  }
  return null;
}

/** periodAskedOn, worked out once for all the tasks that share a rhythm. */
function periodsAsked(morning: Morning): (rhythm: Rhythm, since: CivilDate | null) => Period | null {
  const known = new Map<string, Period | null>();
  return (rhythm, since) => {
    const key = `${JSON.stringify(rhythm)} ${since ?? ''}`;
    let period = known.get(key);
    if (period === undefined) known.set(key, (period = periodAskedOn(rhythm, morning, since)));
    return period;
  };
}

/**
 * What is asked about standing tasks, by unit id; a unit that has reported in the period is asked nothing.
 * Source: product description §2 (长期推进) and §6
 */
export function standingByUnit(
  tasks: TaskOutline[],
  morning: Morning,
  members: Members,
  sinceOf: SinceOf = () => ({ since: morning.missedSince }),
): Map<string, UnitStanding[]> {
  const rules = morning.rules ?? asUsual;
  const askedOn = periodsAsked(morning);
  const units = new Map<string, UnitStanding[]>();
  for (const task of tasks) {
    if (!isStanding(task)) continue;
    const open = sinceOf(task);
    const own = rules(task.listId);
    const period = open && askedOn(rhythmOf(task, own), open.since);
    if (!period) continue;
    for (const party of owingParties(task, own.owing, members)) {
      const finished = task.state === 'active' && party.role === 'support' && party.done;
      if (finished || (party.lastReportedAt !== null && civilDateOf(party.lastReportedAt) >= period.start)) continue;
      const asked = units.get(party.unitId) ?? [];
      const same = asked.find(one => one.period.start === period.start && one.period.end === period.end);
      if (same) same.tasks.push(task);
      else asked.push({ unitId: party.unitId, unit: party.unitName, period, tasks: [task] });
      units.set(party.unitId, asked);
    }
  }
  return units;
}

/** What a unit is asked about on one list only; null when that is nothing. A null list means all of them. */
export function standingOnList(one: UnitStanding, listId: string | null): UnitStanding | null {
  if (listId === null) return one;
  const tasks = one.tasks.filter(task => task.listId === listId);
  return tasks.length > 0 ? { ...one, tasks } : null;
}

/** What programs read: everything a unit is asked about for one period. */
export interface StandingEntry {
  unit: string;
  /** The list's short name; only where there are several. */
  list?: string;
  /** The period's last day. */
  due: CivilDate;
  /** 序号, ascending. */
  tasks: number[];
}

export function standingEntries({ unit, period, tasks }: UnitStanding, severalLists: boolean): StandingEntry[] {
  const byList = new Map<string, number[]>();
  for (const task of tasks) {
    const list = severalLists ? task.listName : '';
    byList.set(list, [...(byList.get(list) ?? []), task.itemNo]);
  }
  return [...byList].map(([list, nos]) => ({
    unit,
    ...(severalLists ? { list } : {}),
    due: period.end,
    tasks: nos.sort((a, b) => a - b),
  }));
}
