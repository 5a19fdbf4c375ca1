// Finds the numbers of the list (第38项, 38、39, 34-37), positions in a shown list, measures and sections.
import { type Mark, type MarkedText } from './marks';
import { expandNumbers, joiner, ranger } from './number-groups';
import { numeralPattern, readNumber } from './numerals';

const n = numeralPattern;
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
    `(?:(?<lead>第|#|№|[Nn][Oo]\\.?|任务(?:序号|编号|号)?|序号|编号${lists === '' ? '' : `|${lists}`})\\s*[:]?\\s*)?(?:第\\s*)?` +
      `(?<first>${n})\\s*(?<sign>项|号)?${noMeasure}(?<rest>${furtherNumbers})`,
    'gu',
  );
};

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
      const positions = expandNumbers((match[1] ?? '').replace(/第/gu, ''));
      return positions
        ? [{ kind: 'positions', positions, start: match.index, end: match.index + match[0].length }]
        : [];
    }),
  );
  // Over the shape: in "一、38项" and "百分之八十三十九项" what is marked already is no number any more.
  const { shape } = marked;
  for (const match of shape.matchAll(explicitForm(listNames))) {
    const mark = explicitMark(shape, match);
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
  if (lead === undefined && lastSign === '项' && countAfter.test(after)) return { kind: 'quantity', start, end };
  const nos = expandNumbers(`${first}${rest}`.replace(/第|#|任务|项|号/gu, ''));
  return nos ? { kind: 'tasks', nos, exact: true, start, end } : null;
}
