// What one segment of a message does: reports, asks, requests; and the gate before every report.
import { type Clause, type Gate, gateOf, insideQuotes } from './clauses';
import { difficultyAt, difficultyHeading, type Fact, factAt } from './facts';
import { type Frame, type TaskReport } from './frames';
import { type MarkedText, shaped } from './marks';
import { aspectOf, isDetailRequest } from './read-detail';
import { readRequest } from './read-request';
import { type Segment, type Stretch } from './segments';

/** Filled by the reader for `duban understand --explain`. */
export type Explain = (rule: string, words: string) => void;

const unsure = (): Frame => ({ intent: 'clarify', about: 'unsure' });
const none: Frame = { intent: 'none' };

/** Before the number: words that only point at it or open a report. */
const plainLead = shaped(
  '^(?:[\\s:,、()\\d.]|<own>|<quantity>|<date>|<section>|<measure>|<unit>|关于|针对|对|就|把|将|其中|另外|还有|补充|报告|汇报|反馈|上报|回复|更新|现|把|各位|领导|您好|你好|大家好|好的|收到|已|目前|截至目前|序号|任务|重点任务|牵头|配合|负责|承担|的|了|请|帮|记录?一?下|登记一?下|更正|纠正|说错了|报错了|写错了|不对|不好意思|抱歉|改一下|是|应该?是|应为|和|跟|与|以及|同志们?|老师|主任|科长|局长|进度|进展|情况|如下|<tasks>)*$',
);
export const correctionWords = /更正|纠正|改为|改成|应为|应该是|说错|报错|写错|填错|发错|有误|更新为|不对|改一下|修正/u;
/** "张三：38已完成": another's words, copied. */
const copied =
  /^\s*(?!更正|纠正|报告|汇报|反馈|补充|上报|任务|序号|进度|进展|回复|更新|领导|您好|你好|另外|其中|编号)[\p{Script=Han}A-Za-z]{2,6}(?:\([^)]*\))?\s*[:]\s*$/u;
const noteLead =
  /^[\s,:]*(?:请|麻烦|帮我?|帮忙|辛苦|给我?|您|你)*(?:登记|记录|记|更新|填报|上报|录入)(?:一?下)?(?:进度|进展)?[\s:,]*$/u;
const doneBefore = shaped(
  '(?:已经?|全部|均已?|都已?|刚刚?)(?:完成|办结|搞定|做完|办完|落实到位)(?:了)?(?:<quantity>)?[\\s:、的]*(?:任务|事项|工作|有|是)?[\\s:]*$',
);
const tailQuestion =
  /^(?:对吗|对吧|是吧|是吗|行吗|可以吗|好吗|没错吧|对不对|是不是|行不行|可以吧|行吧|好吧|ok吗|OK吗|这样行吗|这样可以吗|没问题吧|呢)$/u;
const contradiction = shaped(
  '(?:还|尚|仍|暂)(?:没|未|差|剩|有<quantity>.{0,4}(?:没|未))|没完|未完|(?:没有|未)(?:验收|通过|到位)|但.{0,8}(?:没|未)',
);
const takenBack = /撤回|撤销|算了|作废|不算|当我没说|说错了|发错了|看错了|不是我们|别记|先别|不用记|忽略/u;

/** The acts of a segment; `[{intent: 'none'}]` when it is none. */
export function readSegment(
  marked: MarkedText,
  segment: Segment,
  { senderUnit, explain }: { senderUnit: string | null; explain: Explain },
): Frame[] {
  const { body, lead, more } = segment;
  const leadShape = marked.shape.slice(lead.start, lead.end);
  const bodyShape = marked.shape.slice(body.start, body.end);
  const tasks = segment.nos.map(no => ({ no }));

  const request = readRequest(marked, segment);
  if (request) return [request];
  const first: Clause = {
    start: lead.start,
    end: body.end,
    shape: marked.shape.slice(lead.start, body.end),
    closing: body.closing,
  };
  const gate = segmentGate(marked, segment, first, leadShape);
  if (gate === 'question' || (!closesQuotation(gate) && isDetailRequest(leadShape, bodyShape, more.length === 0))) {
    explain('task_detail', marked.plain.words(lead.start, body.end));
    return [{ intent: 'task_detail', tasks, ...aspectOf(`${leadShape} ${bodyShape}`) }];
  }
  if (gate !== null && gate !== 'plan') {
    explain(`gate: ${gate}`, marked.plain.words(lead.start, body.end));
    return [gate === 'doubt' && factAt(marked, body.start, body.end) ? unsure() : none];
  }
  return readReport(marked, segment, { gate, leadShape, senderUnit, explain });
}

