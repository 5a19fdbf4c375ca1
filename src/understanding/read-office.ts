// Orders about tasks and people beside reports: 同意延期 41, 挂起 38, 待办, 答复堵点 3：…, 确认张三的身份, 联络员换成李四.
import { type DateView, findDatePhrases } from '../calendar/date-phrases';
import { type Frame, type TaskMention } from './frames';
import { type MarkedText } from './marks';
import { readNumber } from './numerals';
import { surnames } from './person-names';

const n = '(?:\\d{1,3}|[一二三四五六七八九十百零]{1,5})';
const one = `(?:第\\s*|#)?${n}\\s*(?:项|号)?`;
const numbers = `${one}(?:\\s*(?:、|,|和|及|与)\\s*${one})*`;
const please = '(?:请|麻烦|帮我?|现在|区优化办)*\\s*';
/** What follows an order: a date, a reason, or nothing. */
const rest = '(?<rest>(?:\\s*(?:[,，;；:：。.]|理由|原因|因|到|至|为|，)[\\s\\S]*)?)[\\s.!。]*$';

const form = (source: string): RegExp => new RegExp(`^${please}${source}`, 'u');

const extensionForms = [
  form(
    `(?:同意|批准|准予|准许|(?<no>不同意|不批准|不予批准|不准|驳回|拒绝|退回))\\s*(?:对|给|把)?\\s*(?<nos>${numbers})?\\s*(?:的)?(?:任务)?(?:的)?(?:申请)?(?:延期|延长|展期)(?:申请|请求)?\\s*(?<after>${numbers})?${rest}`,
  ),
  form(
    `(?<nos>${numbers})\\s*(?:的)?(?:延期(?:申请)?\\s*(?:同意|批准|准予|(?<no>不同意|不批准|不予批准|不准|驳回|拒绝))|(?:同意|批准|准予|(?<nope>不同意|不批准|不予批准|不准))(?:申请)?(?:延期|延长|展期)(?:申请)?)${rest}`,
  ),
];
const bareDecision = form(
  `(?:(?<yes>同意|批准|可以|通过|准予)|(?<no>不同意|不批准|驳回|不予通过|退回))(?:了|吧)?${rest}`,
);
const holdForms = [
  form(
    `(?<act>挂起|暂缓|恢复推进|恢复|解除挂起|终止|中止)\\s*(?:推进|任务)?\\s*(?<nos>${numbers})\\s*(?:任务|推进)?${rest}`,
  ),
  form(
    `(?:把|将)?(?<nos>${numbers})\\s*(?:任务)?(?:予以|先|给我)?(?<act>挂起|暂缓|恢复推进|恢复|解除挂起|终止|中止)${rest}`,
  ),
];
/** While a task is quoted: its number need not be said. */
const bareHold = form(`(?<act>挂起|暂缓|恢复推进|恢复|解除挂起|终止|中止)(?:推进|任务|本项|该项|此项)?${rest}`);
const pendingForm =
  /^(?:请|看|查|看看|查看|看一下|查一下|列|列出|显示|我|我的|还有|有|有哪些|有什么|现在|目前|哪些|什么|当前)*(?:待办|待审批|待核销|待审核|待处理|待确认|要审批|要核销|等待审批|等我审批)(?:的)?(?:事项|任务|申请|清单|列表|项目|件)?(?:有哪些|有什么|有几项|有多少|都有哪些|呢|吗)?[\s?.!]*$/u;
/** 有哪些堵点, 堵点清单, 还有哪些困难没解决: they wait with the office. */
const openBlockers =
  /^(?:请|看|查|看看|查看|看一下|查一下|列|列出|显示|还有|有|现在|目前|当前|全区|各单位|哪些|什么|谁|哪些单位|哪个单位)*(?:堵点|难点|卡点|困难|难题)(?:还)?(?:没|没有|未)?(?:解决|协调|答复|处理)?(?:的)?(?:清单|列表|台账|汇总|情况|单位)?(?:有哪些|有什么|有几个|有多少|都有哪些|是哪些|呢)?[\s?.!]*$/u;
const loginForm =
  /^(?:请|我要|我想|想|要|帮我|怎么|如何|给我|麻烦)*(?:登[录陆](?:一下)?(?:到|进)?(?:网页|网站|看板|台账|后台|系统|页面|网页版|电脑版|督办系统|督办助手)?(?:的?链接)?|(?:打开|进入|看看?|查看)(?:一下)?(?:网页|网站|看板|后台|网页版|网页看板|督办看板)(?:的?链接)?)(?:吧|一下)?[\s.!。]*$/u;
const answerForms = [
  new RegExp(
    `^${please}(?:答复|回复|批复)(?:第)?\\s*(?<nos>${numbers})?\\s*(?:的)?堵点\\s*(?<after>${numbers})?\\s*[:,，]\\s*(?<text>[\\s\\S]+)$`,
    'u',
  ),
  new RegExp(`^${please}(?:答复|批复)\\s*(?<nos>${numbers})\\s*[:]\\s*(?<text>[\\s\\S]+)$`, 'u'),
];
const settled =
  '(?:已经?|都已?|现已|均已)?(?:协调|妥善|全部)*(?:解决|消除|打通|化解|解除|关闭|销除|处理)(?:了|好了|完毕|完成)?';
