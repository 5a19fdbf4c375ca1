// understand: what a message means, by rules alone: no model, no network, no clock.
import { type CivilDate } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';
import { type UnitNames } from '../directory/unit-names';
import { type Clause, gateOf, insideQuotes, splitClauses } from './clauses';
import { type Frame, type QuotedContext, type Reading, type TalkContext } from './frames';
import { joinFrames, markMissing } from './join-frames';
import { type MarkedText } from './marks';
import { isUntiedFact, type Question, readQuestion } from './read-question';
import { correctionWords, type Explain } from './read-report';
import { readSegment } from './read-segment';
import { readSettings } from './read-settings';
import { readTalk } from './read-talk';
import { scan } from './scan';
import { type Segment, segmentsOf } from './segments';

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

const none: Frame = { intent: 'none' };

/** The acts of a message. Never throws. */
export function understand(text: string, situation: Situation): Reading {
  const marked = scan(text, situation);
  const frames = joinFrames(readFrames(marked, situation)).map(frame => markMissing(frame, situation.taskExists));
  const acts = frames.filter(frame => frame.intent !== 'none');
  const [frame = none, ...also] = acts;
  return { frame, also };
}

function readFrames(marked: MarkedText, situation: Situation): Frame[] {
  const explain: Explain = situation.explain ?? (() => undefined);
  const talk = readTalk(marked, situation.names, situation.talk);
  if (talk) {
    explain(talk.intent, marked.text);
    return [talk];
  }
  const setting = readSettings(marked);
  if (setting) {
    explain('reminder_settings', marked.text);
    return [setting];
  }
  const { opening, segments } = segmentsOf(marked, splitClauses(marked));
  const corrects = opening.some(clause => correctionWords.test(clause.shape));
  const split = segments.map(segment => splitOff(marked, segment));
  const quoted = quotedSegment(marked, opening, segments, situation);
  const frames = quoted
    ? readSegment(marked, quoted, { ...situation, explain })
    : readLoose(marked, opening, situation, explain);
  for (const { segment, loose } of split) {
    frames.push(...readNumbered(marked, segment, situation, explain), ...readLoose(marked, loose, situation, explain));
  }
  // "更正，第53项是50%": the word stands in a clause of its own.
  return corrects
    ? frames.map(frame => (frame.intent === 'progress_update' ? { ...frame, correction: true } : frame))
    : frames;
}

/** Cuts off the clauses after a number that are questions of their own: "第20项完成了，再看看我局本月还有啥". */
function splitOff(marked: MarkedText, segment: Segment): { segment: Segment; loose: Clause[] } {
  const at = segment.more.findIndex(clause => isOwnAct(marked, clause));
  if (at < 0) return { segment, loose: [] };
  return { segment: { ...segment, more: segment.more.slice(0, at) }, loose: segment.more.slice(at) };
}

const asksItself = /[?吗啥]|哪|什么|多少|几项|谁|看|查|列|导出|统计|汇总|帮|(?:任务|事项|情况)(?:呢)?$/u;

function isOwnAct(marked: MarkedText, clause: Clause): boolean {
  return asksItself.test(clause.shape + clause.closing) && readQuestion(marked, clause) !== null;
}

/** A segment with its positions made numbers; asks back where they cannot be. */
function readNumbered(marked: MarkedText, segment: Segment, situation: Situation, explain: Explain): Frame[] {
  if (!segment.positions) {
    const frames = readSegment(marked, segment, { ...situation, explain });
    return frames.every(frame => frame.intent === 'none') ? [questionAround(marked, segment) ?? none] : frames;
  }
  const shown = shownItems(situation);
  const nos = segment.nos.map(pos => shown.find(item => item.pos === pos)?.no);
  const known = nos.filter(no => no !== undefined);
  const frames = readSegment(marked, { ...segment, nos: known.length > 0 ? known : [1] }, { ...situation, explain });
  if (frames.every(frame => frame.intent === 'none')) return frames;
  return known.length === nos.length ? frames : [{ intent: 'clarify', about: 'position' }];
}

/** A clause whose number belongs to a question after all: "看看38以外我局本周的任务". */
function questionAround(marked: MarkedText, { lead, body, more }: Segment): Frame | null {
  if (more.length > 0) return null;
  const shape = marked.shape.slice(lead.start, body.end);
  return /\?/u.test(body.closing) || asksItself.test(shape)
    ? readQuestion(marked, { start: lead.start, end: body.end, shape, closing: body.closing })
    : null;
}

