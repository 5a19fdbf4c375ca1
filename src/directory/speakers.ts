// Who is speaking, and for which unit: found by the platform's user id, never by the nick.
import { type EntityManager } from 'typeorm';
import { type CivilDate } from '../calendar/civil-date';
import { type ChatGroup, type Role } from '../database/entities/unit';
import { readRows } from '../database/statement';
import { type IncomingMessage } from '../messages';
import { type Actor, type ActorPost, unitOf } from './identity';
import { reachedAt } from './reached-at';
import { type DirectoryView } from './unit-directory';

/** What is known of those who have sent some messages. */
export interface Speakers {
  /** One row per post, of all of them. */
  posts: PostRow[];
  groups: ChatGroup[];
}

interface PostRow {
  channel: string;
  externalId: string;
  personId: string;
  name: string;
  unitId: string;
  role: Role;
  title: string | null;
  deputy: number;
}

const groupColumns = Object.keys({
  id: true,
  channel: true,
  conversationId: true,
  title: true,
  status: true,
  scope: true,
  unitId: true,
  listId: true,
  createdAt: true,
} satisfies Record<keyof ChatGroup, true>);

/** Reads who sent some messages, and in which groups. */
export async function readSpeakers(
  manager: EntityManager,
  messages: readonly IncomingMessage[],
  today: CivilDate,
): Promise<Speakers> {
  const staff = messages.flatMap(({ channel, sender }) => (sender.staffId === null ? [] : [[channel, sender.staffId]]));
  const grouped = messages
    .filter(({ conversation }) => conversation.kind === 'group')
    .map(({ channel, conversation }) => [channel, conversation.id]);
  const anyOf = (pairs: string[][], condition: string): string => pairs.map(() => `(${condition})`).join(' OR ');
  return {
    posts:
      staff.length === 0
        ? []
        : await readRows<PostRow>(
            manager,
            `SELECT i.channel, i.externalId, p.id AS personId, p.name, q.unitId, q.role, q.title, q.lastDay IS NOT NULL AS deputy
               FROM channel_identities i
               JOIN people p ON p.id = i.personId
               JOIN posts q ON q.personId = p.id AND q.endedAt IS NULL AND (q.lastDay IS NULL OR q.lastDay >= ?)
              WHERE ${anyOf(staff, 'i.channel = ? AND i.externalId = ?')}
              ORDER BY q.id`,
            [today, ...staff.flat()],
          ),
    groups:
      grouped.length === 0
        ? []
        : await readRows<ChatGroup>(
            manager,
            `SELECT ${groupColumns.join(', ')} FROM chat_groups WHERE ${anyOf(grouped, 'channel = ? AND conversationId = ?')}`,
            grouped.flat(),
          ),
  };
}

/** The group a message was said in; null when it is not stored yet, and for a private chat. */
export function groupOf({ channel, conversation }: IncomingMessage, { groups }: Speakers): ChatGroup | null {
  return groups.find(group => group.channel === channel && group.conversationId === conversation.id) ?? null;
}

/**
 * Finds out who sent a message: corp and user id only, never the nick.
 * The unit is the one of the only post; with several, the unit the group is bound to; else null.
 */
export function identify(message: IncomingMessage, speakers: Speakers, directory: DirectoryView): Actor {
  const group = groupOf(message, speakers);
  const { staffId, nick } = message.sender;
  const rows = speakers.posts.filter(row => row.channel === message.channel && row.externalId === staffId);
  const posts = rows.map(row => postOf(row, directory));
  const units = posts.map(post => post.unit).filter(unit => unit !== null);
  const distinct = units.filter((unit, i) => units.findIndex(other => other.id === unit.id) === i);
  const unit = distinct.length === 1 ? distinct[0] : distinct.find(candidate => candidate.id === group?.unitId);
  return {
    personId: rows[0]?.personId ?? null,
    staffId,
    name: rows[0]?.name ?? nick,
    posts,
    unit: unit ?? null,
    group,
  };
}

function postOf(
  { unitId, role, title, deputy }: { unitId: string; role: Role; title: string | null; deputy: number },
  directory: DirectoryView,
): ActorPost {
  return { unit: unitOf(unitId, directory), role, title, deputy: deputy === 1 };
}

/** A person by their own id, outside any conversation (on the web site); null when they hold no post. */
export async function actorOfPerson(
  manager: EntityManager,
  personId: string,
  directory: DirectoryView,
  today: CivilDate,
): Promise<Actor | null> {
  const rows: {
    name: string;
    unitId: string;
    role: Role;
    title: string | null;
    deputy: number;
    staffId: string | null;
  }[] = await manager.query(
    `SELECT p.name, q.unitId, q.role, q.title, q.lastDay IS NOT NULL AS deputy,
              ${reachedAt('p.id')} AS staffId
         FROM people p
         JOIN posts q ON q.personId = p.id AND q.endedAt IS NULL AND (q.lastDay IS NULL OR q.lastDay >= ?)
        WHERE p.id = ?
        ORDER BY q.id`,
    [today, personId],
  );
  const [first] = rows;
  if (!first) return null;
  const posts = rows.map(row => postOf(row, directory));
  const ids = new Set(posts.flatMap(({ unit }) => (unit ? [unit.id] : [])));
  const unit = ids.size === 1 ? (posts.find(post => post.unit)?.unit ?? null) : null;
  return { personId, staffId: first.staffId, name: first.name, posts, unit, group: null };
}

/** Of several posts, the one whose unit the sentence names: "区行政审批局第5项完成80%". */
export function speakingFor(actor: Actor, text: string, directory: DirectoryView): Actor {
  if (actor.unit !== null || actor.posts.length < 2) return actor;
  const named = new Set(
    directory.names.findIn(text).flatMap(({ resolved }) => (resolved.kind === 'unit' ? [resolved.name] : [])),
  );
  const own = actor.posts.flatMap(({ unit }) => (unit && named.has(unit.name) ? [unit] : []));
  const [unit] = own;
  return unit && new Set(own.map(({ id }) => id)).size === 1 ? { ...actor, unit } : actor;
}
