// The statutory holidays: the day each is named after, and the days off around it.
import { addDays, civilDate, partsOf, type CivilDate } from './civil-date';
import { lunarDate } from './lunar-date';
import { type WorkCalendar } from './work-calendar';

export interface Festival {
  /** As the table of holidays calls it (its first two characters do). */
  name: string;
  /** The day itself; null where it cannot be told. */
  day: (year: number) => CivilDate | null;
  /** Days off as counted from the day itself, for years whose holidays are not published yet. */
  usual: readonly [number, number];
}

export interface DaysOff {
  /** The holiday's own days. */
  start: CivilDate;
  end: CivilDate;
  /** The whole stretch without work around them, weekends and a neighbouring holiday included. */
  restStart: CivilDate;
  restEnd: CivilDate;
}

/** Days off run on for less than this; no stretch is longer than the Spring Festival with two weekends. */
const longestRest = 15;

export const newYear: Festival = { name: '元旦', day: year => civilDate(year, 1, 1), usual: [0, 0] };
export const springFestival: Festival = { name: '春节', day: year => lunarDate(year, 1, 1), usual: [-1, 6] };

/** The holidays by law, in the order of the year. */
export const festivals: readonly Festival[] = [
  newYear,
  springFestival,
  { name: '清明', day: clearBrightness, usual: [0, 0] },
  { name: '劳动', day: year => civilDate(year, 5, 1), usual: [0, 4] },
  { name: '端午', day: year => lunarDate(year, 5, 5), usual: [0, 0] },
  { name: '中秋', day: year => lunarDate(year, 8, 15), usual: [0, 0] },
  { name: '国庆', day: year => civilDate(year, 10, 1), usual: [0, 6] },
];

/** 清明 by the usual formula of solar terms, right for 2000 to 2099. */
function clearBrightness(year: number): CivilDate | null {
  const inCentury = year % 100;
  if (year < 2000 || year > 2099) return null;
  return civilDate(year, 4, Math.floor(inCentury * 0.2422 + 4.81) - Math.floor(inCentury / 4));
}

/** A calendar does not change, so what was found in it stays. */
const known = new WeakMap<WorkCalendar, Map<string, DaysOff | null>>();

/** The days off of a festival in a year, or null where its day cannot be told. */
export function daysOff(festival: Festival, year: number, calendar: WorkCalendar): DaysOff | null {
  const inCalendar = known.get(calendar) ?? new Map<string, DaysOff | null>();
  known.set(calendar, inCalendar);
  const key = `${festival.name} ${year}`;
  const found = inCalendar.get(key);
  if (found !== undefined) return found;
  const off = findDaysOff(festival, year, calendar);
  inCalendar.set(key, off);
  return off;
}

function findDaysOff(festival: Festival, year: number, calendar: WorkCalendar): DaysOff | null {
  const day = festival.day(year);
  if (day === null) return null;
  if (!calendar.knowsYear(year)) {
    const [start, end] = [addDays(day, festival.usual[0]), addDays(day, festival.usual[1])];
    return { start, end, restStart: start, restEnd: end };
  }
  const isRest = (date: CivilDate): boolean => !calendar.isWorkday(date);
  const isOwn = (date: CivilDate): boolean => isRest(date) && calendar.nameOf(date)?.startsWith(festival.name) === true;
  const [restStart, restEnd] = [reach(day, -1, isRest), reach(day, 1, isRest)];
  let [start, end] = [day, day];
  for (let date = restStart; date <= restEnd; date = addDays(date, 1)) {
    if (!isOwn(date)) continue;
    if (date < start) start = date;
    if (date > end) end = date;
  }
  return { start, end, restStart, restEnd };
}

function reach(from: CivilDate, step: 1 | -1, holds: (date: CivilDate) => boolean): CivilDate {
  let last = from;
  for (let i = 0; i < longestRest && holds(addDays(last, step)); i++) last = addDays(last, step);
  return last;
}

/** The days off around a day, in order: those of the year before to those of the year after. */
export function daysOffAround(today: CivilDate, calendar: WorkCalendar): DaysOff[] {
  const { year } = partsOf(today);
  return [year - 1, year, year + 1]
    .flatMap(y => festivals.map(festival => daysOff(festival, y, calendar)))
    .filter(found => found !== null)
    .sort((a, b) => (a.start < b.start ? -1 : 1));
}
