// Finds the numbers of the list (第38项, 38、39, 34-37), positions in a shown list, measures and sections.
import { type Mark, type MarkedText, shaped } from './marks';
import { numeralPattern, readNumber } from './numerals';

const n = numeralPattern;
const joiner = '\\s*(?:[、,/&+]|和|及|与|跟|以及|还有)\\s*';
const ranger = '\\s*(?:-|至|到)\\s*';
/** After a listed number there must be no measure word: "38项、3个问题" lists one task. */
const noMeasure = '(?![\\d.%]|\\s*(?:%|亿|万|元|个|名|人|户|家|次|份|条|件|笔|年|月|日|天|周|点|成|页|楼|度|季))';
const furtherNumbers = `(?:(?:${joiner}|${ranger})(?:第\\s*|#|任务\\s*)?${n}\\s*(?:项|号)?${noMeasure})*`;

const sectionForm = new RegExp(`第\\s*(${n})\\s*(?:大)?部分|[(]([一二三四五六七八九十]{1,3})[)](?:部分)?`, 'gu');
const figureSection = /[(](\d{1,2})[)](?=\s*(?:部分|的任务|里|中|任务))/gu;
const measureForm = new RegExp(
  `(?:政策措施|措施)\\s*第?\\s*(${n})(?:条|项)?|第\\s*(${n})\\s*(?:条|项)(?:政策)?措施`,
  'gu',
);
const positionForm = new RegExp(
  `(?:(?:列表|清单|上面|刚才|表)(?:里|中|的)*)?第\\s*(${n}(?:${joiner}(?:第\\s*)?${n})*)\\s*(?:条|个(?!季度|月|工作日|半年|星期|周))(?!措施|政策)`,
  'gu',
);

/** What makes "38项" a count and not a number: "共38项", "已完成38项", "38项任务全部…", "38项措施". */
const countBefore =
  /(?:共|有|还有|剩余?|剩下|其中|完成了?|办结了?|达到?|约|近|余|逾期|超期|到期|牵头|配合|这|那|前|后|新增|全部|合计|总计|累计|等|各|每|多|几|承担|负责|涉及|落实|推进|梳理|上报|反馈|报送|收到|清单|督办|安排|下达|分解)了?\s*(?:的)?$/u;
const countAfter =
  /^(?:目(?!前)|措施|政策|指标|内容|制度|资料|材料|业务|服务|清单|问题|改革|举措|权力|事项|中[，,的]|里|左右|以上|任务(?:中|里|全部|均|都|，?其中)|(?:重点)?(?:任务|工作)[^\n,;。]{0,6}(?:全部|均已|都已|都|其中))/u;
const notANumbersSign =
  /^(?:文|楼|线|院|窗|令|公告|店|门|房|桌|机|馆|岗|地块|井|车|厅|码|召|通知|会议室|公馆|路|街|区|桥|床|柜|仓|工地|航站|球)/u;

const explicitForm = (listNames: readonly string[]): RegExp => {
  const lists = listNames.map(name => name.replace(/[^\p{L}\p{N}]/gu, '\\$&')).join('|');
  return new RegExp(
    `(?<lead>第|#|№|[Nn][Oo]\\.?|任务(?:序号|编号|号)?|序号|编号${lists === '' ? '' : `|${lists}`})?\\s*[:]?\\s*(?:第\\s*)?` +
      `(?<first>${n})\\s*(?<sign>项|号)?${noMeasure}(?<rest>${furtherNumbers})`,
    'gu',
  );
};

/** "38、39和41-43" → 38, 39, 41, 42, 43; null when it holds a number that cannot be one of a list, or a range backwards. */
function expand(group: string): number[] | null {
  const nos: number[] = [];
  let range = false;
  for (const [token] of group.matchAll(new RegExp(`${n}|${ranger}|${joiner}`, 'gu'))) {
    const no = readNumber(token.trim());
    if (no === null) {
      range = /-|至|到/u.test(token);
      continue;
    }
    const last = nos.at(-1);
    if (range && last !== undefined) {
      if (no <= last || no - last > 200) return null;
      for (let i = last + 1; i <= no; i++) nos.push(i);
    } else nos.push(no);
    range = false;
  }
  return nos.length > 0 && nos.every(no => no > 0) ? [...new Set(nos)] : null;
}

/** Marks sections, measures, positions and explicitly written task numbers. */
export function scanNumbers(marked: MarkedText, listNames: readonly string[]): void {
  const { text } = marked;
  const single =
    (kind: 'section' | 'measure') =>
    (match: RegExpMatchArray): Mark[] => {
      const no = readNumber(match[1] ?? match[2] ?? '');
      const start = match.index ?? 0;
      return no === null ? [] : [{ kind, no, start, end: start + match[0].length }];
    };
  marked.add([...text.matchAll(measureForm)].flatMap(single('measure')));
  marked.add([...text.matchAll(sectionForm), ...text.matchAll(figureSection)].flatMap(single('section')));
  marked.add(
    [...text.matchAll(positionForm)].flatMap((match): Mark[] => {
      const positions = expand((match[1] ?? '').replace(/第/gu, ''));
      return positions
        ? [{ kind: 'positions', positions, start: match.index, end: match.index + match[0].length }]
        : [];
    }),
  );
  for (const match of text.matchAll(explicitForm(listNames))) {
    const mark = explicitMark(text, match);
    if (mark) marked.add([mark]);
  }
}

