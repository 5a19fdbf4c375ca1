// 到期日历: months with the days something open is due on, each number a link to its rows.
import { addDays, type CivilDate, daysInMonth, partsOf, weekdayOf } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';
import { type BoardFigures, type LightCounts } from '../reports/board-figures';
import { ledgerLink } from './ledger-address';

interface DayCell {
  /** '' = a place before the first or after the last day of the month. */
  day: string;
  title: string;
  off: boolean;
  today: boolean;
  count: number;
  light: string;
  href: string;
}

export interface MonthTable {
  title: string;
  total: number;
  href: string;
  /** `idle` = nothing is due in it, and it is not the present one: left out on a phone. */
  weeks: { days: DayCell[]; idle: boolean }[];
}

const nowhere: DayCell = { day: '', title: '', off: false, today: false, count: 0, light: '', href: '' };

function worst(lights: LightCounts): string {
  return lights.red > 0 ? 'red' : lights.yellow > 0 ? 'yellow' : 'green';
}

function monthTable(
  month: string,
  days: BoardFigures['days'],
  { list, today, calendar }: { list: string; today: CivilDate; calendar: WorkCalendar },
): MonthTable {
  const { year, month: number } = partsOf(`${month}-01`);
  const due = new Map(days.map(one => [one.due, one]));
  const cells: DayCell[] = Array<DayCell>(weekdayOf(`${month}-01`) - 1).fill(nowhere);
  const last = daysInMonth(year, number);
  for (let i = 1; i <= last; i++) {
    const day = `${month}-${String(i).padStart(2, '0')}`;
    const found = due.get(day);
    const action = found ? calendar.onOrBefore(day) : day;
    cells.push({
      day: String(i),
      title: found ? `${number}月${i}日到期 ${found.total} 项${action === day ? '' : `，最后工作日 ${action}`}` : '',
      off: !calendar.isWorkday(day),
      today: day === today,
      count: found?.total ?? 0,
      light: found ? worst(found.lights) : '',
      href: found ? ledgerLink({ list, state: 'open', from: day, to: day }) : '',
    });
  }
  while (cells.length % 7 !== 0) cells.push(nowhere);
  const weeks = Array.from({ length: cells.length / 7 }, (_, i) => cells.slice(i * 7, i * 7 + 7)).map(week => ({
    days: week,
    idle: !week.some(({ count, today: isToday }) => count > 0 || isToday),
  }));
  return {
    title: `${year}年${number}月`,
    total: days.reduce((sum, one) => sum + one.total, 0),
    href: ledgerLink({ list, state: 'open', from: `${month}-01`, to: addDays(`${month}-01`, last - 1) }),
    weeks,
  };
}

const maxMonths = 8;
/** Of months gone by, with what is overdue; the present one is always shown. */
const maxPastMonths = 2;

interface Beyond {
  count: number;
  href: string;
}

/**
 * The months in which something open is due, and the present one.
 * @returns what is due before and after the months shown, too: how much it is, and its rows
 */
export function dueCalendar(
  days: BoardFigures['days'],
  view: { list: string; today: CivilDate; calendar: WorkCalendar },
): { months: MonthTable[]; earlier: Beyond | null; later: Beyond | null } {
  const { list, today } = view;
  const monthOf = (day: CivilDate): string => day.slice(0, 7);
  const months = [...new Set([monthOf(today), ...days.map(one => monthOf(one.due))])].sort();
  const present = months.indexOf(monthOf(today));
  const from = Math.max(0, present - maxPastMonths);
  const shown = months.slice(from, from + maxMonths);
  const [first = '', last = ''] = [shown[0], shown.at(-1)];
  const beyond = (rest: BoardFigures['days'], address: { from?: CivilDate; to?: CivilDate }): Beyond | null =>
    rest.length === 0
      ? null
      : { count: rest.reduce((sum, one) => sum + one.total, 0), href: ledgerLink({ list, state: 'open', ...address }) };
  const before = days.filter(one => monthOf(one.due) < first);
  const after = days.filter(one => monthOf(one.due) > last);
  return {
    months: shown.map(month =>
      monthTable(
        month,
        days.filter(one => monthOf(one.due) === month),
        view,
      ),
    ),
    earlier: beyond(before, { to: before.at(-1)?.due ?? today }),
    later: beyond(after, { from: after[0]?.due ?? today }),
  };
}
