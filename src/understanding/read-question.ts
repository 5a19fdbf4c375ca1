// Questions and requests that name no task: 我局本周任务, 全区完成情况, 还有谁没报, 导出台账, 催办未反馈单位.
import { type Clause } from './clauses';
import { factAt } from './facts';
import { type Frame, type QueryFrame } from './frames';
import { type MarkedText, shaped } from './marks';
import { type Question, rangeOf, type Settled, settled, whomOf } from './question-scope';
import {
  asksSomething,
  hasTaskNoun,
  notAsked,
  roleOf,
  stateOf,
  statusOf,
  strangeWords,
  unknownOffice,
} from './query-words';
import { readExport, readReminder } from './read-export';
import { readStats } from './read-stats';

const reportedThen = /(?:报|反馈|上报|更新|填报)(?:了|过)(?:进度|进展|的)*(?:哪|什么|啥|几|多少)/u;
/** "明天报可以吗" */
const permission = /(?:可以|行|好|能行|可|成)(?:吗|不|么)|行不行|可不可以/u;
const doneWords = '[搞弄整办做干忙](?:完|好|妥|齐|成|定)|完成|办结|做完|办完|搞定|弄完|弄好|销号|落实|清零';
const claim = shaped(
  `(?:任务|事项|工作|项目)?(?:已经?|均已?|都已?|全部|全都|全|基本|顺利|于<date>){1,4}(?:${doneWords}|推进)(?:了|完毕|到位)*(?:<date>)?(?:的?全部|所有)?(?:任务|工作|事项)?[\\s.!]*$|` +
    '(?:任务|事项|工作|项目)(?:都|均|全部|全都)(?:已|在|正|按计划|有序)*(?:推进|办理|进行|开展)(?:之?中|着|当中)?[\\s.!]*$|' +
    // "我局的任务完成了", "上次说的那项完成了"
    `(?:任务|事项|工作|项目|项|条|个)(?:都|全|也|就)?(?:${doneWords})(?:了|啦|咯|完毕)+[\\s.!]*$|(?:<own>|<unit>|<date>)(?:的|都|全|这边)*(?:${doneWords})(?:了|啦|完毕)+[\\s.!]*$`,
);
const keywordForms = [
  /^(?:请问|问一?下|想问一?下|查一?下|看一?下|[\s,])*(?<k>[\p{Script=Han}A-Za-z0-9]{2,16}?)(?:那|这)?(?:个|一?项)?(?:任务|工作|事项)?(?:是|在|属于|排|对应)(?:清单)?(?:的|里|中)*(?:(?:第几|哪一?|几)(?:项|号|条)|哪\ue009+)(?:任务)?[\s.?!呢呀啊]*$/u,
  /(?:和|与|跟|同|关于|涉及(?:到)?|有关|包含|含有?|带有?|提到|提及)(?<k>[^,。;!?\n]{2,20}?)(?:有关|相关|方面|这方面|这块|字样|这些)*的?(?:所有)?(?:任务|事项|工作|项目|内容|措施|有哪|有什么|是哪|$)/u,
  /(?:搜索|搜一?下|查找|检索|关键[词字](?:是|为|:)?|搜)\s*["“「]?(?<k>[^,。;!?\n"”」]{2,20}?)["”」]?(?:的)?(?:任务|事项)?\s*$/u,
  /(?:找找?|搜搜?|查找|找一?下|搜一?下|翻一?下)(?:出|到)?(?<k>[^,。;!?\n]{2,16}?)的(?:任务|事项|工作)\s*$/u,
  /(?:^|[请,\s\ue000\ue006-\ue008]|看|查|列|下|出|我|有|问)(?<k>[\p{Script=Han}A-Za-z0-9]{2,16}?)(?:有关|相关|方面|领域|这块|类)的?(?:任务|事项|工作|项目|措施|清单)/u,
];
/** "这不是我局任务", "本周没任务": tells something. */
const stating = shaped(
  '^<unit>(?:那边|他们)?(?:说|讲|称|反馈|回复|表示)|^(?:这|那|该|它|都|就|也|才)*(?:不是|是|属于|不属于|不归)(?:<own>|<unit>)|(?<!有)没有?(?:任务|工作|事项|活)(?:了)?[\\s.!]*$|^(?:已|认真|全力|努力|积极)*(?:完成|做好|干好|抓好)(?:<own>|<unit>|<date>|的|\\s)*(?:任务|工作)[\\s.!]*$',
);
/** Ends as what is asked for: …的任务, …的有哪些. */
const asNoun = shaped('(?:任务|事项|清单|活儿?|工作|的|哪些|哪几项|什么|啥|没有|几项|几个)[\\s.?!呢呀啊]*$');
const ordering =
  /已|了|落实|布置|安排|部署|下达|下发|分解|讨论|研究|召开|传达|学习|认领|完成(?!的)|推进(?!中)|要求|抓紧|做好|汇报|总结|开展|牢记|重视|加强|确保|按照|根据|围绕|关于/u;
