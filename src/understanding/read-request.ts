// Requests about numbered tasks: 撤回, 核销, 退回, 催办, 延期.
import { factAt } from './facts';
import { type Frame } from './frames';
import { type MarkedText, shaped } from './marks';
import { type Gate } from './gates';
import { notThisClosure } from './read-decision';
import { readExtension, type RequestView } from './read-extension';
import { type Segment, type Stretch } from './segments';

const withdraw = '撤回|撤销|收回|回退|撤掉|撤了|撤下来?|撤一下|作废|删除|删掉|删了|不算数?|不作数';
const undoLead =
  /^(?:请|帮我|帮忙|麻烦|把|我要|我想|刚才的?|刚刚的?|将|对|[\s,])*(?:撤回|撤销|收回|取消|回退|撤掉|删除|删掉|撤)(?:我|刚才|刚刚|刚?(?:报|填|发|提交)的|一下|对|的|反馈|更新|上报|进度|记录|\s|:)*$/u;
const report = '刚报|刚填|刚发|更新|反馈|进度|上报|记录|填报|汇报|提交|那条|这条|刚才报的|数据|内容|的';
const undoTail = new RegExp(
  `^[\\s:,]*(?:${report}|刚才|刚刚|不小心|报错了?|填错了?|写错了?|发错了?|弄错了?|有误|错了)*(?:请|帮我|给我|先|都|全部)*(?:${withdraw}|取消(?!提醒|延期|了$))(?:一下|吧|了|掉)?[\\s.!]*$`,
  'u',
);
/** "38报错了，撤回": the number in one clause, the order in the next. */
const saidWrong =
  /^[\s:,]*(?:的|刚才|刚刚|这项|这个|反馈|进度|更新)*(?:报|填|写|发|弄|搞|说|看)?(?:错|错了|有误|不对|不准确?|串了|重复了?)(?:了|啦)?$/u;
const undoAlone = new RegExp(
  `^(?:请|帮我|麻烦|先|给我|把|它|这条|需|要|[\\s])*(?:${withdraw})(?:一下|吧|了|掉|它)?[\\s.!]*$`,
  'u',
);
const acceptLead = /^(?:请)?(?:同意|批准|准予|通过)?(?:核销|销号|办结)[\s:]*$|^同意[\s:]*$/u;
const acceptTail = /^[\s:,]*(?:同意|准予|批准|予以|通过)(?:核销|销号|办结)?[\s.!]*$|^[\s:,]*(?:核销|销号)[\s.!]*$/u;
const returnLead = /^(?:请)?(?:退回|不同意|驳回|打回)(?:核销|销号|办结)?[\s:]*$/u;
const returnTail = /^[\s:,]*(?:退回|不同意|驳回|打回)(?:核销|销号|办结|重办|补充)?[\s.!]*(?:$|[:,]|理由|原因|因)/u;
const remindLead = shaped(
  '^(?:请|帮我|帮忙|麻烦|再|去|打个?电话|发个?消息|私信|把|给|向|对|就|[\\s,]|<unit>|<all>)*(?:催办|催一催|催催|催促|催报|催|督促|督办|提醒|盯(?:一?下|紧|着)|敲打(?:一?下)?)(?!.{0,6}[我您]).{0,24}$',
);
/** 让住建局抓紧报第38项 */
const letLead = shaped(
  '^(?:请|帮我|帮忙|麻烦|再|去|就|[\\s,])*(?:让|叫|喊|通知|要求)(?:一?下)?<unit>(?:[、和及与]<unit>)*(?:那边|那头)?(?:把|将|抓紧|赶紧|赶快|尽快|快[点些]|加快|报|办|推进|落实|反馈|完成|一?下)*$',
);
const letBody =
  /^(?:的)?(?:任务|工作|进[度展]|情况)?(?:抓紧|赶紧|赶快|尽快|快[点些]|加快)?(?:时间|进[度展]|办理?|推进?|报(?:了|上来)?|反馈|完成|落实|一?点|一?下)*[了吧]*[\s.!]*$/u;
const remindTail = shaped(
  '^[\\s:,]*(?:的|(?:给|向)?(?:牵头|责任|配合|主办)?单位|都|再|帮我|帮忙|麻烦|请|给我|也)*(?:催办|催一?下|催催|催一催|再催|盯(?:一?下|一盯|紧)|提个?醒|敲打(?:一?下)?)(?:一下|下|<unit>|吧|[\\s])*[.!]*$',
);
const noRemind = /(?:不要|别|不用|不必|无需|暂不|取消|停止|不再|不).{0,3}(?:催|督促|督办|提醒)/u;

/** Under these nobody asks for anything. */
const closed: readonly Gate[] = ['quotation', 'notice', 'example', 'hearsay', 'condition'];

function text(marked: MarkedText, stretch: Pick<Stretch, 'start' | 'end'>): string {
  return marked.text.slice(stretch.start, stretch.end);
}

