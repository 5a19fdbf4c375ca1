// The table of holidays: what the seed says, how it is kept up to date, and that no year passes for known that is not.
import { holidaySeed } from '../../seeds/holidays';
import { addDays } from '../../src/calendar/civil-date';
import { WorkCalendar } from '../../src/calendar/work-calendar';
import { CalendarDay, CalendarYear } from '../../src/database/entities/schedule';
import { inTransaction } from '../../src/database/transaction';
import { loadWorkCalendar, missingYears, saveHolidaySeed } from '../../src/database/work-days';
import { freshDatabase, type FreshDatabase } from '../support/database';
import { publishedCalendar } from '../support/published-holidays';

let database: FreshDatabase;

beforeAll(async () => {
  database = await freshDatabase();
});
beforeEach(async () => {
  await database.dataSource.query('DELETE FROM calendar_days');
  await database.dataSource.query('DELETE FROM calendar_years');
});
afterAll(() => database.drop());

/** The days from 2023 to 2026 on which a calendar differs from what was published. */
function differences(calendar: { isWorkday(day: string): boolean }): string[] {
  const found: string[] = [];
  for (let day = '2023-01-01'; day <= '2026-12-31'; day = addDays(day, 1))
    if (calendar.isWorkday(day) !== publishedCalendar.isWorkday(day)) found.push(day);
  return found;
}

describe('the seed', () => {
  it('has every holiday and every make-up workday of 2023 to 2026 as published', async () => {
    expect(differences(await loadWorkCalendar(database.dataSource.manager))).toEqual([]);
  });

  it('knows the years it has, and no other', () => {
    const { years, days } = holidaySeed();
    expect(years).toEqual(expect.arrayContaining([2023, 2024, 2025, 2026]));
    for (const year of years) expect(days.some(({ day }) => day.startsWith(`${year}-10-01`))).toBe(true);
    expect(years).not.toContain(Math.max(...years) + 1);
    expect(days.map(({ day }) => day)).toEqual([...new Set(days.map(({ day }) => day))].sort());
  });

  it('names a make-up day after the holiday it makes up for', async () => {
    const calendar = await loadWorkCalendar(database.dataSource.manager);
    expect(calendar.nameOf('2023-06-25')).toMatch(/^端午节?调休上班$/);
    expect(calendar.nameOf('2023-10-01')).toBe('国庆节');
    expect(calendar.nameOf('2023-06-26')).toBeNull();
  });
});

describe('the table', () => {
  it('once filled says the same as the seed', async () => {
    const { manager } = database.dataSource;
    await saveHolidaySeed(manager);
    const calendar = await loadWorkCalendar(manager);
    expect(differences(calendar)).toEqual([]);
    expect(calendar.knowsYear(2023)).toBe(true);
    const last = Math.max(...holidaySeed().years);
    expect(calendar.knowsYear(last + 1)).toBe(false);
    expect(calendar.unknownYears(`${last}-12-01`, `${last + 1}-01-31`)).toEqual([last + 1]);
  });

  it('is filled once: the second time nothing is written', async () => {
    const { manager } = database.dataSource;
    expect(await saveHolidaySeed(manager)).toBe(holidaySeed().days.length + holidaySeed().years.length);
    expect(await saveHolidaySeed(manager)).toBe(0);
    expect(await manager.count(CalendarDay)).toBe(holidaySeed().days.length);
  });

  it('is filled once by two processes that start together', async () => {
    const both = [0, 1].map(() => inTransaction(database.dataSource, saveHolidaySeed));
    await Promise.all(both);
    expect(await database.dataSource.manager.count(CalendarDay)).toBe(holidaySeed().days.length);
    expect(differences(await loadWorkCalendar(database.dataSource.manager))).toEqual([]);
  });

  it('is brought up to the seed where an older seed said otherwise', async () => {
    const { manager } = database.dataSource;
    await saveHolidaySeed(manager);
    await manager.update(CalendarDay, { day: '2023-06-25' }, { kind: 'holiday', name: 'wrong' });
    await manager.insert(CalendarDay, { day: '2023-06-26', kind: 'holiday', name: 'withdrawn', source: 'seed' });
    await manager.delete(CalendarDay, { day: '2023-10-07' });
    expect(await saveHolidaySeed(manager)).toBe(3);
    expect(differences(await loadWorkCalendar(manager))).toEqual([]);
  });

  it('keeps what the office decided, and years the seed does not know', async () => {
    const { manager } = database.dataSource;
    const later = Math.max(...holidaySeed().years) + 1;
    await manager.insert(CalendarDay, { day: '2023-06-25', kind: 'holiday', name: '本区放假', source: 'office' });
    await manager.insert(CalendarDay, { day: `${later}-01-01`, kind: 'holiday', name: '元旦', source: 'office' });
    await manager.insert(CalendarYear, { year: later });
    await saveHolidaySeed(manager);
    const calendar = await loadWorkCalendar(manager);
    expect(calendar.isWorkday('2023-06-25')).toBe(false);
    expect(calendar.nameOf('2023-06-25')).toBe('本区放假');
    expect(calendar.knowsYear(later)).toBe(true);
    expect(calendar.isWorkday(`${later}-01-01`)).toBe(false);
    expect(await saveHolidaySeed(manager)).toBe(0);
  });
});

describe('the years that should be known and are not', () => {
  it.each([
    ['2026-10-31', [2025, 2026], []],
    ['2026-11-01', [2025, 2026], [2027]],
    ['2026-12-31', [2026, 2027], []],
    ['2027-01-01', [2025, 2026], [2027]],
    ['2027-11-01', [2026], [2027, 2028]],
  ])('on %s, knowing %j: %j', (today, years, missing) => {
    expect(missingYears(new WorkCalendar([], years), today)).toEqual(missing);
  });
});
