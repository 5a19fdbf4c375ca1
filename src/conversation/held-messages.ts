// Reports of people whose identity is not confirmed yet: each is held under one claim, and goes the way of that claim.
import { type EntityManager, type FindOptionsWhere, MoreThanOrEqual } from 'typeorm';
import { InboxMessage } from '../database/entities/message';
import { type IdentityClaim } from '../database/entities/unit';

type Claim = Pick<IdentityClaim, 'id' | 'externalId'>;

/** Without a claim: held by an earlier version, which knew only the sender. */
const heldMark = /^held(?: (?<claim>\S+))?$/u;

/** What is written beside a message that is held. */
export function heldUnder(claimId: string): string {
  return `held ${claimId}`;
}

/** Whether a message has been held, and under which claim, by what is written beside it. */
export function claimOfHeld(outcome: string | null): { claimId: string | null } | null {
  const found = heldMark.exec(outcome ?? '');
  return found && { claimId: found.groups?.['claim'] ?? null };
}

/** The held messages of a claim. */
function heldOf({ id, externalId }: Claim): FindOptionsWhere<InboxMessage>[] {
  return [
    { status: 'held', outcome: heldUnder(id), senderStaffId: externalId },
    { status: 'held', outcome: 'held', senderStaffId: externalId },
  ];
}

async function settle(
  manager: EntityManager,
  claim: Claim,
  set: Partial<Pick<InboxMessage, 'status' | 'handledAt' | 'nextAttemptAt' | 'attempts' | 'outcome'>>,
): Promise<number> {
  let count = 0;
  for (const held of heldOf(claim)) count += (await manager.update(InboxMessage, held, set)).affected ?? 0;
  return count;
}

/** How many messages wait for a claim. */
export function countHeld(manager: EntityManager, claim: Claim): Promise<number> {
  return manager.countBy(InboxMessage, heldOf(claim));
}

/** What was said meanwhile is handled now as from the known person, or ended without a record. @returns how many messages */
export function releaseHeld(manager: EntityManager, claim: Claim, accepted: boolean, now: Date): Promise<number> {
  return settle(
    manager,
    claim,
    accepted
      ? { status: 'waiting', nextAttemptAt: now, attempts: 0 }
      : { status: 'handled', handledAt: now, outcome: 'held: identity refused' },
  );
}

/**
 * A claim has been replaced by another of the same person: for the same unit what is held waits on, for another unit it
 * was said in the name of the one that is given up, and ends without a record.
 * @returns how many messages have ended
 */
export async function passOnHeld(
  manager: EntityManager,
  replaced: IdentityClaim,
  claim: IdentityClaim,
  now: Date,
): Promise<number> {
  if (claim.unitId !== replaced.unitId)
    return settle(manager, replaced, { status: 'handled', handledAt: now, outcome: 'held: claim replaced' });
  await settle(manager, replaced, { outcome: heldUnder(claim.id) });
  return 0;
}

/** 撤回 before the decision: what was said in this conversation since an instant is not recorded. @returns how many messages */
export async function dropHeld(
  manager: EntityManager,
  claim: Claim,
  { conversationId, since, now }: { conversationId: string; since: Date; now: Date },
): Promise<number> {
  let dropped = 0;
  for (const held of heldOf(claim)) {
    const here = { ...held, conversationId, sentAt: MoreThanOrEqual(since) };
    const ended = { status: 'handled' as const, handledAt: now, outcome: 'held: taken back' };
    dropped += (await manager.update(InboxMessage, here, ended)).affected ?? 0;
  }
  return dropped;
}
