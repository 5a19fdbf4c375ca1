// Keeps one Stream connection alive: a single loop that opens, watches, replaces and, at stop, leaves nothing behind.
import { setTimeout as pause } from 'node:timers/promises';
import { messageOf } from '../../errors';
import { type Logger } from '../../logger';
import { type BoundedHttp } from './bounded-http';
import { OtherClientWatch, otherClientNote } from './other-client';
import { StreamLink } from './stream-link';

export interface StreamTiming {
  /** From the socket's first packet to its opening. */
  openTimeoutMs: number;
  backoffFirstMs: number;
  backoffMaxMs: number;
  /** A link that lived at least this long counts as a success: the pauses start again from the first. */
  stableAfterMs: number;
  pingEveryMs: number;
  /** Unanswered pings in a row after which a link is dead. */
  pingMisses: number;
  /** How long a link that is going away may still be read (DingTalk closes after 10 s). */
  drainMs: number;
  /** A link is replaced at this age: one may answer pings and yet carry nothing. */
  rotateAfterMs: number;
  /** When the host's clock moves this much more or less than time passed, the host slept or was set. */
  clockJumpMs: number;
  /** A message that comes for the first time and so late was given to another connection before. */
  lateMs: number;
  /** At stop: how long messages may take to be stored, and then the socket to close. */
  stopStoreMs: number;
  stopCloseMs: number;
}

export const usualTiming: StreamTiming = {
  openTimeoutMs: 10_000,
  backoffFirstMs: 1_000,
  backoffMaxMs: 60_000,
  stableAfterMs: 10_000,
  pingEveryMs: 20_000,
  pingMisses: 2,
  drainMs: 12_000,
  rotateAfterMs: 6 * 3_600_000,
  clockJumpMs: 60_000,
  lateMs: 10_000,
  stopStoreMs: 10_000,
  stopCloseMs: 2_000,
};

export interface StreamOptions {
  clientId: string;
  clientSecret: string;
  apiBase: string;
  http: BoundedHttp;
  logger: Logger;
  /** The time shown in the status. */
  now: () => Date;
  /** Data of a robot callback, as JSON text; acknowledged when this has resolved. */
  onRobotMessage: (data: string) => Promise<void>;
  /** Data of a card callback, as JSON text, and the frame's time; resolves soon with the answer, never rejects. */
  onCardCallback?: (data: string, time: unknown) => Promise<object>;
  /** An event of the organisation: its type, and its data as JSON text. */
  onEvent?: (type: string, data: string) => void;
  timing?: Partial<StreamTiming>;
  /** The host's clock in ms; only to notice that it jumped. */
  wallNow?: () => number;
}

export interface StreamStatus {
  connected: boolean;
  since: string | null;
  lastFrameAt: string | null;
  lastError: string | null;
  notes: string[];
}

type Reason = 'closed' | 'disconnect' | 'rotation' | 'clock';

/** A link and what the supervisor knows of it. */
interface Held {
  link: StreamLink;
  openedAtMs: number;
  /** The platform has announced the end: nothing new arrives. */
  goingAway: boolean;
  closed: boolean;
  /** Settles once, when another link is wanted; with the reason. */
  wanted: Promise<Reason>;
  want: (reason: Reason) => void;
  whenClosed: Promise<void>;
  timers: NodeJS.Timeout[];
}

/** The pause before the next attempt: doubling from first to max, up to 30 % shorter by chance. */
export function backoffMs(failures: number, timing: StreamTiming, random = Math.random()): number {
  const full = Math.min(timing.backoffMaxMs, timing.backoffFirstMs * 2 ** Math.min(failures - 1, 30));
  return full * (1 - 0.3 * random);
}

/**
 * Supervises the SDK: at most one attempt at a time, a new link before an old one goes where the platform allows it,
 * and no promise, timer or socket left after {@link stop}. One life: started once, stopped once.
 */
export class StreamConnection {
  private readonly timing: StreamTiming;
  private readonly wallNow: () => number;
  private readonly stopping = new AbortController();
  /** Every link whose socket is not closed; the newest that opened is `current`. */
  private readonly held = new Set<Held>();
  private current: Held | null = null;
  /** Messages being stored, also those whose socket is gone already. */
  private readonly storing = new Set<Promise<void>>();
  private loop: Promise<void> | null = null;
  private since: string | null = null;
  private lastFrameAt: string | null = null;
  private lastError: string | null = null;
  private readonly otherClient: OtherClientWatch;
  /** Since when, without a break, messages could come in. */
  private unbrokenSinceMs = 0;

  constructor(private readonly options: StreamOptions) {
    this.timing = { ...usualTiming, ...options.timing };
    this.otherClient = new OtherClientWatch(this.timing.lateMs);
    this.wallNow = options.wallNow ?? Date.now;
  }

  /** Starts the loop; resolves when the first attempt has ended, whichever way. */
  async start(): Promise<void> {
    await new Promise<void>(attempted => {
      // Also when the loop ends without an attempt, because it was stopped before it began.
      this.loop = this.run(attempted).finally(attempted);
    });
  }

  status(): StreamStatus {
    const connected = this.current !== null && !this.current.goingAway;
    return {
      connected,
      since: connected ? this.since : null,
      lastFrameAt: this.lastFrameAt,
      lastError: this.lastError,
      notes: this.otherClient.suspected() ? [otherClientNote] : [],
    };
  }

  /** Takes no more frames, waits for those being stored (bounded), closes every socket, cancels every timer. */
  async stop(): Promise<void> {
    this.stopping.abort();
    for (const held of this.held) {
      held.link.stopAccepting();
      held.want('closed');
    }
    await this.loop;
    await this.stored(this.timing.stopStoreMs);
    await Promise.all([...this.held].map(held => this.closeWithin(held, this.timing.stopCloseMs)));
  }

