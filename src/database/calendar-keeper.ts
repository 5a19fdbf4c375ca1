// The work calendar, kept for a few seconds: every turn needs it, the office changes it a few times a year.
import { type DataSource } from 'typeorm';
import { type WorkCalendar } from '../calendar/work-calendar';
import { loadWorkCalendar } from './work-days';

const keptMs = 5000;

/** Loads the calendar anew when what is held is older than five seconds, so that another process's change is seen soon. */
export function keepWorkCalendar(dataSource: DataSource): () => Promise<WorkCalendar> {
  let held: { calendar: WorkCalendar; until: number } | null = null;
  return async () => {
    if (held && held.until > performance.now()) return held.calendar;
    const calendar = await loadWorkCalendar(dataSource.manager);
    held = { calendar, until: performance.now() + keptMs };
    return calendar;
  };
}