/** Words that are not the sender's own, or no request at all: nobody asks with them. */
const closesQuotation = (gate: Gate | null): boolean =>
  gate === 'quotation' || gate === 'hearsay' || gate === 'example' || gate === 'condition';

function segmentGate(marked: MarkedText, segment: Segment, first: Clause, leadShape: string): Gate | null {
  const { lead, body, more } = segment;
  const words = marked.text.slice(lead.start, lead.end);
  if (insideQuotes(marked.text, body.start)) return 'quotation';
  if (copied.test(words) && !noteLead.test(words)) return 'quotation';
  const asked = more.find(
    clause =>
      tailQuestion.test(clause.shape) || (clause.closing.includes('?') && gateOf({ ...clause, closing: '' }) === null),
  );
  if (asked && !/[。;!\n]/u.test(body.closing)) return 'question';
  // "麻烦登记一下：38完成80%" asks the bot, and reports all the same.
  const asksToNote = noteLead.test(words);
  const own = gateOf(asksToNote ? { ...first, shape: marked.shape.slice(body.start, body.end) } : first);
  if (own) return own;
  if ([body, ...more].some(({ start, end }) => takenBack.test(marked.text.slice(start, end)))) return 'doubt';
  if (!asksToNote && !plainLead.test(leadShape) && !doneBefore.test(leadShape) && !correctionWords.test(leadShape))
    return 'doubt';
  return null;
}

interface ReportView {
  gate: Gate | null;
  leadShape: string;
  senderUnit: string | null;
  explain: Explain;
}

interface Told {
  facts: Fact[];
  notes: Stretch[];
  blockers: Stretch[];
  doubtful: boolean;
}

function readReport(marked: MarkedText, segment: Segment, view: ReportView): Frame[] {
  const { body, more, nos } = segment;
  const told: Told = { facts: [], notes: [], blockers: [], doubtful: false };
  if (view.gate === null) readClause(marked, body, told, true);
  else told.notes.push(body);
  for (const clause of more) {
    if (tailQuestion.test(clause.shape)) continue;
    const gate = gateOf(clause);
    if (gate === 'question') continue;
    // After a plan only a plain statement of how things stand counts: "计划月底办结，目前完成60%".
    const isStatement = /^(?:目前|现在?|已|截至|当前)/u.test(clause.shape);
    if (
      gate === null &&
      (told.facts.length === 0
        ? view.gate === null || isStatement
        : isStatement && told.facts.every(fact => fact.keepWords || fact.end === fact.start))
    )
      readClause(marked, clause, told, true);
    else if (gate === null) readClause(marked, clause, told, false);
    // "需区行政审批局协调" asks for help with the difficulty: part of it, though no statement of how far the task is.
    else if (difficultyAt(clause.shape) >= 0 && (gate === 'demand' || gate === 'plan' || gate === 'wish'))
      told.blockers.push({
        ...clause,
        start: clause.start + (told.blockers.length > 0 ? 0 : difficultyAt(clause.shape)),
      });
    else told.notes.push(clause);
  }
  if (
    told.facts.length === 0 &&
    doneBefore.test(view.leadShape) &&
    view.gate === null &&
    told.notes.every(note => note.start > body.end)
  )
    told.facts.push({
      status: 'done',
      percents: [],
      start: body.start,
      end: body.start,
      headEnd: body.start,
      keepWords: false,
      doubtful: false,
    });
  return outcome(marked, segment, told, view, nos);
}

/** Reads a clause's fact (where `mayState`), its difficulty, and what is left as note. */
function readClause(marked: MarkedText, clause: Stretch, told: Told, mayState: boolean): void {
  let { start } = clause;
  if (mayState) {
    const fact = factAt(marked, start, clause.end);
    if (fact) {
      told.facts.push(fact);
      if (fact.doubtful) told.doubtful = true;
      if (!fact.keepWords) start = fact.end;
    }
  }
  const rest = marked.shape.slice(start, clause.end);
  if (/^[\s,:、.!~-]*$/u.test(rest)) return;
  const hard = difficultyAt(rest);
  if (hard < 0) {
    told.notes.push({ ...clause, start });
    return;
  }
  if (
    hard > 0 &&
    !/^[\s,:、-]*(?:目前|现在|主要|但是?|不过|因为?|由于|还|仍|也|尚|依然|仍然)*$/u.test(rest.slice(0, hard))
  )
    told.notes.push({ start, end: start + hard, closing: '' });
  told.blockers.push({ ...clause, start: start + hard });
}

