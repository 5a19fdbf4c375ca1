// 进度走势: how many tasks had been accepted, reported on, or were overdue at the end of each day; each figure is the count of a filter.
import { type EntityManager } from 'typeorm';
import { addDays, type CivilDate, daysBetween, instantOf } from '../calendar/civil-date';
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

/** Tasks by a day, cumulated: how many there were by the end of each day. */
function until(rows: readonly { day: CivilDate | null; n: string }[]): (day: CivilDate) => number {
  return day => rows.reduce((sum, row) => (row.day !== null && row.day <= day ? sum + Number(row.n) : sum), 0);
}

const heldSql = "t.state IN ('suspended', 'terminated')";
/** The day of a moment in Asia/Shanghai. */
const daySql = (moment: string): string => `DATE_FORMAT(${moment} + INTERVAL 8 HOUR, '%Y-%m-%d')`;

/** @param since - the first day anything could be known of */
export async function findTrend(
  manager: EntityManager,
  listId: string,
  { since, today }: { since: CivilDate; today: CivilDate },
): Promise<TrendPoint[]> {
  const [accepted, reported, dues] = await Promise.all([
    manager.query<{ day: CivilDate; due: CivilDate | null; held: number; n: string }[]>(
      `SELECT ${daySql('a.at')} AS day, ${dueSql} AS due, ${heldSql} AS held, COUNT(*) AS n
         FROM (SELECT r.taskId, MIN(r.decidedAt) AS at FROM closure_requests r WHERE r.status = 'accepted' GROUP BY r.taskId) a
         JOIN tasks t ON t.id = a.taskId WHERE t.listId = ? GROUP BY day, due, held`,
      [listId],
    ),
    // What was taken back is found first, there is little of it.
    manager.query<{ day: CivilDate; n: string }[]>(
      `SELECT ${daySql('p.at')} AS day, COUNT(*) AS n
         FROM (SELECT c.taskId, MIN(c.saidAt) AS at FROM changes c
                WHERE c.kind = 'report' AND c.id NOT IN (SELECT undoesChangeId FROM changes WHERE undoesChangeId IS NOT NULL)
                GROUP BY c.taskId) p
         JOIN tasks t ON t.id = p.taskId WHERE t.listId = ? GROUP BY day`,
      [listId],
    ),
    manager.query<{ day: CivilDate | null; n: string }[]>(
      `SELECT ${dueSql} AS day, COUNT(*) AS n FROM tasks t WHERE t.listId = ? AND NOT ${heldSql} GROUP BY day`,
      [listId],
    ),
  ]);
  const [acceptedBy, reportedBy, dueBy] = [until(accepted), until(reported), until(dues)];
  const counting = accepted.filter(({ held }) => held === 0);
  return daysOf(since < today ? since : today, today).map(day => {
    const before = addDays(day, -1);
    const doneInTime = counting.filter(row => row.day <= day && row.due !== null && row.due <= before);
    return {
      day,
      accepted: acceptedBy(day),
      reported: reportedBy(day),
      // Due before the day, but what had been accepted by then.
      overdue: dueBy(before) - doneInTime.reduce((sum, { n }) => sum + Number(n), 0),
    };
  });
}