function explicitMark(text: string, match: RegExpMatchArray): Mark | null {
  const { lead, first = '', sign, rest = '' } = match.groups ?? {};
  const start = match.index ?? 0;
  const end = start + match[0].length;
  const lastSign = /[项号]$/u.exec(match[0].trim())?.[0] ?? sign;
  if (lead === undefined && lastSign === undefined) return null;
  const after = text.slice(end, end + 12);
  if (lead === '第' && lastSign === undefined && !/^\s*(?:$|[,，:：;。\s]|已|完成|进度|进展|推进)/u.test(after))
    return null;
  if (lastSign === '号' && notANumbersSign.test(after)) return { kind: 'quantity', start, end };
  const counted = lead === undefined && rest === '' && lastSign === '项';
  if (counted && (/^[一两]$/u.test(first) || countBefore.test(text.slice(Math.max(0, start - 8), start))))
    return { kind: 'quantity', start, end };
  if (lastSign === '项' && countAfter.test(after)) return { kind: 'quantity', start, end };
  const nos = expand(`${first}${rest}`.replace(/第|#|任务|项|号/gu, ''));
  return nos ? { kind: 'tasks', nos, exact: true, start, end } : null;
}

/** What may stand before a bare number: nothing, a separator, a unit, or a word of politeness or of reporting. */
const bareBefore = shaped(
  '(?:^|[\\n,;。、:!?() >]|<percent>了?|<bullet>|<section>|<unit>|<own>|<quantity>|好的|收到|报告|汇报|反馈|上报|领导|您好|你好|更正|纠正|补充|关于|另外|还有|其中|目前|截至目前|撤回|撤销|催办|催一下|催|核销|退回|查|查询|查一下|说说|讲讲|说一下|讲一下|介绍一?下|申请|刚才|刚刚|登记一?下?|记录一?下?|记一?下|更新一?下?|看|看看|看下|看一下|问一下|请问|同意|不同意|延期|对|就|把|将|然后|是)\\s*$',
);
/** What must follow it: a word of progress, of asking, or the end. */
const bareAfter = shaped(
  '^\\s*[:,，、]?\\s*(?:<percent>|<date>[^\\n]{0,6}(?:完成|办结|前|到期)|已|于|截至|截止|自|均|都|全部|完成|办结|办完|办好|搞定|搞完|做完|做好|弄完|弄好|干完|进度|进展|推进|正在|进行|还|尚|没|未|目前|现在|基本|分别|卡|堵|遇到|存在|因|由于|需|申请|请求|延期|逾期|到期|怎么|咋|如何|什么|啥|情况|是|呢|吗|谁|哪|能|可|应|争取|预计|计划|打算|准备|拟|力争|落实|启动|开始|开展|有|长期|持续|转|要|由|的(?:反馈|更新|上报|详情|详细|具体|任务|进度|进展|情况|内容|牵头|责任|完成)|任务|办|做|不|怎|搞|牵头|截止|时限|期限|暂|仍|过半|差|接近|大体|初步|全面|[?!。;]|理由|内容|详情|详细|具体|核销|销号|同意|退回|驳回|打回|撤回|撤销|收回|<unit>|<own>|$)',
);
const bareForm = new RegExp(
  `(?<![\\d.第])(\\d{1,3})(?!\\d|\\.\\d)((?:(?:${joiner}|${ranger})\\d{1,3}(?!\\d|\\.\\d))*)`,
  'gu',
);
const spokenForm = new RegExp(
  `([一二三四五六七八九]?十[一二三四五六七八九]?|一百[零〇]?[一二三四五六七八九十]{0,3})`,
  'gu',
);

/** After an order or a request a number stands for itself: "退回 38，佐证材料不全", "撤回3". */
const ordered = shaped(
  '(?:说说|讲讲|介绍一?下|撤回|撤销|催办|催|核销|销号|退回|驳回|不同意|同意|查询?|查一下|查看|看|看看|看下|看一下|显示|打开|任务详情|详情)\\s*$',
);
const orderedAfter = /^\s*(?:$|[,;。!?、\n]|的)/u;

/** "1、38完成" at the beginning of a line: the first of several points, or the tasks 1 and 38? */
function isPerhapsListMark(text: string, start: number, group: string): boolean {
  return /^1、(?!2$)\d+$/u.test(group) && /(?:^|\n)[ \t]*$/u.test(text.slice(0, start));
}

/** Marks numbers that stand directly before a word of progress ("38完成80%", "1，推进中"). */
export function scanBareNumbers(marked: MarkedText): void {
  for (const form of [bareForm, spokenForm])
    // Over the shape: what is marked already is no figure any more.
    for (const match of marked.shape.matchAll(form)) {
      const start = match.index;
      const end = start + match[0].length;
      const { shape } = marked;
      const before = shape.slice(Math.max(0, start - 12), start);
      const after = shape.slice(end, end + 24);
      // "3 8完成80%", "38 39完成": whether that is one number or two only the sender knows.
      if (/\d\s+$/u.test(before)) continue;
      const stands = bareBefore.test(before) && bareAfter.test(after);
      if (!stands && !(ordered.test(before) && orderedAfter.test(after))) continue;
      const nos = isPerhapsListMark(marked.text, start, match[0]) ? null : expand(match[0]);
      if (nos) marked.add([{ kind: 'tasks', nos, exact: false, start, end }]);
    }
}