function outcome(marked: MarkedText, segment: Segment, told: Told, view: ReportView, nos: number[]): Frame[] {
  const { explain } = view;
  const { facts, notes, blockers } = told;
  const words = marked.plain.words(segment.lead.start, segment.body.end);
  const note = wordsOf(marked, notes);
  const headEnd = Math.max(segment.body.start, ...facts.map(fact => fact.headEnd));
  // "区税务局38已完成", said by somebody of another unit, is no report of the speaker's own.
  if ((facts.length > 0 || blockers.length > 0) && namesOther(marked, segment.lead.start, headEnd, view.senderUnit)) {
    explain('another unit', words);
    return [unsure()];
  }
  if (facts.length === 0 && blockers.length > 0 && view.gate === null) {
    explain('report_blocker', words);
    return [{ intent: 'report_blocker', tasks: nos.map(no => ({ no })), ...difficultyWords(marked, blockers) }];
  }
  if (facts.length === 0) {
    explain('no fact', words);
    return [view.gate === 'plan' || !/完成|办结|进度|进展|落实/u.test(words) ? none : unsure()];
  }
  const contradicted =
    facts.some(fact => fact.status === 'done') &&
    notes.some(part => contradiction.test(marked.shape.slice(part.start, part.end)));
  const statuses = new Set(facts.map(fact => fact.status));
  const percents = facts.flatMap(fact => fact.percents);
  if (told.doubtful || contradicted || (statuses.size > 1 && statuses.has('done'))) {
    explain('doubtful', words);
    return [unsure()];
  }
  const correction = correctionWords.test(marked.shape.slice(segment.lead.start, segment.body.end));
  const status = facts.find(fact => fact.percents.length > 0)?.status ?? facts[0]?.status ?? 'in_progress';
  const shares = percents.length > 1 ? (percents.length === nos.length ? percents : null) : nos.map(() => percents[0]);
  if (!shares) return [unsure()];
  const blocker = blockers.length > 0 ? wordsOf(marked, blockers) : undefined;
  explain(`progress_update: ${status}`, words);
  return [
    {
      intent: 'progress_update',
      tasks: nos.map((no, i): TaskReport => ({
        no,
        status: shares[i] === 100 ? 'done' : status === 'done' && (shares[i] ?? 100) < 100 ? 'in_progress' : status,
        ...(shares[i] === undefined || (status === 'done' && shares[i] === undefined) ? {} : { percent: shares[i] }),
        ...(note === undefined ? {} : { note }),
        ...(blocker === undefined ? {} : { blocker }),
      })),
      ...(correction ? { correction: true } : {}),
    },
  ];
}

function namesOther(marked: MarkedText, start: number, end: number, senderUnit: string | null): boolean {
  return marked.within('unit', start, end).some(mark => mark.unsure || !mark.names.includes(senderUnit ?? ''));
}

/** The sender's own words of some stretches: as one piece where they follow each other. */
function wordsOf(marked: MarkedText, stretches: readonly Stretch[]): string | undefined {
  const joined: { start: number; end: number }[] = [];
  for (const { start, end } of stretches) {
    const last = joined.at(-1);
    if (last && /^[\s,;。!、]*$/u.test(marked.text.slice(last.end, start))) last.end = end;
    else joined.push({ start, end });
  }
  const words = joined
    .map(({ start, end }) =>
      marked.plain.words(start, end).replace(/^[\s,，;；:：、。.!！~～—-]+|[\s,，;；、。.!！]+$/gu, ''),
    )
    .filter(text => text !== '');
  return words.length > 0 ? words.join('；') : undefined;
}

/** The difficulty itself, without its heading; what is asked for (需…协调) apart. */
function difficultyWords(marked: MarkedText, blockers: readonly Stretch[]): { note: string; need?: string } {
  const [first, ...rest] = blockers;
  if (!first) return { note: '' };
  const heading = difficultyHeading(marked.shape.slice(first.start, first.end));
  const inner = { ...first, start: first.start + heading };
  const parts = inner.start < inner.end ? [inner, ...rest] : rest;
  const [difficulty, ...needs] = parts;
  const note = (difficulty && wordsOf(marked, [difficulty])) ?? wordsOf(marked, blockers) ?? '';
  const need = wordsOf(marked, needs);
  return need === undefined ? { note } : { note, need };
}
