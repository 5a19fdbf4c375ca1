// Reports and what only looks like one. In a table: what is said, and what may be recorded; anything else is a false record.
import fc from 'fast-check';
import { type Frame } from '../../src/understanding/frames';
import { actsOf, type Said } from './situation';

/** "38 80%", "38 done", "38 in_progress": what a sentence records; [] = nothing. */
function recorded(frames: Frame[]): string[] {
  return frames.flatMap(frame =>
    frame.intent === 'progress_update'
      ? frame.tasks.map(({ no, status, percent }) => `${no} ${percent === undefined ? status : `${percent}%`}`)
      : [],
  );
}

const card: Said = { quoted: { type: 'task_card', tasks: [5] } };
const shownList: Said = { quoted: { type: 'task_list', items: [{ pos: 1, no: 5 }, { pos: 2, no: 7 }] } }; // prettier-ignore

// Plain loops: a table's titles would take the % of a sentence for a placeholder.
describe('reports', () => {
  const table: [string, string[], Said?][] = [
    ['38完成80%，已遴选12名', ['38 80%']],
    ['38 80%', ['38 80%']],
    ['38：80%', ['38 80%']],
    ['38完成了80%', ['38 80%']],
    ['３８完成８０％', ['38 80%']],
    ['㊳完成八成', ['38 80%']],
    ['三十八项完成百分之八十', ['38 80%']],
    ['38 近度80%', ['38 80%']],
    ['營商38完成80%', ['38 80%']],
    ['第38項已經完成', ['38 done']],
    ['№38 已完成', ['38 done']],
    ['NO.38已完成', ['38 done']],
    ['#38已完成', ['38 done']],
    ['任务38已完成', ['38 done']],
    ['报告领导，38完成80%', ['38 80%']],
    ['@督办助手38完成80%🎉', ['38 80%']],
    ['麻烦登记一下：38完成80%', ['38 80%']],
    ['38、39、41-43均已完成', ['38 done', '39 done', '41 done', '42 done', '43 done']],
    ['38和39分别完成80%和50%', ['38 80%', '39 50%']],
    ['38完成80%39完成50%', ['38 80%', '39 50%']],
    ['38完成80%；39推进中；40还没启动', ['38 80%', '39 in_progress', '40 not_started']],
    ['1. 38完成80%\n2. 39完成50%', ['38 80%', '39 50%']],
    ['1、38完成80%\n2、39完成50%', ['38 80%', '39 50%']],
    ['一、38已完成\n二、39推进中', ['38 done', '39 in_progress']],
    ['（一）38已完成，（二）39推进中', ['38 done', '39 in_progress']],
    ['38由50%提高到80%', ['38 80%']],
    ['38计划月底完成，目前完成60%', ['38 60%']],
    ['38推进中，可网办率达到100%', ['38 in_progress']],
    ['38推进中，完成投资38亿元', ['38 in_progress']],
    ['38已完成，覆盖率100%', ['38 done']],
    ['38没有完成', ['38 in_progress']],
    ['38已于6月20日完成', ['38 done']],
    ['38正在与区税务局对接', ['38 in_progress']],
    ['第38项转入长期推进', ['38 long_term']],
    ['完成80%，已并联审批', ['5 80%'], card],
    ['已完成', ['5 done'], card],
    ['第2个完成80%', ['7 80%'], shownList],
    ['第2条完成80%', ['7 80%'], { talk: { shown: [{ pos: 1, no: 5 }, { pos: 2, no: 7 }] } }],
  ]; // prettier-ignore
  for (const [text, expected, said] of table)
    test(text, () => {
      expect(recorded(actsOf(text, said))).toEqual(expected);
    });

  test('the words are kept as they were written, blockers apart', () => {
    expect(actsOf('1完成８０%，公章刻制 已「并联」审批；3推进中，卡在数据共享需区行政审批局协调')).toEqual([
      {
        intent: 'progress_update',
        tasks: [
          { no: 1, status: 'in_progress', percent: 80, note: '公章刻制 已「并联」审批' },
          { no: 3, status: 'in_progress', blocker: '卡在数据共享需区行政审批局协调', said: '卡在数据共享需区行政审批局协调' }, // prettier-ignore
        ],
      },
    ]);
  });

  test('a number the list does not have is marked', () => {
    expect(actsOf('58完成80%')).toEqual([
      { intent: 'progress_update', tasks: [{ no: 58, status: 'in_progress', percent: 80, exists: false }] },
    ]);
  });
});

