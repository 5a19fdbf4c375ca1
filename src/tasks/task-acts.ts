// What happened to a task beside reports: decisions, requests, holds, 催办. Written once, never changed.
import { type EntityManager } from 'typeorm';
import { AuditEntry } from '../database/entities/schedule';
import { TaskActEntry, type TaskActName } from '../database/entities/progress';
import { newId } from '../ids';

/** Who acts on a task, by which message (null: on a page of the web site). */
export interface ActCause {
  /** '' where no person of the directory acts. */
  personId: string;
  /** Name and unit, for the audit log. */
  personName: string;
  inboxMessageId: string | null;
  saidAt: Date;
  now: Date;
}

/**
 * Writes an act into the task's history and into the audit log, within the caller's transaction.
 * @param act.unitId - the unit it concerns; '' = the whole task
 */
export async function recordAct(
  manager: EntityManager,
  act: {
    taskId: string;
    itemNo: number;
    unitId: string;
    act: TaskActName;
    before: Record<string, unknown>;
    after: Record<string, unknown>;
    reason: string | null;
  },
  cause: ActCause,
): Promise<void> {
  const { itemNo, ...entry } = act;
  await manager.insert(TaskActEntry, {
    id: newId(),
    ...entry,
    personId: cause.personId,
    inboxMessageId: cause.inboxMessageId,
    reason: act.reason?.slice(0, 1000) ?? null,
    saidAt: cause.saidAt,
    recordedAt: cause.now,
  });
  await manager.insert(AuditEntry, {
    id: newId(),
    at: cause.now,
    personId: cause.personId || null,
    actor: cause.personName,
    act: act.act,
    object: `task:${itemNo}`,
    before: act.before,
    after: { ...act.after, ...(act.reason === null ? {} : { reason: act.reason }) },
    inboxMessageId: cause.inboxMessageId,
  });
}
