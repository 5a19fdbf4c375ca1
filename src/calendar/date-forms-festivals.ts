// Holidays as times: 国庆前, 五一期间, 春节后, 节前, 放假前, 年前.
import { addDays, civilDate, daysBetween, partsOf, type CivilDate } from './civil-date';
import {
  days,
  inYear,
  isPassed,
  writtenYear,
  type DateForm,
  type Groups,
  type Reading,
  type Seen,
  type Span,
} from './date-spans';
import { after, before, chineseDigit, year, yearAlone, yearFirst } from './date-wording';
import { daysOff, daysOffAround, festivals, newYear, springFestival, type DaysOff, type Festival } from './festivals';
import { lunarDate } from './lunar-date';

const sided = `(?=${before}|${after})`;
/** Families of whom someone is called 国庆; 王国庆 is no holiday. */
const surnames =
  '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范石姚谭廖邹熊陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文建';
const place =
  '(?![路村街区桥镇乡]|社区|广场|大道|小学|中学|渔场|农场|同志|先生|女士|主任|局长|科长|老师|劳动奖|劳模|口号|周年|\\d)';

/** Holidays as they are called, with the name the table knows them by. 十一 and a person called 国庆 need a word of time. */
const festivalWords =
  `元旦|春节|过年|清明|(?<![${chineseDigit}\\d第])五一(?![项号条])(?:国际)?(?:劳动)?|(?:国际)?劳动(?=节)|端午|中秋|` +
  `(?:十一)?(?<![${surnames}])国庆|国庆(?=节|期间|假|${before}|${after})|` +
  `(?<![${chineseDigit}\\d第])十一(?=小?长假|假期|黄金周|期间|节?(?:${before}|${after}))`;
const otherNames: readonly (readonly [string, string])[] = [
  ['过年', '春节'],
  ['五一', '劳动'],
  ['十一', '国庆'],
];

function festivalOf(words: string): Festival | undefined {
  const other = otherNames.find(([name]) => words.includes(name))?.[1];
  return festivals.find(festival => words.includes(festival.name) || festival.name === other);
}

/** Days with a name that are no days off: 七一前, 八一前, 元宵, 除夕. */
const plainDayWords = `七一(?=节|建党|期间)|七一${sided}|建党节|八一(?=节|建军|期间)|八一${sided}|建军节|元宵|除夕`;

function plainDay(words: string, y: number): CivilDate | null {
  if (/七|党/.test(words)) return civilDate(y, 7, 1);
  if (/八|军/.test(words)) return civilDate(y, 8, 1);
  const spring = lunarDate(y, 1, 1);
  return spring && addDays(spring, words.startsWith('除夕') ? -1 : 14);
}

/** A festival that comes early in the year is the last one for so long; after that it is the coming one. */
const lookBack = 60;

function festivalSpan(festival: Festival, y: number, seen: Seen): Span | null {
  const day = festival.day(y);
  const off = daysOff(festival, y, seen.calendar);
  if (day === null || off === null) return null;
  return {
    ...days(off.start, off.end, 'festival'),
    eve: addDays(day, -1),
    morrow: addDays(off.restEnd, 1),
  };
}

function readFestival(festival: Festival, groups: Groups, seen: Seen): Reading {
  const make = (y: number): Span | null => festivalSpan(festival, y, seen);
  const isEarly = festival === newYear || festival === springFestival;
  if (isEarly && writtenYear(groups, seen) === null) {
    const { year: y } = partsOf(seen.anchor);
    const found = make(y);
    const isOver = found !== null && (isPassed(found, seen) || daysBetween(found.end, seen.anchor) > lookBack);
    return isOver ? make(y + 1) : found;
  }
  return inYear(groups, seen, make);
}

/** Before the next days off, or after those that are, just were, or come next. */
function readNextHoliday({ side }: Groups, { today, calendar }: Seen): Reading {
  const all = daysOffAround(today, calendar);
  const isHoliday = all.some(({ start, end }) => start <= today && today <= end);
  const next = all.find(({ start, restStart }) => start > today && !(isHoliday && restStart <= today));
  const last = all.filter(off => off.restStart <= today && daysBetween(off.restEnd, today) <= 7).at(-1);
  const found: DaysOff | undefined = side === '后' ? (last ?? next) : next;
  if (!found) return null;
  return {
    ...days(found.start, found.end, 'festival'),
    eve: addDays(found.start, -1),
    morrow: addDays(found.restEnd, 1),
  };
}

const closing = '节?(?:小?长假|假期|假日|黄金周|放假)?';

export const festivalForms: DateForm[] = [
  {
    first: `${yearFirst}元春过清五国劳端中十`,
    pattern: new RegExp(`${year}?(?<words>${festivalWords})${closing}${place}`, 'y'),
    read: (groups, seen) => {
      const festival = festivalOf(groups.words ?? '');
      return festival ? readFestival(festival, groups, seen) : null;
    },
  },
  {
    first: `${yearFirst}七八建元除`,
    pattern: new RegExp(`${year}?(?<words>${plainDayWords})(?:建[党军])?节?${place}`, 'y'),
    read: (groups, seen) =>
      inYear(groups, seen, y => {
        const day = plainDay(groups.words ?? '', y);
        return day ? { ...days(day, day, 'festival'), eve: addDays(day, -1), morrow: addDays(day, 1) } : null;
      }),
  },
  {
    first: '节双两佳放长假',
    pattern: new RegExp(
      `(?:(?<![环细情季章关调时礼小枝骨音脱品气使程动制${chineseDigit}\\d])[双两佳]?节(?:日|假日)?|放假|(?<![小休])长假|(?<![请病事婚产年休暑寒虚造作长])假期)(?=(?:之|以)?(?<side>[前后]))${sided}`,
      'y',
    ),
    read: readNextHoliday,
  },
  // 年前: before the Spring Festival while it is to come, else before the year's end
  {
    first: '年',
    pattern: new RegExp(`${yearAlone}(?=(?:之|以)?(?<side>[前后]))${sided}`, 'y'),
    read: ({ side }, seen) => {
      const { year: y } = partsOf(seen.today);
      const spring = festivalSpan(springFestival, y, seen);
      if (side === '后') return readFestival(springFestival, {}, seen);
      return spring && spring.start > seen.today ? spring : days(`${y}-12-31`, `${y}-12-31`, 'festival');
    },
  },
];
