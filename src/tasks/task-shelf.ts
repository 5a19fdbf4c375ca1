// Tasks as questions want them, held in memory by each process for itself and read anew when the tables say otherwise.
import { type EntityManager } from 'typeorm';
import { readRowsOnce } from '../database/statement';
import { type DirectoryView } from '../directory/unit-directory';
import { conditionsOf, findTasks, type TaskFilter, type TaskView } from './task-queries';

/** All together; a district's list has about a hundred. */
const maxTasksHeld = 20_000;

interface Held {
  mark: string;
  directory: DirectoryView;
  tasks: TaskView[];
}

/**
 * Changes with which tasks fit a filter and with whatever is shown of them: a task's version grows with every write to it and
 * to its parties, difficulties are closed without one, a new list brings titles. Names of units are the directory's.
 */
async function markOf(manager: EntityManager, filter: TaskFilter): Promise<string> {
  const { where, values } = conditionsOf(filter);
  const sum = (columns: string): string => `COALESCE(SUM(CRC32(CONCAT_WS('|', ${columns}))), 0)`;
  const [row] = await readRowsOnce(
    manager,
    `SELECT COUNT(*) AS tasks, ${sum('t.id, t.version, t.state, t.itemNo, COALESCE(t.extendedTo, t.due)')} AS versions,
            (SELECT ${sum('b.id')} FROM blockers b WHERE b.status = 'open') AS blockers,
            (SELECT ${sum('l.id, l.shortName, l.importedAt')} FROM task_lists l) AS lists,
            (SELECT ${sum('c.id, c.title')} FROM sections c) AS sections,
            (SELECT ${sum('d.id, d.title')} FROM measures d) AS measures
       FROM tasks t${filter.sectionPosition === undefined && filter.keyword === undefined ? '' : ' LEFT JOIN sections s ON s.id = t.sectionId'}
       ${filter.measureNo === undefined && filter.keyword === undefined ? '' : ' LEFT JOIN measures m ON m.id = t.measureId'}
      WHERE ${where.length > 0 ? where.join(' AND ') : '1 = 1'}`,
    values,
  );
  return JSON.stringify(row);
}

export class TaskShelf {
  /** By filter, the one wanted last at the end. */
  private readonly held = new Map<string, Held>();
  private count = 0;

  /**
   * As findTasks; what comes back is shared and not to be changed.
   * @param manager - that has written nothing itself: what is not committed must not be kept
   */
  async find(manager: EntityManager, filter: TaskFilter, directory: DirectoryView): Promise<TaskView[]> {
    const key = JSON.stringify(filter);
    const mark = await markOf(manager, filter);
    const known = this.held.get(key);
    this.forget(key);
    if (known?.mark === mark && known.directory === directory) return this.keep(key, known);
    return this.keep(key, { mark, directory, tasks: await findTasks(manager, filter) });
  }

  private keep(key: string, held: Held): TaskView[] {
    this.forget(key);
    this.held.set(key, held);
    this.count += held.tasks.length;
    for (const old of this.held.keys()) {
      if (this.count <= maxTasksHeld) break;
      this.forget(old);
    }
    return [...held.tasks];
  }

  private forget(key: string): void {
    this.count -= this.held.get(key)?.tasks.length ?? 0;
    this.held.delete(key);
  }
}
