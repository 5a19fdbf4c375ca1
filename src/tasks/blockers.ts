// 堵点: answered by the office, closed by the unit that named it or by the office.
import { type EntityManager, In } from 'typeorm';
import { Blocker } from '../database/entities/progress';
import { type Task } from '../database/entities/task';
import { AppError } from '../errors';
import { growVersion, lockTasks } from './changes';
import { type ActCause, recordAct } from './task-acts';

/** The open difficulties of tasks, oldest first. */
export function findOpenBlockers(manager: EntityManager, taskIds: string[]): Promise<Blocker[]> {
  return manager.find(Blocker, {
    where: { taskId: In(taskIds), status: 'open' },
    order: { createdAt: 'ASC', id: 'ASC' },
  });
}

async function openOf(manager: EntityManager, taskId: string): Promise<{ task: Task; open: Blocker[] }> {
  const task = (await lockTasks(manager, [taskId])).get(taskId)?.task;
  if (!task) throw new AppError('task_missing', `没有任务 ${taskId}`);
  const open = await findOpenBlockers(manager, [taskId]);
  if (open.length === 0) throw new AppError('refused_by_rule', '没有待处理的堵点', { expose: true });
  return { task, open };
}

/**
 * The office's answer to the open difficulties of a task; they stay open until somebody closes them.
 * @returns the units to be told
 */
export async function answerBlockers(
  manager: EntityManager,
  { taskId, text }: { taskId: string; text: string },
  cause: ActCause,
): Promise<{ unitIds: string[] }> {
  const { task, open } = await openOf(manager, taskId);
  for (const blocker of open) {
    await manager.update(
      Blocker,
      { id: blocker.id },
      { answer: text, answeredBy: cause.personId, answeredAt: cause.now },
    );
    await recordAct(
      manager,
      {
        taskId,
        itemNo: task.itemNo,
        unitId: blocker.unitId,
        act: 'answer_blocker',
        before: { blocker: blocker.text, answer: blocker.answer },
        after: { answer: text },
        reason: text,
      },
      cause,
    );
  }
  return { unitIds: [...new Set(open.map(blocker => blocker.unitId))] };
}

/**
 * Closes open difficulties of a task.
 * @param ofUnits - only those these units have named; null = all (the office)
 */
export async function closeBlockers(
  manager: EntityManager,
  { taskId, ofUnits, text }: { taskId: string; ofUnits: string[] | null; text: string | null },
  cause: ActCause,
): Promise<{ texts: string[] }> {
  const { task, open } = await openOf(manager, taskId);
  const closing = open.filter(blocker => ofUnits === null || ofUnits.includes(blocker.unitId));
  if (closing.length === 0)
    throw new AppError('refused_by_rule', '这个堵点不是本单位提出的，须由提出单位或区优化办关闭', { expose: true });
  await growVersion(manager, task);
  for (const blocker of closing) {
    await manager.update(
      Blocker,
      { id: blocker.id },
      { status: 'closed', closedBy: cause.personId, closedAt: cause.now },
    );
    await recordAct(
      manager,
      {
        taskId,
        itemNo: task.itemNo,
        unitId: blocker.unitId,
        act: 'close_blocker',
        before: { blocker: blocker.text },
        after: { status: 'closed' },
        reason: text,
      },
      cause,
    );
  }
  return { texts: closing.map(blocker => blocker.text) };
}