  private async run(attempted: () => void): Promise<void> {
    let failures = 0;
    while (!this.stopping.signal.aborted) {
      const held = await this.attempt();
      attempted();
      if (held === null) {
        await this.rest(backoffMs(++failures, this.timing));
        continue;
      }
      this.promote(held);
      const reason = await held.wanted;
      if (this.stopping.signal.aborted) return;
      this.options.logger.info({ event: 'dingtalk_reconnecting', reason });
      const stable = performance.now() - held.openedAtMs >= this.timing.stableAfterMs;
      if (stable) failures = 0;
      // A stable link that is merely to be replaced is replaced at once; else a gateway that hangs up could be stormed.
      if (reason === 'closed' || !stable) await this.rest(backoffMs(++failures, this.timing));
    }
  }

  /** Makes a link the one that counts; the one before is closed, or read on while the platform closes it. */
  private promote(held: Held): void {
    if (held.closed) return;
    const old = this.current;
    this.current = held;
    if (old === null || old.goingAway) this.unbrokenSinceMs = performance.now();
    this.since = this.options.now().toISOString();
    if (old !== null && !old.goingAway) void this.closeWithin(old, this.timing.drainMs);
  }

  private async attempt(): Promise<Held | null> {
    const held = this.hold();
    try {
      await held.link.open(this.stopping.signal);
    } catch (error) {
      held.link.terminate();
      this.held.delete(held);
      if (this.stopping.signal.aborted) return null;
      this.lastError = messageOf(error);
      this.options.logger.warn({ event: 'dingtalk_connect_failed', reason: this.lastError });
      return null;
    }
    this.lastError = null;
    this.options.logger.info({ event: 'dingtalk_connected' });
    this.watch(held);
    return held;
  }

  private hold(): Held {
    const { clientId, clientSecret, apiBase, http, logger, now } = this.options;
    let want: Held['want'] = () => undefined;
    let close: () => void = () => undefined;
    const wanted: Held['wanted'] = new Promise(resolve => (want = resolve));
    const whenClosed = new Promise<void>(resolve => (close = resolve));
    const link = new StreamLink({
      clientId,
      clientSecret,
      apiBase,
      http,
      logger,
      openTimeoutMs: this.timing.openTimeoutMs,
      onRobotMessage: (data, time) => this.store(data, time),
      onCardCallback: (data, time) => this.answerCard(data, time),
      onEvent: (type, data) => this.options.onEvent?.(type, data),
      onFrame: () => (this.lastFrameAt = now().toISOString()),
      onDisconnectFrame: () => {
        if (held.goingAway) return;
        held.goingAway = true;
        held.timers.push(setTimeout(() => { link.terminate(); }, this.timing.drainMs)); // prettier-ignore
        want('disconnect');
      },
      onClose: () => {
        held.closed = true;
        held.timers.forEach(clearTimeout);
        this.held.delete(held);
        if (this.current === held) {
          this.current = null;
          this.lastError = '连接已断开';
        }
        want('closed');
        close();
      },
    });
    const held: Held = { link, openedAtMs: 0, goingAway: false, closed: false, wanted, want, whenClosed, timers: [] };
    this.held.add(held);
    return held;
  }

  /** From the opening to the close: pings, age, and the host's clock. */
  private watch(held: Held): void {
    held.openedAtMs = performance.now();
    if (held.closed) return;
    const rotateAfterMs = this.timing.rotateAfterMs * (1 - 0.1 * Math.random());
    let [passed, wall] = [performance.now(), this.wallNow()];
    const beat = () => {
      if (!held.link.beat(this.timing.pingMisses)) {
        this.options.logger.warn({ event: 'dingtalk_socket_silent' });
        held.link.terminate();
        return;
      }
      const [passedNow, wallNow] = [performance.now(), this.wallNow()];
      if (Math.abs(wallNow - wall - (passedNow - passed)) > this.timing.clockJumpMs) held.want('clock');
      [passed, wall] = [passedNow, wallNow];
      if (passedNow - held.openedAtMs > rotateAfterMs) held.want('rotation');
    };
    held.timers.push(setInterval(beat, this.timing.pingEveryMs));
  }

  /** Closes a link gently, cutting it when that takes too long. */
  private async closeWithin(held: Held, ms: number): Promise<void> {
    if (held.closed) return;
    held.timers.push(setTimeout(() => { held.link.terminate(); }, ms)); // prettier-ignore
    void held.link.closeGently();
    await held.whenClosed;
  }

  private answerCard(data: string, time: unknown): Promise<object> {
    const answer = this.options.onCardCallback?.(data, time) ?? Promise.resolve({});
    const work: Promise<void> = answer.then(
      () => void this.storing.delete(work),
      () => void this.storing.delete(work),
    );
    this.storing.add(work);
    return answer;
  }

  private store(data: string, time: unknown): Promise<void> {
    if (this.otherClient.observe(data, time, performance.now() - this.unbrokenSinceMs))
      this.options.logger.warn({ event: 'dingtalk_other_client', reason: otherClientNote });
    const work = this.options.onRobotMessage(data).finally(() => this.storing.delete(work));
    this.storing.add(work);
    return work;
  }

  /** Resolves when nothing is being stored any more, or after the time given. */
  private async stored(ms: number): Promise<void> {
    const timeUp = new AbortController();
    const limit = pause(ms, undefined, { signal: timeUp.signal }).catch(() => undefined);
    await Promise.race([Promise.allSettled(this.storing), limit]);
    timeUp.abort();
  }

  private async rest(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}
