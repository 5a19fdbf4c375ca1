// When a message nobody asked for may go: on workdays in waking hours, and within what a group bears in a day. Pure.
import { addDays, type CivilDate, civilDateOf, instantOf, wallTimeOf } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';
import { type ListSettings } from '../database/list-settings';

export type Waking = Pick<ListSettings, 'awake' | 'budget' | 'morning'>;

/** What a group has heard unasked on a day. */
export interface HeardToday {
  /** Morning cards that went out, and those that are about to. */
  cards: number;
  cardsToCome: number;
  /** Everything else that went out. */
  others: number;
}

/**
 * When the next waking hours begin; null when it is now.
 * Source: product description §6, "Quiet hours"
 */
export function wakesAt(now: Date, { awake }: Waking, calendar: WorkCalendar): Date | null {
  const today = civilDateOf(now);
  const time = wallTimeOf(now);
  if (calendar.isWorkday(today) && time < awake.to) return time >= awake.from ? null : instantOf(today, awake.from);
  return instantOf(calendar.after(today), awake.from);
}

/**
 * Whether a group may hear one more thing today. The morning card has its place kept free until it is there.
 * Source: product description §6, "budget"
 */
export function isWithinBudget(isCard: boolean, heard: HeardToday, { budget, morning }: Waking, now: Date): boolean {
  const said = heard.cards + heard.others;
  if (isCard) return said < budget;
  const kept = heard.cards === 0 && wallTimeOf(now) < morning ? 1 : 0;
  return said + Math.max(kept, heard.cardsToCome) < budget;
}

/** When a group's next day of waking hours begins. */
export function nextDayAwake(now: Date, { awake }: Waking, calendar: WorkCalendar): Date {
  return instantOf(calendar.after(civilDateOf(now)), awake.from);
}

/** A civil day as instants: from its beginning to before its end. */
export function dayBounds(now: Date): [from: Date, to: Date] {
  const today: CivilDate = civilDateOf(now);
  return [instantOf(today, '00:00'), instantOf(addDays(today, 1), '00:00')];
}
