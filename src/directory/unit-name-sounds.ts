// Names by their sound: what a unit's name is heard or typed as when the signs are wrong (区水物局, 人设局).
import { createRequire } from 'node:module';
import { type pinyin } from 'pinyin-pro';
import { type Claim } from './unit-name-forms';
import { partsOf } from './unit-name-words';

/** Real offices elsewhere: such a word is meant as it is written, however it sounds (水务局 is no 税务局). */
const realStems = new Set(
  (
    '发改 发展改革 教育 教体 科技 工信 经信 民宗 公安 民政 司法 财政 人社 社保 劳动 自然资源 自规 资规 国土 规划 生态环境 环保 环境 住建 城建 房管 ' +
    '房产 城管 交通 交运 公路 铁路 港航 海事 水利 水务 水产 农业 农业农村 农机 畜牧 林业 园林 商务 招商 文旅 文化 文广 文体 广电 旅游 卫健 卫生 退役 ' +
    '应急 安监 审计 国资 市监 市场监管 工商 质监 药监 食药监 物价 体育 统计 信访 医保 乡村振兴 扶贫 粮食 粮储 能源 数据 大数据 政务 行政审批 审批 ' +
    '税务 国税 地税 供电 电力 邮政 烟草 气象 地震 电信 通信 档案 人防 史志 机关事务 金融 监察 监督 政法 组织 宣传 统战 编制 老干 知识产权 ' +
    '公共资源 公共资源交易 公积金 疾控 就业 人才 征收 不动产 消防 救援 供销 融媒体 服务 事务 实务 业务 市政 城投 交投 天然气 燃气 自来水'
  ).split(' '),
);

/** A word's end that makes it look like a unit. */
const unitEnding = /分局|局|办公室|办|委员会|委|中心|公司|集团|法院|检察院|院|镇|乡|街道|部|海关|开发区/gu;

/** Ends of the stretches that look like a unit's name, in order. */
export function unitEndings(text: string): number[] {
  return [...text.matchAll(unitEnding)].map(found => found.index + found[0].length);
}

const longestForm = 16;
const han = /\p{Script=Han}/u;

let library: { pinyin: typeof pinyin } | null = null;
const soundsOfSign = new Map<string, readonly string[]>();

/** Without tones, and with the sounds that many do not tell apart made one: zh/z, ch/c, sh/s, n/l, -ng/-n after a, e, i. */
function soundsOf(sign: string): readonly string[] {
  const held = soundsOfSign.get(sign);
  if (held) return held;
  // Loaded only when a slip has to be read: the tables are large.
  library ??= createRequire(__filename)('pinyin-pro') as { pinyin: typeof pinyin };
  const read = library.pinyin(sign, { toneType: 'none', type: 'array', multiple: true }).slice(0, 2);
  const near = read.map(sound =>
    sound
      .replace(/^([zcs])h/, '$1')
      .replace(/^n/, 'l')
      .replace(/(?<=[aei])ng$/, 'n'),
  );
  const sounds = [...new Set(near)];
  soundsOfSign.set(sign, sounds);
  return sounds;
}

interface SoundNode {
  forms: string[];
  /** By the sound of the sign before. */
  before: Map<string, SoundNode>;
}

export interface HeardForm {
  start: number;
  form: string;
}

/** Finds forms by sound, read backward from their endings; built at the first slip. */
export class SoundIndex {
  private readonly root: SoundNode = { forms: [], before: new Map() };
  readonly longest: number;

  constructor(forms: Iterable<[string, readonly Claim[]]>) {
    let longest = 0;
    for (const [form, claims] of forms) {
      if (form.length > longestForm || !claims.some(claim => claim.status === 'sure' && claim.unit !== null)) continue;
      if (!partsOf(form) || !/^\p{Script=Han}+$/u.test(form)) continue;
      longest = Math.max(longest, form.length);
      let nodes = [this.root];
      // A sign of two sounds opens two ways; more than four in one name are not followed.
      for (let at = form.length - 1; at >= 0; at--)
        nodes = soundsOf(form.charAt(at))
          .flatMap(sound => nodes.map(node => nodeBefore(node, sound)))
          .slice(0, 4);
      for (const node of nodes) node.forms.push(form);
    }
    this.longest = longest;
  }

  /** Forms that sound like the words that end here and are written otherwise, the longest first. */
  formsEndingAt(text: string, end: number, from = 0): HeardForm[] {
    const found: HeardForm[] = [];
    let nodes = [this.root];
    for (let at = end - 1; at >= from && nodes.length > 0; at--) {
      const sign = text.charAt(at);
      if (!han.test(sign)) break;
      const sounds = soundsOf(sign);
      nodes = nodes.flatMap(node => sounds.map(sound => node.before.get(sound)).filter(next => next !== undefined));
      for (const form of new Set(nodes.flatMap(node => node.forms)))
        if (!text.startsWith(form, at)) found.push({ start: at, form });
    }
    return found.reverse().filter(({ start }) => !isRealOffice(text.slice(start, end)));
  }
}

function nodeBefore(node: SoundNode, sound: string): SoundNode {
  const held = node.before.get(sound);
  if (held) return held;
  const made: SoundNode = { forms: [], before: new Map() };
  node.before.set(sound, made);
  return made;
}

function isRealOffice(written: string): boolean {
  const parts = partsOf(written);
  return parts !== null && realStems.has(parts.stem);
}
