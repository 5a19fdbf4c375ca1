// One form of words, or several joined: 6月1日至6月30日, 从周一到周五, 今天和明天, 元旦春节期间.
import { addDays, daysBetween } from './civil-date';
import { formsAt, type FoundForm, readForm } from './date-forms';
import { addMonths, days, longestTurn, type Reading, type Seen, type Span } from './date-spans';
import { to } from './date-wording';

export interface Stretch {
  span: Span;
  end: number;
  /** It has two ends of its own: 前, 止, 内 only close it. */
  joined: boolean;
}

/** A date that does not exist, up to where it ends. */
export interface NoDate {
  invalid: true;
  end: number;
}

/** Holidays named in one breath: 中秋国庆, 元旦春节. */
const nearFestivals = 60;

const joiner = new RegExp(`(?: ?(?:起|开始))?${to}`, 'y');
const toNow = /至今(?![年天日])|[到至](?:现在|目前|如今|今(?![天日年晚早明后]))/y;
const listJoiner = /(?:以?及|[和与、])/y;
/** What makes "1号到15号" days and not numbers of a list. */
const dayWords = /期间|之间|之前|以前|前|的?到期|止|要|应/y;

/** Where a sticky pattern that fits here ends, or -1. */
export function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

/**
 * The longest reading at a place.
 * @param opened - 从 stands before it
 * @param towardAt - how a form that ends at a place is meant, by what follows it; null: it says nothing there
 */
export function stretchAt(
  text: string,
  at: number,
  seen: Seen,
  opened: boolean,
  towardAt: (found: FoundForm) => Seen['toward'] | null,
): Stretch | NoDate | null {
  for (const first of formsAt(text, at)) {
    const range = rangeFrom(text, first, seen, opened);
    if (range) return range;
    const toward = towardAt(first);
    if (toward === null) continue;
    const span = readForm(first, { ...seen, toward });
    if (span === 'invalid') return { invalid: true, end: first.end };
    if (span) return listFrom(text, { span, end: first.end, joined: false }, first, seen);
  }
  return null;
}

/** A first form with 到/至/- and a second one; null when there is none. */
function rangeFrom(text: string, first: FoundForm, seen: Seen, opened: boolean): Stretch | NoDate | null {
  const now = endOf(toNow, text, first.end);
  const at = endOf(joiner, text, first.end);
  if (now < 0 && at < 0) return null;
  const start = readForm(first, { ...seen, toward: 'rule' });
  if (start === null) return null;
  // A range of which one end does not exist is none.
  if (start === 'invalid') {
    const [second] = formsAt(text, at);
    return second ? { invalid: true, end: second.end } : null;
  }
  if (now >= 0)
    return start.start <= seen.today ? { span: days(start.start, seen.today, 'longer'), end: now, joined: true } : null;
  for (const second of formsAt(text, at)) {
    if (second.form.opensOnly) continue;
    const span = join(first, start, second, seen);
    if (span === null) continue;
    if (span === 'invalid') return { invalid: true, end: second.end };
    const numbers = isNumbers(text, first, second) && !opened && endOf(dayWords, text, second.end) < 0;
    return numbers ? { invalid: true, end: second.end } : { span, end: second.end, joined: true };
  }
  return null;
}

/** "1号到15号" alone is a range of the list's numbers. */
function isNumbers(text: string, first: FoundForm, second: FoundForm): boolean {
  return (
    first.form.maybeNumber === true &&
    second.form.maybeNumber === true &&
    [first, second].every(({ end }) => text[end - 1] === '号')
  );
}

/** From the first day of one to the last of the other; the second is completed from the first. */
function join(first: FoundForm, start: Span, second: FoundForm, seen: Seen): Reading {
  const read = (toward: Seen['toward'], anchor: string): Reading => readForm(second, { ...seen, toward, anchor });
  const end = read('rule', start.start);
  if (end === null || end === 'invalid') return end;
  if (end.end >= start.end) return { ...end, start: start.start, startAny: false };
  const later = read('after', start.start);
  if (later === null || later === 'invalid') return later;
  if (later.end < start.start || daysBetween(start.start, later.end) > longestTurn) return null;
  // In January, 12月25日到1月15日 began last year.
  const lastYear = readForm(first, { ...seen, toward: 'rule', anchor: addMonths(seen.today, -12) });
  const isRunning =
    lastYear !== null &&
    lastYear !== 'invalid' &&
    end.end >= seen.today &&
    daysBetween(lastYear.start, end.end) <= longestTurn;
  if (isRunning) return { ...end, start: lastYear.start, startAny: false };
  return { ...later, start: start.start, startAny: false };
}

/** Periods of one kind that follow each other are one: 6月和7月, 今天、明天, 中秋国庆. */
function listFrom(text: string, stretch: Stretch, form: FoundForm, seen: Seen): Stretch {
  let [found, last] = [stretch, form];
  for (;;) {
    const { span } = found;
    const joinEnd = endOf(listJoiner, text, found.end);
    const at = joinEnd < 0 && span.grain === 'festival' ? found.end : joinEnd;
    if (at < 0 || last.form.maybeNumber || span.grain === 'count') return found;
    const next = formsAt(text, at).find(({ form: { opensOnly } }) => !opensOnly);
    const read = next && readForm(next, { ...seen, anchor: span.start, toward: 'after' });
    if (!next || !read || read === 'invalid' || read.grain !== span.grain) return found;
    const isNext =
      read.grain === 'festival'
        ? read.start > span.start && daysBetween(span.end, read.start) <= nearFestivals
        : read.start === addDays(span.end, 1) && !span.startAny && !read.startAny;
    if (!isNext) return found;
    const end = read.end > span.end ? read.end : span.end;
    found = { span: { ...span, end, morrow: read.morrow }, end: next.end, joined: false };
    last = next;
  }
}
