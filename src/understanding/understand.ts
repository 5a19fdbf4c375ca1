// understand: what a message means, by rules alone: no model, no network, no clock.
import {
  askedApart,
  carryAspect,
  notThisButThat,
  turnedRound,
  undoneInReport,
  urgedInTwo,
  withCause,
} from './across-clauses';
import { type CivilDate } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';
import { type UnitNames } from '../directory/unit-names';
import { type Clause, splitClauses } from './clauses';
import { type Explain, noExplanation } from './explain';
import { type Frame, type QuotedContext, type Reading, type TalkContext } from './frames';
import { readHeadedLists } from './headed-lists';
import { joinFrames, markMissing } from './join-frames';
import { type MarkedText, shaped } from './marks';
import { readOffice } from './read-office';
import { alsoUrged } from './also-urged';
import { comesBack, opensAnothers } from './lead-words';
import { mayGoOn, quotedNos, quotedSegment, shownItems } from './quoted-tasks';
import { isOddAndGated, type LooseView, readLoose } from './read-loose';
import { readIdentity } from './read-identity';
import { readQuestion } from './read-question';
import { correctionWords, readDraftCorrection } from './read-correction';
import { type ReportSituation } from './read-report';
import { readSegment } from './read-segment';
import { readSettings } from './read-settings';
import { isUndo, readTalk } from './read-talk';
import { namesOther, speaksFor } from './report-doubts';
import { scan } from './scan';
import { type Segment, segmentsOf } from './segments';
import { withoutFalse } from './whole-message';

/** What a message is read against. */
export interface Situation {
  today: CivilDate;
  calendar: WorkCalendar;
  /** The sender's unit by its canonical name; null when not bound yet. */
  senderUnit: string | null;
  names: UnitNames;
  quoted?: QuotedContext;
  talk?: TalkContext;
  taskExists: (no: number) => boolean;
  /** Short names of the lists a number may be prefixed with (营商38). */
  listNames: string[];
  /** Told which words were read how, for `--explain`. */
  explain?: Explain;
}

/** A message that speaks of more numbers than this is a document, and no report of anybody's. */
const mostSegments = 60;
const none: Frame = { intent: 'none' };

/** The acts of a message. Never throws. */
export function understand(text: string, situation: Situation): Reading {
  const marked = scan(text, situation);
  if (situation.explain) explainSlots(marked, situation.explain);
  const read = askedApart(marked, words => actsOf(scan(words, situation), situation)) ?? actsOf(marked, situation);
  const frames = read.map(frame => markMissing(frame, situation.taskExists));
  const [frame = none, ...also] = frames;
  const unread = frames.some(({ intent }) => intent === 'progress_update') ? numbersBeside(marked, frames) : [];
  return { frame, also, ...(unread.length > 0 ? { unread } : {}) };
}

/** "38、39都弄完了，106差个章": 106 must not be taken for recorded. */
function numbersBeside(marked: MarkedText, frames: readonly Frame[]): number[] {
  const told = new Set(frames.flatMap(frame => ('tasks' in frame ? (frame.tasks ?? []).map(({ no }) => no) : [])));
  const named = marked.within('tasks', 0, marked.text.length).flatMap(({ nos }) => nos);
  return [...new Set(named)].filter(no => !told.has(no));
}

function actsOf(marked: MarkedText, situation: Situation): Frame[] {
  const frames = joinFrames(readFrames(marked, situation));
  return joinFrames(withoutFalse(marked, frames)).filter(frame => frame.intent !== 'none');
}

function explainSlots(marked: MarkedText, explain: Explain): void {
  for (const { kind, start, end, ...value } of marked.marks)
    explain.slot({
      kind,
      words: marked.plain.words(start, end),
      ...(Object.keys(value).length > 0 ? { value } : {}),
    });
}

