// What the office decides of an application: 同意延期 41到8月底, 不同意延期 41，理由, 同意 (on a quoted task), 同意 38，理由.
import { type CivilDate } from '../calendar/civil-date';
import { type DateView, findDatePhrases } from '../calendar/date-phrases';
import { type Frame, type TaskMention } from './frames';
import { form, match, nosOf, numbers, type Order, reasonOf, wordsOrNull } from './order-forms';

const unsure: Frame = { intent: 'clarify', about: 'unsure' };

const moreTime = '(?:延期|延长|展期|推迟|顺延|延后|宽限)';
/** So long, and no day: which day that makes nobody has said. */
const span =
  '(?<span>\\s*(?:时间|期限)?\\s*(?:[一二两三四五六七八九十半几\\d]+|数)\\s*(?:个|来)?半?(?:工作日|天|日|周|星期|礼拜|月|季度|年)(?:时间)?)?';
const decisionRest = '(?<rest>(?:\\s*(?:[,，;；:：。.]|理由|原因|因|到|至|为|延|，)[\\s\\S]*)?)[\\s.!。]*$';

const extensionForms = [
  form(
    `(?:同意|批准|准予|准许|(?<no>不同意|不批准|不予批准|不准|驳回|拒绝|退回))\\s*(?:对|给|把)?\\s*(?<nos>${numbers})?\\s*(?:的)?(?:任务)?(?:的)?(?:申请)?${moreTime}(?:申请|请求)?\\s*(?<after>${numbers})?${span}${decisionRest}`,
  ),
  form(
    `(?<nos>${numbers})\\s*(?:的)?(?:${moreTime}(?:申请)?\\s*(?:同意|批准|准予|(?<no>不同意|不批准|不予批准|不准|驳回|拒绝))|(?:同意|批准|准予|(?<nope>不同意|不批准|不予批准|不准))(?:申请)?${moreTime}(?:申请)?)${span}${decisionRest}`,
  ),
];
const bareDecision = form(
  `(?:(?<yes>同意|批准|可以|通过|准予)|(?<no>不同意|不批准|驳回|不予通过|退回))(?:了|吧)?${decisionRest}`,
);

/**
 * The day that the words behind a decision set; `doubtful`: they set one, and which cannot be told.
 * `reasonFrom`: where in the words a reason may begin.
 */
function dayOf(words: string, view: DateView): { day: CivilDate | null; doubtful: boolean; reasonFrom: number } {
  const dates = findDatePhrases(words, view).filter(({ range }) => range.end !== null);
  const leadLength = /^[\s,，;；:：。.]*/u.exec(words)?.[0].length ?? 0;
  // "到9月31日", "延到…": a day is set; it has to be one.
  for (const found of words.matchAll(/(?:延期|延|推迟|顺延|展期|期限|时限|最迟)?(?:到|至)(?![位期达底来]|了)/gu)) {
    const at = found.index + found[0].length;
    const date = dates.find(({ start, end }) => start <= at + 2 && end > at);
    if (date) return { day: date.range.end, doubtful: false, reasonFrom: 0 };
    if (/^\s*[\d一二三四五六七八九十本下明]/u.test(words.slice(at)) || found.index <= leadLength)
      return { day: null, doubtful: true, reasonFrom: 0 };
  }
  const alone = dates.find(
    ({ start, end }) =>
      /(?:^|[,，;；:：。.\s]|最迟|截至|截止|限|请?[于在])$/u.test(words.slice(0, start)) &&
      /^\s*(?:之?前|以前|为止|止|底)?(?:务必|要|须|必须|应)?(?:完成|办结|办完|报)?(?:即可|就行|吧)?\s*(?:$|[,，;；。.!])/u.test(
        words.slice(end),
      ),
  );
  // A day still to come that is no plain limit: whether it is one has to be said.
  const isComing = dates.some(({ range }) => (range.end ?? '') > view.today);
  if (!alone) return { day: null, doubtful: isComing, reasonFrom: 0 };
  const isFirst = /^[\s,，;；:：。.]*$/u.test(words.slice(0, alone.start));
  const clauseEnd = alone.end + (/^[^,，;；。]*/u.exec(words.slice(alone.end))?.[0].length ?? 0);
  return { day: alone.range.end, doubtful: false, reasonFrom: isFirst ? clauseEnd : 0 };
}

