// Reads a plain sheet (people, units): one header row, one row for each entry, from .csv or a workbook.
import { AppError } from '../errors';
import { decodeText } from './decode-text';
import { splitDelimited } from './read-csv';
import { isText, readContent } from './read-file';
import { type TableRow } from './table';

export interface SheetEntry {
  /** 1-based, as the sheet counts. */
  row: number;
  cells: string[];
}

/**
 * The filled rows of a .csv (commas, or tabs as pasted from a sheet), or of the first table of an .xlsx or .xls.
 *
 * @throws AppError bad_input (exposed) when the file cannot be read, or a cell has no value
 */
export function readSheetRows(bytes: Buffer, fileName: string): SheetEntry[] {
  const rows: TableRow[] = isText(bytes)
    ? readDelimited(bytes, fileName)
    : (readContent(bytes, fileName).tables[0]?.rows ?? []);
  for (const { row, faults = {} } of rows)
    for (const fault of Object.values(faults))
      throw new AppError('bad_input', `${fileName} 第${row}行：${fault}`, { expose: true });
  return rows
    .map(({ row, cells }) => ({ row, cells: cells.map(cell => cell.trim()) }))
    .filter(({ cells }) => cells.some(cell => cell !== ''));
}

function readDelimited(bytes: Buffer, fileName: string): TableRow[] {
  const text = decodeText(bytes, reason => {
    throw new AppError('bad_input', `${fileName} ${reason}`, { expose: true });
  });
  const [first = ''] = text.trimStart().split('\n');
  return splitDelimited(text, first.includes('\t') ? '\t' : ',');
}
