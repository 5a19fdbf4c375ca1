// Papers asked for by chat: what the conversation asks of whoever can make them; joined by the app, because rooms on one floor do not know each other.
import { type EntityManager } from 'typeorm';
import { type CivilDate } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';
import { type TaskList } from '../database/entities/task';

export interface Papers {
  /** Takes the figures of a 通报 and numbers it, within the turn's transaction. */
  takeBulletin(
    manager: EntityManager,
    list: TaskList,
    cause: {
      personId: string;
      personName: string;
      inboxMessageId: string | null;
      now: Date;
      today: CivilDate;
      calendar: WorkCalendar;
    },
  ): Promise<{ id: string; year: number; issue: number }>;
}
