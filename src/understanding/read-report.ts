// What a report says: the facts of its clauses, the notes beside them, the difficulties; and the doubts that stop it.
import { type CivilDate } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';
import { type Clause, gateOf } from './clauses';
import { type Gate } from './gates';
import { doneVerb } from './fact-words';
import { difficultyAt, type Fact, factAt } from './facts';
import { type Explain } from './explain';
import { type Frame, type TaskReport } from './frames';
import { isHeading } from './headed-lists';
import { type MarkedText, shaped } from './marks';
import { correctionWords } from './read-correction';
import { contradiction, isStillToCome, isTailQuestion, namesOther } from './report-doubts';
import { difficultyWords, inOrder, wordsOf } from './report-notes';
import { type Segment, type Stretch } from './segments';
import { settled } from './order-forms';

/** What a report is read against. */
export interface ReportSituation {
  senderUnit: string | null;
  today: CivilDate;
  calendar?: WorkCalendar;
  explain: Explain;
  /** Another clause says that this puts something right: 更正，38应该是60%. */
  corrects: boolean;
}

const unsure = (): Frame => ({ intent: 'clarify', about: 'unsure' });
const none: Frame = { intent: 'none' };

/** "已完成第38、39项": the fact stands before the numbers. */
export const doneBefore = shaped(
  `^(?:[\\s,]|<own>|我们?|这边|刚|今天|终于|总算|已经?|报告|您好|领导)*${doneVerb}了[\\s:]*$|` +
    '^(?:[\\s,]|<own>|现|特|请|报告|您好|领导|我们)*申请(?:核销|办结|销号)[\\s:]*$|^(?:[\\s,]|<own>)*(?:已经?)?(?:完成|办结|搞定|销号)了?的是[\\s:]*$|(?:已经?|全部|均已?|都已?|刚刚?)(?:完成|办结|搞定|做完|办完|落实到位)(?:了)?(?:<quantity>)?[\\s:、的]*(?:任务|事项|工作|有|是)?[\\s:]*$',
);

const doneLead = shaped(`^(?:[\\s,]|<own>|我们?|这边|刚|今天|终于|总算|报告|您好|领导)*${doneVerb}[\\s:]*$`);
/** "已完成第38项", "完成第38项了": the words of the fact before the number, or around it. */
export const isDoneBefore = (leadShape: string, bodyShape: string): boolean =>
  doneBefore.test(leadShape) || (doneLead.test(leadShape) && /^(?:任务|工作)?了[\s.!]*$/u.test(bodyShape));

interface ReportView extends ReportSituation {
  gate: Gate | null;
  leadShape: string;
}

interface Told {
  facts: Fact[];
  notes: Stretch[];
  blockers: Stretch[];
  doubtful: boolean;
}

/** The report a segment makes, or a question back, or nothing. */
export function readReport(marked: MarkedText, segment: Segment, view: ReportView): Frame[] {
  const { body, more } = segment;
  const told: Told = { facts: [], notes: [], blockers: [], doubtful: false };
  if (view.gate === null) readClause(marked, body, told, 'any');
  else told.notes.push(body);
  for (const clause of more) {
    if (isTailQuestion(clause)) continue;
    // What stands under the next heading is said of other numbers.
    if (isHeading(marked, clause)) break;
    const gate = gateOf(clause);
    if (gate === 'question') continue;
    // "38已完成，可能吧"
    if (gate === 'doubt' && clause.shape.length <= 8) told.doubtful = true;
    if (gate === null && contradictsPercent(marked, clause, told)) told.doubtful = true;
    if (gate === null) readClause(marked, clause, told, mayState(clause, told, view));
    // "需区行政审批局协调" asks for help with the difficulty: part of it, though no statement of how far the task is.
    else if (difficultyAt(clause.shape) >= 0 && (gate === 'demand' || gate === 'plan' || gate === 'wish'))
      told.blockers.push({
        ...clause,
        start: clause.start + (told.blockers.length > 0 ? 0 : difficultyAt(clause.shape)),
      });
    else told.notes.push(clause);
  }
  // "已完成第38项，正在推进39项": what follows is said of something else.
  if (
    told.facts.some(({ status }) => status !== 'done') &&
    told.facts.every(({ start }) => start > body.end) &&
    isDoneBefore(view.leadShape, marked.shape.slice(body.start, body.end))
  )
    told.doubtful = true;
  if (
    told.facts.length === 0 &&
    isDoneBefore(view.leadShape, marked.shape.slice(body.start, body.end)) &&
    view.gate === null &&
    (told.notes.every(
      note => note.start >= body.start && /^了[\s.!]*$/u.test(marked.shape.slice(note.start, note.end)),
    ) ||
      told.notes.every(note => note.start > body.end))
  ) {
    told.notes = told.notes.filter(note => note.start > body.end);
    told.facts.push({
      status: 'done',
      percents: [],
      start: body.start,
      end: body.start,
      headEnd: body.start,
      keepWords: false,
      doubtful: false,
    });
  }
  return outcome(marked, segment, told, view);
}

