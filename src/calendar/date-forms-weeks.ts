// Weeks (Monday to Sunday), their days, and days with names of their own: 下周三, 礼拜天, 周一至五, 周末, 明天, 今明两天.
import { addDays, mondayOf } from './civil-date';
import { days, distanceOf, isPassed, type DateForm, type Groups, type Reading, type Seen } from './date-spans';
import { after, before, matter, relative, to } from './date-wording';

const week = '(?:周|星期|礼拜)';
/** After the name of a weekday: what makes its numeral one of something else (本周三项, 下周一个, 周二十号). */
const notCounting =
  '(?!项(?!目)|个(?![别体])|条(?![件例])|份(?!额)|次(?!日)|家(?![庭长])|户(?!外)|名(?![单义])|件|点(?![评名对])|十(?![一二]?[点月时])|' +
  '[百千万亿号]|天(?!气)|季度|月(?![底初末报])|人(?![大社民员事才均武]))';
/** 下周一起推进: together next week, unless it runs from that Monday (从下周一起). */
const monday =
  '一(?![定直样般些共旦律并边把]|下(?![午班])|周(?![一二三四五六日天])|起)|(?<=[从自][这本下个]{0,3}(?:周|星期|礼拜))一(?=起)';
const weekday = `(?:(?:${monday}|[二三四五六])${notCounting}|日(?![常均程期志记子益]|报(?![送到名]))|天(?![气数然津天])|[1-7](?=$|[前之以到至,;。、 )上下晚早]))`;
/** Further days of the same week: 周一至五, 周六日. */
const further = `(?:${to}(?<last>[二三四五六]${notCounting}|[日天](?![常均程期报气]))|(?<=六)、?(?<sunday>日(?![常均程期志记报])))`;
const weekend = '末(?![端尾])';
/**
 * "看一下周五": a slip of 下周五 or 一下 and 周五? Nobody can tell, so it is no time — unless what follows says that
 * something is due then: 看一下周五到期的, 查一下周三前的任务.
 */
const afterOnce =
  `(?!(?<=(?<![统唯周])一下)${week}[一二三四五六日天末](?!${to}| ?(?:${before}|${after}|为?止|起)|的(?:$|[,;。!?]|呢)|` +
  '的?(?:到期|截止|期满|要|应|该|需|须|得|有|完成|办结|任务|事项|重点|牵头|配合|逾期|没|未|还)))';

const weekdays = '一二三四五六日';

/** 1 = Monday … 7 = Sunday. */
function weekdayNumber(name: string): number {
  if (/^\d$/.test(name)) return Number(name);
  return weekdays.indexOf(name === '天' ? '日' : name) + 1;
}

/** A week of which the Monday is given, or the days of it that are named. */
function inWeek(mondayDate: string, { name, last, sunday, end }: Groups): Reading {
  if (end) return days(addDays(mondayDate, 5), addDays(mondayDate, 6), 'day');
  if (!name) return days(mondayDate, addDays(mondayDate, 6), 'week');
  const first = weekdayNumber(name);
  const until = sunday ? 7 : last ? weekdayNumber(last) : first;
  return until < first ? null : days(addDays(mondayDate, first - 1), addDays(mondayDate, until - 1), 'day');
}

/** Days by their names, counted from today; the longer names stand first. */
const namedDays: readonly (readonly [string, number, number])[] = [
  ['大前天', -3, -3],
  ['今明后[三3]?天', 0, 2],
  ['今明[两二2]?[天日]', 0, 1],
  ['昨今[两二2]?[天日]', -1, 0],
  ['明后[两二2]?[天日]', 1, 2],
  ['大后天(?!气)', 3, 3],
  ['(?<![提之以目])前天(?![数气])', -2, -2],
  ['昨[天日晚]', -1, -1],
  ['今[天晚早晨]|今日(?!头条)', 0, 0],
  ['(?<![证声])明天(?!数)|(?<![证声说表注标阐])明日(?!期)|明[早晚]', 1, 1],
  ['(?<![之以然最])后天(?![气数])', 2, 2],
  ['这[两二2]天', 0, 1],
  ['这[三3]天', 0, 2],
];

function dayName([source, from, until]: (typeof namedDays)[number]): DateForm {
  return {
    first: '大今昨明前后这',
    pattern: new RegExp(source, 'y'),
    read: (_, { today }) => days(addDays(today, from), addDays(today, until), 'day'),
  };
}

export const weekForms: DateForm[] = [
  {
    first: '本这当次下上',
    pattern: new RegExp(
      `(?<rel>${relative})${week}(?:(?:的?${week})?(?:(?<name>${weekday})${further}?|(?<end>${weekend}))|(?![边年岁转围]|期(?!间)|${matter}))`,
      'y',
    ),
    read: ({ rel = '', ...groups }, { today }) => inWeek(addDays(mondayOf(today), distanceOf(rel) * 7), groups),
  },
  {
    first: '周星礼',
    pattern: new RegExp(
      `${afterOnce}(?<![\\d几每逢双单整个半逐多第隔])(?<!(?<![周期拜])[一二两三四五六七八九十])(?:${week}(?<name>${weekday})${further}?|周(?<end>${weekend})|周(?=内(?![部外容科])))`,
      'y',
    ),
    read: (groups, seen: Seen) => {
      const found = inWeek(mondayOf(seen.anchor), groups);
      if (found === null || found === 'invalid' || !isPassed(found, seen)) return found;
      return inWeek(addDays(mondayOf(seen.anchor), 7), groups);
    },
  },
  {
    first: '双',
    pattern: /双休日/y,
    read: (_, { anchor }) => inWeek(mondayOf(anchor), { end: '末' }),
  },
  ...namedDays.map(dayName),
  // 现在起, 即日起至6月底, 目前到月底
  {
    first: '现即目眼当',
    opensOnly: true,
    pattern: /现在|即日|目前|眼下|当前/y,
    read: (_, { today }) => days(today, today, 'day'),
  },
];
