// Finds the numbers of the list (第38项, 38、39, 34-37), positions in a shown list, measures and sections.
import { type Mark, type MarkedText } from './marks';
import { expandNumbers, joiner, ranger } from './number-groups';
import { numeralPattern, readNumber } from './numerals';

const n = numeralPattern;
/** After a listed number there must be no measure word: "38项、3个问题" lists one task. */
const noMeasure = '(?![\\d.%]|\\s*(?:%|亿|万|元|个|名|人|户|家|次|份|条|件|笔|年|月|日|天|周|点|成|页|楼|度|季))';
const furtherNumbers = `(?:(?:${joiner}|${ranger})(?:第\\s*|#|任务\\s*)?${n}\\s*(?:项|号)?${noMeasure})*`;

const sectionForm = new RegExp(
  `(?:第\\s*(?=[\\d一二三四五六七八九十])|(?<![\\d一二三四五六七八九十第])(?=十))(${n})\\s*(?:大)?部分|[(]([一二三四五六七八九十]{1,3})[)](?:部分)?`,
  'gu',
);
const figureSection = /[(](\d{1,2})[)](?=\s*(?:部分|的任务|里|中|任务))/gu;
const measureForm = new RegExp(
  `(?:政策措施|措施)\\s*第?\\s*(${n})(?:条|项)?|第\\s*(${n})\\s*(?:条|项)(?:政策)?措施`,
  'gu',
);
const positionForm = new RegExp(
  `(?:(?:列表|清单|上面|刚才|表)(?:里|中|的)*)?第\\s*(${n}(?:${joiner}(?:第\\s*)?${n})*)\\s*(?:条|个(?!季度|月|工作日|半年|星期|周))(?!措施|政策)`,
  'gu',
);

/** 前两个都完成了: the first positions of a list. */
const firstForm =
  /前([两二三四五六七八九\d])(?:个|条|项)(?:任务|事项)?(?=(?:都|均|已|也|全)?(?:已经?)?(?:完成|办结|搞定|做完|办完|推进中))/gu;
/** The last of a list, as position -1. */
const lastForm = /(?:最后|倒数第)一?(?:条|个|项)(?!季度|月|工作日|星期|周|小时|环节|阶段)/gu;

/** What makes "38项" a count and not a number: "共38项", "已完成38项", "38项任务全部…", "38项措施". */
const countBefore =
  /(?:共|有|还有|剩余?|剩下|其中|完成了?|办结了?|达到?|约|近|余|逾期|超期|到期|牵头|配合|这|那|前|(?<![然之以最今随])后|新增|全部|合计|总计|累计|等|各|每|多|几|承担|负责|涉及|落实|推进|梳理|上报|反馈|报送|收到|清单|督办|安排|下达|分解)了?\s*(?:的)?$|(?<=\p{Script=Han})(?:事项|问题|项目|措施|制度|政策|隐患|需求|诉求|意见|建议|成果|指标|材料|要素|流程|权力|服务|案件|线索|台账)\s*$/u;
const countAfter =
  /^(?:目(?!前)|措施|政策|指标|内容(?=要|需|均|都|全|已|完成)|制度|资料|材料|业务|服务|清单|问题|改革|举措|权力|事项|中[，,的]|里|左右|以上|任务(?:中|里|全部|均|都|，?其中)|(?:重点)?(?:任务|工作)[^\n,;。]{0,6}(?:全部|均已|都已|都|其中))/u;
/** 全年71项任务: so many, not which. */
const wholeCount = /(?:全[年区县市]|年度|今年|[上下]半年)$/u;
const notANumbersSign =
  /^(?:文|楼|线|院|窗|令|公告|店|门|房|桌|机|馆|岗|地块|井|车|厅|码|召|通知|会议室|公馆|路|街|区|桥|床|柜|仓|工地|航站|球)/u;

const explicitForms = new Map<string, RegExp>();

/** Numbers with a sign of the list; remembered by the lists' names. */
function explicitForm(listNames: readonly string[]): RegExp {
  const key = listNames.join('|');
  const form = explicitForms.get(key) ?? makeExplicitForm(listNames);
  explicitForms.set(key, form);
  return form;
}

