// The morning card as a Reply: units worst first, a few tasks of each, and the names of the rest. Pure.
import { type CivilDate } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';
import { type Reply, type TaskLine } from '../rendering/reply';
import { dayWithWeekday } from '../rendering/wording';
import { taskLine } from '../tasks/task-line';
import { type TaskView } from '../tasks/task-queries';
import { type UnitOwed } from './owed-tasks';
import { type UnitCounts } from './unit-counts';

const tasksOfFewUnits = 5;
const fewUnits = 2;
const tasksOfManyUnits = 2;
const maxUnits = 8;
const maxFurtherNames = 80;

export interface CardView {
  at: CivilDate;
  calendar: WorkCalendar;
  /** The lists the card is about, as it names them. */
  lists: string;
  /** With several lists every task says of which one it is. */
  severalLists: boolean;
  countsOf: (unitId: string) => UnitCounts;
}

export interface MorningCard {
  reply: Extract<Reply, { template: 'morning_card' }>;
  /** The tasks on it, as a quote of it means them; null when they are of several lists. */
  shown: { listId: string; itemNos: number[] } | null;
}

/**
 * Lays out a card.
 * @param units - what they owe, in the order to show; at least one
 */
export function morningCard(units: UnitOwed[], view: CardView): MorningCard {
  const perUnit = units.length <= fewUnits ? tasksOfFewUnits : tasksOfManyUnits;
  const onCard = units.slice(0, maxUnits);
  const further = units.slice(maxUnits).map(({ unit }) => unit);
  const shown = onCard.map(unit => ({ unit, tasks: unit.owed.slice(0, perUnit).map(({ task }) => task) }));
  const tasks = shown.flatMap(part => part.tasks);
  const furthest = units.flatMap(({ owed }) => owed.map(({ task }) => task.due ?? '')).sort().at(-1) ?? view.at; // prettier-ignore
  return {
    reply: {
      template: 'morning_card',
      date: dayWithWeekday(view.at),
      list: view.lists,
      units: shown.map(({ unit, tasks: few }) => ({
        unit: unit.unit,
        ...view.countsOf(unit.unitId),
        tasks: few.map(task => lineOf(task, unit.unitId, view)),
        more: unit.owed.length - few.length,
      })),
      otherUnits:
        further.length <= maxFurtherNames
          ? further
          : [...further.slice(0, maxFurtherNames), `等${further.length}个单位`],
      exampleNo: tasks[0]?.itemNo ?? null,
      warning: warningAbout(view.calendar.unknownYears(view.at, furthest)),
    },
    shown: shownOf(tasks),
  };
}

function lineOf(task: TaskView, unitId: string, view: CardView): TaskLine {
  const line = taskLine(task, {
    today: view.at,
    calendar: view.calendar,
    unit: { id: unitId, collectiveIds: [] },
    showProgress: true,
  });
  return view.severalLists ? { ...line, short: `〔${task.listName}〕${line.short}` } : line;
}

function shownOf(tasks: TaskView[]): MorningCard['shown'] {
  const [first] = tasks;
  if (!first || tasks.some(task => task.listId !== first.listId)) return null;
  return { listId: first.listId, itemNos: [...new Set(tasks.map(task => task.itemNo))] };
}

/** Nobody may pretend to know the workdays of a year whose holidays are not entered. */
function warningAbout(unknownYears: number[]): string | null {
  return unknownYears.length > 0 ? `${unknownYears.join('、')}年节假日安排尚未录入，工作日按周一至周五推算` : null;
}
