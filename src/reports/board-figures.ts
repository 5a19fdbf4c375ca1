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
  n: string;
}

function gather(rows: Row[]): Counted[] {
  const found = new Map<string, Counted>();
  for (const { id, name, light, n } of rows) {
    const counted = found.get(id) ?? { id, name, total: 0, lights: none() };
    counted.lights[light] += Number(n);
    counted.total += Number(n);
    found.set(id, counted);
  }
  return [...found.values()];
}

function worstFirst(a: Counted, b: Counted): number {
  return b.lights.red - a.lights.red || b.lights.yellow - a.lights.yellow || b.total - a.total;
}

/** Tasks of a list with their lights; values: {@link lightValues}, the list. */
const litSql = `(SELECT t.id, t.sectionId, t.state, ${dueSql} AS due, ${lightOfManySql} AS light
   FROM tasks t ${lightJoins} WHERE t.listId = ?)`;

/** Units the list names, with the lights of their tasks; those with red first. */
export async function findUnitFigures(manager: EntityManager, listId: string, view: LedgerView): Promise<Counted[]> {
  // A unit may stand on a task twice, in both roles: it counts once.
  const rows: { id: string; light: Light; n: string }[] = await manager.query(
    `SELECT p.unitId AS id, x.light, COUNT(*) AS n FROM ${litSql} x
       JOIN task_units p ON p.taskId = x.id AND p.unitId <> '' AND p.collectiveId = ''
      WHERE p.role = 'lead' OR NOT EXISTS (
        SELECT 1 FROM task_units o WHERE o.taskId = p.taskId AND o.role = 'lead' AND o.unitId = p.unitId AND o.collectiveId = '')
      GROUP BY p.unitId, x.light`,
    [...lightValues(view.today, view.calendar), listId],
  );
  const names: { id: string; name: string }[] = await manager.query('SELECT id, name FROM units');
  const nameOf = new Map(names.map(({ id, name }) => [id, name]));
  return gather(rows.map(row => ({ ...row, name: nameOf.get(row.id) ?? '' }))).sort(worstFirst);
}

interface Stretch {
  state: TaskState;
  sectionId: string | null;
  due: CivilDate | null;
  light: Light;
  n: string;
}

/** The figures of one list on a day, in a handful of queries whatever its size. */
export async function findBoardFigures(
  manager: EntityManager,
  listId: string,
  view: LedgerView,
): Promise<BoardFigures> {
  const unreportedUntil = addDays(view.today, soonDays);
  const [stretches, units, sectionRows, unreported, blockedRows] = await Promise.all([
    manager.query<Stretch[]>(
      `SELECT x.state, x.sectionId, x.due, x.light, COUNT(*) AS n FROM ${litSql} x
        GROUP BY x.state, x.sectionId, x.due, x.light`,
      [...lightValues(view.today, view.calendar), listId],
    ),
    findUnitFigures(manager, listId, view),
    manager.query<{ id: string; title: string }[]>(
      'SELECT id, title FROM sections WHERE listId = ? ORDER BY position',
      [listId],
    ),
    manager.query<{ id: string; name: string; n: string }[]>(
      `SELECT u.id, u.name, COUNT(DISTINCT t.id) AS n FROM tasks t
         JOIN task_units p ON p.taskId = t.id AND p.unitId <> '' AND p.collectiveId = '' AND p.lastReportedAt IS NULL
         JOIN units u ON u.id = p.unitId
        WHERE t.listId = ? AND t.state = 'active' AND ${dueSql} <= ? GROUP BY u.id, u.name ORDER BY n DESC, u.name`,
      [listId, unreportedUntil],
    ),
    manager.query<{ n: string }[]>(
      "SELECT COUNT(DISTINCT t.id) AS n FROM tasks t JOIN blockers b ON b.taskId = t.id AND b.status = 'open' WHERE t.listId = ?",
      [listId],
    ),
  ]);
  const lights = none();
  const byState = new Map<TaskState, number>();
  for (const { state, light, n } of stretches) {
    lights[light] += Number(n);
    byState.set(state, (byState.get(state) ?? 0) + Number(n));
  }
  const bySection = gather(stretches.map(({ sectionId, light, n }) => ({ id: sectionId ?? '', name: '', light, n })));
  const open = stretches.filter(({ state }) => state === 'active' || state === 'closing');
  const days = gather(open.flatMap(({ due, light, n }) => (due === null ? [] : [{ id: due, name: '', light, n }])));
  return {
    total: [...byState.values()].reduce((sum, n) => sum + n, 0),
    lights,
    states: [...byState].map(([state, count]) => ({ state, count })),
    units,
    sections: sectionRows.flatMap(({ id, title }) =>
      bySection.filter(one => one.id === id).map(one => ({ ...one, name: title })),
    ),
    days: days
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .map(({ id, total, lights: ofDay }) => ({ due: id, total, lights: ofDay })),
    unreported: unreported.map(({ id, name, n }) => ({ id, name, count: Number(n) })),
    unreportedUntil,
    blocked: Number(blockedRows[0]?.n ?? 0),
  };
}
