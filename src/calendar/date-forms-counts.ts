// Time counted from today: 三天内, 5个工作日内, 未来7天, 接下来两周, 近三个月, 两周后, 三天前.
import { readCount } from './chinese-numerals';
import { addDays, type CivilDate } from './civil-date';
import { addMonths, days, type DateForm, type Groups, type Reading, type Seen } from './date-spans';
import { after, before, chineseDigit, digit, to, within } from './date-wording';

/** 三, 十五, 半; of 两三 and 5-7 the longer. */
const amount =
  `(?:[一两二三四五六七八九](?=[两三四五六七八九](?!十))|(?:\\d{1,3}|[${chineseDigit}两]{1,3})${to})?` +
  `(?<n>\\d{1,3}|[${chineseDigit}两]{1,3}|半)`;
const unit = '(?<unit>个半月|个?工作日|天|日|个?星期|个?礼拜|周|个月|(?<=[两半])月|个季度|年(?!度))';
const length = `${amount} ?${unit}`;
const amountFirst = `${digit}${chineseDigit}两半`;

/** A number begins here, and it is not counted from something else than today: 到期前三天内, 受理后5日内, 压缩至3天内. */
const fromToday =
  `(?<![\\d.第${chineseDigit}两百半几数多][个]?)(?<!(?:[到按逾]期|截止|提|每|隔|超过?|满|[前后起]|历时|用时|` +
  `[压缩减]+短?[到至为]|控制在|由|限时|不超|少于|低于|多于|大于|小于)的? ?)`;

/** "最近7天到期的" looks ahead, "最近7天完成的" back. */
const dueSoon = '(?=(?:(?<due>即?将|快?要|需|应|到期(?!了))|))';

/** The most of a unit that is still meant as a time; far more days than any plan has. */
const most: Record<string, number> = { 天: 3700, 工作日: 250, 周: 520, 月: 120, 季度: 40, 年: 20 };

/** The day so many days, weeks, months … from today; null for a number nobody means. */
function dayFrom({ n = '', unit: word = '' }: Groups, { today, calendar }: Seen, sign: 1 | -1): CivilDate | null {
  const unitName = /工作日|[天周月年]|季度/.exec(word)?.[0] ?? (word === '日' ? '天' : '周');
  if (n === '半') return halfFrom(unitName, today, sign);
  const count = readCount(n);
  if (!(count >= 1 && count <= (most[unitName] ?? 0))) return null;
  switch (unitName) {
    case '天':
      return addDays(today, sign * count);
    case '周':
      return addDays(today, sign * count * 7);
    case '工作日': {
      let day = today;
      for (let i = 0; i < count; i++) day = sign > 0 ? calendar.after(day) : calendar.before(day);
      return day;
    }
    case '月':
      return addDays(addMonths(today, sign * count), word === '个半月' ? sign * 15 : 0);
    case '季度':
      return addMonths(today, sign * count * 3);
    default:
      return addMonths(today, sign * count * 12);
  }
}

function halfFrom(unitName: string, today: CivilDate, sign: 1 | -1): CivilDate | null {
  if (unitName === '月') return addDays(today, sign * 15);
  return unitName === '年' ? addMonths(today, sign * 6) : null;
}

function ahead(groups: Groups, seen: Seen): Reading {
  const end = dayFrom(groups, seen, 1);
  return end ? days(seen.today, end, 'count') : null;
}

function back(groups: Groups, seen: Seen): Reading {
  const start = dayFrom(groups, seen, -1);
  return start ? days(start, seen.today, 'count') : null;
}

/** A single day, so many days from today. */
function dayAway(sign: 1 | -1): DateForm['read'] {
  return (groups, seen) => {
    const day = dayFrom(groups, seen, sign);
    return day ? days(day, day, 'count') : null;
  };
}

export const countForms: DateForm[] = [
  {
    first: '未今接往',
    pattern: new RegExp(`(?:未来|今后|接下来|往后)的?[这那]?${length}(?:时间)?(?:${within}|里)?`, 'y'),
    read: ahead,
  },
  {
    first: '最近过此',
    pattern: new RegExp(
      `(?:(?<near>最近|(?<![附接靠临将最])近)|过去|此前)的?这?${length}(?:时间)?(?:以来|来|间|里|${within})?${dueSoon}`,
      'y',
    ),
    read: (groups, seen) => (groups.near && groups.due ? ahead(groups, seen) : back(groups, seen)),
  },
  {
    first: `${amountFirst}即今现`,
    pattern: new RegExp(`(?:(?:即日|今[天日]|现在)起|${fromToday})${length}的?(?:时间)?${within}`, 'y'),
    // 23年内 is a year, not twenty-three of them.
    read: (groups, seen) => (groups.unit === '年' && readCount(groups.n) > 5 ? null : ahead(groups, seen)),
  },
  // 72小时内: whole days only; 2小时内 is no stretch of days.
  {
    first: digit,
    pattern: new RegExp(`${fromToday}(?<n>24|36|48|72|96|120)(?:个)?小时${within}`, 'y'),
    read: ({ n }, { today }) => days(today, addDays(today, Math.ceil(Number(n) / 24)), 'count'),
  },
  { first: amountFirst, pattern: new RegExp(`${fromToday}${length}(?:以来)`, 'y'), read: back },
  // 5日前 is the fifth of the month; 三年后 is no day.
  {
    first: amountFirst,
    pattern: new RegExp(`${fromToday}${length}(?<!日)(?<=工作日|[天期拜周月])${after}`, 'y'),
    read: dayAway(1),
  },
  {
    first: amountFirst,
    pattern: new RegExp(`${fromToday}${length}(?<=工作日|[天期拜周月])${before}(?!提醒|通知|催|预警)`, 'y'),
    read: dayAway(-1),
  },
];
