// The forms in which a deadline names a day or a span: one row per form, read in a given year.
import { addDays, civilDate, endOfMonth, partsOf, type CivilDate } from './civil-date';
import { lunarDate } from './lunar-date';

/** The named groups of a form that was found. */
export type Groups = Record<string, string | undefined>;

export interface NamedDays {
  start: CivilDate;
  end: CivilDate;
  /** Longer than a month (quarter, half, year): its first day says something. */
  span?: boolean;
  /** No person would swear to it (2025年前, 年初): a person settles it. */
  unsure?: boolean;
}

/** What is known where a form is found. */
interface Place {
  year: number;
  /** The year stands right before the form. */
  yearNamed: boolean;
  /** The last day named before it. */
  lastDay: CivilDate | null;
}

/** A reason (Chinese) why there is no such day; "undated" = time without a date; null = not a time at all. */
export type Reading = NamedDays | NamedDays[] | { invalid: string } | 'undated' | null;

interface Form {
  pattern: RegExp;
  /** Only right after a year (2023年 + 底). */
  afterYear?: boolean;
  read: (groups: Groups, place: Place) => Reading;
}

/** A year: 2023年, 23年, 今年, 明年, 次年 … */
export const yearForm =
  /(?:(?<!\d)(?<y4>\d{3,})年度?|(?<!\d)(?<y2>[23]\d)年度?|(?<word>今年|本年度?|当年|明年|来年|次年|翌年|下1?年(?!级)|第2年|后年|去年|上年)度?)的?/uy;

