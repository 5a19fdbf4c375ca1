// Presses of cards by HTTP callback, for robots whose messages come that way: signed with a secret of our own, told to the platform at start.
import type Router from '@koa/router';
import { createHmac } from 'node:crypto';
import { type Logger } from '../../logger';
import { signatureFits } from './event-crypto';
import { Bucket, readBody } from './call-gate';

export const cardPath = '/dingtalk/card';

const maxAgeMs = 3_600_000;
const largestBody = 65_536;

/** What callbacks are signed with: it follows from the app's secret, so that every process knows the same. */
export function cardSecretOf(clientSecret: string): string {
  return createHmac('sha256', clientSecret).update('card callbacks').digest('hex');
}

/** The header `x-ddpaas-signature` that belongs to a timestamp (ms as digits). */
export function cardSignature(timestamp: string, apiSecret: string): string {
  return createHmac('sha256', apiSecret).update(timestamp).digest('base64');
}

export interface CardCallbackOptions {
  apiSecret: string;
  logger: Logger;
  /** Resolves soon with the answer, never rejects. */
  onCardCallback: (data: string, time: string) => Promise<object>;
  wallNow?: () => number;
}

/** POST {@link cardPath}: 401 unsigned or stale, 413 too large, 429 too many, 400 unreadable, else 200 with the answer. */
export function addCardRoute(router: Router, options: CardCallbackOptions): void {
  const wallNow = options.wallNow ?? Date.now;
  const bucket = new Bucket(wallNow);
  router.post(cardPath, async context => {
    const refuse = (status: number, reason: string): void => {
      options.logger.warn({ event: 'dingtalk_press_refused', status, reason });
      context.status = status;
      context.body = {};
      if (!context.req.complete) context.set('Connection', 'close');
    };
    const timestamp = context.get('x-ddpaas-signature-timestamp');
    const fresh = /^\d{10,16}$/.test(timestamp) && Math.abs(wallNow() - Number(timestamp)) <= maxAgeMs;
    if (!fresh || !signatureFits(context.get('x-ddpaas-signature'), cardSignature(timestamp, options.apiSecret))) {
      refuse(401, 'signature or age');
      return;
    }
    if (!bucket.take()) {
      refuse(429, 'rate');
      return;
    }
    const text = await readBody(context.req, Number(context.get('content-length') || 0), largestBody);
    if (typeof text === 'number') {
      refuse(text, text === 413 ? 'size' : 'body');
      return;
    }
    context.body = await options.onCardCallback(text, timestamp);
  });
}
