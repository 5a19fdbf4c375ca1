// What a message without numbers of its own speaks of: the tasks it quotes, the list that was shown last.
import { type Clause } from './clauses';
import { type QuotedContext, type TalkContext } from './frames';
import { type MarkedText } from './marks';
import { readLooseQuestions } from './read-loose';
import { type Segment } from './segments';

interface Shown {
  quoted?: QuotedContext;
  talk?: TalkContext;
}

/** What positions count in: the quoted list, else the one shown last. */
export function shownItems({ quoted, talk }: Shown): { pos: number; no: number }[] {
  if (quoted?.type === 'task_list') return quoted.items;
  if (quoted?.type === 'task_card' || quoted?.type === 'reminder')
    return quoted.tasks.map((no, i) => ({ pos: i + 1, no }));
  return talk?.shown ?? [];
}

/** A full page may be only the first of several. */
const page = 10;

/** True where a list may go on beyond what was shown of it; of a quoted card nobody knows what it left out. */
export function mayGoOn(count: number, { quoted, talk }: Shown): boolean {
  if (quoted !== undefined && quoted.type !== 'text') return count > 1;
  return talk?.cut ?? count >= page;
}

export function quotedNos(quoted: QuotedContext | undefined): number[] {
  if (quoted?.type === 'task_list') return quoted.items.map(item => item.no);
  return quoted?.type === 'task_card' || quoted?.type === 'reminder' ? quoted.tasks : [];
}

/** A message without a number that answers a card with one task speaks of that task. */
export function quotedSegment(
  marked: MarkedText,
  opening: Clause[],
  segments: Segment[],
  { quoted }: Shown,
): Segment | null {
  const nos = quotedNos(quoted);
  const [first, ...more] = opening;
  if (segments.length > 0 || nos.length !== 1 || !first) return null;
  // "我局本周任务" asks what it asks, whatever it quotes.
  // What it asks of nobody in particular, it asks of the card: "有哪些配合单位".
  const asksElsewhere =
    /[\ue000\ue004-\ue008]|任务|事项|导出|下载|台账/u.test(first.shape) ||
    !/单位|部门|谁|时限|期限|什么时候|到期|内容|要求|进展|进度|情况|如何|怎么样|咋样|完成/u.test(first.shape);
  if (readLooseQuestions(marked, opening).length > 0 && !/这|该|此/u.test(first.shape) && asksElsewhere) return null;
  return {
    nos,
    positions: false,
    exact: true,
    lead: { start: first.start, end: first.start, closing: '' },
    body: { start: first.start, end: first.end, closing: first.closing },
    more,
  };
}