/** Longer forms stand before the shorter ones they begin like. */
export const forms: Form[] = [
  // 2023-2025年, 2023年至2025年底
  {
    pattern:
      /(?<!\d)(?<a>20\d\d)年?[-至到](?<b>20\d\d)(?:年度?底?|(?![\d./年-]))(?!\d{1,2}月|第?[1-4]季|[上下]半年|[前三]*季度)/uy,
    read: ({ a = '', b = '' }) =>
      a > b ? { invalid: `起止年份颠倒（${a}—${b}）` } : { start: `${a}-01-01`, end: `${b}-12-31`, span: true },
  },
  { pattern: /(?<!\d)(?<y>20\d\d)(?<m>\d\d)(?<d>\d\d)(?!\d)/uy, read: ({ y, m, d }) => day(y, m, d) },
  {
    pattern: /(?<!\d)(?<y>(?:19|20|21)\d\d)(?<sep>[./-])(?<m>\d{1,2})\k<sep>(?<d>\d{1,2})(?!\d)[日号]?/uy,
    read: ({ y, m, d }) => day(y, m, d),
  },
  {
    pattern: /(?<!\d)(?<y>20\d\d)[./-](?<m>\d{1,2})(?!\d|\.\d)(?:月份?)?(?:底|末)?/uy,
    read: ({ y, m }) => month(Number(y), Number(m)),
  },
  // 6、9、12月底
  {
    pattern: /(?<!\d)(?<list>\d{1,2}(?:[、,和及]\d{1,2})+)月份?(?:底|末)?(?!\d)/uy,
    read: ({ list = '' }, { year }) => everyMonth(list.split(/[、,和及]/), year),
  },
  {
    pattern: /(?<!\d)(?<a>\d{1,2})-(?<b>\d{1,2})月份?(?:底|末)?(?!\d)/uy,
    read: ({ a, b }, { year }) =>
      between(month(year, Number(a)), month(Number(b) < Number(a) ? year + 1 : year, Number(b))),
  },
  // 6月1日-25日
  {
    pattern: /(?<!\d)(?<m>\d{1,2})月份?(?<d>\d{1,2})[日号]?[-至到](?<e>\d{1,2})[日号](?!\d)/uy,
    read: ({ m, d, e }, { year }) => between(day(String(year), m, d), day(String(year), m, e)),
  },
  {
    pattern: /(?<!\d)(?<m>\d{1,2})月份?(?<d>\d{1,2})(?:[日号]|(?![\d个%万亿倍家项天分.]))/uy,
    read: ({ m, d }, { year }) => day(String(year), m, d),
  },
  {
    pattern: /(?<!\d)(?<m>\d{1,2})月份?(?:上中旬|中旬|中(?=$|[前完之以,;、)]))/uy,
    read: ({ m }, { year }) => between(day(String(year), m, '11'), day(String(year), m, '20'), false),
  },
  {
    pattern: /(?<!\d)(?<m>\d{1,2})月份?(?:上旬|初)/uy,
    read: ({ m }, { year }) => between(day(String(year), m, '1'), day(String(year), m, '10'), false),
  },
  {
    pattern: /(?<!\d)(?<m>\d{1,2})月份?(?:中下旬|下旬)/uy,
    read: ({ m }, { year }) => between(day(String(year), m, '21'), month(year, Number(m)), false),
  },
  {
    pattern: /(?<!\d)(?<m>\d{1,2})月份?第[1-5一二三四五]个?(?:周|星期)/uy,
    read: ({ m }, { year }) => unsure(month(year, Number(m))),
  },
  {
    pattern: /(?<!\d)(?<m>\d{1,2})月份?(?:月?底|月?末)?(?!龄)/uy,
    read: ({ m }, { year }) => month(year, Number(m)),
  },
  {
    pattern: /(?<!\d)第?(?<a>\d)(?:季度?)?[-至到、,和](?:第)?(?<b>\d)(?:季度|季(?=[末底]))[末底]?/uy,
    read: ({ a, b }, { year }) => quarters(Number(a), Number(b), year),
  },
  { pattern: /前(?<b>[234])个?季度[末底]?/uy, read: ({ b }, { year }) => quarters(1, Number(b), year) },
  {
    pattern: /(?:(?<!\d)第?(?<q>\d)(?:季度|季(?=[末底]))|Q(?<e>\d)(?!\d))/uy,
    read: ({ q, e }, { year }) => quarters(Number(q ?? e), Number(q ?? e), year),
  },
  { pattern: /上半年/uy, read: (_, { year }) => ({ start: `${year}-01-01`, end: `${year}-06-30`, span: true }) },
  { pattern: /下半年/uy, read: (_, { year }) => ({ start: `${year}-07-01`, end: `${year}-12-31`, span: true }) },
  { pattern: /十(?<n>[三四五六])五(?:规划)?(?:期末|末|收官)/uy, read: ({ n = '' }) => fiveYears(n, false) },
  { pattern: /十(?<n>[三四五六])五(?:规划)?(?:期间|期内|时期|期)/uy, read: ({ n = '' }) => fiveYears(n, true) },
  { pattern: /全年/uy, read: (_, { year }) => ({ start: `${year}-01-01`, end: `${year}-12-31`, span: true }) },
  { pattern: /(?:年底|年度?末|年终|岁末|年度?内)/uy, read: (_, { year }) => only(`${year}-12-31`) },
  { pattern: /[底末终内]/uy, afterYear: true, read: (_, { year }) => only(`${year}-12-31`) },
  { pattern: /年中(?=$|[前完之以,;、)])/uy, read: (_, { year }) => only(`${year}-06-30`) },
  { pattern: /中(?=$|[前完之以,;、)])/uy, afterYear: true, read: (_, { year }) => only(`${year}-06-30`) },
  { pattern: /年初/uy, read: (_, { year }) => ({ ...only(`${year}-01-31`), unsure: true }) },
  { pattern: /初/uy, afterYear: true, read: (_, { year }) => ({ ...only(`${year}-01-31`), unsure: true }) },
  // Holidays: the last day before them. New Year and Spring Festival of which year? Only a named year tells.
  {
    pattern: /元旦节?(?=(?:假期)?前)/uy,
    read: (_, { year, yearNamed }) => only(`${yearNamed ? year - 1 : year}-12-31`),
  },
  {
    pattern: /春节(?=(?:假期)?前)/uy,
    read: (_, { year, yearNamed }) => (yearNamed ? lunarEve(year, 1, 1) : 'undated'),
  },
  {
    pattern: /(?:五一(?:国际)?(?:劳动)?节?|(?:国际)?劳动节)(?=(?:假期)?前)/uy,
    read: (_, { year }) => only(`${year}-04-30`),
  },
  { pattern: /端午节?(?=(?:假期)?前)/uy, read: (_, { year }) => lunarEve(year, 5, 5) },
  { pattern: /(?:七一(?:建党)?节?|建党节)(?=前)/uy, read: (_, { year }) => only(`${year}-06-30`) },
  { pattern: /(?:八一(?:建军)?节?|建军节)(?=前)/uy, read: (_, { year }) => only(`${year}-07-31`) },
  { pattern: /中秋节?(?=(?:假期)?前)/uy, read: (_, { year }) => lunarEve(year, 8, 15) },
  { pattern: /(?:十一国庆节?|国庆节?|十一)(?=(?:假期)?前)/uy, read: (_, { year }) => only(`${year}-09-30`) },
  // 6.30前, 6/30, 06-30: an impossible one is a date only where nothing else can be meant.
  {
    pattern: /(?<![\d./])(?<m>\d{1,2})(?<sep>[./])(?<d>\d{1,2})(?:[日号]|(?=$|[前止以之,;、)至到-]))/uy,
    read: ({ m, d }, { year }) => day(String(year), m, d),
  },
  {
    pattern: /(?<![\d./])(?<m>\d{1,2})[./](?<d>\d{1,2})(?![\d./个%万亿倍家项天分年月元平公亩小时版])/uy,
    read: ({ m, d }, { year }) => asDate(day(String(year), m, d)),
  },
  {
    pattern: /(?<![\d./-])(?<m>\d{1,2})-(?<d>\d{1,2})(?:[日号](?!\d)|(?=$|[前,;]))/uy,
    read: ({ m, d }, { year }) => asDate(day(String(year), m, d)),
  },
  {
    pattern: /(?<!\d)(?<d>\d{1,2})(?:日(?!内)|号(?=$|[前止以之,;、)至到-]))/uy,
    read: ({ d }, { lastDay }) => dayInMonthOf(lastDay, d),
  },
];

