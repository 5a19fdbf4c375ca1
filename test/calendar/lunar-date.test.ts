// Days of the lunar year, and that they do not depend on the host's time zone.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { lunarDate } from '../../src/calendar/lunar-date';

describe('days of the lunar year', () => {
  it.each([
    [2008, 9, 9, '2008-10-07'],
    [2020, 5, 5, '2020-06-25'], // after the leap fourth month
    [2023, 1, 1, '2023-01-22'],
    [2023, 5, 5, '2023-06-22'], // after the leap second month
    [2023, 8, 15, '2023-09-29'],
    [2024, 1, 1, '2024-02-10'],
    [2024, 5, 5, '2024-06-10'],
    [2025, 1, 1, '2025-01-29'],
    [2025, 8, 15, '2025-10-06'], // after the leap sixth month
    [2026, 1, 1, '2026-02-17'],
    [2027, 1, 1, '2027-02-06'],
    [2030, 1, 1, '2030-02-03'],
    [2033, 8, 15, '2033-09-08'],
  ])('%d-%d-%d is %s', (year, month, day, expected) => {
    expect(lunarDate(year, month, day)).toBe(expected);
  });

  it('knows nothing outside its tables', () => {
    expect(lunarDate(1899, 1, 1)).toBeNull();
    expect(lunarDate(2101, 1, 1)).toBeNull();
  });
});

/** Runs one expression on a deadline cell in a process of another time zone. */
function dueIn(timeZone: string, cell: string): string {
  const script = `
    const { transformFileSync } = require('@swc/core');
    require.extensions['.ts'] = (module, file) => module._compile(
      transformFileSync(file, { module: { type: 'commonjs' }, jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }).code, file);
    const { parseDeadline } = require(process.argv[1]);
    process.stdout.write(String(parseDeadline(process.argv[2], 2023).due));`;
  const module = join(__dirname, '..', '..', 'src', 'calendar', 'deadline.ts');
  return execFileSync(process.execPath, ['-e', script, module, cell], {
    env: { ...process.env, TZ: timeZone },
    encoding: 'utf8',
  });
}

describe('the eve of a lunar holiday', () => {
  it.each(['America/Los_Angeles', 'Asia/Shanghai', 'Pacific/Kiritimati'])('is the same day in %s', timeZone => {
    expect(dueIn(timeZone, '中秋节前')).toBe('2023-09-28');
  });
});
