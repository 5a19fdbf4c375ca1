// Posts one at a time, from a page: by the function that takes over the staff sheet, with a record of who did it.
import { type EntityManager, IsNull } from 'typeorm';
import { AuditEntry } from '../database/entities/schedule';
import { ChannelIdentity, Person, Post } from '../database/entities/unit';
import { channelOf } from '../address';
import { AppError } from '../errors';
import { newId } from '../ids';
import { type EditCause } from './edit-directory';
import { saveStaff, type StaffChanges, type StaffPost } from './people';
import { type DirectoryView } from './unit-directory';

function refuse(sentence: string): AppError {
  return new AppError('bad_input', sentence, { expose: true });
}

async function record(manager: EntityManager, cause: EditCause, who: string, change: object): Promise<void> {
  await manager.insert(AuditEntry, {
    id: newId(),
    at: cause.now,
    personId: cause.personId ?? null,
    actor: cause.actor,
    act: 'edit_posts',
    object: `person:${who}`.slice(0, 190),
    after: change,
  });
}

/**
 * Takes over a staff sheet, with a record for everybody who gains or loses a post by it.
 * @see saveStaff
 */
export async function takeOverStaff(
  manager: EntityManager,
  staff: StaffPost[],
  { unitNameById }: Pick<DirectoryView, 'unitNameById'>,
  cause: EditCause,
): Promise<StaffChanges> {
  const changes = await saveStaff(manager, staff, cause.now);
  const named = (posts: StaffChanges['changed'][number]['added']): object[] =>
    posts.map(({ unitId, role }) => ({ unit: unitNameById.get(unitId) ?? null, role }));
  for (const { userId, added, ended } of changes.changed)
    await record(manager, cause, userId, { added: named(added), ended: named(ended) });
  return changes;
}

/**
 * Gives a person (known by the platform's user id) a post beside those they hold; a person nobody knew is entered.
 * @throws AppError bad_input (exposed): the user id is another person's, or the post is held already
 */
export async function addPost(manager: EntityManager, post: StaffPost, cause: EditCause): Promise<void> {
  const identity = await manager.findOneBy(ChannelIdentity, {
    channel: channelOf(post.userId),
    externalId: post.userId,
  });
  const person = identity ? await manager.findOneBy(Person, { id: identity.personId }) : null;
  if (person && person.name !== post.name) throw refuse(`钉钉UserId ${post.userId} 是“${person.name}”的，没有改动。`);
  const held = person ? await manager.findBy(Post, { personId: person.id, endedAt: IsNull() }) : [];
  if (held.some(other => other.unitId === (post.unitId ?? '') && other.role === post.role && other.lastDay === null))
    throw refuse(`“${post.name}”已有这个岗位，没有改动。`);
  const kept = held
    .filter(other => other.unitId !== (post.unitId ?? '') || other.role !== post.role)
    .map(({ unitId, title, role }) => ({ name: post.name, userId: post.userId, unitId, title, role }));
  await saveStaff(manager, [...kept, post], cause.now);
  // Who stood in for somebody until a day, and now holds the post, holds it without end.
  const deputy = held.find(other => other.unitId === (post.unitId ?? '') && other.role === post.role);
  if (deputy) await manager.update(Post, { id: deputy.id }, { lastDay: null, standsInFor: null });
  const { name, userId, unitId, role, title } = post;
  await record(manager, cause, name, { added: { userId, unitId, role, title } });
}

/** @returns how many there are; none is ended by anybody else until this transaction ends */
async function lockAdmins(manager: EntityManager): Promise<number> {
  const where = { role: 'admin', endedAt: IsNull() } as const;
  return (await manager.find(Post, { where, order: { id: 'ASC' }, lock: { mode: 'pessimistic_write' } })).length;
}

/**
 * Ends a post; what was done in it stays.
 * @throws AppError bad_input (exposed): it has ended already, or nobody would be left to administer
 */
export async function endPost(manager: EntityManager, postId: string, cause: EditCause): Promise<void> {
  const post = await manager.findOne(Post, {
    where: { id: postId, endedAt: IsNull() },
    lock: { mode: 'pessimistic_write' },
  });
  if (!post) throw refuse('这个岗位已经结束，没有改动。');
  if (post.role === 'admin' && (await lockAdmins(manager)) === 1) throw refuse('至少要留一名管理员，没有改动。');
  await manager.update(Post, { id: post.id }, { endedAt: cause.now });
  const person = await manager.findOneBy(Person, { id: post.personId });
  await record(manager, cause, person?.name ?? '', { ended: { unitId: post.unitId, role: post.role } });
}
