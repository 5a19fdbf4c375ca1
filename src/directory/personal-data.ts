// What is kept of a person, and how it is let go when somebody leaves: acts and audit stay, under a name that says nothing.
import { type EntityManager, IsNull } from 'typeorm';
import { AuditEntry } from '../database/entities/schedule';
import { ChannelIdentity, IdentityClaim, Person, Post } from '../database/entities/unit';
import { channelOf } from '../address';
import { AppError } from '../errors';
import { newId } from '../ids';
import { type EditCause } from './edit-directory';

export interface PersonalData {
  name: string;
  userIds: string[];
  posts: { unit: string; role: string; title: string | null; since: Date; endedAt: Date | null }[];
  claims: { name: string; at: Date }[];
  /** Words of theirs that are still kept: messages, and what became entries of the ledger. */
  messages: { at: Date; text: string | null }[];
  reports: { itemNo: number; at: Date; text: string | null }[];
  counts: { messages: number; sentToThem: number; sessions: number; audit: number };
}

/** Anybody's rows by `personId`, and by what the platform calls them. */
const formerName = '已离开人员';

async function findPerson(manager: EntityManager, userId: string): Promise<Person> {
  const identity = await manager.findOneBy(ChannelIdentity, { channel: channelOf(userId), externalId: userId });
  const person = identity && (await manager.findOneBy(Person, { id: identity.personId }));
  if (!person) throw new AppError('bad_input', `名录里没有钉钉UserId ${userId}。`, { expose: true });
  return person;
}

/** Everything that is kept of one person. @throws AppError bad_input (exposed) when nobody has this user id */
export async function findPersonalData(manager: EntityManager, userId: string): Promise<PersonalData> {
  const { id, name } = await findPerson(manager, userId);
  const count = async (sql: string, value: string): Promise<number> => {
    const [row]: { n: string }[] = await manager.query(`SELECT COUNT(*) AS n FROM ${sql}`, [value]);
    return Number(row?.n ?? 0);
  };
  const identities = await manager.findBy(ChannelIdentity, { personId: id });
  const claims = await manager.findBy(IdentityClaim, { channel: channelOf(userId), externalId: userId });
  const messages: { at: Date; payload: string | null }[] = await manager.query(
    'SELECT sentAt AS at, payload FROM inbox_messages WHERE senderStaffId = ? AND payload IS NOT NULL ORDER BY sentAt',
    [userId],
  );
  return {
    name,
    userIds: identities.map(({ externalId }) => externalId),
    posts: await manager.query(
      `SELECT COALESCE(u.name, '') AS unit, q.role, q.title, q.createdAt AS since, q.endedAt
         FROM posts q LEFT JOIN units u ON u.id = q.unitId WHERE q.personId = ? ORDER BY q.createdAt`,
      [id],
    ),
    claims: claims.map(claim => ({ name: claim.name, at: claim.createdAt })),
    messages: messages.map(({ at, payload }) => ({
      at,
      text: (JSON.parse(payload ?? '{}') as { text?: string }).text ?? null,
    })),
    reports: await manager.query(
      `SELECT t.itemNo, c.saidAt AS at, c.text FROM changes c JOIN tasks t ON t.id = c.taskId WHERE c.personId = ? ORDER BY c.saidAt`,
      [id],
    ),
    counts: {
      messages: await count('inbox_messages WHERE senderStaffId = ?', userId),
      sentToThem: await count('outbox_messages WHERE recipientKey = ?', `person:${userId}`),
      sessions: await count('web_sessions WHERE personId = ?', id),
      audit: await count('audit_entries WHERE personId = ?', id),
    },
  };
}

/**
 * Lets a person go: posts end, name and user ids are taken out, words that are no entry of the ledger are deleted.
 * What they did stays (changes, acts, audit), under a name that says nothing; the audit keeps who acted, as the law asks.
 *
 * @returns how many rows were changed or deleted, by table
 * @throws AppError bad_input (exposed): nobody has this user id, or nobody would be left to administer
 */
export async function forgetPerson(
  manager: EntityManager,
  userId: string,
  cause: EditCause,
): Promise<Record<string, number>> {
  const { id } = await findPerson(manager, userId);
  const own = await manager.findBy(Post, { personId: id, endedAt: IsNull() });
  const admins = await manager.findBy(Post, { role: 'admin', endedAt: IsNull() });
  if (own.some(post => post.role === 'admin') && admins.every(post => post.personId === id))
    throw new AppError('bad_input', '至少要留一名管理员，没有改动。', { expose: true });
  const ids = (await manager.findBy(ChannelIdentity, { personId: id })).map(({ externalId }) => externalId);
  const keys = ids.map(one => `person:${one}`);
  const done: Record<string, number> = {};
  const change = async (table: string, sql: string, values: unknown[]): Promise<void> => {
    const result: { affectedRows: number } = await manager.query(sql, values);
    done[table] = (done[table] ?? 0) + result.affectedRows;
  };
  await change('posts', 'UPDATE posts SET endedAt = ?, title = NULL WHERE personId = ? AND endedAt IS NULL', [
    cause.now,
    id,
  ]);
  await change('posts', 'UPDATE posts SET title = NULL WHERE personId = ? AND title IS NOT NULL', [id]);
  await change('people', 'UPDATE people SET name = ? WHERE id = ?', [`${formerName}${id.slice(-4)}`, id]);
  await change('web_sessions', 'DELETE FROM web_sessions WHERE personId = ?', [id]);
  await change('web_links', 'DELETE FROM web_links WHERE personId = ?', [id]);
  // What waits to be handled, or to be sent, is dealt with first: it is forgotten by the next call, or in ninety days.
  await change(
    'inbox_messages',
    "UPDATE inbox_messages SET payload = NULL, senderStaffId = NULL WHERE senderStaffId IN (?) AND status IN ('handled', 'refused', 'set_aside')",
    [ids],
  );
  await change(
    'outbox_messages',
    "DELETE FROM outbox_messages WHERE recipientKey IN (?) AND status IN ('sent', 'expired', 'failed', 'uncertain')",
    [keys],
  );
  await change('outbox_messages', 'UPDATE outbox_messages SET mention = NULL WHERE mention IN (?)', [ids]);
  await change('conversation_states', 'DELETE FROM conversation_states WHERE speakerId IN (?)', [ids]);
  await change(
    'identity_claims',
    "UPDATE identity_claims SET name = ?, externalId = CONCAT('-', id), openFor = NULL, status = IF(status = 'open', 'refused', status) WHERE externalId IN (?)",
    [formerName, ids],
  ); // prettier-ignore
  await change('channel_identities', 'DELETE FROM channel_identities WHERE personId = ?', [id]);
  await manager.insert(AuditEntry, {
    id: newId(),
    at: cause.now,
    personId: cause.personId ?? null,
    actor: cause.actor,
    act: 'forget_person',
    object: `person:${id}`,
    after: done,
  });
  return done;
}
