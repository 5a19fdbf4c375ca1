// The gate every callback by HTTP passes before anything of it is parsed: age and signature, how often, how much, for how long.
import { timingSafeEqual } from 'node:crypto';
import { type IncomingMessage as Request } from 'node:http';
import { type Context } from 'koa';
import { type Logger } from '../../logger';

/** A call signed longer ago, or for later than this, is refused. */
const maxAgeMs = 3_600_000;
/** Calls a second, and how many may come at once. */
const callsPerSecond = 50;
const burst = 200;
/** A body that takes longer is given up. */
const bodyTimeoutMs = 10_000;

export interface GateOptions {
  logger: Logger;
  /** What a refusal is called in the log, and what is answered with it. */
  refusal: { event: string; body: object };
  largestBody: number;
  /** The host's clock in ms: the platform signs by the real time, whatever time the bot is turned to. */
  wallNow?: (() => number) | undefined;
}

/** Of one route: its calls are counted apart from the others'. */
export class CallGate {
  readonly wallNow: () => number;
  private readonly bucket: Bucket;

  constructor(private readonly options: GateOptions) {
    this.wallNow = options.wallNow ?? Date.now;
    this.bucket = new Bucket(this.wallNow);
  }

  /**
   * @param timestamp - ms as digits, as the call has it
   * @param isSigned - asked only of a fresh call; left out where the signature is over the body
   * @returns the body as text; null when the call was refused: 401 stale or unsigned, 429 too many, 413 too large, 400 unreadable
   */
  async read(context: Context, timestamp: string, isSigned?: () => boolean): Promise<string | null> {
    const isFresh = /^\d{10,16}$/.test(timestamp) && Math.abs(this.wallNow() - Number(timestamp)) <= maxAgeMs;
    if (!isFresh || isSigned?.() === false) return this.refuse(context, 401, isSigned ? 'signature or age' : 'age');
    if (!this.bucket.take()) return this.refuse(context, 429, 'rate');
    const announced = Number(context.get('content-length') || 0);
    const text = await readBody(context.req, announced, this.options.largestBody);
    return typeof text === 'string' ? text : this.refuse(context, text, text === 413 ? 'size' : 'body');
  }

  refuse(context: Context, status: number, reason: string): null {
    const { logger, refusal } = this.options;
    logger.warn({ event: refusal.event, status, reason });
    context.status = status;
    context.body = refusal.body;
    // What was not read cannot be followed by another request.
    if (!context.req.complete) context.set('Connection', 'close');
    return null;
  }
}

/** Compares in a time that tells nothing of where they differ. */
export function signatureFits(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The body as text, or the status that refuses it. */
async function readBody(request: Request, announced: number, maxBytes: number): Promise<string | 400 | 413> {
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
class Bucket {
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
