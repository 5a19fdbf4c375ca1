// Clauses: the pieces between commas, and what each stands under: a heading, a condition, somebody's words.
import { type Gate, gateOfShape } from './gates';
import { formerly, isPlainLead } from './lead-words';
import { type MarkedText, shaped } from './marks';
import { surnames } from './person-names';

export interface Clause {
  /** Without the separator and outer blanks; places in the plain text. */
  start: number;
  end: number;
  /** The text with its marks as signs. */
  shape: string;
  /** The sign that ends it: "," ";" "。" "?" "!" "\n" or "". */
  closing: string;
  /** What an earlier clause makes of this one: "例如，38完成80%", "反馈格式如下：\n38完成80%". */
  under?: Gate;
}

/** "139搞完了 顺便看下我们还有啥没完": a blank divides what is told from what is asked. */
const asksNext =
  '(?<=[了成结定毕好完妥]|<percent>|中) +(?=(?:顺便|顺带|另外|对了|还有|再|麻烦|请|帮(?:我(?!想))?|帮忙|给我|我?想|那)*' +
  '(?:(?:看|查|问|列|瞧)(?:一?下|看|询|问)?|请问|导出|<own>(?=[^,;。!?\\n]{0,12}(?:哪|啥|什么|吗|几项|多少)))' +
  '[^,;。!?\\n]{0,16}(?:<own>|<unit>|<all>|<date>|任务|事项|哪|啥|什么|几项|多少|台账|逾期|<tasks>))';
const separator = shaped(`[,;。!?\\n\\ue00a]+|\\.(?!\\d)(?=\\s|$|[^\\w])|${asksNext}`, 'gu');

/** The clauses of a message, in order. A comma between the figures of one number does not end one. */
export function splitClauses(marked: MarkedText): Clause[] {
  const { shape } = marked;
  const clauses: Clause[] = [];
  let from = 0;
  const push = (to: number, closing: string): void => {
    let start = from;
    let end = to;
    while (start < end && /[\s、:]/u.test(shape[start] ?? '')) start++;
    while (end > start && /\s/u.test(shape[end - 1] ?? '')) end--;
    if (end > start) clauses.push({ start, end, shape: shape.slice(start, end), closing });
    else if (closing !== '' && clauses.length > 0) {
      const last = clauses[clauses.length - 1];
      if (last && /[?!]/u.test(closing)) last.closing += closing;
    }
  };
  for (const match of shape.matchAll(separator)) {
    push(match.index, match[0]);
    from = match.index + match[0].length;
  }
  push(shape.length, '');
  placeUnder(clauses, marked);
  return clauses;
}

/** The gate a clause meets, by itself or because of what it stands under. */
export function gateOf(clause: Clause): Gate | null {
  return clause.under ?? gateOfShape(clause.shape, clause.closing);
}

const noticeHead = new RegExp(
  [
    '关于.{2,40}的(?:通知|通报|函|报告|方案|意见|请示|公告|提示)',
    '^(?:【|\\[)[^】\\]]{0,12}(?:通知|通报|提醒|公告|转发|简报|提示|督办|纪要|公示|要闻|新闻|快讯|动态)',
    '^[【\\[(](?:转|转发|转载|引用|摘录|节选)[】\\])]',
    '^(?:转发?|通知|通报|公告|简报|会议纪要|工作提示|温馨提示|重要提醒|特别提醒|督办单|抄送|主送|新闻|快讯|转发通知)\\s*(?:[:]|$)',

    '^(?:通报|简报|公告|通知)(?:如下)?:',
    '(?:现将|现就).{2,24}(?:通知|通报|公布|公示|转发)(?:如下)?',
    '^(?:各(?:牵头|责任|相关|有关)?(?:单位|部门|科室|镇街?|街道|局|委办)|区直各?.{0,6}单位)[^,。;]{0,8}:$',
  ].join('|'),
  'u',
);
/** "各责任单位，…": spoken to all of them. */
const onlyAll = shaped('^<all>(?:请)?(?:注意|知悉)?$');
const noticeTo = shaped('^<all>[^,。;]{0,8}:$');
/** A heading that says what follows is no statement: 格式如下：, 他说：. */
const headingGates: readonly Gate[] = [
  'example',
  'hearsay',
  'condition',
  'plan',
  'demand',
  'wish',
  'doubt',
  'question',
];
/** 请登记：, 情况汇报如下：: a heading of a report, whatever else it says. */
const reportHeading =
  /(?:报告|汇报|反馈|登记|记录|更新|填报|上报|报送|说明|情况|进[展度]|补充|完成|落实|回复|更正)(?:如下|一下)?[:\s]*$/u;
