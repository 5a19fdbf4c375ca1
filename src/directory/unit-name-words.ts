// The words a unit's name is made of: its ending (局, 办, 中心 …), its stem, and how clerks shorten a stem.

/** How names of one ending are written and shortened. */
export interface Ending {
  /** What the ending may be written as, itself first. */
  variants: readonly string[];
  /** The stem alone is said too: 住建, 税务, 泽林. */
  stemAlone: boolean;
  /** The stem may be shortened: 市场监管 → 市监. */
  shortens: boolean;
}

const plain = { stemAlone: false, shortens: false };
const office = { stemAlone: true, shortens: true };
const companies = ['公司', '集团', '集团公司', '有限公司', '有限责任公司', '集团有限公司'];
const company = (own: string): Ending => ({ variants: [own, ...companies.filter(one => one !== own)], ...office });
const town = (own: string): Ending => ({
  variants: [own, `${own}政府`, `${own}人民政府`],
  stemAlone: true,
  shortens: false,
});
const zone = (own: string): Ending => ({
  variants: [own, `${own}管委会`, '管委会'],
  stemAlone: true,
  shortens: false,
});
const streets = ['街道', '街', '街办', '街道办', '街道办事处', '街办事处', '办事处'];

const endings: readonly (readonly [string, Ending])[] = [
  ['分局', { variants: ['分局', '局'], ...office }],
  ['局', { variants: ['局'], ...office }],
  ['委员会', { variants: ['委员会', '委'], stemAlone: false, shortens: true }],
  ['委', { variants: ['委', '委员会'], ...plain }],
  ['办公室', { variants: ['办公室', '办'], ...plain }],
  ['办', { variants: ['办', '办公室'], ...plain }],
  ['中心', { variants: ['中心'], ...office }],
  ['人民法院', { variants: ['法院', '人民法院'], ...plain }],
  ['法院', { variants: ['法院', '人民法院'], ...plain }],
  ['人民检察院', { variants: ['检察院', '人民检察院'], ...plain }],
  ['检察院', { variants: ['检察院', '人民检察院'], ...plain }],
  ...companies.map((own): [string, Ending] => [own, company(own)]),
  ...streets
    .slice(0, -1)
    .map((own): [string, Ending] => [
      own,
      { variants: [own, ...streets.filter(one => one !== own)], stemAlone: true, shortens: false },
    ]),
  ['镇', town('镇')],
  ['乡', town('乡')],
  ['镇人民政府', town('镇')],
  ['乡人民政府', town('乡')],
  ['经济开发区', { ...zone('开发区'), variants: ['经济开发区', '开发区', '经开区', '开发区管委会', '管委会'] }],
  [
    '开发区',
    {
      ...zone('开发区'),
      variants: ['开发区', '经济开发区', '经开区', '开发区管委会', '经济开发区管委会', '管委会'],
    },
  ],
  ['新区', zone('新区')],
  ['高新区', zone('高新区')],
  ['园区', zone('园区')],
  ...[
    '部',
    '联',
    '会',
    '队',
    '所',
    '站',
    '馆',
    '社',
    '院',
    '处',
    '校',
    '行',
    '厂',
    '海关',
    '机关',
    '政府',
    '组',
    '台',
  ].map((own): [string, Ending] => [own, { variants: [own], ...plain }]),
];
const endingOf = new Map(endings);
const longestEnding = Math.max(...endings.map(([written]) => written.length));

export interface NameParts {
  stem: string;
  written: string;
  ending: Ending;
}

/** "市场监管局" → 市场监管 + 局; null for a name with no ending known. */
export function partsOf(core: string): NameParts | null {
  for (let length = Math.min(longestEnding, core.length); length > 0; length--) {
    const written = core.slice(-length);
    const ending = endingOf.get(written);
    if (ending) return { stem: core.slice(0, -length), written, ending };
  }
  return null;
}

/** Words too general to name a unit alone: "监管局", "服务中心" could be anybody's. */
const general =
  /^(?:管理|服务|事务|监督|监管|建设|发展|促进|保障|综合|行政|公共|社会|信息|信息化|资源|资产|城市|城乡|人民|国家|政府|机关|经济|工作|中心|技术|执法|改革|人力|国有|事业|领导|小组|专项|运行|指挥|协调|推进|合作|基层|群众)+$/u;

export interface ShortStem {
  text: string;
  /** leading: begins as the name does (市场, 市监); inner: a later part of it (审批, 规划), which many another name may end in too. */
  place: 'leading' | 'inner';
  /** Stands for the whole of the name: one sign of each word or of each part (市监, 自规). */
  complete: boolean;
  /** The words behind it that it leaves out; null where it skips some in between. */
  rest: string | null;
}

/**
 * The ways to shorten a stem: runs of its words (市场, 审批, 自然资源), first signs of words (市监, 自规, 资规).
 * Chinese office names are made of two-sign words, parts joined by 和.
 */
export function shortenStem(stem: string): ShortStem[] {
  const parts = stem.split(/(?<=..)[和与及、](?=..)/u).map(wordsOf);
  const words = parts.flat();
  const found = new Map<string, ShortStem>();
  const add = (text: string, from: number, complete: boolean, rest: string | null = null): void => {
    if (text.length < 2 || text === stem || (general.test(text) && (from > 0 || text.length < 4))) return;
    const held = found.get(text);
    if (!held) found.set(text, { text, place: from === 0 ? 'leading' : 'inner', complete, rest });
    else held.rest ??= rest;
  };
  const firsts = words.map(word => word[0] ?? '');
  if (words.length === 1 && stem.length === 3) add(stem.slice(0, 2), 0, false);
  if (words.length > 8) return [];
  if (parts.length > 1) add(words.join(''), 0, true);
  if (words.length > 1) add(firsts.join(''), 0, true);
  if (parts.length > 1) add(parts.map(part => part[0]?.[0] ?? '').join(''), 0, true);
  // 住房和城乡建设 → 住建: the first sign of each part's last word will do too.
  if (parts.length === 2) add((firsts[0] ?? '') + (parts[1]?.at(-1)?.[0] ?? ''), 0, true);
  for (let from = 0; from < words.length; from++) {
    for (let to = from + 1; to <= words.length; to++) {
      const run = words.slice(from, to);
      const rest = from === 0 ? words.slice(to).join('') : null;
      if (run.length < words.length) add(run.join(''), from, false, rest);
      if (run.length > 1) add(firsts.slice(from, to).join(''), from, false, rest);
      if (run.length > 2) add((run[0] ?? '') + firsts.slice(from + 1, to).join(''), from, false, rest);
    }
    if (from > 1) add(firsts.slice(0, from).join('') + words.slice(from).join(''), 0, true);
    if (from > 0) add((firsts[0] ?? '') + (firsts[from] ?? ''), 0, false);
  }
  return [...found.values()];
}

/** Two signs to a word; an odd rest makes the last word one of three (融媒体, 信息化, 天然气). */
function wordsOf(part: string): string[] {
  const words: string[] = [];
  let rest = part;
  while (rest.length > 3) {
    words.push(rest.slice(0, 2));
    rest = rest.slice(2);
  }
  return rest === '' ? words : [...words, rest];
}

/** True for words that say nothing of whose office it is: 管理, 综合执法. */
export function isGeneral(words: string): boolean {
  return words === '' || general.test(words);
}
