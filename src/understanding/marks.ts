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
 * One in a pattern.
 */
export const once = (source: string): string => `(?=(?<once>${source}))\\k<once>`;

/** A message with its marks. */
export class MarkedText {
  private readonly found: Mark[] = [];
  private readonly taken: Uint8Array;
  private signed: string;

  constructor(readonly plain: PlainText) {
    this.taken = new Uint8Array(plain.text.length);
    this.signed = plain.text;
  }

  get text(): string {
    return this.plain.text;
  }

  /** The text with every marked place replaced by its kind's sign, at the same length. */
  get shape(): string {
    return this.signed;
  }

  /** In order. */
  get marks(): readonly Mark[] {
    return this.found;
  }

  isFree(start: number, end: number): boolean {
    for (let i = start; i < end; i++) if (this.taken[i] === 1) return false;
    return true;
  }

  /** Adds marks, unless their place is taken by one found before. */
  add(marks: readonly Mark[]): void {
    let changed = false;
    for (const mark of marks) {
      if (mark.end <= mark.start || !this.isFree(mark.start, mark.end)) continue;
      this.taken.fill(1, mark.start, mark.end);
      this.found.push(mark);
      changed = true;
    }
    if (!changed) return;
    this.found.sort((a, b) => a.start - b.start);
    let shape = '';
    let at = 0;
    for (const { kind, start, end } of this.found) {
      shape += this.text.slice(at, start) + signs[kind].repeat(end - start);
      at = end;
    }
    this.signed = shape + this.text.slice(at);
  }

  /** The marks of a kind inside a stretch. */
  within<K extends MarkKind>(kind: K, start: number, end: number): MarkOf<K>[] {
    return this.found.filter((mark): mark is MarkOf<K> => mark.kind === kind && mark.start >= start && mark.end <= end);
  }
}
