// The rows of a Word table laid onto columns: cells that span columns, cells that span rows, borders that are a hair apart.
import { type TableRow } from './table';
import { type Refuse } from './unreadable-file';

/** A cell as the file has it. */
export interface GridCell {
  text: string;
  /** Columns of the grid it takes. */
  span: number;
  /** restart = first of a vertical merge; continue = merged with the cell above. */
  merge: 'restart' | 'continue' | null;
}

export interface GridRow {
  row: number;
  /** Columns left free before the first cell. */
  before: number;
  cells: GridCell[];
  /** Hidden or deleted: it counts for merges, but is not handed over. */
  dropped: boolean;
}

interface Placed extends GridCell {
  column: number;
}

const mostColumns = 200;
const mostCells = 2_000_000;

/**
 * The rows of one table in full width: a cell that spans columns stands in the first of them; vertically merged cells repeat the
 * value of the first and are named in `merged`.
 */
export function layGrid(rows: GridRow[], refuse: Refuse): { rows: TableRow[]; mergesKnown: boolean } {
  const toColumn = columnsOf(rows);
  const placed = rows.map(row => ({ row, cells: place(row, toColumn) }));
  const used = placed.reduce(
    (most, { row, cells }) => (row.dropped ? most : Math.max(most, (cells.at(-1)?.column ?? -1) + 1)),
    0,
  );
  const width = Math.min(mostColumns, Math.max(used, toColumn.width));
  if (width * rows.length > mostCells) refuse('表格太大，不像一份清单，请只保留清单部分再试');
  const held = new Map<number, { text: string; shown: boolean }>();
  const laid: TableRow[] = [];
  let mergesKnown = false;
  for (const { row, cells } of placed) {
    const texts = new Array<string>(width).fill('');
    const merged: number[] = [];
    const open = new Set<number>();
    for (const { column, text, merge } of cells) {
      if (column >= width) continue;
      const above = merge === 'continue' ? held.get(column) : undefined;
      if (above) {
        texts[column] = above.text;
        if (above.shown) merged.push(column);
        mergesKnown = true;
      } else texts[column] = merge === 'continue' ? '' : text;
      if (merge !== null) {
        held.set(column, { text: texts[column] ?? '', shown: !row.dropped || above?.shown === true });
        open.add(column);
      }
    }
    for (const column of held.keys()) if (!open.has(column)) held.delete(column);
    if (!row.dropped) laid.push({ row: row.row, cells: texts, ...(merged.length > 0 ? { merged } : {}) });
  }
  return { rows: laid, mergesKnown };
}

interface ColumnMap {
  width: number;
  /** The column of the n-th of `count` cells that begins at `start` of the grid. */
  of: (start: number, n: number, count: number) => number;
}

function startsOf(row: GridRow): number[] {
  let at = row.before;
  return row.cells.map(({ span }) => {
    const start = at;
    at += span;
    return start;
  });
}

/**
 * Which grid columns are one column to a reader. The usual row decides; a row of as many cells has the same columns, wherever its
 * borders were dragged to. Where two cells of one row would fall together, the grid itself is taken.
 */
function columnsOf(rows: GridRow[]): ColumnMap {
  const all = rows.map(startsOf);
  const counts = new Map<string, { starts: number[]; rows: number }>();
  for (const starts of all) {
    const key = starts.join();
    const seen = counts.get(key);
    if (seen) seen.rows++;
    else counts.set(key, { starts, rows: 1 });
  }
  const usual = [...counts.values()]
    .filter(({ starts }) => starts.length > 1)
    .sort((a, b) => b.rows - a.rows || b.starts.length - a.starts.length)[0]?.starts;
  const grid: ColumnMap = { width: 0, of: start => start };
  if (!usual) return grid;
  const nearest = (start: number): number =>
    Math.max(
      0,
      usual.findLastIndex(one => one <= start),
    );
  const map: ColumnMap = {
    width: usual.length,
    of: (start, n, count) => (count === usual.length ? n : nearest(start)),
  };
  const clashes = all.some(starts => {
    const columns = starts.map((start, n) => map.of(start, n, starts.length));
    return new Set(columns).size < columns.length;
  });
  return clashes ? grid : map;
}

function place(row: GridRow, columns: ColumnMap): Placed[] {
  const starts = startsOf(row);
  return row.cells.map((cell, n) => ({ ...cell, column: columns.of(starts[n] ?? 0, n, starts.length) }));
}
