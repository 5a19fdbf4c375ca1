// Deadline cells: the given examples, and what a clerk would also write.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { civilDate } from '../../src/calendar/civil-date';
import { parseDeadline, type Deadline } from '../../src/calendar/deadline';

interface Example {
  text: string;
  context_year: number;
  expect: {
    due: string | null;
    long_term: boolean;
    vague: boolean;
    start?: string;
    recurring?: object;
    milestones?: string[];
    invalid?: boolean;
  };
}

const examples = JSON.parse(readFileSync(join(__dirname, 'examples', 'deadlines.json'), 'utf8')) as Example[];

describe('the given examples', () => {
  it.each(examples.map(example => [example.text, example] as const))(
    '%s',
    (text, { context_year, expect: expected }) => {
      const read = parseDeadline(text, context_year);
      expect({ ...read, invalid: read.invalid !== null }).toEqual({
        text,
        due: expected.due,
        start: expected.start ?? null,
        longTerm: expected.long_term,
        recurring: expected.recurring ?? null,
        vague: expected.vague,
        milestones: expected.milestones ?? [],
        invalid: expected.invalid ?? false,
      });
    },
  );
});

type Said = Partial<Omit<Deadline, 'text'>>;
const longTerm = { longTerm: true };
const vague = { vague: true };
const nothing: Omit<Deadline, 'text'> = {
  due: null,
  start: null,
  longTerm: false,
  recurring: null,
  vague: false,
  milestones: [],
  invalid: null,
};

