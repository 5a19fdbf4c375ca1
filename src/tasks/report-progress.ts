// reportProgress: a unit says how far a task is. What must be asked first, what is written, what it sets going.
import { type EntityManager } from 'typeorm';
import { Blocker, type Change, ClosureRequest, type ProgressSnapshot } from '../database/entities/progress';
import { type ProgressStatus, type Task, TaskUnit } from '../database/entities/task';
import { newId } from '../ids';
import { applyChange, type Cause, findUndoable, type LockedTask, snapshotOf } from './changes';
import { nextState, stateNames } from './task-state';

/** What a person said about one task. */
export interface Report {
  status: ProgressStatus;
  percent: number | null;
  /** What the person added, verbatim. */
  text: string | null;
  blocker: string | null;
  /** 更正: the person says that the earlier report was wrong, so a falling percent needs no question. */
  correction: boolean;
}

export type ReportOutcome =
  | { kind: 'recorded'; before: ProgressSnapshot; after: ProgressSnapshot; change: Change }
  /** The same was said already, minutes ago, and still stands. */
  | { kind: 'repeated'; at: Date }
  /** A newer report stands; this one, said earlier, is in the history only. */
  | { kind: 'older'; newerAt: Date };

const sameWithinMs = 10 * 60_000;

/**
 * Why a report must be confirmed before it is written; [] when it need not.
 * Source: product description §5, "Confirm first"
 */
export function reasonsToAsk(
  task: Pick<Task, 'state' | 'itemNo'>,
  party: Pick<TaskUnit, 'percent' | 'done'>,
  report: Report,
): string[] {
  const reasons: string[] = [];
  const percent = report.status === 'done' ? 100 : report.percent;
  const stands = party.done ? 100 : party.percent;
  if (!report.correction && stands !== null && percent !== null && percent < stands)
    reasons.push(`第${task.itemNo}项进度将由${stands}%降到${percent}%`);
  else if (!report.correction && party.done && report.status !== 'done') reasons.push(`第${task.itemNo}项此前已报完成`);
  if (task.state === 'closed') reasons.push(`第${task.itemNo}项${stateNames.closed}`);
  return reasons;
}

/** The party a unit reports as: named in the list, else a row of its own under the collective it belongs to. */
export async function partyToReportAs(
  manager: EntityManager,
  { task, parties }: LockedTask,
  unit: { id: string; collectiveIds: string[] },
): Promise<TaskUnit | null> {
  const own = parties.filter(party => party.unitId === unit.id);
  const named =
    own.find(party => party.role === 'lead' && party.collectiveId === '') ??
    own.find(party => party.collectiveId === '') ??
    own[0];
  if (named) return named;
  const collective = parties.find(party => party.unitId === '' && unit.collectiveIds.includes(party.collectiveId));
  if (!collective) return null;
  const member = manager.create(TaskUnit, {
    id: newId(),
    taskId: task.id,
    role: 'support',
    position: collective.position,
    unitId: unit.id,
    collectiveId: collective.collectiveId,
    status: null,
    percent: null,
    lastText: null,
    lastReportedAt: null,
    done: false,
  });
  await manager.insert(TaskUnit, member);
  parties.push(member);
  return member;
}

function afterReport(task: Task, party: TaskUnit, report: Report, saidAt: Date): ProgressSnapshot {
  const done = report.status === 'done';
  const leads = party.role === 'lead' && party.collectiveId === '';
  let state = task.state;
  if (leads && (state === 'active' || state === 'closing'))
    state = nextState(task, done ? 'request_closure' : 'withdraw_closure');
  return {
    state,
    status: report.status,
    percent: done ? 100 : (report.percent ?? (party.done ? null : party.percent)),
    text: report.text,
    reportedAt: saidAt.toISOString(),
    done,
  };
}

function sameFacts(change: Change, report: Report): boolean {
  return (
    change.after.status === report.status &&
    (report.percent === null || change.after.percent === report.percent) &&
    (change.text ?? '') === (report.text ?? '') &&
    (change.blocker ?? '') === (report.blocker ?? '')
  );
}

/**
 * Writes one report. The caller holds the task's lock, has checked that the person may report for this unit,
 * and has asked what must be asked.
 * A lead's "done" raises 申请办结; a lead that goes on reporting takes it back; a support unit's "done" marks its part.
 */
export async function reportProgress(
  manager: EntityManager,
  { locked: { task }, party, report, cause }: { locked: LockedTask; party: TaskUnit; report: Report; cause: Cause },
): Promise<ReportOutcome> {
  const recent = await findUndoable(manager, cause.personId, new Date(cause.saidAt.getTime() - sameWithinMs));
  const latest = recent.find(change => change.taskId === task.id && change.unitId === party.unitId);
  if (
    latest &&
    latest.inboxMessageId !== cause.inboxMessageId &&
    Math.abs(cause.saidAt.getTime() - latest.saidAt.getTime()) <= sameWithinMs &&
    party.lastReportedAt?.getTime() === latest.saidAt.getTime() &&
    sameFacts(latest, report)
  )
    return { kind: 'repeated', at: latest.saidAt };

  if (party.lastReportedAt && party.lastReportedAt > cause.saidAt) {
    const stands = snapshotOf(task, party);
    await applyChange(manager, { task, party, after: stands, cause, text: report.text, blocker: report.blocker });
    return { kind: 'older', newerAt: party.lastReportedAt };
  }

  const before = snapshotOf(task, party);
  const after = afterReport(task, party, report, cause.saidAt);
  const change = await applyChange(manager, { task, party, after, cause, text: report.text, blocker: report.blocker });
  if (after.state === 'closing' && before.state !== 'closing')
    await manager.insert(ClosureRequest, {
      id: newId(),
      taskId: task.id,
      unitId: party.unitId,
      requestedBy: cause.personId,
      changeId: change.id,
      status: 'open',
      createdAt: cause.now,
    });
  if (before.state === 'closing' && after.state === 'active')
    await manager.update(ClosureRequest, { taskId: task.id, status: 'open' }, { status: 'withdrawn' });
  if (report.blocker !== null)
    await manager.insert(Blocker, {
      id: newId(),
      taskId: task.id,
      unitId: party.unitId,
      changeId: change.id,
      text: report.blocker,
      status: 'open',
      createdAt: cause.now,
    });
  return { kind: 'recorded', before, after, change };
}
