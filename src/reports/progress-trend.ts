// 进度走势: how many tasks had been accepted, reported on, or were overdue at the end of each day; each figure is the count of a filter.
import { type EntityManager } from 'typeorm';
import { addDays, civilDateOf, type CivilDate, daysBetween, instantOf } from '../calendar/civil-date';
import { dueSql } from './ledger-light';

/** What had become of a task by the end of a day. */
export type PastFact = 'accepted' | 'reported' | 'overdue';

export interface TrendPoint {
  day: CivilDate;
  accepted: number;
  reported: number;
  overdue: number;
}

const maxPoints = 30;

const acceptedSql = "(SELECT MIN(r.decidedAt) FROM closure_requests r WHERE r.taskId = t.id AND r.status = 'accepted')";
const standingReport = `c.taskId = t.id AND c.kind = 'report' AND NOT EXISTS (SELECT 1 FROM changes u WHERE u.undoesChangeId = c.id)`;

/** The condition on a task `t` that a fact held at the end of a day, with its values. */
export function pastCondition(what: PastFact, on: CivilDate): { where: string; values: unknown[] } {
  const end = instantOf(addDays(on, 1), '00:00');
  switch (what) {
    case 'accepted':
      return { where: `${acceptedSql} < ?`, values: [end] };
    case 'reported':
      return { where: `EXISTS (SELECT 1 FROM changes c WHERE ${standingReport} AND c.saidAt < ?)`, values: [end] };
    case 'overdue':
      return {
        where: `${dueSql} < ? AND t.state NOT IN ('suspended', 'terminated') AND COALESCE(${acceptedSql}, '9999-01-01') >= ?`,
        values: [on, end],
      };
  }
}

/** The days that are shown: every day, or every so many when they would be too many; the last is today. */
function daysOf(from: CivilDate, today: CivilDate): CivilDate[] {
  const whole = Math.max(0, daysBetween(from, today));
  const step = Math.max(1, Math.ceil(whole / (maxPoints - 1)));
  const days: CivilDate[] = [];
  for (let back = 0; back <= whole; back += step) days.push(addDays(today, -back));
  return days.reverse();
}

interface Lived {
  due: CivilDate | null;
  held: number | string;
  accepted: Date | null;
  reported: Date | null;
  n: string;
}

/** @param since - the first day anything could be known of */
export async function findTrend(
  manager: EntityManager,
  listId: string,
  { since, today }: { since: CivilDate; today: CivilDate },
): Promise<TrendPoint[]> {
  const rows: Lived[] = await manager.query(
    `SELECT x.due, x.held, x.accepted, x.reported, COUNT(*) AS n FROM (
       SELECT ${dueSql} AS due, t.state IN ('suspended', 'terminated') AS held, a.at AS accepted, p.at AS reported
         FROM tasks t
         LEFT JOIN (SELECT r.taskId, MIN(r.decidedAt) AS at FROM closure_requests r WHERE r.status = 'accepted' GROUP BY r.taskId) a
           ON a.taskId = t.id
         LEFT JOIN (SELECT c.taskId, MIN(c.saidAt) AS at FROM changes c LEFT JOIN changes u ON u.undoesChangeId = c.id
                     WHERE c.kind = 'report' AND u.id IS NULL GROUP BY c.taskId) p ON p.taskId = t.id
        WHERE t.listId = ?) x GROUP BY x.due, x.held, x.accepted, x.reported`,
    [listId],
  );
  const lived = rows.map(row => ({
    due: row.due,
    held: Number(row.held) === 1,
    accepted: row.accepted === null ? null : civilDateOf(row.accepted),
    reported: row.reported === null ? null : civilDateOf(row.reported),
    n: Number(row.n),
  }));
  return daysOf(since < today ? since : today, today).map(day => {
    const point: TrendPoint = { day, accepted: 0, reported: 0, overdue: 0 };
    for (const { due, held, accepted, reported, n } of lived) {
      const done = accepted !== null && accepted <= day;
      if (done) point.accepted += n;
      if (reported !== null && reported <= day) point.reported += n;
      if (!done && !held && due !== null && due < day) point.overdue += n;
    }
    return point;
  });
}
