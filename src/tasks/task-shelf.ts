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
 * Changes with which tasks fit a filter and with whatever is shown of them: a task's version grows with every write to it, to its
 * parties and to its difficulties. A section or measure of another title is another one. Names of units are the directory's.
 */
async function markOf(manager: EntityManager, filter: TaskFilter): Promise<string> {
  const { where, values } = conditionsOf(filter);
  const bySection = filter.sectionPosition !== undefined || filter.keyword !== undefined;
  const byMeasure = filter.measureNo !== undefined || filter.keyword !== undefined;
  const [row] = await readRowsOnce(
    manager,
    `SELECT COUNT(*) AS tasks, (SELECT SUM(CRC32(CONCAT_WS('|', l.id, l.shortName))) FROM task_lists l) AS lists,
            SUM(CRC32(CONCAT_WS('|', t.id, t.version, t.state, COALESCE(t.extendedTo, t.due), t.sectionId, t.measureId))) AS versions
       FROM tasks t${bySection ? ' LEFT JOIN sections s ON s.id = t.sectionId' : ''}${byMeasure ? ' LEFT JOIN measures m ON m.id = t.measureId' : ''}
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