const closeForms = [
  new RegExp(
    `^${please}(?<nos>${numbers})?\\s*(?:的)?(?:堵点|难点)\\s*(?<after>${numbers})?\\s*${settled}${rest}`,
    'u',
  ),
  new RegExp(
    `^${please}(?:关闭|解除|销除|消除)\\s*(?<nos>${numbers})?\\s*(?:的)?堵点\\s*(?<after>${numbers})?${rest}`,
    'u',
  ),
];
const name = '(?<name>[\\p{Script=Han}]{2,4}(?:·[\\p{Script=Han}]{1,6})?)';
const identityForm = new RegExp(
  `^${please}(?:(?<yes>确认|同意|通过|批准)|(?<no>不同意|不确认|拒绝|驳回|不通过|不予通过|不予确认))\\s*(?<who>[\\p{Script=Han}·]{2,24}?)\\s*(?:的)?(?:身份|绑定|登记)(?:申请)?${rest}`,
  'u',
);
/** "同意 钱七", "钱七通过": a plain name and nothing else. */
const plainName = `(?<who>[${surnames}][\\p{Script=Han}]{1,2})`;
const nameForms = [
  new RegExp(
    `^${please}(?:(?<yes>确认|同意|通过|批准)|(?<no>不同意|不确认|拒绝|驳回|不通过))\\s*${plainName}${rest}`,
    'u',
  ),
  new RegExp(
    `^${plainName}\\s*(?:(?<yes>通过|同意|可以通过|予以通过)|(?<no>不通过|不同意|不予通过|驳回))(?:了|吧)?${rest}`,
    'u',
  ),
];
/** Words that begin like a family name and are none. */
const noPerson =
  /[区路街镇乡村社站所局办]$|^(?:任务|任何|余额|余下|文件|文号|白天|高度|严格|严肃|石材|江水|康复|毛巾|龙头|段落|易错|武装|史料|许可|贺信|成果|夏季|叶片|田间|何时|何处|曾经|方案|方法|方向|金额|成功|柯达|余量|季度|付款|金属|水|占地|洪水|向|涂|骆)/u;
const handOverForm = new RegExp(
  `^${please}(?:我们?(?:局|办|镇|街道|委|单位|公司|中心|院)?|本(?:局|单位|办|镇))?(?:的)?联络员(?:现在|今天起|从今天起)?(?:已)?(?:换成|换为|改成|改为|改由|变更为|更换为|调整为|换|由)\\s*${name}(?:同志|担任|来担任|负责|接任|接替|了)*[\\s.!。]*$`,
  'u',
);
const deputyForm = new RegExp(
  `(?:由|请|让|委托)\\s*${name}(?:同志)?(?:来|暂时|临时|暂)?(?:代理|代管|代办|代我|代替我|顶替我|替我|代)(?:我|联络员|工作|几天|一下|职责)*[\\s.!。]*$`,
  'u',
);
const noNames = /^(?:你们?|我们?|他们?|她|谁|大家|单位|各单位|领导|区优化办|联络员|同志|其他人|别人|专人|一下)$/u;

function nosOf(...groups: (string | undefined)[]): TaskMention[] {
  const all = groups.flatMap(group =>
    [...(group ?? '').matchAll(new RegExp(n, 'gu'))].map(match => readNumber(match[0])),
  );
  return [...new Set(all.filter(no => no !== null && no > 0))].map(no => ({ no: no as number }));
}

/** The sender's words of what follows an order, without the word that leads to them; null when there are none. */
function reasonOf(marked: MarkedText, offset: number, text: string): string | null {
  const lead =
    /^[\s,，;；:：。.]*(?:(?:到|至|为)[^,，;；。]*[,，;；。]?)?\s*(?:理由|原因)?(?:是|为)?[\s:：,，]*(?:因为?|由于)?/u.exec(
      text,
    )?.[0] ?? '';
  const words = marked.plain
    .words(offset + lead.length, offset + text.length)
    .replace(/[\s.。!！]+$/gu, '')
    .trim();
  return words === '' ? null : words;
}

interface Found {
  groups: Record<string, string | undefined>;
  /** Where the rest begins in the plain text. */
  restAt: number;
}

function match(marked: MarkedText, forms: readonly RegExp[]): Found | null {
  const begin = marked.text.length - marked.text.trimStart().length;
  const text = marked.text.trim();
  for (const candidate of forms) {
    const found = candidate.exec(text);
    if (!found) continue;
    const groups = found.groups ?? {};
    const tail = groups['rest'] ?? groups['text'] ?? '';
    return { groups, restAt: begin + (tail === '' ? text.length : text.lastIndexOf(tail)) };
  }
  return null;
}

const holds: Record<string, 'suspend' | 'resume' | 'terminate'> = {
  挂起: 'suspend', 暂缓: 'suspend', 恢复推进: 'resume', 恢复: 'resume', 解除挂起: 'resume', 终止: 'terminate', 中止: 'terminate',
}; // prettier-ignore

