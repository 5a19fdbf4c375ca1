// 看板 in figures: counts by state and light, by unit, by section, by due date. Every figure is the count of a ledger filter.
import { type EntityManager } from 'typeorm';
import { addDays, type CivilDate } from '../calendar/civil-date';
import { type TaskState } from '../database/entities/task';
import { type Light } from '../rendering/light';
import { dueSql, lightSql, lightValues } from './ledger-light';
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

/** The figures of one list on a day, in a handful of queries whatever its size. */
export async function findBoardFigures(
  manager: EntityManager,
  listId: string,
  view: LedgerView,
): Promise<BoardFigures> {
  const lit = `(SELECT t.id, t.sectionId, t.state, ${dueSql} AS due, ${lightSql} AS light FROM tasks t WHERE t.listId = ?)`;
  const values = [...lightValues(view.today, view.calendar), listId];
  const states: { state: TaskState; light: Light; n: string }[] = await manager.query(
    `SELECT x.state, x.light, COUNT(*) AS n FROM ${lit} x GROUP BY x.state, x.light`,
    values,
  );
  const units: Row[] = await manager.query(
    `SELECT u.id, u.name, x.light, COUNT(DISTINCT x.id) AS n FROM ${lit} x
       JOIN task_units p ON p.taskId = x.id AND p.unitId <> '' AND p.collectiveId = ''
       JOIN units u ON u.id = p.unitId
      GROUP BY u.id, u.name, x.light`,
    values,
  );
  const sections: Row[] = await manager.query(
    `SELECT s.id, s.title AS name, x.light, COUNT(*) AS n FROM ${lit} x JOIN sections s ON s.id = x.sectionId
      GROUP BY s.id, s.title, s.position, x.light ORDER BY s.position`,
    values,
  );
  const days: Row[] = await manager.query(
    `SELECT x.due AS id, '' AS name, x.light, COUNT(*) AS n FROM ${lit} x
      WHERE x.due IS NOT NULL AND x.state IN ('active', 'closing') GROUP BY x.due, x.light ORDER BY x.due`,
    values,
  );
  const unreportedUntil = addDays(view.today, soonDays);
  const unreported: { id: string; name: string; n: string }[] = await manager.query(
    `SELECT u.id, u.name, COUNT(DISTINCT t.id) AS n FROM tasks t
       JOIN task_units p ON p.taskId = t.id AND p.unitId <> '' AND p.collectiveId = '' AND p.lastReportedAt IS NULL
       JOIN units u ON u.id = p.unitId
      WHERE t.listId = ? AND t.state = 'active' AND ${dueSql} <= ? GROUP BY u.id, u.name ORDER BY n DESC, u.name`,
    [listId, unreportedUntil],
  );
  const [blocked]: { n: string }[] = await manager.query(
    "SELECT COUNT(DISTINCT t.id) AS n FROM tasks t JOIN blockers b ON b.taskId = t.id AND b.status = 'open' WHERE t.listId = ?",
    [listId],
  );
  const lights = none();
  const byState = new Map<TaskState, number>();
  for (const { state, light, n } of states) {
    lights[light] += Number(n);
    byState.set(state, (byState.get(state) ?? 0) + Number(n));
  }
  return {
    total: [...byState.values()].reduce((sum, n) => sum + n, 0),
    lights,
    states: [...byState].map(([state, count]) => ({ state, count })),
    units: gather(units).sort(worstFirst),
    sections: gather(sections),
    days: gather(days).map(({ id, total, lights: ofDay }) => ({ due: id, total, lights: ofDay })),
    unreported: unreported.map(({ id, name, n }) => ({ id, name, count: Number(n) })),
    unreportedUntil,
    blocked: Number(blocked?.n ?? 0),
  };
}
