// Clauses that name no task: questions, requests for the whole, or a fact that must be tied to a task first.
import { type Clause, gateOf } from './clauses';
import { type Explain } from './explain';
import { type Frame } from './frames';
import { type MarkedText } from './marks';
import { asksForTime } from './read-extension';
import { onlyFormat } from './read-export';
import { type Question } from './question-scope';
import { isUntiedFact, readQuestion } from './read-question';
import { isStillToCome } from './report-doubts';

export interface LooseView {
  explain: Explain;
  today: string;
  /** True where the message quotes tasks of its own. */
  quotesTasks: boolean;
}

/** A message of more pieces is a document; nobody asks with it. */
const mostClauses = 60;
const oddReport = /\d\s*(?:项|号)?\s*(?:都|均|全部|也)?(?:已经?)?(?:完成|进度|办结|推进中|搞定)/u;
/** "我希望71已完成，…": a number nobody marked, and a fact that is none. */
export const isOddAndGated = (clause: Clause): boolean => oddReport.test(clause.shape) && gateOf(clause) !== null;
const everything = /全部|所有|全都|都完成|任务(?:已|都|均)/u;

export function readLoose(marked: MarkedText, all: readonly Clause[], view: LooseView): Frame[] {
  const { explain } = view;
  const clauses = all.slice(0, mostClauses);
  const questions = readLooseQuestions(marked, clauses);
  for (const { frame, words } of questions) explain.rule(frame.intent, words);
  if (questions.length > 0) return questions.map(({ frame }) => frame);
  const wordsOf = ({ start, end }: Clause): string => marked.plain.words(start, end);
  const stated = clauses.filter(clause => gateOf(clause) === null && !marked.isQuoted(clause.end - 1));
  const untied = stated.find(
    clause =>
      isUntiedFact(marked, clause) &&
      (/已|了/u.test(clause.shape) || !isStillToCome(marked, clause.start, clause.end, view.today)),
  );
  if (untied) {
    explain.rejected('fact without a task', wordsOf(untied));
    const about = everything.test(untied.shape) && !/\d/u.test(untied.shape) && !view.quotesTasks;
    return [{ intent: 'clarify', about: about ? 'too_wide' : 'which_task' }];
  }
  const asked = clauses.find(clause => asksForTime(marked, clause));
  if (asked) {
    explain.rejected('extension without a task', wordsOf(asked));
    return [{ intent: 'clarify', about: 'which_task' }];
  }
  // "3 8完成80%": a number and a fact that do not make one report.
  const odd = stated.find(clause => oddReport.test(clause.shape));
  if (!odd) return [];
  explain.rejected('number and fact apart', wordsOf(odd));
  return [{ intent: 'clarify', about: 'unsure' }];
}

const longestQuestion = 120;
const asksPlainly = /[?]|吗|呢$|哪|什么|多少|几[项个条]|谁|导出|帮我|给我|麻烦/u;
const joinable: readonly Frame['intent'][] = ['query_tasks', 'export'];
/** "导出台账，本周还有哪些任务": a question of its own. */
const asking = /哪|什么|啥|多少|几[项个条]|谁|吗|呢$|看|查|列|导|催|提醒|统计|排名/u;

/** Questions over neighbouring clauses: a clause that only narrows (，8月底之前的) belongs to the one before it. */
export function readLooseQuestions(marked: MarkedText, clauses: readonly Clause[]): { frame: Frame; words: string }[] {
  const found: { frame: Frame; question: Question }[] = [];
  // Nobody asks the list with half a sentence of a letter.
  const isLong = marked.text.length > longestQuestion;
  for (const clause of clauses) {
    if (clause.under === 'notice' || clause.under === 'quotation' || clause.under === 'example') continue;
    const frame = readQuestion(marked, clause);
    const last = found.at(-1);
    if (last && joinable.includes(last.frame.intent) && last.question.end <= clause.start) {
      const joined: Question = {
        start: last.question.start,
        end: clause.end,
        shape: marked.shape.slice(last.question.start, clause.end),
        closing: clause.closing,
      };
      const isExport = last.frame.intent === 'export';
      const belongs = isExport
        ? onlyFormat.test(clause.shape) || (narrows(marked, last.question, clause) && !asking.test(clause.shape))
        : narrows(marked, last.question, clause);
      const wider = belongs ? readQuestion(marked, joined) : null;
      if (wider?.intent === last.frame.intent) {
        found[found.length - 1] = { frame: wider, question: joined };
        continue;
      }
    }
    if (frame && !(isLong && frame.intent === 'query_tasks' && !asksPlainly.test(clause.shape + clause.closing)))
      found.push({ frame, question: clause });
  }
  return found.map(({ frame, question }) => ({ frame, words: marked.plain.words(question.start, question.end) }));
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
