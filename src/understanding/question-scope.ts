// Whose tasks a question is about, and of which time.
import { type QueryFrame } from './frames';
import { type MarkedText } from './marks';

/** A stretch of one or more clauses that belong to one question. */
export interface Question {
  start: number;
  end: number;
  shape: string;
  closing: string;
}

export interface Whom {
  scope: 'own' | 'unit' | 'all';
  unit?: string | string[];
}

/** A name that must be settled first: what it may mean. */
export type Settled = Whom | { ask: string[] };

/** Whose tasks a question is about: own where it names nobody. */
export function whomOf(marked: MarkedText, { start, end }: Question): Settled {
  const units = marked.within('unit', start, end);
  const unsure = units.find(mark => mark.unsure && mark.names.length > 1);
  if (unsure) return { ask: unsure.names };
  // "我局和税务局": the sender's unit by its name, beside another.
  const own = marked.within('own', start, end).flatMap(({ unit }) => (units.length > 0 && unit !== null ? [unit] : []));
  const names = [...new Set([...own, ...units.flatMap(mark => mark.names)])];
  if (names.length > 0) return { scope: 'unit', unit: names.length === 1 ? (names[0] ?? '') : names };
  return { scope: marked.within('all', start, end).length > 0 ? 'all' : 'own' };
}

export const settled = (whom: Settled): Whom => ('ask' in whom ? { scope: 'own' } : whom);

/** Two times that a question joins (本周和下周) are one stretch; otherwise the first is meant. */
export function rangeOf(marked: MarkedText, { start, end }: Question): QueryFrame['range'] {
  const [first, ...rest] = marked.within('date', start, end);
  if (!first) return null;
  let { range } = first;
  let last = first;
  for (const mark of rest) {
    if (!/^(?:[\s、,和及与跟到至-]|的|任务|事项|以及|还有)*$/u.test(marked.text.slice(last.end, mark.start))) continue;
    range = { start: earlier(range.start, mark.range.start), end: later(range.end, mark.range.end) };
    last = mark;
  }
  return { ...range, ...(first.startAny && last === first ? { start_any: true } : {}) };
}

const earlier = (a: string | null, b: string | null): string | null =>
  a === null || b === null ? null : a < b ? a : b;
const later = (a: string | null, b: string | null): string | null => (a === null || b === null ? null : a > b ? a : b);