function makeExplicitForm(listNames: readonly string[]): RegExp {
  const lists = listNames.map(name => name.replace(/[^\p{L}\p{N}]/gu, '\\$&')).join('|');
  return new RegExp(
    `(?:(?<lead>第|#|№|[Nn][Oo]\\.?|任务(?:序号|编号|号)?|序号|编号${lists === '' ? '' : `|${lists}`})\\s*[:]?\\s*)?(?:第\\s*)?` +
      `(?<first>${n})\\s*(?<sign>项|号)?${noMeasure}(?<rest>${furtherNumbers})`,
    'gu',
  );
}

const countedGroup = new RegExp(
  // Begins at the first number of a list, never within one.
  `(?<!\\d)(?<!\\d\\s{0,2}(?:项|号)?\\s{0,2}(?:[、,/&+至到-]|和|及|与|跟)\\s{0,2}(?:第|#)?\\s{0,2})(?:第\\s*|#|任务\\s*|序号\\s*)?(\\d{1,3}(?:\\s*(?:项|号))?(?:(?:${joiner}|${ranger})(?:第\\s*|#)?\\d{1,3}(?:\\s*(?:项|号))?)+)\\s*(?:(?:这|等|共|一共)\\s*(\\d{1,2}|[两二三四五六七八九十]{1,2})|([两二三四五六七八九十]{1,2}))\\s*(?:项|个|条)(?:重点)?(?:任务|工作|事项)?`,
  'gu',
);
/** "38  39  43 都完成了": blanks divide them where 都 says that there are several; of single figures nobody knows. */
const spacedNumbers =
  /(?:^|[\n,;。:!?]\s*|报告|汇报|反馈|[看查催问](?:一?下|[看查催问询])?)([1-9]\d{1,2}(?:\s+[1-9]\d{1,2})+)(?:(?:\s*(?:这?([两几二三四五六七八九十])项|[项号]))?(?=\s*(?:都|均|全部|全都|分别))|\s*这?([两二三四五六七八九十])项)/gu;
