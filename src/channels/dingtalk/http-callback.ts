// Robot messages by HTTP callback, for robots whose receiving mode is HTTP: who calls, when and how much is looked at before what.
import type Router from '@koa/router';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { messageOf } from '../../errors';
import { type Logger } from '../../logger';
import { Bucket, readBody } from './call-gate';

export const callbackPath = '/dingtalk/callback';

/** A call signed longer ago, or for later than this, is refused. */
const maxAgeMs = 3_600_000;

export interface CallbackOptions {
  clientSecret: string;
  logger: Logger;
  /** Data of a robot callback, as JSON text; answered with 200 when this has resolved. */
  onRobotMessage: (data: string) => Promise<void>;
  /** The host's clock in ms: the platform signs by the real time, whatever time the bot is turned to. */
  wallNow?: () => number;
}

/** The header `sign` that belongs to a header `timestamp` (ms as digits). */
export function signatureOf(timestamp: string, clientSecret: string): string {
  return createHmac('sha256', clientSecret).update(`${timestamp}\n${clientSecret}`).digest('base64');
}

/** POST {@link callbackPath}: 401 unsigned or stale, 413 too large, 429 too many, 400 unreadable, 503 not stored, 200 stored. */
export function addRobotRoute(router: Router, options: CallbackOptions): void {
  const wallNow = options.wallNow ?? Date.now;
  const bucket = new Bucket(wallNow);
  router.post(callbackPath, async context => {
    const refuse = (status: number, reason: string): void => {
      options.logger.warn({ event: 'dingtalk_callback_refused', status, reason });
      context.status = status;
      context.body = { msgtype: 'empty' };
      // What was not read cannot be followed by another request.
      if (!context.req.complete) context.set('Connection', 'close');
    };
    if (!signed(context.get('timestamp'), context.get('sign'), options.clientSecret, wallNow())) {
      refuse(401, 'signature or age');
      return;
    }
    if (!bucket.take()) {
      refuse(429, 'rate');
      return;
    }
    const text = await readBody(context.req, Number(context.get('content-length') || 0));
    if (typeof text === 'number') {
      refuse(text, text === 413 ? 'size' : 'body');
      return;
    }
    try {
      await options.onRobotMessage(text);
    } catch (thrown) {
      options.logger.error({ event: 'dingtalk_message_not_stored', reason: messageOf(thrown) });
      refuse(503, 'not stored');
      return;
    }
    context.body = { msgtype: 'empty' };
  });
}

function signed(timestamp: string, sign: string, clientSecret: string, nowMs: number): boolean {
  if (!/^\d{10,16}$/.test(timestamp) || Math.abs(nowMs - Number(timestamp)) > maxAgeMs) return false;
  const [given, right] = [Buffer.from(sign), Buffer.from(signatureOf(timestamp, clientSecret))];
  return given.length === right.length && timingSafeEqual(given, right);
}
