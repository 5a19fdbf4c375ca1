// Which days are workdays: weekdays, corrected by the statutory holidays and make-up days (调休) of a given table.
import { addDays, partsOf, weekdayOf, type CivilDate } from './civil-date';

export interface SpecialDay {
  day: CivilDate;
  kind: 'workday' | 'holiday';
  name: string;
}

export class WorkCalendar {
  private readonly special: ReadonlyMap<CivilDate, SpecialDay>;
  private readonly knownYears: ReadonlySet<number>;

  /**
   * @param specialDays - days that are not what their weekday says
   * @param knownYears - years whose holidays are published; in any other year only weekends are known
   */
  constructor(specialDays: Iterable<SpecialDay>, knownYears: Iterable<number>) {
    this.special = new Map([...specialDays].map(day => [day.day, day]));
    this.knownYears = new Set(knownYears);
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
    let count = 0;
    for (let day = addDays(from, 1); day <= to; day = addDays(day, 1)) if (this.isWorkday(day)) count++;
    return count;
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
