// Months, their parts and their days: 6月底, 下个月10号, 六月三十日, 6月1-15日, 6-8月, 30号.
import { readCount } from './chinese-numerals';
import { partsOf } from './civil-date';
import {
  between,
  daySpan,
  distanceOf,
  inYear,
  isPassed,
  monthAt,
  monthSpan,
  monthsSpan,
  type DateForm,
  type Groups,
  type Reading,
  type Seen,
} from './date-spans';
import {
  chineseDigit,
  counted,
  dayNumber,
  digit,
  edge,
  matter,
  monthNumber,
  monthPart,
  notInShort,
  relative,
  to,
  within,
  year,
  yearFirst,
} from './date-wording';

const first = `${yearFirst}${chineseDigit}`;
/** A day that may go without 日: "6月30前", but not "6月30项". */
const dayEnd = `(?: ?[日号]|(?![\\d${chineseDigit}]|\\.\\d|[月年季小时星%倍例届起元后名]|${counted}))`;
/** 5号楼, 12号文, 5号任务: numbers of other things. */
const numbered =
  '楼|线|门|文|院|窗|令|公告|店|房|桌|机|馆|岗|地块|井|车|厅|码|召|通知|会议室|路|街|区|桥|床|柜|仓|工地|航站|球|任务|项|、?\\d';
/** What a bare "30日" measures instead of naming a day: 由30日压缩至15日. */
const measuring = '(?:期限|时限|工期|工作|[压缩减]+短?[到至]|控制在|[为由满超共约近每限达])';
/** 十五, 三十: a single 一 or 三 before 日 is a day only where it is a limit. */
const spokenDay = `(?:[二三]?十[一二三四五六七八九]?|[廿卅][一二三四五六七八九]?|[一二三四五六七八九](?= ?[日号](?:之?前|以前|止|起)))`;
function relativeMonth({ rel = '', part, d }: Groups, { today }: Seen): Reading {
  const now = partsOf(today);
  const there = monthAt(now.year, now.month + distanceOf(rel));
  if (d === undefined) return monthSpan(there.year, there.month, part);
  return daySpan(there.year, there.month, readCount(d)) ?? 'invalid';
}

/** A day of the anchor's month, or of the next one where the way it is said asks for that. */
function dayOfMonth(seen: Seen, which: number, last = which): Reading {
  const { year: y, month: m } = partsOf(seen.anchor);
  const found = between(daySpan(y, m, which), daySpan(y, m, last));
  if (!found) return 'invalid';
  if (!isPassed(found, seen)) return found;
  const next = monthAt(y, m + 1);
  return between(daySpan(next.year, next.month, which), daySpan(next.year, next.month, last)) ?? 'invalid';
}

/** 6-8月; 12月到2月 ends in the next year. */
function monthRange(groups: Groups, seen: Seen): Reading {
  const [a, b] = [readCount(groups.a), readCount(groups.b)];
  if (!(a >= 1 && a <= 12 && b >= 1 && b <= 12) || a === b) return null;
  return inYear(groups, seen, y => monthsSpan(y, a, b < a ? b + 12 : b));
}

export const monthForms: DateForm[] = [
  {
    first,
    pattern: new RegExp(
      `${year}?${edge}(?<m>${monthNumber}) ?月份?(?<d>${dayNumber}) ?[日号]?${to}(?<e>${dayNumber})${dayEnd}`,
      'y',
    ),
    read: (groups, seen) => {
      const [m, d, e] = [readCount(groups.m), readCount(groups.d), readCount(groups.e)];
      return inYear(groups, seen, y => between(daySpan(y, m, d), daySpan(y, m, e)));
    },
  },
  {
    first,
    pattern: new RegExp(`${year}?${edge}(?<m>${monthNumber}) ?月份?的? ?(?<d>${dayNumber})${dayEnd}`, 'y'),
    read: (groups, seen) => inYear(groups, seen, y => daySpan(y, readCount(groups.m), readCount(groups.d))),
  },
  {
    first,
    pattern: new RegExp(`${year}?${edge}(?<a>${monthNumber})${to}(?<b>${monthNumber}) ?月份?[底末]?(?! ?\\d)`, 'y'),
    read: monthRange,
  },
  // 6、7月份, 七八月
  {
    first,
    pattern: new RegExp(
      `${year}?(?:(?<![、,和.])${edge}(?<a>\\d{1,2})[、和及](?<b>\\d{1,2})|${edge}(?<c>[一二三四五六七八九])、?(?<e>[二三四五六七八九十])) ?月份?(?![\\d底末初前])`,
      'y',
    ),
    read: (groups, seen) => {
      const [a, b] = [readCount(groups.a ?? groups.c), readCount(groups.b ?? groups.e)];
      return b === a + 1 && b <= 12 ? inYear(groups, seen, y => monthsSpan(y, a, b)) : null;
    },
  },
  {
    first,
    pattern: new RegExp(
      `${year}?${edge}(?<m>${monthNumber}) ?月(?:份|度)?(?:的?${monthPart}|(?![龄租薪均嫂饼]|[一两三]次|一[次报调查]))`,
      'y',
    ),
    read: (groups, seen) => inYear(groups, seen, y => monthSpan(y, readCount(groups.m), groups.part)),
  },
  {
    first: '本这当次上下',
    pattern: new RegExp(
      `(?<rel>${relative})月份?(?:的?${monthPart}|的? ?(?<d>${dayNumber}) ?(?:日|号(?!${numbered}))|(?![龄租薪均球]|${matter}))`,
      'y',
    ),
    read: relativeMonth,
  },
  // 月底, 中旬, 月内: of the month it is
  {
    first: '月上中下',
    pattern: new RegExp(
      `(?:(?<![\\d${chineseDigit}个每满整正腊本这当两几半岁])月(?<part>[底末初]|中(?=$|[前后之以,;。]))(?![步始级期层端线部价])|` +
        `${notInShort}(?<third>[上中下]旬|[上下]半月)|(?<![\\d${chineseDigit}个每满本当两几半])(?<whole>月)(?=${within}))`,
      'y',
    ),
    read: ({ part, third }, { anchor }) => {
      const { year: y, month: m } = partsOf(anchor);
      return monthSpan(y, m, part ?? third);
    },
  },
  {
    first: `${digit}${chineseDigit}`,
    maybeNumber: true,
    pattern: new RegExp(
      `(?<![\\d.第#〕\\])】A-Za-z/]|[^日号]-)(?!(?<=[${chineseDigit}])[${chineseDigit}])(?<!${measuring} ?)` +
        `(?<d>\\d{1,2}|${spokenDay}) ?(?:日(?!${within}|均|常|报(?![送到名])|[程志记游产接])|号(?! ?(?:${numbered})))`,
      'y',
    ),
    read: ({ d }, seen) => dayOfMonth(seen, readCount(d)),
  },
  // 1-15日; "1-15号" would be numbers of a list
  {
    first: digit,
    pattern: new RegExp(
      `(?<![\\d.第#、,/-])(?<!${measuring} ?)(?<d>\\d{1,2})${to}(?<e>\\d{1,2}) ?日(?!${within}|均|常|[程志记游产接])`,
      'y',
    ),
    read: ({ d, e }, seen) => dayOfMonth(seen, readCount(d), readCount(e)),
  },
];
