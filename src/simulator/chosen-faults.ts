// The faults a person may switch on in the chat page, and what they mean at the local DingTalk.
import { z } from 'zod';
import { type Gateway } from './dingtalk-gateway';
import { type SendFaultKind } from './fault-switches';

/** Every switch of the page's drawer. */
export const faultChoices = z.strictObject({
  /** The robot's connection is cut and every new one refused, until switched off. */
  offline: z.boolean(),
  sends: z.enum(['ok', 'refused', 'too-fast', 'forbidden', 'sent-unanswered']),
  /** Every answer of the API waits so long. */
  delayMs: z.number().int().min(0).max(30_000),
  /** Acknowledgements are lost, so that messages come again after a minute. */
  acksDropped: z.boolean(),
  quotaExhausted: z.boolean(),
});

export type FaultChoices = z.infer<typeof faultChoices>;

export const noFaults: FaultChoices = {
  offline: false,
  sends: 'ok',
  delayMs: 0,
  acksDropped: false,
  quotaExhausted: false,
};

const sendFaults: Record<Exclude<FaultChoices['sends'], 'ok'>, SendFaultKind> = {
  refused: 503,
  'too-fast': 'too-fast',
  forbidden: 403,
  'sent-unanswered': 'deliver-then-504',
};

/** Sets the local DingTalk to exactly these faults. */
export function applyFaults(gateway: Gateway, chosen: FaultChoices): void {
  const { faults } = gateway;
  faults.clear();
  if (chosen.sends !== 'ok') faults.failSends(sendFaults[chosen.sends]);
  faults.delay(chosen.delayMs);
  faults.dropAcks(chosen.acksDropped);
  faults.exhaustQuota(chosen.quotaExhausted);
  if (!chosen.offline) return;
  faults.refuseOpen(503);
  gateway.cutAll();
}
