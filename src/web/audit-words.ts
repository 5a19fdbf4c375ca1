// The audit log's records in words: what stood there before and after, and what an act was done to.
import { stateNames } from '../tasks/task-state';
import { roleNames } from './sign-in-pages';

const labels: Record<string, string> = {
  state: '状态', reason: '理由', due: '期限', until: '到', blocker: '堵点', answer: '答复', status: '情况', lastReportedAt: '上次反馈',
  name: '姓名', unitId: '单位', unit: '单位', units: '单位', role: '角色', title: '职务', userId: '钉钉UserId', listId: '清单', list: '清单',
  scope: '范围', year: '年份', issue: '期号', counts: '数字', total: '合计', closed: '已销号', ongoing: '长期推进', closing: '待核销', open: '在办',
  reported: '已反馈', overdue: '逾期', returned: '退回', blocked: '堵点', added: '新增', changed: '变更', removed: '终止', ended: '结束',
  to: '改为', from: '原为', alias: '别名', text: '内容', member: '成员', members: '成员', parent: '上级', tasks: '任务', days: '日子', day: '日期',
  kind: '类别', percent: '进度', done: '办完', ladder: '提醒阶梯', rungs: '几个工作日前', insistAt: '只报进展不算数的档', owing: '谁应反馈',
  longTerm: '长期推进', morning: '早晨提醒', quiet: '主动发消息的时间', budget: '每群每天条数', newYears: '新增年份', written: '写法',
}; // prettier-ignore

const values: Record<string, string> = {
  ...stateNames,
  ...roleNames,
  open: '未解决',
  closed: '已关闭',
  accepted: '已同意',
  refused: '未同意',
  enabled: '已启用',
  disabled: '已停用',
  waiting: '待启用',
  ready: '待发送',
  sent: '已发送',
  failed: '发送失败',
  uncertain: '不确定是否送达',
  expired: '过期未发',
  district: '全区',
  certain: '就是本单位',
  ask: '每次请人确认',
  off: '休',
  work: '班',
}; // prettier-ignore

/** What an id stands for; null when nobody knows. */
export type NameOf = (id: string) => string | null;

function valueWords(key: string, value: unknown, nameOf: NameOf): string {
  if (value === null || value === undefined || value === '') return '无';
  if (typeof value === 'boolean') return value ? '是' : '否';
  if (Array.isArray(value)) return value.map(one => valueWords(key, one, nameOf)).join('、') || '无';
  if (typeof value === 'object') return `（${recordWords(value, nameOf)}）`;
  if (typeof value !== 'string') return JSON.stringify(value);
  if (key === 'state') return stateNames[value as keyof typeof stateNames] ?? value;
  // What people have written stands as they wrote it.
  return (freeWords.has(key) ? null : (values[value] ?? nameOf(value))) ?? value;
}

const freeWords = new Set(['reason', 'answer', 'blocker', 'text', 'title', 'name', 'written', 'alias']);

/** "状态 已挂起，理由 等省里文件"; '' of nothing. */
export function recordWords(record: unknown, nameOf: NameOf): string {
  if (Array.isArray(record)) return record.map(one => recordWords(one, nameOf)).join('；');
  if (typeof record !== 'object' || record === null) return valueWords('', record, nameOf);
  return Object.entries(record)
    .map(([key, value]) => `${labels[key] ?? key} ${valueWords(key, value, nameOf)}`)
    .join('，');
}

const objectKinds: Record<string, string> = {
  list: '清单', settings: '设置', calendar: '工作日', message: '消息', unit: '单位', identity: '身份', person: '人员', group: '群', bulletin: '通报',
  reminders: '提醒', units: '单位名录', collective: '集体称谓',
}; // prettier-ignore

/** "第38项", "清单 营商", "单位 区税务局" */
export function objectWords(object: string, nameOf: NameOf): string {
  const task = /^task:(\d+)$/.exec(object)?.[1];
  if (task !== undefined) return `第${task}项`;
  const [, kind = '', rest = ''] = /^([a-z_]+)(?::(.*))?$/su.exec(object) ?? [];
  const name = objectKinds[kind];
  if (name === undefined) return object;
  return `${name} ${nameOf(rest) ?? rest}`.trim();
}