/** What positions count in: the quoted list, else the one shown last. */
function shownItems({ quoted, talk }: Situation): { pos: number; no: number }[] {
  if (quoted?.type === 'task_list') return quoted.items;
  if (quoted?.type === 'task_card' || quoted?.type === 'reminder')
    return quoted.tasks.map((no, i) => ({ pos: i + 1, no }));
  return talk?.shown ?? [];
}

function quotedNos(quoted: QuotedContext | undefined): number[] {
  if (quoted?.type === 'task_list') return quoted.items.map(item => item.no);
  return quoted?.type === 'task_card' || quoted?.type === 'reminder' ? quoted.tasks : [];
}

/** A message without a number that answers a card with one task speaks of that task. */
function quotedSegment(
  marked: MarkedText,
  opening: Clause[],
  segments: Segment[],
  { quoted }: Situation,
): Segment | null {
  const nos = quotedNos(quoted);
  const [first, ...more] = opening;
  if (segments.length > 0 || nos.length !== 1 || !first) return null;
  // "我局本周任务" asks what it asks, whatever it quotes.
  if (readLooseQuestions(marked, opening).length > 0 && !/这|该|此/u.test(first.shape)) return null;
  return {
    nos,
    positions: false,
    exact: true,
    lead: { start: first.start, end: first.start, closing: '' },
    body: { start: first.start, end: first.end, closing: first.closing },
    more,
  };
}

const oddReport = /\d\s*(?:项|号)?\s*(?:已?完成|进度|已?办结|推进中)/u;

/** Clauses that name no task: questions, requests, or a fact that must be tied to a task first. */
function readLoose(marked: MarkedText, clauses: Clause[], situation: Situation, explain: Explain): Frame[] {
  const questions = readLooseQuestions(marked, clauses);
  for (const { frame, words } of questions) explain(frame.intent, words);
  if (questions.length > 0) return questions.map(({ frame }) => frame);
  const untied = clauses.find(clause => gateOf(clause) === null && isUntiedFact(marked, clause));
  if (!untied) {
    // "3 8完成80%": a number and a fact that do not make one report.
    const odd = clauses.find(
      clause => gateOf(clause) === null && oddReport.test(clause.shape) && !insideQuotes(marked.text, clause.end - 1),
    );
    return odd ? [{ intent: 'clarify', about: 'unsure' }] : [];
  }
  explain('fact without a task', marked.text.slice(untied.start, untied.end));
  const about =
    /全部|所有|全都|都完成|任务(?:已|都|均)/u.test(untied.shape) && quotedNos(situation.quoted).length === 0;
  return [{ intent: 'clarify', about: about ? 'too_wide' : 'which_task' }];
}

/** Questions over neighbouring clauses: a clause that only narrows (，8月底之前的) belongs to the one before it. */
function readLooseQuestions(marked: MarkedText, clauses: Clause[]): { frame: Frame; words: string }[] {
  const found: { frame: Frame; question: Question }[] = [];
  for (const clause of clauses) {
    const frame = readQuestion(marked, clause);
    const last = found.at(-1);
    if (last?.frame.intent === 'query_tasks' && last.question.end <= clause.start) {
      const joined: Question = {
        start: last.question.start,
        end: clause.end,
        shape: marked.shape.slice(last.question.start, clause.end),
        closing: clause.closing,
      };
      const wider = narrows(marked, last.question, clause) ? readQuestion(marked, joined) : null;
      if (wider?.intent === 'query_tasks') {
        found[found.length - 1] = { frame: wider, question: joined };
        continue;
      }
    }
    if (frame) found.push({ frame, question: clause });
  }
  return found.map(({ frame, question }) => ({ frame, words: marked.text.slice(question.start, question.end) }));
}

/** True where a clause adds a time, a role or a state that the question before it did not have, and nothing else. */
function narrows(marked: MarkedText, before: Question, clause: Clause): boolean {
  const kinds = ['date', 'unit', 'own', 'all', 'section', 'measure'] as const;
  const has = (question: Question, kind: (typeof kinds)[number]): boolean =>
    marked.within(kind, question.start, question.end).length > 0;
  if (kinds.some(kind => has(before, kind) && has(clause, kind))) return false;
  const whose = kinds.filter(kind => kind !== 'date');
  if (whose.some(kind => has(clause, kind)) && whose.some(kind => has(before, kind))) return false;
  return !/任务.*(?:哪|什么|啥|多少|吗)|统计|导出|完成情况/u.test(clause.shape);
}
