// What holds for every message: reading never throws, ends soon, and neither width nor chatter changes what is recorded.
import fc from 'fast-check';
import { type Frame } from '../../src/understanding/frames';
import { actsIn, type Annotated, corpus } from './annotation';
import { actsOf } from './situation';

const items = corpus();

/** Everything that would be stored. */
function stored(frames: Frame[]): string[] {
  return frames
    .filter(({ intent }) =>
      ['progress_update', 'request_extension', 'report_blocker', 'undo', 'confirm'].includes(intent),
    )
    .map(frame => JSON.stringify(frame));
}

const said = (item: Annotated, text: string): Frame[] => actsIn({ ...item, text });

test('any text is read', () => {
  const word = fc.constantFrom(...items.flatMap(({ text }) => [text, text.slice(0, 4), text.slice(-4)]));
  const sign = fc.constantFrom(
    ...Array.from(
      '，。？！：；、（）“”【】 \n%％.-~#@&<>1234567890一二三四五六七八九十百成半项号第个条月日周年前后内底',
    ),
  );
  fc.assert(
    fc.property(
      fc.array(fc.oneof(word, sign, fc.string({ unit: 'binary', maxLength: 6 })), { maxLength: 12 }),
      fc.constantFrom(...items),
      (pieces, item) => {
        expect(said(item, pieces.join('')).length).toBeGreaterThan(0);
      },
    ),
    { numRuns: 4000 },
  );
});

const before = [
  '大家好，',
  '收到，',
  '好的。',
  '辛苦了！',
  '领导好，',
  '哈哈，',
  '[微笑]',
  '不好意思，',
  '您好\n',
  '@督办助手 ',
];
const after = ['，谢谢', '。辛苦了', '！', '🙏', '\n谢谢领导', '，收到请回复', '，麻烦了'];

describe('chatter before or after never turns what is no report into one', () => {
  const idle = items.filter(item => stored(actsIn(item)).length === 0 && item.context?.pending === undefined);
  for (const words of before)
    test(`${words.trim()} …`, () => {
      const changed = idle.filter(item => stored(said(item, words + item.text)).length > 0);
      expect(changed.map(item => words + item.text)).toEqual([]);
    });
  for (const words of after)
    test(`… ${words.trim()}`, () => {
      const changed = idle.filter(item => stored(said(item, item.text + words)).length > 0);
      expect(changed.map(item => item.text + words)).toEqual([]);
    });
});

test('digits of any width give the same frame', () => {
  const wide = (text: string): string => text.replace(/\d/gu, digit => String.fromCodePoint(0xff10 + Number(digit)));
  const mathematical = (text: string): string =>
    text.replace(/\d/gu, digit => String.fromCodePoint(0x1d7d8 + Number(digit)));
  const plain = (frames: Frame[]): unknown => JSON.parse(JSON.stringify(frames).normalize('NFKC'));
  for (const widen of [wide, mathematical]) {
    const changed = items.filter(
      item =>
        /\d/u.test(item.text) &&
        JSON.stringify(plain(said(item, widen(item.text)))) !== JSON.stringify(plain(actsIn(item))),
    );
    expect(changed.map(item => item.text)).toEqual([]);
  }
});

test('whatever the case of the marks: traditional signs are read as simplified ones', () => {
  const pairs: [string, string][] = [
    ['我局本周任務', '我局本周任务'],
    ['第38項已經辦結', '第38项已经办结'],
    ['區稅務局逾期的任務', '区税务局逾期的任务'],
    ['還有誰沒反饋', '还有谁没反馈'],
    ['導出全區臺賬', '导出全区台账'],
  ];
  for (const [traditional, simplified] of pairs) expect(actsOf(traditional)).toEqual(actsOf(simplified));
});

describe('the time a message takes grows with its length, not with its square', () => {
  const pieces = [
    ...['38完成80%，', '38完成80%，（已经遴选12名，其中6月底前', '我局本周任务', '各位好', '38、', '刚才', '的任务', '嗯', '区税务局', '“38完成80%”', '1、', '不知道', '第', '一', '(', '申请', '没', '请', '周', '6月', '报错了'],
    ...[' ', '\n', ' \n\t', '👍', '已 ', '已', '1111', '1.1', 'a', '1a', '。', '-'],
    ...items.filter((_, i) => i % 60 === 0).map(({ text }) => text),
  ]; // prettier-ignore
  // Two words that make a third ("刚" twice, "查" and "看") must not be tried in every way of taking them apart.
  const doubled = [
    ['刚刚', ''], ['看看', ''], ['查看', ''], ['给我', ''], ['请回复', ''], ['现已', ''], ['需要', '6月底'], ['还在', '38'],
    ['正在', '任务都'], ['任务情况', '【'], ['报一下', '让住建局抓紧'], ['报一下', '让住建局抓紧报第38项'], ['的工作量', '38完成50%'],
  ] as const; // prettier-ignore
  const fill = (start: string, piece: string, length: number): string =>
    start + piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
  /** The processor's time in ms: the machine may be busy with other things. */
  const timeOf = (text: string): number => {
    const begun = process.cpuUsage();
    actsOf(text);
    return process.cpuUsage(begun).user / 1000;
  };
  test.each([...doubled, ...pieces.flatMap(piece => [[piece, ''] as const, [piece, '38完成'] as const])])(
    '%j after %j',
    (piece, start) => {
      const [short, long] = [fill(start, piece, 1000), fill(start, piece, 4000)];
      let [shortTime, longTime] = [Infinity, Infinity];
      // Four times as long takes four times the time, by the square it would be sixteen. What disturbs can only add:
      // the quickest of several readings is kept, and a doubtful case is measured again before it counts.
      const growth = (): number => longTime / Math.max(shortTime, 3);
      for (let round = 0; round < 3 || (growth() >= 8 && round < 40); round++) {
        shortTime = Math.min(shortTime, timeOf(short));
        longTime = Math.min(longTime, timeOf(long));
      }
      expect(growth()).toBeLessThan(8);
    },
  );
});

test('blanks typed in a row are read as a few', () => {
  const gap = ' '.repeat(200);
  expect(actsOf(`38完成80%${gap}，已遴选12名`)).toEqual(actsOf('38完成80% ，已遴选12名'));
  expect(actsOf(`38完成80%${gap}\n${gap}39完成20%`)).toEqual(actsOf('38完成80% \n39完成20%'));
});
