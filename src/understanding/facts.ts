// Facts: what a clause says of how far a task is: percent, done, in progress, not begun; and what stands in its way.
import { type TaskReport } from './frames';
import {
  acknowledgement,
  begun,
  denied,
  difficulty,
  difficultyHead,
  doneFact,
  doneThenMore,
  lastingFact,
  nearlyDone,
  noDifficulty,
  notBegun,
  notDone,
  percentFact,
  statementHead,
  toldBy,
  toldNext,
  underWay,
  underWayVerb,
} from './fact-words';
import { type MarkedText, shaped } from './marks';

/** A fact at the head of a clause; `end` = where the words that say it end, in the plain text. */
export interface Fact {
  status: TaskReport['status'];
  percents: number[];
  start: number;
  end: number;
  /** Where the words that lead to it end; a unit named up to here is the one that did it. */
  headEnd: number;
  /** The words say more than the status (基本完成, 过半): they belong to the note. */
  keepWords: boolean;
  /** Something speaks against taking it as it is: ask. */
  doubtful: boolean;
}

/** 目前无法推进, 目前没有进展: what is told is that nothing has moved, and that is a difficulty or nothing. */
const noStatement =
  /^(?:情况|进展|进度|内容|状态|要求|时限|期限|动态)(?:如何|怎样)?$|^(?:(?:最大|主要|突出|关键|面临)的?(?:困难|问题|难点|堵点|瓶颈)|没|未|无|不|难|卡|缺|有(?:点|些)?(?:困难|问题)|存在|遇到|还(?:没|未|不|差|缺))/u;

/** The fact at the head of a stretch of text (after the task's number), or null. */
export function factAt(marked: MarkedText, start: number, end: number): Fact | null {
  const shape = marked.shape.slice(start, end);
  const fact = ([words]: readonly string[], status: Fact['status'], more: Partial<Fact> = {}): Fact => ({
    status,
    percents: [],
    start,
    end: start + (words ?? '').length,
    headEnd: start + (words ?? '').length,
    keepWords: false,
    doubtful: false,
    ...more,
  });
  const lasting = lastingFact.exec(shape);
  if (lasting) return fact(lasting, 'long_term');
  const unbegun = notBegun.exec(shape);
  if (unbegun) return fact(unbegun, 'not_started');
  const undone = notDone.exec(shape);
  if (undone) return fact(undone, 'in_progress');
  const percent = percentFact.exec(shape);
  if (percent) return percentOf(marked, shape, start, percent, fact);
  const done = doneFact.exec(shape);
  if (done) return fact(done, 'done');
  const nearly = nearlyDone.exec(shape);
  if (nearly) return fact(nearly, 'in_progress', { keepWords: true });
  const more = doneThenMore.exec(shape);
  if (more) return fact(more, 'done', { doubtful: true });
  const way = underWay.exec(shape) ?? underWayVerb.exec(shape);
  if (way) return fact(way, 'in_progress');
  const early = begun.exec(shape);
  if (early) return fact(early, 'in_progress', { keepWords: true });
  // "已遴选12名", "正在与银行对接": a statement about the task that gives no measure of it.
  const told = statementHead.exec(shape)?.[0] ?? '';
  const rest = shape.slice(told.length);
  const states = toldNext.test(rest) || (toldBy.test(told) && rest !== '' && difficultyAt(rest) !== 0);
  if (states && !acknowledgement.test(shape) && !denied.test(told) && !noStatement.test(rest))
    return {
      ...fact([told], 'in_progress', { keepWords: true }),
      end: start,
      // "38目前70": a figure without its measure.
      doubtful: /^\d{1,3}(?:了|左右|多)?$/u.test(rest.trim()),
    };
  return null;
}

/** What may follow a percentage without a sign between; anything else makes it part of something longer (80%招标工作). */
const newStatement = shaped(
  '^(?:[^\\p{L}\\p{N}\\ue000-\\uf8ff]|<tasks>|<unit>|<own>|<date>|<bullet>|了?(?:已|正在|目前|现在|剩|其余|其他|还(?!没有?$|有吗)|但|不过|另外|另|下一?步|接下来|预计|计划|争取|卡|存在|需|主要|其中|因|由于|并(?!不|非|没)|且|而|然后|比|较|同比|环比|后续|余下|材料|谢谢|辛苦|请|麻烦))',
);

const risen = shaped('(?:提高|提升|上升|增加|新增|涨|升|蹦|爬)了?<percent>');
const rising = shaped('(?:由|从)<percent>');

function percentOf(
  marked: MarkedText,
  shape: string,
  start: number,
  match: RegExpExecArray,
  fact: (words: readonly string[], status: Fact['status'], more?: Partial<Fact>) => Fact,
): Fact | null {
  const rest = shape.slice(match[0].length);
  // "完成80%的征地": a share of something else, and no measure of the task.
  if (/^\s*的/u.test(rest)) return null;
  const marks = marked.within('percent', start, start + match[0].length);
  const isRising = rising.test(match[0]);
  const percents = (isRising ? marks.slice(-1) : marks).map(mark => mark.percent);
  if (percents.length === 0) return null;
  const whole = percents.every(percent => percent === 100);
  const goesOn = rest !== '' && !newStatement.test(rest) && difficultyAt(rest) !== 0;
  return fact(match, whole ? 'done' : 'in_progress', {
    percents,
    doubtful:
      goesOn ||
      /不到|不足/u.test(match[0]) ||
      // "涨了10%": by how much, and not to what.
      risen.test(match[0]) ||
      percents.some(percent => percent > 100 || !Number.isInteger(percent)) ||
      denied.test(match[0].replace(/不到/u, '')),
  });
}

/** Where a clause begins to speak of a difficulty, or -1. */
export function difficultyAt(shape: string): number {
  if (noDifficulty.test(shape)) return -1;
  return difficulty.exec(shape)?.index ?? -1;
}

/** How many places a mere heading of a difficulty takes (存在问题：), 0 where there is none. */
export function difficultyHeading(shape: string): number {
  return difficultyHead.exec(shape)?.[0].length ?? 0;
}
