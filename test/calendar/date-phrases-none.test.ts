// What is no time, or only partly one; and that any text is read, quickly.
import * as fc from 'fast-check';
import { addDays, isCivilDate } from '../../src/calendar/civil-date';
import { findDatePhrases } from '../../src/calendar/date-phrases';
import { calendar, type Row, read, unmarked } from './phrase-notation';

const wednesday = '2023-08-16';

describe('no time at all', () => {
  it.each([
    // no such day
    ...[
      '6月31日',
      '2月30日',
      '13月',
      '2023年6月31日',
      '2023-02-29',
      '2023-13-01',
      '38号',
      '6月1日到6月31日',
      '6月31日到7月5日',
    ],
    // inside other figures
    ...[
      '12320230630123',
      '电话0711-6630',
      '版本1.2.3',
      '192.168.1.1',
      '比例3/5',
      '85.5%',
      '38-45项',
      '第6-15项',
      '3-5天',
      '1.5天',
    ],
    ...[
      '24小时',
      '12345热线',
      '3.15亿',
      '得分9.25',
      '从3.5提高到6.8',
      '完成5.1亿',
      '截至12.5%',
      '1.2任务分解',
      '6:30前',
      '12.32前',
    ],
    ...[
      '第3天',
      '第15号文',
      '15号楼',
      '2023-06项',
      '共3个季度',
      '12季度',
      'Q5',
      '三十项',
      '第二十三条',
      '1号到15号已完成',
    ],
    // inside other words
    ...[
      '月度',
      '年度',
      '周期',
      '周边',
      '周到',
      '日常',
      '今后',
      '明确',
      '季节',
      '前期',
      '年级',
      '月报',
      '季报',
      '环节前',
      '月底线',
      '日均',
    ],
    ...[
      '证明日期',
      '提前天数',
      '五一路',
      '王国庆',
      '第十一项',
      '近年来',
      '多年前',
      '下一步',
      '上级',
      '下午',
      '十四五期间',
      '五一项',
    ],
    // counted, but not from today
    ...[
      '提前一天',
      '到期前三天内',
      '受理后5个工作日内',
      '办件从5天压缩到3天内',
      '由30日压缩至15日',
      '3天前提醒我',
      '逾期3天',
      '延期两周',
    ],
    // over and over
    ...[
      '一周一次',
      '每周五',
      '每月5日前',
      '每个月15号前',
      '每季度末',
      '每年6月30日',
      '每周一、三、五',
      '逢周一',
      '三月一次',
    ],
    // no day is said
    ...['目前', '截至目前', '最近', '近期', '尽快', '收到，马上落实', '<script>document.title</script>', ''],
  ])('%s', text => {
    expect(read(text, wednesday)).toEqual([text]);
  });
});

describe('only so much of it', () => {
  const rows: readonly Row[] = [
    ['看一下[周五]的', '2023-08-18'],
    ['看一下[下周五]的', '2023-08-25'],
    ['马上[月底]了', '2023-08-01..2023-08-31 any'],
    ['线下[周末]活动', '2023-08-19..2023-08-20'],
    ['[本周]内容', '2023-08-14..2023-08-20'],
    ['[本周]三项任务', '2023-08-14..2023-08-20'],
    ['[本周]5项任务', '2023-08-14..2023-08-20'],
    ['[周三]项目会', '2023-08-16'],
    ['[下周]一个', '2023-08-21..2023-08-27'],
    ['[下周]一起推进', '2023-08-21..2023-08-27'],
    ['[下周]一定完成', '2023-08-21..2023-08-27'],
    ['[周一]下午', '2023-08-14'],
    ['[本周]日报', '2023-08-14..2023-08-20'],
    ['[本周]前三名', '2023-08-14..2023-08-20'],
    ['[本周]后续', '2023-08-14..2023-08-20'],
    ['[6月]前期工作', '2023-06-01..2023-06-30'],
    ['[6月]5项', '2023-06-01..2023-06-30'],
    ['[六月]三十项', '2023-06-01..2023-06-30'],
    ['[6月]到第5项', '2023-06-01..2023-06-30'],
    ['[6月30日]前后', '2023-06-30'],
    ['[周五]前来领取', '2023-08-18'],
    ['收到[今天]的通知', '2023-08-16'],
    ['[三季度]完成3个项目', '2023-07-01..2023-09-30'],
    ['第20项完成了，再看看我局[本月]还有啥', '2023-08-01..2023-08-31'],
  ];
  it.each(rows.map(row => [unmarked(row), row] as const))('%s', (text, row) => {
    expect(read(text, wednesday)).toEqual(row);
  });
});

/** Texts made of the pieces dates are made of, which come nearer to trouble than random ones. */
const pieces = fc.constantFrom(
  ...Array.from(
    '0123456789一二三四五六七八九十两半第每本这上下前后内年月日号周末底初中旬季度天个工作至到从截止起-./、和的 ',
  ),
  ...[
    '2023年',
    '6月',
    '30日',
    '国庆',
    '春节',
    '节前',
    '今天',
    '本周',
    '星期',
    '季度',
    '上半年',
    '期间',
    '延期到',
    '未来',
    '以来',
    '99999',
  ],
);
const text = fc.oneof(
  fc.array(pieces, { maxLength: 24 }).map(parts => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 40 }),
);
const day = fc.integer({ min: 0, max: 36_000 }).map(days => addDays('2001-01-01', days));

describe('any text', () => {
  it('is read into phrases in order that do not overlap, of ranges that do not run backwards', () => {
    fc.assert(
      fc.property(text, day, (given, today) => {
        let last = 0;
        for (const { start, end, range, startAny } of findDatePhrases(given, { today, calendar })) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(given.length);
          last = end;
          const days = [range.start, range.end].filter(found => found !== null);
          expect(days.length).toBeGreaterThan(0);
          for (const found of days) expect(isCivilDate(found)).toBe(true);
          expect([...days].sort()).toEqual(days);
          if (startAny) expect(days).toHaveLength(2);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it.each(['一', '1', '6月', '6月1日到', '从6.1-', '周一到', '下', '中秋国庆', '1.2.', '每周一', ' ', '6.5 '])(
    'takes no more than its length in time: %s',
    piece => {
      const long = piece.repeat(Math.ceil(40_000 / piece.length));
      const begin = performance.now();
      findDatePhrases(long, { today: wednesday, calendar });
      // Ten times what it takes on a slow machine; a reading that grew by the square would take minutes.
      expect(performance.now() - begin).toBeLessThan(5000);
    },
  );
});