function readFrames(marked: MarkedText, situation: Situation): Frame[] {
  const explain = situation.explain ?? noExplanation;
  const talk = readTalk(marked, situation.names, situation.talk);
  if (talk) {
    explain.rule(talk.intent, marked.text);
    return [talk];
  }
  const order = readOffice(marked, quotedNos(situation.quoted).length === 1, situation);
  if (order) {
    explain.rule(order.intent, marked.text);
    return [order];
  }
  const setting = readSettings(marked);
  if (setting) {
    explain.rule('reminder_settings', marked.text);
    return [setting];
  }
  const clauses = splitClauses(marked);
  const headed = readHeadedLists(marked, clauses, situation);
  if (headed) {
    explain.rule('headed list', marked.text);
    return headed;
  }
  const { opening, segments } = segmentsOf(marked, clauses);
  if (segments.length > mostSegments) {
    explain.rejected('too many numbers', marked.text.slice(0, 40));
    return [{ intent: 'clarify', about: 'too_wide' }];
  }
  // "我是古楼街道陈静，第87项已完成": said by somebody not known yet.
  const [said] = opening;
  const speaker =
    situation.senderUnit === null && segments.length > 0 && said ? readIdentity(marked, said.shape) : null;
  const introduced = speaker?.intent === 'identity' && speaker.action === 'bind' ? [speaker] : [];
  const corrects = opening.some(clause => correctionWords.test(clause.shape));
  const split = segments.map(segment => splitOff(marked, segment));
  const view: LooseView = { explain, today: situation.today, quotesTasks: quotedNos(situation.quoted).length > 0 };
  const urged = urgedInTwo(marked, opening, segments);
  if (urged) return [urged];
  const turned = turnedRound(marked, opening, segments);
  if (turned) return readNumbered(marked, turned, opening.slice(0, -1), { ...situation, explain, corrects });
  const instead = segments.length === 0 ? readDraftCorrection(marked, situation.talk) : null;
  if (instead) return [instead];
  const quoted = quotedSegment(marked, opening, segments, situation);
  // "收到，同意，延到9月底": a decision about the quoted task, and no request or report of the speaker's own.
  if (quoted && opening.some(({ shape, closing }) => decides.test(shape) && !/\?/u.test(closing)))
    return [{ intent: 'clarify', about: 'unsure' }];
  const frames = quoted
    ? readSegment(marked, quoted, [], { ...situation, explain, corrects })
    : [
        ...(segments.length === 0 && opening.length > 1 ? undone(opening) : []),
        ...readLoose(marked, segments.length > 0 ? opening.filter(asksApart) : opening, view),
      ];
  // "我希望71已完成，73完成60%"
  const areAnothers = opening.some(
    clause =>
      isOddAndGated(clause) ||
      saysOther(marked, clause, situation.senderUnit) ||
      speaksFor(marked, clause, situation.senderUnit),
  );
  let carried: Frame[] | null = areAnothers ? [{ intent: 'clarify', about: 'unsure' }] : null;
  let wasNothing = false;
  split.forEach(({ segment, loose }, i) => {
    const before = i === 0 ? opening : [];
    const read = readNumbered(marked, segment, before, { ...situation, explain, corrects });
    carried = carriedOn(marked, segment, read, carried);
    // "第38项完成后再谈第39项": the second number is only the end of the first one's clause.
    const isObject = wasNothing && segment.lead.start === segment.lead.end && read.every(asksDetail);
    wasNothing = read.every(isNothing);
    const urged = alsoUrged(marked, segment, read, frames.at(-1));
    if (urged) {
      frames[frames.length - 1] = urged;
      return;
    }
    frames.push(
      ...(isObject || (carried && read.some(storesReport)) ? (carried ?? [none]) : read),
      ...readLoose(marked, loose, view),
    );
  });
  carryAspect(marked, segments, frames);
  notThisButThat(marked, segments, frames);
  undoneInReport(segments, frames);
  // "申请延期，137项，材料没齐": the clause that asks has its number after all.
  if (frames.some(frame => frame.intent === 'request_extension')) {
    const untied = frames.findIndex(frame => frame.intent === 'clarify' && frame.about === 'which_task');
    if (untied === 0) frames.shift();
  }
  const [only] = frames;
  if (only?.intent === 'report_blocker' && frames.length === 1 && segments.length === 1)
    frames[0] = { ...only, note: withCause(marked, opening, only.note) };
  // "更正，第53项是50%": the word stands in a clause of its own.
  return [
    ...introduced,
    ...(corrects
      ? frames.map(frame => (frame.intent === 'progress_update' ? { ...frame, correction: true } : frame))
      : frames),
  ];
}

/** "税务局反馈：1.…": the heading names another unit. */
const saysOther = (marked: MarkedText, { start, end, shape }: Clause, senderUnit: string | null): boolean =>
  /:\s*$/u.test(shape) &&
  (lastYears.test(marked.text.slice(start, end)) ||
    (namesOther(marked, start, end, senderUnit) && !/^\s*(?:尊敬|敬爱)的/u.test(shape)));
const lastYears = /去年|上年|前年|往年/u;

