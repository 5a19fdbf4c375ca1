// planReminders: which morning cards go out on a day, to whom, and what stands on them. Reads only.
import { type EntityManager } from 'typeorm';
import { addDays, type CivilDate, weekdayOf } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';
import { TaskList } from '../database/entities/task';
import { type Reply } from '../rendering/reply';
import { dayWithWeekday, dueName } from '../rendering/wording';
import { findTasks, namedParties, type TaskView } from '../tasks/task-queries';
import { explainTasks, type Explanation } from './explain';
import { usualLadder } from './ladder';
import { morningCard } from './morning-card';
import { entriesOf, onList, owedByUnit, type OwedEntry, type UnitOwed, worstUnitFirst } from './owed-tasks';
import { findGroups, findLiaisons, findMembers, type GroupRecipient, type Liaison } from './recipients';
import { countByUnit, countedWorkdays } from './unit-counts';

export interface CardRecipient {
  kind: 'group' | 'person';
  /** The group's conversation id, or the person's user id on the platform. */
  id: string;
  /** For people to read: the group's title or the person's name. */
  name: string;
}

export interface PlannedCard {
  to: CardRecipient;
  /** All that is owed; the card itself shows a few. */
  units: OwedEntry[];
  reply: Reply;
  /** The tasks the card shows; null where they are of several lists. */
  shown: { listId: string; itemNos: number[] } | null;
}

export interface MorningPlan {
  at: CivilDate;
  workday: boolean;
  cards: PlannedCard[];
  /** Groups that hear on a Monday that nothing is owed. */
  allClear: { to: CardRecipient; reply: Reply }[];
  /** Units that owe and have neither a group of their own nor a liaison who can be reached. */
  unreachable: { unit: string; reason: string }[];
  explain: Explanation[];
}

export interface PlanOptions {
  at: CivilDate;
  calendar: WorkCalendar;
  /** The last morning that ran, when later ones were missed altogether. */
  missedSince?: CivilDate | null;
  /** Also say why each task is or is not asked about. */
  explain?: boolean;
}

const monday = 1;

/**
 * Plans one morning: a card for each group and each liaison whose units owe something, at most one each.
 * The number of queries does not grow with units, tasks or recipients.
 *
 * @returns on a day that is no workday a plan without cards
 * Source: product description §6
 */
export async function planReminders(manager: EntityManager, options: PlanOptions): Promise<MorningPlan> {
  const { at, calendar } = options;
  const plan: MorningPlan = {
    at,
    workday: calendar.isWorkday(at),
    cards: [],
    allClear: [],
    unreachable: [],
    explain: [],
  };
  if (!plan.workday) return plan;
  const morning = { at, calendar, missedSince: options.missedSince ?? null };
  const lists = await manager.find(TaskList, { order: { importedAt: 'ASC', id: 'ASC' } });
  const saysAllClear = weekdayOf(at) === monday && lists.length > 0;
  const tasks = await findTasks(manager, {
    ...(options.explain ? {} : { states: ['active'] as const }),
    // What comes next is named in an all-clear only; on other days nothing beyond the ladder's reach is read.
    due: { start: null, end: saysAllClear ? null : lastDueInReach(at, calendar) },
  });
  const owed = owedByUnit(tasks, morning);
  const groups = await findGroups(manager);
  const liaisons = await findLiaisons(manager);
  const counts = countByUnit(tasks, await findMembers(manager), morning);
  const card = (to: CardRecipient, units: UnitOwed[], listId: string | null): PlannedCard => {
    const about = lists.filter(({ id }) => (listId === null ? units.some(unit => onList(unit, id)) : id === listId));
    const { reply, shown } = morningCard(units, {
      at,
      calendar,
      lists: about.length === 1 ? (about[0]?.title ?? '') : about.map(({ shortName }) => shortName).join('、'),
      severalLists: about.length > 1,
      countsOf: unitId => counts(unitId, listId),
    });
    return { to, units: units.flatMap(unit => entriesOf(unit, about.length > 1)), reply, shown };
  };
  for (const group of groups) {
    const to: CardRecipient = { kind: 'group', id: group.conversationId, name: group.title ?? group.conversationId };
    const units = unitsFor(group.unit ? [group.unit.id] : null, owed, group.listId);
    if (units.length > 0) plan.cards.push(card(to, units, group.listId));
    else if (saysAllClear) plan.allClear.push({ to, reply: allClear(at, group, tasks) });
  }
  for (const { staffId, name, unitIds } of liaisons) {
    const units = staffId === null ? [] : unitsFor(unitIds, owed, null);
    if (staffId !== null && units.length > 0) plan.cards.push(card({ kind: 'person', id: staffId, name }, units, null));
  }
  plan.unreachable = unreachableUnits([...owed.values()], groups, liaisons);
  if (options.explain) plan.explain = explainTasks(tasks, morning);
  return plan;
}

/** The last due date that can be on a rung or in a count: its action day is at most so many workdays away. */
function lastDueInReach(at: CivilDate, calendar: WorkCalendar): CivilDate {
  let day = at;
  for (let i = Math.max(countedWorkdays, ...usualLadder.rungs) + 1; i > 0; i--) day = calendar.after(day);
  return addDays(day, -1);
}

function unitsFor(unitIds: string[] | null, owed: ReadonlyMap<string, UnitOwed>, listId: string | null): UnitOwed[] {
  const units = unitIds === null ? [...owed.values()] : unitIds.map(id => owed.get(id));
  return units
    .map(unit => (unit ? onList(unit, listId) : null))
    .filter(unit => unit !== null)
    .sort(worstUnitFirst);
}

function allClear(at: CivilDate, group: GroupRecipient, tasks: TaskView[]): Reply {
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

function unreachableUnits(owed: UnitOwed[], groups: GroupRecipient[], liaisons: Liaison[]): MorningPlan['unreachable'] {
  const reached = new Set([
    ...groups.filter(group => group.unit !== null).map(group => group.unit?.id ?? ''),
    ...liaisons.filter(({ staffId }) => staffId !== null).flatMap(({ unitIds }) => unitIds),
  ]);
  const silent = new Map(liaisons.flatMap(({ name, unitIds }) => unitIds.map(unitId => [unitId, name] as const)));
  return owed
    .filter(({ unitId }) => !reached.has(unitId))
    .sort(worstUnitFirst)
    .map(({ unitId, unit }) => {
      const liaison = silent.get(unitId);
      return {
        unit,
        reason: `${liaison === undefined ? '没有联络员' : `联络员${liaison}没有登记钉钉账号`}，也没有绑定本单位的群`,
      };
    });
}
