// 待办: everything of a list that waits for the office.
import { type EntityManager } from 'typeorm';
import { type CivilDate } from '../calendar/civil-date';

export interface PendingDecision {
  kind: 'closure' | 'extension' | 'blocker';
  itemNo: number;
  unitName: string;
  /** What was said with it. */
  text: string | null;
  /** Of extensions: the day asked for. */
  until: CivilDate | null;
  createdAt: Date;
}

/** Open closures, extensions and unanswered difficulties, oldest first. */
export async function findPending(manager: EntityManager, listId: string): Promise<PendingDecision[]> {
  const rows: PendingDecision[] = await manager.query(
    `SELECT 'closure' AS kind, t.itemNo, u.name AS unitName, c.text, NULL AS until, r.createdAt
       FROM closure_requests r JOIN tasks t ON t.id = r.taskId JOIN units u ON u.id = r.unitId JOIN changes c ON c.id = r.changeId
      WHERE r.status = 'open' AND t.listId = ?
     UNION ALL
     SELECT 'extension', t.itemNo, u.name, r.reason, r.untilDay, r.createdAt
       FROM extension_requests r JOIN tasks t ON t.id = r.taskId JOIN units u ON u.id = r.unitId
      WHERE r.status = 'open' AND t.listId = ?
     UNION ALL
     SELECT 'blocker', t.itemNo, u.name, b.text, NULL, b.createdAt
       FROM blockers b JOIN tasks t ON t.id = b.taskId JOIN units u ON u.id = b.unitId
      WHERE b.status = 'open' AND b.answer IS NULL AND t.listId = ?
      ORDER BY createdAt`,
    [listId, listId, listId],
  );
  return rows;
}
