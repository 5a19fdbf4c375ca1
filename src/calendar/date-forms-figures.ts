// Dates in figures: 2023-06-30, 2023.6.30, 20230630, 2023-06, 23.6.30, 6.30前, 6/30到期, 6.1-6.30.
// Short ones (6.30, 3/5) are mostly something else: they need a word of time beside them.
import { partsOf } from './civil-date';
import { between, daySpan, inYear, monthSpan, type DateForm, type Seen, type Span } from './date-spans';
import { after, before, to } from './date-wording';

/** Not inside a longer figure, a path or a word; nor after the area code of a telephone number. */
const alone = '(?<![\\w./=])(?<!(?<!\\d)\\d{3,4}-)';
const amountAfter = '(?! ?(?:[%亿万元千百个项号分天小时米公里吨倍岁折℃度人年版条件平亩]))';
const timeBefore =
  '(?:截至|截止[到至]?|延期?[到至]|推迟[到至]|延长[到至]|顺延[到至]|延后[到至]|展期至|[定将拟请须应]于|最迟|最晚)';
const timeAfter = `(?= ?(?:${before}|${after}|为?止|到期|截止|起(?![到来])))`;
/** The answer to "到哪天？" is often nothing but the figure. */
const wholeText = '(?<=^ {0,3}[\\d./-]{3,5})(?= {0,3}[。.!]? {0,3}$)';
const numberBefore = '(?<!第|#|[、,] ?\\d{0,3})';

/** A figure that is no date may still be something else, so it is never 'invalid'. */
function shortDate(month: string | undefined, day: string | undefined, seen: Seen): Span | null {
  const found = inYear({}, seen, y => daySpan(y, Number(month), Number(day)));
  return found === 'invalid' ? null : found;
}

export const figureForms: DateForm[] = [
  {
    first: '12',
    pattern: new RegExp(
      `${alone}(?<y>(?:19|20|21)\\d\\d)(?<sep>[./-])(?<m>\\d{1,2})\\k<sep>(?<d>\\d{1,2})(?![\\d%]|\\.\\d|/\\d|-(?!(?:19|20)\\d\\d[./-])\\d)[日号]?`,
      'y',
    ),
    read: ({ y, m, d }) => daySpan(Number(y), Number(m), Number(d)) ?? 'invalid',
  },
  {
    first: '2',
    pattern: new RegExp(
      `${alone}(?<y>20\\d\\d)(?<m>0[1-9]|1[0-2])(?<d>[0-3]\\d)(?![\\w.]|-(?!20\\d{6}(?!\\d))\\d)`,
      'y',
    ),
    read: ({ y, m, d }) => daySpan(Number(y), Number(m), Number(d)),
  },
  {
    first: '12',
    pattern: new RegExp(
      `${alone}(?<y>(?:19|20)\\d\\d)[./-](?<m>0?[1-9]|1[0-2])(?![\\w./]|-(?!(?:19|20)\\d\\d[./-])\\d)${amountAfter}`,
      'y',
    ),
    read: ({ y, m }) => monthSpan(Number(y), Number(m)),
  },
  // 23.6.30 in 2023; versions and sections (1.2.3, 2.4.1) are not near the year
  {
    first: '123',
    pattern: new RegExp(
      `${alone}(?<!-)(?<y>[1-3]\\d)(?<sep>[./])(?<m>\\d{1,2})\\k<sep>(?<d>\\d{1,2})(?![\\w%./-])`,
      'y',
    ),
    read: ({ y, m, d }, { today }) =>
      Math.abs(2000 + Number(y) - partsOf(today).year) > 3 ? null : daySpan(2000 + Number(y), Number(m), Number(d)),
  },
  // 6.1-6.30; one of the days has two figures, so that 8.5-9.5 stays a pair of marks
  {
    first: '0123456789',
    pattern: new RegExp(
      `${alone}${numberBefore}(?<m>\\d{1,2})(?<sep>[./])(?<d>\\d{1,2})[日号]?${to}(?<n>\\d{1,2})\\k<sep>(?<e>\\d{1,2})(?![\\w%/]|\\.\\d)${amountAfter}(?<=\\d\\d|[./]\\d\\d[日号]?[^\\d./].{0,8})[日号]?`,
      'y',
    ),
    read: ({ m, d, n, e }, seen) => {
      const first = shortDate(m, d, seen);
      const last = first && shortDate(n, e, { ...seen, toward: 'after', anchor: first.start });
      return between(first, last);
    },
  },
  {
    first: '0123456789',
    pattern: new RegExp(
      `${alone}(?<!\\d-)${numberBefore}(?<m>\\d{1,2})(?:[./](?<d>\\d{1,2})(?![\\w%/]|[.-]\\d)` +
        `(?:[日号]|${timeAfter}|(?<=${timeBefore} ?[\\d./]{3,5})${amountAfter}|${wholeText}|(?<=[./]\\d\\d)(?= ?(?:的?(?:重点)?任务|[要需应]|有[哪什啥几])))|` +
        `-(?<e>\\d{1,2})(?![\\w%./日-])(?:${timeAfter}|(?<=${timeBefore} ?[\\d-]{3,5})${amountAfter}|(?<=-\\d\\d)${wholeText}))`,
      'y',
    ),
    read: ({ m, d, e }, seen) => shortDate(m, d ?? e, seen),
  },
];
