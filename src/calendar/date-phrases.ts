// Finds the time a sentence speaks of: "6月底", "本周", "节前", "未来7天" → days, always seen from a given day.
import { type CivilDate, type DateRange } from './civil-date';
import { type WorkCalendar } from './work-calendar';

/** A phrase of time in a text; `start` and `end` (exclusive) are places in the text given. */
export interface DatePhrase {
  start: number;
  end: number;
  range: DateRange;
  /** "X月底到期": any start from the range's start to its end is right. */
  startAny?: boolean;
}

/** What a text's phrases of time are seen from. */
export interface DateView {
  today: CivilDate;
  /** For 工作日, 节前, 放假; without it weekdays only. */
  calendar?: WorkCalendar;
}

/** The phrases of time in a text, in order, never overlapping. `text` is half-width and simplified. */
export function findDatePhrases(_text: string, _view: DateView): DatePhrase[] {
  return [];
}

/** The one range a sentence speaks of, or null: phrases joined as the sentence joins them (从…到…). */
export function readDateRange(_text: string, _view: DateView): DateRange | null {
  return null;
}
