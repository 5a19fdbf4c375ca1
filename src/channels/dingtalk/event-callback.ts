// Events pushed by HTTP: looked at for size, age and rate, for their signature before they are decrypted, and answered in kind.
import type Router from '@koa/router';
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type Logger } from '../../logger';
import { eventSignature, openSealed, seal, signatureFits, type EventKeys } from './event-crypto';
import { Bucket, readBody } from './call-gate';
import { parseJson } from './stream-frame';

export const eventPath = '/dingtalk/event';

/** An event sent longer ago, or for later than this, is refused. */
const maxAgeMs = 3_600_000;
const largestBody = 262_144;

export interface EventCallbackOptions {
  keys: EventKeys;
  /** For whom events are sealed: the app's key, or the organisation's id where that is known. */
  owners: readonly string[];
  logger: Logger;
  /** An event's type and its data as JSON text; must not throw. */
  onEvent: (type: string, data: string) => void;
  /** The host's clock in ms: the platform signs by the real time. */
  wallNow?: () => number;
}

const envelope = z.object({ encrypt: z.string().min(1) });
const eventBody = z.object({ EventType: z.string() });

/** POST {@link eventPath}: 401 unsigned, stale or sealed for somebody else, 413 too large, 429 too many, 400 unreadable, 200 taken. */
export function addEventRoute(router: Router, options: EventCallbackOptions): void {
  const { keys, owners, logger } = options;
  const wallNow = options.wallNow ?? Date.now;
  const bucket = new Bucket(wallNow);
  router.post(eventPath, async context => {
    const refuse = (status: number, reason: string): void => {
      logger.warn({ event: 'dingtalk_event_refused', status, reason });
      context.status = status;
      context.body = {};
      if (!context.req.complete) context.set('Connection', 'close');
    };
    const asked = (name: string): string => {
      const value = context.query[name];
      return typeof value === 'string' ? value : '';
    };
    const timestamp = asked('timestamp');
    if (!/^\d{10,16}$/.test(timestamp) || Math.abs(wallNow() - Number(timestamp)) > maxAgeMs) {
      refuse(401, 'age');
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
    const sent = envelope.safeParse(parseJson(text));
    if (!sent.success) {
      refuse(400, 'body');
      return;
    }
    const signature = asked('msg_signature') || asked('signature');
    if (!signatureFits(signature, eventSignature(keys.token, timestamp, asked('nonce'), sent.data.encrypt))) {
      refuse(401, 'signature');
      return;
    }
    const opened = openSealed(keys, sent.data.encrypt);
    if (!opened || !owners.includes(opened.owner)) {
      refuse(401, opened ? 'owner' : 'key');
      return;
    }
    const event = eventBody.safeParse(parseJson(opened.message));
    // check_url comes when the address is saved in the console; it asks for nothing but the answer.
    if (event.success && event.data.EventType !== 'check_url') options.onEvent(event.data.EventType, opened.message);
    context.body = answerTo(keys, opened.owner, String(wallNow()));
  });
}

/** "success", sealed and signed as events are. */
function answerTo(keys: EventKeys, owner: string, timeStamp: string): object {
  const nonce = randomBytes(8).toString('hex');
  const encrypt = seal(keys, { message: 'success', owner });
  return { msg_signature: eventSignature(keys.token, timeStamp, nonce, encrypt), encrypt, timeStamp, nonce };
}
