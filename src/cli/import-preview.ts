// The preview of an import as text: what the list holds, what it changes, and all that a person should look at.
import { type UnitDirectoryData } from '../directory/unit-data';
import { suggestionsFor } from '../directory/settle-units';
import { UnitNames } from '../directory/unit-names';
import { describeDifference } from '../importer/describe-changes';
import { type ImportPreview } from '../importer/preview';
import { type StoredTask } from '../importer/task-draft';

const mostChanges = 200;

export function describePreview(
  preview: ImportPreview,
  { stored, units }: { stored: StoredTask[] | null; units: UnitDirectoryData | undefined },
): string {
  const { list, tasks, warnings, errors, unknownUnits, diff } = preview;
  const sections = new Set(tasks.flatMap(task => task.section ?? [])).size;
  const measures = new Set(tasks.flatMap(task => task.measure ?? [])).size;
  const names = units && unknownUnits.length > 0 ? new UnitNames(units) : null;
  return [
    `${list.title}（${list.year ?? '年度不详'}，简称“${list.shortName}”）：${tasks.length} 项任务，${sections} 个部分，${measures} 条政策措施。`,
    stored === null
      ? `这是一份新清单：新增 ${diff.added} 项。`
      : `与已有清单相比：新增 ${diff.added} 项，变更 ${diff.changed} 项，移除 ${diff.removed} 项。`,
    ...(stored === null ? [] : describeChanges(preview, stored)),
    ...warnings.map(issue => `提示 ${issue.message}`),
    ...unknownUnits.map(({ name, rows }) => {
      const likely = names ? suggestionsFor(names, name) : [];
      return `名录中没有的单位：${name}（第${rows.join('、')}行）${likely.length > 0 ? `，是不是${likely.join('、')}？` : ''}`;
    }),
    ...errors.map(issue => `错误 ${issue.message}`),
  ].join('\n');
}

function describeChanges({ changes, tasks }: ImportPreview, stored: StoredTask[]): string[] {
  const before = new Map(stored.map(task => [task.no, task]));
  const after = new Map(tasks.map(task => [task.no, task]));
  const lines = changes
    .slice(0, mostChanges)
    .map(change => describeDifference(change, before.get(change.no), after.get(change.no)));
  return changes.length > mostChanges
    ? [...lines, `其余 ${changes.length - mostChanges} 处变化没有列出，加 --json 可看全部。`]
    : lines;
}
