// Events pushed by HTTP: looked at for size, age and rate, for their signature before they are decrypted, and answered in kind.
import type Router from '@koa/router';
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type Logger } from '../../logger';
import { CallGate, signatureFits } from './call-gate';
import { eventSignature, openSealed, seal, type EventKeys } from './event-crypto';
import { parseJson } from './stream-frame';

export const eventPath = '/dingtalk/event';

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
  const { keys, owners, logger, wallNow } = options;
  const refusal = { event: 'dingtalk_event_refused', body: {} };
  const gate = new CallGate({ logger, refusal, largestBody, wallNow });
  router.post(eventPath, async context => {
    const asked = (name: string): string => {
      const value = context.query[name];
      return typeof value === 'string' ? value : '';
    };
    const timestamp = asked('timestamp');
    // The signature is over what is in the body.
    const text = await gate.read(context, timestamp);
    if (text === null) return;
    const sent = envelope.safeParse(parseJson(text));
    if (!sent.success) {
      gate.refuse(context, 400, 'body');
      return;
    }
    const signature = asked('msg_signature') || asked('signature');
    if (!signatureFits(signature, eventSignature(keys.token, timestamp, asked('nonce'), sent.data.encrypt))) {
      gate.refuse(context, 401, 'signature');
      return;
    }
    const opened = openSealed(keys, sent.data.encrypt);
    if (!opened || !owners.includes(opened.owner)) {
      gate.refuse(context, 401, opened ? 'owner' : 'key');
      return;
    }
    const event = eventBody.safeParse(parseJson(opened.message));
    // check_url comes when the address is saved in the console; it asks for nothing but the answer.
    if (event.success && event.data.EventType !== 'check_url') options.onEvent(event.data.EventType, opened.message);
    context.body = answerTo(keys, opened.owner, String(gate.wallNow()));
  });
}

/** "success", sealed and signed as events are. */
function answerTo(keys: EventKeys, owner: string, timeStamp: string): object {
  const nonce = randomBytes(8).toString('hex');
  const encrypt = seal(keys, { message: 'success', owner });
  return { msg_signature: eventSignature(keys.token, timeStamp, nonce, encrypt), encrypt, timeStamp, nonce };
}
