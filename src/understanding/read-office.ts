// Orders about tasks and people beside reports: 同意延期 41, 挂起 38, 待办, 答复堵点 3：…, 确认张三的身份, 联络员换成李四.
import { type DateView } from '../calendar/date-phrases';
import { type Frame } from './frames';
import { type MarkedText } from './marks';
import { form, match, nosOf, numbers, type Order, orderOf, please, reasonOf, rest, settled } from './order-forms';
import { surnames } from './person-names';
import { readBareDecision, readExtensionDecision } from './read-decision';

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
  /^(?:请|看|查|看一下|查一下|列|列出|显示|我|我的|还有|有|现在|目前|哪些|什么|当前)*(?:待办|待审批|待核销(?!的?任务)|待审核|待处理|待确认|要审批|要核销|等待审批|等我审批)(?:的)?(?:事项|任务|申请|清单|列表|项目|件)?(?:有哪些|有什么|有几项|有多少|都有哪些|呢|吗)?[\s?.!]*$/u;
/** 有哪些堵点, 堵点清单, 还有哪些困难没解决: they wait with the office. */
const openBlockers =
  /^(?:请|看|查|看一下|查一下|列|列出|显示|还有|有|现在|目前|当前|全区|各单位|哪些|什么|谁|哪些单位|哪个单位)*(?:堵点|难点|卡点|困难|难题)(?:还)?(?:没|没有|未)?(?:解决|协调|答复|处理)?(?:的)?(?:清单|列表|台账|汇总|情况|单位)?(?:有哪些|有什么|有几个|有多少|都有哪些|是哪些|呢)?[\s?.!]*$/u;
const site = '(?:网页版?|网站|看板|后台|系统|平台|电脑版|台账系统|督办(?:系统|看板|平台))';
const way = '(?:链接|网址|地址|入口)';
const handed = '(?:请|麻烦|帮|给|发|来|要|想|我|一下|一个|个|下|过来|看)*';
const siteForm = new RegExp(
  `^${handed}(?:(?:${site}的?|登录的?)${way}|网址|链接(?=给|发))${handed}(?:[,\\s]*${handed}登录(?:一下)?)?[\\s.!]*$|` +
    `^${handed}(?:登录?|打开|进入?|上)(?:一下)?${site}${handed}(?:看看?|看下)?[\\s.!]*$|` +
    `^${handed}(?:${site}|电脑上?|手机上?)?(?:怎么|如何|咋|在哪里?|从哪里?)(?:能|可以)?(?:进|登录|打开|上|看)(?:${site}|去|得?了)?[\\s.!]*$`,
  'u',
);
const loginForm =
  /^(?:请|我要|我想|想|要|帮我|怎么|如何|给我|麻烦)*(?:登[录陆](?:一下)?(?:到|进)?(?:网页|网站|看板|台账|后台|系统|页面|网页版|电脑版|督办系统|督办助手)?(?:的?链接)?|(?:打开|进入|看看?|查看)(?:一下)?(?:网页|网站|看板|后台|网页版|网页看板|督办看板)(?:的?链接)?)(?:吧|一下)?[\s.!。]*$/u;
const answerForms = [
  new RegExp(
    `^${please}(?:答复|回复|批复)(?:第)?\\s*(?<nos>${numbers})?\\s*(?:的)?堵点\\s*(?<after>${numbers})?\\s*[:,，]\\s*(?<text>[\\s\\S]+)$`,
    'u',
  ),
  new RegExp(`^${please}(?:答复|批复)\\s*(?<nos>${numbers})\\s*[:]\\s*(?<text>[\\s\\S]+)$`, 'u'),
];
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
  `^${please}(?:把|将)?(?:我们?(?:局|办|镇|街道|委|单位|公司|中心|院)?|本(?:局|单位|办|镇)|[\\p{Script=Han}]{2,14}(?:局|办|镇|街道|委|中心|公司|院|会|区|部|行))?(?:的)?联络员(?:现在|今天起|从今天起)?(?:已)?(?:换成|换为|改成|改为|改由|变更为|更换为|调整为|换|由)\\s*${name}(?:同志|担任|来担任|负责|接任|接替|了)*[\\s.!。]*$`,
  'u',
);
const deputyForm = new RegExp(
  `(?:由|请|让|委托)\\s*${name}(?:同志)?(?:来|暂时|临时|暂)?(?:代理|代管|代办|代我|代替我|顶替我|替我|代)(?:我|联络员|工作|几天|一下|职责)*[\\s.!。]*$`,
  'u',
);
const noNames =
  /^(?:你们?|我们?|他们?|她|谁|大家|单位|各单位|领导|区优化办|联络员|同志|其他人|别人|专人|一下|人了?|新人|了人|个人)$/u;

