// Reads a .txt: the flattened table of a list, each cell on a line of its own behind a tab, rows parted by an empty line.
import { AppError } from '../errors';
import { type Table, type TableRow } from './table';

const maxCells = 2_000_000;

/**
 * The text of a file: UTF-16 where its mark says so, UTF-8 with or without its mark, else GB18030.
 *
 * @throws AppError bad_input when the bytes are no text
 */
export function decodeText(bytes: Buffer, fileName: string): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null;
  if (encoding) return decode(bytes, encoding) ?? refuse(fileName, '文字编码损坏，请另存为 UTF-8 文本再试');
  const nul = bytes.indexOf(0);
  if (nul >= 0)
    refuse(fileName, `不是文本文件（第${nul + 1}个字节起是二进制内容），请用 Word、Excel 打开后把表格另存为文本再试`);
  return (
    decode(bytes, 'utf-8') ??
    decode(bytes, 'gb18030') ??
    refuse(fileName, '文字编码既不是 UTF-8 也不是 GBK，请另存为 UTF-8 文本再试')
  );
}

function decode(bytes: Buffer, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function refuse(fileName: string, reason: string): never {
  throw new AppError('bad_input', `无法读取清单文件“${fileName}”：${reason}`, { expose: true });
}

/**
 * The tables of a text. Flattened: a line that begins with a tab is a cell ("\t" alone a blank one), an empty line ends a row, a line
 * without a tab goes on with the cell above it, or, outside a row, is text above the next table. Pasted: each line is a row, tabs
 * part its cells. Which of the two is told by the greater number of lines.
 *
 * @throws AppError bad_input when there is no such table
 */
export function readText(bytes: Buffer, fileName: string): Table[] {
  const lines = decodeText(bytes, fileName).split(/\r\n|\n|\r/);
  let cellLines = 0;
  let rowLines = 0;
  for (const line of lines)
    if (line.lastIndexOf('\t') > 0) rowLines++;
    else if (line.startsWith('\t')) cellLines++;
  const reader = new TextTables(fileName);
  for (const line of lines)
    if (rowLines > cellLines) reader.pastedLine(line);
    else reader.flattenedLine(line);
  const tables = reader.end();
  if (tables.length > 0) return tables;
  if (lines.every(line => line.trim() === '')) return refuse(fileName, '文件是空的');
  return refuse(fileName, `从第1行到第${lines.length}行没有找到表格。${howToFlatten}`);
}

const howToFlatten = '文本清单应一格一行、每格以制表符开头、行与行之间空一行';

/** Gathers lines into rows, and rows into tables. */
class TextTables {
  private readonly tables: Table[] = [];
  private above: string[] = [];
  private rows: TableRow[] = [];
  private cells: string[] = [];
  private row = 0;
  private cellCount = 0;

  constructor(private readonly fileName: string) {}

  flattenedLine(line: string): void {
    if (line.startsWith('\t')) this.addCells([line.slice(1)]);
    else if (line.trim() === '') this.endRow();
    else if (this.cells.length > 0) this.cells.push(`${this.cells.pop() ?? ''}\n${line}`);
    else this.textAbove(line);
  }

  pastedLine(line: string): void {
    if (line.includes('\t')) {
      this.addCells(line.split('\t'));
      this.endRow();
    } else if (line.trim() !== '') this.textAbove(line);
  }

  private addCells(cells: string[]): void {
    this.cellCount += cells.length;
    if (this.cellCount > maxCells)
      refuse(this.fileName, `表格超过${maxCells / 10_000}万格，不像一份清单，请只保留清单部分再试`);
    this.cells.push(...cells);
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