/** "10项完成8项", "5项任务，3项完成，2项推进中", "6项都完成了", "1项都没完成": how many, not which. */
const howMany = [
  /(?<![第\d、,和到至#-])\d{1,3}\s*项(?:任务|工作|事项)?(?:中|里)?[,，]?(?:已经?|共|现|目前|其中)*(?:完成|办结|推进|搞定|落实|启动)了?\s*\d{1,3}\s*(?:项|个|%?$)/gu,
  /(?<![第\d、,和到至#-])(?<!\d\s{1,3})\d{1,3}\s*项(?:任务|工作|事项)?(?=(?:都|均|全都|全部|全)(?:已经?|没有?|未|还没)?(?:完成|办结|搞定|做完|办完|弄完|落实|启动|推进))/gu,
];
const doneOfAll =
  /(?<![第\d、,和到至#-])\d{1,3}\s*项(?:任务|工作|事项)(?:中|里)?[,，]?(?:已经?|共|现|目前|其中)*(?:完成|办结|推进|搞定|落实|启动)了?\s*\d{1,3}\s*项/u;
const total = /(?<![第\d、,和到至#-])\d{1,3}\s*项(?:任务|工作|事项)(?=[,，:：](?:其中)?[^,，。;]{0,6}\d{1,3}\s*项)/u;
const anyCount = /(?<![第\d#])\d{1,3}\s*项/gu;

/** Counts of tasks that read like numbers of the list. */
function countsOnly(shape: string): Mark[] {
  const forms = total.test(shape) || doneOfAll.test(shape) ? [anyCount] : howMany;
  return forms.flatMap(form => [...shape.matchAll(form)].map((match): Mark => ({ kind: 'quantity', start: match.index, end: match.index + match[0].length }))); // prettier-ignore
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
    [...text.matchAll(lastForm)].map((match): Mark => ({
      kind: 'positions',
      positions: [-1],
      start: match.index,
      end: match.index + match[0].length,
    })),
  );
  marked.add(
    [...text.matchAll(firstForm)].map((match): Mark => {
      const count = readNumber((match[1] ?? '').replace('两', '二')) ?? 1;
      const positions = Array.from({ length: count }, (_, i) => i + 1);
      return { kind: 'positions', positions, start: match.index, end: match.index + match[0].length };
    }),
  );
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
  for (const match of shape.matchAll(countedGroup)) {
    const nos = expandNumbers((match[1] ?? '').replace(/第|#|任务|项|号/gu, ''));
    const [start, end] = [match.index, match.index + match[0].length];
    // "38、39两项": the count is no number of its own; one that does not agree leaves all in doubt.
    if (nos)
      marked.add([
        nos.length === readNumber(match[2] ?? match[3] ?? '')
          ? { kind: 'tasks', nos, exact: true, start, end }
          : { kind: 'quantity', start, end },
      ]);
  }
  marked.add(countsOnly(shape));
  for (const match of marked.shape.matchAll(spacedNumbers)) {
    const nos = [...new Set((match[1] ?? '').split(/\s+/u).map(Number))];
    const end = match.index + match[0].length;
    const said = match[2] ?? match[3];
    const count = said === undefined ? nos.length : readNumber(said.replace('两', '二').replace('几', ''));
    const start = match.index + match[0].indexOf(match[1] ?? '');
    marked.add([
      count === nos.length || count === null
        ? { kind: 'tasks', nos, exact: false, start, end }
        : { kind: 'quantity', start, end },
    ]);
  }
  for (const match of marked.shape.matchAll(explicitForm(listNames))) {
    const mark =
      wholeCount.test(text.slice(0, match.index)) && /^\d+项任务/u.test(text.slice(match.index))
        ? null
        : explicitMark(shape, match);
    if (mark) marked.add([mark]);
  }
}

const inARow = /^(?:一二三?|二三四?|三四五?|四五六?|五六七?|六七八?|七八九?|八九)$/u;

function explicitMark(text: string, match: RegExpMatchArray): Mark | null {
  const { lead, first = '', sign, rest = '' } = match.groups ?? {};
  const start = match.index ?? 0;
  const end = start + match[0].length;
  const lastSign = /[项号]$/u.exec(match[0].trim())?.[0] ?? sign;
  if (lead === undefined && lastSign === undefined) return null;
  const after = text.slice(end, end + 12);
  // 任务一览, 任务一切顺利
  if (lead !== undefined && first === '一' && /^[览切定起直般共样并些次]/u.test(after)) return null;
  // 倒数第一: a place among others.
  if (lead === '第' && lastSign === undefined && /倒数\s*$/u.test(text.slice(Math.max(0, start - 4), start)))
    return null;
  if (lead === '第' && lastSign === undefined && !/^\s*(?:$|[,，:：;。\s]|已|完成|进度|进展|推进)/u.test(after))
    return null;
  if (lastSign === '号' && notANumbersSign.test(after)) return { kind: 'quantity', start, end };
  // "完成了90项还有5项没完成" counts, too.
  const counted = lead === undefined && lastSign === '项' && (rest === '' || rest.includes('还有'));
  const before = text.slice(Math.max(0, start - 8), start);
  // "89项完成了 90项还在推进": the next one.
  const isNext = /了\s+$/u.test(before) && /^(?:还(?![有剩差余])|已|正在|也|没|未|尚)/u.test(after);
  if (counted && !isNext && (/^[一两]$/u.test(first) || countBefore.test(before)))
    return { kind: 'quantity', start, end };
  if (lead === undefined && lastSign === '项' && countAfter.test(after)) return { kind: 'quantity', start, end };
  // 第五六七项: three in a row are three, and which sign belongs to which nobody has said.
  if (inARow.test(first)) return { kind: 'quantity', start, end };
  const nos = expandNumbers(`${first}${rest}`.replace(/第|#|任务|项|号/gu, ''));
  return nos ? { kind: 'tasks', nos, exact: true, start, end } : null;
}
