// PlainText: a message made plain for reading (width, characters, invisible signs), with the way back to its own words.
import * as opencc from 'opencc-js/t2cn';

/** Longer messages are read up to here; the whole text is kept elsewhere. */
const readLength = 4000;

export interface PlainText {
  /** Half-width, simplified, one kind of space, no mentions, no emoji. */
  text: string;
  /** The sender's own words between two places of `text` (end exclusive). */
  words(start: number, end: number): string;
}

// The package's own types do not resolve here.
const { Converter } = opencc as unknown as {
  Converter: (way: { from: string; to: string }) => (text: string) => string;
};
const simplify = Converter({ from: 'tw', to: 'cn' });
// Characters of the standard simplified set stay: the converter, made for traditional text, would turn 么 into 幺.
const gb2312 = new Set<string>();

function inGb2312(char: string): boolean {
  if (gb2312.size === 0) {
    const bytes: number[] = [];
    for (let row = 0xb0; row <= 0xf7; row++) for (let cell = 0xa1; cell <= 0xfe; cell++) bytes.push(row, cell);
    for (const one of new TextDecoder('gb2312').decode(Uint8Array.from(bytes))) gb2312.add(one);
  }
  return gb2312.has(char);
}

function simplifiedOf(char: string): string {
  return inGb2312(char) ? char : simplify(char);
}

// Slips of the input method that are no words of their own, read as what they sound like; same length, so places stay.
const slips: readonly (readonly [RegExp, string])[] = [
  [/渝期|愈期|余期/g, '逾期'],
  [/近度(?=[^\n]{0,3}\d)/g, '进度'],
  [/(?<=[\d项号])近度/g, '进度'],
  [/近展(?=$|[^\d])/g, '进展'],
  [/推近中|推进种|推劲中/g, '推进中'],
  [/完[城戍晟承咸诚]|玩成/g, '完成'],
  [/(?<=[\d项号 ,都均全也])[以己巳](?=完成|办结|落实|经完成|上报)/g, '已'],
  [/[己巳](?=经?完成)/g, '已'],
  [/任物|任勿|仁务/g, '任务'],
  [/牵投|千头(?!万)|迁头/g, '牵头'],
  [/反溃|反愧/g, '反馈'],
  [/到其(?=的|任务|$)/g, '到期'],
  [/本洲|本州(?=任务|要)/g, '本周'],
  [/搬结|办洁/g, '办结'],
  [/[Nn][Oo]\.(?=\s?\d)/g, 'No '],
  [/撤会|彻回|撒回/g, '撤回'],
  [/撤消/g, '撤销'],
  [/(?<=优化|金融|营商|信访|编|人防|台|侨|史志|政务|区委|政府)班(?![子级组车次长会])/g, '办'],
  [/[沿盐研炎]期(?=到|至|半|[\d一二三四五六七八九十两]|$|[,，。\s]|申请|[吧了])/g, '延期'],
  [/(?<=[周月天年季旬度局办委位们的])人物(?=$|[,，。?？!！\s]|[有哪清情进完还呢吗])/g, '任务'],
  [/(?<=第[\d〇零一二三四五六七八九十百两]{1,7})[向像相象](?!\d)/g, '项'],
];

