// What every callback by HTTP is measured by before it is read: how often, how much, for how long.
import { type IncomingMessage as Request } from 'node:http';
import { maxFrameBytes } from './stream-frame';

/** Signed calls a second, and how many may come at once. */
const callsPerSecond = 50;
const burst = 200;
/** A body that takes longer is given up. */
const bodyTimeoutMs = 10_000;

/** The body as text, or the status that refuses it. */
export async function readBody(
  request: Request,
  announced: number,
  maxBytes = maxFrameBytes,
): Promise<string | 400 | 413> {
  if (announced > maxBytes) return 413;
  const timer = setTimeout(() => request.destroy(), bodyTimeoutMs);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) return 413;
      chunks.push(chunk);
    }
  } catch {
    return 400;
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** A token bucket: so many calls a second, and how many may come at once. */
export class Bucket {
  private tokens = burst;
  private filledAt: number;

  constructor(private readonly nowMs: () => number) {
    this.filledAt = nowMs();
  }

  take(): boolean {
    const now = this.nowMs();
    this.tokens = Math.min(burst, this.tokens + (Math.max(0, now - this.filledAt) / 1_000) * callsPerSecond);
    this.filledAt = now;
    if (this.tokens < 1) return false;
    this.tokens--;
    return true;
  }
}
