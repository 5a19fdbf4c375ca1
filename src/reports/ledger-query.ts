// The ledger as people look through it: filtered, sorted and paged by the database; the same filter counts, lists and exports.
import { type EntityManager } from 'typeorm';
import { type CivilDate } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';
import { type TaskState } from '../database/entities/task';
import { type Light } from '../rendering/light';
import { findTasks, type TaskView } from '../tasks/task-queries';
import { dueSql, lightSql, lightValues } from './ledger-light';
import { type PastFact, pastCondition } from './progress-trend';

/** How a unit must stand on a task: any (also through a collective), named in the list, or by its role there. */
export type UnitRole = 'any' | 'named' | 'lead' | 'support';

export interface LedgerFilter {
  listId: string;
  /** Looked for in number, content, measure, section, deadline and units' names. */
  words?: string;
  unit?: { id: string; collectiveIds: string[] };
  role?: UnitRole;
  light?: Light;
  /** `open` = 推进中 or 待核销. */
  state?: TaskState | 'open';
  sectionId?: string;
  dueFrom?: CivilDate;
  dueTo?: CivilDate;
  /** Active, with a date, and not reported on: by the unit, or, without one, by nobody. */
  unreported?: boolean;
  blocked?: boolean;
  /** What had become of it by the end of a day. */
  was?: { what: PastFact; on: CivilDate };
}

export type LedgerSort = 'no' | 'due' | 'light' | 'state';

export interface LedgerView {
  today: CivilDate;
  calendar: WorkCalendar;
}

const orders: Record<LedgerSort, (way: 'ASC' | 'DESC') => string> = {
  no: way => `t.itemNo ${way}`,
  due: way => `${dueSql} IS NULL, ${dueSql} ${way}, t.itemNo`,
  light: way => `FIELD(light, 'red', 'yellow', 'green', 'white') ${way}, ${dueSql} IS NULL, ${dueSql}, t.itemNo`,
  state: way => `FIELD(t.state, 'closing', 'active', 'ongoing', 'suspended', 'closed', 'terminated') ${way}, t.itemNo`,
};

interface Conditions {
  where: string;
  values: unknown[];
}

function partCondition(filter: LedgerFilter): Conditions {
  const { unit, role = 'any' } = filter;
  const unreported = filter.unreported ? ' AND p.lastReportedAt IS NULL' : '';
  if (!unit) return { where: `NOT EXISTS (SELECT 1 FROM task_units p WHERE p.taskId = t.id AND p.lastReportedAt IS NOT NULL)`, values: [] }; // prettier-ignore
  const through = role === 'any' && unit.collectiveIds.length > 0 ? ' OR p.collectiveId IN (?)' : '';
  const named = role === 'any' ? '' : " AND p.collectiveId = ''";
  const ofRole = role === 'lead' || role === 'support' ? ' AND p.role = ?' : '';
  return {
    where: `t.id IN (SELECT p.taskId FROM task_units p WHERE (p.unitId = ?${through})${named}${ofRole}${unreported})`,
    values: [unit.id, ...(through ? [unit.collectiveIds] : []), ...(ofRole ? [role] : [])],
  };
}

function likeOf(words: string): string {
  return `%${words.replace(/[\\%_]/g, '\\$&')}%`;
}

/** What bears the words in its name: looked up once, not for each task. */
interface Named {
  measureIds: string[];
  sectionIds: string[];
  unitIds: string[];
}

async function namedBy(manager: EntityManager, { words = '', listId }: LedgerFilter): Promise<Named> {
  if (words.trim() === '') return { measureIds: [], sectionIds: [], unitIds: [] };
  const like = likeOf(words.trim());
  const idsOf = async (sql: string, values: unknown[]): Promise<string[]> =>
    (await manager.query<{ id: string }[]>(sql, values)).map(({ id }) => id);
  const [measureIds, sectionIds, unitIds] = await Promise.all([
    idsOf('SELECT DISTINCT m.id FROM measures m WHERE m.title LIKE ?', [like]),
    idsOf('SELECT s.id FROM sections s WHERE s.listId = ? AND s.title LIKE ?', [listId, like]),
    idsOf('SELECT u.id FROM units u WHERE u.name LIKE ?', [like]),
  ]);
  return { measureIds, sectionIds, unitIds };
}

