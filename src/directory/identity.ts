// Who is speaking, for which unit, and what they may do. The one table of rights; every path asks here.
import { type EntityManager } from 'typeorm';
import { type CivilDate } from '../calendar/civil-date';
import { type ChatGroup, type Role } from '../database/entities/unit';
import { readRows } from '../database/statement';
import { type IncomingMessage } from '../messages';
import { reachedAt } from './reached-at';
import { type DirectoryView } from './unit-directory';

export interface ActorUnit {
  id: string;
  name: string;
  /** Collectives it is a member of. */
  collectiveIds: string[];
}

export interface ActorPost {
  unit: ActorUnit | null;
  role: Role;
  title: string | null;
  /** It ends by itself after a day: a deputy's. */
  deputy: boolean;
}

/** Who is speaking, with posts, roles and group. */
export interface Actor {
  /** null: not in the directory (群成员). */
  personId: string | null;
  /** The platform's user id; null for people outside the organisation. */
  staffId: string | null;
  name: string;
  posts: ActorPost[];
  /** The unit spoken for: the only one, or the one the group is bound to; null when unclear or none. */
  unit: ActorUnit | null;
  group: ChatGroup | null;
}

/** What may be done, beyond reading the public part of a list in an enabled group. */
export type Right =
  | 'see_own_unit'
  | 'see_all_units'
  /** Reports, 申请办结, 延期申请, difficulties of one's own unit. */
  | 'report_progress'
  /** 联络员换成…, 我请假…由…代 */
  | 'hand_over'
  | 'set_up_groups'
  /** 核销, 退回, 延期审批 and the list of what waits for them. */
  | 'decide_requests'
  /** 挂起, 恢复, 终止 */
  | 'hold_tasks'
  /** 催办 */
  | 'urge'
  /** 导入: a new list, a new version of one. */
  | 'import_lists'
  | 'answer_blockers'
  | 'decide_identities'
  /** 提醒 and 审计 on the web site: what is planned, sent, in doubt; 重发. */
  | 'see_operations'
  /** 名录: units, aliases, collectives, what a name in a list means. */
  | 'edit_directory'
  /** 名录: people and their posts. */
  | 'edit_people'
  /** 设置: ladder, times, quiet hours, budget, workdays. */
  | 'change_settings'
  /** 设置: the platform's limits and quotas. */
  | 'change_limits';

export const rights: readonly Right[] = [
  'see_own_unit',
  'see_all_units',
  'report_progress',
  'hand_over',
  'set_up_groups',
  'decide_requests',
  'hold_tasks',
  'urge',
  'import_lists',
  'answer_blockers',
  'decide_identities',
  'see_operations',
  'edit_directory',
  'edit_people',
  'change_settings',
  'change_limits',
];

const own: readonly Right[] = ['see_own_unit', 'report_progress'];
const rightsOfRole: Record<Role, readonly Right[]> = {
  staff: own,
  liaison: [...own, 'hand_over'],
  leader: [...own, 'hand_over'],
  office: [
    ...own,
    'see_all_units',
    'hand_over',
    'set_up_groups',
    'decide_requests',
    'hold_tasks',
    'urge',
    'import_lists',
    'answer_blockers',
    'decide_identities',
    'see_operations',
    'edit_directory',
    'change_settings',
  ],
  admin: [
    'set_up_groups',
    'decide_identities',
    'see_operations',
    'edit_directory',
    'edit_people',
    'change_settings',
    'change_limits',
  ],
};

/** What a role may do, for a view of the whole table. */
export function rightsOf(role: Role): readonly Right[] {
  return rightsOfRole[role];
}

/** True when one of the actor's posts carries the right, for whichever unit (see mayFor). Deny by default. */
export function may(actor: Actor, right: Right): boolean {
  return actor.posts.some(post => rightsOfRole[post.role].includes(right));
}

/** True when a post in this very unit carries the right, or one in the office, which is there for all units. */
export function mayFor(actor: Actor, right: Right, unitId: string): boolean {
  return actor.posts.some(
    ({ role, unit }) =>
      rightsOfRole[role].includes(right) && (unit?.id === unitId || rightsOfRole[role].includes('see_all_units')),
  );
}

/** The actor with the posts in one unit only. */
export function ofUnit(actor: Actor, unitId: string): Actor {
  const posts = actor.posts.filter(({ unit }) => unit?.id === unitId);
  return { ...actor, posts, unit: posts[0]?.unit ?? null };
}

/** The units the actor may report for. */
export function unitsToReportFor(actor: Actor): ActorUnit[] {
  const units = actor.posts
    .filter(post => rightsOfRole[post.role].includes('report_progress'))
    .map(post => post.unit)
    .filter(unit => unit !== null);
  return units.filter((unit, i) => units.findIndex(other => other.id === unit.id) === i);
}

/** May the actor read this unit's progress texts and blockers? `onTask` = units that share the task. */
export function maySeeProgressOf(actor: Actor, unitId: string, onTask: ReadonlySet<string>): boolean {
  if (may(actor, 'see_all_units')) return true;
  return actor.posts.some(
    post =>
      post.unit !== null &&
      rightsOfRole[post.role].includes('see_own_unit') &&
      (post.unit.id === unitId || onTask.has(post.unit.id)),
  );
}

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

function unitOf(unitId: string, directory: DirectoryView): ActorUnit | null {
  const name = directory.unitNameById.get(unitId);
  return name === undefined ? null : { id: unitId, name, collectiveIds: directory.collectivesOfUnit.get(unitId) ?? [] };
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

/** The directory's unit of a canonical name, in the shape queries want; null when there is none. */
export function findUnit(name: string, directory: DirectoryView): ActorUnit | null {
  const id = directory.unitIdByName.get(name);
  return id === undefined ? null : unitOf(id, directory);
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
