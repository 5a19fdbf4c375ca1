// Acts that are said over two clauses: whom to urge and about what, a fact and then its number, a cause and then what it stops.
import { type Clause, gateOf, splitClauses } from './clauses';
import { factAt } from './facts';
import { type Frame } from './frames';
import { takenBack } from './gates';
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
  /^(?:任务|工作|也|都)*(?:该|要|得|应该|到时候|是时候)(?:报|交|办|推|动|更新|反馈|填)(?:进[度展]|一?下)?(?:了|啦)?[\s.!]*$|^(?:任务|工作|要|得|请|都|须|务必)*(?:抓紧|尽快|快点|快些|加快|赶紧|加紧)(?:时间|办理?|报|推进|完成|反馈|进度|落实)*(?:了|点|些)?[\s.!]*$/u;

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

const asksAnother = /^[\s,]*(?:另外|顺便|顺带|对了|还有(?:就是)?|同时|再|以后|今后)/u;
const apart: readonly Frame['intent'][] = ['reminder_settings', 'login', 'help', 'pending', 'identity'];

/**
 * "第103项推进中，另外以后提前两天提醒我": what is asked for beside a report is read by itself.
 *
 * @param read - reads words as a message of their own
 * @returns null where the message is not of that kind
 */
export function askedApart(marked: MarkedText, read: (words: string) => Frame[]): Frame[] | null {
  if (!/提醒|推送|打扰|免扰|登[录陆]|帮助|待办/u.test(marked.text)) return null;
  const clauses = splitClauses(marked);
  const second = clauses.findIndex(({ shape }, i) => i > 0 && asksAnother.test(shape));
  const from = clauses[second];
  if (!from || clauses.some(({ under }) => under !== undefined)) return null;
  if (speaksOfReport(marked, clauses.slice(second), from.start)) return null;
  const parts = [read(marked.plain.words(0, from.start)), read(marked.plain.words(from.start, marked.text.length))];
  const isAct = (acts: Frame[] | undefined): boolean =>
    acts !== undefined && acts.length > 0 && acts.every(({ intent }) => intent !== 'clarify');
  return parts.every(isAct) && parts.flat().some(({ intent }) => apart.includes(intent)) ? parts.flat() : null;
}

/** "…，误发", "…，103还没完成": what stands behind the request is said of the report, and belongs to it. */
function speaksOfReport(marked: MarkedText, asked: readonly Clause[], from: number): boolean {
  const nosIn = (start: number, end: number): number[] => marked.within('tasks', start, end).flatMap(({ nos }) => nos);
  const reported = nosIn(0, from);
  return (
    nosIn(from, marked.text.length).some(no => reported.includes(no)) ||
    asked.some(({ start, end }) => takenBack.test(marked.text.slice(start, end)))
  );
}

/** "57完成了没？59呢？": the second asks what the first asked. */
export function carryAspect(marked: MarkedText, segments: readonly Segment[], frames: Frame[]): void {
  frames.forEach((frame, i) => {
    const before = frames[i - 1];
    if (frame.intent !== 'task_detail' || frame.aspect !== undefined || before?.intent !== 'task_detail') return;
    const own = segments.find(({ nos }) => nos[0] === frame.tasks[0]?.no);
    if (own && before.aspect !== undefined && /^呢/u.test(marked.text.slice(own.body.start, own.body.end)))
      frames[i] = { ...frame, aspect: before.aspect };
  });
}

/** "不是57完成了，是59完成了": the first is only what was not meant. */
export function notThisButThat(marked: MarkedText, segments: readonly Segment[], frames: Frame[]): void {
  const [first, second] = segments;
  const [denied, meant] = frames;
  if (!first || !second || denied?.intent !== 'clarify' || meant?.intent !== 'progress_update') return;
  const lead = ({ lead: { start, end } }: Segment): string => marked.text.slice(start, end);
  if (!/(?:不是|并非)(?:第)?\s*$/u.test(lead(first)) || !/^\s*(?:而|应该?|其实)?是(?:第)?\s*$/u.test(lead(second)))
    return;
  frames.splice(0, 2, { ...meant, correction: true });
}

/** "34-37完成，36不算": a number of the report is taken out of it again; what is left has to be said. */
export function undoneInReport(segments: readonly Segment[], frames: Frame[]): void {
  frames.forEach((frame, i) => {
    if (frame.intent !== 'undo' || !frame.tasks) return;
    const isElsewhere = frame.tasks.some(({ no }) => segments.filter(({ nos }) => nos.includes(no)).length > 1);
    if (isElsewhere) frames[i] = { intent: 'clarify', about: 'unsure' };
  });
}
