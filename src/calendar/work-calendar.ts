// Which days are workdays: weekdays, corrected by the statutory holidays and make-up days (调休) of a given table.
import { addDays, partsOf, weekdayOf, type CivilDate } from './civil-date';

export interface SpecialDay {
  day: CivilDate;
  kind: 'workday' | 'holiday';
  name: string;
}

const msPerDay = 86_400_000;
/** Days since Monday 1900-01-01. */
const dayNumber = (day: CivilDate): number =>
  Math.round((Date.parse(`${day}T00:00:00Z`) - Date.UTC(1900, 0, 1)) / msPerDay);

/** Mondays to Fridays among the days 0 to `number`. */
function weekdaysUpTo(number: number): number {
  const weeks = Math.floor((number + 1) / 7);
  return weeks * 5 + Math.min(5, number + 1 - weeks * 7);
}

/** What a day was before it was decided otherwise; `kind` null = what its weekday says. */
export interface FormerDay {
  day: CivilDate;
  kind: SpecialDay['kind'] | null;
}

export class WorkCalendar {
  private readonly special: ReadonlyMap<CivilDate, SpecialDay>;
  private readonly knownYears: ReadonlySet<number>;
  /** Days that differ from their weekday, ascending, and how many workdays they add up to so far. */
  private readonly differing: { number: number; sum: number }[] = [];

  /**
   * @param specialDays - days that are not what their weekday says
   * @param knownYears - years whose holidays are published; in any other year only weekends are known
   */
  constructor(specialDays: Iterable<SpecialDay>, knownYears: Iterable<number>) {
    this.special = new Map([...specialDays].map(day => [day.day, day]));
    this.knownYears = new Set(knownYears);
    let sum = 0;
    for (const { day, kind } of [...this.special.values()].sort((a, b) => (a.day < b.day ? -1 : 1))) {
      const isWeekday = weekdayOf(day) <= 5;
      if (isWeekday === (kind === 'workday')) continue;
      sum += isWeekday ? -1 : 1;
      this.differing.push({ number: dayNumber(day), sum });
    }
  }

  /** The calendar with some days as they were before. */
  withFormer(days: Iterable<FormerDay>): WorkCalendar {
    const special = new Map(this.special);
    for (const { day, kind } of days)
      if (kind === null) special.delete(day);
      else special.set(day, { day, kind, name: '' });
    return new WorkCalendar(special.values(), this.knownYears);
  }

  /** False: the year's holidays are not in the table, and whoever plans by it must say so. */
  knowsYear(year: number): boolean {
    return this.knownYears.has(year);
  }

  isWorkday(day: CivilDate): boolean {
    const special = this.special.get(day);
    return special ? special.kind === 'workday' : weekdayOf(day) <= 5;
  }

  /** The holiday's or make-up day's name, or null on an ordinary day. */
  nameOf(day: CivilDate): string | null {
    return this.special.get(day)?.name ?? null;
  }

  /** The last workday on or before a day (the action day of a deadline; product description §2). */
  onOrBefore(day: CivilDate): CivilDate {
    let found = day;
    while (!this.isWorkday(found)) found = addDays(found, -1);
    return found;
  }

  /** The first workday after a day. */
  after(day: CivilDate): CivilDate {
    let found = addDays(day, 1);
    while (!this.isWorkday(found)) found = addDays(found, 1);
    return found;
  }

  /** The last workday before a day. */
  before(day: CivilDate): CivilDate {
    return this.onOrBefore(addDays(day, -1));
  }

  /**
   * Workdays from one day to another: those after `from` up to and with `to`; negative when `to` is earlier; 0 on the same day.
   * 2023-06-27 to 2023-06-30 is 3.
   */
  workdaysBetween(from: CivilDate, to: CivilDate): number {
    if (to < from) return -this.workdaysBetween(to, from);
    return this.countUpTo(dayNumber(to)) - this.countUpTo(dayNumber(from));
  }

  /** Workdays from the beginning of counting up to and with a day. */
  private countUpTo(number: number): number {
    let low = 0;
    let high = this.differing.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.differing[middle]?.number ?? 0) <= number) low = middle + 1;
      else high = middle;
    }
    return weekdaysUpTo(number) + (this.differing[low - 1]?.sum ?? 0);
  }

  /** The first workday of the Monday-to-Sunday week a day is in, or null when the whole week is off. */
  firstWorkdayOfWeek(day: CivilDate): CivilDate | null {
    const monday = addDays(day, 1 - weekdayOf(day));
    for (let i = 0; i < 7; i++) if (this.isWorkday(addDays(monday, i))) return addDays(monday, i);
    return null;
  }

  /** The years between two days that nobody has entered the holidays of. */
  unknownYears(from: CivilDate, to: CivilDate): number[] {
    const years: number[] = [];
    for (let year = partsOf(from).year; year <= partsOf(to).year; year++) if (!this.knowsYear(year)) years.push(year);
    return years;
  }
}
