// The app's access token: fetched once for all who ask at the same time, kept until shortly before it ends.
import { z } from 'zod';
import { type HttpAnswer } from './bounded-http';
import { notSent, readAnswer, type NotSent } from './send-outcome';

/** Renewed this long before its end (or in the last tenth of a short life). */
const renewBeforeMs = 5 * 60_000;
const usualLifeSeconds = 7_200;

const tokenAnswer = z.object({
  accessToken: z.string().min(1),
  expireIn: z.coerce.number().positive().catch(usualLifeSeconds),
});

export type TokenResult = { token: string } | { failed: NotSent };

interface Held {
  token: string;
  renewAt: number;
  endsAt: number;
}

export class AccessToken {
  private held: Held | null = null;
  private fetching: Promise<TokenResult> | null = null;

  /**
   * @param request - posts the app's credentials
   * @param nowMs - a clock that only runs forward
   */
  constructor(
    private readonly request: () => Promise<HttpAnswer>,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** The token, or why there is none; without one nothing has been sent. A token that still lives outlasts a failed renewal. */
  async get(): Promise<TokenResult> {
    const { held } = this;
    if (held && this.nowMs() < held.renewAt) return { token: held.token };
    this.fetching ??= this.fetch().finally(() => (this.fetching = null));
    const result = await this.fetching;
    return 'failed' in result && held && held === this.held && this.nowMs() < held.endsAt
      ? { token: held.token }
      : result;
  }

  /** Drops a token the platform no longer takes, unless a newer one is already here. */
  forget(token: string): void {
    if (this.held?.token === token) this.held = null;
  }

  private async fetch(): Promise<TokenResult> {
    const read = readAnswer(await this.request());
    if ('failed' in read) {
      if (read.failed.outcome === 'unknown') return { failed: notSent('unreachable', read.failed.reason) };
      const { refusal, reason, retryAfterMs } = read.failed;
      // Wrong credentials are put right by a person; what waits then goes out by itself.
      return {
        failed: {
          outcome: 'not_sent',
          refusal,
          reason: `取得访问凭证失败：${reason}`,
          retryAfterMs: retryAfterMs ?? 60_000,
        },
      };
    }
    const parsed = tokenAnswer.safeParse(read.json);
    if (!parsed.success) return { failed: notSent('unreachable', '访问凭证的答复无法识别') };
    const { accessToken: token, expireIn } = parsed.data;
    const lifeMs = expireIn * 1_000;
    const now = this.nowMs();
    this.held = { token, renewAt: now + lifeMs - Math.min(renewBeforeMs, lifeMs / 10), endsAt: now + lifeMs };
    return { token };
  }
}
