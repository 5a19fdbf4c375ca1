// Days of the lunar year, from the month lengths of the package chinese-days.
// Its own conversion goes by the host's time zone and is a day off west of Greenwich, so only its tables are used.
import { getYearLeapMonth, monthDays } from 'chinese-days';
import { addDays, type CivilDate } from './civil-date';

const firstYear = 1900;
const lastYear = 2100;
/** The first day of the lunar year 1900. */
const firstDay = '1900-01-31';

/** Days from `firstDay` to the first day of each lunar year; filled as far as it was asked for. */
const yearStarts: number[] = [0];

/**
 * The civil day of a day of the lunar year; months are the ordinary ones, not leap months.
 * (2023, 8, 15) → 2023-09-29
 * @returns null where the tables end (before 1900, after 2100)
 */
export function lunarDate(year: number, month: number, day: number): CivilDate | null {
  if (year < firstYear || year > lastYear) return null;
  for (let known = yearStarts.length; known <= year - firstYear; known++)
    yearStarts.push((yearStarts[known - 1] ?? 0) + daysBefore(firstYear + known - 1, 13));
  return addDays(firstDay, (yearStarts[year - firstYear] ?? 0) + daysBefore(year, month) + day - 1);
}

/** Days of a lunar year that lie before one of its months; 13 = all of them. */
function daysBefore(year: number, month: number): number {
  const leap = getYearLeapMonth(year);
  let days = 0;
  for (let before = 1; before < month; before++)
    days += monthDays(year, before) + (before === leap.leapMonth ? leap.days : 0);
  return days;
}
