// People, their posts, and under which id they speak; read by reminders and notices, written by the staff import.
import { type EntityManager, IsNull } from 'typeorm';
import { type CivilDate } from '../calendar/civil-date';
import { ChannelIdentity, Person, Post, type Role } from '../database/entities/unit';
import { channelOf } from '../address';
import { newId } from '../ids';
import { reachedAt } from './reached-at';

/** One row of the staff sheet: a person's post. */
export interface StaffPost {
  name: string;
  /** An address: the user id at the first platform, another platform's with its name in front (`wecom:zhangsan`). */
  userId: string;
  /** null only for an administrator without a unit. */
  unitId: string | null;
  title: string | null;
  role: Role;
}

/** Where everybody is reached who holds a role, e.g. the office's people; [] when nobody does. */
export async function staffIdsOfRole(manager: EntityManager, role: Role, today: CivilDate): Promise<string[]> {
  return addressesOf(manager, 'q.role = ?', [role, today]);
}

/** Where a unit's liaisons are reached, those who receive its cards and notices. */
export async function staffIdsOfUnit(manager: EntityManager, unitId: string, today: CivilDate): Promise<string[]> {
  return addressesOf(manager, "q.unitId = ? AND q.role = 'liaison'", [unitId, today]);
}

async function addressesOf(manager: EntityManager, which: string, values: unknown[]): Promise<string[]> {
  const rows: { staffId: string }[] = await manager.query(
    `SELECT DISTINCT ${reachedAt('q.personId')} AS staffId FROM posts q
      WHERE ${which} AND q.endedAt IS NULL AND (q.lastDay IS NULL OR q.lastDay >= ?)
     HAVING staffId IS NOT NULL ORDER BY staffId`,
    values,
  );
  return rows.map(row => row.staffId);
}

export interface StaffChanges {
  people: number;
  addedPosts: number;
  endedPosts: number;
  /** Who has gained or lost a post. */
  changed: { userId: string; added: HeldPost[]; ended: HeldPost[] }[];
}

interface HeldPost {
  /** '' = none, an administrator's. */
  unitId: string;
  role: Role;
}

/**
 * Writes the staff sheet: people are known by their user id, a second row is a second post.
 * Posts of the people named here that the sheet no longer has are ended, not deleted; people it does not name stay.
 */
export async function saveStaff(manager: EntityManager, staff: StaffPost[], now: Date): Promise<StaffChanges> {
  const changes: StaffChanges = { people: 0, addedPosts: 0, endedPosts: 0, changed: [] };
  const byUser = new Map<string, StaffPost[]>();
  for (const post of staff) byUser.set(post.userId, [...(byUser.get(post.userId) ?? []), post]);
  for (const [userId, posts] of byUser) {
    const name = posts[0]?.name ?? '';
    const identity = await manager.findOneBy(ChannelIdentity, { channel: channelOf(userId), externalId: userId });
    const personId = identity?.personId ?? newId();
    if (identity) await manager.update(Person, { id: personId }, { name });
    else {
      await manager.insert(Person, { id: personId, name, createdAt: now });
      await manager.insert(ChannelIdentity, { id: newId(), channel: channelOf(userId), externalId: userId, personId });
    }
    changes.people++;
    const held = await manager.find(Post, { where: { personId } });
    const [added, ended]: [HeldPost[], HeldPost[]] = [[], []];
    for (const post of posts) {
      const unitId = post.unitId ?? '';
      const same = held.find(other => other.unitId === unitId && other.role === post.role);
      if (!same) {
        await manager.insert(Post, {
          id: newId(),
          personId,
          unitId,
          role: post.role,
          title: post.title,
          createdAt: now,
        });
        added.push({ unitId, role: post.role });
      } else if (same.endedAt !== null || same.title !== post.title) {
        await manager.update(Post, { id: same.id }, { endedAt: null, title: post.title });
        if (same.endedAt !== null) added.push({ unitId, role: post.role });
      }
    }
    for (const old of held.filter(other => other.endedAt === null))
      if (!posts.some(post => (post.unitId ?? '') === old.unitId && post.role === old.role)) {
        await manager.update(Post, { id: old.id, endedAt: IsNull() }, { endedAt: now });
        ended.push({ unitId: old.unitId, role: old.role });
      }
    changes.addedPosts += added.length;
    changes.endedPosts += ended.length;
    if (added.length > 0 || ended.length > 0) changes.changed.push({ userId, added, ended });
  }
  return changes;
}
