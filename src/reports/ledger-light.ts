// 亮灯 in SQL, so that tens of thousands of tasks can be counted and paged by it. The rule itself is tasks/task-state.ts, lightOn.
import { addDays, type CivilDate } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';

const yellowWithinWorkdays = 7;

/** The last due date that is yellow on a day: the day before the eighth workday from it. */
export function yellowUntil(today: CivilDate, calendar: WorkCalendar): CivilDate {
  let day = today;
  for (let i = 0; i <= yellowWithinWorkdays; i++) day = calendar.after(day);
  return addDays(day, -1);
}

/** The date that counts, of a task `t`. */
export const dueSql = 'COALESCE(t.extendedTo, t.due)';

/** An expression over a task `t` that yields its light; its two values: today, {@link yellowUntil}. */
export const lightSql = `CASE
  WHEN t.state NOT IN ('active', 'closing') THEN 'white'
  WHEN t.state = 'active' AND ${dueSql} < ? THEN 'red'
  WHEN t.state = 'active' AND EXISTS (
    SELECT 1 FROM closure_requests r WHERE r.status = 'returned' AND r.taskId = t.id AND NOT EXISTS (
      SELECT 1 FROM task_units a WHERE a.taskId = t.id AND a.role = 'lead' AND a.lastReportedAt > r.decidedAt)) THEN 'red'
  WHEN EXISTS (SELECT 1 FROM blockers b WHERE b.taskId = t.id AND b.status = 'open') THEN 'yellow'
  WHEN t.state = 'active' AND ${dueSql} <= ? THEN 'yellow'
  ELSE 'green' END`;

/** The values of {@link lightSql}. */
export function lightValues(today: CivilDate, calendar: WorkCalendar): [CivilDate, CivilDate] {
  return [today, yellowUntil(today, calendar)];
}

/** Tables to join so that many tasks `t` are lit at once; with {@link lightOfManySql}. */
export const lightJoins = `
  LEFT JOIN (SELECT DISTINCT taskId FROM blockers WHERE status = 'open') lb ON lb.taskId = t.id
  LEFT JOIN (SELECT DISTINCT r.taskId FROM closure_requests r WHERE r.status = 'returned' AND NOT EXISTS (
      SELECT 1 FROM task_units a WHERE a.taskId = r.taskId AND a.role = 'lead' AND a.lastReportedAt > r.decidedAt)) lr
    ON lr.taskId = t.id`;

/** {@link lightSql} for many tasks: the same rule, the same values. */
export const lightOfManySql = `CASE
  WHEN t.state NOT IN ('active', 'closing') THEN 'white'
  WHEN t.state = 'active' AND ${dueSql} < ? THEN 'red'
  WHEN t.state = 'active' AND lr.taskId IS NOT NULL THEN 'red'
  WHEN lb.taskId IS NOT NULL THEN 'yellow'
  WHEN t.state = 'active' AND ${dueSql} <= ? THEN 'yellow'
  ELSE 'green' END`;
