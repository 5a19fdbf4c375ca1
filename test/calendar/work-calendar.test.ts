// Workdays counted by arithmetic are the workdays counted one by one.
import fc from 'fast-check';
import { holidaySeed } from '../../seeds/holidays';
import { addDays, type CivilDate } from '../../src/calendar/civil-date';
import { WorkCalendar } from '../../src/calendar/work-calendar';

const seed = holidaySeed();
const calendar = new WorkCalendar(seed.days, seed.years);

function counted(from: CivilDate, to: CivilDate): number {
  let count = 0;
  for (let day = addDays(from, 1); day <= to; day = addDays(day, 1)) if (calendar.isWorkday(day)) count++;
  return count;
}

test('between any two days, over holidays, make-up days and year ends', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2500 }), fc.integer({ min: 0, max: 500 }), (start, length) => {
      const from = addDays('2020-01-01', start);
      const to = addDays(from, length);
      expect(calendar.workdaysBetween(from, to)).toBe(counted(from, to));
      expect(calendar.workdaysBetween(to, from)).toBe(length === 0 ? 0 : -counted(from, to));
    }),
    { numRuns: 500 },
  );
});

test('a holiday on a Sunday and a make-up day that is a weekday already change no count', () => {
  const odd = new WorkCalendar(
    [
      { day: '2023-06-25', kind: 'holiday', name: '周日放假' },
      { day: '2023-06-26', kind: 'workday', name: '周一上班' },
    ],
    [2023],
  );
  expect(odd.workdaysBetween('2023-06-23', '2023-06-30')).toBe(5);
});
