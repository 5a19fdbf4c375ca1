// What orders of the office are made of: the numbers they name, the reason behind them, the list a number belongs to.
import { type TaskMention } from './frames';
import { type MarkedText } from './marks';
import { readNumber } from './numerals';

const n = '(?:\\d{1,3}|[一二三四五六七八九十百零]{1,5})';
const one = `(?:第\\s*|#)?${n}\\s*(?:项|号)?`;
export const numbers = `${one}(?:\\s*(?:、|,|和|及|与)\\s*${one})*`;
export const please = '(?:请|麻烦|帮我?|现在|区优化办)*\\s*';
/** What follows an order: a date, a reason, or nothing. */
export const rest = '(?<rest>(?:\\s*(?:[,，;；:：。.]|理由|原因|因|到|至|为|，)[\\s\\S]*)?)[\\s.!。]*$';

/** 已解决, 协调好了: what is said of a difficulty that is over. */
export const settled =
  '(?:已经?|都已?|现已|均已)?(?:协调|妥善|全部)*(?:解决|消除|打通|化解|解除|关闭|销除|处理)(?:了|好了|完毕|完成)?';

export const form = (source: string): RegExp => new RegExp(`^${please}${source}`, 'u');

/** A whole message as an order is read from it. */
export interface Order {
  marked: MarkedText;
  /** The plain text, trimmed; a list's name before a number (营商38) is blank. */
  text: string;
  /** Where `text` begins in the plain text. */
  begin: number;
}

export interface Found {
  groups: Record<string, string | undefined>;
  /** Where the rest begins in the plain text. */
  restAt: number;
}

const listForms = new Map<string, RegExp>();

function listForm(listNames: readonly string[]): RegExp | null {
  const names = listNames.filter(name => name !== '');
  if (names.length === 0) return null;
  const key = names.join('|');
  const known = listForms.get(key);
  if (known) return known;
  const escaped = names.map(name => name.replace(/[^\p{L}\p{N}]/gu, '\\$&')).join('|');
  const made = new RegExp(`(?:${escaped})(?=\\s*(?:第\\s*|#)?\\d)`, 'gu');
  listForms.set(key, made);
  return made;
}

export function orderOf(marked: MarkedText, listNames: readonly string[]): Order {
  const lists = listForm(listNames);
  const text = lists ? marked.text.replace(lists, name => ' '.repeat(name.length)) : marked.text;
  return { marked, text: text.trim(), begin: text.length - text.trimStart().length };
}

export function match({ text, begin }: Order, forms: readonly RegExp[]): Found | null {
  for (const candidate of forms) {
    const found = candidate.exec(text);
    if (!found) continue;
    const groups = found.groups ?? {};
    const tail = groups['rest'] ?? groups['text'] ?? '';
    return { groups, restAt: begin + (tail === '' ? text.length : text.lastIndexOf(tail)) };
  }
  return null;
}

export function nosOf(...groups: (string | undefined)[]): TaskMention[] {
  const all = groups.flatMap(group =>
    [...(group ?? '').matchAll(new RegExp(n, 'gu'))].map(match => readNumber(match[0])),
  );
  return [...new Set(all.filter(no => no !== null && no > 0))].map(no => ({ no: no as number }));
}

/** The sender's words of what follows an order, without the word that leads to them; null when there are none. */
export function reasonOf({ marked }: Order, offset: number, text: string): string | null {
  const lead =
    /^[\s,，;；:：。.]*(?:(?:延期|延长|顺延|展期|延|推迟)?(?:到|至|为)[^,，;；。]*[,，;；。]?)?\s*(?:理由|原因)?(?:是|为)?[\s:：,，]*(?:因为?|由于)?/u.exec(
      text,
    )?.[0] ?? '';
  return wordsOrNull(marked, offset + lead.length, offset + text.length);
}

export function wordsOrNull(marked: MarkedText, start: number, end: number): string | null {
  const words = marked.plain
    .words(start, end)
    .replace(/^[\s,，;；:：。.]+|[\s.。!！]+$/gu, '')
    .trim();
  return words === '' ? null : words;
}