/** Work was done, though how far it is has not been said: 71本季度又办理300件. Asked about, not passed over. */
const worked =
  /完成(?!时[限间]|期限)|办结|进度|进展|落实(?!好)|(?:只|就|仅)(?:还)?[差剩欠]|也是$|一样$|同上$|也如此$|补充|又|新增|累计|(?:办理|受理|组织|召开|走访|培训|发放|印发|出台|建立|举办|开展|接待|解决|整改|检查|协调|对接)(?:了|过|\d|[一两二三四五六七八九十])/u;
/** How things stand: 目前完成60%, 我局部分已完成. */
const statesNow = shaped('^(?:<own>(?:的|这)?(?:部分|工作)?)?(?:目前|现在?|已|截至|当前)');

/** "38上周完成80%，本周完成90%": two measures of one task; which one is to be kept has to be said. */
function contradictsPercent(marked: MarkedText, clause: Clause, { facts }: Told): boolean {
  const said = facts.flatMap(fact => fact.percents);
  if (said.length === 0) return false;
  const later = factAt(marked, clause.start, clause.end)?.percents ?? [];
  return later.some(percent => !said.includes(percent));
}

/** "110 已完成 推进中": two states of one task. */
const anotherState =
  /^[\s,:、]*(?:还在|仍在|正在|在)?(?:(?:推进|进行|办理|实施|整改)(?:之|当)?中|推进|未完成|没完成|未启动|未办结|没启动)[\s.]*$/u;
const saysOtherwise = (shape: string): boolean => contradiction.test(shape) || anotherState.test(shape);

type MayState = 'any' | 'percent' | 'no';

/** Which facts a later clause may still state. */
function mayState({ shape }: Clause, { facts }: Told, { gate }: ReportView): MayState {
  // After a plan only a plain statement of how things stand counts: "计划月底办结，目前完成60%".
  const isStatement = statesNow.test(shape);
  if (facts.length === 0) return gate === null || isStatement ? 'any' : 'no';
  if (isStatement && facts.every(fact => fact.keepWords || fact.end === fact.start)) return 'any';
  // "推进中，完成40%": the measure of what was said before.
  return facts.every(fact => fact.status === 'in_progress' && fact.percents.length === 0) ? 'percent' : 'no';
}