const namesTime = new RegExp(`${moreTime}|^延`, 'u');
const namesSpan =
  /(?:[一二两三四五六七八九十半\d]+)\s*个?半?(?:工作日|天|周|星期|礼拜|月(?![底初中末份\d前])|季度|年(?![底初中末度\d前]))/u;
/** After 同意 and a comma these take half of it back, or speak of something else: which was meant has to be said. */
const contrary =
  /^(?:但|不过|只是|暂|先不|先别|不予|不办|不核|不同意|继续|仍|延缓|缓|退回|驳回|打回|挂起|终止|恢复|完成\d|待|等)/u;

/** 同意延期 41到8月底, 41延期不同意，理由; a question back where the day cannot be read; null for anything else. */
export function readExtensionDecision(order: Order, view: DateView): Frame | null {
  const found = match(order, extensionForms);
  if (!found) return null;
  const { groups, restAt } = found;
  const accept = groups['no'] === undefined && groups['nope'] === undefined;
  return extensionOf(order, accept, nosOf(groups['nos'], groups['after']), {
    words: groups['rest'] ?? '',
    at: restAt,
    span: groups['span'] ?? '',
    view,
  });
}

function extensionOf(
  order: Order,
  accept: boolean,
  tasks: TaskMention[],
  { words, at, span: so, view }: { words: string; at: number; span: string; view: DateView },
): Frame {
  if (!accept)
    return {
      intent: 'decide_extension',
      accept,
      tasks,
      until: null,
      reason: /\d/u.test(words) ? wordsOrNull(order.marked, at, at + words.length) : reasonOf(order, at, words),
    };
  // Read by itself: in "延期1到8月底" the number and the month are no range.
  const { day, doubtful, reasonFrom } = dayOf(words, view);
  const lead = words.replace(/^[\s,，;；:：。.]+/u, '');
  if (doubtful || (day === null && (so !== '' || namesSpan.test(lead.slice(0, 8)) || contrary.test(lead))))
    return unsure;
  return {
    intent: 'decide_extension',
    accept,
    tasks,
    until: day,
    reason: reasonOf(order, at + reasonFrom, words.slice(reasonFrom)),
  };
}

/** 同意, 不同意，理由: on whatever waits on the quoted task. */
export function readBareDecision(order: Order, view: DateView): Frame | null {
  const found = match(order, [bareDecision]);
  if (!found) return null;
  const { groups, restAt } = found;
  const words = groups['rest'] ?? '';
  if (groups['yes'] === undefined)
    return {
      intent: 'decide_closure',
      accept: false,
      tasks: [],
      reason: wordsOrNull(order.marked, restAt, restAt + words.length) && reasonOf(order, restAt, words),
      any: true,
    };
  const lead = words.replace(/^[\s,，;；:：。.]+/u, '');
  const { day, doubtful } = dayOf(words, view);
  if (doubtful || (day === null && contrary.test(lead))) return unsure;
  // "同意，到9月底": only more time has a day.
  if (day !== null || namesTime.test(lead.slice(0, 4)))
    return extensionOf(order, true, [], { words, at: restAt, span: '', view });
  return { intent: 'decide_closure', accept: true, tasks: [], reason: reasonOf(order, restAt, words), any: true };
}

/** Nothing behind the number, a word that belongs to the decision, or a reason that is set apart. */
const plainEnd =
  /^\s*(?:项|号|任务|工作)?\s*(?:的)?(?:任务)?(?:申请)?(?:请)?(?:同意|准予|予以|批准|通过)?(?:核销|销号|办结|重办|补充)?(?:申请)?(?:了|吧|呀|啊|一下|即可)?[\s.!。]*(?:$|[,，:：;；。.!\n]|(?:理由|原因|因))/u;

/**
 * Whether the words behind a number leave a decision about its closure what it is.
 * @param words - the plain text behind the number
 * @returns the decision that was meant instead, or a question back; null where the closure is decided
 */
export function notThisClosure(accept: boolean, words: string, tasks: TaskMention[], view: DateView): Frame | null {
  const lead = words.replace(/^[\s,，;；:：。.]+/u, '');
  const isPlain = plainEnd.test(words);
  if (isPlain && !(accept && (contrary.test(lead) || namesTime.test(lead.slice(0, 6))))) return null;
  if (!namesTime.test(lead)) return unsure;
  if (!accept) return { intent: 'decide_extension', accept, tasks, until: null, reason: null };
  const { day, doubtful } = dayOf(words, view);
  return day === null || doubtful ? unsure : { intent: 'decide_extension', accept, tasks, until: day, reason: null };
}
