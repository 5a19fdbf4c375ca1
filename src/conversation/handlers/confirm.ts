// 是 / 取消: answers to the bot's question.
import { type Reply } from '../../rendering/reply';
import { type Frame } from '../../understanding/frames';
import { type Handler, type Turn } from '../turn';
import { readPending } from './record-progress';
import { writeReports } from './write-reports';

/** The question that waits for the speaker's word here; null when there is none or it has lapsed. */
export function livePending(turn: Turn): NonNullable<Turn['state']['pending']> | null {
  const { pending } = turn.state;
  return pending && new Date(pending.expiresAt) >= turn.now ? pending : null;
}

/** 是: writes the draft, after checking that everything is still as it was shown. */
export const confirmPending: Handler<Extract<Frame, { intent: 'confirm' }>> = async turn => {
  const pending = livePending(turn);
  turn.state.pending = null;
  if (!pending) return { template: 'nothing_pending' };
  const read = await readPending(turn, pending.items);
  const ready = read.filter(item => item !== null);
  const changed = pending.items.filter((_, i) => read[i] === null).map(item => item.itemNo);
  const parts: Reply[] = ready.length > 0 ? await writeReports(turn, ready) : [];
  if (changed.length > 0)
    parts.push({
      template: 'refused',
      sentence: `没有记录：第${changed.join('、')}项在您确认前已有新的变化，请重新反馈。`,
    });
  const [only] = parts;
  return parts.length === 1 && only ? only : { template: 'several', parts };
};

export const denyPending: Handler<Extract<Frame, { intent: 'deny' }>> = async turn => {
  const pending = livePending(turn);
  turn.state.pending = null;
  return { template: pending ? 'denied' : 'nothing_pending' };
};
