// Units that have tasks and nobody who could be told: no liaison, or none with an account.
import { type EntityManager } from 'typeorm';
import { type CivilDate } from '../calendar/civil-date';

export interface OrphanUnit {
  unit: string;
  /** Open tasks that name it. */
  tasks: number;
  reason: 'no_liaison' | 'no_account';
  /** Liaisons without an account. */
  liaisons: string[];
}

/** Those with most tasks first; [] when everybody can be reached. */
export async function findOrphanUnits(manager: EntityManager, today: CivilDate): Promise<OrphanUnit[]> {
  const rows: { unit: string; tasks: string; liaisons: string | null; reachable: string }[] = await manager.query(
    `SELECT u.name AS unit, COUNT(DISTINCT t.id) AS tasks,
            GROUP_CONCAT(DISTINCT p.name ORDER BY p.id SEPARATOR '、') AS liaisons,
            COUNT(DISTINCT i.id) AS reachable
       FROM units u
       JOIN task_units q ON q.unitId = u.id AND q.collectiveId = ''
       JOIN tasks t ON t.id = q.taskId AND t.state IN ('active', 'closing', 'ongoing')
       LEFT JOIN posts o ON o.unitId = u.id AND o.role = 'liaison' AND o.endedAt IS NULL AND (o.lastDay IS NULL OR o.lastDay >= ?)
       LEFT JOIN people p ON p.id = o.personId
       LEFT JOIN channel_identities i ON i.personId = p.id
      GROUP BY u.id, u.name
     HAVING reachable = 0
      ORDER BY tasks DESC, u.name`,
    [today],
  );
  return rows.map(({ unit, tasks, liaisons }) => ({
    unit,
    tasks: Number(tasks),
    reason: liaisons === null ? 'no_liaison' : 'no_account',
    liaisons: liaisons === null ? [] : liaisons.split('、'),
  }));
}
