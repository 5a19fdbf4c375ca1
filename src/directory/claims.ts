// "我是区税务局张三": a claim waits for the office; accepted, the person is in the directory.
import { type EntityManager } from 'typeorm';
import { ChannelIdentity, IdentityClaim, Person, Post } from '../database/entities/unit';
import { AuditEntry } from '../database/entities/schedule';
import { newId } from '../ids';

export interface Claiming {
  channel: string;
  externalId: string;
  name: string;
  unitId: string;
  source: 'said' | 'contacts';
  conversationId: string;
}

/** The claim of a person that waits for a decision, or null. */
export function findOpenClaim(
  manager: EntityManager,
  channel: string,
  externalId: string,
): Promise<IdentityClaim | null> {
  return manager.findOneBy(IdentityClaim, { channel, openFor: externalId });
}

/** All claims that wait, oldest first. */
export function findOpenClaims(manager: EntityManager): Promise<IdentityClaim[]> {
  return manager.find(IdentityClaim, { where: { status: 'open' }, order: { createdAt: 'ASC', id: 'ASC' } });
}

/**
 * Writes a claim; an open one of the same person is replaced.
 * @returns null when the same claim is open already
 */
export async function openClaim(manager: EntityManager, claiming: Claiming, now: Date): Promise<IdentityClaim | null> {
  const open = await findOpenClaim(manager, claiming.channel, claiming.externalId);
  if (open?.name === claiming.name && open.unitId === claiming.unitId) return null;
  if (open) await manager.update(IdentityClaim, { id: open.id }, { status: 'replaced', openFor: null, decidedAt: now });
  const claim = manager.create(IdentityClaim, {
    ...claiming,
    id: newId(),
    openFor: claiming.externalId,
    name: claiming.name.slice(0, 60),
    status: 'open',
    createdAt: now,
  });
  await manager.insert(IdentityClaim, claim);
  return claim;
}

export interface ClaimDecision {
  accept: boolean;
  reason: string | null;
  decidedBy: string;
  /** For the audit log. */
  decidedByName: string;
  /** null: decided on a page of the web site. */
  inboxMessageId: string | null;
  now: Date;
}

/**
 * Decides a claim; accepted, the person gets an identity and a post as 工作人员 of the unit.
 * Safe where the person has come into the directory meanwhile by another way: then only the post is added.
 */
export async function decideClaim(
  manager: EntityManager,
  claim: IdentityClaim,
  decision: ClaimDecision,
): Promise<void> {
  const { accept, now } = decision;
  await manager.update(
    IdentityClaim,
    { id: claim.id, status: 'open' },
    {
      status: accept ? 'accepted' : 'refused',
      openFor: null,
      decidedBy: decision.decidedBy,
      decidedAt: now,
      reason: decision.reason?.slice(0, 1000) ?? null,
    },
  );
  if (accept) await admit(manager, claim, now);
  await manager.insert(AuditEntry, {
    id: newId(),
    at: now,
    personId: decision.decidedBy,
    actor: decision.decidedByName,
    act: accept ? 'accept_identity' : 'refuse_identity',
    object: `identity:${claim.externalId}`,
    before: {},
    after: { name: claim.name, unitId: claim.unitId, ...(decision.reason === null ? {} : { reason: decision.reason }) },
    inboxMessageId: decision.inboxMessageId,
  });
}

async function admit(manager: EntityManager, claim: IdentityClaim, now: Date): Promise<void> {
  const { channel, externalId, name, unitId } = claim;
  const known = await manager.findOneBy(ChannelIdentity, { channel, externalId });
  const personId = known?.personId ?? newId();
  if (!known) {
    await manager.insert(Person, { id: personId, name, createdAt: now });
    await manager.insert(ChannelIdentity, { id: newId(), channel, externalId, personId });
  }
  const post = await manager.findOneBy(Post, { personId, unitId, role: 'staff' });
  if (post) await manager.update(Post, { id: post.id }, { endedAt: null });
  else await manager.insert(Post, { id: newId(), personId, unitId, role: 'staff', title: null, createdAt: now });
}
