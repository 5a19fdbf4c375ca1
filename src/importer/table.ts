// Table: what every file reader hands over, whatever the format; and blank cells that carry the value above.

export interface TableRow {
  /** 1-based place of the row in the file: all table rows count, title, header and blank rows too, through all tables of a sheet. */
  row: number;
  /** As printed, lines inside a cell parted by "\n". */
  cells: string[];
  /** Where merges are known: indexes of the cells that are merged with the row above and repeat its value. */
  merged?: number[];
  /** Cells whose value the file does not have (error values, formulas without results): why, in Chinese, by index. */
  faults?: Record<number, string>;
}

/**
 * One table of a file.
 * A cell that spans columns stands in the first of them, the others are blank. `mergesKnown`: the format keeps merges, and the
 * reader has filled vertically merged cells itself and named them in `merged`. Where it does not, or where no row below the header
 * is merged (the merges were lost on the way), a blank cell under a filled one is a merge.
 */
export interface Table {
  /** Name of the sheet; null where the format has none. */
  sheet: string | null;
  /** The lines of text above the table, in order. */
  above: string[];
  rows: TableRow[];
  mergesKnown: boolean;
}

/** A line of running text and its place: the paragraph, counted from 1, blank ones left out. */
export interface TextLine {
  row: number;
  text: string;
}

/** What a file holds, whatever its format. */
export interface FileContent {
  tables: Table[];
  /** The text outside the tables, for lists without any. */
  lines: TextLine[];
  /** Text that is no part of the list (headers, text boxes, hidden sheets) but may bear a 密级 mark. */
  aside: string[];
  /** What the reader left out or doubts; for the warnings. */
  notices: Notice[];
}

export interface Notice {
  code: string;
  /** A Chinese sentence. */
  message: string;
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
  private readonly values = new Map<number, Printed>();

  /** Of the table that is being read. */
  mergesKnown = false;

  /** The value that holds in a column at this row, or null. */
  next({ row, cells, merged }: TableRow, column: number): Printed | null {
    const text = cells[column] ?? '';
    const above = this.held(column);
    if (text === '') {
      if (this.mergesKnown) this.values.delete(column);
      return this.mergesKnown ? null : above;
    }
    const printed = above !== null && merged?.includes(column) ? above : { text, row };
    this.values.set(column, printed);
    return printed;
  }

  /** A heading above has changed: what this column held does not go on below it. */
  forget(column: number): void {
    this.values.delete(column);
  }

  /** What the rows above have left in a column. */
  held(column: number): Printed | null {
    return this.values.get(column) ?? null;
  }
}
