// Changes of posts that people make by talking: 联络员换成李四, 我请假到周五，由李四代.
import { type EntityManager, IsNull } from 'typeorm';
import { type CivilDate } from '../calendar/civil-date';
import { Post, type Role } from '../database/entities/unit';
import { newId } from '../ids';

export interface Colleague {
  personId: string;
  name: string;
  /** Their id on the platform, where they can be told. */
  staffId: string | null;
}

/** People of a unit by name; several may bear one. */
export async function findColleagues(
  manager: EntityManager,
  unitId: string,
  name: string,
  today: CivilDate,
): Promise<Colleague[]> {
  return manager.query(
    `SELECT DISTINCT p.id AS personId, p.name,
            (SELECT MIN(c.externalId) FROM channel_identities c WHERE c.personId = p.id AND c.channel = 'dingtalk') AS staffId
       FROM posts q JOIN people p ON p.id = q.personId
      WHERE q.unitId = ? AND p.name = ? AND q.endedAt IS NULL AND (q.lastDay IS NULL OR q.lastDay >= ?)`,
    [unitId, name, today],
  );
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
