// 序号 | 重点任务 | 工作措施: where every numbered row has a task and a measure of its own, the number counts the tasks, not the measures.
import { headerMeaning } from './header-words';
import { headingLevel } from './headings';
import { type Layout } from './columns';
import { type TableRow } from './table';

/** The layout with the column beside the number as the task, the finer one as what goes with it; or the same layout. */
export function taskBesideNumber(layout: Layout, body: TableRow[]): Layout {
  const { columns } = layout;
  const number = columns.findIndex(({ role }) => role === 'number');
  const beside = number + 1;
  const content = columns.findIndex(({ role }) => role === 'content');
  const role = columns[beside]?.role;
  const meaning = headerMeaning(columns[beside]?.header ?? '');
  const isTask =
    (role === 'measure' || role === 'section') &&
    meaning?.kind === 'text' &&
    (meaning.depth === 3 || /指标/u.test(columns[beside]?.header ?? ''));
  if (number < 0 || !isTask || content <= beside) return layout;
  const own = ({ cells, merged }: TableRow, i: number): boolean => (cells[i] ?? '') !== '' && !merged?.includes(i);
  const tasks = body.filter(row => row.cells.length === columns.length && (own(row, content) || own(row, number)));
  const isOwnTask = (row: TableRow): boolean =>
    own(row, number) && own(row, beside) && headingLevel(row.cells[beside] ?? '') === null;
  if (tasks.length < 2 || !tasks.every(isOwnTask)) return layout;
  return {
    ...layout,
    columns: columns.map((column, i) =>
      i === beside ? { ...column, role: 'content' } : i === content ? { ...column, role: 'goal' } : column,
    ),
  };
}
