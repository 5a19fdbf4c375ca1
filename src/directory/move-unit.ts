// Makes one unit of two: everything the one has becomes the other's.
import { type EntityManager } from 'typeorm';
import { Unit } from '../database/entities/unit';

/** Everything one unit has becomes another's; where both are on a task in one role, the part with the later report stays. */
export async function moveUnit(manager: EntityManager, from: string, to: string): Promise<void> {
  await bumpTasks(manager, from);
  await manager.query(
    `UPDATE task_units q
       JOIN task_units p ON p.taskId = q.taskId AND p.role = q.role AND p.collectiveId = q.collectiveId AND p.unitId = ?
        SET q.status = p.status, q.percent = p.percent, q.lastText = p.lastText, q.lastReportedAt = p.lastReportedAt, q.done = p.done
      WHERE q.unitId = ? AND p.lastReportedAt IS NOT NULL AND (q.lastReportedAt IS NULL OR q.lastReportedAt < p.lastReportedAt)`,
    [from, to],
  );
  await manager.query(
    `DELETE p FROM task_units p
       JOIN task_units q ON q.taskId = p.taskId AND q.role = p.role AND q.collectiveId = p.collectiveId AND q.unitId = ?
      WHERE p.unitId = ?`,
    [to, from],
  );
  await manager.query(
    `DELETE p FROM posts p JOIN posts q ON q.personId = p.personId AND q.role = p.role AND q.unitId = ? WHERE p.unitId = ?`,
    [to, from],
  );
  await manager.query(
    `DELETE p FROM collective_members p JOIN collective_members q ON q.collectiveId = p.collectiveId AND q.unitId = ? WHERE p.unitId = ?`,
    [to, from],
  );
  // What both had once already (a warning of one day) stays behind.
  for (const table of tablesOfUnits(manager))
    await manager.query(`UPDATE IGNORE \`${table}\` SET unitId = ? WHERE unitId = ?`, [to, from]);
  await manager.query('UPDATE units SET parentId = CASE WHEN id = ? THEN NULL ELSE ? END WHERE parentId = ?', [
    to,
    to,
    from,
  ]);
  await manager.delete(Unit, { id: from });
}

/** Every table whose rows belong to a unit, those of later versions of the schema too. */
function tablesOfUnits(manager: EntityManager): string[] {
  return manager.dataSource.entityMetadatas
    .filter(entity => entity.columns.some(column => column.propertyName === 'unitId'))
    .map(entity => entity.tableName);
}

/** What a person was shown of these tasks is no longer what stands there. */
export async function bumpTasks(manager: EntityManager, unitId: string): Promise<void> {
  await manager.query(
    'UPDATE tasks SET version = version + 1 WHERE id IN (SELECT taskId FROM task_units WHERE unitId = ?)',
    [unitId],
  );
}