// What people say where they come from, read as the common word for it; same length too.
const spokenWords: readonly (readonly [RegExp, string])[] = [
  [/咋个/g, '怎么'],
  [/(?<![怎什那这要多])么样/g, '怎样'],
  [/冇/g, '没'],
  [/啥子|么子|(?<![什怎那这要多没])么事/g, '什么'],
  [/(?<![什怎那这要多])么(?=程度|时候|情况)/g, '啥'],
  [/没得(?![到了罪说])/g, '没有'],
  [/一哈(?!哈)/g, '一下'],
  [/晓得/g, '知道'],
  [/俺/g, '我'],
  [/莫(?=再|要|记|打扰|提醒|催|报|发|推送|吵)/g, '别'],
  [/(?<=^我|[,，。\s]我|本人)系(?![统列数])/g, '是'],
  [/(?<=[是对好行])滴/g, '的'],
  [/(?<=[今明昨])儿/g, '天'],
  [/死线/g, '期限'],
  [/搞掂/g, '搞定'],
  [/登陆/g, '登录'],
  [/(?<=\p{Script=Han})[咯喽啰](?=$|[\s,，。;；!！?？~…)）])/gu, '了'],
];
/** Sounds at the end of a clause that say nothing of what is meant (好了噻, 进展哈); 吧, 嘛, 么 and 呢 do, and 哈哈 is laughter. */
const soundsAtEnd =
  /(?<=[\p{Script=Han}\d%])(?<!哈)(?:[噻撒哦噢哟呐嘞咧哇]|哈(?!哈))+(?=\s*(?:$|[,，。;；!！?？~…\n]))/gu;

const invisible = /[\p{Cf}\p{Cc}\p{Variation_Selector}\u20e3\u00ad]/u;
const pictogram = /[\p{Extended_Pictographic}\u{1f1e6}-\u{1f1ff}\u{1f3fb}-\u{1f3ff}]/u;
const dashes = /[—–―─‐‑−〜～~]/u;

const quotedInText = /^\s*「[^」]{1,1000}」\s*\n(?:[-—–]\s*){5,}\n/u;
/** The robot's usual name may be glued to what follows; any other mention ends at a blank, a sign or a digit. */
const robotMention = /^[@＠]督办(?:助手|机器人)?[\s\u2005]*/u;
const otherMention = /^[@＠][^\s\u2005\d,，:：、。;；!！?？@＠]{1,20}(?:[\s\u2005]+|(?=[\d,，:：、。;；!！?？@＠]|$))/u;

/**
 * Makes a message plain. Mentions (@某某) are left out, together with the blank that ends them.
 *
 * @param text - as the person sent it
 */
export function plainText(text: string): PlainText {
  const chars: string[] = [];
  const from: number[] = [];
  const to: number[] = [];
  const given = text.slice(0, readLength);
  // What is quoted in the text itself (「…」 and a line of dashes) is another's.
  let at = quotedInText.exec(given)?.[0].length ?? 0;
  while (at < given.length) {
    const char = String.fromCodePoint(given.codePointAt(at) ?? 0);
    const mention = char === '@' || char === '＠' ? mentionAt(given, at) : 0;
    const face = char === '[' ? faceAt(given, at) : 0;
    const end = at + (mention || face || char.length);
    // By code unit: a place in `text` is a place in these two tables.
    for (const plain of mention > 0 ? [] : face > 0 ? [' '] : plainChar(char).split('')) {
      if (isFurtherBlank(chars, plain)) continue;
      chars.push(plain);
      from.push(at);
      to.push(end);
    }
    at = end;
  }
  closeUp(chars, from, to);
  let plain = chars.join('');
  for (const list of [slips, spokenWords])
    for (const [slip, meant] of list)
      plain = plain.replace(slip, found => (found.length === meant.length ? meant : found));
  plain = withoutSounds(plain, from, to);
  return {
    text: plain,
    words: (start, end) => (start >= end ? '' : text.slice(from[start], to[end - 1])),
  };
}

/** Leaves out sounds at the end of clauses; they stay with the word before them, for what is kept of the sender's words. */
function withoutSounds(text: string, from: number[], to: number[]): string {
  if (!/[噻撒哦噢哟呐嘞咧哇哈]/u.test(text)) return text;
  let left = 0;
  return text.replace(soundsAtEnd, (sounds, at: number) => {
    const start = at - left;
    to[start - 1] = to[start + sounds.length - 1] ?? to[start - 1] ?? 0;
    from.splice(start, sounds.length);
    to.splice(start, sounds.length);
    left += sounds.length;
    return '';
  });
}