/** What is not said of a row is as in `nothing`; the year of the list is 2023. */
const rows: [string, Said][] = [
  // years
  ['2023年底', { due: '2023-12-31' }],
  ['2023年年底前', { due: '2023-12-31' }],
  ['2023年末', { due: '2023-12-31' }],
  ['当年年底', { due: '2023-12-31' }],
  ['当年底前', { due: '2023-12-31' }],
  ['本年底', { due: '2023-12-31' }],
  ['今年年底前', { due: '2023-12-31' }],
  ['年末', { due: '2023-12-31' }],
  ['年内完成', { due: '2023-12-31' }],
  ['2023年内', { due: '2023-12-31' }],
  ['本年度内', { due: '2023-12-31' }],
  ['明年6月底前', { due: '2024-06-30' }],
  ['明年2月底', { due: '2024-02-29' }],
  ['次年3月底前', { due: '2024-03-31' }],
  ['23年6月底', { due: '2023-06-30' }],
  ['2023年', { due: '2023-12-31', start: '2023-01-01' }],
  ['2023年度', { due: '2023-12-31', start: '2023-01-01' }],
  ['2023年全年', { due: '2023-12-31', start: '2023-01-01' }],
  ['2025年前完成', { due: '2025-12-31', vague: true }],
  ['2024年初', { due: '2024-01-31', vague: true }],
  ['“十四五”末', { due: '2025-12-31' }],
  ['十四五期间', { due: '2025-12-31', start: '2021-01-01' }],
  // months and their parts
  ['6月', { due: '2023-06-30' }],
  ['6月份', { due: '2023-06-30' }],
  ['6月份完成', { due: '2023-06-30' }],
  ['6月前', { due: '2023-06-30' }],
  ['6月底', { due: '2023-06-30' }],
  ['6月末前', { due: '2023-06-30' }],
  ['6 月 底 前', { due: '2023-06-30' }],
  ['６月３０日前', { due: '2023-06-30' }],
  ['６月底', { due: '2023-06-30' }],
  ['六月底', { due: '2023-06-30' }],
  ['十二月底前', { due: '2023-12-31' }],
  ['十一月三十日前', { due: '2023-11-30' }],
  ['二〇二三年六月三十日前', { due: '2023-06-30' }],
  ['二○二四年二月底', { due: '2024-02-29' }],
  ['6月上旬', { due: '2023-06-10' }],
  ['6月中旬', { due: '2023-06-20' }],
  ['6月中旬前完成', { due: '2023-06-20' }],
  ['6月下旬', { due: '2023-06-30' }],
  ['2月下旬前', { due: '2023-02-28' }],
  ['7月初', { due: '2023-07-10' }],
  ['2023年\n6月底', { due: '2023-06-30' }],
  ['2023年6月底（长期推进）', { due: '2023-06-30', ...longTerm }],
  // days
  ['6月30日', { due: '2023-06-30' }],
  ['6月30号前', { due: '2023-06-30' }],
  ['2023年6月30日前完成', { due: '2023-06-30' }],
  ['2023年6月30日24时前', { due: '2023-06-30' }],
  ['2023.6.30', { due: '2023-06-30' }],
  ['2023.06.30前', { due: '2023-06-30' }],
  ['2023/6/30', { due: '2023-06-30' }],
  ['2023-6-30', { due: '2023-06-30' }],
  ['2023-06-30 00:00:00', { due: '2023-06-30' }],
  ['2023-06-30T00:00:00.000Z', { due: '2023-06-30' }],
  ['20230630', { due: '2023-06-30' }],
  ['2023.6', { due: '2023-06-30' }],
  ['2023-06', { due: '2023-06-30' }],
  ['2023/6底', { due: '2023-06-30' }],
  ['6.30前', { due: '2023-06-30' }],
  ['6/30', { due: '2023-06-30' }],
  ['06-30', { due: '2023-06-30' }],
  ['6.30前完成整改，长期坚持', { due: '2023-06-30', ...longTerm }],
  ['国庆节前', { due: '2023-09-30' }],
  ['五一前完成', { due: '2023-04-30' }],
  ['元旦前', { due: '2023-12-31' }],
  ['2024年元旦前', { due: '2023-12-31' }],
  ['2024年春节前', { due: '2024-02-09' }],
  ['中秋节前', { due: '2023-09-28' }],
  // quarters and halves
  ['第三季度', { due: '2023-09-30', start: '2023-07-01' }],
  ['三季度', { due: '2023-09-30', start: '2023-07-01' }],
  ['3季度末', { due: '2023-09-30' }],
  ['第二季度前', { due: '2023-06-30' }],
  ['二季度底前完成', { due: '2023-06-30' }],
  ['2024年一季度', { due: '2024-03-31', start: '2024-01-01' }],
  ['前三季度', { due: '2023-09-30', start: '2023-01-01' }],
  ['第三、四季度', { due: '2023-12-31', start: '2023-07-01' }],
  ['2-3季度', { due: '2023-09-30', start: '2023-04-01' }],
  ['上半年', { due: '2023-06-30', start: '2023-01-01' }],
  ['上半年前完成', { due: '2023-06-30' }],
  ['下半年', { due: '2023-12-31', start: '2023-07-01' }],
  ['明年上半年', { due: '2024-06-30', start: '2024-01-01' }],
  ['年中前', { due: '2023-06-30' }],
  // spans and beginnings
  ['2023-2025年', { due: '2025-12-31', start: '2023-01-01' }],
  ['2023年至2025年', { due: '2025-12-31', start: '2023-01-01' }],
  ['2023年—2025年底', { due: '2025-12-31', start: '2023-01-01' }],
  ['2023～2025', { due: '2025-12-31', start: '2023-01-01' }],
  ['2023年至2025年6月', { due: '2025-06-30', start: '2023-01-01' }],
  ['6月—8月', { due: '2023-08-31', start: '2023-06-01' }],
  ['6-8月', { due: '2023-08-31', start: '2023-06-01' }],
  ['2023年10月至次年3月', { due: '2024-03-31', start: '2023-10-01' }],
  ['10月至3月', { due: '2024-03-31', start: '2023-10-01' }],
  ['10-3月', { due: '2024-03-31', start: '2023-10-01' }],
  ['2023年6月至2024年5月底', { due: '2024-05-31', start: '2023-06-01' }],
  ['6月1日至6月25日', { due: '2023-06-25', start: '2023-06-01' }],
  ['6月1日-25日', { due: '2023-06-25', start: '2023-06-01' }],
  ['2023年6月1日起至12月31日止', { due: '2023-12-31', start: '2023-06-01' }],
  ['2023.6.1—2023.12.31', { due: '2023-12-31', start: '2023-06-01' }],
  ['6.1-6.30', { due: '2023-06-30', start: '2023-06-01' }],
  ['2023.6-8月', { due: '2023-08-31', start: '2023-06-01' }],
  ['二三季度', { due: '2023-09-30', start: '2023-04-01' }],
  ['5月下旬至6月上旬', { due: '2023-06-10', start: '2023-05-21' }],
  ['2023年12月底前完成，2024年起长期推进', { due: '2023-12-31', ...longTerm }],
  ['2023.6.', { due: '2023-06-30' }],
  ['即日起至2023年12月底', { due: '2023-12-31' }],
  ['即日起至年底', { due: '2023-12-31' }],
  ['持续到12月底', { due: '2023-12-31' }],
  ['自6月1日起，12月底前完成', { due: '2023-12-31', start: '2023-06-01' }],
  ['2023年6月起，长期推进', { start: '2023-06-01', ...longTerm }],
  ['2023年6月起实施', { start: '2023-06-01', ...vague }],
  // for good
  ['常态化推进', longTerm],
  ['长期', longTerm],
  ['即日起，长期坚持', longTerm],
  ['持续深化', longTerm],
  ['常年开展', longTerm],
  ['長期推進', longTerm],
  ['9月底前完成并长期推进', { due: '2023-09-30', ...longTerm }],
  ['2023年12月底前取得明显成效，并持续推进', { due: '2023-12-31', ...longTerm }],
  ['２０２３年６月底，长期推进', { due: '2023-06-30', ...longTerm }],
  ['中长期规划2023年10月底前印发', { due: '2023-10-31' }],
  // again and again
  ['每月25日前', { recurring: { freq: 'monthly', day: 25 } }],
  ['每月底', { recurring: { freq: 'monthly', day: 'last' } }],
  ['每月月底前报送', { recurring: { freq: 'monthly', day: 'last' } }],
  ['每月', { recurring: { freq: 'monthly', day: 'last' } }],
  ['按月推进', { recurring: { freq: 'monthly', day: 'last' } }],
  ['每个月15号前', { recurring: { freq: 'monthly', day: 15 } }],
  ['每月十五日前', { recurring: { freq: 'monthly', day: 15 } }],
  ['每月上旬', { recurring: { freq: 'monthly', day: 10 } }],
  ['每季度', { recurring: { freq: 'quarterly', day: 'last' } }],
  ['每季末', { recurring: { freq: 'quarterly', day: 'last' } }],
  ['按季度推进', { recurring: { freq: 'quarterly', day: 'last' } }],
  ['每季度首月10日前', { recurring: { freq: 'quarterly', day: 10, month: 1 } }],
  ['每季度末月25日前', { recurring: { freq: 'quarterly', day: 25 } }],
  ['每年底', { recurring: { freq: 'yearly', day: 'last' } }],
  ['每年12月31日前', { recurring: { freq: 'yearly', day: 31, month: 12 } }],
  ['每年6月底前', { recurring: { freq: 'yearly', day: 'last', month: 6 } }],
  ['每周五前', { recurring: { freq: 'weekly', day: 5 } }],
  ['每周', { recurring: { freq: 'weekly', day: 'last' } }],
  ['每月25日前报送，12月底前完成', { due: '2023-12-31', recurring: { freq: 'monthly', day: 25 } }],
  ['每季度末，长期推进', { ...longTerm, recurring: { freq: 'quarterly', day: 'last' } }],
  ['每月一次', { recurring: { freq: 'monthly', day: 'last' } }],
  ['每月1次', { recurring: { freq: 'monthly', day: 'last' } }],
  ['每周一次', { recurring: { freq: 'weekly', day: 'last' } }],
  ['每个季度最后一个月25日前', { recurring: { freq: 'quarterly', day: 25 } }],
  ['2023年5月起每月25日前', { start: '2023-05-01', recurring: { freq: 'monthly', day: 25 } }],
  ['每年3月、9月', vague],
  ['每年6月底、12月底前', vague],
  ['每半年一次', vague],
  ['每两周调度一次', vague],
  // several
  ['6、9、12月底前', { due: '2023-12-31', milestones: ['2023-06-30', '2023-09-30', '2023-12-31'] }],
  ['6月底、9月底、12月底前', { due: '2023-12-31', milestones: ['2023-06-30', '2023-09-30', '2023-12-31'] }],
  ['6月30日前完成50%；12月31日前全部完成', { due: '2023-12-31', milestones: ['2023-06-30', '2023-12-31'] }],
  ['一季度启动，三季度完成', { due: '2023-09-30', milestones: ['2023-03-31', '2023-09-30'] }],
  ['2023年12月底前完成80%，2024年6月底前全部完成', { due: '2024-06-30', milestones: ['2023-12-31', '2024-06-30'] }],
  ['2024年3月底前开工，10月底完工', { due: '2024-10-31', milestones: ['2024-03-31', '2024-10-31'] }],
  ['12月底前完成，其中6月底前过半', { due: '2023-12-31', milestones: ['2023-06-30', '2023-12-31'] }],
  ['6月底前完成1号楼，9月底前完成2号楼', { due: '2023-09-30', milestones: ['2023-06-30', '2023-09-30'] }],
  ['6月底/12月底', { due: '2023-12-31', milestones: ['2023-06-30', '2023-12-31'] }],
  ['1.3月底前完成甲；2.6月底前完成乙', { due: '2023-06-30', milestones: ['2023-03-31', '2023-06-30'] }],
  // a person decides
  ['按年度计划推进', vague],
  ['次月10日前', vague],
  ['', vague],
  ['—', vague],
  ['按时序推进', vague],
  ['按时序推进，12月底前完成', { due: '2023-12-31' }],
  ['即日起', vague],
  ['立即', vague],
  ['适时启动', vague],
  ['待定', vague],
  ['按上级要求', vague],
  ['3个月内', vague],
  ['15个工作日内', vague],
  ['收到通知之日起30日内', vague],
  ['本月底前', vague],
  ['25日前', vague],
  ['月底前', vague],
  ['三年行动', vague],
  ['春节前', vague],
  ['5.0版上线', vague],
  ['完成率达到90%', vague],
  // days that do not exist
  ['2023年13月底', { invalid: '没有13月' }],
  ['13月底', { invalid: '没有13月' }],
  ['2023.13.1', { invalid: '没有13月' }],
  ['0月底', { invalid: '没有0月' }],
  ['2月30日前', { invalid: '没有2月30日' }],
  ['2023年2月29日', { invalid: '2023年没有2月29日' }],
  ['2023-6-31', { invalid: '没有6月31日' }],
  ['6.31前', { invalid: '没有6月31日' }],
  ['6月0日', { invalid: '没有6月0日' }],
  ['第五季度', { invalid: '没有第5季度' }],
  ['223年6月底', { invalid: '没有223年' }],
  ['每月32日前', { invalid: '没有32日' }],
  ['6月1日至2月30日', { invalid: '没有2月30日' }],
  ['2025—2023年', { invalid: '起止年份颠倒（2025—2023）' }],
  ['2023年6月30日至2023年5月1日', { invalid: '起止日期颠倒' }],
];

