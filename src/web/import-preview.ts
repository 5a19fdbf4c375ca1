// The rows of 导入预览: each task with its merges resolved and its warnings beside it, each difference field by field.
import { describeChange } from '../importer/describe-changes';
import { type OpenImport } from '../importer/import-desk';
import { type ImportPreview } from '../importer/preview';
import { type DeadlineDraft, type TaskDraft, type TaskFacts } from '../importer/task-draft';

const rowsOnPage = 100;

/** What the page lists. */
export type Shown = 'tasks' | 'changes';

interface Pages {
  page: number;
  pages: number;
  previous: string;
  next: string;
}

/** Which rows stand on a page, and the ways to its neighbours. @param asked - 0 = the first */
export function pagesOf(rows: number, asked: number, address: string): Pages & { from: number; to: number } {
  const pages = Math.max(Math.ceil(rows / rowsOnPage), 1);
  const page = Math.min(Math.max(asked, 1), pages);
  const way = (to: number): string => (to < 1 || to > pages ? '' : `${address}&page=${to}`);
  return {
    page,
    pages,
    previous: way(page - 1),
    next: way(page + 1),
    from: (page - 1) * rowsOnPage,
    to: page * rowsOnPage,
  };
}

const placeKey = (sheet: string | null | undefined, row: number): string => `${sheet ?? ''}|${row}`;

/** Warnings that no task's row stands for. */
export function generalIssues({ warnings, tasks }: ImportPreview): string[] {
  const rows = new Set(tasks.map(task => placeKey(task.at.sheet, task.at.row)));
  return warnings.filter(({ row, sheet }) => row === null || !rows.has(placeKey(sheet, row))).map(one => one.message);
}

/** "2023-06-30 到期，之后长期推进" */
function meaningOf({ due, start, longTerm, recurring, vague, text }: DeadlineDraft): string {
  const said = [
    ...(start ? [`${start} 起`] : []),
    ...(due === null ? [] : [`${due} 到期`]),
    ...(longTerm ? [due === null ? '长期推进' : '之后长期推进'] : []),
    ...(recurring === null ? [] : ['按期报送']),
    ...(vague ? ['没有确定的日期'] : []),
  ];
  return text === '' ? '没有写时限' : said.join('，');
}

function names(units: string[], collectives: string[], open = false): string {
  return [...units, ...collectives].join('、') + (open ? ' 等' : '');
}

function rowOf(task: TaskDraft, hints: string[], mark: string): object {
  return {
    no: task.no,
    label: task.label,
    place: `${task.at.sheet === null ? '' : `${task.at.sheet} `}第${task.at.row}行`,
    section: task.section ?? '',
    measure: task.measure ?? '',
    content: task.content,
    leads: names(task.lead, task.leadCollectives),
    supports: names(task.support, task.collectives, task.openEnded),
    deadline: task.deadline.text,
    meaning: meaningOf(task.deadline),
    hints,
    mark,
  };
}

/** Tasks as they would be stored. */
export function taskRows({ preview, stored }: OpenImport, from: number, to: number): object[] {
  const hints = new Map<string, string[]>();
  for (const { sheet, row, message } of preview.warnings)
    if (row !== null) {
      const key = placeKey(sheet, row);
      hints.set(key, [...(hints.get(key) ?? []), message]);
    }
  const marks = { added: '新增', changed: '变更', removed: '' };
  const kinds = new Map(stored === null ? [] : preview.changes.map(({ no, kind }) => [no, marks[kind]]));
  return preview.tasks
    .slice(from, to)
    .map(task => rowOf(task, hints.get(placeKey(task.at.sheet, task.at.row)) ?? [], kinds.get(task.no) ?? ''));
}

/** Differences from what is stored. */
export function changeRows({ preview, stored }: OpenImport, from: number, to: number): object[] {
  const before = new Map((stored ?? []).map(task => [task.no, task]));
  const after = new Map<number, TaskFacts>(preview.tasks.map(task => [task.no, task]));
  const kindNames = { added: '新增', changed: '变更', removed: '终止' };
  return preview.changes.slice(from, to).map(({ no, kind, fields }) => {
    const task = after.get(no) ?? before.get(no);
    return {
      no,
      kind: kindNames[kind],
      content: task?.content ?? '',
      fields:
        kind === 'changed'
          ? fields.map(describeChange)
          : kind === 'removed'
            ? ['新版本中没有这一项，历史保留']
            : [
                `牵头：${names(task?.lead ?? [], task?.leadCollectives ?? [])}`,
                `完成时限：${task?.deadline.text ?? ''}`,
              ],
    };
  });
}
