// What the whole of a message makes of the reports in it: exceptions, commands to programs, last words over everything.
import { gateOf, splitClauses } from './clauses';
import { type Frame } from './frames';
import { copiedFrom, takenBack } from './gates';
import { type MarkedText } from './marks';
import { isCourtesy, isTailQuestion } from './report-doubts';

const excluding = /除了?[^,;。]{0,8}[\d一二三四五六七八九十][^,;。]{0,6}外/u;
const allDone = /(?:都|均|全部|其余|其他|剩下)[^,;。]{0,4}(?:完成|办结|搞定|落实|到位)/u;
/** Text that is to do something to a program, and no report of anybody's. */
const commands =
  /\b(?:drop\s+table|delete\s+from|insert\s+into|truncate\s+table|union\s+select|or\s+1\s*=\s*1|update\s+\w+\s+set)\b|ignore\s+(?:all\s+)?(?:previous|above)|忽略.{0,6}(?:指令|规则|要求|提示)|system\s*:/iu;

/** The acts of a message, its reports asked about or asked back where the rest of it speaks against them. */
export function withoutFalse(marked: MarkedText, frames: readonly Frame[]): readonly Frame[] {
  if (!frames.some(({ intent }) => intent === 'progress_update'))
    return frames.every(({ intent }) => intent === 'none') &&
      ((excluding.test(marked.text) && allDone.test(marked.text)) ||
        (saidWrongly.test(marked.text) && marked.within('tasks', 0, marked.text.length).length === 1))
      ? [{ intent: 'clarify', about: 'unsure' }]
      : frames;
  const closing = closingOf(marked);
  // "除41外，38至43都已完成": which they are has to be said.
  const isUnsure =
    closing === 'doubt' ||
    deniesOne(marked.text, frames) ||
    exceptsOne(marked, frames) ||
    spacedFigures.test(marked.text) ||
    restDone.test(marked.text) ||
    crossed.test(marked.plain.words(0, marked.text.length)) ||
    (/接龙|排队|座位|床位|排号/u.test(marked.text) && /(?<![第\d])\d{1,3}号/u.test(marked.text)) ||
    excluding.test(marked.text) ||
    commands.test(marked.text);
  if (!isUnsure && closing === null) return frames;
  return frames.map(frame => {
    if (frame.intent !== 'progress_update') return frame;
    return isUnsure
      ? { intent: 'clarify', about: 'unsure' }
      : { intent: 'task_detail', tasks: frame.tasks.map(({ no }) => ({ no })), aspect: 'status' };
  });
}

/** "87到91项，90还在施工，其余都办结了": which they are has to be said. */
const restDone =
  /(?:其余|其他|其它|剩下|余下)(?:的|几项|各项|任务)*(?:都|均|全部|全|已经?)+[^,;。]{0,3}(?:完成|办结|搞定|落实|[做弄办搞]完)/u;
/** "第144项完成❌" */
const crossed = /[❌✖🚫👎✗✘❎⛔]/u;
/** "39已完成⏎不是39，是40": a number that was reported is said not to have been meant. */
function deniesOne(text: string, frames: readonly Frame[]): boolean {
  const denied = [
    ...text.matchAll(
      /(?:不是|并非)\s*(?:第|#|任务)?\s*(\d{1,3})\s*(?:项|号)?(?=\s*(?:$|[,。;!?\n]|是|而是|应该|(?:已经?)?(?:完成|办结|搞定|弄完|做完)))/gu,
    ),
  ].map(([, no]) => Number(no));
  return frames.some(
    frame =>
      frame.intent === 'progress_update' &&
      frame.tasks.some(({ no, percent }) => denied.includes(no) && percent !== no),
  );
}

/** "第 3 8 项完成": 38 with a blank in it, or two numbers. */
const spacedFigures = /第\s*\d(?:\s+\d)+\s*[项号]/u;

/** "1-5项，第3项未完成，其余完成" */
const theRest = /(?:其余|其他|其它|剩下|剩余)[^,;。]{0,4}(?:完成|办结|搞定|落实|到位)/u;
const exception = new RegExp(
  '(?:不含|不包括|除了?|除去|除开|扣除|不算)(?:第)?(\\d{1,3})|(?<!\\d)(\\d{1,3})\\s*(?:项|号)?\\s*(?:除外|以外|之外|例外|不算|不含|没|未|还没|尚未|待|不在内)',
  'gu',
);

/**
 * "1-5项完成，3项除外", "1到5项都完成了，3没有": one of several numbers that were reported together stands again, and what is
 * said of it there is not what was said of them all.
 */
function exceptsOne(marked: MarkedText, frames: readonly Frame[]): boolean {
  const groups = marked.within('tasks', 0, marked.text.length);
  const together = groups.filter(({ nos }) => nos.length > 1);
  const apart = [...marked.text.matchAll(exception)]
    // "38、39还没启动" is said of both.
    .filter(({ index, 0: { length } }) => !together.some(({ start, end }) => start < index + length && index < end))
    .map(([, after, before]) => Number(after ?? before));
  if (together.length > 0 && theRest.test(marked.text)) return true;
  return frames.some(
    frame =>
      frame.intent === 'progress_update' &&
      frame.tasks.some(({ no, status }) => {
        if (!together.some(({ nos }) => nos.includes(no))) return false;
        const stands = groups.filter(({ nos }) => nos.includes(no)).length;
        return apart.includes(no) || (stands > 1 && (status === 'done' || reportedTwice(frame.tasks, no)));
      }),
  );
}

const reportedTwice = (tasks: readonly { no: number }[], no: number): boolean =>
  tasks.filter(task => task.no === no).length > 1;

/** "第133项那个“已完成”是我点错了": something is to be put right, and what has to be asked. */
const saidWrongly = /我[^,。;!?\n]{0,4}[点按选报填写发说弄搞]错了/u;

const overAll = /^[(（]?(?:以上|上述|上面|前面|均|都|全是|全部|这些)/u;

const remarkAtEnd = /(?:[(][^()]*[)]|[-—]{1,2}[^-—()]{2,20})[。.!\s]*$/u;

/** "71已完成；73完成60%，以上不属实", "…（均为计划数）", "…，对不对？": the last words speak of everything before them. */
function closingOf(marked: MarkedText): 'doubt' | 'question' | null {
  const last = splitClauses(marked).findLast(clause => !isCourtesy(clause));
  if (!last) return null;
  const remark = remarkAtEnd.exec(marked.text.slice(0, last.end))?.[0];
  if (remark !== undefined && (takenBack.test(remark) || copiedFrom.test(remark))) return 'doubt';
  if (marked.within('tasks', last.start, last.end).length > 0) return null;
  const words = marked.text.slice(last.start, last.end);
  if (isTailQuestion({ ...last, shape: words })) return 'question';
  if (takenBack.test(words) || copiedFrom.test(words)) return 'doubt';
  return overAll.test(words) && gateOf(last) !== null ? 'doubt' : null;
}
