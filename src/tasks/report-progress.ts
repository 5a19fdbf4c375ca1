// reportProgress: a unit says how far a task is. What must be asked first, what is written, what it sets going.
import { type EntityManager } from 'typeorm';
import { civilDateOf } from '../calendar/civil-date';
import { Blocker, type Change, ClosureRequest, type ProgressSnapshot } from '../database/entities/progress';
import { type ProgressStatus, type Task, TaskUnit } from '../database/entities/task';
import { newId } from '../ids';
import { type Attachment } from '../messages';
import { applyChange, type Cause, ensureRequest, growVersion, type LockedTask, snapshotOf } from './changes';
import { dueOf } from './extensions';
import { nextState, stateNames } from './task-state';
import { findLastSaid } from './undo';

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

/** @param applied - this unit has applied for the closure that waits: going on takes it back; another lead's report does not */
function afterReport(task: Task, party: TaskUnit, report: Report, saidAt: Date, applied: boolean): ProgressSnapshot {
  const done = report.status === 'done';
  const leads = party.role === 'lead' && party.collectiveId === '';
  let state = task.state;
  if (leads && done && (state === 'active' || state === 'closing')) state = nextState(task, 'request_closure');
  if (leads && !done && state === 'closing' && applied) state = nextState(task, 'withdraw_closure');
  return {
    state,
    status: report.status,
    percent: done ? 100 : (report.percent ?? (party.done || report.status === 'not_started' ? null : party.percent)),
    // The last words said stay until others are said; the history has what each report said.
    text: report.text ?? party.lastText,
    reportedAt: saidAt.toISOString(),
    done,
  };
}

/** Nothing has changed what a report had set: no return, no withdrawal. */
function stillStands({ after }: Change, now: ProgressSnapshot): boolean {
  return after.state === now.state && after.done === now.done && after.percent === now.percent;
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
  {
    locked: { task },
    party,
    report,
    cause,
    attachments = [],
  }: { locked: LockedTask; party: TaskUnit; report: Report; cause: Cause; attachments?: Attachment[] },
): Promise<ReportOutcome> {
  const since = new Date(cause.saidAt.getTime() - sameWithinMs);
  const latest = await findLastSaid(manager, cause.personId, since, { taskId: task.id, unitId: party.unitId });
  if (
    latest &&
    latest.inboxMessageId !== cause.inboxMessageId &&
    Math.abs(cause.saidAt.getTime() - latest.saidAt.getTime()) <= sameWithinMs &&
    party.lastReportedAt?.getTime() === latest.saidAt.getTime() &&
    stillStands(latest, snapshotOf(task, party)) &&
    sameFacts(latest, report)
  )
    return { kind: 'repeated', at: latest.saidAt };

  const open =
    task.state === 'closing' ? await manager.findOneBy(ClosureRequest, { taskId: task.id, status: 'open' }) : null;
  if (party.lastReportedAt && party.lastReportedAt > cause.saidAt) {
    const said = { ...afterReport(task, party, report, cause.saidAt, false), state: task.state };
    const older = await applyChange(manager, {
      task,
      party,
      after: said,
      cause,
      text: report.text,
      blocker: report.blocker,
      attachments,
      historyOnly: true,
    });
    if (older.blocker !== null) await growVersion(manager, task);
    await raiseBlocker(manager, older, cause.now);
    return { kind: 'older', newerAt: party.lastReportedAt };
  }

  const before = snapshotOf(task, party);
  const after = afterReport(task, party, report, cause.saidAt, open?.unitId === party.unitId);
  const due = dueOf(task);
  const change = await applyChange(manager, {
    task,
    party,
    after,
    cause,
    text: report.text,
    blocker: report.blocker,
    attachments,
    late: task.state === 'active' && due !== null && civilDateOf(cause.saidAt) > due,
  });
  if (after.state === 'closing' && after.done)
    await ensureRequest(manager, task.id, party.unitId, {
      personId: cause.personId,
      changeId: change.id,
      now: cause.now,
    });
  if (before.state === 'closing' && after.state === 'active')
    await manager.update(ClosureRequest, { taskId: task.id, status: 'open' }, { status: 'withdrawn' });
  await raiseBlocker(manager, change, cause.now);
  return { kind: 'recorded', before, after, change };
}

async function raiseBlocker(manager: EntityManager, change: Change, now: Date): Promise<void> {
  if (change.blocker === null) return;
  await manager.insert(Blocker, {
    id: newId(),
    taskId: change.taskId,
    unitId: change.unitId,
    changeId: change.id,
    text: change.blocker,
    status: 'open',
    createdAt: now,
  });
}
