// Tables drawn with characters: | 序号 | 任务 | as chat programs and notes write them, or columns set apart by spaces.
import { findLayout } from './columns';
import { type Table, type TableRow } from './table';

const barLine = /^\s*\|.*\|\s*$/u;
const ruleLine = /^[\s|:+=\-—─]+$/u;

/** Tables of lines between bars; [] when there are none. */
export function barTables(lines: string[]): Table[] {
  return gather(lines, line =>
    barLine.test(line)
      ? line
          .trim()
          .slice(1, -1)
          .split(/(?<!\\)\|/u)
          .map(cell =>
            cell
              .replace(/\\\|/gu, '|')
              .replace(/<br\s*\/?>/giu, '\n')
              .trim(),
          )
      : null,
  );
}

/** A table whose columns are set apart by several spaces; [] unless a header is set so too. */
export function spacedTables(lines: string[]): Table[] {
  const header = lines.findIndex(line => {
    const cells = spacedCells(line);
    return cells.length > 2 && findLayout([{ row: 1, cells }]) !== null;
  });
  if (header < 0) return [];
  const above = lines.slice(0, header).flatMap(line => (line.trim() === '' ? [] : [line.trim()]));
  let row = 0;
  const rows = lines
    .slice(header)
    .filter(line => line.trim() !== '' && !ruleLine.test(line))
    .map((line): TableRow => ({ row: ++row, cells: spacedCells(line) }));
  return [{ sheet: null, above, rows, mergesKnown: false }];
}

function spacedCells(line: string): string[] {
  return line.trim().split(/[^\S\n]{2,}|\u3000+/u);
}

function gather(lines: string[], cellsOf: (line: string) => string[] | null): Table[] {
  const tables: Table[] = [];
  let above: string[] = [];
  let rows: TableRow[] = [];
  let row = 0;
  const end = (): void => {
    if (rows.length === 0) return;
    tables.push({ sheet: null, above, rows, mergesKnown: false });
    [above, rows] = [[], []];
  };
  for (const line of lines) {
    const cells = cellsOf(line);
    if (cells === null) {
      end();
      if (line.trim() !== '' && !ruleLine.test(line)) above.push(line.trim());
    } else if (!ruleLine.test(line)) rows.push({ row: ++row, cells });
  }
  end();
  return tables;
}
