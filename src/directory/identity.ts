// Who somebody is to the house: posts, units, and what they may do. The one table of rights; every path asks here.
import { type ChatGroup, type Role } from '../database/entities/unit';
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

/** A unit by its id, in the shape queries want; null when the directory has none. */
export function unitOf(unitId: string, directory: DirectoryView): ActorUnit | null {
  const name = directory.unitNameById.get(unitId);
  return name === undefined ? null : { id: unitId, name, collectiveIds: directory.collectivesOfUnit.get(unitId) ?? [] };
}

/** The directory's unit of a canonical name, in the shape queries want; null when there is none. */
export function findUnit(name: string, directory: DirectoryView): ActorUnit | null {
  const id = directory.unitIdByName.get(name);
  return id === undefined ? null : unitOf(id, directory);
}
