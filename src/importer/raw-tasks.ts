// Rows to raw tasks: which rows are tasks, under which headings, with which cells, merges resolved. Nothing is interpreted yet.
import { cleanText } from './clean-text';
import { alignCells, findLayout, type Column, type ColumnRole, type Layout } from './columns';
import { headingLevel, HeadingTrail, isSideNote } from './headings';
import { type IssueLog, type Place } from './import-issue';
import { readItemNumber } from './item-number';
import { CarriedColumns, type Printed, type Table, type TableRow } from './table';

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
  lead: RawCell[];
  support: RawCell[];
  deadlines: RawCell[];
}

export interface RawList {
  /** The lines above the first header, in order. */
  above: string[];
  tasks: RawTask[];
  /** Some table has a header. */
  hasHeader: boolean;
  hasUnits: boolean;
  hasDeadlines: boolean;
}

/** Reads the tables of one file, in order, as one list. */
export function readRawTasks(tables: Table[], warnings: IssueLog): RawList {
  const list: RawList = { above: [], tasks: [], hasHeader: false, hasUnits: false, hasDeadlines: false };
  const trail = new HeadingTrail();
  let layout: Layout | null = null;
  for (const printed of tables) {
    const table = cleanTable(printed);
    const own = findLayout(table.rows);
    if (!list.hasHeader) list.above.push(...table.above, ...linesOf(table.rows.slice(0, own?.headerFrom)));
    // A table without a header goes on with the one before it (a list that runs over pages).
    const columns: Column[] = own?.columns ?? layout?.columns ?? [];
    const goesOn = own === null && table.rows.some(row => row.cells.length === columns.length);
    if (own === null && !goesOn) {
      if (list.hasHeader && table.rows[0])
        warnings.at('table_skipped', { sheet: table.sheet, row: table.rows[0].row }, '这个表格没有表头，未导入');
      continue;
    }
    if (list.hasHeader)
      for (const line of table.above) if (headingLevel(line) !== null && line.length <= 60) trail.take(line);
    layout = own ?? { columns, headerFrom: 0, bodyFrom: 0 };
    list.hasHeader = true;
    list.hasUnits ||= layout.columns.some(({ role }) => role === 'lead' || role === 'support');
    list.hasDeadlines ||= layout.columns.some(({ role }) => role === 'deadline');
    new TableReader(table, layout, trail, list.tasks, warnings).read();
  }
  return list;
}

function cleanTable(table: Table): Table {
  return {
    ...table,
    above: table.above.map(cleanText).filter(line => line !== ''),
    rows: table.rows.map(row => ({ ...row, cells: row.cells.map(cleanText) })),
  };
}

function linesOf(rows: TableRow[]): string[] {
  return rows.flatMap(row => row.cells.filter((cell, i) => cell !== '' && row.cells.indexOf(cell) === i));
}

class TableReader {
  private readonly carried: CarriedColumns;
  private readonly at: Map<ColumnRole, number[]>;
  private readonly numbered: boolean;
  private readonly header: string;
  private last: RawTask | null = null;

  constructor(
    private readonly table: Table,
    private readonly layout: Layout,
    private readonly trail: HeadingTrail,
    private readonly tasks: RawTask[],
    private readonly warnings: IssueLog,
  ) {
    this.carried = new CarriedColumns(table.mergesKnown);
    this.at = new Map();
    layout.columns.forEach(({ role }, i) => this.at.set(role, [...(this.at.get(role) ?? []), i]));
    const number = this.at.get('number')?.[0];
    this.numbered =
      number !== undefined &&
      table.rows.slice(layout.bodyFrom).some(row => readItemNumber(row.cells[number] ?? '') !== null);
    this.header = table.rows
      .slice(layout.headerFrom, layout.bodyFrom)
      .map(row => row.cells.join('\t'))
      .join('\n');
  }

  read(): void {
    for (const printed of this.table.rows.slice(this.layout.bodyFrom)) {
      const filled = printed.cells.filter(cell => cell !== '');
      if (filled.length === 0 || this.isHeaderAgain(printed)) continue;
      const alone = new Set(filled).size === 1 ? filled[0] : undefined;
      if (alone !== undefined && this.takeAlone(alone, printed)) continue;
      const cells = alignCells(printed.cells, this.layout.columns);
      if (cells) this.readRow({ ...printed, cells });
      else
        this.warnings.at(
          'row_skipped',
          this.place(printed.row),
          `有${printed.cells.length}格，比表头的${this.layout.columns.length}列多，未导入，请检查`,
        );
    }
  }

  private isHeaderAgain(row: TableRow): boolean {
    return this.header !== '' && this.header.split('\n').includes(row.cells.join('\t'));
  }

