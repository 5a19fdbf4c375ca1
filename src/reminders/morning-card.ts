// The morning card as a Reply: units worst first, a few tasks of each, and the names of the rest. Pure.
import { type CardRest, type ReminderReply } from '../rendering/reminder-reply';
import { renderReply } from '../rendering/render';
import { dayWithWeekday } from '../rendering/wording';
import { type TaskOutline } from '../tasks/task-outlines';
import { namedParties } from '../tasks/task-queries';
import { type UnitOwed } from './owed-tasks';
import { periodName } from './periods';
import { linesFor, shownOf, type UnitView } from './shown-tasks';
import { type UnitStanding } from './standing-tasks';
import { type UnitCounts } from './unit-counts';

const tasksOfFewUnits = 5;
const fewUnits = 2;
const tasksOfManyUnits = 2;
/** Units with their tasks, and names of further ones: as many as the platform takes in one message. */
const sizes = [
  { units: 8, names: 80 },
  { units: 6, names: 40 },
  { units: 4, names: 20 },
  { units: 2, names: 10 },
  { units: 1, names: 0 },
];
/** The platform takes 15,000 bytes; the rest is for title, buttons and what JSON adds. */
const maxBytes = 10_500;
const maxRest = 300;

export interface CardView extends UnitView {
  /** The lists the card is about, as it names them. */
  lists: string;
  /** There are several lists, and nothing says which is meant where the card goes: its numbers need their list's name. */
  namesLists: boolean;
  /** Whoever reads the card may put it off: not in a group of many units. */
  snooze: boolean;
  countsOf: (unitId: string) => UnitCounts;
}

type CardReply = Extract<ReminderReply, { template: 'morning_card' }>;

export interface MorningCard {
  reply: CardReply;
  /** The tasks on it, as a quote of it means them; null when they are of several lists. */
  shown: { listId: string; itemNos: number[] } | null;
}

/**
 * Lays out a card, as large as one message may be; what does not fit is kept for the next page.
 * @param units - what they owe, in the order to show
 * @param standing - what they are asked about standing tasks; with `units` at least one entry
 */
export function morningCard(units: UnitOwed[], standing: UnitStanding[], view: CardView): MorningCard {
  let card = layOut(units, standing, view, sizes[0] ?? { units: 1, names: 0 });
  for (const size of sizes.slice(1)) {
    if (isSurelySmall(card.reply) || Buffer.byteLength(JSON.stringify(renderReply(card.reply).markdown)) <= maxBytes)
      break;
    card = layOut(units, standing, view, size);
  }
  return card;
}

/** Most cards are: then nobody needs to render one to see that it fits. */
function isSurelySmall({ units, otherUnits, standing, standingUnits }: CardReply): boolean {
  return Buffer.byteLength(JSON.stringify([units, otherUnits, standing, standingUnits])) < maxBytes / 2;
}

/** The tasks that a card of these can show at most: what must be read in full before it is laid out. */
export function tasksToShow(units: UnitOwed[], standing: UnitStanding[]): TaskOutline[] {
  const perUnit = tasksPerUnit(units, standing);
  return [
    ...units.slice(0, sizes[0]?.units).flatMap(({ owed }) => owed.slice(0, perUnit).map(({ task }) => task)),
    ...(perUnit === tasksOfFewUnits ? standing.flatMap(({ tasks }) => tasks.slice(0, perUnit)) : []),
  ];
}

function tasksPerUnit(units: UnitOwed[], standing: UnitStanding[]): number {
  const count = new Set([...units, ...standing].map(({ unitId }) => unitId)).size;
  return count <= fewUnits ? tasksOfFewUnits : tasksOfManyUnits;
}

