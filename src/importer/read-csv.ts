// Takes delimited text (.csv, or a table pasted from a sheet) apart: quotes, and line breaks and delimiters inside quotes.
import { AppError } from '../errors';

export interface CsvRow {
  /** The line the row begins on, 1-based. */
  line: number;
  /** The row as a sheet would count it, 1-based: blank rows count, line breaks inside a cell do not. */
  row: number;
  cells: string[];
}

/**
 * All rows, blank ones too. A quote counts only where it opens a cell and its partner closes one; any other is text.
 *
 * @param delimiter - one character
 * @throws AppError bad_input (exposed) when a quote is never closed, naming its line
 */
export function splitDelimited(text: string, delimiter: string): CsvRow[] {
  const rows: CsvRow[] = [];
  let line = 1;
  let row: CsvRow = { line, row: 1, cells: [] };
  let at = 0;
  while (at <= text.length) {
    const { cell, next } = readCell(text, at, delimiter, line);
    row.cells.push(cell.trim());
    for (let i = at; i < next; i++) if (text[i] === '\n') line++;
    const sign = text[next];
    at = next + 1;
    if (sign === delimiter) continue;
    // A line break ends the row; the end of the text too, unless nothing stands on its last line.
    if (sign !== undefined || row.cells.length > 1 || row.cells[0] !== '') rows.push(row);
    if (sign === '\r' && text[at] === '\n') at++;
    line++;
    row = { line, row: rows.length + 1, cells: [] };
  }
  return rows;
}

/** The cell that begins at `from`, and where the delimiter, line break or end behind it stands. */
function readCell(text: string, from: number, delimiter: string, line: number): { cell: string; next: number } {
  let begin = from;
  while (text[begin] === ' ') begin++;
  if (text[begin] === '"') {
    const quoted = readQuoted(text, begin + 1, delimiter);
    if (quoted) return quoted;
    // What is pasted from a sheet quotes only cells with line breaks: elsewhere a quote may stand alone.
    if (delimiter !== '\t' && text.indexOf('"', begin + 1) < 0)
      throw new AppError('bad_input', `第${line}行的引号没有结束。`, { expose: true });
  }
  let next = from;
  while (next < text.length && text[next] !== delimiter && text[next] !== '\n' && text[next] !== '\r') next++;
  return { cell: text.slice(from, next), next };
}

/** Null when no quote closes the cell. */
function readQuoted(text: string, from: number, delimiter: string): { cell: string; next: number } | null {
  let cell = '';
  let begin = from;
  for (;;) {
    const quote = text.indexOf('"', begin);
    if (quote < 0) return null;
    cell += text.slice(begin, quote);
    if (text[quote + 1] === '"') {
      cell += '"';
      begin = quote + 2;
      continue;
    }
    let next = quote + 1;
    while (text[next] === ' ') next++;
    const sign = text[next];
    return sign === undefined || sign === delimiter || sign === '\n' || sign === '\r'
      ? { cell: cell.replace(/\r\n?/g, '\n'), next }
      : null;
  }
}
