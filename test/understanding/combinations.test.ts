// What is right for one number, unit or time must be right for all: every form of words with every other.
import { type Frame } from '../../src/understanding/frames';
import { actsOf } from './situation';

const at = '2023-08-16';
const unit = '区行政审批局';

/** What goes wrong, at most ten of it: a table of thousands says nothing. */
function expectNone(wrong: string[]): void {
  expect(wrong.slice(0, 10)).toEqual([]);
}

const numbers: [string, number[]][] = [
  ['38', [38]], ['第38项', [38]], ['38项', [38]], ['38号', [38]], ['#38', [38]], ['任务38', [38]], ['序号38', [38]], ['三十八项', [38]], ['第三十八项', [38]],
  ['３８', [38]], ['㊳', [38]], ['38、39', [38, 39]], ['38和39', [38, 39]], ['第38、39项', [38, 39]], ['34-37', [34, 35, 36, 37]], ['第34至37项', [34, 35, 36, 37]],
  ['38号任务', [38]], ['营商38', [38]], ['第38项任务', [38]], ['任务三十八', [38]], ['41到43项', [41, 42, 43]],
]; // prettier-ignore
const done = [
  '已完成', '完成了', '搞定了', '已办结', '办完了', '做完了', '已经完成了', '已全部完成', '弄好了', '已按时完成', '顺利完成', '完工了', '今天完成了', '上周已完成', '已于8月10日完成', '完成100%', '进度100%',
]; // prettier-ignore
const measured: [string, number][] = [
  ...[
    '完成80%', '进度80%', ' 80%', '完成百分之八十', '完成八成', '完成了80%', '已完成80%', '目前完成80%', '进度到80%了', '完成进度80%', '进度为80%', '推进到80%', '已完成约80%',
    '总体进度80%', '整体完成80%', '做了80%', '的进度是80%', '，进度80%', '：80%', '：完成80%', '完成率80%', '达到80%', '进展情况：完成80%',
  ].map((words): [string, number] => [words, 80]),
  ['完成一半', 50],
]; // prettier-ignore
const standing: [string, string][] = [
  ...['推进中', '正在推进', '进行中', '正在办理', '正在有序推进', '办理中', '还在推进', '持续推进中', '已启动', '正常推进'].map((words): [string, string] => [words, 'in_progress']),
  ...['还没启动', '尚未启动', '未开始', '还没动', '暂未启动', '未开展'].map((words): [string, string] => [words, 'not_started']),
  ...['长期推进', '转入长期推进', '转为长期坚持'].map((words): [string, string] => [words, 'long_term']),
]; // prettier-ignore
const leads = [
  '',
  '@督办助手 ',
  '报告：',
  '我局',
  '报告领导，',
  '收到，',
  '汇报一下，',
  '【反馈】',
  '完成情况：',
  '按要求反馈：',
];
const notes = ['', '，已遴选12名', '，网办率达100%', '。已召开两次协调会', '（材料已上传）'];

test('reports: any number, fact, opening and note', () => {
  const wrong: string[] = [];
  const facts: [string, string, number?][] = [
    ...done.map((words): [string, string] => [words, 'done']),
    ...measured.map(([words, percent]): [string, string, number] => [words, 'in_progress', percent]),
    ...standing,
  ];
  let turn = 0;
  for (const [number, nos] of numbers)
    for (const [fact, status, percent] of facts)
      for (const note of notes) {
        const lead = leads[turn++ % leads.length];
        const text = `${lead}${number}${fact}${note}`;
        // "38项都完成了" and the like may count; a bare percentage runs into a bare number.
        const frames = actsOf(text, { at, unit });
        const [frame] = frames;
        const isRight =
          frames.length === 1 &&
          frame?.intent === 'progress_update' &&
          frame.tasks.map(task => task.no).join() === nos.join() &&
          frame.tasks.every(task => task.status === status && (status === 'done' || task.percent === percent)) &&
          frame.tasks.every(task => note === '' || (task.note ?? '').includes(note.replace(/^[，。]|[（）]/gu, '')));
        if (!isRight) wrong.push(`${text} ${JSON.stringify(frames)}`);
      }
  expectNone(wrong);
});

type Query = Extract<Frame, { intent: 'query_tasks' }>;
const whose: [string, Partial<Query>][] = [
  ['我局', { scope: 'own' }], ['我们局', { scope: 'own' }], ['本单位', { scope: 'own' }], ['咱们局', { scope: 'own' }], ['我们', { scope: 'own' }], ['', { scope: 'own' }], ['全区', { scope: 'all' }],
  ['所有单位', { scope: 'all' }], ['区税务局', { scope: 'unit', unit: '区税务局' }], ['市监局', { scope: 'unit', unit: '区市场监管局' }], ['审批局', { scope: 'unit', unit: '区行政审批局' }],
  ['公安分局', { scope: 'unit', unit: '区公安分局' }], ['供电公司', { scope: 'unit', unit: '区供电公司' }], ['花湖开发区', { scope: 'unit', unit: '花湖开发区' }],
]; // prettier-ignore
const times: [string, [string | null, string] | null][] = [
  ['', null], ['本周', ['2023-08-14', '2023-08-20']], ['下周', ['2023-08-21', '2023-08-27']], ['这个月', ['2023-08-01', '2023-08-31']], ['9月', ['2023-09-01', '2023-09-30']], ['国庆前', [null, '2023-09-30']],
  ['三季度', ['2023-07-01', '2023-09-30']], ['9月15日前', [null, '2023-09-15']], ['今天', ['2023-08-16', '2023-08-16']], ['上个月', ['2023-07-01', '2023-07-31']],
]; // prettier-ignore
const roles: [string, Query['role']][] = [['', 'any'], ['牵头', 'lead'], ['配合', 'support']]; // prettier-ignore
const states: [string, Query['status']][] = [
  ['', null], ['逾期', 'overdue'], ['没完成', 'undone'], ['还没办结', 'undone'], ['未反馈', 'no_feedback'], ['没报进度', 'no_feedback'], ['已完成', 'done'], ['推进中', 'in_progress'], ['长期推进', 'long_term'],
]; // prettier-ignore
const tails = ['的任务', '任务有哪些', '的有哪些', '的事项列一下', '的任务发我一下', '的是哪几项'];
const openings = ['', '请问', '帮我看看', '@督办助手 '];

test('questions: any unit, time, role, state, opening and end', () => {
  const wrong: string[] = [];
  let turn = 0;
  for (const [name, who] of whose)
    for (const [time, days] of times)
      for (const [roleWords, role] of roles)
        for (const [stateWords, status] of states) {
          const named = `${name}${time}${roleWords}${stateWords}`;
          if (named === '') continue;
          const text = `${openings[turn % openings.length]}${named}${tails[turn++ % tails.length]}`;
          const frames = actsOf(text, { at, unit: '区人社局' });
          const [frame] = frames;
          const isRight =
            frames.length === 1 &&
            frame?.intent === 'query_tasks' &&
            frame.scope === who.scope &&
            (who.unit === undefined || frame.unit === who.unit) &&
            frame.role === role &&
            frame.status === status &&
            (days === null ? frame.range === null : frame.range?.end === days[1] && frame.range.start === days[0]);
          if (!isRight) wrong.push(`${text} ${JSON.stringify(frames)}`);
        }
  expectNone(wrong);
});
