// The reminder ladder: on which mornings a due date is asked about, and who has answered already. Pure.
import { civilDateOf, type CivilDate } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';

/** Workdays left to the action day, or past the due date. */
export type Rung = number | 'overdue';

export interface Ladder {
  /** Workdays before the action day on which a unit is asked. */
  rungs: readonly number[];
  /** At these rungs, as when overdue, a mere report frees nobody: only the matter itself does. */
  insistAt: readonly number[];
  /** After the first workday past the due date: on the first workday of every week, or on every one. */
  overdue: 'weekly' | 'daily';
}

/** The ladder of product description §6. */
export const usualLadder: Ladder = { rungs: [15, 7, 3, 1, 0], insistAt: [1, 0], overdue: 'weekly' };

/** At the widest rung whatever was ever reported counts: nothing is asked that is stored already. */
const beforeAllReports: CivilDate = '0000-01-01';

/** A rung that falls on a morning. */
export interface Step {
  rung: Rung;
  /** The morning it belongs to: today, or an earlier one that was missed altogether. */
  morning: CivilDate;
  /** A report on or after this day frees the unit; null = no report does. */
  freedByReportFrom: CivilDate | null;
}

/** Workdays were decided anew since the last morning that ran. */
export interface FormerCalendar {
  lastRan: CivilDate;
  /** As it was on that morning. */
  calendar: WorkCalendar;
}

/** One unit's part in a task, as far as the ladder looks at it. */
export interface Part {
  role: 'lead' | 'support';
  lastReportedAt: Date | null;
  /** The unit says its part is done. Frees a support unit; a lead's "done" is the request 申请办结, a state of the task. */
  done: boolean;
}

/**
 * The rung a due date is on this morning; null = nothing is asked today.
 * Before the due date the rungs count workdays to the action day; after it come the first workday and then the first
 * workday of every week. Non-workdays have no morning. A rung whose morning was missed altogether goes with the next
 * one: of several, the latest.
 *
 * @param missedSince - the last morning that ran, when later ones were missed; null when none was
 * @param former - the calendar of that or the morning before, where it has changed since
 * Source: product description §6
 */
export function stepOn(
  due: CivilDate,
  today: CivilDate,
  calendar: WorkCalendar,
  missedSince: CivilDate | null = null,
  ladder: Ladder = usualLadder,
  former: FormerCalendar | null = null,
): Step | null {
  if (!calendar.isWorkday(today)) return null;
  const step = usualStep(due, today, calendar, missedSince, ladder);
  return former === null ? step : stepAfterChange(step, { due, today, calendar, ladder, former });
}

/**
 * A holiday entered late moves rungs onto mornings that are over: they go with this one. A holiday taken back moves rungs that
 * were asked already onto mornings to come: they are not asked again.
 */
function stepAfterChange(
  step: Step | null,
  on: { due: CivilDate; today: CivilDate; calendar: WorkCalendar; ladder: Ladder; former: FormerCalendar },
): Step | null {
  const { due, today, calendar, ladder, former } = on;
  const actionDay = calendar.onOrBefore(due);
  const formerActionDay = former.calendar.onOrBefore(due);
  if (today > actionDay || former.lastRan > formerActionDay || step?.rung === 'overdue') return step;
  const left = calendar.workdaysBetween(today, actionDay);
  // At that morning every rung of so many workdays and more had been asked.
  const askedDownTo = former.calendar.workdaysBetween(former.lastRan, formerActionDay);
  if (step !== null) return step.morning === today && step.rung >= askedDownTo ? null : step;
  const skipped = ladder.rungs.filter(rung => rung > left && rung < askedDownTo);
  if (skipped.length === 0) return null;
  const rung = Math.min(...skipped);
  return { rung, morning: today, freedByReportFrom: freedByReportFrom(rung, actionDay, calendar, ladder) };
}

function usualStep(
  due: CivilDate,
  today: CivilDate,
  calendar: WorkCalendar,
  missedSince: CivilDate | null,
  ladder: Ladder,
): Step | null {
  const actionDay = calendar.onOrBefore(due);
  const widest = Math.max(...ladder.rungs);
  for (let morning = today; ; morning = calendar.before(morning)) {
    if (morning !== today && (missedSince === null || morning <= missedSince)) return null;
    const rung = rungOfMorning(due, actionDay, morning, calendar, ladder);
    if (rung !== null)
      return { rung, morning, freedByReportFrom: freedByReportFrom(rung, actionDay, calendar, ladder) };
    // Before the widest rung nothing was ever asked, so there is no need to look further back.
    if (morning <= actionDay && calendar.workdaysBetween(morning, actionDay) > widest) return null;
  }
}

function rungOfMorning(
  due: CivilDate,
  actionDay: CivilDate,
  morning: CivilDate,
  calendar: WorkCalendar,
  ladder: Ladder,
): Rung | null {
  if (morning > due) {
    const asked =
      ladder.overdue === 'daily' || morning === calendar.after(due) || morning === calendar.firstWorkdayOfWeek(morning);
    return asked ? 'overdue' : null;
  }
  const left = calendar.workdaysBetween(morning, actionDay);
  return ladder.rungs.includes(left) ? left : null;
}

/** "Since the previous rung" counts from that rung's whole day: a report made that morning is no older than its card. */
function freedByReportFrom(rung: Rung, actionDay: CivilDate, calendar: WorkCalendar, ladder: Ladder): CivilDate | null {
  if (rung === 'overdue' || ladder.insistAt.includes(rung)) return null;
  const wider = ladder.rungs.filter(other => other > rung);
  if (wider.length === 0) return beforeAllReports;
  let day = actionDay;
  for (let i = Math.min(...wider); i > 0; i--) day = calendar.before(day);
  return day;
}

/**
 * Whether a unit still owes something at a rung.
 * The caller sees to it that the task is active: 申请办结, closed or suspended tasks owe nothing at all.
 * Source: product description §6
 */
export function owesAt(step: Step, part: Part): boolean {
  if (part.role === 'support' && part.done) return false;
  if (step.freedByReportFrom === null || part.lastReportedAt === null) return true;
  return civilDateOf(part.lastReportedAt) < step.freedByReportFrom;
}

/** The rung at which a unit owes on a day, or null; see stepOn and owesAt. */
export function rungOn(
  duty: Part & { due: CivilDate },
  today: CivilDate,
  calendar: WorkCalendar,
  missedSince: CivilDate | null = null,
  ladder: Ladder = usualLadder,
): Rung | null {
  const step = stepOn(duty.due, today, calendar, missedSince, ladder);
  return step !== null && owesAt(step, duty) ? step.rung : null;
}