/** A name over the message: copied from somebody, or only a signature? */
const nameAlone = new RegExp(`^[${surnames}][\\p{Script=Han}]{1,2}$`, 'u');
/** 督办通报, 简报第3期: over the lines of a bulletin. */
const bulletin = /^[^,。;:]{0,8}(?:简报|通报|快报|专报|督办单)(?:\(?第?.{1,5}期\)?)?\s*$/u;
/** "以下是聊天记录", "范例如下": over the lines that follow, with or without a colon. */
const overLines =
  /聊天记录|转发内容|以下[^,。]{0,4}转发|转发(?:如下|开始)|原文如下|摘录如下|[范示样]例|模板|格式|填[报写](?:说明|要求|口径|须知)/u;
/** Titles of what is to come, and of what is none of the sender's. */
const planTitle = shaped(
  '^(?:<date>|<own>|<unit>|下一?步|下一?阶段|下个?[周月季]度?|后续|接下来|近期|年度|的|[\\s*#_【\\[(])*(?:工作|任务|重点|推进)*(?:计划|打算|安排|目标|思路|设想|预计|拟办|待办|考虑)(?:清单|表|如下)?[\\s】\\])*:]*$',
);
const othersTitle =
  /(?:其他|其它|别的?|兄弟|外|邻|周边)(?:区|县|市|省|单位|局|地)|供参考|仅参考|去年|上年|前年|往年|归档|存档|作废|旧版|过期|历史数据|姓名|工号|学号|座位|座次|名次|得分|成绩/u;
/** "考核组反馈，71已完成", "省里发文，41项延期": somebody else's words. */
const saysSo = /(?:说|讲|反馈|回复|通报|告知|介绍|表示|称|汇报|答复|发文|来电|来函|强调|指出|转告|反映)(?:了|道|过)?$/u;
const byOrder = /^(?:按|根据|依照?|遵照|接到?|收到|经)/u;
/** "张三 10:21", "李四(区税务局) 6月20日 09:30": the line over a copied message. */
const copiedLine = shaped(
  '(?:^|[\\])】,\\s])(?:<unit>[\\s-]*)?[\\p{Script=Han}A-Za-z]{2,8}\\s*(?:\\([^)]*\\)|<unit>)?[\\s:]*(?:<date>|[\\d/.-]{3,10})?\\s*(?:[上下]午|早上|晚上|中午)?\\s*<quantity>\\s*:?$',
);
/** "10:21 张三", "【张三 10:21】" */
const timeAndName = shaped(
  '^[【\\[(]?(?:<date>\\s*)?(?:<quantity>\\s*[\\p{Script=Han}]{2,8}|[\\p{Script=Han}]{2,8}\\s*(?:<date>\\s*)?<quantity>)\\s*[】\\])]?:?$',
);
const endsWithTime = /(?:\d\s*:\s*\d\d|[\d一二三四五六七八九十]\s*[点时](?:半|\d{1,2}分?)?)\s*:?$/u;
/** A gate in a short clause of its own reaches over the comma: "听说，38完成了", "如果资金到位，38完成80%". */
const reaching: readonly Gate[] = ['hearsay', 'example', 'condition'];
const onlyPlan = shaped(
  '^(?:下一?步|接下来|后续|今后|未来)(?:计划|打算|工作|我们|将)*$|^(?:计划|预计|预期|争取|打算|准备|拟|力争|有望|可望|按计划|要求|目标|<date>|在|于|到|将|能|可|会|\\s)*(?:计划|预计|预期|争取|打算|准备|力争|有望|可望|目标|要求)(?:<date>|在|于|到|能|将|可|会|是|前|\\s)*$',
);

function placeUnder(clauses: readonly Clause[], marked: MarkedText): void {
  const { shape } = marked;
  const found = shape.search(holdsTask);
  const firstTask = found < 0 ? Infinity : found;
  let heading: Gate | undefined;
  clauses.forEach((clause, i) => {
    if (heading && !copied.includes(heading) && startsOwn.test(clause.shape)) heading = undefined;
    if (heading) {
      clause.under = heading;
      return;
    }
    const before = clauses[i - 1];
    if (before && joins(before)) {
      const gate = before.under ?? gateOfShape(before.shape.replace(formerly, ''), '');
      if (gate && reaching.includes(gate) && !resumes.test(clause.shape)) clause.under = gate;
      else if (onlyPlan.test(before.shape)) clause.under = 'plan';
      else if (wishedFor.test(before.shape) && /早(?:就|该|已)/u.test(clause.shape)) clause.under = 'condition';
      else if (waits.test(before.shape) && /(?:就|才|再|即|便)(?!是)/u.test(clause.shape)) clause.under = 'condition';
      else if (
        before.end <= firstTask &&
        saysSo.test(before.shape) &&
        !byOrder.test(before.shape) &&
        !isPlainLead(before.shape)
      )
        clause.under = resumes.test(clause.shape) ? undefined : 'hearsay';
    }
    heading = headingOf(clause, marked, i, clause.start <= firstTask);
    if (heading === 'notice') clause.under = heading;
  });
}

