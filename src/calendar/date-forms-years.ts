// Years, half-years and quarters: 今年, 2023年底, 上半年, 一季度, 下季度末, 前三季度, Q3.
import { readCount } from './chinese-numerals';
import { partsOf } from './civil-date';
import {
  days,
  distanceOf,
  inYear,
  monthAt,
  monthsSpan,
  monthSpan,
  writtenYear,
  type DateForm,
  type Reading,
  type Span,
} from './date-spans';
import { chineseDigit, digit, notInShort, to, within, year, yearAlone, yearFirst } from './date-wording';

const quarterNumber = '[一二三四1-4]';
const periodEdge = '[末底初](?![步始级期层端线部价])';
const yearPart = '(?<part>[底末]|初(?![步始级期])|中(?=$|[前后完之以的,;。])|终(?![奖总考绩述盘报评]))';
/** A two-digit year is one only where it can be: 23年 in 2023, not 30年. */
const nearYears = 6;

/** A year, or its first or last month, or its middle one. */
function yearSpan(y: number, part?: string): Span | null {
  if (part === '初') return monthSpan(y, 1);
  if (part === '中') return monthSpan(y, 6, '底');
  return part ? monthSpan(y, 12, '底') : monthsSpan(y, 1, 12);
}

/** Quarters counted from the first of `y`; 5 is the first of the next year. */
function quarterSpan(y: number, first: number, last = first, part?: string): Span | null {
  if (!part) return monthsSpan(y, first * 3 - 2, last * 3);
  const at = monthAt(y, part === '初' ? first * 3 - 2 : last * 3);
  return monthSpan(at.year, at.month, part === '初' ? undefined : '底');
}

export const yearForms: DateForm[] = [
  // 2023-2025年
  {
    first: '12',
    pattern: new RegExp(`(?<![\\d第#])(?<a>(?:19|20)\\d\\d)年?${to}(?<b>(?:19|20)\\d\\d)年[底末]?(?!\\d)`, 'y'),
    read: ({ a = '', b = '' }) => (a <= b ? days(`${a}-01-01`, `${b}-12-31`, 'longer') : null),
  },
  {
    first: `${yearFirst}全`,
    pattern: new RegExp(`(?:${year}(?:年?${yearPart}|全年)?|全年度?)(?<![的 ])(?![级龄轻纪代均])`, 'y'),
    read: (groups, seen) => {
      const written = writtenYear(groups, seen) ?? partsOf(seen.today).year;
      if (groups.y2 && !groups.part && Math.abs(written - partsOf(seen.today).year) > nearYears) return null;
      return yearSpan(written, groups.part) ?? 'invalid';
    },
  },
  {
    first: '年',
    pattern: new RegExp(`${yearAlone}(?:${yearPart}|(?=${within}))`, 'y'),
    read: (groups, seen) => inYear({}, seen, y => yearSpan(y, groups.part)),
  },
  // 今明两年
  {
    first: '今',
    pattern: /今明[两二2]年/y,
    read: (_, { today }) => monthsSpan(partsOf(today).year, 1, 24),
  },
  {
    first: `${yearFirst}上下`,
    pattern: new RegExp(`${year}?${notInShort}(?<half>[上下])半年度?(?<part>[底末])?`, 'y'),
    read: (groups, seen) =>
      inYear(groups, seen, y => {
        if (groups.part) return monthSpan(y, groups.half === '上' ? 6 : 12, '底');
        return groups.half === '上' ? monthsSpan(y, 1, 6) : monthsSpan(y, 7, 12);
      }),
  },
  {
    first: `${yearFirst}第${digit}${chineseDigit}`,
    pattern: new RegExp(
      `${year}?(?:第|(?<![\\d.第${chineseDigit}]))(?<q>${quarterNumber})(?:季度(?:的?(?<part>${periodEdge}))?|季(?<end>${periodEdge}))`,
      'y',
    ),
    read: (groups, seen) => {
      const q = readCount(groups.q);
      return inYear(groups, seen, y => quarterSpan(y, q, q, groups.part ?? groups.end));
    },
  },
  // 一二季度, 一至三季度, 1-3季度
  {
    first: `${yearFirst}第${digit}${chineseDigit}`,
    pattern: new RegExp(
      `${year}?(?:第|(?<![\\d.第${chineseDigit}]))(?:(?<a>${quarterNumber})(?:季度?)?(?:${to}|(?<list>[、和及]))第?(?<b>${quarterNumber})|(?<c>[一二三])(?<d>[二三四]))季度[末底]?`,
      'y',
    ),
    read: (groups, seen) => {
      const [a, b] = [readCount(groups.a ?? groups.c), readCount(groups.b ?? groups.d)];
      const joins = groups.list || groups.c ? b === a + 1 : a < b;
      return joins ? inYear(groups, seen, y => quarterSpan(y, a, b)) : null;
    },
  },
  {
    first: `${yearFirst}前`,
    pattern: new RegExp(`${year}?前(?<b>[两二三234])个?季度[末底]?`, 'y'),
    read: (groups, seen) => inYear(groups, seen, y => quarterSpan(y, 1, readCount(groups.b))),
  },
  {
    first: `${yearFirst}Qq`,
    pattern: new RegExp(
      `(?:${year}|(?<bare>(?<!\\d)20\\d\\d)(?=[Qq]))?(?<![A-Za-z])[Qq](?<q>[1-4])(?![\\dA-Za-z])(?:季度)?(?<part>${periodEdge})?`,
      'y',
    ),
    read: (groups, seen) => {
      const q = readCount(groups.q);
      return inYear({ ...groups, y4: groups.y4 ?? groups.bare }, seen, y => quarterSpan(y, q, q, groups.part));
    },
  },
  {
    first: '本这当上下季',
    pattern: new RegExp(
      `(?:(?<rel>本|这一?个?|当|${notInShort}下[一个]{0,2}|上[一个]{0,2})(?:季度|季(?=[末底初]|${within}))(?<part>${periodEdge})?|` +
        `(?<![${chineseDigit}\\d个每各淡旺四])(?:季度?(?<end>${periodEdge})|季度(?=${within})))`,
      'y',
    ),
    read: ({ rel = '', part, end }, { today, anchor }): Reading => {
      const now = partsOf(rel === '' ? anchor : today);
      const q = Math.ceil(now.month / 3) + distanceOf(rel);
      return quarterSpan(now.year, q, q, part ?? end);
    },
  },
];
