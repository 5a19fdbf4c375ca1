// Lists printed in two halves beside each other: 序号 任务 单位 时限 | 序号 任务 单位 时限. The right half goes below the left one.
import { isHeaderRow } from './columns';
import { plainHeader } from './header-words';
import { type Table, type TableRow } from './table';

const searched = 40;

/** Where each half begins, and how wide one is; null where the header does not repeat itself. */
function halvesOf(cells: string[]): { starts: number[]; width: number } | null {
  const headers = cells.map(plainHeader);
  const first = headers.findIndex(header => header !== '');
  const starts = headers.flatMap((header, i) => (header !== '' && header === headers[first] ? [i] : []));
  const [from = 0, next] = starts;
  if (next === undefined) return null;
  const half = (start: number, end: number): string => headers.slice(start, end).filter(Boolean).join('|');
  const ends = starts.map((_, i) => starts[i + 1] ?? headers.length);
  const pattern = half(from, next);
  if (pattern.split('|').length < 3 || !starts.every((start, i) => half(start, ends[i] ?? 0) === pattern)) return null;
  const width = headers.slice(from, next).findLastIndex(header => header !== '') + 1;
  return { starts, width };
}

/** The table with its halves one below the other; the same table where it has none. */
export function unfoldHalves(table: Table): Table {
  const at = table.rows.slice(0, searched).findIndex(row => isHeaderRow(row.cells));
  const halves = at < 0 ? null : halvesOf(table.rows[at]?.cells ?? []);
  if (!halves) return table;
  const { starts, width } = halves;
  const cut = (row: TableRow, start: number): TableRow => ({
    row: row.row,
    cells: row.cells.slice(start, start + width),
    ...(row.merged ? { merged: row.merged.filter(i => i >= start && i < start + width).map(i => i - start) } : {}),
    ...(row.faults
      ? {
          faults: Object.fromEntries(
            Object.entries(row.faults)
              .filter(([i]) => Number(i) >= start && Number(i) < start + width)
              .map(([i, fault]) => [Number(i) - start, fault]),
          ),
        }
      : {}),
  });
  const body = table.rows.slice(at + 1);
  const [first = 0] = starts;
  return {
    ...table,
    rows: [
      ...table.rows.slice(0, at),
      ...table.rows.slice(at, at + 1).map(row => cut(row, first)),
      ...starts.flatMap(start => body.map(row => cut(row, start))),
    ],
  };
}
