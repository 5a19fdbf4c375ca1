// The table of holidays and make-up workdays: read as a WorkCalendar, filled from the seed.
import { In, type EntityManager } from 'typeorm';
import { holidaySeed } from '../../seeds/holidays';
import { type CivilDate, partsOf } from '../calendar/civil-date';
import { type SpecialDay, WorkCalendar } from '../calendar/work-calendar';
import { CalendarDay, CalendarYear } from './entities/schedule';

const rowsAtOnce = 500;

/**
 * The calendar the tables hold.
 * Where nothing has been saved yet, the seed itself: an empty table must never pass for "weekends only".
 */
export async function loadWorkCalendar(manager: EntityManager): Promise<WorkCalendar> {
  const years = await manager.find(CalendarYear);
  const days = await manager.find(CalendarDay);
  if (years.length > 0)
    return new WorkCalendar(
      days,
      years.map(({ year }) => year),
    );
  const seed = holidaySeed();
  return new WorkCalendar([...seed.days, ...days], seed.years);
}

/**
 * Brings the rows that came from the seed up to the seed; safe to repeat, writes nothing where nothing differs.
 * What the office decided stays, and so do years the seed does not know.
 *
 * @returns how many days and years were added, changed or taken out
 */
export async function saveHolidaySeed(manager: EntityManager): Promise<number> {
  const seed = holidaySeed();
  const stored = new Map((await manager.find(CalendarDay)).map(row => [row.day, row]));
  const added = seed.days.filter(({ day }) => !stored.has(day));
  const changed = seed.days.filter(day => {
    const row = stored.get(day.day);
    return row?.source === 'seed' && (row.kind !== day.kind || row.name !== day.name);
  });
  const named = new Set(seed.days.map(({ day }) => day));
  const gone = [...stored.values()]
    .filter(row => row.source === 'seed' && !named.has(row.day) && seed.years.includes(Number(row.day.slice(0, 4))))
    .map(({ day }) => day);
  for (const day of changed) await manager.update(CalendarDay, { day: day.day, source: 'seed' }, day);
  if (gone.length > 0) await manager.delete(CalendarDay, { day: In(gone), source: 'seed' });
  await addDays(manager, added);
  const known = new Set((await manager.find(CalendarYear)).map(({ year }) => year));
  const years = seed.years.filter(year => !known.has(year));
  if (years.length > 0)
    await manager.query(
      `INSERT INTO calendar_years (year) VALUES ${years.map(() => '(?)').join(', ')} ON DUPLICATE KEY UPDATE year = VALUES(year)`,
      years,
    );
  return added.length + changed.length + gone.length + years.length;
}

/** Two processes may start at once, so a day that is there by now is left as it is. */
async function addDays(manager: EntityManager, days: SpecialDay[]): Promise<void> {
  for (let i = 0; i < days.length; i += rowsAtOnce) {
    const rows = days.slice(i, i + rowsAtOnce);
    await manager.query(
      `INSERT INTO calendar_days (day, kind, name, source) VALUES ${rows.map(() => "(?, ?, ?, 'seed')").join(', ')}
       ON DUPLICATE KEY UPDATE day = VALUES(day)`,
      rows.flatMap(({ day, kind, name }) => [day, kind, name]),
    );
  }
}

const nextYearFromMonth = 11;

/**
 * The years whose holidays should be known by a day and are not: its own, and from November the next one, when the
 * State Council has published it.
 */
export function missingYears(calendar: WorkCalendar, today: CivilDate): number[] {
  const { year, month } = partsOf(today);
  return [year, ...(month >= nextYearFromMonth ? [year + 1] : [])].filter(one => !calendar.knowsYear(one));
}
