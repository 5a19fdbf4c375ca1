// Lean reads of many tasks: what says who owes what and when, and nothing to be shown. A district's tasks fit into memory.
import { type EntityManager } from 'typeorm';
import { type CivilDate } from '../calendar/civil-date';
import { type Recurrence, type TaskState } from '../database/entities/task';

/** One unit's or collective's part, as far as duties go. */
export interface PartOutline {
  role: 'lead' | 'support';
  /** '' for a collective named in the list. */
  unitId: string;
  unitName: string;
  /** '' for a unit named in the list; both are set for a member that reported through its collective. */
  collectiveId: string;
  collectiveName: string;
  lastReportedAt: Date | null;
  done: boolean;
  /** Not named in the list: the office has said that this unit owes. */
  assigned: boolean;
}

export interface TaskOutline {
  id: string;
  listId: string;
  /** The list's short name. */
  listName: string;
  itemNo: number;
  /** The date that counts: an approved extension, else the one of the list. */
  due: CivilDate | null;
  longTerm: boolean;
  recurring: Recurrence | null;
  state: TaskState;
  parties: PartOutline[];
}

/** Tasks that name one of these units or collectives. */
export interface PartyFilter {
  unitIds: readonly string[];
  collectiveIds: readonly string[];
}

export interface OutlineFilter {
  parties?: PartyFilter;
  states?: readonly TaskState[];
  /** Due on this day or before; null = any day, or none. */
  dueUntil?: CivilDate | null;
  listIds?: readonly string[];
}

const tasksAtOnce = 2000;

interface TaskRow {
  id: string;
  listId: string;
  itemNo: number;
  due: CivilDate | null;
  longTerm: number;
  recurring: string | null;
  state: TaskState;
}

interface PartRow {
  taskId: string;
  role: 'lead' | 'support';
  unitId: string;
  collectiveId: string;
  lastReportedAt: Date | null;
  done: number;
  assigned: number;
}

/** Names by id; the ids' own strings are kept once and used by every row. */
type Named = ReadonlyMap<string, { id: string; name: string }>;

/** Outlines of the tasks that fit, in no order that means anything; parties as in the list, leads first. */
export async function findOutlines(manager: EntityManager, filter: OutlineFilter): Promise<TaskOutline[]> {
  const outlines: TaskOutline[] = [];
  if (filter.listIds?.length === 0 || filter.states?.length === 0) return outlines;
  const units = await findNames(manager, 'SELECT id, name FROM units');
  const collectives = await findNames(manager, 'SELECT id, name FROM collectives');
  const lists = await findNames(manager, 'SELECT id, shortName AS name FROM task_lists');
  const ids = await findIds(manager, filter);
  // The next ones are under way while these are made.
  const read = async (from: number): Promise<[Map<string, PartOutline[]>, TaskRow[]]> => {
    const some = ids.slice(from, from + tasksAtOnce);
    return Promise.all([findParts(manager, some, units, collectives), findRows(manager, some)]);
  };
  let following = ids.length > 0 ? read(0) : null;
  for (let from = tasksAtOnce; following; from += tasksAtOnce) {
    const [parts, rows]: [Map<string, PartOutline[]>, TaskRow[]] = await following;
    following = from < ids.length ? read(from) : null;
    // Looked at in the next round, unless this one fails first.
    following?.catch(() => undefined);
    for (const row of rows) {
      const list = lists.get(row.listId);
      outlines.push({
        id: row.id,
        listId: list?.id ?? row.listId,
        listName: list?.name ?? '',
        itemNo: row.itemNo,
        due: row.due,
        longTerm: row.longTerm === 1,
        recurring: row.recurring === null ? null : (JSON.parse(row.recurring) as Recurrence),
        state: row.state,
        parties: parts.get(row.id) ?? [],
      });
    }
  }
  return outlines;
}

async function findNames(manager: EntityManager, sql: string): Promise<Named> {
  const rows: { id: string; name: string }[] = await manager.query(sql);
  return new Map(rows.map(row => [row.id, row]));
}

/** First the ids alone, in one pass: reading on from the last row would search the table anew for every chunk. */
async function findIds(manager: EntityManager, filter: OutlineFilter): Promise<string[]> {
  const where = ['1 = 1'];
  const values: unknown[] = [];
  const demand = (condition: string, value: unknown): void => {
    where.push(condition);
    values.push(value);
  };
  if (filter.states) demand('state IN (?)', filter.states);
  if (filter.listIds) demand('listId IN (?)', filter.listIds);
  if (filter.parties) {
    where.push(
      'id IN (SELECT taskId FROM task_units WHERE unitId IN (?) UNION SELECT taskId FROM task_units WHERE collectiveId IN (?))',
    );
    for (const ids of [filter.parties.unitIds, filter.parties.collectiveIds])
      values.push(ids.length > 0 ? ids : [null]);
  }
  if (filter.dueUntil) demand('COALESCE(extendedTo, due) <= ?', filter.dueUntil);
  const rows: { id: string }[] = await manager.query(`SELECT id FROM tasks WHERE ${where.join(' AND ')}`, values);
  return rows.map(({ id }) => id).sort();
}

function findRows(manager: EntityManager, ids: string[]): Promise<TaskRow[]> {
  return manager.query(
    `SELECT id, listId, itemNo, COALESCE(extendedTo, due) AS due, longTerm, recurring, state
       FROM tasks WHERE id IN (?) ORDER BY id`,
    [ids],
  );
}

async function findParts(
  manager: EntityManager,
  taskIds: string[],
  units: Named,
  collectives: Named,
): Promise<Map<string, PartOutline[]>> {
  const rows: PartRow[] = await manager.query(
    `SELECT taskId, role, unitId, collectiveId, lastReportedAt, done, assigned
       FROM task_units WHERE taskId IN (?) ORDER BY taskId, role, position, id`,
    [taskIds],
  );
  const byTask = new Map<string, PartOutline[]>();
  for (const row of rows) {
    const unit = units.get(row.unitId);
    const collective = collectives.get(row.collectiveId);
    const part: PartOutline = {
      role: row.role === 'lead' ? 'lead' : 'support',
      unitId: unit?.id ?? row.unitId,
      unitName: unit?.name ?? '',
      collectiveId: collective?.id ?? row.collectiveId,
      collectiveName: collective?.name ?? '',
      lastReportedAt: row.lastReportedAt,
      done: row.done === 1,
      assigned: row.assigned === 1,
    };
    const parts = byTask.get(row.taskId);
    if (parts) parts.push(part);
    else byTask.set(row.taskId, [part]);
  }
  return byTask;
}