describe('what a clerk would also write', () => {
  it.each(rows)('%s', (text, said) => {
    expect(parseDeadline(text, 2023)).toEqual({ text: text.trim(), ...nothing, ...said });
  });
});

describe('a deadline cell of any content', () => {
  it('never fails, and says only days that exist', () => {
    const word = fc.constantFrom(...Array.from('年月日底前每季度长期推进、，至—.-/一二十0123456789第上半周 \n'));
    fc.assert(
      fc.property(fc.array(word, { maxLength: 40 }), pieces => {
        const read = parseDeadline(pieces.join(''), 2023);
        for (const day of [read.due, read.start, ...read.milestones])
          if (day !== null) expect(civilDate(...(day.split('-').map(Number) as [number, number, number]))).toBe(day);
      }),
      { numRuns: 500 },
    );
  });

  it('reads every day of a year in every way of writing it', () => {
    const day = fc.date({
      min: new Date('2020-01-01T00:00:00Z'),
      max: new Date('2039-12-31T00:00:00Z'),
      noInvalidDate: true,
    });
    const form = fc.constantFrom(
      (y: number, m: number, d: number) => `${y}年${m}月${d}日前`,
      (y: number, m: number, d: number) => `${y}.${m}.${d}`,
      (y: number, m: number, d: number) => `${y}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`,
      (y: number, m: number, d: number) => `${y}/${m}/${d}前完成`,
    );
    fc.assert(
      fc.property(day, form, (date, write) => {
        const read = parseDeadline(write(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()), 2023);
        expect(read.due).toBe(date.toISOString().slice(0, 10));
      }),
    );
  });

  it('does not read dates out of prose', () => {
    expect(parseDeadline('一'.repeat(100_000), 2023)).toMatchObject({ due: null, vague: true });
  });
});
