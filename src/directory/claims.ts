// "我是区税务局张三": a claim waits for the office; accepted, the person is in the directory.
import { type EntityManager } from 'typeorm';
import { type CivilDate } from '../calendar/civil-date';
import { ChannelIdentity, IdentityClaim, Person, Post, type Role } from '../database/entities/unit';
import { AuditEntry } from '../database/entities/schedule';
import { AppError } from '../errors';
import { newId } from '../ids';

export interface Claiming {
  channel: string;
  externalId: string;
  name: string;
  unitId: string;
  source: 'said' | 'contacts';
  conversationId: string;
}

/** The claim of a person that waits for a decision, or null; locked, so that none is made while something joins it. */
export function findOpenClaim(
  manager: EntityManager,
  channel: string,
  externalId: string,
): Promise<IdentityClaim | null> {
  return manager.findOne(IdentityClaim, {
    where: { channel, openFor: externalId },
    lock: { mode: 'pessimistic_write' },
  });
}

/** All claims that wait, oldest first. */
export function findOpenClaims(manager: EntityManager): Promise<IdentityClaim[]> {
  return manager.find(IdentityClaim, { where: { status: 'open' }, order: { createdAt: 'ASC', id: 'ASC' } });
}

export interface OpenedClaim {
  claim: IdentityClaim;
  /** false: the same claim was open already. */
  isNew: boolean;
  /** Another one of the same person, which was open until now. */
  replaced: IdentityClaim | null;
}

/** Writes a claim; an open one of the same person is replaced. */
export async function openClaim(manager: EntityManager, claiming: Claiming, now: Date): Promise<OpenedClaim> {
  const open = await findOpenClaim(manager, claiming.channel, claiming.externalId);
  if (open?.name === claiming.name && open.unitId === claiming.unitId)
    return { claim: open, isNew: false, replaced: null };
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
  return { claim, isNew: true, replaced: open };
}

/** Somebody the unit has under the name of a claim, who speaks under another id; null when there is none. */
export async function findNamesake(
  manager: EntityManager,
  claim: Pick<IdentityClaim, 'channel' | 'externalId' | 'name' | 'unitId'>,
  today: CivilDate,
): Promise<{ title: string | null; role: Role } | null> {
  const [found]: { title: string | null; role: Role }[] = await manager.query(
    `SELECT q.title, q.role FROM posts q JOIN people p ON p.id = q.personId
      WHERE q.unitId = ? AND p.name = ? AND q.endedAt IS NULL AND (q.lastDay IS NULL OR q.lastDay >= ?)
        AND NOT EXISTS (SELECT 1 FROM channel_identities i
                         WHERE i.personId = p.id AND i.channel = ? AND i.externalId = ?)
      ORDER BY q.title IS NULL, q.id LIMIT 1`,
    [claim.unitId, claim.name, today, claim.channel, claim.externalId],
  );
  return found ?? null;
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
 * @throws AppError changed_since (exposed): somebody else has decided it, or it has been replaced
 */
export async function decideClaim(
  manager: EntityManager,
  claim: IdentityClaim,
  decision: ClaimDecision,
): Promise<void> {
  const { accept, now } = decision;
  const { affected } = await manager.update(
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
  if (!affected) throw new AppError('changed_since', '这条身份申请已经办过或已被替换，没有改动', { expose: true });
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
