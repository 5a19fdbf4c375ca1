// Who is signed in to the web site: a session in the database, ended by idling, by age, or by a change of the person's posts.
import { type EntityManager, LessThan } from 'typeorm';
import { type CivilDate } from '../calendar/civil-date';
import { WebSession } from '../database/entities/web';
import { newId } from '../ids';
import { hashOf, newSecret } from './web-links';

/** How long a session lasts; null = as long as the program's clock is only turned (the trial). */
export interface SessionTimes {
  idleMinutes: number;
  hours: number;
}

export const usualTimes: SessionTimes = { idleMinutes: 30, hours: 8 };
/** What was seen less long ago need not be written down again. */
const seenEveryMs = 60_000;
const secretPattern = /^[\w-]{43}$/;

/** The posts a person holds on a day, as one value that differs when any of them does. */
async function postsHash(manager: EntityManager, personId: string, today: CivilDate): Promise<string> {
  const rows: { unitId: string; role: string; lastDay: string | null }[] = await manager.query(
    `SELECT unitId, role, lastDay FROM posts
      WHERE personId = ? AND endedAt IS NULL AND (lastDay IS NULL OR lastDay >= ?) ORDER BY unitId, role`,
    [personId, today],
  );
  return hashOf(JSON.stringify(rows.map(({ unitId, role, lastDay }) => [unitId, role, lastDay])));
}

/** Opens a session. @returns the secret for the cookie */
export async function openSession(
  manager: EntityManager,
  personId: string,
  { now, today }: { now: Date; today: CivilDate },
): Promise<string> {
  await manager.delete(WebSession, { createdAt: LessThan(new Date(now.getTime() - 30 * 24 * 3_600_000)) });
  const secret = newSecret(256);
  await manager.insert(WebSession, {
    id: newId(),
    tokenHash: hashOf(secret),
    personId,
    postsHash: await postsHash(manager, personId, today),
    createdAt: now,
    seenAt: now,
  });
  return secret;
}

/** Whose session a cookie's secret is; null when there is none, or it is over (and then it is gone). */
export async function findSession(
  manager: EntityManager,
  secret: string,
  { now, today, times }: { now: Date; today: CivilDate; times: SessionTimes | null },
): Promise<{ personId: string } | null> {
  if (!secretPattern.test(secret)) return null;
  const session = await manager.findOneBy(WebSession, { tokenHash: hashOf(secret) });
  if (!session) return null;
  const idleMs = now.getTime() - session.seenAt.getTime();
  const ageMs = now.getTime() - session.createdAt.getTime();
  const lapsed = times !== null && (idleMs > times.idleMinutes * 60_000 || ageMs > times.hours * 3_600_000);
  if (lapsed || session.postsHash !== (await postsHash(manager, session.personId, today))) {
    await manager.delete(WebSession, { id: session.id });
    return null;
  }
  if (idleMs > seenEveryMs) await manager.update(WebSession, { id: session.id }, { seenAt: now });
  return { personId: session.personId };
}

export async function endSession(manager: EntityManager, secret: string): Promise<void> {
  await manager.delete(WebSession, { tokenHash: hashOf(secret) });
}
