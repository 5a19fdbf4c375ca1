// 看板 in figures: counts by state and light, by unit, by section, by due date. Every figure is the count of a ledger filter.
import { type EntityManager } from 'typeorm';
import { addDays, type CivilDate } from '../calendar/civil-date';
import { type TaskState } from '../database/entities/task';
import { type Light } from '../rendering/light';
import { dueSql, lightJoins, lightOfManySql, lightValues } from './ledger-light';
import { type LedgerView } from './ledger-query';

export type LightCounts = Record<Light, number>;

export interface Counted {
  id: string;
  name: string;
  total: number;
  lights: LightCounts;
}

export interface BoardFigures {
  total: number;
  lights: LightCounts;
  states: { state: TaskState; count: number }[];
  /** Units the list names, those with red first, then yellow, then by how much they have. Facts per unit; no person is in it. */
  units: Counted[];
  /** In the list's order. */
  sections: Counted[];
  /** What is still open, by the date that counts. */
  days: { due: CivilDate; total: number; lights: LightCounts }[];
  /** Units with something overdue or due within these days that they have not reported on. */
  unreported: { id: string; name: string; count: number }[];
  unreportedUntil: CivilDate;
  blocked: number;
}

/** As far ahead as 还有谁没报 looks in a chat. */
const soonDays = 31;

const none = (): LightCounts => ({ red: 0, yellow: 0, green: 0, white: 0 });

interface Row {
  id: string;
  name: string;
  light: Light;
}

function gather(rows: Row[]): Counted[] {
  const found = new Map<string, Counted>();
  for (const { id, name, light } of rows) {
    let counted = found.get(id);
    if (!counted) found.set(id, (counted = { id, name, total: 0, lights: none() }));
    counted.lights[light]++;
    counted.total++;
  }
  return [...found.values()];
}

function worstFirst(a: Counted, b: Counted): number {
  return b.lights.red - a.lights.red || b.lights.yellow - a.lights.yellow || b.total - a.total;
}

interface LitTask {
  no: number;
  state: TaskState;
  sectionId: string | null;
  due: CivilDate | null;
  light: Light;
}

/**
 * All tasks of a list with their lights. Tens of thousands of short rows are counted faster here than grouped by long ids in the
 * database, and serve all the figures of a page.
 */
function findLit(manager: EntityManager, listId: string, { today, calendar }: LedgerView): Promise<LitTask[]> {
  return manager.query(
    `SELECT t.itemNo AS no, t.state, t.sectionId, ${dueSql} AS due, ${lightOfManySql} AS light
       FROM tasks t ${lightJoins} WHERE t.listId = ?`,
    [...lightValues(today, calendar), listId],
  );
}

/** The units the list names on each task, by unit and 序号: whether they have never reported on it. */
async function findParts(manager: EntityManager, listId: string): Promise<Map<string, Map<number, boolean>>> {
  const rows: { no: number; id: string; silent: number }[] = await manager.query(
    `SELECT t.itemNo AS no, p.unitId AS id, p.lastReportedAt IS NULL AS silent
       FROM tasks t JOIN task_units p ON p.taskId = t.id AND p.unitId <> '' AND p.collectiveId = '' WHERE t.listId = ?`,
    [listId],
  );
  const units = new Map<string, Map<number, boolean>>();
  for (const { no, id, silent } of rows) {
    let parts = units.get(id);
    if (!parts) units.set(id, (parts = new Map<number, boolean>()));
    // A unit may stand on a task twice, in both roles: it counts once.
    parts.set(no, parts.get(no) === true || silent === 1);
  }
  return units;
}

async function findNames(manager: EntityManager): Promise<Map<string, string>> {
  const names: { id: string; name: string }[] = await manager.query('SELECT id, name FROM units');
  return new Map(names.map(({ id, name }) => [id, name]));
}

function countUnits(
  tasks: ReadonlyMap<number, LitTask>,
  parts: ReadonlyMap<string, ReadonlyMap<number, boolean>>,
  names: ReadonlyMap<string, string>,
): Counted[] {
  const units: Counted[] = [];
  for (const [id, nos] of parts) {
    const unit: Counted = { id, name: names.get(id) ?? '', total: 0, lights: none() };
    for (const no of nos.keys()) {
      const task = tasks.get(no);
      if (!task) continue;
      unit.lights[task.light]++;
      unit.total++;
    }
    units.push(unit);
  }
  return units.sort(worstFirst);
}

const byNumber = (tasks: readonly LitTask[]): Map<number, LitTask> => new Map(tasks.map(task => [task.no, task]));

/** Units the list names, with the lights of their tasks; those with red first. */
export async function findUnitFigures(manager: EntityManager, listId: string, view: LedgerView): Promise<Counted[]> {
  const [tasks, parts, names] = await Promise.all([
    findLit(manager, listId, view),
    findParts(manager, listId),
    findNames(manager),
  ]);
  return countUnits(byNumber(tasks), parts, names);
}

/** The figures of one list on a day, in a handful of queries whatever its size. */
export async function findBoardFigures(
  manager: EntityManager,
  listId: string,
  view: LedgerView,
): Promise<BoardFigures> {
  const unreportedUntil = addDays(view.today, soonDays);
  const [tasks, parts, names, sectionRows, blockedRows] = await Promise.all([
    findLit(manager, listId, view),
    findParts(manager, listId),
    findNames(manager),
    manager.query<{ id: string; title: string }[]>(
      'SELECT id, title FROM sections WHERE listId = ? ORDER BY position',
      [listId],
    ),
    manager.query<{ n: string }[]>(
      "SELECT COUNT(DISTINCT t.id) AS n FROM tasks t JOIN blockers b ON b.taskId = t.id AND b.status = 'open' WHERE t.listId = ?",
      [listId],
    ),
  ]);
  const known = byNumber(tasks);
  const lights = none();
  const byState = new Map<TaskState, number>();
  for (const { state, light } of tasks) {
    lights[light]++;
    byState.set(state, (byState.get(state) ?? 0) + 1);
  }
  const isDueSoon = (no: number): boolean => {
    const task = known.get(no);
    return task?.state === 'active' && task.due !== null && task.due <= unreportedUntil;
  };
  const unreported = [...parts].map(([id, nos]) => ({
    id,
    name: names.get(id) ?? '',
    count: [...nos].filter(([no, silent]) => silent && isDueSoon(no)).length,
  }));
  const bySection = new Map(
    gather(tasks.map(({ sectionId, light }) => ({ id: sectionId ?? '', name: '', light }))).map(one => [one.id, one]),
  );
  const open = tasks.filter(({ state }) => state === 'active' || state === 'closing');
  const days = gather(open.flatMap(({ due, light }) => (due === null ? [] : [{ id: due, name: '', light }])));
  return {
    total: tasks.length,
    lights,
    states: [...byState].map(([state, count]) => ({ state, count })),
    units: countUnits(known, parts, names),
    sections: sectionRows.flatMap(({ id, title }) => {
      const counted = bySection.get(id);
      return counted ? [{ ...counted, name: title }] : [];
    }),
    days: days
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .map(({ id, total, lights: ofDay }) => ({ due: id, total, lights: ofDay })),
    unreported: unreported
      .filter(({ count }) => count > 0)
      .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1)),
    unreportedUntil,
    blocked: Number(blockedRows[0]?.n ?? 0),
  };
}