/** More blanks in a row say no more than these, and every form that allows for blanks would try them all. */
const mostBlanks = 3;

function isFurtherBlank(chars: string[], char: string): boolean {
  if (char !== ' ' && char !== '\n') return false;
  const run = chars.slice(-mostBlanks);
  if (run.length < mostBlanks || run.some(one => one !== ' ' && one !== '\n')) return false;
  // A line's end is more than a blank.
  if (char === '\n' && !run.includes('\n')) chars[chars.length - 1] = char;
  return true;
}

/** "已 完 成": signs that are typed apart are read together; one blank between words stays. */
function closeUp(chars: string[], from: number[], to: number[]): void {
  if (!chars.includes(' ')) return;
  const text = chars.join('');
  if (text.length !== chars.length) return;
  const dropped = new Set<number>();
  for (const { index, 0: words } of text.matchAll(/(?:\p{Script=Han} ){2,}\p{Script=Han}(?!\p{Script=Han})/gu))
    for (let i = index; i < index + words.length; i++) if (chars[i] === ' ') dropped.add(i);
  if (dropped.size === 0) return;
  for (const list of [chars, from, to] as unknown[][]) {
    const kept = list.filter((_, i) => !dropped.has(i));
    list.length = 0;
    for (const one of kept) list.push(one);
  }
}

/** Faces as DingTalk writes them into the text. */
const faces =
  /^\[(?:微笑|憨笑|色|发呆|老板|流泪|害羞|闭嘴|睡|大哭|尴尬|调皮|呲牙|惊讶|流汗|广播|自信|你强|怒吼|惊愕|疑问|赞同|加油|鼓掌|握手|抱拳|胜利|强|赞|OK|玫瑰|鲜花|花朵|感谢|谢谢|收到|送花花|爱心|嘴唇|捂脸|捂脸哭|偷笑|大笑|坏笑|笑哭|再见|奋斗|666|跪了|撒花|礼物|红包|咖啡|蛋糕|太阳|月亮|点赞|比心|灵感|思考|忙疯了|三多|敲打|安慰|感冒|无聊|舔屏|吐舌|恭喜|可爱|拜托|天使|专注|举手|一团乱麻|对勾|打勾|叉号)\]/u;

function faceAt(text: string, at: number): number {
  return faces.exec(text.slice(at, at + 8))?.[0].length ?? 0;
}

function mentionAt(text: string, at: number): number {
  const rest = text.slice(at, at + 40);
  return (robotMention.exec(rest) ?? otherMention.exec(rest))?.[0].length ?? 0;
}

const plainSigns = new Map<string, string>();
/** More kinds of signs than a language has are not worth remembering. */
const mostSigns = 20_000;

/** What a sign is read as; a sign that stands for several (㊳ → 38) keeps them all at its own place. */
function plainChar(char: string): string {
  const known = plainSigns.get(char);
  if (known !== undefined) return known;
  const plain = foldChar(char);
  if (plainSigns.size < mostSigns) plainSigns.set(char, plain);
  return plain;
}

function foldChar(char: string): string {
  if (/[\n\r]/u.test(char)) return '\n';
  if (/\s/u.test(char)) return ' ';
  if (dashes.test(char)) return '-';
  // The lines of a pasted table.
  if (/[|｜│]/u.test(char)) return ' ';
  if (pictogram.test(char) && !/[\d#*]/u.test(char) && !/[©®™㊗㊙]/u.test(char)) return ' ';
  if (invisible.test(char)) return '';
  // ① counts a point (㊳ is a number): "①38已完成" must not become 138.
  if (/[\u2460-\u2473\u2776-\u277f]/u.test(char)) return `(${char.normalize('NFKC').replace(/\D/gu, '') || '1'})`;
  const folded = char.normalize('NFKC');
  return Array.from(folded, one => (one.charCodeAt(0) < 128 ? one : simplifiedOf(one))).join('');
}