function only(date: CivilDate): NamedDays {
  return { start: date, end: date };
}

function day(
  year: string | undefined,
  monthText: string | undefined,
  dayText: string | undefined,
): NamedDays | { invalid: string } {
  const [y, m, d] = [Number(year), Number(monthText), Number(dayText)];
  const found = civilDate(y, m, d);
  if (found) return only(found);
  if (m < 1 || m > 12) return { invalid: `没有${m}月` };
  return { invalid: m === 2 && d === 29 ? `${y}年没有2月29日` : `没有${m}月${d}日` };
}

function month(year: number, which: number): NamedDays | { invalid: string } {
  if (which < 1 || which > 12) return { invalid: `没有${which}月` };
  return { start: `${year}-${String(which).padStart(2, '0')}-01`, end: endOfMonth(year, which) };
}

function between(
  first: NamedDays | { invalid: string },
  last: NamedDays | { invalid: string },
  span = true,
): NamedDays | { invalid: string } {
  if ('invalid' in first) return first;
  if ('invalid' in last) return last;
  return last.end < first.start ? { invalid: '起止日期颠倒' } : { start: first.start, end: last.end, span };
}

function everyMonth(names: string[], year: number): NamedDays[] | { invalid: string } {
  const found: NamedDays[] = [];
  for (const name of names) {
    const one = month(year, Number(name));
    if ('invalid' in one) return one;
    found.push(one);
  }
  return found;
}

function quarters(first: number, last: number, year: number): NamedDays | { invalid: string } {
  for (const quarter of [first, last]) if (quarter < 1 || quarter > 4) return { invalid: `没有第${quarter}季度` };
  if (first > last) return { invalid: `起止季度颠倒（${first}—${last}）` };
  return { start: `${year}-${String(first * 3 - 2).padStart(2, '0')}-01`, end: endOfMonth(year, last * 3), span: true };
}

/** 十四五 is 2021 to 2025; its neighbours lie five years off each. */
function fiveYears(name: string, span: boolean): NamedDays {
  const last = 2020 + 5 * '三四五六'.indexOf(name);
  return span ? { start: `${last - 4}-01-01`, end: `${last}-12-31`, span } : only(`${last}-12-31`);
}

/** The day before a day of the lunar year; "undated" where the lunar table ends. */
function lunarEve(year: number, month: number, dayOfMonth: number): Reading {
  const found = lunarDate(year, month, dayOfMonth);
  return found ? only(addDays(found, -1)) : 'undated';
}

/** "25日" alone belongs to the month named before it (6月1日、25日); with none there is no date. */
function dayInMonthOf(lastDay: CivilDate | null, which: string | undefined): Reading {
  if (lastDay === null) return 'undated';
  const { year, month: monthNumber } = partsOf(lastDay);
  return day(String(year), String(monthNumber), which);
}

function unsure(found: NamedDays | { invalid: string }): Reading {
  return 'invalid' in found ? found : { ...found, unsure: true };
}

function asDate(found: NamedDays | { invalid: string }): Reading {
  return 'invalid' in found ? null : found;
}