  /** A row with one text only: a heading over the rows below, or a side note. */
  private takeAlone(text: string, row: TableRow): boolean {
    const headingColumns = [...this.columnsOf('section'), ...this.columnsOf('measure')];
    const inHeadingColumn =
      row.cells.length === this.layout.columns.length && headingColumns.some(i => row.cells[i] === text);
    if (inHeadingColumn && row.cells.filter(cell => cell === text).length === 1) return false;
    if (isSideNote(text)) {
      this.warnings.at('row_skipped', this.place(row.row), `“${shorten(text)}”不是任务，未导入`);
      return true;
    }
    if (headingLevel(text) === null || readItemNumber(text) !== null || (row.merged?.length ?? 0) > 0) return false;
    const asContent = this.columnsOf('content').some(
      i => row.cells.length === this.layout.columns.length && row.cells[i] === text,
    );
    if (asContent && !this.numbered) return false;
    this.trail.take(text);
    for (const column of headingColumns) this.carried.forget(column);
    return true;
  }

  private readRow(row: TableRow): void {
    const { section, measure } = this.readHeadings(row);
    const number = this.numbered ? this.value(row, 'number') : '';
    const own = this.value(row, 'content');
    if (isSideNote(number) || (number === '' && isSideNote(own))) {
      this.warnings.at('row_skipped', this.place(row.row), `“${shorten(number || own)}”不是任务，未导入`);
      return;
    }
    const parties = {
      lead: this.cellsOf(row, 'lead'),
      support: this.cellsOf(row, 'support'),
      deadlines: this.cellsOf(row, 'deadline'),
    };
    const content = this.contentOf(row, own, number !== '');
    const numberIndex = this.columnsOf('number')[0] ?? -1;
    const continued = this.numbered && (number === '' || row.merged?.includes(numberIndex) === true);
    if (content === '' || (continued && own === '')) {
      if (number !== '' && !continued)
        this.warnings.at('content_missing', this.place(row.row), `序号${number}没有任务内容，未导入`);
      else if (this.fillsBeyondHeadings(row))
        this.warnings.at('row_skipped', this.place(row.row), '没有序号和任务内容，未导入');
      return;
    }
    if (continued && this.last) this.join(this.last, row.row, content, parties);
    else {
      this.last = {
        sheet: this.table.sheet,
        row: row.row,
        label: this.numbered ? number : null,
        numberColumn: this.numbered ? (this.layout.columns[numberIndex]?.header ?? '序号') : null,
        section,
        measure,
        content,
        ...parties,
      };
      this.tasks.push(this.last);
    }
  }

  private readHeadings(row: TableRow): { section: string | null; measure: string | null } {
    const [sections, measures] = [this.columnsOf('section'), this.columnsOf('measure')];
    // A new section ends the measure above it.
    if (sections.some(i => (row.cells[i] ?? '') !== '' && !row.merged?.includes(i)))
      for (const i of measures) this.carried.forget(i);
    const text = (columns: number[]): string | null => {
      const found = columns.flatMap(i => this.carried.next(row, i)?.text.replace(/\s*\n\s*/g, '') ?? []);
      return found.length > 0 ? [...new Set(found)].join(' ') : null;
    };
    return { section: text(sections) ?? this.trail.section, measure: text(measures) ?? this.trail.measure };
  }

  /** One number over several rows is one task: the lines are put together. */
  private join(
    task: RawTask,
    row: number,
    content: string,
    parties: Pick<RawTask, 'lead' | 'support' | 'deadlines'>,
  ): void {
    task.content = `${task.content}\n${content}`;
    for (const key of ['lead', 'support', 'deadlines'] as const)
      for (const cell of parties[key]) if (!task[key].some(other => other.text === cell.text)) task[key].push(cell);
    this.warnings.at('rows_joined', this.place(row), `没有自己的序号，并入第${task.row}行的序号${task.label ?? ''}`);
  }

  /** The task's text: its own cell or, under a number of its own, the merged cell above; goals of other columns behind it. */
  private contentOf(row: TableRow, own: string, numbered: boolean): string {
    const [column] = this.columnsOf('content');
    const printed = column === undefined ? null : this.carried.next(row, column);
    const text = own === '' && numbered ? (printed?.text ?? '') : own;
    const goals = this.columnsOf('goal').flatMap(i => {
      const goal = this.carried.next(row, i)?.text ?? '';
      return goal === '' || text === '' ? [] : [`${this.layout.columns[i]?.header ?? ''}：${goal}`];
    });
    return [text, ...goals].join('\n').trim();
  }

  private cellsOf(row: TableRow, role: ColumnRole): RawCell[] {
    return this.columnsOf(role).flatMap(i => {
      const printed = this.carried.next(row, i);
      return printed ? [{ ...printed, sheet: this.table.sheet, column: this.layout.columns[i]?.header ?? '' }] : [];
    });
  }

  private fillsBeyondHeadings(row: TableRow): boolean {
    const headings = new Set([...this.columnsOf('section'), ...this.columnsOf('measure')]);
    return row.cells.some((cell, i) => cell !== '' && !headings.has(i) && !row.merged?.includes(i));
  }

  private value(row: TableRow, role: ColumnRole): string {
    return this.columnsOf(role).map(i => row.cells[i] ?? '')[0] ?? '';
  }

  private columnsOf(role: ColumnRole): number[] {
    return this.at.get(role) ?? [];
  }

  private place(row: number): Place {
    return { sheet: this.table.sheet, row };
  }
}

function shorten(text: string): string {
  return text.length > 20 ? `${text.slice(0, 20)}…` : text;
}