const telling = /已|了|顺利|较好|良好|完成(?!的)|推进(?!中的)|要求|抓紧|落实/u;
const noKeyword = /^(?:哪|什么|我|你|他|这|那|本周|本月|其他|别的|以上|上述|所有|全部|单位|部门|工作|任务)+$/u;

/** The question or request of a stretch that holds no task number; null when it is none. */
export function readQuestion(marked: MarkedText, question: Question): Frame | null {
  const text = marked.text.slice(question.start, question.end);
  const whom = whomOf(marked, question);
  const read = (asked: Question): Frame | null =>
    readExport(marked, asked, text, whom) ??
    readReminder(marked, asked, text, whom) ??
    readStats(marked, asked, text, whom) ??
    readQuery(marked, asked, text, whom);
  const act = read(question);
  if (act && 'ask' in whom) return { intent: 'clarify', about: 'which_unit', candidates: whom.ask };
  return namesUnknown(marked, question, act, read) ? { intent: 'clarify', about: 'which_unit' } : act;
}

/** "环保局的任务", "导出水利局台账": an office that the directory does not have; its place is read as a unit's. */
function namesUnknown(
  marked: MarkedText,
  question: Question,
  act: Frame | null,
  read: (asked: Question) => Frame | null,
): boolean {
  const { shape, start, end } = question;
  if (marked.within('unit', start, end).length > 0) return false;
  const office = unknownOffice.exec(strangeWords(shape))?.[0];
  if (office === undefined || !shape.includes(office)) return false;
  if (act) return act.intent === 'export' || act.intent === 'query_tasks';
  const placed = { ...question, shape: shape.replace(office, '\ue006'.repeat(office.length)) };
  return read(placed)?.intent === 'query_tasks';
}

function readQuery(marked: MarkedText, question: Question, text: string, whom: Settled): Frame | null {
  const { shape, start, end } = question;
  if (notAsked.test(text)) return null;
  const [section] = marked.within('section', start, end);
  const [measure] = marked.within('measure', start, end);
  const state = stateOf(shape);
  const isState = state.state !== undefined || state.light !== undefined;
  // 未启动的 is asked for as such, and not as whatever else the words may mean.
  const status = isState ? null : statusOf(shape);
  // "我局今天报了哪些": the day of the report, not the day a task is due.
  const range = reportedThen.test(text) ? null : rangeOf(marked, question);
  const asks = asksSomething(shape) || question.closing.includes('?');
  // "我局已完成本周任务" tells something that names no task.
  if (!asks && claim.test(shape)) return null;
  if (permission.test(text) && !hasTaskNoun(shape)) return null;
  // "今年我局承担10项任务，…" tells how many there are.
  if (!asks && /\ue009/u.test(shape)) return null;
  if (asksOfOther(shape) || /^搞(?:什么|啥)(?!时候)/u.test(text)) return null;
  if (stating.test(shape) && !/[?吗呢哪谁啥]|什么|多少|几/u.test(text + question.closing)) return null;
  const placed = section !== undefined || measure !== undefined;
  const keyword = placed ? null : keywordOf(marked, question);
  const strange = keyword === null ? strangeWords(shape) : '';
  const named = shape !== strangeWords(shape) && /[\ue000\ue004-\ue008]/u.test(shape);
  const wantsTasks =
    hasTaskNoun(shape) ||
    (status !== null && /的|有|[?]|任务|呢/u.test(text + question.closing)) ||
    (isState && !/已|了/u.test(text)) ||
    plural.test(shape) ||
    due.test(shape) ||
    asks;
  // "张三是区税务局的" asks for nothing; "区税务局逾期的" does.
  const isNarrowed =
    !/的[\s.?!呢呀啊]*$/u.test(shape) || range !== null || status !== null || isState || roleOf(shape) !== 'any';
  const isQuestion =
    keyword !== null
      ? hasTaskNoun(shape) || asks
      : strange === ''
        ? (named ||
            hasTaskNoun(shape) ||
            ((status !== null || isState || roleOf(shape) !== 'any') && plural.test(shape))) &&
          (wantsTasks || (bareName.test(shape) && /\p{Script=Han}/u.test(text)))
        : (named && (asks || (placed && !telling.test(text))) && hasTaskNoun(shape) && strange.length <= 8) ||
          (named && strange.length <= 3 && asNoun.test(shape) && !ordering.test(text) && isNarrowed);
  if (!isQuestion) return null;
  const { scope, unit } = settled(whom);
  const whose: Pick<QueryFrame, 'scope' | 'unit' | 'section' | 'measure' | 'keyword'> = measure
    ? { scope: 'measure', measure: measure.no }
    : section
      ? { scope: 'section', section: section.no }
      : keyword !== null && scope !== 'unit' && marked.within('own', start, end).length === 0
        ? { scope: 'keyword', keyword }
        : { scope, ...(unit === undefined ? {} : { unit }), ...(keyword === null ? {} : { keyword }) };
  return { intent: 'query_tasks', ...whose, role: roleOf(shape), status, ...state, range };
}