function conditionsOf(filter: LedgerFilter, view: LedgerView, named: Named): Conditions {
  const where = ['t.listId = ?'];
  const values: unknown[] = [filter.listId];
  const demand = (condition: string, ...added: unknown[]): void => {
    where.push(condition);
    values.push(...added);
  };
  const words = filter.words?.trim() ?? '';
  const number = /^(?:第\s*)?(\d{1,6})\s*项?$/u.exec(words)?.[1];
  if (number !== undefined) demand('t.itemNo = ?', Number(number));
  else if (words !== '') {
    const like = likeOf(words);
    const places: [ids: string[], condition: string][] = [
      [named.measureIds, 't.measureId IN (?)'],
      [named.sectionIds, 't.sectionId IN (?)'],
      [named.unitIds, "t.id IN (SELECT p.taskId FROM task_units p WHERE p.unitId IN (?) AND p.collectiveId = '')"],
    ];
    const found = places.filter(([ids]) => ids.length > 0);
    demand(
      `(${['t.content LIKE ?', 't.deadlineText LIKE ?', ...found.map(([, condition]) => condition)].join(' OR ')})`,
      like,
      like,
      ...found.map(([ids]) => ids),
    );
  }
  if (filter.unit || filter.unreported) {
    const part = partCondition(filter);
    demand(part.where, ...part.values);
  }
  if (filter.unreported) demand(`t.state = 'active' AND ${dueSql} IS NOT NULL`);
  if (filter.state === 'open') demand("t.state IN ('active', 'closing')");
  else if (filter.state) demand('t.state = ?', filter.state);
  if (filter.sectionId !== undefined) demand('t.sectionId = ?', filter.sectionId);
  if (filter.dueFrom !== undefined) demand(`${dueSql} >= ?`, filter.dueFrom);
  if (filter.dueTo !== undefined) demand(`${dueSql} <= ?`, filter.dueTo);
  if (filter.blocked) demand("EXISTS (SELECT 1 FROM blockers b WHERE b.taskId = t.id AND b.status = 'open')");
  if (filter.was) {
    const past = pastCondition(filter.was.what, filter.was.on);
    demand(past.where, ...past.values);
  }
  if (filter.light) demand(`${lightSql} = ?`, ...lightValues(view.today, view.calendar), filter.light);
  return { where: where.join(' AND '), values };
}

/** How many tasks fit. */
export async function countLedger(manager: EntityManager, filter: LedgerFilter, view: LedgerView): Promise<number> {
  const { where, values } = conditionsOf(filter, view, await namedBy(manager, filter));
  const [row]: { n: string }[] = await manager.query(`SELECT COUNT(*) AS n FROM tasks t WHERE ${where}`, values);
  return Number(row?.n ?? 0);
}

/** Tasks that fit, in order; `page` = how many, from which on. */
export async function findLedger(
  manager: EntityManager,
  filter: LedgerFilter,
  view: LedgerView,
  { sort, descending, page }: { sort: LedgerSort; descending: boolean; page: { size: number; from: number } | null },
): Promise<TaskView[]> {
  const { where, values } = conditionsOf(filter, view, await namedBy(manager, filter));
  const light = sort === 'light' ? `, ${lightSql} AS light` : '';
  const order = orders[sort](descending ? 'DESC' : 'ASC');
  const rows: { itemNo: number }[] = await manager.query(
    `SELECT t.itemNo${light} FROM tasks t WHERE ${where} ORDER BY ${order}${page ? ` LIMIT ${page.size} OFFSET ${page.from}` : ''}`,
    [...(light ? lightValues(view.today, view.calendar) : []), ...values],
  );
  const nos = rows.map(row => row.itemNo);
  if (nos.length === 0) return [];
  const tasks = await findTasks(manager, { listId: filter.listId, itemNos: nos });
  const byNo = new Map(tasks.map(task => [task.itemNo, task]));
  return nos.flatMap(no => byNo.get(no) ?? []);
}