/** "另报：我办第85项推进中", "现将落实情况报告如下：…", "正式上报：…": the sender's own from here on. */
const startsOwn = shaped(
  '^(?:另外?|现在?|正式|下面|以下)(?:将|是|为)?(?:<own>|我们?)?(?:这边|的)?(?:落实|工作|进展|完成|推进|整改)?(?:情况|进[度展])?(?:报告|汇报|反馈|上报|报送|报)(?:如下|一下)?[:\\s]',
);
/** In what is copied or shown as a pattern such words are no more the sender's than the others. */
const copied: readonly Gate[] = ['quotation', 'example'];
/** "再多给两个人，第60项早就办结了" */
const wishedFor = /^(?:再|要是|当时|当初|如能)*多?(?:给|来|加|派|拨|配)(?![出了])[^,;。]{0,12}$/u;

/** "等系统上线，第94项就办结" */
const waits = /^(?:还?得|要|需要?|只)?(?:等|待|候)(?![于候遇级同待])/u;

/** "…，不过38已完成", "目前38已完成": the speaker's own words again. */
const resumes = shaped('^(?:不过|但是?|然而|目前|现在|<own>|我们|实际上?)');
const joins = ({ closing }: Clause): boolean =>
  /^[,\s\ue00a]*$/u.test(closing) && closing !== '' && !closing.includes('\n');

function headingOf(clause: Clause, marked: MarkedText, order: number, isFirst: boolean): Gate | undefined {
  const { shape, text } = marked;
  const ends = /:\s*$/u.test(clause.shape) || shape[clause.end] === ':';
  if (order < 3 && (noticeHead.test(clause.shape) || noticeTo.test(clause.shape))) return 'notice';
  if (
    order < 2 &&
    onlyAll.test(clause.shape) &&
    /(?:单位|部门|街道?|局|委办)$/u.test(text.slice(clause.start, clause.end))
  )
    return 'notice';
  const isLine = clause.closing.includes('\n');
  if (isLine && isFirst && nameAlone.test(clause.shape)) return 'doubt';
  if (isLine && order < 2 && bulletin.test(clause.shape)) return 'notice';
  if (isLine && timeAndName.test(clause.shape) && /\d\s*:\s*\d\d/u.test(text.slice(clause.start, clause.end)))
    return 'quotation';
  if (isLine && copiedLine.test(clause.shape) && endsWithTime.test(text.slice(clause.start, clause.end)))
    return 'quotation';
  if ((isLine || ends) && clause.shape.length <= 20 && overLines.test(clause.shape) && !holdsTask.test(clause.shape))
    return 'example';
  // "9月计划", "其他区的进展（供参考）": a line of its own over lines with numbers.
  if (isLine && isFirst && clause.shape.length <= 20 && !holdsTask.test(clause.shape)) {
    if (planTitle.test(clause.shape)) return 'plan';
    if (othersTitle.test(text.slice(text.lastIndexOf('\n', clause.start) + 1, clause.end))) return 'doubt';
  }
  // "附上周周报存档：截至8月11日，第5项完成80%"
  if (
    isFirst &&
    !holdsTask.test(clause.shape) &&
    /存档|归档|旧版|历史/u.test(clause.shape.slice(0, Math.max(0, clause.shape.indexOf(':'))))
  )
    return 'doubt';
  if (!ends || holdsTask.test(clause.shape)) return undefined;
  // "口径：1.…", "分工：1.…": a heading that is none of a report's own says something else of what follows.
  const gate = gateOfShape(clause.shape, clause.closing) ?? (isPlainLead(clause.shape) ? null : 'doubt');
  if (gate === null || !headingGates.includes(gate) || !isFirst) return undefined;
  return anyHeading.includes(gate) || !reportHeading.test(clause.shape) ? gate : undefined;
}

const holdsTask = shaped('<tasks>|<positions>');
const anyHeading: readonly Gate[] = ['example', 'hearsay', 'condition'];