const isNothing = ({ intent }: Frame): boolean => intent === 'none' || intent === 'clarify';
const asksDetail = ({ intent }: Frame): boolean => intent === 'task_detail';
const storesReport = ({ intent }: Frame): boolean =>
  intent === 'progress_update' || intent === 'report_blocker' || intent === 'close_blocker';

/**
 * "小张：71已完成，73完成60%", "下步计划：71完成80%；73完成60%": what the words before one number made of it holds for the
 * numbers after it, until the speaker comes back to himself (我局…, 目前…).
 */
function carriedOn(
  marked: MarkedText,
  { lead, under }: Segment,
  read: Frame[],
  carried: Frame[] | null,
): Frame[] | null {
  const before = marked.shape.slice(lead.start, lead.end);
  if (carried && before !== '' && comesBack.test(before)) return null;
  const asks = read.every(asksDetail) && /:\s*$/u.test(before);
  return (
    carried ??
    ((asks || read.every(isNothing)) &&
    (under !== undefined || opensAnothers(before) || lastYears.test(marked.text.slice(lead.start, lead.end)))
      ? read
      : null)
  );
}

/** "截至8月15日，38完成80%", "我是审批局的，38已完成": leads to the report, and asks for nothing. */
const onlyLeads = shaped('^(?:我们?|这[里边])?(?:是|代表)?(?:截[至止])?(?:<date>|<own>|<unit>|的|这边|[\\s、])+$');
const asksApart = ({ shape, closing }: Clause): boolean => closing !== ',' || !onlyLeads.test(shape);

/** "撤回，然后导出台账": taken back first, and something else asked for. */
function undone([first]: readonly Clause[]): Frame[] {
  return first && first.under === undefined && isUndo(first.shape) && !first.closing.includes('?')
    ? [{ intent: 'undo' }]
    : [];
}

/** Cuts off the clauses after a number that are questions of their own: "第20项完成了，再看看我局本月还有啥". */
function splitOff(marked: MarkedText, segment: Segment): { segment: Segment; loose: Clause[] } {
  const at = segment.more.findIndex(clause => isOwnAct(marked, clause));
  if (at < 0) return { segment, loose: [] };
  return { segment: { ...segment, more: segment.more.slice(0, at) }, loose: segment.more.slice(at) };
}

const asksItself = /[吗啥]|呢$|哪|什么|多少|几项|谁|看|查|列|导出|统计|汇总|帮|(?:任务|事项|情况)(?:呢)?$/u;

function isOwnAct(marked: MarkedText, clause: Clause): boolean {
  const act = readQuestion(marked, clause);
  if (act === null || act.intent === 'remind_others' || act.intent === 'export') return act !== null;
  return asksItself.test(clause.shape) || clause.closing.includes('?');
}

const decides =
  /^(?:我们?|现|原则上|完全|领导)*(?:不?同意|不?批准|不准|准予|准许|驳回|可以(?:延|再延|宽限)(?![^,]*(?:吗|不|么|行不行|可不可以)$))/u;

/** A segment with its positions made numbers; asks back where they cannot be. */
function readNumbered(
  marked: MarkedText,
  segment: Segment,
  before: readonly Clause[],
  situation: Situation & ReportSituation,
): Frame[] {
  if (!segment.positions) {
    const frames = readSegment(marked, segment, before, situation);
    return frames.every(frame => frame.intent === 'none') ? [questionAround(marked, segment) ?? none] : frames;
  }
  const shown = shownItems(situation);
  const isCut = mayGoOn(shown.length, situation);
  const nos = segment.nos.map(
    pos => (pos < 0 ? (isCut ? undefined : shown.at(pos)) : shown.find(item => item.pos === pos))?.no,
  );
  const known = nos.filter(no => no !== undefined);
  const numbered = { ...segment, nos: known.length > 0 ? known : [1] };
  const frames = readSegment(marked, numbered, before, situation);
  if (frames.every(frame => frame.intent === 'none')) return frames;
  return known.length === nos.length ? frames : [{ intent: 'clarify', about: 'position' }];
}

/** A clause whose number belongs to a question after all: "看看38以外我局本周的任务". */
function questionAround(marked: MarkedText, { lead, body, more }: Segment): Frame | null {
  if (more.length > 0) return null;
  const shape = marked.shape.slice(lead.start, body.end);
  return body.closing.includes('?') || asksItself.test(shape)
    ? readQuestion(marked, { start: lead.start, end: body.end, shape, closing: body.closing })
    : null;
}
