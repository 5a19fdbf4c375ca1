// Clauses: the pieces between commas, what each is about, and the gate that keeps what is no statement of fact from being one.
import { type MarkedText, shaped } from './marks';

export interface Clause {
  /** Without the separator and outer blanks; places in the plain text. */
  start: number;
  end: number;
  /** The text with its marks as signs. */
  shape: string;
  /** The sign that ends it: "," ";" "。" "?" "!" "\n" or "". */
  closing: string;
}

const separator = /[,;。!?\n\ue00a]+|\.(?!\d)(?=\s|$|[^\w])/gu;

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
  return clauses;
}

/** Why a clause states no fact; null = nothing speaks against one. */
export type Gate =
  'question' | 'condition' | 'hearsay' | 'example' | 'demand' | 'plan' | 'wish' | 'doubt' | 'quotation';

const gate = (name: Gate, ...words: string[]): readonly [Gate, RegExp] => [name, shaped(words.join('|'))];

// What makes the whole clause no statement, wherever it stands in it.
const anywhere = [
  gate(
    'question',
    '[?]|吗|么$|嘛$|(?:完成|办结|搞定|做完|落实|弄完|搞完|办完|报)了?(?:没有?|没|不)(?:呢|啊|呀)?$|是否|是不是|有没有|有无',
    '能否|可否|能不能|可不可以|要不要|对不对|好了没|怎么|咋|如何|什么|啥|哪|几时|何时|多少|多久|谁|到哪一?步|呢$',
    '[对是行好]吧$|^是吧|为何|凭什么|难道|岂',
  ),
  gate(
    'condition',
    '如果|要是|假如|假设|倘若?|若(?!干)|万一|一旦|只要|除非|即使|哪怕|就算|的话|等[^,]{0,12}(?:后|再|时|才|以后|之后)',
    '(?:完成|办结|做完|搞定|办完)了?(?:后|之后|以后|再|才|时|的时候|前|之前|以前|就|的(?!$|事|话))|一(?:完成|办结|做完)|才(?:能|可以|行|算)',
    '与否|不论|无论|当[^,]{0,10}时',
  ),
  gate(
    'hearsay',
    '听说|据说|据悉|据.{1,6}(?:反映|介绍|称|说)|(?:说|称|表示|反映|讲|认为|以为|觉得|告诉我?|通知)(?:是|过|了)?[:]?(?=.{0,6}(?:<tasks>|\\d))',
    '他们|她们|他说|她说|有人|传闻|好像|貌似|似乎|别人|人家|对方|^[^\\ue000-\\uf8ff]{0,6}说',
  ),
  gate(
    'example',
    '^例[:]|^如(?=<tasks>|\\d|第)|例如|比如|譬如|举例|样例|示例|举个例|格式|模板|范例|如[:]|(?:按|照|像)[^,]{0,6}(?:这样|格式|方式)|可以(?:写|填|回复|说)|应该?(?:写|填|回复)',
    '回复[“"\']|测试一?下|试一?下|假装|演示',
  ),
  gate('wish', '就好了|希望|盼|但愿|祝|多好|才怪|加油|如能|求(?!助)'),
  gate(
    'doubt',
    '应该(?!是<percent>)|大概(?!<percent>)|可能|估计|也许|或许|恐怕|说不定|不一定|差不多(?=.{0,3}(?:完成|办结|做完|好)了?$)|算是|不确定|不清楚',
    '据我|理论上|按理|所谓|号称|谎|骗|假的|虚报|玩笑|谁信|鬼|梦|吹|才不是|不是',
  ),
];

// What makes it no statement only where it stands before the word of fact: 要完成, 请完成, 计划完成 — but not 完成80%，需要协调.
const before = [
  gate(
    'demand',
    '请(?!假)|务必|必须|应当|应于|须|要求|抓紧|尽快|督促|催|限(?:期|时)|确保|保证|麻烦|建议|不得|严禁|记得|别忘|不要|(?<![分级类特区性个各差辨识])别|敦促',
    '<all>|你们?|您|贵局|都要|得(?=在|要|把)|需(?!求)|赶紧|赶快|帮',
  ),
  gate(
    'plan',
    '(?<!按|照)计划|预计|预期|争取|打算|准备|拟|力争|将(?!.{0,3}已)|即将|马上|快要?|就要|要(?!求)|会(?!议|同|商|员|场|计)|想|可望|有望|目标|考核',
    '任务是|能|可以|可(?=完成)|待|下一?步|接下来|后续|着手|设法|尽量|尽力|承诺|预备|酝酿',
  ),
];

export const factWord = shaped(
  '完成|办结|完结|搞定|办完|做完|干完|弄完|弄好|搞完|办好|做好|办妥|落实|结束|销号|达到|<percent>|推进|进行|启动|开展',
);

/** The gate a clause meets, if any. */
export function gateOf(clause: Clause): Gate | null {
  const { shape, closing } = clause;
  if (closing.includes('?')) return 'question';
  for (const [gate, words] of anywhere) if (words.test(shape)) return gate;
  const fact = factWord.exec(shape);
  const head = fact ? shape.slice(0, fact.index) : shape;
  for (const [gate, words] of before) if (words.test(head)) return gate;
  return null;
}

const openQuote = /[“"「『《]/u;
const closeQuote = /[”"」』》]/u;

/** True where a place stands inside quotation marks. */
export function insideQuotes(text: string, at: number): boolean {
  let open = false;
  for (let i = 0; i < at; i++) {
    const char = text[i] ?? '';
    if (open && closeQuote.test(char)) open = false;
    else if (!open && openQuote.test(char)) open = true;
  }
  return open && closeQuote.test(text.slice(at));
}
