// Schedules printed as columns: 一季度 | 二季度 | 三季度 | 四季度, each with what is to be done by then. They become one deadline.
import { isHeaderRow } from './columns';
import { headerMeaning, plainHeader } from './header-words';
import { type Table, type TableRow } from './table';

const searched = 40;
const period =
  /^(?:20\d{2}年)?(?:第?[一二三四1-4]季度|(?:1[0-2]|[1-9])月份?|[上下]半年|[一二三四五六七八九十]{1,2}月份?)$/u;

function periodColumns({ cells, merged }: TableRow): number[] {
  return cells.flatMap((cell, i) => (period.test(plainHeader(cell)) && !merged?.includes(i) ? [i] : []));
}

/** The table with its period columns told in the first of them: "一季度制定方案，四季度完成验收"; the same table where it has none. */
export function joinPeriods(table: Table): Table {
  const at = table.rows.slice(0, searched).findIndex(row => isHeaderRow(row.cells));
  const [header, below] = [table.rows[at], table.rows[at + 1]];
  if (!header) return table;
  const named = periodColumns(header).length > 1 ? header : below;
  const columns = named ? periodColumns(named) : [];
  const [first, second] = columns;
  if (!named || first === undefined || second === undefined) return table;
  const own = named.cells.filter((cell, i) => cell !== '' && !named.merged?.includes(i) && !columns.includes(i));
  if (named === below && own.some(cell => headerMeaning(cell) === null)) return table;
  const names = new Map(columns.map(i => [i, plainHeader(named.cells[i] ?? '')]));
  const told = (row: TableRow): TableRow => {
    const cells = [...row.cells];
    const said = columns.flatMap(i => {
      const text = row.merged?.includes(i) ? '' : (cells[i] ?? '');
      if (text === '') return [];
      // √ and ★ only say that it is then.
      return [/[\p{L}\p{N}]/u.test(text) ? `${names.get(i) ?? ''}${text}` : (names.get(i) ?? '')];
    });
    for (const i of columns) cells[i] = '';
    cells[first] = said.join('，');
    return { ...row, cells, ...(row.merged ? { merged: row.merged.filter(i => !columns.includes(i)) } : {}) };
  };
  const headed = { ...header, cells: header.cells.map((cell, i) => (columns.includes(i) ? '' : cell)) };
  headed.cells[first] = '完成时限';
  const body = table.rows.slice(named === below ? at + 2 : at + 1);
  return { ...table, rows: [...table.rows.slice(0, at), headed, ...body.map(told)] };
}
