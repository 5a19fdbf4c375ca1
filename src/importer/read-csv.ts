// Reads a .csv file: UTF-8 with or without BOM, GB18030, UTF-16; quotes and line breaks inside quotes.
import { AppError } from '../errors';

export interface CsvRow {
  /** The line the row begins on, 1-based. */
  line: number;
  cells: string[];
}

/** The text of a file whose encoding nobody wrote down: BOM first, then strict UTF-8, then GB18030. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

/**
 * Splits a .csv into rows; rows without any text are left out.
 * @throws AppError bad_input (exposed) when a quote is never closed, naming its line
 */
export function readCsv(bytes: Uint8Array): CsvRow[] {
  const text = decodeText(bytes).replace(/\r\n?/g, '\n');
  const rows: CsvRow[] = [];
  let cells: string[] = [];
  let cell = '';
  let line = 1;
  let rowLine = 1;
  let quotedSince: number | null = null;
  const endRow = (): void => {
    cells.push(cell);
    if (cells.some(value => value.trim() !== '')) rows.push({ line: rowLine, cells: cells.map(value => value.trim()) });
    cells = [];
    cell = '';
    rowLine = line;
  };
  for (let i = 0; i < text.length; i++) {
    const sign = text[i] ?? '';
    if (sign === '\n') line++;
    if (quotedSince !== null) {
      if (sign !== '"') cell += sign;
      else if (text[i + 1] === '"') {
        cell += '"';
        i++;
      } else quotedSince = null;
    } else if (sign === '"' && cell.trim() === '') {
      cell = '';
      quotedSince = line;
    } else if (sign === ',') {
      cells.push(cell);
      cell = '';
    } else if (sign === '\n') endRow();
    else cell += sign;
  }
  if (quotedSince !== null) throw new AppError('bad_input', `第${quotedSince}行的引号没有结束。`, { expose: true });
  endRow();
  return rows;
}
