// Questions and requests that name no task: 我局本周任务, 全区完成情况, 还有谁没报, 导出台账, 催办未反馈单位.
import { type Clause } from './clauses';
import { factAt } from './facts';
import { type Frame, type QueryFrame } from './frames';
import { type MarkedText, shaped } from './marks';
import { asksSomething, hasTaskNoun, roleOf, statusOf, strangeWords } from './query-words';

/** A stretch of one or more clauses that belong to one question. */
export type Question = Pick<Clause, 'start' | 'end' | 'shape' | 'closing'>;

const exportWords =
  /导出|下载|(?:生成|制作|出|做|要|发)(?:一?下|一?份|一?张|个|我|给我)*(?:台账|表格|报表|[Ee]xcel|EXCEL|通报|[Ww]ord|清单表|[Pp][Dd][Ff])/u;
const exportNotice = /(?:请|需|务必|及时|自行|各单位).{0,8}(?:报送|上报|填写|填报)|(?:已|已经)(?:导出|下载)|怎么|如何/u;
const completionWords =
  /(?:完成|办结|推进|进展|落实|总体|整体|反馈|办理|任务)(?:的)?(?:情况|进度|进展|率|比例|度)|(?:进度|进展|任务|情况|数据)(?:的)?(?:统计|汇总|总览|概况|通报)|统计|汇总|总体(?:怎么样|如何)|完成得?(?:怎么样|咋样|如何)|(?:完成|办结)了?(?:多少|几项|几成)/u;
const rankingWords =
  /排名|排行|名次|(?:哪|谁).{0,8}最(?:好|快|慢|差|多|少|高|低|落后|靠前)|最(?:好|快|慢|差|落后)的(?:单位|部门|是)/u;
const whichUnits =
  '(?:谁|哪(?:些|几个?|个|家|几家)?(?:单位|部门|局|家)|(?:有)?(?:哪些|什么|几个|几家|多少)(?:个|家)?(?:单位|部门))';
const silent = '(?:没有?|未|尚未|还没有?|不)(?:有|及时|按时)?(?:反馈|上报|填报|报送|更新|回复|汇报|报|交|动静|进展|回)';
const noFeedbackUnits = shaped(
  `${whichUnits}.{0,8}${silent}|${silent}(?:过)?(?:进度|进展|情况|任务)?的?(?:(?:单位|部门)(?:有|是)?(?:哪些|哪几|谁|名单|列表)|(?:有|是)?(?:哪些|哪几个?)(?:单位|部门))|${silent}(?:进度|进展)?的?(?:单位|部门)$`,
);
const overdueUnits = shaped(
  `${whichUnits}.{0,8}(?:逾期|超期|过期|超时|延误)|(?:逾期|超期|过期|超时)(?:了)?的?(?:(?:单位|部门)(?:有|是)?(?:哪些|哪几|谁|名单|列表)?|(?:有|是)?(?:哪些|哪几个?)(?:单位|部门))`,
);
const aboutTasks = /任务|事项|几项|哪几项|哪些项/u;
const remindForm = shaped(
  '^(?:请|帮我|帮忙|麻烦|再|现在|把|给|向|对|[\\s,])*(?:催办|催促|催|督促|提醒|督办)(?:一?下|一催)?(?:.*)$',
);
const remindNotice = /会议|开会|参加|注意|于<date>|报送|提交|上报材料|材料|别忘|记得|我|大家/u;
const notQuery =
  /通知|会议|开会|参会|报名|材料|请各|请于|务必|抓紧|尽快|高度重视|认真|按时(?!完成的)|辛苦|感谢|转发|收到|附件|电话|地址|微信|邮箱/u;
const claim = shaped(
  '(?:任务|事项|工作|项目)?(?:已经?|均已?|都已?|全部|全都|全|基本|顺利)+(?:完成|办结|做完|办完|搞定|销号|落实|推进|清零)(?:了|完毕|到位)*(?:<date>)?(?:的?全部|所有)?(?:任务|工作|事项)?[\\s.!]*$',
);
const keywordForms = [
  /(?:和|与|跟|同|关于|涉及(?:到)?|有关|包含|含有?|带有?|提到|提及)(?<k>[^,。;!?\n]{2,20}?)(?:有关|相关|方面|这方面|这块|字样|这些)*的?(?:所有)?(?:任务|事项|工作|项目|内容|措施|有哪|有什么|是哪|$)/u,
  /(?:搜索|搜一?下|查找|检索|关键[词字](?:是|为|:)?|搜)\s*["“「]?(?<k>[^,。;!?\n"”」]{2,20}?)["”」]?(?:的)?(?:任务|事项)?\s*$/u,
  /(?:^|[请,\s\ue000\ue006-\ue008]|看|查|列|下|出|我|有|问)(?<k>[\p{Script=Han}A-Za-z0-9]{2,16}?)(?:有关|相关|方面|领域|这块|类)的?(?:任务|事项|工作|项目|措施|清单)/u,
];
const noKeyword = /^(?:哪|什么|我|你|他|这|那|本周|本月|其他|别的|以上|上述|所有|全部|单位|部门|工作|任务)+$/u;

