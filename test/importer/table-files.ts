// One table written as each kind of file an office may have, by document libraries.
import { utils, write, type Range } from '@e965/xlsx';
import { Document, Packer, Paragraph, Table, TableCell, TableRow, VerticalMergeType } from 'docx';

export interface PrintedTable {
  above: string[];
  /** Cells spanning columns are followed by blank ones, see `spans`. */
  rows: string[][];
  /** How many columns a cell takes, where more than one, by "row/column". */
  spans?: Record<string, number>;
  /** Cells merged with the one above, by "row/column". */
  merged?: Set<string>;
}

const key = (row: number, column: number): string => `${row}/${column}`;

/** A .docx; `keepMerges: false` = the vertical merges were lost on the way. */
export async function asDocx(
  { above, rows, spans = {}, merged = new Set() }: PrintedTable,
  keepMerges = true,
): Promise<Buffer> {
  const cellsOf = (cells: string[], row: number): TableCell[] => {
    const printed: TableCell[] = [];
    for (let column = 0; column < cells.length; column += spans[key(row, column)] ?? 1) {
      const goesOn = merged.has(key(row, column));
      const begins = !goesOn && merged.has(key(row + 1, column));
      printed.push(
        new TableCell({
          columnSpan: spans[key(row, column)],
          verticalMerge: !keepMerges
            ? undefined
            : goesOn
              ? VerticalMergeType.CONTINUE
              : begins
                ? VerticalMergeType.RESTART
                : undefined,
          children: (cells[column] ?? '').split('\n').map(text => new Paragraph(text)),
        }),
      );
    }
    return printed;
  };
  const document = new Document({
    sections: [
      {
        children: [
          ...above.map(text => new Paragraph(text)),
          new Table({ rows: rows.map((cells, row) => new TableRow({ children: cellsOf(cells, row) })) }),
        ],
      },
    ],
  });
  return Packer.toBuffer(document);
}

/** Excel workbooks, .xlsx or .xls: the lines above in rows of their own, merged over all columns. */
export function asWorkbook(
  { above, rows, spans = {}, merged = new Set() }: PrintedTable,
  kind: 'xlsx' | 'biff8',
): Buffer {
  const width = Math.max(...rows.map(cells => cells.length));
  const merges: Range[] = above.map((_, r) => ({ s: { r, c: 0 }, e: { r, c: width - 1 } }));
  rows.forEach((cells, row) => {
    cells.forEach((_, column) => {
      const across = (spans[key(row, column)] ?? 1) - 1;
      let down = 0;
      while (merged.has(key(row + down + 1, column))) down++;
      if (merged.has(key(row, column)) || (across === 0 && down === 0)) return;
      const r = row + above.length;
      merges.push({ s: { r, c: column }, e: { r: r + down, c: column + across } });
    });
  });
  const sheet = utils.aoa_to_sheet([
    ...above.map(text => [text]),
    ...rows.map(cells => cells.map(cell => cell || null)),
  ]);
  sheet['!merges'] = merges;
  const book = utils.book_new();
  utils.book_append_sheet(book, sheet, '任务清单');
  return write(book, { type: 'buffer', bookType: kind, bookSST: true }) as Buffer;
}

/** A .csv as Excel writes it: quotes where needed, the lines above in its first rows. */
export function asCsv({ above, rows }: PrintedTable): string {
  const width = Math.max(...rows.map(cells => cells.length));
  const quote = (cell: string): string => (/[",\n]/u.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  const line = (cells: string[]): string =>
    [...cells, ...new Array<string>(width - cells.length).fill('')].map(quote).join(',');
  return [...above.map(text => [text]), ...rows].map(line).join('\r\n');
}

/** GBK, by asking the decoder for every pair of bytes what it stands for. */
export function inGbk(text: string): Buffer {
  const decoder = new TextDecoder('gb18030');
  const pairs = new Map<string, Buffer>();
  for (let lead = 0x81; lead <= 0xfe; lead++)
    for (let trail = 0x40; trail <= 0xfe; trail++)
      pairs.set(decoder.decode(Buffer.from([lead, trail])), Buffer.from([lead, trail]));
  return Buffer.concat(
    Array.from(text, char => (char < '\x80' ? Buffer.from(char) : (pairs.get(char) ?? Buffer.from('?')))),
  );
}