/**
 * The order a whole message is, or null.
 * @param quotes - whether the message quotes a task: then 同意 alone is an order
 */
export function readOffice(marked: MarkedText, quotes: boolean, view: DateView): Frame | null {
  const text = marked.text.trim();
  if (text === '' || /[?]|吗[\s.]*$|呢[\s.]*$/u.test(text)) return asksWhatWaits(text) ? { intent: 'pending' } : null;
  if (asksWhatWaits(text)) return { intent: 'pending' };
  if (loginForm.test(text)) return { intent: 'login' };
  // What a card says: 回复“全部”可看.
  if (/^(?:看|查看|显示)?全部(?:任务)?[\s.!]*$/u.test(text))
    return { intent: 'query_tasks', scope: 'own', role: 'any', status: null, range: null };
  return (
    readIdentityDecision(marked) ??
    readExtensionDecision(marked, view) ??
    readHold(marked, quotes) ??
    readBlocker(marked) ??
    readHandOver(marked) ??
    (quotes ? readBareDecision(marked) : null)
  );
}

const asksWhatWaits = (text: string): boolean =>
  pendingForm.test(text) || (openBlockers.test(text) && !/^(?:堵点|难点|卡点|困难|难题)[\s?.!]*$/u.test(text));

function readExtensionDecision(marked: MarkedText, view: DateView): Frame | null {
  const found = match(marked, extensionForms);
  if (!found) return null;
  const { groups, restAt } = found;
  const accept = groups['no'] === undefined && groups['nope'] === undefined;
  // Read by itself: in "延期1到8月底" the number and the month are no range.
  const day = findDatePhrases(groups['rest'] ?? '', view)[0]?.range.end ?? null;
  return {
    intent: 'decide_extension',
    accept,
    tasks: nosOf(groups['nos'], groups['after']),
    until: accept ? day : null,
    reason: reasonOf(marked, restAt, groups['rest'] ?? ''),
  };
}

function readBareDecision(marked: MarkedText): Frame | null {
  const found = match(marked, [bareDecision]);
  if (!found) return null;
  const { groups, restAt } = found;
  const reason = reasonOf(marked, restAt, groups['rest'] ?? '');
  return { intent: 'decide_closure', accept: groups['yes'] !== undefined, tasks: [], reason, any: true };
}

function readHold(marked: MarkedText, quotes: boolean): Frame | null {
  const found = match(marked, quotes ? [...holdForms, bareHold] : holdForms);
  const action = holds[found?.groups['act'] ?? ''];
  if (!found || !action) return null;
  return {
    intent: 'hold',
    action,
    tasks: nosOf(found.groups['nos']),
    reason: reasonOf(marked, found.restAt, found.groups['rest'] ?? ''),
  };
}

function readBlocker(marked: MarkedText): Frame | null {
  const answer = match(marked, answerForms);
  if (answer) {
    const text = marked.plain.words(answer.restAt, marked.text.length).trim();
    return text === ''
      ? null
      : { intent: 'answer_blocker', tasks: nosOf(answer.groups['nos'], answer.groups['after']), text };
  }
  const close = match(marked, closeForms);
  if (!close) return null;
  return {
    intent: 'close_blocker',
    tasks: nosOf(close.groups['nos'], close.groups['after']),
    text: reasonOf(marked, close.restAt, close.groups['rest'] ?? ''),
  };
}

function readIdentityDecision(marked: MarkedText): Frame | null {
  const named = match(marked, [identityForm]);
  // Without the word 身份 only a name may stand there, and nothing that is anything else.
  const found = named ?? (marked.marks.length === 0 ? match(marked, nameForms) : null);
  const who = found?.groups['who'];
  if (!found || who === undefined || (!named && noPerson.test(who))) return null;
  // "确认区税务局张三的身份": the unit, where it is said, stands before the name.
  const [unit] = marked.within('unit', 0, marked.text.length);
  const end = unit && marked.text.includes(who) ? unit.end - marked.text.indexOf(who) : 0;
  const person = end > 0 && end < who.length ? who.slice(end) : who;
  if (noNames.test(person) || /我|你|他|谁/u.test(person)) return null;
  return {
    intent: 'decide_identity',
    accept: found.groups['yes'] !== undefined,
    name: person.replace(/^的/u, ''),
    ...(end > 0 && unit && !unit.unsure ? { unit: unit.names[0] ?? '' } : {}),
    reason: reasonOf(marked, found.restAt, found.groups['rest'] ?? ''),
  };
}

function readHandOver(marked: MarkedText): Frame | null {
  const text = marked.text.trim();
  const to = handOverForm.exec(text)?.groups?.['name'];
  if (to !== undefined && !noNames.test(to)) return { intent: 'hand_over', name: to.replace(/同志$/u, '') };
  const deputy = deputyForm.exec(text)?.groups?.['name'];
  if (deputy === undefined || noNames.test(deputy)) return null;
  const until = marked.within('date', 0, marked.text.length).at(-1)?.range.end ?? null;
  return { intent: 'deputy', name: deputy, until };
}
