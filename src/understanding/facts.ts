// Facts: what a clause says of how far a task is: percent, done, in progress, not begun; and what stands in its way.
import { type TaskReport } from './frames';
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

const filler =
  '[\\s:、-]|目前|现在|现已|现|截至|截止|到目前为止|<date>|已经|已|业已|均|都|全部|全|全面|总体|整体|整个|的?(?:工作|任务|项目|事项)|也|又|' +
  '<own>|<unit>|今天|刚刚?|顺利|按时|按期|如期|按要求|按计划|提前|累计|总共|整体上|总体上|这项|该项|此项|这个|本项|报告|汇报|反馈|上报|同样|分别|各|一起|双双|于|由|这边';
const fillers = `(?:${filler})*`;
const doneVerb =
  '(?:完成|办结|完结|搞定|办完|做完|干完|弄完|弄好|搞完|办好|做好|办妥|完工|结项|落实到位|办理完毕|实施完毕|整改完毕|整改到位)';
const wholeObject =
  '(?:全部|所有|该项|此项|这项|本项|清单|既定|目标|各项|相关)*(?:任务|工作|事项|目标|目标任务|整改|内容|工作任务)';
const ending = '(?:了|啦|咯|哒|完毕|到位|好了|喽|的|啊|呀|哈|哦)*[\\s.~!:]*$';

const percentFact = shaped(
  `^(?:${filler}|完成进度|工作进度|进度|进展|完成率|完成比例|完成度|完成|推进|推动|落实|办理|达到?|到|至|为|是|约|大约|大概|将近|近|差不多|有|应该是|应为|应是|改为|改成|改|更正为|更新为|更新|调整为|情况|了|只|仅|才|刚|不到|超过|超|由<percent>|从<percent>|提高|提升|上升|增加)*<percent>(?:左右|上下|以上|多|了|啦|吧(?!$)|的?(?:工作量|任务量|工作任务|总任务|任务|工作|总量|进度|样子|进展|量)|完成|[\\s、,/和]*<percent>)*(?!\\s*(?:提高|提升|上升|增加|增长|推进|变|升|涨|调整)*(?:到|至|为)\\s*<percent>)`,
);
const doneFact = shaped(`^${fillers}(?:${doneVerb})(?:了)?(?:${wholeObject})?${ending}`);
const doneThenMore = shaped(`^${fillers}(?:已经|已|全部|均|都)?${doneVerb}了(?=.)`);
const notBegun = shaped(
  `^${fillers}(?:还没有?|还未|尚未|没有?|未|暂未|仍未|并未)(?:正式|实质性?|全面)?(?:启动|开始|开展|动工|动|开工|实施|着手|进场)${ending}`,
);
const notDone = shaped(
  `^${fillers}(?:还没有?|还未|尚未|没有?|未|暂未|仍未|并未|还不算|没能)(?:全部|完全|最终|彻底|正式|整体|真正)?${doneVerb}?(?:完成|办结|搞定|做完|弄完|弄好|好|完|结束|落实)${ending}`,
);
const nearlyDone = shaped(
  `^${fillers}(?:基本|大体|大致|接近|快|部分|阶段性|初步|主体|大部分|大半|差不多)(?:上)?(?:已经?)?${doneVerb}(?:了)?`,
);
const underWay = shaped(
  `^${fillers}(?:正在|正|还在|仍在|在|一直在|持续|有序|稳步|加快|抓紧|积极|继续|全力|正常|扎实|深入|大力|加紧|仍|还|不断)*(?:推进|进行|办理|实施|整改|推动|落实|开展|施工|建设|对接|协调|办)(?:中|之中|着|当中)(?:了)?`,
);
const underWayVerb = shaped(
  `^${fillers}(?:正在|正|还在|仍在|在|持续|有序|稳步|加快|抓紧|积极|继续|全力|正常|扎实|深入|按计划|按进度|如期)+(?:推进|进行|办理|实施|整改|推动|落实|开展)(?=$|[\\s])`,
);
const begun = shaped(
  `^${fillers}(?:启动|开始|开展|动工|开工|进场|着手)(?:实施|推进|办理|建设|工作)?(?:了)?(?=$|\\s)|^${fillers}(?:(?:进展|推进)(?:很|比较|较|十分)?(?:顺利|正常|良好|较快|有序|平稳)|有(?:新|了)?进展|过半|完成(?:了)?(?:大半|过半|大部分|多半|一部分|部分))(?:了)?`,
);
const statement = shaped(`^(?:${filler})*(?:正在|正(?!常)|已|现已|目前|累计|共)`);
/** "已收到", "已阅", "已转相关科室": an acknowledgement says nothing of the task. */
const acknowledgement = shaped(
  `^(?:${filler})*(?:已经?|已)?(?:收到|收悉|阅|知悉|知晓|知道|了解|明白|看到|查收|关注|转发|转告|转达|转(?=$|给|至|相关|各|发)|传达|通知|安排(?=$)|安排下去|回复|签收|读)`,
);
const lastingFact = shaped(
  `^${fillers}(?:转(?:入|为|成)?|已转(?:入|为)?|属于?|列入|作为)?长期(?:推进|坚持|开展|任务|工作|性工作)(?:中)?`,
);
const denied = /没有?|未|不(?!断|错)|非(?!常)/u;

