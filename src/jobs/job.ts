// What a job is: a name, the slots of wall time it stands for, and what it does in one of them.
import { type EntityManager } from 'typeorm';
import { type CivilDate } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';

/** One time at which a job is to happen, exactly once. */
export interface Slot {
  /** Wall time in Asia/Shanghai, "2023-06-26T08:30"; sorts by time, and is unique for a job. */
  name: string;
  day: CivilDate;
  opensAt: Date;
  /** Caught up until then; afterwards the slot is missed. */
  closesAt: Date;
}

export interface SlotTurn {
  slot: Slot;
  now: Date;
  calendar: WorkCalendar;
  /** The day of the last slot before a gap of missed ones that ends here; null when nothing was missed. */
  missedSince: CivilDate | null;
}

export interface Job {
  name: string;
  /** The job's one slot on a day, or null when it has none. */
  slotOn(day: CivilDate, calendar: WorkCalendar): Slot | null;
  /**
   * Does the work in the transaction that claims the slot, so nothing outside the database may happen here.
   * @returns one line for the list of runs
   */
  run(manager: EntityManager, turn: SlotTurn): Promise<string>;
}
