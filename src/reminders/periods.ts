// The periods in which standing tasks report: a quarter, or the rhythm a list's deadline names. Pure.
import { addDays, type CivilDate, daysInMonth, mondayOf, partsOf } from '../calendar/civil-date';
import { type Recurrence } from '../database/entities/task';
import { type ListSettings } from '../database/list-settings';

/** Inclusive days. */
export interface Period {
  start: CivilDate;
  end: CivilDate;
}

export type Rhythm = ListSettings['longTerm'] | (Recurrence & { month?: number });

const lastMonths: Record<Exclude<ListSettings['longTerm'], 'none'>, number[]> = {
  monthly: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
  quarterly: [3, 6, 9, 12],
  halfyearly: [6, 12],
  yearly: [12],
};

/**
 * The period a day is in: it ends on the first reporting day on or after it, and began the day after the one before.
 * @returns null for the rhythm `none`
 */
export function periodOf(rhythm: Rhythm, day: CivilDate): Period | null {
  if (rhythm === 'none') return null;
  if (typeof rhythm === 'object' && rhythm.freq === 'weekly') return weekOf(rhythm.day, day);
  const { year } = partsOf(day);
  const ends = [year - 1, year, year + 1].flatMap(one => endsIn(rhythm, one));
  const next = ends.findIndex(end => end >= day);
  const end = ends[next];
  const before = ends[next - 1];
  return end === undefined || before === undefined ? null : { start: addDays(before, 1), end };
}

function weekOf(weekday: number | 'last', day: CivilDate): Period {
  const thisWeeks = addDays(mondayOf(day), (weekday === 'last' ? 7 : weekday) - 1);
  const end = thisWeeks >= day ? thisWeeks : addDays(thisWeeks, 7);
  return { start: addDays(end, -6), end };
}

function endsIn(rhythm: Exclude<Rhythm, 'none'>, year: number): CivilDate[] {
  if (typeof rhythm === 'string') return lastMonths[rhythm].map(month => dayOf(year, month, 'last'));
  const { freq, day, month } = rhythm;
  if (freq === 'yearly') return [dayOf(year, month ?? 12, day)];
  if (freq === 'quarterly') return [0, 3, 6, 9].map(first => dayOf(year, first + (month ?? 3), day));
  return lastMonths.monthly.map(each => dayOf(year, each, day));
}

/** A 31st in a short month is its last day. */
function dayOf(year: number, month: number, day: number | 'last'): CivilDate {
  const last = daysInMonth(year, month);
  const number = day === 'last' ? last : Math.min(day, last);
  return `${year}-${String(month).padStart(2, '0')}-${String(number).padStart(2, '0')}`;
}

/** "第三季度", "6月", "上半年", "2023年", "9月1日—9月20日" */
export function periodName({ start, end }: Period): string {
  const from = partsOf(start);
  const to = partsOf(end);
  const months = (to.year - from.year) * 12 + to.month - from.month + 1;
  const whole = from.day === 1 && to.day === daysInMonth(to.year, to.month) && from.year === to.year;
  if (whole && months === 1) return `${to.month}月`;
  if (whole && months === 3 && to.month % 3 === 0) return `第${'一二三四'[to.month / 3 - 1] ?? ''}季度`;
  if (whole && months === 6 && to.month % 6 === 0) return to.month === 6 ? '上半年' : '下半年';
  if (whole && months === 12) return `${to.year}年`;
  return `${from.month}月${from.day}日—${to.month}月${to.day}日`;
}
