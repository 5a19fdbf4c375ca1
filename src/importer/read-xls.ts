// Reads an old .xls workbook.
import type { CellObject, WorkSheet } from '@e965/xlsx';
import { shownNumber } from './sheet-format';
import { spreadsheetLibrary } from './spreadsheet-library';
import { type SheetCell, type SheetCells, type SheetRow, tableOfSheet } from './sheet-table';
import { type FileContent } from './table';
import { type Refuse } from './unreadable-file';

const mostRows = 70_000;

/** @throws AppError bad_input when the workbook is broken, encrypted or too large */
export function readXls(bytes: Buffer, refuse: Refuse): FileContent {
  let book;
  try {
    book = quietly(() =>
      spreadsheetLibrary().read(bytes, {
        type: 'buffer',
        dense: true,
        cellNF: true,
        cellStyles: true,
        cellFormula: false,
        cellHTML: false,
        sheetRows: mostRows,
      }),
    );
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : '';
    if (/password-protected/iu.test(message)) return refuse('文件有密码，请先取消密码再导入');
    return refuse('文件不完整或已损坏，请用 Excel 或 WPS 打开后另存为 .xlsx 再导入', cause);
  }
  const content: FileContent = { tables: [], lines: [], aside: [], notices: [] };
  const date1904 = book.Workbook?.WBProps?.date1904 === true;
  book.SheetNames.forEach((name, i) => {
    const sheet = book.Sheets[name];
    if (!sheet) return;
    const cells = cellsOf(name, sheet, date1904);
    if ((book.Workbook?.Sheets?.[i]?.Hidden ?? 0) > 0) {
      const texts = cells.rows.flatMap(row => row.cells.map(cell => cell.text));
      if (texts.length === 0) return;
      content.aside.push(...texts);
      content.notices.push({ code: 'hidden_sheet', message: `工作表“${name}”是隐藏的，未导入；要导入请先取消隐藏` });
      return;
    }
    const { table, notices } = tableOfSheet(cells, refuse);
    if (table) content.tables.push(table);
    content.notices.push(...notices);
  });
  return content;
}

/** The library writes to the console what it cannot make sense of; that is for nobody. */
function quietly<T>(work: () => T): T {
  const screen = globalThis.console;
  const { error } = screen;
  screen.error = () => undefined;
  try {
    return work();
  } finally {
    screen.error = error;
  }
}

function cellsOf(name: string, sheet: WorkSheet, date1904: boolean): SheetCells {
  const data = (sheet['!data'] ?? []) as ((CellObject | undefined)[] | undefined)[];
  const rows: SheetRow[] = [];
  // forEach skips the rows and cells a sheet does not have, however far down the last one is.
  data.forEach((line, r) => {
    const cells: SheetCell[] = [];
    line?.forEach((cell, column) => {
      const shown = cell && shownCell(cell, column, date1904);
      if (shown) cells.push(shown);
    });
    if (cells.length > 0) rows.push({ row: r + 1, hidden: sheet['!rows']?.[r]?.hidden === true, cells });
  });
  return {
    name,
    rows,
    merges: (sheet['!merges'] ?? []).map(({ s, e }) => ({
      fromRow: s.r + 1,
      toRow: e.r + 1,
      fromColumn: s.c,
      toColumn: e.c,
    })),
    isHiddenColumn: column => sheet['!cols']?.[column]?.hidden === true,
  };
}

function shownCell(cell: CellObject, column: number, date1904: boolean): SheetCell | null {
  if (cell.t === 'e') return { column, text: '', fault: `单元格是错误值 ${cell.w ?? ''}，请在 Excel 中改正` };
  const text =
    typeof cell.v === 'number'
      ? shownNumber(cell.v, typeof cell.z === 'string' ? cell.z : 'General', date1904)
      : typeof cell.v === 'boolean'
        ? cell.v
          ? '是'
          : '否'
        : String(cell.v ?? '');
  return text === '' ? null : { column, text };
}