function layOut(
  units: UnitOwed[],
  standing: UnitStanding[],
  view: CardView,
  size: { units: number; names: number },
): MorningCard {
  const perUnit = tasksPerUnit(units, standing);
  const few = perUnit === tasksOfFewUnits;
  const shown = units.slice(0, size.units).map(unit => ({ unit, tasks: unit.owed.slice(0, perUnit).map(({ task }) => task) }));
  const shownStanding = few ? standing.map(one => ({ ...one, shown: one.tasks.slice(0, perUnit) })) : [];
  const tasks = [...shown, ...shownStanding.map(one => ({ tasks: one.shown }))].flatMap(part => part.tasks);
  // Workdays are counted from the earliest of these days to the last: those left, and those overdue.
  const days = [view.at, ...units.flatMap(({ owed }) => owed.flatMap(({ task }) => task.due ?? []))].sort();
  return {
    reply: {
      template: 'morning_card',
      date: dayWithWeekday(view.at),
      list: view.lists,
      units: shown.map(({ unit, tasks: some }) => ({
        unit: unit.unit,
        ...view.countsOf(unit.unitId),
        tasks: linesFor(unit.unitId, some, view),
        more: unit.owed.length - some.length,
      })),
      otherUnits: shortened(units.slice(size.units).map(({ unit }) => unit), size.names),
      standing: shownStanding.map(one => ({
        unit: one.unit,
        period: periodName(one.period),
        tasks: linesFor(one.unitId, one.shown, view),
        more: one.tasks.length - one.shown.length,
      })),
      standingUnits: few ? [] : shortened(standing.map(({ unit, tasks: all }) => `${unit}${all.length}项`), size.names),
      rest: restOf(units, shown.map(part => part.tasks.length)),
      exampleNo: tasks[0]?.itemNo ?? null,
      exampleList: view.namesLists ? beforeNumber(tasks[0]?.listName ?? '') : '',
      only: onlyTask(units, standing),
      asks: asksOf(units),
      snooze: view.snooze,
      warning: warningAbout(view.calendar.unknownYears(days[0] ?? view.at, days.at(-1) ?? view.at)),
    },
    shown: shownOf(tasks),
  };
} // prettier-ignore

/** What is owed and not shown, by unit and list, in the order of the card. @param shown - how many of each unit are */
function restOf(units: UnitOwed[], shown: number[]): CardRest[] {
  const rest = units.flatMap(({ unitId, unit, owed }, i) => {
    const byList = new Map<string, number[]>();
    for (const { task } of owed.slice(shown[i] ?? 0))
      byList.set(task.listId, [...(byList.get(task.listId) ?? []), task.itemNo]);
    return [...byList].map(([listId, nos]) => ({ unitId, unit, listId, nos }));
  });
  return rest.slice(0, maxRest);
}

/** A list's name as it may stand before a number: one with a figure in it ("清单2") cannot. */
const beforeNumber = (listName: string): string => (/\p{N}/u.test(listName) ? '' : listName);

function shortened(names: string[], most: number): string[] {
  return names.length <= most ? names : [...names.slice(0, most), `等${names.length}个单位`];
}

/** The task of a card that is about one unit and one dated task only: then its buttons can act on it. */
function onlyTask(units: UnitOwed[], standing: UnitStanding[]): CardReply['only'] {
  const [unit] = units;
  const [owed] = unit?.owed ?? [];
  if (!unit || !owed || units.length > 1 || unit.owed.length > 1 || standing.length > 0) return null;
  const leads = namedParties(owed.task).some(({ unitId, role }) => unitId === unit.unitId && role === 'lead');
  return { no: owed.task.itemNo, mayExtend: leads && owed.rung !== 'overdue' };
}

/** Of several tasks of one unit the buttons ask which is meant; more time is the lead's to ask for, before the day. */
function asksOf([unit, ...others]: UnitOwed[]): CardReply['asks'] {
  if (!unit || others.length > 0 || unit.owed.length < 2) return null;
  const mayExtend = unit.owed.some(
    ({ task, rung }) =>
      rung !== 'overdue' && namedParties(task).some(({ unitId, role }) => unitId === unit.unitId && role === 'lead'),
  );
  return { mayExtend };
}

/** Nobody may pretend to know the workdays of a year whose holidays are not entered. */
function warningAbout(unknownYears: number[]): string | null {
  return unknownYears.length > 0 ? `${unknownYears.join('、')}年节假日安排尚未录入，工作日按周一至周五推算` : null;
}
