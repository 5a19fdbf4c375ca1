// The shapes of a previewed import, as programs rely on them (product description §10).
import { type CivilDate } from '../calendar/civil-date';
import { type Recurrence } from '../calendar/deadline-recurrence';
import { type TaskState } from '../database/entities/task';

export interface DeadlineDraft {
  /** As printed. */
  text: string;
  due: CivilDate | null;
  longTerm: boolean;
  recurring: Recurrence | null;
  vague: boolean;
  /** Only where the cell names a beginning. */
  start?: CivilDate | null;
}

/** What a list says about one task. */
export interface TaskFacts {
  /** 序号 as a number. */
  no: number;
  /** 序号 as printed. */
  label: string;
  section: string | null;
  measure: string | null;
  content: string;
  lead: string[];
  support: string[];
  /** Collectives among the responsible units, and among the lead units. */
  collectives: string[];
  leadCollectives: string[];
  openEnded: boolean;
  deadline: DeadlineDraft;
}

export interface TaskDraft extends TaskFacts {
  /** `row` counts table rows in the file from 1: title, header and blank rows too. */
  at: { sheet: string | null; row: number };
}

/** A task as the database holds it. */
export interface StoredTask extends TaskFacts {
  id: string;
  state: TaskState;
  version: number;
  /** A later version of the list has left it out, which has ended it (终止). */
  leftOut: boolean;
}
