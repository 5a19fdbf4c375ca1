// What a new version of a list changes, in words: for the preview and for the units it affects.
import { shorten } from '../rendering/wording';
import { type FieldChange, type TaskDifference } from './diff-tasks';
import { type DeadlineDraft, type TaskFacts } from './task-draft';

const names: Record<FieldChange['field'], string> = {
  label: '序号',
  section: '部分',
  measure: '政策措施',
  content: '任务内容',
  lead: '牵头单位',
  support: '责任单位',
  collectives: '责任单位（集体）',
  leadCollectives: '牵头单位（集体）',
  openEnded: '“等单位”',
  deadline: '完成时限',
};

/** "完成时限：2023年6月底→2023年9月底", "责任单位：增加区税务局；去掉区财政局" */
export function describeChange({ field, before, after }: FieldChange): string {
  if (Array.isArray(before) && Array.isArray(after)) return `${names[field]}：${describeNames(before, after)}`;
  return `${names[field]}：${shown(before)}→${shown(after)}`;
}

function describeNames(before: string[], after: string[]): string {
  const added = after.filter(name => !before.includes(name));
  const gone = before.filter(name => !after.includes(name));
  if (added.length === 0 && gone.length === 0) return '顺序有变';
  return [
    ...(added.length > 0 ? [`增加${added.join('、')}`] : []),
    ...(gone.length > 0 ? [`去掉${gone.join('、')}`] : []),
  ].join('；');
}

function shown(value: FieldChange['before']): string {
  if (value === null || value === '') return '（空）';
  if (typeof value === 'boolean') return value ? '有' : '无';
  if (typeof value === 'string') return shorten(value, 60);
  if (Array.isArray(value)) return value.join('、');
  const { text, due, longTerm }: DeadlineDraft = value;
  if (text === '') return '（空）';
  return `${shorten(text, 40)}${due === null ? '' : `（${due}${longTerm ? '，长期' : ''}）`}`;
}

/** One line for a task: "新增 第146项 …", "变更 第38项 …：完成时限：…", "终止 第12项 …". */
export function describeDifference(
  { no, kind, fields }: TaskDifference,
  before: TaskFacts | undefined,
  after: TaskFacts | undefined,
): string {
  const short = shorten((after ?? before)?.content ?? '');
  if (kind === 'added')
    return `新增 第${no}项 ${short}（牵头：${[...(after?.lead ?? []), ...(after?.leadCollectives ?? [])].join('、') || '无'}；完成时限：${after?.deadline.text || '无'}）`;
  if (kind === 'removed') return `终止 第${no}项 ${short}（新版本中没有这一项）`;
  return `变更 第${no}项 ${short}：${fields.map(describeChange).join('；')}`;
}
