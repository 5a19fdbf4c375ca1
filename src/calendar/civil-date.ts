// Civil dates "YYYY-MM-DD": days as people in Asia/Shanghai write them, whatever the host's time zone.
import dayjs from 'dayjs';
import utc from 'dayjs/plugin/utc';

dayjs.extend(utc);

/** A calendar day, "YYYY-MM-DD". Strings compare in calendar order. */
export type CivilDate = string;

/** Inclusive days; null = open. */
export interface DateRange {
  start: CivilDate | null;
  end: CivilDate | null;
}

const shanghaiOffsetHours = 8;
const pattern = /^(\d{4})-(\d{2})-(\d{2})$/;

/** The day of these numbers (month 1–12), or null when there is no such day (2023-02-30). */
export function civilDate(year: number, month: number, day: number): CivilDate | null {
  // Asked this way round, NaN is no date either.
  if (!(year >= 1900 && year <= 2199 && month >= 1 && month <= 12)) return null;
  if (!(day >= 1 && day <= daysInMonth(year, month))) return null;
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

export function isCivilDate(text: string): boolean {
  const found = pattern.exec(text);
  return found !== null && civilDate(Number(found[1]), Number(found[2]), Number(found[3])) !== null;
}

/** The numbers of a day; month 1–12. Throws on anything that is no civil date. */
export function partsOf(date: CivilDate): { year: number; month: number; day: number } {
  const found = pattern.exec(date);
  if (!found) throw new RangeError(`not a civil date: ${date}`);
  return { year: Number(found[1]), month: Number(found[2]), day: Number(found[3]) };
}

export function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

export function addDays(date: CivilDate, days: number): CivilDate {
  const { year, month, day } = partsOf(date);
  return new Date(Date.UTC(year, month - 1, day + days)).toISOString().slice(0, 10);
}

/** Days from one date to another; negative when `to` is earlier. */
export function daysBetween(from: CivilDate, to: CivilDate): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}

/** 1 = Monday … 7 = Sunday. */
export function weekdayOf(date: CivilDate): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay() || 7;
}

/** The Monday of the week a day is in; weeks run Monday to Sunday. */
export function mondayOf(date: CivilDate): CivilDate {
  return addDays(date, 1 - weekdayOf(date));
}

export function endOfMonth(year: number, month: number): CivilDate {
  return `${year}-${String(month).padStart(2, '0')}-${String(daysInMonth(year, month)).padStart(2, '0')}`;
}

/** The civil day of an instant in Asia/Shanghai (UTC+8, no summer time since 1991). */
export function civilDateOf(instant: Date): CivilDate {
  return dayjs.utc(instant).utcOffset(shanghaiOffsetHours).format('YYYY-MM-DD');
}

/** The wall time "HH:mm" of an instant in Asia/Shanghai. */
export function wallTimeOf(instant: Date): string {
  return dayjs.utc(instant).utcOffset(shanghaiOffsetHours).format('HH:mm');
}

/** The instant of a wall time "HH:mm" on a day in Asia/Shanghai. */
export function instantOf(date: CivilDate, wallTime: string): Date {
  return new Date(`${date}T${wallTime}:00+08:00`);
}
