// Reads text: a .csv, rows pasted from a sheet, the flattened table of a list (each cell on a line of its own), or lines without a table.
import { findLayout } from './columns';
import { decodeText } from './decode-text';
import { barTables, spacedTables } from './drawn-tables';
import { splitDelimited, type CsvRow } from './read-csv';
import { type FileContent, type Table, type TableRow, type TextLine } from './table';
import { type Refuse } from './unreadable-file';

const mostCells = 2_000_000;
const linesSniffed = 60;

/**
 * The tables of a text, and all its lines. Flattened: a line that begins with a tab is a cell ("\t" alone a blank one), an empty line
 * ends a row, a line without a tab goes on with the cell above it, or, outside a row, is text above the next table. Pasted: each line
 * is a row, tabs part its cells. A .csv: commas (or semicolons) part the cells of a header. Which of them is told by the content.
 *
 * @throws AppError bad_input when the bytes are no text, or nothing stands in it
 */
export function readText(bytes: Buffer, refuse: Refuse): FileContent {
  const text = decodeText(bytes, refuse);
  const printed = text.split(/\r\n|\n|\r/);
  if (printed.every(line => /^[^\S\t]*$/u.test(line))) return refuse('文件是空的');
  const lines = printed.flatMap((line, i): TextLine[] =>
    line.trim() === '' ? [] : [{ row: i + 1, text: line.trim() }],
  );
  return { tables: readTables(text, printed, refuse), lines, aside: [], notices: [] };
}

function readTables(text: string, lines: string[], refuse: Refuse): Table[] {
  const csv = readCsv(text, lines);
  if (csv) return [tableOf(csv, refuse)];
  let cellLines = 0;
  let rowLines = 0;
  for (const line of lines)
    if (line.lastIndexOf('\t') > 0) rowLines++;
    else if (line.startsWith('\t')) cellLines++;
  if (rowLines + cellLines === 0) {
    const bars = barTables(lines);
    const drawn = bars.some(table => findLayout(table.rows)) ? bars : spacedTables(lines);
    if (drawn.length > 0) return drawn;
  }
  if (rowLines > cellLines) return pastedTables(splitDelimited(text, '\t'), refuse);
  const reader = new FlattenedTables(refuse);
  for (const line of lines) reader.take(line);
  return reader.end();
}

/** The rows of a .csv; null when the text is none: it has no header with commas. */
function readCsv(text: string, lines: string[]): CsvRow[] | null {
  const first = lines.slice(0, linesSniffed);
  for (const delimiter of [',', ';']) {
    const many = first.filter(line => line.split(delimiter).length > 2);
    if (many.length === 0) continue;
    const rows = splitDelimited(text, delimiter);
    if (findLayout(rows.slice(0, linesSniffed))) return rows;
    if (delimiter === ',' && many.length * 2 > first.filter(line => line.trim() !== '').length && !text.includes('\t'))
      return rows;
  }
  return null;
}

function tableOf(rows: { row: number; cells: string[] }[], refuse: Refuse, above: string[] = []): Table {
  const width = rows.reduce((most, { cells }) => Math.max(most, cells.length), 0);
  if (width * rows.length > mostCells) refuse(`表格超过${mostCells / 10_000}万格，不像一份清单，请只保留清单部分再试`);
  return {
    sheet: null,
    above,
    // Rows may leave out the blank cells at their end.
    rows: rows.map(({ row, cells }): TableRow => ({
      row,
      cells: [...cells, ...new Array<string>(width - cells.length).fill('')],
    })),
    mergesKnown: false,
  };
}

/** Pasted rows; a line without a tab stands above the next table. */
function pastedTables(rows: CsvRow[], refuse: Refuse): Table[] {
  const tables: Table[] = [];
  let above: string[] = [];
  let held: { row: number; cells: string[] }[] = [];
  let row = 0;
  const end = (): void => {
    if (held.length === 0) return;
    tables.push(tableOf(held, refuse, above));
    [above, held] = [[], []];
  };
  for (const { cells } of rows)
    if (cells.length > 1) held.push({ row: ++row, cells });
    else if (cells[0] !== '' && cells[0] !== undefined) {
      end();
      above.push(cells[0]);
    }
  end();
  return tables;
}

/** Gathers lines into rows, and rows into tables. */
class FlattenedTables {
  private readonly tables: Table[] = [];
  private above: string[] = [];
  private rows: TableRow[] = [];
  private cells: string[] = [];
  private row = 0;
  private cellCount = 0;

  constructor(private readonly refuse: Refuse) {}

  take(line: string): void {
    if (line.startsWith('\t')) this.addCell(line.slice(1));
    else if (line.trim() === '') this.endRow();
    else if (this.cells.length > 0) this.cells.push(`${this.cells.pop() ?? ''}\n${line}`);
    else this.textAbove(line);
  }

  private addCell(cell: string): void {
    if (++this.cellCount > mostCells)
      this.refuse(`表格超过${mostCells / 10_000}万格，不像一份清单，请只保留清单部分再试`);
    this.cells.push(cell);
  }

  private endRow(): void {
    if (this.cells.length === 0) return;
    this.row++;
    this.rows.push({ row: this.row, cells: this.cells });
    this.cells = [];
  }

  private textAbove(line: string): void {
    this.endTable();
    this.above.push(line.trim());
  }

  private endTable(): void {
    if (this.rows.length === 0) return;
    this.tables.push({ sheet: null, above: this.above, rows: this.rows, mergesKnown: false });
    this.above = [];
    this.rows = [];
  }

  end(): Table[] {
    this.endRow();
    this.endTable();
    return this.tables;
  }
}
