// A short way to write what is expected of a text: '看一下[周五]的' → '2023-08-18'.
import { holidaySeed } from '../../seeds/holidays';
import { findDatePhrases } from '../../src/calendar/date-phrases';
import { WorkCalendar } from '../../src/calendar/work-calendar';

const seed = holidaySeed();
export const calendar = new WorkCalendar(seed.days, seed.years);

/** A marked text, and the range of each mark in order. */
export type Row = readonly [marked: string, ...ranges: string[]];

/**
 * The phrases of a text in brackets, then their ranges: "2023-08-14..2023-08-20", one day as "2023-08-18", open as
 * "..2023-08-31" or "2023-08-20..", and " any" where any start is right.
 */
export function read(text: string, today: string): Row {
  const phrases = findDatePhrases(text, { today, calendar });
  let marked = '';
  let at = 0;
  for (const { start, end } of phrases) {
    marked += `${text.slice(at, start)}[${text.slice(start, end)}]`;
    at = end;
  }
  const ranges = phrases.map(({ range: { start, end }, startAny }) => {
    const days = start !== null && start === end ? start : `${start ?? ''}..${end ?? ''}`;
    return startAny ? `${days} any` : days;
  });
  return [marked + text.slice(at), ...ranges];
}

/** The text a row is about. */
export function unmarked([marked]: Row): string {
  return marked.replace(/[[\]]/g, '');
}
