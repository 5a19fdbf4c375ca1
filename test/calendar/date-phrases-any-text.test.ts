// Any text is read, in order, and in a time that grows no faster than it.
import * as fc from 'fast-check';
import { addDays, isCivilDate } from '../../src/calendar/civil-date';
import { findDatePhrases } from '../../src/calendar/date-phrases';
import { calendar } from './phrase-notation';

const wednesday = '2023-08-16';

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

  describe('is read in a time that grows with its length, not with its square', () => {
    const timeOf = (text: string): number => {
      const begun = process.cpuUsage();
      findDatePhrases(text, { today: wednesday, calendar });
      return process.cpuUsage(begun).user / 1000;
    };
    it.each(['一', '1', '6月', '6月1日到', '从6.1-', '周一到', '下', '中秋国庆', '1.2.', '每周一', ' ', '6.5 '])(
      '%j',
      piece => {
        const long = piece.repeat(Math.ceil(40_000 / piece.length));
        const short = long.slice(0, 10_000);
        let [shortTime, longTime] = [Infinity, Infinity];
        // Four times as long takes four times the time, by the square it would be sixteen; what disturbs can only add.
        const growth = (): number => longTime / Math.max(shortTime, 5);
        for (let round = 0; round < 3 || (growth() >= 8 && round < 40); round++) {
          shortTime = Math.min(shortTime, timeOf(short));
          longTime = Math.min(longTime, timeOf(long));
        }
        expect(growth()).toBeLessThan(8);
      },
    );
  });
});
