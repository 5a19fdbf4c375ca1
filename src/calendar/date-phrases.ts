// Finds the time a sentence speaks of: "6月底", "本周", "节前", "未来7天" → days, always seen from a given day.
// A phrase is a stretch of days (date-stretches) with what opens it (从, 截至) and closes it (前, 以后, 起, 内, 止).
import { type CivilDate, type DateRange } from './civil-date';
import { type Seen, type Span } from './date-spans';
import { endOf, stretchAt, type Stretch } from './date-stretches';
import { after, before, within } from './date-wording';
import { WorkCalendar } from './work-calendar';

/** A phrase of time in a text; `start` and `end` (exclusive) are places in the text given. */
export interface DatePhrase {
  start: number;
  end: number;
  range: DateRange;
  /** "X月底到期": any start from the range's start to its end is right. */
  startAny?: boolean;
}

/** What a text's phrases of time are seen from. */
export interface DateView {
  today: CivilDate;
  /** For 工作日, 节前, 放假; without it weekdays only. */
  calendar?: WorkCalendar;
}

type Closing = 'before' | 'stop' | 'after' | 'from' | 'since' | 'within' | 'during';

interface Closer {
  kind: Closing;
  end: number;
}

/** What stands before a stretch; `at` is where the stretch begins. */
interface Opener {
  kind: 'none' | 'bound' | 'until' | 'from';
  at: number;
}

const weekdaysOnly = new WorkCalendar([], []);

