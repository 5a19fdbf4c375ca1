// Changes of posts that people make by talking: 联络员换成李四, 我请假到周五，由李四代.
import { type EntityManager, IsNull } from 'typeorm';
import { type CivilDate } from '../calendar/civil-date';
import { Post, type Role } from '../database/entities/unit';
import { newId } from '../ids';
import { reachedAt } from './reached-at';

export interface Colleague {
  personId: string;
  name: string;
  /** Their id on the platform, where they can be told. */
  staffId: string | null;
  /** 职务, where the directory has it. */
  title: string | null;
}

/** People of a unit by name, or by 职务 and name ("科员王磊"); several may bear one name. */
export async function findColleagues(
  manager: EntityManager,
  unitId: string,
  name: string,
  today: CivilDate,
): Promise<Colleague[]> {
  const found: Colleague[] = await manager.query(
    `SELECT p.id AS personId, p.name, MAX(q.title) AS title,
            ${reachedAt('p.id')} AS staffId
       FROM posts q JOIN people p ON p.id = q.personId
      WHERE q.unitId = ? AND ? LIKE CONCAT('%', p.name) AND q.endedAt IS NULL AND (q.lastDay IS NULL OR q.lastDay >= ?)
      GROUP BY p.id, p.name ORDER BY p.id`,
    [unitId, name, today],
  );
  const named = found.filter(colleague => colleague.name === name);
  return named.length > 0 ? named : found.filter(colleague => `${colleague.title ?? ''}${colleague.name}` === name);
}

/** True when the directory has somebody of this name in another unit. */
export async function isKnownElsewhere(
  manager: EntityManager,
  unitId: string,
  name: string,
  today: CivilDate,
): Promise<boolean> {
  const found: unknown[] = await manager.query(
    `SELECT 1 FROM posts q JOIN people p ON p.id = q.personId
      WHERE p.name = ? AND q.unitId <> ? AND q.endedAt IS NULL AND (q.lastDay IS NULL OR q.lastDay >= ?) LIMIT 1`,
    [name, unitId, today],
  );
  return found.length > 0;
}

/** True when a person is liaison of a unit without end, and nobody else is. */
export async function isOnlyLiaison(manager: EntityManager, unitId: string, personId: string): Promise<boolean> {
  const liaisons = await manager.findBy(Post, { unitId, role: 'liaison', endedAt: IsNull() });
  return liaisons.length > 0 && liaisons.every(post => post.personId === personId && post.lastDay === null);
}

async function givePost(
  manager: EntityManager,
  post: { personId: string; unitId: string; role: Role; lastDay: CivilDate | null; standsInFor: string | null },
  now: Date,
): Promise<void> {
  const { personId, unitId, role, lastDay, standsInFor } = post;
  const held = await manager.findOneBy(Post, { personId, unitId, role });
  if (held) await manager.update(Post, { id: held.id }, { endedAt: null, lastDay, standsInFor });
  else await manager.insert(Post, { id: newId(), ...post, title: null, createdAt: now });
}

/** Makes a colleague the liaison of a unit; those who were stay as 工作人员. @returns the names of those who were */
export async function handOver(
  manager: EntityManager,
  { unitId, to }: { unitId: string; to: Colleague },
  now: Date,
): Promise<string[]> {
  const before: { id: string; personId: string; name: string }[] = await manager.query(
    `SELECT q.id, q.personId, p.name FROM posts q JOIN people p ON p.id = q.personId
      WHERE q.unitId = ? AND q.role = 'liaison' AND q.endedAt IS NULL`,
    [unitId],
  );
  for (const { id, personId } of before.filter(post => post.personId !== to.personId)) {
    await manager.update(Post, { id, endedAt: IsNull() }, { endedAt: now });
    await givePost(manager, { personId, unitId, role: 'staff', lastDay: null, standsInFor: null }, now);
  }
  await givePost(manager, { personId: to.personId, unitId, role: 'liaison', lastDay: null, standsInFor: null }, now);
  return before.filter(post => post.personId !== to.personId).map(post => post.name);
}

/**
 * Makes a colleague liaison beside the one who is away, until a day.
 * @returns false when the colleague is a liaison without end already
 */
export async function nameDeputy(
  manager: EntityManager,
  { unitId, to, until, standsInFor }: { unitId: string; to: Colleague; until: CivilDate; standsInFor: string },
  now: Date,
): Promise<boolean> {
  const held = await manager.findOneBy(Post, { personId: to.personId, unitId, role: 'liaison', endedAt: IsNull() });
  if (held?.lastDay === null) return false;
  await givePost(manager, { personId: to.personId, unitId, role: 'liaison', lastDay: until, standsInFor }, now);
  return true;
}