interface Whom {
  scope: 'own' | 'unit' | 'all';
  unit?: string | string[];
}

/** Whose tasks a question is about: own where it names nobody. Null where a name must be settled first. */
function whomOf(marked: MarkedText, { start, end }: Question): Whom | { ask: string[] } {
  const units = marked.within('unit', start, end);
  const unsure = units.find(mark => mark.unsure && mark.names.length > 1);
  if (unsure) return { ask: unsure.names };
  const names = [...new Set(units.flatMap(mark => mark.names))];
  if (names.length > 0) return { scope: 'unit', unit: names.length === 1 ? (names[0] ?? '') : names };
  return { scope: marked.within('all', start, end).length > 0 ? 'all' : 'own' };
}

/** Two times that a question joins (本周和下周) are one stretch; otherwise the first is meant. */
function rangeOf(marked: MarkedText, { start, end }: Question): QueryFrame['range'] {
  const [first, ...rest] = marked.within('date', start, end);
  if (!first) return null;
  let { range } = first;
  let last = first;
  for (const mark of rest) {
    if (!/^[\s、,和及与跟到至-]*$/u.test(marked.text.slice(last.end, mark.start))) continue;
    range = { start: earlier(range.start, mark.range.start), end: later(range.end, mark.range.end) };
    last = mark;
  }
  return { ...range, ...(first.startAny && last === first ? { start_any: true } : {}) };
}

const earlier = (a: string | null, b: string | null): string | null =>
  a === null || b === null ? null : a < b ? a : b;
const later = (a: string | null, b: string | null): string | null => (a === null || b === null ? null : a > b ? a : b);

/** The question or request of a stretch that holds no task number; null when it is none. */
export function readQuestion(marked: MarkedText, question: Question): Frame | null {
  const text = marked.text.slice(question.start, question.end);
  const whom = whomOf(marked, question);
  const act =
    readExport(marked, question, text, whom) ??
    readReminder(marked, question, text, whom) ??
    readStats(marked, question, text, whom) ??
    readQuery(marked, question, text, whom);
  if (act && 'ask' in whom) return { intent: 'clarify', about: 'which_unit', candidates: whom.ask };
  return act;
}

type Settled = Whom | { ask: string[] };
const settled = (whom: Settled): Whom => ('ask' in whom ? { scope: 'own' } : whom);

function readExport(marked: MarkedText, question: Question, text: string, whom: Settled): Frame | null {
  if (!exportWords.test(text) || exportNotice.test(text)) return null;
  const status = statusOf(question.shape);
  const range = rangeOf(marked, question);
  const format = /[Ee]xcel|EXCEL|xlsx|表格/u.test(text)
    ? 'xlsx'
    : /[Ww]ord|docx|通报/u.test(text)
      ? 'docx'
      : /[Pp][Dd][Ff]/u.test(text)
        ? 'pdf'
        : undefined;
  return {
    intent: 'export',
    ...settled(whom),
    ...(status === null ? {} : { status }),
    ...(range === null ? {} : { range }),
    ...(format === undefined ? {} : { format }),
  };
}

function readReminder(marked: MarkedText, question: Question, text: string, whom: Settled): Frame | null {
  if (!remindForm.test(question.shape) || remindNotice.test(text) || question.closing.includes('?')) return null;
  const status = statusOf(question.shape);
  const target = status === 'no_feedback' || status === 'overdue' || status === 'undone' ? status : undefined;
  const { scope, unit } = settled(whom);
  if (target === undefined && scope !== 'unit' && !('ask' in whom)) return null;
  return {
    intent: 'remind_others',
    ...(scope === 'unit' ? { unit } : {}),
    ...(target === undefined ? {} : { target }),
  };
}

