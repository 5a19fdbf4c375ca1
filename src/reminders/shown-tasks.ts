// Tasks as a unit's card shows them, and what a quote of such a card means. Pure.
import { type CivilDate } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';
import { type TaskLine } from '../rendering/task-line';
import { taskLine } from '../tasks/task-line';
import { type TaskView } from '../tasks/task-queries';

export interface UnitView {
  at: CivilDate;
  calendar: WorkCalendar;
  /** With several lists every task says of which one it is. */
  severalLists: boolean;
}

export function linesFor(unitId: string, tasks: TaskView[], { at, calendar, severalLists }: UnitView): TaskLine[] {
  return tasks.map(task => {
    const line = taskLine(task, { today: at, calendar, unit: { id: unitId, collectiveIds: [] }, showProgress: true });
    return severalLists ? { ...line, short: `〔${task.listName}〕${line.short}` } : line;
  });
}

/** The tasks of one list by their numbers; null when they are of several, because then a number says too little. */
export function shownOf(tasks: TaskView[]): { listId: string; itemNos: number[] } | null {
  const [first] = tasks;
  if (!first || tasks.some(task => task.listId !== first.listId)) return null;
  return { listId: first.listId, itemNos: [...new Set(tasks.map(task => task.itemNo))] };
}