/** The fact at the head of a stretch of text (after the task's number), or null. */
export function factAt(marked: MarkedText, start: number, end: number): Fact | null {
  const shape = marked.shape.slice(start, end);
  const fact = (match: RegExpExecArray, status: Fact['status'], more: Partial<Fact> = {}): Fact => ({
    status,
    percents: [],
    start,
    end: start + match[0].length,
    headEnd: start + match[0].length,
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
  const told = statement.exec(shape);
  if (
    told &&
    !acknowledgement.test(shape) &&
    !denied.test(shape.slice(0, told[0].length)) &&
    shape.length > told[0].length
  )
    return { ...fact(told, 'in_progress', { keepWords: true }), end: start };
  return null;
}

function percentOf(
  marked: MarkedText,
  shape: string,
  start: number,
  match: RegExpExecArray,
  fact: (match: RegExpExecArray, status: Fact['status'], more?: Partial<Fact>) => Fact,
): Fact | null {
  const rest = shape.slice(match[0].length);
  // "完成80%的征地": a share of something else, and no measure of the task.
  if (/^\s*的/u.test(rest)) return null;
  const marks = marked.within('percent', start, start + match[0].length);
  const rising = shaped('(?:由|从)<percent>').test(match[0]);
  const percents = (rising ? marks.slice(-1) : marks).map(mark => mark.percent);
  if (percents.length === 0) return null;
  const whole = percents.every(percent => percent === 100);
  return fact(match, whole ? 'done' : 'in_progress', {
    percents,
    doubtful:
      percents.some(percent => percent > 100 || !Number.isInteger(percent)) ||
      denied.test(match[0].replace(/不到/u, '')),
  });
}

const difficulty = shaped(
  '卡在|卡住|卡壳|卡着|堵在|受阻|推不动|推进不|推进困难|存在(?:的|一些|较大|很大)?(?:主要)?(?:问题|困难|难点|堵点|难题|障碍)|(?:主要)?(?:问题|困难|难点|堵点|瓶颈|阻力|难题)(?:是|:|在于|为)|有(?:点|些|较大|很大)?(?:困难|问题|阻力|难度|堵点)|遇到|缺(?:乏|少|资金|人|钱|经费|场地)|需要?[^,]{0,20}(?:协调|支持|解决|帮助|配合|支援)|没有?(?:资金|钱|经费|场地|人手)|无法(?:推进|开展|落实|进行|完成)|推进缓慢|滞后|难以',
);
const difficultyHead =
  /^[\s,:、]*(?:目前|现在|主要)*(?:仍|还|也)?(?:存在|遇到|有)(?:的|一些|较大|很大|点|些|了)*(?:主要)?(?:问题|困难|难点|堵点|难题|障碍)(?:是|为|在于|有)?[\s:,]*|^[\s,:、]*(?:主要)?(?:问题|困难|难点|堵点|瓶颈|阻力)(?:是|:|在于|为)[\s:,]*/u;

/** Where a clause begins to speak of a difficulty, or -1. */
export function difficultyAt(shape: string): number {
  return difficulty.exec(shape)?.index ?? -1;
}

/** How many places a mere heading of a difficulty takes (存在问题：), 0 where there is none. */
export function difficultyHeading(shape: string): number {
  return difficultyHead.exec(shape)?.[0].length ?? 0;
}
