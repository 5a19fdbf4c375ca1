// One-time links into the web site: 128 random bits, a few minutes, one use, bound to one person. Only their hash is stored.
import { createHash, randomBytes } from 'node:crypto';
import { type EntityManager, LessThan, MoreThan } from 'typeorm';
import { WebLink } from '../database/entities/web';
import { newId } from '../ids';

export const linkMinutes = 5;
/** Nobody needs more links at a time. */
const mostOpen = 5;
const keptAfterMs = 24 * 3_600_000;
const tokenPattern = /^[\w-]{22}$/;

/** The form in which a secret is kept: SHA-256, hex. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** A secret of `bits` random bits, base64url. */
export function newSecret(bits: number): string {
  return randomBytes(bits / 8).toString('base64url');
}

/**
 * Makes a link for a person.
 * @param link.wanted - of a file: which one
 * @returns its secret; null when the person has several open ones
 */
export async function createLink(
  manager: EntityManager,
  link: { personId: string; purpose: WebLink['purpose']; wanted?: Record<string, unknown> },
  now: Date,
): Promise<string | null> {
  await manager.delete(WebLink, { expiresAt: LessThan(new Date(now.getTime() - keptAfterMs)) });
  const open = await manager.find(WebLink, {
    where: { personId: link.personId, expiresAt: MoreThan(now) },
    select: { id: true, usedAt: true },
  });
  if (open.filter(one => one.usedAt === null).length >= mostOpen) return null;
  const secret = newSecret(128);
  await manager.insert(WebLink, {
    id: newId(),
    tokenHash: hashOf(secret),
    personId: link.personId,
    purpose: link.purpose,
    ...(link.wanted ? { wanted: link.wanted } : {}),
    createdAt: now,
    expiresAt: new Date(now.getTime() + linkMinutes * 60_000),
  });
  return secret;
}

/** The link of a secret, if it can still be used; null otherwise. Changes nothing. */
export async function findLink(
  manager: EntityManager,
  secret: string,
  purpose: WebLink['purpose'],
  now: Date,
): Promise<WebLink | null> {
  if (!tokenPattern.test(secret)) return null;
  const link = await manager.findOneBy(WebLink, { tokenHash: hashOf(secret), purpose });
  return link && link.usedAt === null && link.expiresAt > now ? link : null;
}

/** Uses a link up. @returns it; null when it is unknown, over, or was used before */
export async function useLink(
  manager: EntityManager,
  secret: string,
  purpose: WebLink['purpose'],
  now: Date,
): Promise<WebLink | null> {
  const link = await findLink(manager, secret, purpose, now);
  if (!link) return null;
  const used: { affectedRows: number } = await manager.query(
    'UPDATE web_links SET usedAt = ? WHERE id = ? AND usedAt IS NULL',
    [now, link.id],
  );
  return used.affectedRows === 1 ? link : null;
}
