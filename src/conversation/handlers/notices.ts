// Whom a turn tells besides the asker: the office, a unit's liaisons. Each notice once per message, task and person.
import { staffIdsOfRole, staffIdsOfUnit } from '../../directory/people';
import { type Reply } from '../../rendering/reply';
import { type ActCause } from '../../tasks/task-acts';
import { type Turn } from '../turn';

interface Notice {
  /** What it is about, for its key: "closure", "decided". */
  kind: string;
  reply: Reply;
  /** The task a quote of it means; null where it is about none. */
  itemNo: number | null;
}

/** "营商38"; a list whose name has a figure in it ("清单2") cannot stand before a number, and is left out. */
export function listedNumber(listName: string, no: number): string {
  return /\p{N}/u.test(listName) ? String(no) : `${listName}${no}`;
}

/** How a task is to be named in an answer: with its list's short name where there are several lists. */
export function refOf({ list, otherLists }: Turn, no: number): string {
  return otherLists.length > 0 ? listedNumber(list?.shortName ?? '', no) : String(no);
}

/** What concerns one of several lists says which. */
export function withList({ list, otherLists }: Turn, reply: Reply): Reply {
  if (otherLists.length === 0 || !list || 'list' in reply) return reply;
  return { template: 'of_list', list: list.shortName, part: reply };
}

function tell(turn: Turn, staffIds: readonly string[], { kind, reply, itemNo }: Notice): void {
  for (const staffId of staffIds) {
    if (staffId === turn.actor.staffId) continue;
    turn.notices.push({
      to: { kind: 'person', staffId },
      reply: itemNo === null ? reply : withList(turn, reply),
      dedupKey: `notice:${kind}:${turn.inboxId}:${itemNo ?? ''}:${staffId}`,
      ...(itemNo !== null && turn.list ? { tasksShown: { listId: turn.list.id, itemNos: [itemNo] } } : {}),
      priority: 1,
    });
  }
}

/** Tells everybody in the office. */
export async function tellOffice(turn: Turn, notice: Notice): Promise<void> {
  tell(turn, await staffIdsOfRole(turn.manager, 'office', turn.today), notice);
}

/** Tells the liaisons of units. */
export async function tellUnits(turn: Turn, unitIds: readonly string[], notice: Notice): Promise<void> {
  const staffIds = new Set<string>();
  for (const unitId of unitIds)
    for (const staffId of await staffIdsOfUnit(turn.manager, unitId, turn.today)) staffIds.add(staffId);
  tell(turn, [...staffIds], notice);
}

/** Tells one person, by the platform's id. */
export function tellPerson(turn: Turn, staffId: string, notice: Notice): void {
  tell(turn, [staffId], notice);
}

/** Who acts in this turn, for histories and the audit log; the caller has checked that the person is known. */
export function causeOf(turn: Turn, personId: string): ActCause {
  const { actor, inboxId, message, now } = turn;
  const unit = actor.unit?.name ?? actor.posts.map(post => post.unit?.name).find(Boolean) ?? '';
  return {
    personId,
    personName: unit === '' ? actor.name : `${actor.name}（${unit}）`,
    inboxMessageId: inboxId,
    saidAt: new Date(message.sentAt),
    now,
  };
}

/** One reply of several parts, or the only one. */
export function joined(parts: Reply[]): Reply | null {
  const [only] = parts;
  return parts.length > 1 ? { template: 'several', parts } : (only ?? null);
}
