// Tasks as a unit's card shows them, and what a quote of such a card means. Only what is shown is read in full.
import { type EntityManager } from 'typeorm';
import { type CivilDate } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';
import { type TaskLine } from '../rendering/task-line';
import { taskLine } from '../tasks/task-line';
import { findTasks, type TaskView } from '../tasks/task-queries';

export interface UnitView {
  at: CivilDate;
  calendar: WorkCalendar;
  /** With several lists every task says of which one it is. */
  severalLists: boolean;
  /** Tasks in full, by id. */
  inFull: ReadonlyMap<string, TaskView>;
}

type Known = Pick<TaskView, 'id' | 'listId' | 'itemNo'>;

export function linesFor(unitId: string, tasks: readonly Known[], view: UnitView): TaskLine[] {
  const { at, calendar, severalLists, inFull } = view;
  return tasks.flatMap(({ id }) => {
    const task = inFull.get(id);
    if (!task) return [];
    const line = taskLine(task, { today: at, calendar, unit: { id: unitId, collectiveIds: [] }, showProgress: true });
    return [severalLists ? { ...line, short: `〔${task.listName}〕${line.short}` } : line];
  });
}

/** The tasks of one list by their numbers; null when they are of several, because then a number says too little. */
export function shownOf(tasks: readonly Known[]): { listId: string; itemNos: number[] } | null {
  const [first] = tasks;
  if (!first || tasks.some(task => task.listId !== first.listId)) return null;
  return { listId: first.listId, itemNos: [...new Set(tasks.map(task => task.itemNo))] };
}

const tasksAtOnce = 2000;

/** Reads tasks in full that are to be shown. */
export async function findInFull(manager: EntityManager, tasks: readonly Known[]): Promise<Map<string, TaskView>> {
  const ids = [...new Set(tasks.map(({ id }) => id))];
  const inFull = new Map<string, TaskView>();
  for (let i = 0; i < ids.length; i += tasksAtOnce)
    for (const task of await findTasks(manager, { ids: ids.slice(i, i + tasksAtOnce) })) inFull.set(task.id, task);
  return inFull;
}
