// What has happened to tasks since a card went out: reports, and what the office did.
import { In, MoreThanOrEqual, type EntityManager } from 'typeorm';
import { Change, TaskActEntry, type ProgressSnapshot, type TaskActName } from '../database/entities/progress';
import { type Task } from '../database/entities/task';
import { Person, Unit } from '../database/entities/unit';

export interface TaskEvent {
  id: string;
  no: number;
  act: 'report' | 'undo' | TaskActName;
  /** Whom it concerns; null = the whole task. */
  unit: string | null;
  by: string;
  at: Date;
  before: ProgressSnapshot | null;
  after: ProgressSnapshot | null;
}

/** Oldest first. */
export async function eventsOf(manager: EntityManager, tasks: Task[], since: Date): Promise<TaskEvent[]> {
  if (tasks.length === 0) return [];
  const where = { taskId: In(tasks.map(({ id }) => id)), recordedAt: MoreThanOrEqual(since) };
  const changes = await manager.find(Change, { where: { ...where, kind: In(['report', 'undo']) } });
  const acts = await manager.find(TaskActEntry, { where });
  const entries = [...changes, ...acts];
  const people = await manager.find(Person, { where: { id: In(entries.map(({ personId }) => personId)) } });
  const units = await manager.find(Unit, { where: { id: In(entries.map(({ unitId }) => unitId)) } });
  const noOf = new Map(tasks.map(task => [task.id, task.itemNo]));
  const nameOf = new Map([...people, ...units].map(({ id, name }) => [id, name]));
  return entries
    .sort((a, b) => a.recordedAt.getTime() - b.recordedAt.getTime() || (a.id < b.id ? -1 : 1))
    .map(entry => ({
      id: entry.id,
      no: noOf.get(entry.taskId) ?? 0,
      act: 'kind' in entry ? (entry.kind === 'undo' ? 'undo' : 'report') : entry.act,
      unit: nameOf.get(entry.unitId) ?? null,
      by: nameOf.get(entry.personId) ?? '',
      at: entry.saidAt,
      before: 'kind' in entry ? entry.before : null,
      after: 'kind' in entry ? entry.after : null,
    }));
}