const openers: readonly (readonly [Opener['kind'], string, RegExp])[] = [
  ['bound', '截最不', /(?:截[至止]|截止[到至]|截至到|最[迟晚]|不[迟晚]于)[于在到至]? ?/y],
  ['from', '从自', /(?:从|自从?) ?/y],
  // "到6月底还有哪些": 到 that opens a clause or follows who speaks is a limit; in 收到 and 延期到 it is not.
  ['until', '到直', /(?:直到|(?<=(?:^|[\s,;。:、!?(局办委院镇乡司们处区队])(?:一直)?)到) ?/y],
];
const noOpener: Omit<Opener, 'at'> = { kind: 'none' };

/** The same day said twice: 6月30日(周五), 本周五(6月30日). */
const beside =
  / ?(?:\((?:[本这]?(?:周|星期|礼拜)[一二三四五六日天]|\d{1,2}月\d{1,2}[日号])\)|(?:周|星期|礼拜)[一二三四五六日天](?![到至]))/y;
const dayPart = '(?:当[天日])?(?:上午|下午|中午|早上|早晨|晚上|晚间|傍晚|凌晨|上班|下班|晚|早)?(?:时间)?';
const closer = new RegExp(
  `(?:\\(不?含[^)]{0,4}\\))?(?:${dayPart}(?:(?<before>${before})|(?<stop>为?止(?![损步付血境跌于])))|(?<after>${after})|` +
    '(?<from>起(?![草诉动来码点伏因步见用义源初重拟底止火降飞床到至])|开始)|(?<since>以来|至今)|' +
    `(?<within>${within})|(?<during>期间|之间|当中|之中))`,
  'y',
);
/** "6月30日18:00前": the clock time stays a figure of its own, but the day is a limit. */
const clockLimit = new RegExp(
  `${dayPart} ?(?:\\d{1,2}(?::\\d{2}|[点时](?:半|整|钟|\\d{1,2}分?)?)|[一二三四五六七八九十两]{1,3}[点时](?:半|整|钟)?)(?:${before})`,
  'y',
);
const dueAhead = / ?的?(?:到期|截止|期满)/y;
const extension = /(?:延|推迟|推到|推至|展期|宽限|缓|拖|放宽|调整|改)[^,。;!?\n:]{0,5}[到至为] ?$/;
const extensionReach = 12;

/** The phrases of time in a text, in order, never overlapping. `text` is half-width and simplified. */
export function findDatePhrases(text: string, view: DateView): DatePhrase[] {
  const seen: Seen = { today: view.today, anchor: view.today, toward: 'rule', calendar: view.calendar ?? weekdaysOnly };
  const phrases: DatePhrase[] = [];
  let list = { at: -1, anchor: view.today };
  for (let at = 0; at < text.length;) {
    const found = phraseAt(text, at, at === list.at ? { ...seen, anchor: list.anchor } : seen);
    at = found?.end ?? at + 1;
    if (!found?.phrase) continue;
    phrases.push(found.phrase);
    list = { at: endOf(/[、和及](?=[\d一二三四五六七八九十])/y, text, at), anchor: found.anchor };
  }
  return phrases;
}

/**
 * The one range a sentence speaks of, or null: phrases joined as the sentence joins them (从…到…).
 * Of several it is the one that says of the tasks when: "今天看一下6月底到期的".
 */
export function readDateRange(text: string, view: DateView): DateRange | null {
  const phrases = findDatePhrases(text, view);
  const ofTasks = /^(?:的|要|应|需)|^[^,。;!?\n]{0,4}?(?:到期|截止|任务|事项|完成)/;
  const found = phrases.find(({ end }, i) =>
    ofTasks.test(text.slice(end, Math.min(end + 8, phrases[i + 1]?.start ?? Infinity))),
  );
  return (found ?? phrases[0])?.range ?? null;
}

/** The phrase at a place; no phrase but an end for a date that does not exist; null for nothing. */
function phraseAt(
  text: string,
  at: number,
  seen: Seen,
): { phrase?: DatePhrase; end: number; anchor: CivilDate } | null {
  const opener = openerAt(text, at);
  const isExtension = extension.test(text.slice(Math.max(0, opener.at - extensionReach), opener.at));
  const stretch = stretchAt(text, opener.at, seen, opener.kind === 'from', ({ form, end }) => {
    const closing = closerAt(text, besideEnd(text, end))?.kind;
    if (form.opensOnly && closing !== 'from') return null;
    if (isExtension) return 'coming';
    const isLimit = opener.kind === 'bound' || opener.kind === 'until' || closing === 'before' || closing === 'stop';
    return isLimit || endOf(dueAhead, text, end) >= 0 ? 'limit' : 'rule';
  });
  if (stretch === null) return null;
  const anchor = seen.today;
  if ('invalid' in stretch) return { end: stretch.end, anchor };
  const end = stretch.span.grain === 'day' ? besideEnd(text, stretch.end) : stretch.end;
  const closing = closerAt(text, end);
  const takesOpener =
    opener.kind === 'bound' ||
    (opener.kind === 'until' && closing?.kind === 'stop') ||
    (opener.kind === 'from' && (stretch.joined || (closing !== null && /from|after|since/.test(closing.kind))));
  const phrase: DatePhrase = {
    start: takesOpener ? at : opener.at,
    end: Math.max(end, closing?.end ?? end),
    range: rangeOf(stretch, opener, closing?.kind, seen.today),
  };
  if (stretch.span.startAny && phrase.range.start !== null && phrase.range.end !== null) phrase.startAny = true;
  return { phrase, end: phrase.end, anchor: stretch.span.start };
}

function openerAt(text: string, at: number): Opener {
  const char = text.charAt(at);
  for (const [kind, first, pattern] of openers) {
    const end = first.includes(char) ? endOf(pattern, text, at) : -1;
    if (end >= 0) return { kind, at: end };
  }
  return { ...noOpener, at };
}

/** Behind what may stand beside a day: 6月30日(周五). */
function besideEnd(text: string, at: number): number {
  return Math.max(at, endOf(beside, text, at));
}

function closerAt(text: string, at: number): Closer | null {
  closer.lastIndex = at;
  const groups = closer.exec(text)?.groups;
  if (groups) {
    const kind = Object.keys(groups).find(name => groups[name] !== undefined);
    return { kind: kind as Closing, end: closer.lastIndex };
  }
  return endOf(clockLimit, text, at) >= 0 ? { kind: 'before', end: at } : null;
}

function rangeOf({ span, joined }: Stretch, opener: Opener, closing: Closing | undefined, today: CivilDate): DateRange {
  const { start, end } = span;
  const limit = closing === 'before' ? (span.eve ?? end) : end;
  switch (closing) {
    case 'after':
      return { start: span.morrow ?? firstDay(span, joined), end: null };
    case 'from':
      return joined ? { start, end } : { start: firstDay(span, false), end: null };
    case 'since':
      return start <= today ? { start, end: today } : { start, end };
    case 'before':
    case 'stop':
      return { start: joined && start <= limit ? start : null, end: limit };
    case 'within':
      // 今天之内 is today; 6月30日内 is a limit.
      if (!joined && span.grain === 'day' && start > today) return { start: null, end };
      break;
    default:
  }
  const isLimit = !joined && (opener.kind === 'bound' || opener.kind === 'until');
  return { start: isLimit ? null : start, end };
}

/** The day something begins on "X后" or "X起": X included, but the end of a month is its last day. */
function firstDay({ start, end, startAny }: Span, joined: boolean): CivilDate {
  return startAny === true || joined ? end : start;
}
