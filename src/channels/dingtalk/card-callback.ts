// Presses of cards by HTTP callback, for robots whose messages come that way: signed with a secret of our own, told to the platform at start.
import type Router from '@koa/router';
import { createHmac } from 'node:crypto';
import { type Logger } from '../../logger';
import { CallGate, signatureFits } from './call-gate';

export const cardPath = '/dingtalk/card';

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
  const { apiSecret, logger, wallNow } = options;
  const refusal = { event: 'dingtalk_press_refused', body: {} };
  const gate = new CallGate({ logger, refusal, largestBody, wallNow });
  router.post(cardPath, async context => {
    const timestamp = context.get('x-ddpaas-signature-timestamp');
    const text = await gate.read(context, timestamp, () =>
      signatureFits(context.get('x-ddpaas-signature'), cardSignature(timestamp, apiSecret)),
    );
    if (text !== null) context.body = await options.onCardCallback(text, timestamp);
  });
}
