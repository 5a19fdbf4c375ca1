// Spans of days, and how a form of words (a DateForm) comes to one, seen from the day of the message.
import { digitsOf } from './chinese-numerals';
import { addDays, civilDate, daysBetween, daysInMonth, endOfMonth, partsOf, type CivilDate } from './civil-date';
import { type WorkCalendar } from './work-calendar';

/** The days a form of words names. */
export interface Span {
  start: CivilDate;
  end: CivilDate;
  /** What is said: one day, a week, a month …; "count": counted from today (未来7天). */
  grain: 'day' | 'week' | 'month' | 'longer' | 'festival' | 'count';
  /** The end of a month, quarter or year as a time something falls due: any start inside the span is right. */
  startAny?: boolean;
  /** Where "X前" ends and "X后" begins when that is not at the span itself: a holiday is on neither side. */
  eve?: CivilDate;
  morrow?: CivilDate;
}

/**
 * What an unfinished form (周五, 15日, 6月) is completed from.
 * `toward`: "limit" X前; "coming" never past (延期到X); "after" not before `anchor` (the second half of 从…到…).
 */
export interface Seen {
  today: CivilDate;
  anchor: CivilDate;
  toward: 'rule' | 'limit' | 'coming' | 'after';
  calendar: WorkCalendar;
}

/** 'invalid': a date that does not exist, so nothing inside it is one either; null: not a date after all. */
export type Reading = Span | 'invalid' | null;

/** The named groups of a form that was found. */
export type Groups = Record<string, string | undefined>;

export interface DateForm {
  /** Every character it can begin with. */
  first: string;
  /** Sticky; bounded in length. */
  pattern: RegExp;
  read: (groups: Groups, seen: Seen) => Reading;
  /** Says a date only where it opens a longer phrase: 现在起, 即日起至… */
  opensOnly?: boolean;
  /** A bare 15号 may be a number of a list as well. */
  maybeNumber?: boolean;
}

/** Days across the turn of a year that are still meant as one time: 12月25日到1月15日, but not 6月30日到6月1日. */
export const longestTurn = 200;

const yearWords: Record<string, number> = {
  今: 0,
  本: 0,
  当: 0,
  明: 1,
  来: 1,
  次: 1,
  翌: 1,
  下: 1,
  后: 2,
  去: -1,
  上: -1,
  前: -2,
};

/** The year that is written (2023年, 23年, 二〇二三年, 去年), or null when it is left to the rule. */
export function writtenYear({ y4, y2, yc, yw }: Groups, { today }: Seen): number | null {
  if (y4) return Number(y4);
  if (y2) return 2000 + Number(y2);
  if (yc) return Number(digitsOf(yc));
  return yw ? partsOf(today).year + (yearWords[yw.charAt(0)] ?? 0) : null;
}

/** How far a week, month or quarter is from the present one by its word (`relative`): 本 0, 下下 2, 上个 -1. */
export function distanceOf(word: string): number {
  const steps = /[上下]+/.exec(word)?.[0] ?? (word.startsWith('次') ? '下' : '');
  return steps.startsWith('上') ? -steps.length : steps.length;
}

/**
 * Reads what comes once a year: in the written year, else in the anchor's,
 * else in the next one where the way it is said asks for that.
 */
export function inYear(groups: Groups, seen: Seen, make: (year: number) => Span | null): Reading {
  const written = writtenYear(groups, seen);
  if (written !== null) return make(written) ?? 'invalid';
  const { year, month } = partsOf(seen.anchor);
  const found = make(year);
  if (!found) return 'invalid';
  if (isPassed(found, seen)) {
    const next = make(year + 1);
    // 延期到1月底 in November is next year's; 延期到6月底 in August names a day that is past, and is left so.
    const isFar = next !== null && seen.toward === 'coming' && daysBetween(seen.today, next.end) > longestTurn;
    return (isFar ? found : next) ?? 'invalid';
  }
  // In December a limit or a day in January is the coming one; "1月的任务" is left to its year.
  const nearby = seen.toward === 'limit' || found.grain === 'day' || found.startAny === true;
  const isComing = nearby && month === 12 && seen.anchor === seen.today && partsOf(found.end).month === 1;
  return isComing ? (make(year + 1) ?? 'invalid') : found;
}

/** The way it is said asks for a later one than this. */
export function isPassed({ end }: Span, { toward, anchor, today }: Seen): boolean {
  return (toward === 'after' && end < anchor) || (toward === 'coming' && end < today);
}

export function days(start: CivilDate, end: CivilDate, grain: Span['grain']): Span {
  return { start, end, grain };
}

export function daySpan(year: number, month: number, day: number): Span | null {
  const found = civilDate(year, month, day);
  return found ? days(found, found, 'day') : null;
}

/** Both ends and all between; null when it would run backwards. */
export function between(first: Span | null, last: Span | null): Span | null {
  return first && last && first.start <= last.end ? days(first.start, last.end, last.grain) : null;
}

// prettier-ignore
const parts: Record<string, readonly [number, number]> = {
  初: [1, 10], 上旬: [1, 10], 中: [11, 20], 中旬: [11, 20], 下旬: [21, 31], 上中旬: [1, 20], 中下旬: [11, 31], 上半月: [1, 15], 下半月: [16, 31],
};

/** A month (1–12) or a part of it as `monthPart` words it; null when there is no such month. */
export function monthSpan(year: number, month: number, part?: string): Span | null {
  const first = civilDate(year, month, 1);
  if (!first) return null;
  const [from, until] = parts[part ?? ''] ?? [1, 31];
  const last = Math.min(until, daysInMonth(year, month));
  const span = days(addDays(first, from - 1), addDays(first, last - 1), 'month');
  return part && /[底末]$/.test(part) ? { ...span, startAny: true } : span;
}

/** The months from one to another, counted from January of `year`; 13 is January of the next one. */
export function monthsSpan(year: number, first: number, last: number): Span | null {
  const [from, to] = [monthAt(year, first), monthAt(year, last)];
  const start = civilDate(from.year, from.month, 1);
  return start && civilDate(to.year, to.month, 1) ? days(start, endOfMonth(to.year, to.month), 'longer') : null;
}

/** A month counted on past the year's ends: (2023, 13) is January 2024, (2023, 0) December 2022. */
export function monthAt(year: number, month: number): { year: number; month: number } {
  return { year: year + Math.floor((month - 1) / 12), month: ((((month - 1) % 12) + 12) % 12) + 1 };
}

/** The same day some months on, or that month's last day where it has no such day. */
export function addMonths(date: CivilDate, months: number): CivilDate {
  const { year, month, day } = partsOf(date);
  const there = monthAt(year, month + months);
  const last = endOfMonth(there.year, there.month);
  return `${last.slice(0, 8)}${String(Math.min(day, daysInMonth(there.year, there.month))).padStart(2, '0')}`;
}
