// The words a report adds to its facts: the note, the difficulty, what is asked for to get over it.
import { difficultyHeading } from './facts';
import { type MarkedText } from './marks';
import { type Stretch } from './segments';

/** The sender's own words of some stretches: as one piece where they follow each other. */
export function wordsOf(marked: MarkedText, stretches: readonly Stretch[]): string | undefined {
  const joined: { start: number; end: number }[] = [];
  for (const { start, end } of stretches) {
    const last = joined.at(-1);
    if (last && /^[\s,;。!、]*$/u.test(marked.text.slice(last.end, start))) last.end = end;
    else joined.push({ start, end });
  }
  const words = joined
    .map(({ start, end }) =>
      marked.plain.words(start, end).replace(/^[\s,，;；:：、。.!！~～—-]+|[\s,，;；、。.!！]+$/gu, ''),
    )
    .filter(text => text !== '');
  return words.length > 0 ? words.join('；') : undefined;
}

export const inOrder = (stretches: readonly Stretch[]): Stretch[] => [...stretches].sort((a, b) => a.start - b.start);
const asksForHelp =
  /^[\s,]*(?:请|望|希望|建议|急?需要?|恳请|烦请|盼).{0,24}(?:协调|支持|解决|帮助|配合|支援|推动|出面|牵头)/u;

/** The difficulty with what is said about it, without its heading; what is asked for (需…协调) apart. */
export function difficultyWords(
  marked: MarkedText,
  { notes, blockers }: Readonly<Record<'notes' | 'blockers', readonly Stretch[]>>,
): { note: string; need?: string; said?: string } {
  const all = inOrder([...notes, ...blockers]);
  const needs = all.filter(part => asksForHelp.test(marked.text.slice(part.start, part.end)));
  const told = all.filter(part => !needs.includes(part));
  const bare = told
    .map(part => ({ ...part, start: part.start + difficultyHeading(marked.shape.slice(part.start, part.end)) }))
    .filter(part => part.start < part.end);
  const need = wordsOf(marked, needs);
  const words = wordsOf(marked, bare);
  // "38完成有困难": without its heading nothing is left that says anything.
  const note = words !== undefined && words.length > 2 ? words : wordsOf(marked, told);
  if (note === undefined) return { note: need ?? '' };
  return need === undefined ? { note } : { note, need, said: wordsOf(marked, inOrder([...bare, ...needs])) };
}