const holds: Record<string, 'suspend' | 'resume' | 'terminate'> = {
  挂起: 'suspend', 暂缓: 'suspend', 恢复推进: 'resume', 恢复: 'resume', 解除挂起: 'resume', 终止: 'terminate', 中止: 'terminate',
}; // prettier-ignore

/**
 * The order a whole message is, or null.
 * @param quotes - whether the message quotes a task: then 同意 alone is an order
 */
export function readOffice(
  marked: MarkedText,
  quotes: boolean,
  view: DateView & { listNames: readonly string[] },
): Frame | null {
  const text = marked.text.trim();
  if (text === '' || /[?]|吗[\s.]*$|呢[\s.]*$/u.test(text)) return asksWhatWaits(text) ? { intent: 'pending' } : null;
  if (asksWhatWaits(text)) return { intent: 'pending' };
  if (loginForm.test(text) || siteForm.test(text)) return { intent: 'login' };
  // What a card says: 回复“全部”可看.
  if (/^(?:看|查看|显示)?全部(?:任务)?[\s.!]*$/u.test(text))
    return { intent: 'query_tasks', scope: 'own', role: 'any', status: null, range: null };
  const order = orderOf(marked, view.listNames);
  return (
    readIdentityDecision(order) ??
    readExtensionDecision(order, view) ??
    readHold(order, quotes) ??
    readBlocker(order) ??
    readHandOver(marked) ??
    (quotes ? readBareDecision(order, view) : null)
  );
}

const asksWhatWaits = (text: string): boolean =>
  pendingForm.test(text) ||
  (openBlockers.test(text) && !/(?<!解决|协调|答复|处理)的$|^(?:堵点|难点|卡点|困难|难题)[\s?.!]*$/u.test(text));

function readHold(order: Order, quotes: boolean): Frame | null {
  const found = match(order, quotes ? [...holdForms, bareHold] : holdForms);
  const action = holds[found?.groups['act'] ?? ''];
  if (!found || !action) return null;
  return {
    intent: 'hold',
    action,
    tasks: nosOf(found.groups['nos']),
    reason: reasonOf(order, found.restAt, found.groups['rest'] ?? ''),
  };
}

function readBlocker(order: Order): Frame | null {
  const answer = match(order, answerForms);
  if (answer) {
    const { marked } = order;
    const text = marked.plain.words(answer.restAt, marked.text.length).trim();
    return text === ''
      ? null
      : { intent: 'answer_blocker', tasks: nosOf(answer.groups['nos'], answer.groups['after']), text };
  }
  const close = match(order, closeForms);
  if (!close) return null;
  return {
    intent: 'close_blocker',
    tasks: nosOf(close.groups['nos'], close.groups['after']),
    text: reasonOf(order, close.restAt, close.groups['rest'] ?? ''),
  };
}

function readIdentityDecision(order: Order): Frame | null {
  const { marked } = order;
  const named = match(order, [identityForm]);
  // Without the word 身份 only a name may stand there, and nothing that is anything else.
  const found = named ?? (marked.marks.length === 0 ? match(order, nameForms) : null);
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
    reason: reasonOf(order, found.restAt, found.groups['rest'] ?? ''),
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
