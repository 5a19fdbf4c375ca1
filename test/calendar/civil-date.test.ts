// Which numbers are a day.
import { civilDate } from '../../src/calendar/civil-date';

describe('civilDate', () => {
  it.each([
    [2024, 2, 29, '2024-02-29'],
    [2023, 2, 29, null],
    [2023, 13, 1, null],
    [2023, 6, 31, null],
    [2023, 0, 1, null],
    [2023, NaN, 1, null],
    [2023, 6, NaN, null],
    [1899, 1, 1, null],
  ])('%d-%d-%d is %s', (year, month, day, expected) => {
    expect(civilDate(year, month, day)).toBe(expected);
  });
});
