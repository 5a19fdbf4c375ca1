// The only reads of tasks: with their section, measure, units and progress.
import { type EntityManager } from 'typeorm';
import { type CivilDate, type DateRange } from '../calendar/civil-date';
import { readRowsOnce, type Value } from '../database/statement';
import { type ProgressStatus, type Recurrence, type TaskState } from '../database/entities/task';

/** One unit's or collective's part in a task. */
export interface Party {
  id: string;
  role: 'lead' | 'support';
  /** '' for a collective named in the list. */
  unitId: string;
  unitName: string;
  /** '' for a unit named in the list; both are set for a member that reported through its collective. */
  collectiveId: string;
  collectiveName: string;
  status: ProgressStatus | null;
  percent: number | null;
  lastText: string | null;
  lastReportedAt: Date | null;
  done: boolean;
}

export interface TaskView {
  id: string;
  listId: string;
  listName: string;
  itemNo: number;
  label: string;
  content: string;
  section: string | null;
  measure: string | null;
  deadlineText: string;
  /** The date that counts: an approved extension, else the one of the list. */
  due: CivilDate | null;
  /** The date of the list. */
  writtenDue: CivilDate | null;
  longTerm: boolean;
  vague: boolean;
  recurring: Recurrence | null;
  openEnded: boolean;
  state: TaskState;
  version: number;
  openBlockers: number;
  /** The office has returned its closure, and no lead unit has answered since. */
  returned: boolean;
  parties: Party[];
}

export interface TaskFilter {
  ids?: string[];
  listId?: string;
  itemNos?: number[];
  /** Tasks of this unit: named, or through the collectives it is a member of. */
  unit?: { id: string; collectiveIds: string[] };
  /** With `unit`: only where it leads, or only where it supports. */
  role?: 'lead' | 'support';
  due?: DateRange;
  states?: TaskState[];
  /** 第六部分 = 6, counted as printed. */
  sectionPosition?: number;
  measureNo?: number;
  keyword?: string;
}

interface TaskRow {
  id: string;
  listId: string;
  listName: string;
  importedAt: Date | null;
  itemNo: number;
  label: string;
  content: string;
  section: string | null;
  measure: string | null;
  deadlineText: string;
  due: CivilDate | null;
  writtenDue: CivilDate | null;
  longTerm: number;
  vague: number;
  recurring: string | null;
  openEnded: number;
  state: TaskState;
  version: number;
  openBlockers: string | number;
  returnedAt: Date | null;
}

/** Tasks that fit a filter, by list and 序号; [] when none does. */
export async function findTasks(manager: EntityManager, filter: TaskFilter): Promise<TaskView[]> {
  const { where, values } = conditionsOf(filter);
  // Sorted here: the server would put whole texts into a temporary table for it, at half the cost of the answer.
  const rows = await readRowsOnce<TaskRow>(
    manager,
    `SELECT t.id, t.listId, l.shortName AS listName, l.importedAt, t.itemNo, t.label, t.content, s.title AS section, m.title AS measure,
            t.deadlineText, COALESCE(t.extendedTo, t.due) AS due, t.due AS writtenDue, t.longTerm, t.vague, t.recurring, t.openEnded, t.state, t.version,
            (SELECT COUNT(*) FROM blockers b WHERE b.taskId = t.id AND b.status = 'open') AS openBlockers,
            (SELECT MAX(r.decidedAt) FROM closure_requests r WHERE r.taskId = t.id AND r.status = 'returned') AS returnedAt
       FROM tasks t
       LEFT JOIN task_lists l ON l.id = t.listId
       LEFT JOIN sections s ON s.id = t.sectionId
       LEFT JOIN measures m ON m.id = t.measureId
      WHERE ${where.length > 0 ? where.join(' AND ') : '1 = 1'}`,
    values,
  );
  if (rows.length === 0) return [];
  const importedAt = (row: TaskRow): number => row.importedAt?.getTime() ?? 0;
  rows.sort((a, b) => importedAt(a) - importedAt(b) || compare(a.listId, b.listId) || a.itemNo - b.itemNo);
  const parties = await findParties(
    manager,
    rows.map(row => row.id),
  );
  return rows.map(({ returnedAt, importedAt: _, ...row }) => ({
    ...row,
    longTerm: row.longTerm === 1,
    vague: row.vague === 1,
    openEnded: row.openEnded === 1,
    recurring: row.recurring === null ? null : (JSON.parse(row.recurring) as Recurrence),
    openBlockers: Number(row.openBlockers),
    returned: isUnanswered(row.state, returnedAt, parties.get(row.id) ?? []),
    parties: parties.get(row.id) ?? [],
  }));
}

