// What a recipient has put off, as a morning's plan sees it. Pure.
import { addDays, type CivilDate } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';
import { type Move } from '../tasks/reminder-moves';
import { type SinceOf } from './owed-tasks';

/** The last morning that went out before one, taking missed ones into account. */
export function lastMorningBefore(at: CivilDate, calendar: WorkCalendar, missedSince: CivilDate | null): CivilDate {
  return missedSince ?? calendar.before(at);
}

/**
 * Since when each task's reminder is to be made good for one recipient: null while it is put off; from the day it was
 * put off on the morning it comes back; else as for everybody. Pure.
 */
export function sinceWithMoves(moves: readonly Move[], at: CivilDate, missedSince: CivilDate | null): SinceOf {
  const everything = moves.filter(move => move.taskId === '');
  const single = new Map<string, Move[]>();
  for (const move of moves) if (move.taskId !== '') single.set(move.taskId, [...(single.get(move.taskId) ?? []), move]);
  return task => {
    // A single move is younger than one of everything, which would have taken its place.
    const own = single.get(task.id) ?? everything;
    if (own.some(move => move.resumeOn > at)) return null;
    const days = own.map(move => addDays(move.fromDay, -1));
    return { since: [...days, ...(missedSince === null ? [] : [missedSince])].sort()[0] ?? null };
  };
}
