// Acts that are said over two clauses: whom to urge and about what, a fact and then its number, a cause and then what it stops.
import { type Clause, gateOf } from './clauses';
import { factAt } from './facts';
import { type Frame } from './frames';
import { isPlainLead } from './lead-words';
import { type MarkedText, shaped } from './marks';
import { readQuestion } from './read-question';
import { isCourtesy } from './report-doubts';
import { type Segment } from './segments';

/** "给住建局提个醒，第31、32项抓紧": whom to urge, and then about what. */
export function urgedInTwo(marked: MarkedText, opening: readonly Clause[], segments: readonly Segment[]): Frame | null {
  const [order] = opening;
  if (!order || opening.length > 1 || segments.length === 0 || order.closing.includes('?')) return null;
  const frame = readQuestion(marked, order);
  const onlyUrges = segments.every(
    ({ lead, body, more, positions }) =>
      !positions &&
      lead.start === lead.end &&
      more.every(isCourtesy) &&
      !body.closing.includes('?') &&
      hurries.test(marked.text.slice(body.start, body.end)),
  );
  return frame?.intent === 'remind_others' && frame.tasks === undefined && onlyUrges
    ? { ...frame, tasks: segments.flatMap(({ nos }) => nos.map(no => ({ no }))) }
    : null;
}
const hurries =
  /^(?:任务|工作|要|得|请|都|须|务必)*(?:抓紧|尽快|快点|快些|加快|赶紧|加紧)(?:时间|办理?|报|推进|完成|反馈|进度|落实)*(?:了|点|些)?[\s.!]*$/u;

/** "经费没批，38推不下去": what stands before the number is the cause. */
export function withCause(marked: MarkedText, opening: readonly Clause[], note: string): string {
  const causes = opening.filter(clause => !isPlainLead(clause.shape) && gateOf(clause) === null);
  const [first] = causes;
  const last = causes.at(-1);
  return first && last ? `${marked.plain.words(first.start, last.end)}，${note}` : note;
}

/** "完成了，第76项": a fact and nothing else, and then, by itself, what it is about. */
export function turnedRound(
  marked: MarkedText,
  opening: readonly Clause[],
  segments: readonly Segment[],
): Segment | null {
  const said = opening.at(-1);
  const [segment, ...others] = segments;
  if (!said || !segment || others.length > 0 || segment.under !== undefined || !/^[,\s]*$/u.test(said.closing))
    return null;
  const { lead, body, more } = segment;
  const isAlone =
    lead.start === lead.end &&
    /^(?:任务|工作)?[\s.!]*$/u.test(marked.shape.slice(body.start, body.end)) &&
    !body.closing.includes('?') &&
    more.every(isCourtesy) &&
    opening.slice(0, -1).every(clause => isPlainLead(clause.shape) && !clause.closing.includes('?'));
  const fact = isAlone && gateOf(said) === null ? factAt(marked, said.start, said.end) : null;
  // "今年完成了，38项" counts.
  const isWhole =
    fact !== null &&
    !fact.doubtful &&
    fact.start < fact.end &&
    fact.end === said.end &&
    !/[\ue000-\uf8ff]/u.test(said.shape.replace(percentSigns, ''));
  return isWhole
    ? {
        ...segment,
        lead: { start: said.start, end: said.start, closing: '' },
        body: { start: said.start, end: said.end, closing: body.closing },
        more,
      }
    : null;
}
const percentSigns = shaped('<percent>', 'gu');