function isUnanswered(state: TaskState, returnedAt: Date | null, parties: Party[]): boolean {
  return (
    state === 'active' &&
    returnedAt !== null &&
    parties.every(party => party.role !== 'lead' || party.lastReportedAt === null || party.lastReportedAt <= returnedAt)
  );
}

type Given = Value | readonly Value[];

/** A filter as conditions on tasks `t`, and on `s` and `m` where it speaks of sections and measures. */
export function conditionsOf(filter: TaskFilter): { where: string[]; values: Given[] } {
  const where: string[] = [];
  const values: Given[] = [];
  const demand = (condition: string, ...added: Given[]): void => {
    where.push(condition);
    values.push(...added);
  };
  if (filter.listId !== undefined) demand('t.listId = ?', filter.listId);
  if (filter.ids)
    demand(filter.ids.length > 0 ? 't.id IN (?)' : '1 = 0', ...(filter.ids.length > 0 ? [filter.ids] : []));
  if (filter.itemNos)
    demand(
      filter.itemNos.length > 0 ? 't.itemNo IN (?)' : '1 = 0',
      ...(filter.itemNos.length > 0 ? [filter.itemNos] : []),
    );
  if (filter.unit) {
    const { id, collectiveIds } = filter.unit;
    const role = filter.role ? ' AND p.role = ?' : '';
    const roleValue = filter.role ? [filter.role] : [];
    const through = collectiveIds.length > 0 ? ' OR p.collectiveId IN (?)' : '';
    demand(
      `t.id IN (SELECT p.taskId FROM task_units p WHERE (p.unitId = ?${through})${role})`,
      id,
      ...(collectiveIds.length > 0 ? [collectiveIds] : []),
      ...roleValue,
    );
  }
  if (filter.due?.start) demand('COALESCE(t.extendedTo, t.due) >= ?', filter.due.start);
  if (filter.due?.end) demand('COALESCE(t.extendedTo, t.due) <= ?', filter.due.end);
  if (filter.states) demand('t.state IN (?)', filter.states);
  if (filter.sectionPosition !== undefined) demand('s.position = ?', filter.sectionPosition);
  if (filter.measureNo !== undefined) demand('m.no = ?', filter.measureNo);
  if (filter.keyword !== undefined) {
    const like = `%${filter.keyword.replace(/[\\%_]/g, '\\$&')}%`;
    demand('(t.content LIKE ? OR m.title LIKE ? OR s.title LIKE ?)', like, like, like);
  }
  return { where, values };
}

interface PartyRow extends Omit<Party, 'done' | 'unitName' | 'collectiveName'> {
  taskId: string;
  position: number;
  done: number;
  unitName: string | null;
  collectiveName: string | null;
}

/** As the server's binary collation orders ids and roles. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

async function findParties(manager: EntityManager, taskIds: string[]): Promise<Map<string, Party[]>> {
  const rows = await readRowsOnce<PartyRow>(
    manager,
    `SELECT p.id, p.taskId, p.role, p.position, p.unitId, u.name AS unitName, p.collectiveId, c.name AS collectiveName,
            p.status, p.percent, p.lastText, p.lastReportedAt, p.done
       FROM task_units p
       LEFT JOIN units u ON u.id = p.unitId
       LEFT JOIN collectives c ON c.id = p.collectiveId
      WHERE p.taskId IN (?)`,
    [taskIds],
  );
  rows.sort((a, b) => compare(a.role, b.role) || a.position - b.position || compare(a.id, b.id));
  const byTask = new Map<string, Party[]>();
  for (const { taskId, position: _, ...row } of rows) {
    const party: Party = {
      ...row,
      unitName: row.unitName ?? '',
      collectiveName: row.collectiveName ?? '',
      done: row.done === 1,
    };
    const parties = byTask.get(taskId);
    if (parties) parties.push(party);
    else byTask.set(taskId, [party]);
  }
  return byTask;
}

/** The unit's own part in a task: named in the list, else through a collective; null when it has none. */
export function partOf(task: TaskView, unit: { id: string; collectiveIds: string[] }): Party | null {
  const own = task.parties.filter(party => party.unitId === unit.id);
  return (
    own.find(party => party.role === 'lead' && party.collectiveId === '') ??
    own.find(party => party.collectiveId === '') ??
    own[0] ??
    task.parties.find(party => party.unitId === '' && unit.collectiveIds.includes(party.collectiveId)) ??
    null
  );
}

/** The units a task's list names, leads first; collectives left out; a unit named twice comes once, as lead. */
export function namedParties<P extends Pick<Party, 'unitId' | 'collectiveId'>>(task: { parties: P[] }): P[] {
  const named = task.parties.filter(party => party.unitId !== '' && party.collectiveId === '');
  return named.filter((party, i) => named.findIndex(other => other.unitId === party.unitId) === i);
}
