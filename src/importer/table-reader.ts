// Rows to raw tasks: which rows are tasks, under which headings, with which cells, merges resolved.
import { alignCells, type ColumnRole, type Layout } from './columns';
import { headingLevel, type HeadingTrail, isSideNote, longestHeading } from './headings';
import { type IssueLog, type Place } from './import-issue';
import { readItemNumber } from './item-number';
import { type RawCell, type RawTask } from './raw-task';
import { CarriedColumns, type Table, type TableRow } from './table';

const ditto = /^(?:同上|同前|[〃″“”"＂]{1,2}|'')$/u;

/** Reads the rows under one header, through as many tables as they run over. */
export class TableReader {
  private readonly carried = new CarriedColumns();
  private readonly at = new Map<ColumnRole, number[]>();
  private readonly headers = new Set<string>();
  private sheet: string | null = null;
  private numbered = false;
  /** The number column counts the headings of this column, not the tasks. */
  private counted: { number: number; heading: number } | null = null;
  private last: RawTask | null = null;

  constructor(
    private readonly layout: Layout,
    private readonly firstLeads: boolean,
    private readonly trail: HeadingTrail,
    private readonly tasks: RawTask[],
    private readonly warnings: IssueLog,
    private readonly errors: IssueLog,
  ) {
    layout.columns.forEach(({ role }, i) => this.at.set(role, [...(this.at.get(role) ?? []), i]));
  }

  fits(table: Table): boolean {
    return table.rows.some(row => row.cells.length === this.layout.columns.length);
  }

  read(table: Table, bodyFrom: number): void {
    const body = table.rows.slice(bodyFrom);
    const [number] = this.columnsOf('number');
    this.sheet = table.sheet;
    this.carried.mergesKnown = table.mergesKnown && body.some(row => row.merged !== undefined);
    this.counted ??= this.findCounted(body);
    this.numbered ||=
      !this.counted && number !== undefined && body.some(row => readItemNumber(row.cells[number] ?? '') !== null);
    for (const { cells } of table.rows.slice(Math.min(this.layout.headerFrom, bodyFrom), bodyFrom))
      this.headers.add(cells.join('\t'));
    for (const row of body) this.readPrinted(row);
  }

  /**
   * 序号 | 重点任务 | 具体举措: the number stands before the heading column, is filled exactly where that is, and several tasks
   * stand under one of them: it counts the headings.
   */
  private findCounted(body: TableRow[]): TableReader['counted'] {
    const [number, content] = [this.columnsOf('number')[0], this.columnsOf('content')[0]];
    const heading = [...this.columnsOf('section'), ...this.columnsOf('measure')].find(i => i === (number ?? -2) + 1);
    if (number === undefined || content === undefined || heading === undefined || content < heading) return null;
    const own = ({ cells, merged }: TableRow, i: number): boolean => (cells[i] ?? '') !== '' && !merged?.includes(i);
    const tasks = body.filter(row => row.cells.length === this.layout.columns.length && own(row, content));
    const counts = tasks.every(row => own(row, number) === own(row, heading)) && tasks.some(row => !own(row, number));
    return counts ? { number, heading } : null;
  }

  private readPrinted(printed: TableRow): void {
    const filled = printed.cells.filter(cell => cell !== '');
    if (filled.length === 0 || this.headers.has(printed.cells.join('\t'))) return;
    if (filled.length === 1 && this.takeAlone(filled[0] ?? '', printed)) return;
    const cells = alignCells(printed.cells, this.layout.columns);
    if (cells) this.readRow(this.repeatDittos({ ...printed, cells }));
    else {
      const more = `这一行有${printed.cells.length}格，比表头的${this.layout.columns.length}列多，对不上列，请检查`;
      this.errors.at('row_shape', this.place(printed.row), more);
    }
  }

  /** 同上 and its signs say what stands above, merged or not. */
  private repeatDittos(row: TableRow): TableRow {
    const dittos = row.cells.flatMap((cell, i) => {
      const above = ditto.test(cell) && this.layout.columns[i]?.role !== 'content' ? this.carried.held(i) : null;
      return above ? [{ i, above }] : [];
    });
    if (dittos.length === 0) return row;
    const cells = [...row.cells];
    for (const { i, above } of dittos) cells[i] = above.text;
    return { ...row, cells, merged: [...(row.merged ?? []), ...dittos.map(({ i }) => i)] };
  }

  /** A row with one text only: a heading over the rows below, or a side note. False: it is read as any other row. */
  private takeAlone(text: string, row: TableRow): boolean {
    const place = row.cells.indexOf(text);
    const role = row.cells.length === this.layout.columns.length ? this.layout.columns[place]?.role : undefined;
    const level = headingLevel(text);
    if (isSideNote(text)) {
      this.warnings.at('row_skipped', this.place(row.row), `“${shorten(text)}”不是任务，未导入`);
      return true;
    }
    if (readItemNumber(text) !== null || row.merged?.includes(place)) return false;
    if (role === 'section') return false;
    // 一、 in the column of the measures, alone in its row, is wider than they are.
    if (role === 'measure' && (level === null || level === 3 || this.at.has('section'))) return false;
    const likeHeading = level !== null || (text.length <= longestHeading && !/[。；;]$/u.test(text));
    const spans = role === undefined || role === 'number' || role === 'other';
    if (!likeHeading || (role === 'content' && (level === null || !this.numbered)) || (level === null && !spans))
      return false;
    this.trail.take(text);
    for (const column of [...this.columnsOf('section'), ...this.columnsOf('measure')]) this.carried.forget(column);
    return true;
  }

  private readRow(row: TableRow): void {
    this.reportFaults(row);
    const { section, measure } = this.readHeadings(row);
    const number = this.numbered ? this.ownValue(row, 'number') : '';
    const own = this.ownValue(row, 'content');
    if (isSideNote(number) || (number === '' && isSideNote(own))) {
      this.warnings.at('row_skipped', this.place(row.row), `“${shorten(number || own)}”不是任务，未导入`);
      return;
    }
    const content = this.contentOf(row, own, number !== '');
    const parties = {
      lead: this.cellsOf(row, 'lead'),
      support: this.cellsOf(row, 'support'),
      deadlines: this.cellsOf(row, 'deadline'),
    };
    const continued = this.numbered && number === '';
    if (continued && this.last && (own !== '' || this.fillsBeyondHeadings(row))) {
      this.join(this.last, row.row, own === '' ? '' : content, parties);
      return;
    }
    if (own === '' && (number === '' || content === '')) {
      if (number !== '') this.warnings.at('content_missing', this.place(row.row), `序号${number}没有任务内容，未导入`);
      else if (this.fillsBeyondHeadings(row))
        this.warnings.at('row_skipped', this.place(row.row), '没有任务内容，未导入');
      return;
    }
    const [numberColumn] = this.columnsOf('number').map(i => this.layout.columns[i]?.header ?? '');
    this.last = {
      sheet: this.sheet,
      row: row.row,
      label: this.numbered ? number : null,
      numberColumn: this.numbered || this.counted ? (numberColumn ?? null) : null,
      section,
      measure,
      content,
      firstLeads: this.firstLeads,
      ...parties,
    };
    this.tasks.push(this.last);
  }

  /** A cell that has no value is an error where the column counts, and told once for all rows it is merged over. */
  private reportFaults({ row, faults = {}, merged }: TableRow): void {
    this.layout.columns.forEach(({ role, header }, i) => {
      const fault = faults[i];
      if (fault !== undefined && role !== 'other' && !merged?.includes(i))
        this.errors.at('cell_error', { ...this.place(row), column: header }, fault);
    });
  }

  private readHeadings(row: TableRow): { section: string | null; measure: string | null } {
    const [sections, measures] = [this.columnsOf('section'), this.columnsOf('measure')];
    // A new section ends the measure above it.
    if (sections.some(i => (row.cells[i] ?? '') !== '' && !row.merged?.includes(i)))
      for (const i of measures) this.carried.forget(i);
    const counted = this.counted ? (this.carried.next(row, this.counted.number)?.text ?? '') : '';
    const withNumber = (heading: string, i: number): string =>
      i === this.counted?.heading && readItemNumber(counted) !== null && headingLevel(heading) === null
        ? `${counted}.${heading}`
        : heading;
    const text = (columns: number[]): string | null => {
      const found = columns.flatMap(i => {
        const printed = this.carried.next(row, i)?.text.replace(/\s*\n\s*/g, '');
        return printed === undefined ? [] : [withNumber(printed, i)];
      });
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
    if (content !== '') task.content = `${task.content}\n${content}`;
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
      return printed ? [{ ...printed, sheet: this.sheet, column: this.layout.columns[i]?.header ?? '' }] : [];
    });
  }

  private fillsBeyondHeadings(row: TableRow): boolean {
    const headings = new Set([...this.columnsOf('section'), ...this.columnsOf('measure')]);
    return row.cells.some((cell, i) => cell !== '' && !headings.has(i) && !row.merged?.includes(i));
  }

  /** What the row itself prints in a column, not what it shares with the row above. */
  private ownValue(row: TableRow, role: ColumnRole): string {
    const [column] = this.columnsOf(role);
    return column === undefined || row.merged?.includes(column) ? '' : (row.cells[column] ?? '');
  }

  private columnsOf(role: ColumnRole): number[] {
    return this.at.get(role) ?? [];
  }

  private place(row: number): Place {
    return { sheet: this.sheet, row };
  }
}

function shorten(text: string): string {
  return text.length > 20 ? `${text.slice(0, 20)}…` : text;
}
