// Every way to speak of a fact without stating it, with every number and fact: nothing may be recorded.
import { closings, noStatements, openings } from './no-statements';
import { beside, guarded } from './nothing-recorded';
import { actsOf } from './situation';

const at = '2023-08-16';
const unit = '区行政审批局';

test('no statement: nothing is recorded as done or measured, whatever stands in it', () => {
  const wrong: string[] = [];
  for (const form of noStatements)
    for (const number of ['38', '第38项', '三十八项'])
      for (const fact of ['已完成', '完成', '完成80%', '已办结', '搞定', '80%', '进度80%']) {
        const text = form.replaceAll('{A}', number).replaceAll('{F}', fact);
        const recorded = actsOf(text, { at, unit }).flatMap(frame =>
          frame.intent === 'progress_update'
            ? frame.tasks.filter(task => task.status === 'done' || task.percent !== undefined)
            : [],
        );
        if (recorded.length > 0) wrong.push(`${text} ${JSON.stringify(recorded)}`);
      }
  expect(wrong.slice(0, 10)).toEqual([]);
});

const several = [
  '71已完成；73完成60%',
  '第71项已办结，第73项完成90%',
  '71完成80%。73已完成',
  '1.71完成80%；2.73完成60%',
  '71已完成',
];
const recorded = (text: string): number[] =>
  actsOf(text, { at, unit }).flatMap(frame =>
    frame.intent === 'progress_update'
      ? frame.tasks.filter(({ status, percent }) => status === 'done' || percent !== undefined).map(({ no }) => no)
      : [],
  );

test('what opens or closes a message holds for every report in it', () => {
  const texts = several.flatMap(reports => [
    ...openings.map(opening => opening + reports),
    ...closings.map(closing => reports + closing),
  ]);
  expect(texts.filter(text => recorded(text).length > 0)).toEqual([]);
  // Alone they are reports.
  expect(several.map(recorded)).toEqual([[71, 73], [71, 73], [71, 73], [71, 73], [71]]);
});

test("a heading of the sender's own makes nothing of them", () => {
  const headings = [
    '我局工作完成情况：', '8月份进展情况：', '区行政审批局反馈：', '重点任务进展：', '现将我局任务进展报告如下：', '报告领导：', '今日进展：', '本周进展：', '我局反馈如下：',
    '完成情况如下：', '各位领导，', '收到，', '【反馈】', '审批局：', '按要求，', '根据通知要求，', '目前，', '请登记：', '麻烦更新：', '尊敬的督办专员：', '本周工作情况汇报：', '补充：',
  ]; // prettier-ignore
  const texts = headings.flatMap(heading => several.slice(0, 4).map(reports => heading + reports));
  expect(texts.filter(text => recorded(text).join() !== '71,73')).toEqual([]);
});

test('nothing at all is recorded', () => {
  const storing = ['progress_update', 'report_blocker', 'request_extension', 'undo', 'confirm'];
  const stored = [...beside, ...guarded].filter(text =>
    actsOf(text, { at, unit }).some(({ intent }) => storing.includes(intent)),
  );
  expect(stored).toEqual([]);
});
