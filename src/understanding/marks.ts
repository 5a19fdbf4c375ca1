// Marks: the typed places of a message (dates, units, percentages, task numbers …), each found once, before any intent.
import { type DateRange } from '../calendar/civil-date';
import { type PlainText } from './plain-text';

/** `exact`: written as a number of the list (第38项, #38), not merely a number before a word of progress. */
export type MarkValue =
  | { kind: 'date'; range: DateRange; startAny?: boolean }
  | { kind: 'percent'; percent: number }
  | { kind: 'tasks'; nos: number[]; exact: boolean }
  | { kind: 'positions'; positions: number[] }
  | { kind: 'section'; no: number }
  | { kind: 'measure'; no: number }
  /** `unsure`: several units, or none that is settled; `bySound`: only sounds like it, so nothing may be written on it. */
  | { kind: 'unit'; names: string[]; unsure: boolean; bySound: boolean }
  /** `unit`: the sender's own by its name, where it is known. */
  | { kind: 'own'; unit: string | null }
  | { kind: 'all' }
  /** A number with a meaning of its own: money, people, a telephone number, a document's number. */
  | { kind: 'quantity' }
  /** "1.", "(2)", "一、": counts the points of a message. */
  | { kind: 'bullet' };

export type MarkKind = MarkValue['kind'];
export type Mark = MarkValue & { start: number; end: number };
export type MarkOf<K extends MarkKind> = Extract<Mark, { kind: K }>;

const signs: Record<MarkKind, string> = {
  date: '\ue000',
  percent: '\ue001',
  tasks: '\ue002',
  positions: '\ue003',
  section: '\ue004',
  measure: '\ue005',
  unit: '\ue006',
  own: '\ue007',
  all: '\ue008',
  quantity: '\ue009',
  bullet: '\ue00a',
};

/** All signs of a mark, never a part of them: half a percentage is no percentage. */
const wholeMark = (sign: string): string => `(?<!${sign})${sign}+(?!${sign})`;

/**
 * A pattern over a message's shape: `<date>` in the source stands for a whole mark of that kind.
 * Made once, when the program loads.
 */
export function shaped(source: string, flags = 'u'): RegExp {
  return new RegExp(
    source.replace(/<(\w+)>/g, (whole, kind: string) => (kind in signs ? wholeMark(signs[kind as MarkKind]) : whole)),
    flags,
  );
}

/**
 * A pattern's part that is taken once, as far as it goes, and never given back: keeps long repetitions linear.
 * A group that is repeated must not hold a word and also the words it is made of (看看 beside 看): what does not fit in the end
 * would be tried in every way of taking it apart, for ever.
 * @param name - of the part, another for each one in a pattern
 */
export const once = (source: string, name = 'once'): string => `(?=(?<${name}>${source}))\\k<${name}>`;

/** A message with its marks. */
export class MarkedText {
  private readonly found: Mark[] = [];
  private readonly taken: Uint8Array;
  /** The shape, sign by sign. */
  private readonly signs: string[];
  private joined: string | null;
  private sorted = true;
  private quotes: { open: Uint8Array; lastClose: number } | null = null;

  constructor(readonly plain: PlainText) {
    this.taken = new Uint8Array(plain.text.length);
    this.signs = plain.text.split('');
    this.joined = plain.text;
  }

  get text(): string {
    return this.plain.text;
  }

  /** The text with every marked place replaced by its kind's sign, at the same length. */
  get shape(): string {
    this.joined ??= this.signs.join('');
    return this.joined;
  }

  /** A part of the shape, without making the whole of it. */
  shapeOf(start: number, end: number): string {
    return this.joined === null ? this.signs.slice(Math.max(0, start), end).join('') : this.joined.slice(start, end);
  }

  /** In order. */
  get marks(): readonly Mark[] {
    if (!this.sorted) this.found.sort((a, b) => a.start - b.start);
    this.sorted = true;
    return this.found;
  }

  isFree(start: number, end: number): boolean {
    for (let i = start; i < end; i++) if (this.taken[i] === 1) return false;
    return true;
  }

  /** Adds marks, unless their place is taken by one found before. */
  add(marks: readonly Mark[]): void {
    for (const mark of marks) {
      if (mark.end <= mark.start || !this.isFree(mark.start, mark.end)) continue;
      this.taken.fill(1, mark.start, mark.end);
      this.signs.fill(signs[mark.kind], mark.start, mark.end);
      this.found.push(mark);
      this.joined = null;
      this.sorted = false;
    }
  }

  /** The marks of a kind inside a stretch. */
  within<K extends MarkKind>(kind: K, start: number, end: number): MarkOf<K>[] {
    const all = this.marks;
    const inside: MarkOf<K>[] = [];
    for (let i = this.firstFrom(start); i < all.length; i++) {
      const mark = all[i];
      if (!mark || mark.start >= end) break;
      if (mark.kind === kind && mark.end <= end) inside.push(mark as MarkOf<K>);
    }
    return inside;
  }

  /** The first mark that begins at a place or later. */
  private firstFrom(start: number): number {
    const all = this.marks;
    let [low, high] = [0, all.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((all[middle]?.start ?? 0) < start) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** True where a place stands inside quotation marks that are closed again. */
  isQuoted(at: number): boolean {
    this.quotes ??= findQuotes(this.text);
    return this.quotes.open[at] === 1 && this.quotes.lastClose >= at;
  }
}

const openQuote = '“"「『《';
const closeQuote = '”"」』》';

function findQuotes(text: string): { open: Uint8Array; lastClose: number } {
  const open = new Uint8Array(text.length + 1);
  let isOpen = false;
  let lastClose = -1;
  for (let i = 0; i < text.length; i++) {
    open[i] = isOpen ? 1 : 0;
    const char = text.charAt(i);
    if (closeQuote.includes(char)) lastClose = i;
    if (isOpen && closeQuote.includes(char)) isOpen = false;
    else if (!isOpen && openQuote.includes(char)) isOpen = true;
  }
  open[text.length] = isOpen ? 1 : 0;
  return { open, lastClose };
}
