// Segments: which clauses speak of which tasks: from one task number to the next.
import { type Clause } from './clauses';
import { type Gate } from './gates';
import { isPlainLead } from './lead-words';
import { type MarkedText, shaped } from './marks';

/** A stretch of the plain text with the sign that ends it. */
export interface Stretch {
  start: number;
  end: number;
  closing: string;
}

export interface Segment {
  nos: number[];
  /** Written as positions in a list (第2条), not as numbers. */
  positions: boolean;
  /** A number that is beyond doubt one of the list (第38项); false for a bare one, true when taken from a quoted card. */
  exact: boolean;
  /** What stands before the number in its clause. */
  lead: Stretch;
  /** What stands after it, up to the end of its clause. */
  body: Stretch;
  /** What an earlier clause makes of it (Clause.under). */
  under?: Gate;
  /** The clauses that follow, up to the next number. */
  more: Clause[];
}

export interface Segments {
  /** Clauses before the first number. */
  opening: Clause[];
  segments: Segment[];
}

/** Between two numbers that share one predicate: "第38项、第39项和", or nothing. */
const onlyJoins = /^(?:\s|[、,/&+]|和|及|与|跟|以及|还有)*$/u;
const onlyParticles = /^[\s:、,]*$/u;
const refSigns = shaped('<tasks>|<positions>', 'gu');

/** "第79项已经办结了然后第78项…" */
const trailing = /(?:[、\s]|然后|还有|另外|接着|再就是|以及|其次|同时)*$/u;
/** "70项报了就等于138项完成": what is made of one number by another. */
const equals = /等于|相当于|视[为同]|意味着|当作|算作/u;

/** Cuts clauses at the numbers in them. */
export function segmentsOf(marked: MarkedText, clauses: readonly Clause[]): Segments {
  const opening: Clause[] = [];
  const segments: Segment[] = [];
  for (const clause of clauses) {
    const refs = [...clause.shape.matchAll(refSigns)].map(match => ({
      start: clause.start + match.index,
      end: clause.start + match.index + match[0].length,
    }));
    const last = segments.at(-1);
    if (refs.length === 0) {
      if (last) last.more.push(clause);
      else opening.push(clause);
      continue;
    }
    refs.forEach((ref, i) => {
      const before = refs[i - 1];
      const next = refs[i + 1];
      const from = before ? before.end : clause.start;
      const between = marked.shape.slice(from, ref.start);
      const numbers = numbersAt(marked, ref.start, ref.end);
      const body: Stretch = {
        start: ref.end,
        end: next ? next.start - (trailing.exec(marked.shape.slice(ref.end, next.start))?.[0].length ?? 0) : clause.end,
        closing: next ? '' : clause.closing,
      };
      const previous = segments.at(-1);
      const joins =
        previous !== undefined &&
        previous.positions === numbers.positions &&
        (before ? onlyJoins.test(between) : clause.start === ref.start && isEmptySegment(marked, previous));
      if (joins) {
        previous.nos.push(...numbers.nos.filter(no => !previous.nos.includes(no)));
        previous.exact &&= numbers.exact;
        previous.body = body;
        previous.more = [];
        return;
      }
      segments.push({
        ...numbers,
        lead: before
          ? { start: ref.start, end: ref.start, closing: '' }
          : { start: clause.start, end: ref.start, closing: '' },
        body,
        under: before && equals.test(between) ? 'doubt' : clause.under,
        more: [],
      });
    });
  }
  return { opening, segments };
}

/** A number with nothing said of it, that shares what is said of the next: "38，39已完成"; an order (撤回38，…) is said. */
function isEmptySegment(marked: MarkedText, { lead, body, more }: Segment): boolean {
  return (
    more.length === 0 &&
    isPlainLead(marked.shape.slice(lead.start, lead.end)) &&
    /^[,、\n ]*$/u.test(body.closing) &&
    onlyParticles.test(marked.shape.slice(body.start, body.end))
  );
}

function numbersAt(marked: MarkedText, start: number, end: number): Pick<Segment, 'nos' | 'positions' | 'exact'> {
  const tasks = marked.within('tasks', start, end);
  if (tasks.length > 0)
    return { nos: tasks.flatMap(mark => mark.nos), positions: false, exact: tasks.every(mark => mark.exact) };
  return {
    nos: marked.within('positions', start, end).flatMap(mark => mark.positions),
    positions: true,
    exact: true,
  };
}
