// Whom an act on a page tells: the liaisons of units, or one person; in their private chats, by the outbox.
import { type EntityManager } from 'typeorm';
import { staffIdsOfUnit } from '../directory/people';
import { newId } from '../ids';
import { enqueue } from '../outbox/outbox';
import { type Reply } from '../rendering/reply';
import { type Visit } from './visit';

interface Notice {
  /** What it is about, for its key: "decided". */
  kind: string;
  reply: Reply;
  /** The task a quote of it means. */
  shows: { listId: string; itemNo: number } | null;
}

/** Tells people by the platform's ids; whoever acts need not be told. */
export async function tellPeople(
  manager: EntityManager,
  staffIds: readonly string[],
  { kind, reply, shows }: Notice,
  visit: Visit,
): Promise<void> {
  const act = newId();
  for (const staffId of new Set(staffIds)) {
    if (staffId === visit.actor.staffId) continue;
    await enqueue(
      manager,
      {
        to: { kind: 'person', staffId },
        reply,
        dedupKey: `notice:${kind}:${act}:${staffId}`,
        ...(shows ? { tasksShown: { listId: shows.listId, itemNos: [shows.itemNo] } } : {}),
        priority: 1,
      },
      visit.now,
    );
  }
}

/** Tells the liaisons of units. */
export async function tellUnits(
  manager: EntityManager,
  unitIds: readonly string[],
  notice: Notice,
  visit: Visit,
): Promise<void> {
  const staffIds: string[] = [];
  for (const unitId of new Set(unitIds)) staffIds.push(...(await staffIdsOfUnit(manager, unitId, visit.today)));
  await tellPeople(manager, staffIds, notice, visit);
}
