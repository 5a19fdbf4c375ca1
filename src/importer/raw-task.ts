// A task as a list prints it, before anything is interpreted.
import { type Printed } from './table';

/** A cell with its place. */
export interface RawCell extends Printed {
  sheet: string | null;
  /** The column's heading. */
  column: string;
}

export interface RawTask {
  sheet: string | null;
  row: number;
  /** As printed; null where the list has no number column. */
  label: string | null;
  numberColumn: string | null;
  section: string | null;
  measure: string | null;
  content: string;
  /** Of the units in a cell of `lead` only the first leads. */
  firstLeads: boolean;
  lead: RawCell[];
  support: RawCell[];
  deadlines: RawCell[];
}
