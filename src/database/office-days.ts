// What the office decides about workdays: over the holiday package, never overwritten by it, every decision on record.
import { In, type EntityManager, MoreThan } from 'typeorm';
import { type CivilDate } from '../calendar/civil-date';
import { type FormerDay, type SpecialDay, type WorkCalendar } from '../calendar/work-calendar';
import { newId } from '../ids';
import { AuditEntry, CalendarDay, CalendarYear } from './entities/schedule';
import { saveHolidaySeed } from './work-days';

export interface OfficeDecision {
  /** Who decides, for the audit log. */
  actor: string;
  personId?: string | null;
  now: Date;
}

export interface OfficeDaysChange {
  /** Days whose meaning is different now. */
  changed: CivilDate[];
  /** Years that are known from now on. */
  newYears: number[];
}

// The statutory days that fall on a fixed date: a year in which these are entered as off has been entered.
const fixedHolidays = ['01-01', '05-01', '10-01', '10-02', '10-03'];

/**
 * Sets days as 休 or 班, whatever the holiday package says. A year becomes known once its fixed statutory days
 * (元旦, 劳动节, 国庆节) are entered as off.
 */
export async function setOfficeDays(
  manager: EntityManager,
  days: SpecialDay[],
  decision: OfficeDecision,
): Promise<OfficeDaysChange> {
  await saveHolidaySeed(manager);
  const before = await storedDays(
    manager,
    days.map(({ day }) => day),
  );
  const changed = days.filter(({ day, kind, name }) => {
    const old = before.get(day);
    return old?.source !== 'office' || old.kind !== kind || old.name !== name;
  });
  for (const day of changed) await manager.upsert(CalendarDay, { ...day, source: 'office' }, ['day']);
  const newYears = await learnYears(manager, days);
  if (changed.length > 0 || newYears.length > 0)
    await record(manager, decision, {
      act: 'set_work_days',
      days: changed.map(({ day }) => day),
      before: changed.map(({ day }) => before.get(day) ?? { day, kind: null }),
      after: { days: changed, newYears },
    });
  return { changed: changed.map(({ day }) => day), newYears };
}

/** Takes the office's word on a day back: it is again what the holiday package says. @returns false when there was none */
export async function unsetOfficeDay(
  manager: EntityManager,
  day: CivilDate,
  decision: OfficeDecision,
): Promise<boolean> {
  const old = await manager.findOneBy(CalendarDay, { day, source: 'office' });
  if (!old) return false;
  await manager.delete(CalendarDay, { day, source: 'office' });
  await saveHolidaySeed(manager);
  const now = (await storedDays(manager, [day])).get(day) ?? { day, kind: null };
  await record(manager, decision, { act: 'unset_work_day', days: [day], before: [old], after: { days: [now] } });
  return true;
}

/** The calendar as it was at an instant, before what the office has decided since; null when it decided nothing. */
export async function calendarAsOf(
  manager: EntityManager,
  calendar: WorkCalendar,
  instant: Date,
): Promise<WorkCalendar | null> {
  const since = await manager.find(AuditEntry, {
    where: { act: In(['set_work_days', 'unset_work_day']), at: MoreThan(instant) },
    order: { at: 'DESC', id: 'DESC' },
  });
  if (since.length === 0) return null;
  // From the last decision back to the first: what stood before that one stands.
  return calendar.withFormer(since.flatMap(({ before }) => before as FormerDay[]));
}

async function storedDays(manager: EntityManager, days: CivilDate[]): Promise<Map<CivilDate, CalendarDay>> {
  const rows = days.length > 0 ? await manager.find(CalendarDay, { where: { day: In(days) } }) : [];
  return new Map(rows.map(row => [row.day, row]));
}

async function learnYears(manager: EntityManager, days: SpecialDay[]): Promise<number[]> {
  const known = new Set((await manager.find(CalendarYear)).map(({ year }) => year));
  const years = [...new Set(days.map(({ day }) => Number(day.slice(0, 4))))].filter(year => !known.has(year));
  const learnt: number[] = [];
  for (const year of years) {
    const fixed = await storedDays(
      manager,
      fixedHolidays.map(monthDay => `${year}-${monthDay}`),
    );
    if (fixed.size < fixedHolidays.length || [...fixed.values()].some(({ kind }) => kind !== 'holiday')) continue;
    await manager.upsert(CalendarYear, { year }, ['year']);
    learnt.push(year);
  }
  return learnt;
}

async function record(
  manager: EntityManager,
  { actor, personId = null, now }: OfficeDecision,
  entry: { act: string; days: CivilDate[]; before: object[]; after: object },
): Promise<void> {
  const [first = '', ...others] = entry.days;
  await manager.insert(AuditEntry, {
    id: newId(),
    at: now,
    personId,
    actor,
    act: entry.act,
    object: `calendar:${first}${others.length > 0 ? `+${others.length}` : ''}`,
    before: entry.before,
    after: entry.after,
    inboxMessageId: null,
  });
}
