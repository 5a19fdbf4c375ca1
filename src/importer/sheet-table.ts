// From the cells of one sheet to a table: merges filled in, hidden rows and columns left out and said, unused columns closed up.
import { type Notice, type Table, type TableRow } from './table';
import { type Refuse } from './unreadable-file';

export interface SheetCell {
  /** 0-based. */
  column: number;
  text: string;
  /** Why the cell has no value (Chinese); then `text` is ''. */
  fault?: string;
}

export interface SheetRow {
  /** 1-based, as the sheet counts. */
  row: number;
  hidden: boolean;
  /** Only cells that hold something. */
  cells: SheetCell[];
}

export interface MergeRange {
  /** 1-based rows, 0-based columns, both ends included. */
  fromRow: number;
  toRow: number;
  fromColumn: number;
  toColumn: number;
}

export interface SheetCells {
  name: string;
  /** In order; blank rows may be left out. */
  rows: SheetRow[];
  merges: MergeRange[];
  isHiddenColumn: (column: number) => boolean;
}

const mostColumns = 200;
const mostTableCells = 2_000_000;
const mostMergedCells = 4_000_000;

/** The table of a sheet; null when nothing is visible in it. */
export function tableOfSheet(sheet: SheetCells, refuse: Refuse): { table: Table | null; notices: Notice[] } {
  const grid = new Grid(sheet);
  for (const range of sheet.merges) grid.merge(range, refuse);
  return { table: grid.table(refuse), notices: noticesOf(sheet) };
}

class Grid {
  private readonly rows: { row: number; hidden: boolean; cells: Map<number, SheetCell>; merged: Set<number> }[];
  private mergedCells = 0;

  constructor(private readonly sheet: SheetCells) {
    this.rows = sheet.rows.map(({ row, hidden, cells }) => ({
      row,
      hidden,
      cells: new Map(cells.map(cell => [cell.column, cell])),
      merged: new Set<number>(),
    }));
  }

  /** Repeats the first cell's value down a vertical merge; to the right of it stays blank. */
  merge({ fromRow, toRow, fromColumn, toColumn }: MergeRange, refuse: Refuse): void {
    if (toRow <= fromRow && toColumn <= fromColumn) return;
    let at = this.indexFrom(fromRow);
    const first = this.rows[at];
    const value = first?.row === fromRow ? first.cells.get(fromColumn) : undefined;
    let shown = false;
    for (let row = this.rows[at]; row && row.row <= toRow; row = this.rows[++at]) {
      this.mergedCells += 1 + Math.min(toColumn - fromColumn, row.cells.size);
      if (this.mergedCells > mostMergedCells)
        refuse(`工作表“${this.sheet.name}”的合并单元格太多，不像一份清单，请只保留清单部分再试`);
      for (const column of [...row.cells.keys()])
        if (column >= fromColumn && column <= toColumn && (column !== fromColumn || row.row !== fromRow))
          row.cells.delete(column);
      if (!value) continue;
      row.cells.set(fromColumn, { ...value });
      if (shown) row.merged.add(fromColumn);
      shown ||= !row.hidden;
    }
  }

  private indexFrom(row: number): number {
    let [low, high] = [0, this.rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.rows[middle]?.row ?? 0) < row) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  table(refuse: Refuse): Table | null {
    const visible = this.rows.filter(row => !row.hidden && row.cells.size > 0);
    const used = new Set<number>();
    for (const { cells } of visible)
      for (const { column, text, fault } of cells.values())
        if ((text !== '' || fault !== undefined) && !this.sheet.isHiddenColumn(column)) used.add(column);
    if (used.size === 0) return null;
    if (used.size > mostColumns)
      refuse(`工作表“${this.sheet.name}”有${used.size}列，不像一份清单，请只保留清单部分再试`);
    if (used.size * visible.length > mostTableCells)
      refuse(`工作表“${this.sheet.name}”太大，不像一份清单，请只保留清单部分再试`);
    const columns = [...used].sort((a, b) => a - b);
    const rows = visible.map(({ row, cells, merged }): TableRow => {
      const faults: Record<number, string> = {};
      const texts = columns.map((column, at) => {
        const cell = cells.get(column);
        if (cell?.fault !== undefined) faults[at] = cell.fault;
        return cell?.text ?? '';
      });
      const repeated = columns.flatMap((column, at) => (merged.has(column) ? [at] : []));
      return {
        row,
        cells: texts,
        ...(repeated.length > 0 ? { merged: repeated } : {}),
        ...(Object.keys(faults).length > 0 ? { faults } : {}),
      };
    });
    return { sheet: this.sheet.name, above: [], rows, mergesKnown: true };
  }
}

function noticesOf({ name, rows, isHiddenColumn }: SheetCells): Notice[] {
  const notices: Notice[] = [];
  const hidden = rows.filter(row => row.hidden && row.cells.some(cell => cell.text !== '')).map(row => String(row.row));
  if (hidden.length > 0)
    notices.push({
      code: 'hidden_rows',
      message: `工作表“${name}”第${shortList(hidden)}行是隐藏的（或被筛选掉），未导入；要导入请先取消隐藏、清除筛选`,
    });
  const columns = new Set<number>();
  for (const row of rows)
    for (const { column, text } of row.cells) if (text !== '' && isHiddenColumn(column)) columns.add(column);
  if (columns.size > 0)
    notices.push({
      code: 'hidden_columns',
      message: `工作表“${name}”的${shortList([...columns].sort((a, b) => a - b).map(columnName))}列是隐藏的，未导入；要导入请先取消隐藏`,
    });
  return notices;
}

function shortList(names: string[]): string {
  return names.length > 20 ? `${names.slice(0, 20).join('、')}等${names.length}` : names.join('、');
}

/** 0 → A, 27 → AB. */
export function columnName(column: number): string {
  const letter = String.fromCharCode(65 + (column % 26));
  return column < 26 ? letter : columnName(Math.floor(column / 26) - 1) + letter;
}
