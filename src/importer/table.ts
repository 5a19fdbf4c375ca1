// Table: what every file reader hands over, whatever the format; and blank cells that carry the value above.

export interface TableRow {
  /** 1-based place of the row in the file: all table rows count, title, header and blank rows too, through all tables of a sheet. */
  row: number;
  /** As printed, lines inside a cell parted by "\n". */
  cells: string[];
  /** Where merges are known: indexes of the cells that are merged with the row above and repeat its value. */
  merged?: number[];
}

/**
 * One table of a file.
 * A cell that spans columns stands in the first of them, the others are blank. `mergesKnown`: the reader has
 * filled vertically merged cells itself and named them in `merged`; otherwise a blank cell under a filled one is a merge.
 */
export interface Table {
  /** Name of the sheet; null where the format has none. */
  sheet: string | null;
  /** The lines of text above the table, in order. */
  above: string[];
  rows: TableRow[];
  mergesKnown: boolean;
}

/** A value, and the row it was printed in. */
export interface Printed {
  text: string;
  row: number;
}

/**
 * The carry of the columns of one table: the last filled cell holds until the next one, each column on its own.
 * A row that is blank in every cell is not shown to it and so breaks nothing.
 * Source: product description §2 "Merged cells"
 */
export class CarriedColumns {
  private readonly held = new Map<number, Printed>();

  /** Of the table that is being read. */
  mergesKnown = false;

  /** The value that holds in a column at this row, or null. */
  next({ row, cells, merged }: TableRow, column: number): Printed | null {
    const text = cells[column] ?? '';
    const above = this.held.get(column) ?? null;
    if (text === '') {
      if (this.mergesKnown) this.held.delete(column);
      return this.mergesKnown ? null : above;
    }
    const printed = above !== null && merged?.includes(column) ? above : { text, row };
    this.held.set(column, printed);
    return printed;
  }

  /** A heading above has changed: what this column held does not go on below it. */
  forget(column: number): void {
    this.held.delete(column);
  }
}