describe('no reports', () => {
  const table: [string, string, Said?][] = [
    // questions
    ...['38完成了吗', '38完成了没', '38是不是完成了', '38完成80%？', '38完成80%对吧', '38任务已完成情况如何'].map(
      text => [text, 'task_detail'] as [string, string],
    ),
    ['38完成80%，39呢', 'progress_update'],
    ['完成了吗？', 'none'],
    // plans, demands, conditions, hearsay, examples
    ...[
      '38即将完成', '38预计完成80%', '38争取完成80%', '38力争6月完成', '38需完成80%', '38要求完成80%', '请38完成80%', '38要在月底前完成',
      '38如果完成80%', '等38完成再说', '38完成后报我', '38完成之后再报', '听说38完成了', '小王说38完成了', '区住建局说38完成80%',
      '38好像完成了', '他们38完成了', '王磊：38已完成', '“38完成80%”', '回复格式：38完成80%', '例：38完成80%', '比如回复38完成80%就行', '如38完成80%',
      '通知：38完成80%', '领导要求38完成80%', '要是38完成了就好了', '45项打算下个月完成',
    ].map(text => [text, 'none'] as [string, string]), // prettier-ignore
    // other people's tasks, times still to come, and figures that do not add up: asked back
    ...[
      '区税务局38已完成', '38区税务局已完成', '38 6月底完成', '38截至6月底完成80%', '38完成120%', '38完成-5%', '38完成80.5%', '38完成七八成',
      '38完成80到90%', '38差不多完成了', '38完成80', '3 8完成80%', '1、38完成80%', '38已完成撤回', '38完成个屁', '38已完成，但还没验收',
    ].map(text => [text, 'clarify'] as [string, string]), // prettier-ignore
    // facts that belong to no task
    ['已完成', 'clarify'],
    ['搞完了', 'clarify'],
    ['完成38%', 'clarify'],
    ['全部任务已完成', 'clarify'],
    ['我局已完成本周任务', 'clarify'],
    ['1到142全部完成', 'clarify'],
    ['已完成', 'clarify', shownList],
    ['第2条完成80%', 'clarify'],
    ['第9条完成80%', 'clarify', shownList],
    // figures of other things
    ...[
      '招商完成38亿', '38号文件已下发', '38人已完成培训', '已完成38项', '共38项，已完成30项', '38度高温完成巡查', '38网办率达80%', '38满意度100%',
      '今天窗口接待了45人', '联系电话0711-38386630已开通',
    ].map(text => [text, 'none'] as [string, string]), // prettier-ignore
    // acknowledgements of a quoted card
    ...['已收到', '已阅', '收到，马上落实', '好的', '已转相关科室', '知悉'].map(
      text => [text, 'none', card] as [string, string, Said],
    ),
  ];
  for (const [text, intent, said] of table)
    test(`${text} → ${intent}`, () => {
      const frames = actsOf(text, said);
      expect(frames[0]?.intent).toBe(intent);
      if (intent !== 'progress_update') expect(recorded(frames)).toEqual([]);
    });
});

test('whatever is said, reading it never throws, ends soon, and records only numbers that were written', () => {
  const piece = fc.constantFrom(
    '38', '第38项', '完成', '80%', '，', '。', '\n', '区税务局', '我局', '本周', '任务', '吗', '？', '计划', '没有', '已', '卡在', '撤回', '1.', '、', '和', '-',
    '三十八', '一半', '<script>', '@督办助手 ', '“', '”', '6月底', '延期', '38亿', '㊳', '😀', ' ', '更正', '区', '的', '更多',
  ); // prettier-ignore
  fc.assert(
    fc.property(
      fc.array(fc.oneof({ weight: 9, arbitrary: piece }, fc.string({ maxLength: 4 })), { maxLength: 14 }),
      pieces => {
        const text = pieces.join('');
        const digits = new Set([...text.normalize('NFKC').matchAll(/\d+/gu)].map(match => Number(match[0])));
        for (const entry of recorded(actsOf(text))) {
          const no = Number(entry.split(' ')[0]);
          // 三十八 and ranges name numbers without their digits.
          if (!/[三十八一二-]|到|至/u.test(text)) expect(digits).toContain(no);
        }
      },
    ),
    { numRuns: 3000 },
  );
});