/** "今天中午吃什么": the verb before 什么 is none that is done with tasks. */
function asksOfOther(shape: string): boolean {
  const verb = strangeWords(shape).at(-1);
  return verb !== undefined && (shape.includes(`${verb}什么`) || shape.includes(`${verb}啥`)) && !hasTaskNoun(shape);
}

/** "未来7天到期", "本周要交". */
const due = shaped('^(?:<own>|<unit>|<all>|的|\\s)*<date>(?:内|之内)?(?:要|将|即将|需|快|得)*(?:到期|截止|交)(?:的)?$');

/** Asks for tasks, and not whether one of them is done: "逾期的", "还有哪些没完成". */
const plural =
  /的(?:呢)?[?.!]*$|的(?=(?:都|全|请|麻烦|帮忙|给我|帮我|我)*(?:看|发|列|查|说|报)(?:一?下|看|出来|给我|个|我)*[.!]*$)|哪|几[项个]|多少|什么|啥/u;

/** Nothing but a name, a time, or both: "区税务局", "本周", "区税务局下月". */
const bareName = shaped('^(?:<date>|<own>|<unit>|<all>|<section>|<measure>|的|呢|[\\s,、和])+[?.!]*$');

function keywordOf(marked: MarkedText, { start, end, shape }: Question): string | null {
  if (
    !hasTaskNoun(shape) &&
    !/搜|关键|查找|检索|有哪|有什么|第几[项号条]|(?:是|在)(?:(?:哪一?|几)[项号条]|哪\ue009)/u.test(shape)
  )
    return null;
  for (const form of keywordForms) {
    const found = form.exec(shape);
    const k = found?.groups?.['k'];
    if (!found || k === undefined) continue;
    const at = start + found.index + found[0].indexOf(k);
    const plain = marked.text.slice(at, Math.min(at + k.length, end)).trim();
    if (/[\ue000-\uf8ff]/u.test(k) || noKeyword.test(plain) || strangeWords(k).length < 2) continue;
    return marked.plain
      .words(at, at + k.length)
      .replace(/^["“「《]|["”」》]$/gu, '')
      .trim();
  }
  return null;
}

/** "今天完成了36户的表计更换": so much of something else. */
function countsOther(marked: MarkedText, clause: Clause, from: number): boolean {
  const [count] = marked.within('quantity', from, clause.end);
  return (
    count !== undefined && count.start - from <= 1 && !/[项条件个]$/u.test(marked.text.slice(count.start, count.end))
  );
}

/** True where a clause states a fact without naming a task: "搞完了", "本周任务已完成". */
export function isUntiedFact(marked: MarkedText, clause: Clause): boolean {
  const fact = factAt(marked, clause.start, clause.end);
  // "办结率98%" is a figure of something.
  const isFigure = fact?.doubtful === true && fact.percents.length === 0 && !/了/u.test(clause.shape);
  if (fact !== null && fact.end > fact.start && !isFigure) return !countsOther(marked, clause, fact.end);
  const found = claim.exec(clause.shape);
  if (!found) return false;
  // "工单38件全部办结" speaks of something else; "6项都完成了" of tasks.
  const end = clause.start + found.index;
  const counts = marked.within('quantity', clause.start, end);
  return (
    strangeWords(clause.shape.slice(0, found.index).replace(/\ue009/gu, '')) === '' &&
    counts.every(count => /[项条]$/u.test(marked.text.slice(count.start, count.end)))
  );
}