/** Reads a clause's fact (where it may state one), its difficulty, and what is left as note. */
function readClause(marked: MarkedText, clause: Stretch, told: Told, may: MayState): void {
  let { start } = clause;
  if (may !== 'no') {
    const fact = factAt(marked, start, clause.end);
    if (fact && (may === 'any' || fact.percents.length > 0)) {
      told.facts.push(fact);
      if (fact.doubtful) told.doubtful = true;
      if (!fact.keepWords) start = fact.end;
      // "推进中 完成70%": the measure behind a blank.
      const measure =
        fact.status === 'in_progress' && fact.percents.length === 0 && /[\s【[]/u.test(marked.text[start] ?? '')
          ? factAt(marked, start, clause.end)
          : null;
      if (measure && measure.percents.length > 0 && !measure.doubtful) {
        told.facts.push(measure);
        start = measure.end;
      }
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

function outcome(marked: MarkedText, segment: Segment, told: Told, view: ReportView): Frame[] {
  const { explain } = view;
  const { nos } = segment;
  const { facts, notes, blockers } = told;
  const words = marked.plain.words(segment.lead.start, segment.body.end);
  const note = wordsOf(marked, notes);
  const heads = headsOf(segment, facts);
  // "区税务局38已完成", said by somebody of another unit, is no report of the speaker's own.
  if (
    (facts.length > 0 || blockers.length > 0) &&
    heads.some(head => namesOther(marked, head.start, head.end, view.senderUnit))
  ) {
    explain.rejected('another unit', words);
    return [unsure()];
  }
  // "38完成60%，38的堵点已解决"
  if (
    facts.length === 0 &&
    view.gate === null &&
    saysFreed.test(marked.text.slice(segment.body.start, segment.body.end))
  ) {
    explain.rule('close_blocker', words);
    return [{ intent: 'close_blocker', tasks: nos.map(no => ({ no })), text: null }];
  }
  if (facts.length === 0 && blockers.length > 0 && view.gate === null) {
    explain.rule('report_blocker', words);
    return [{ intent: 'report_blocker', tasks: nos.map(no => ({ no })), ...difficultyWords(marked, told) }];
  }
  if (facts.length === 0) {
    explain.rejected('no fact', words);
    return [view.gate === 'plan' || !worked.test(words) ? none : unsure()];
  }
  const contradicted =
    facts.some(fact => fact.status === 'done') &&
    notes.some(part => saysOtherwise(marked.shape.slice(part.start, part.end)));
  if (
    facts.length > 0 &&
    !isUnderWayUntil(marked, segment, facts) &&
    heads.some(head => isStillToCome(marked, head.start, head.end, view.today))
  ) {
    explain.rejected('a time still to come', words);
    return [unsure()];
  }
  // "38应该是60%" alone may be a guess.
  if (/应该/u.test(marked.text.slice(segment.body.start, segment.body.end)) && !view.corrects) {
    explain.rejected('doubt', words);
    return [unsure()];
  }
  const statuses = new Set(facts.map(fact => fact.status));
  const percents = facts.flatMap(fact => fact.percents);
  if (told.doubtful || contradicted || (statuses.size > 1 && statuses.has('done'))) {
    explain.rejected('doubtful', words);
    return [unsure()];
  }
  const correction = correctionWords.test(marked.shape.slice(segment.lead.start, segment.body.end));
  const status = facts.find(fact => fact.percents.length > 0)?.status ?? facts[0]?.status ?? 'in_progress';
  const shares = percents.length > 1 ? (percents.length === nos.length ? percents : null) : nos.map(() => percents[0]);
  if (!shares) return [unsure()];
  const blocker = blockers.length > 0 ? wordsOf(marked, blockers) : undefined;
  const said = blocker === undefined ? undefined : wordsOf(marked, inOrder([...notes, ...blockers]));
  explain.rule(`progress_update: ${status}`, words);
  const freed = segment.more.some(
    clause => gateOf(clause) === null && saysFreed.test(marked.text.slice(clause.start, clause.end)),
  );
  return [
    {
      intent: 'progress_update',
      tasks: nos.map((no, i): TaskReport => ({
        no,
        status: shares[i] === 100 ? 'done' : status === 'done' && (shares[i] ?? 100) < 100 ? 'in_progress' : status,
        ...(shares[i] === undefined || (status === 'done' && shares[i] === undefined) ? {} : { percent: shares[i] }),
        ...(note === undefined ? {} : { note }),
        ...(blocker === undefined ? {} : { blocker, said }),
      })),
      ...(correction ? { correction: true } : {}),
    },
    ...(freed ? [{ intent: 'close_blocker', tasks: nos.map(no => ({ no })), text: null } as const] : []),
  ];
}

/** "88 区农业农村局 2023年8月底 推进中": the day is the limit. */
const underWayAtEnd = /(?:推进|进行|办理|实施|整改)(?:之|当)?中[\s.]*$/u;
const isUnderWayUntil = (marked: MarkedText, { body }: Segment, facts: readonly Fact[]): boolean =>
  facts.every(({ status, percents }) => status === 'in_progress' && percents.length === 0) &&
  underWayAtEnd.test(marked.text.slice(body.start, body.end));

/** "38完成60%，堵点已解决": the difficulty reported before is over. */
const saysFreed = new RegExp(
  `^(?:目前|现在|现|原有?|之前|此前|前期|上次|反映|反馈|上报|该|的|相关|所有|各)*(?:堵点|难点|卡点)(?:问题|事项)?${settled}$`,
  'u',
);

/** The words that lead to each fact, from the beginning of its clause; to the number, where there is none. */
function headsOf({ lead, body }: Segment, facts: readonly Fact[]): { start: number; end: number }[] {
  if (facts.length === 0) return [{ start: lead.start, end: body.start }];
  return facts.map(({ start, headEnd }) => ({
    start: start >= body.start && start <= body.end ? lead.start : start,
    end: Math.max(headEnd, start),
  }));
}
