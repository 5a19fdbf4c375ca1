// Statutory holidays and make-up workdays (调休), from the plain data file of the package chinese-days.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type SpecialDay } from '../src/calendar/work-calendar';

// Only the data is used: the package's own functions go by the host's time zone and take an unknown year for weekends only.
const dataFile = 'chinese-days/dist/chinese-days.json';

/** "YYYY-MM-DD" → "English name,中文名,days off by law" */
const namedDays = z.record(z.iso.date(), z.string());
const shape = z.object({ holidays: namedDays, workdays: namedDays, inLieuDays: namedDays });

export interface HolidaySeed {
  /** Sorted by day. */
  days: SpecialDay[];
  /** Years whose holidays the package has; ascending. */
  years: number[];
}

let read: HolidaySeed | null = null;

/**
 * The days that are not what their weekday says, as published each year by the State Council.
 * A make-up workday carries the name of the holiday it makes up for.
 */
export function holidaySeed(): HolidaySeed {
  read ??= readSeed();
  return read;
}

function readSeed(): HolidaySeed {
  const { holidays, workdays, inLieuDays } = shape.parse(JSON.parse(readFileSync(require.resolve(dataFile), 'utf8')));
  const byDay = new Map<string, SpecialDay>();
  const put = (kind: SpecialDay['kind'], days: Record<string, string>): void => {
    for (const [day, names] of Object.entries(days)) byDay.set(day, { day, kind, name: nameOf(names, kind) });
  };
  put('holiday', inLieuDays);
  put('holiday', holidays);
  put('workday', workdays);
  const days = [...byDay.values()].sort((a, b) => (a.day < b.day ? -1 : 1));
  const years = [...new Set(Object.keys(holidays).map(day => Number(day.slice(0, 4))))].sort((a, b) => a - b);
  return { days, years };
}

function nameOf(names: string, kind: SpecialDay['kind']): string {
  const name = names.split(',')[1] ?? names;
  return kind === 'workday' ? `${name}调休上班` : name;
}