/** The request a segment makes, or null when it makes none. */
export function readRequest(marked: MarkedText, segment: Segment, view: RequestView): Frame | null {
  const { lead, body, more, nos } = segment;
  const tasks = nos.map(no => ({ no }));
  const leadText = text(marked, lead).trim();
  const bodyText = text(marked, body);
  if (view.gate !== null && closed.includes(view.gate)) return null;
  if (!body.closing.includes('?')) {
    // "撤回38了吗" asks; "撤回38的延期申请" takes back something else.
    if (undoLead.test(leadText) && /延期|展期|申请/u.test(bodyText)) return { intent: 'clarify', about: 'unsure' };
    if (undoLead.test(leadText) && !hasFact(marked, body) && !/吗|没|呢$|么$/u.test(bodyText))
      return { intent: 'undo', tasks };
    if (undoTail.test(bodyText) && !/不|别/u.test(leadText)) return { intent: 'undo', tasks };
    if (saidWrong.test(bodyText) && more.some(clause => undoAlone.test(text(marked, clause))))
      return { intent: 'undo', tasks };
    // What stands behind the number is read only where it is not the decision itself: 38同意核销, 38退回，理由.
    if (acceptLead.test(leadText)) return decision(marked, segment, true, { from: body.start, ...view });
    if (acceptTail.test(bodyText)) return decision(marked, segment, true, { from: body.end, ...view });
    if (returnLead.test(leadText)) return decision(marked, segment, false, { from: body.start, ...view });
    if (returnTail.test(bodyText)) return decision(marked, segment, false, { from: body.end, ...view });
    if (asksToRemind(marked, segment, leadText, bodyText) || urgedFor(marked, segment, bodyText))
      return { intent: 'remind_others', ...unitsIn(marked, segment), tasks };
  }
  return readExtension(marked, segment, view);
}

/** 核销38, 退回 38，理由; words behind the number that are no reason make something else of it, or a question. */
function decision(
  marked: MarkedText,
  segment: Segment,
  accept: boolean,
  { from, dates }: { from: number } & Pick<RequestView, 'dates'>,
): Frame {
  const tasks = segment.nos.map(no => ({ no }));
  const last = segment.more.at(-1) ?? segment.body;
  const words = marked.text.slice(from, last.end);
  return (
    notThisClosure(accept, words, tasks, dates) ?? {
      intent: 'decide_closure',
      accept,
      tasks,
      reason: restWords(marked, segment),
    }
  );
}

/** "催办38", "提醒税务局报一下73的进度", "38催一下"; "提醒大家，38已完成" is none. */
function asksToRemind(marked: MarkedText, { lead, body }: Segment, leadText: string, bodyText: string): boolean {
  if (noRemind.test(leadText) || noRemind.test(bodyText) || /[吗呢]|我/u.test(bodyText)) return false;
  if (remindTail.test(marked.shape.slice(body.start, body.end))) return leadText.length < 12;
  const shape = marked.shape.slice(lead.start, lead.end).trim();
  if (letLead.test(shape) && letBody.test(bodyText))
    return /抓紧|赶紧|赶快|尽快|快[点些]|加快|报|反馈/u.test(leadText + bodyText);
  return remindLead.test(shape) && !hasFact(marked, body);
}

/** "文旅局132还没动静，催一下" */
const nothingHeard =
  /^(?:的|这项|任务|进[度展])*(?:一直|到现在|至今|怎么|都|还)*(?:没有?|未|不)(?:见|有|看到)?(?:动静|反馈|消息|进展|动|报(?:进[度展])?|交|更新|回复|下文)[\s.!]*$/u;
const onlyUrges =
  /^(?:请|帮我?|帮忙|麻烦|再|去|你|您|给我|督办助手|[\s,])*(?:催办|催一?下|催催|催一催|催|提个?醒|提醒一?下|盯一?下|督促一?下)(?:他们?|它|一?下)?[吧了]?[\s.!]*$/u;
const urgedFor = (marked: MarkedText, { more }: Segment, bodyText: string): boolean =>
  nothingHeard.test(bodyText) && more.some(clause => onlyUrges.test(text(marked, clause)));

/** A statement (已完成, 完成80%), not a mere 完成 such as stands in an order: 催一下38完成. */
function hasFact(marked: MarkedText, body: Stretch): boolean {
  const fact = factAt(marked, body.start, body.end);
  return fact !== null && (fact.percents.length > 0 || /已|了|中/u.test(text(marked, body)));
}

function unitsIn(marked: MarkedText, { lead, body }: Segment): { unit?: string | string[] } {
  const names = marked.within('unit', lead.start, body.end).flatMap(mark => mark.names);
  if (names.length === 0) return {};
  return { unit: names.length === 1 ? (names[0] ?? '') : names };
}

function restWords(marked: MarkedText, { body, more }: Segment): string | null {
  const last = more.at(-1) ?? body;
  const words = marked.plain
    .words(body.start, last.end)
    .replace(
      /^[\s,，:：;；、。]*(?:项|号|的|任务)*(?:退回|驳回|打回|不同意|同意|准予|核销|销号|办结|重办|补充|申请)*(?:了|吧|呀|啊)?[\s,，:：;；、。]*(?:理由|原因)?(?:是|为)?[:：]?/u,
      '',
    )
    .trim();
  return words === '' || /^(?:谢谢|辛苦|感谢|多谢|了|啦|[\s。.!！])+$/u.test(words) ? null : words;
}
