// What each unit owes on a morning: the ladder applied to the parts that units have in tasks. Pure.
import { type CivilDate } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';
import { worstFirst } from '../tasks/task-line';
import { type TaskOutline } from '../tasks/task-outlines';
import { type Duty, dutyOn } from '../tasks/task-state';
import { type FormerCalendar, owesAt, type Rung, stepOn, type Step } from './ladder';
import { type Members, owingParties } from './owing-parties';
import { asUsual, type RulesOf } from './rules';

/** The morning that is planned. */
export interface Morning {
  at: CivilDate;
  calendar: WorkCalendar;
  /** The last morning that ran, when later ones were missed; null = none was missed. */
  missedSince: CivilDate | null;
  /** The calendar of the last morning, where workdays were decided anew since. */
  former?: FormerCalendar | null;
  /** As usual, unless given. */
  rules?: RulesOf;
  /** The month's quota is nearly used up: only rungs 1, 0 and overdue. */
  urgentOnly?: boolean;
}

export interface OwedTask {
  task: TaskOutline;
  rung: Rung;
}

/** All that one unit owes, worst first; never empty. */
export interface UnitOwed {
  unitId: string;
  unit: string;
  owed: OwedTask[];
}

/** Since when a task's reminders are to be made good (null = only today's); null = it is put off (put-off.ts). */
export type SinceOf = (task: TaskOutline) => { since: CivilDate | null } | null;

/** The step of each due date, worked out once for all the tasks that share it and the rules of its list. */
export function stepsOf(morning: Morning): (task: TaskOutline, due: CivilDate, since: CivilDate | null) => Step | null {
  const rules = morning.rules ?? asUsual;
  const known = new Map<unknown, Map<string, Step | null>>();
  return (task, due, since) => {
    const { ladder } = rules(task.listId);
    let ofLadder = known.get(ladder);
    if (!ofLadder) known.set(ladder, (ofLadder = new Map<string, Step | null>()));
    const key = since === null ? due : `${due} ${since}`;
    let step = ofLadder.get(key);
    if (step === undefined)
      ofLadder.set(key, (step = stepOn(due, morning.at, morning.calendar, since, ladder, morning.former ?? null)));
    return step;
  };
}

/** The duty of each task on that morning, worked out once for all the tasks that share their facts. */
export function dutiesOf({ at, calendar }: Pick<Morning, 'at' | 'calendar'>): (task: TaskOutline) => Duty | null {
  const known = new Map<string, Duty | null>();
  return task => {
    const facts = `${task.state} ${task.due ?? ''} ${task.longTerm ? 1 : 0}`;
    let duty = known.get(facts);
    if (duty === undefined) known.set(facts, (duty = dutyOn(task, at, calendar)));
    return duty;
  };
}

function isUrgent(rung: Rung): boolean {
  return rung === 'overdue' || rung <= 1;
}

/**
 * What is owed, by unit id; who owes at all is for the list's rules to say (owing-parties.ts).
 * Source: product description §6, "Who owes"
 */
export function owedByUnit(
  tasks: TaskOutline[],
  morning: Morning,
  members: Members,
  sinceOf: SinceOf = () => ({ since: morning.missedSince }),
): Map<string, UnitOwed> {
  const rules = morning.rules ?? asUsual;
  const stepFor = stepsOf(morning);
  const dutyFor = dutiesOf(morning);
  const units = new Map<string, UnitOwed>();
  for (const task of [...tasks].sort(worstFirst)) {
    const duty = dutyFor(task);
    const open = duty && sinceOf(task);
    const step = duty && open ? stepFor(task, duty.due, open.since) : null;
    if (!step || (morning.urgentOnly && !isUrgent(step.rung))) continue;
    for (const party of owingParties(task, rules(task.listId).owing, members)) {
      if (!owesAt(step, party)) continue;
      const unit = units.get(party.unitId);
      const owed = { task, rung: step.rung };
      if (unit) unit.owed.push(owed);
      else units.set(party.unitId, { unitId: party.unitId, unit: party.unitName, owed: [owed] });
    }
  }
  return units;
}

/** What a unit owes on one list only; null when that is nothing. A null list means all of them. */
export function onList(unit: UnitOwed, listId: string | null): UnitOwed | null {
  if (listId === null) return unit;
  const owed = unit.owed.filter(({ task }) => task.listId === listId);
  return owed.length > 0 ? { ...unit, owed } : null;
}

function overdueCount({ owed }: UnitOwed): number {
  return owed.filter(({ rung }) => rung === 'overdue').length;
}

/** Units for a card of many: most overdue first, then the nearest due date, then who owes most, then by name. */
export function worstUnitFirst(a: UnitOwed, b: UnitOwed): number {
  const dueA = a.owed[0]?.task.due ?? '';
  const dueB = b.owed[0]?.task.due ?? '';
  return (
    overdueCount(b) - overdueCount(a) ||
    (dueA < dueB ? -1 : dueA > dueB ? 1 : 0) ||
    b.owed.length - a.owed.length ||
    (a.unit < b.unit ? -1 : 1)
  );
}

/** One line of what programs read: everything a unit owes for one due date and rung. */
export interface OwedEntry {
  unit: string;
  /** The list's short name; only where there are several lists, because then a number alone says too little. */
  list?: string;
  due: CivilDate;
  rung: Rung;
  /** 序号, ascending. */
  tasks: number[];
}

/** A unit's debts as entries, by due date. */
export function entriesOf(unit: UnitOwed, severalLists: boolean): OwedEntry[] {
  const entries = new Map<string, OwedEntry>();
  for (const { task, rung } of unit.owed) {
    const due = task.due ?? '';
    const key = severalLists ? `${due} ${task.listId}` : due;
    const entry = entries.get(key);
    if (entry) entry.tasks.push(task.itemNo);
    else
      entries.set(key, {
        unit: unit.unit,
        ...(severalLists ? { list: task.listName } : {}),
        due,
        rung,
        tasks: [task.itemNo],
      });
  }
  for (const entry of entries.values()) entry.tasks.sort((a, b) => a - b);
  return [...entries.values()];
}