function readStats(marked: MarkedText, question: Question, text: string, whom: Settled): Frame | null {
  if (notQuery.test(text)) return null;
  const range = rangeOf(marked, question);
  const time = range === null ? {} : { range };
  const [section] = marked.within('section', question.start, question.end);
  const { scope, unit } = settled(whom);
  const all = { scope: scope === 'own' ? ('all' as const) : scope, ...(unit === undefined ? {} : { unit }) };
  if (noFeedbackUnits.test(question.shape) && !aboutTasks.test(text.replace(/任务进[度展]/gu, '')))
    return { intent: 'stats', metric: 'no_feedback_units', ...all, ...time };
  if (overdueUnits.test(question.shape) && !aboutTasks.test(text.replace(/逾期任务/gu, '')))
    return { intent: 'stats', metric: 'overdue_units', ...all, ...time };
  if (rankingWords.test(text)) return { intent: 'stats', metric: 'ranking', ...all, ...time };
  if (!completionWords.test(text) || statusOf(question.shape) !== null) return null;
  // Only where the clause is made of such words; "完成情况较好" tells something.
  if (strangeWords(question.shape).replace(/率|比例|度|统计|汇总|总览|概况|总体|整体|得|多|较|通报|成/gu, '') !== '')
    return null;
  if (/[较很挺十]|完成得?(?:好|不错)/u.test(text)) return null;
  const whose = section
    ? { scope: 'section' as const, section: section.no }
    : { scope, ...(unit === undefined ? {} : { unit }) };
  return { intent: 'stats', metric: 'completion', ...whose, ...time };
}

function readQuery(marked: MarkedText, question: Question, text: string, whom: Settled): Frame | null {
  const { shape, start, end } = question;
  if (notQuery.test(text)) return null;
  const [section] = marked.within('section', start, end);
  const [measure] = marked.within('measure', start, end);
  const status = statusOf(shape);
  const range = rangeOf(marked, question);
  const asks = asksSomething(shape) || question.closing.includes('?');
  // "我局已完成本周任务" tells something that names no task.
  if (!asks && claim.test(shape)) return null;
  const keyword = keywordOf(marked, question);
  const strange = keyword === null ? strangeWords(shape) : '';
  const named = shape !== strangeWords(shape) && /[\ue000\ue004-\ue008]/u.test(shape);
  const wantsTasks =
    hasTaskNoun(shape) ||
    (status !== null && /的|有|[?]|任务|呢/u.test(text + question.closing)) ||
    plural.test(shape) ||
    asks;
  const isQuestion =
    keyword !== null
      ? hasTaskNoun(shape) || asks
      : strange === ''
        ? (named || hasTaskNoun(shape) || ((status !== null || roleOf(shape) !== 'any') && plural.test(shape))) &&
          (wantsTasks || isBareName(shape))
        : named && asks && hasTaskNoun(shape) && strange.length <= 8;
  if (!isQuestion) return null;
  const { scope, unit } = settled(whom);
  const whose: Pick<QueryFrame, 'scope' | 'unit' | 'section' | 'measure' | 'keyword'> = measure
    ? { scope: 'measure', measure: measure.no }
    : section
      ? { scope: 'section', section: section.no }
      : keyword !== null && scope !== 'unit' && marked.within('own', start, end).length === 0
        ? { scope: 'keyword', keyword }
        : { scope, ...(unit === undefined ? {} : { unit }), ...(keyword === null ? {} : { keyword }) };
  return { intent: 'query_tasks', ...whose, role: roleOf(shape), status, range };
}

/** Asks for tasks, and not whether one of them is done: "逾期的", "还有哪些没完成". */
const plural = /的(?:呢)?[?.!]*$|哪|几[项个]|多少|什么|啥/u;

/** Nothing but a name, a time, or both: "区税务局", "本周", "区税务局下月". */
function isBareName(shape: string): boolean {
  return shaped('^(?:<date>|<own>|<unit>|<all>|<section>|<measure>|的|呢|[\\s,、和])+[?.!]*$').test(shape);
}

function keywordOf(marked: MarkedText, { start, end, shape }: Question): string | null {
  if (!hasTaskNoun(shape) && !/搜|关键|查找|检索|有哪|有什么/u.test(shape)) return null;
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

/** True where a clause states a fact without naming a task: "搞完了", "本周任务已完成". */
export function isUntiedFact(marked: MarkedText, clause: Clause): boolean {
  const fact = factAt(marked, clause.start, clause.end);
  return (fact !== null && fact.end > fact.start) || claim.test(clause.shape);
}
