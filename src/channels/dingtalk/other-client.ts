// Notices that another process receives under the same Client ID: the platform deals messages out to all connections at random.
import { z } from 'zod';
import { parseJson } from './stream-frame';

/** So many in an hour are no accident. */
const enough = 2;
const hourMs = 3_600_000;
/** The note is taken back when nothing of the kind was seen for so long. */
const rememberedMs = 24 * hourMs;
const mostKept = 10_000;

const stamped = z.object({ msgId: z.string(), createAt: z.coerce.number().positive() });

export const otherClientNote =
  '可能有另一个程序正用同一个 Client ID 接收消息（有消息曾送到别处而无人签收）：请停掉旧程序或测试程序，调试请另建应用';

/**
 * A message that comes late and for the first time, while the connection stood all along, was given to another connection before,
 * and nobody acknowledged it there. Both times are the platform's, so the host's clock does not matter.
 * A process that acknowledges what it takes cannot be noticed this way.
 */
export class OtherClientWatch {
  private readonly seen = new Set<string>();
  private late: number[] = [];

  /**
   * @param lateMs - a message that waited less was merely slow: the platform delivers again after 16 s at the earliest
   * @param nowMs - a clock that only runs forward
   */
  constructor(
    private readonly lateMs: number,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /**
   * @param frameTime - the frame's header `time`, ms as digits
   * @param connectedMs - for how long messages could have come in without a break
   * @returns whether this message makes the suspicion new
   */
  observe(data: string, frameTime: unknown, connectedMs: number): boolean {
    const message = stamped.safeParse(parseJson(data));
    const time = Number(frameTime);
    if (!message.success || !(time > 0)) return false;
    const { msgId, createAt } = message.data;
    if (this.seen.has(msgId)) return false;
    if (this.seen.size >= mostKept) this.seen.clear();
    this.seen.add(msgId);
    const waited = time - createAt;
    // The connection must have stood well before the message was first dealt out.
    if (waited < this.lateMs || connectedMs < waited + this.lateMs / 2) return false;
    const before = this.suspected();
    const now = this.nowMs();
    this.late = [...this.late.filter(at => now - at < rememberedMs), now].slice(-enough);
    return !before && this.suspected();
  }

  /** Whether to warn: several late messages within an hour, the last of them not long ago. */
  suspected(): boolean {
    const [first, last] = [this.late.at(-enough), this.late.at(-1)];
    if (first === undefined || last === undefined) return false;
    return last - first < hourMs && this.nowMs() - last < rememberedMs;
  }
}
