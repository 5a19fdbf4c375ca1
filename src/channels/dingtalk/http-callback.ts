// Robot messages by HTTP callback, for robots whose receiving mode is HTTP: who calls, when and how much is looked at before what.
import type Router from '@koa/router';
import { createHmac } from 'node:crypto';
import { messageOf } from '../../errors';
import { type Logger } from '../../logger';
import { CallGate, signatureFits } from './call-gate';
import { maxFrameBytes } from './stream-frame';

export const callbackPath = '/dingtalk/callback';

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
  const { clientSecret, logger, wallNow } = options;
  const refusal = { event: 'dingtalk_callback_refused', body: { msgtype: 'empty' } };
  const gate = new CallGate({ logger, refusal, largestBody: maxFrameBytes, wallNow });
  router.post(callbackPath, async context => {
    const timestamp = context.get('timestamp');
    const text = await gate.read(context, timestamp, () =>
      signatureFits(context.get('sign'), signatureOf(timestamp, clientSecret)),
    );
    if (text === null) return;
    try {
      await options.onRobotMessage(text);
    } catch (thrown) {
      logger.error({ event: 'dingtalk_message_not_stored', reason: messageOf(thrown) });
      gate.refuse(context, 503, 'not stored');
      return;
    }
    context.body = { msgtype: 'empty' };
  });
}
