// Every way to speak of a fact without stating it, with every number and fact: nothing may be recorded.
import { noStatements } from './no-statements';
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
