// Sentences that hurried and hostile people have really tried: what may be recorded of them, and what must not.
import { type Frame } from '../../src/understanding/frames';
import { actsOf } from './situation';

function recorded(frames: Frame[]): string[] {
  return frames.flatMap(frame => {
    if (frame.intent === 'report_blocker') return frame.tasks.map(({ no }) => `${no} blocker`);
    if (frame.intent !== 'progress_update') return [];
    return frame.tasks.map(
      ({ no, status, percent, blocker }) =>
        `${no} ${percent === undefined || status === 'done' ? status : `${percent}%`}${blocker === undefined ? '' : ' blocker'}`,
    );
  });
}

const rightly: [string, string[]][] = [
  ['5、6、7三项均已完成', ['5 done', '6 done', '7 done']],
  ['38、39、40三项均已完成', ['38 done', '39 done', '40 done']],
  ['34、35两项已完成', ['34 done', '35 done']],
  ['53、54两项完成60%', ['53 60%', '54 60%']],
  ['60完成30%，存在问题：无', ['60 30%']],
  ['10完成80%，需协调事项：无', ['10 80%']],
  ['1申请办结', ['1 done']],
  ['申请核销 2', ['2 done']],
  ['10已按要求完成', ['10 done']],
  ['10已经全部完成并通过验收', ['10 done']],
  ['第2项工作已全部完成请予核销', ['2 done']],
  ['3需要财政局配合解决资金', ['3 blocker']],
  ['2弄完了', ['2 done']],
  ['40圆满完成', ['40 done']],
  ['10做了八成', ['10 80%']],
];

for (const [text, expected] of rightly)
  test(`recorded: ${text}`, () => {
    expect(recorded(actsOf(text))).toEqual(expected);
  });

const nothing = [
  '6项都完成了', '5项任务，3项完成，2项推进中', '1项都没完成', '10项任务已完成8项', '10项完成8项，完成率80%',
  '10没有困难', '60没有问题', '10没有堵点了', '10不存在困难', '10堵点：无', '10存在问题：无',
  '60完成不到80%', '10完成了不到一半', '10完成80%，不对，是70%', '10完成30%，开玩笑的', '10完成30%，测试',
  '2 3 5 都完成了', '第五六七项都完成', '38 80', '6快完成了', '2 ok', '1、38完成80%', '38 39完成',
]; // prettier-ignore

const alsoNothing = [
  '9月底完成：\n第38项\n第39项', '下周完成：\n第38项', '去年已完成：\n第38项', '区税务局已完成：\n第87项\n第88项',
  '区税务局\n已完成\n第38项', '去年\n已完成：\n第38项', '9月底前\n已完成\n第38项',
  '张三 10:21\n现将工作情况汇报如下：第38项已完成', '以下是聊天记录：\n现将情况报告如下：\n第38项已完成',
  '格式如下：\n现将进展情况报告如下：第38项已完成80%',
  '103已完成。以后提前两天提醒我。误发', '103已完成，另外以后提前两天提醒我，以上开玩笑的', '103已完成，以后提前两天提醒我，103还没完成',
  '38 9月底完成80% 推进中', '完成了90项还有5项没完成', '第3箱已完成', '第3巷已完成80%',
]; // prettier-ignore

for (const text of [...nothing, ...alsoNothing])
  test(`nothing recorded: ${text}`, () => {
    expect(recorded(actsOf(text))).toEqual([]);
  });

test('what cannot be read is asked about, not dropped', () => {
  for (const text of ['5完成97%，6也是', '6项都完成了', '2 3 5 都完成了', '60完成不到80%'])
    expect([text, actsOf(text).some(frame => frame.intent === 'clarify')]).toEqual([text, true]);
  expect(actsOf('2 3 5 都完成了')).toEqual([
    expect.objectContaining({ about: expect.not.stringContaining('too_wide') }),
  ]);
});

test('"oh no" after a report takes it back', () => {
  expect(recorded(actsOf('10完成80%，哦不，11完成80%'))).not.toContain('10 80%');
});

test('questions joined with 和 are both answered', () => {
  expect(actsOf('我局和税务局本周任务')).toEqual([
    expect.objectContaining({ intent: 'query_tasks', scope: 'unit', unit: ['区市场监管局', '区税务局'] }),
  ]);
  const ends = actsOf('我局本周任务和下周任务').flatMap(frame =>
    frame.intent === 'query_tasks' ? [frame.range?.end] : [],
  );
  expect(ends).toContain('2023-07-09');
  expect(actsOf('未来7天到期')).toEqual([expect.objectContaining({ intent: 'query_tasks' })]);
});

test('"不是70%" denies what a draft says, and is no new figure', () => {
  const talk = { pending: '38完成70%', tasks: [38] };
  expect(recorded(actsOf('不是70%', { talk }))).toEqual([]);
  expect(recorded(actsOf('不是，是60%', { talk }))).toEqual(['38 60%']);
  expect(recorded(actsOf('不对，应该是60%', { talk }))).toEqual(['38 60%']);
});

test("what is asked for beside a report, and lists under headings of one's own, stay what they are", () => {
  expect(recorded(actsOf('103推进中，另外以后提前两天提醒我'))).toEqual(['103 in_progress']);
  expect(recorded(actsOf('区市场监管局本周周报\n已完成：\n第38项'))).toEqual(['38 done']);
  expect(recorded(actsOf('本周已完成：\n第38项\n第39项'))).toEqual(['38 done', '39 done']);
});
