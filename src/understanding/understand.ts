// understand: what a message means, by rules alone: no model, no network, no clock.
import { type CivilDate } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';
import { type UnitNames } from '../directory/unit-names';
import { type QuotedContext, type Reading, type TalkContext } from './frames';

/** What a message is read against. */
export interface Situation {
  today: CivilDate;
  calendar: WorkCalendar;
  /** The sender's unit by its canonical name; null when not bound yet. */
  senderUnit: string | null;
  names: UnitNames;
  quoted?: QuotedContext;
  talk?: TalkContext;
  taskExists: (no: number) => boolean;
  /** Short names of the lists a number may be prefixed with (营商38). */
  listNames: string[];
}

/** The acts of a message. Never throws. */
export function understand(_text: string, _situation: Situation): Reading {
  return { frame: { intent: 'none' }, also: [] };
}
