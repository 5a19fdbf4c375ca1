// 催办: the office asks units for a report they owe; each unit at most once a day for a task, and never one that has just reported.
import { type EntityManager, MoreThanOrEqual } from 'typeorm';
import { addDays, civilDateOf, instantOf, type CivilDate } from '../calendar/civil-date';
import { TaskActEntry } from '../database/entities/progress';
import { monthDay } from '../rendering/wording';
import { type ActCause, recordAct } from './task-acts';
import { namedParties, type Party, type TaskView } from './task-queries';
import { stateNames } from './task-state';

/** A report of the last days answers for itself. */
const freshDays = 7;

export interface Urge {
  task: TaskView;
  party: Party;
}

export interface Urges {
  asked: Urge[];
  skipped: (Urge & { why: string })[];
}

/**
 * Whom to ask, and whom not and why. Pure but for what it is given.
 * @param askedToday - "task unit" pairs that were asked today already
 */
export function chooseUrges(
  tasks: TaskView[],
  view: { today: CivilDate; unitIds: ReadonlySet<string> | null; askedToday: ReadonlySet<string> },
): Urges {
  const urges: Urges = { asked: [], skipped: [] };
  const freshFrom = addDays(view.today, 1 - freshDays);
  for (const task of tasks)
    for (const party of namedParties(task)) {
      if (view.unitIds !== null && !view.unitIds.has(party.unitId)) continue;
      const why = reasonToSkip(task, party, freshFrom, view.askedToday);
      if (why === null) urges.asked.push({ task, party });
      else urges.skipped.push({ task, party, why });
    }
  return urges;
}

function reasonToSkip(
  task: TaskView,
  party: Party,
  freshFrom: CivilDate,
  askedToday: ReadonlySet<string>,
): string | null {
  if (task.state !== 'active') return stateNames[task.state];
  if (party.done) return '已报完成';
  const reported = party.lastReportedAt === null ? null : civilDateOf(party.lastReportedAt);
  if (reported !== null && reported >= freshFrom) return `${monthDay(reported)}已反馈`;
  return askedToday.has(urgeKey(task.id, party.unitId)) ? '今天已催办过' : null;
}

export const urgeKey = (taskId: string, unitId: string): string => `${taskId} ${unitId}`;

/** The pairs of task and unit that were asked today. */
export async function findAskedToday(manager: EntityManager, today: CivilDate): Promise<Set<string>> {
  const acts = await manager.find(TaskActEntry, {
    where: { act: 'urge', recordedAt: MoreThanOrEqual(instantOf(today, '00:00')) },
  });
  return new Set(acts.map(act => urgeKey(act.taskId, act.unitId)));
}

/** Writes that a unit was asked; how often it was is counted from these. */
export async function recordUrge(manager: EntityManager, { task, party }: Urge, cause: ActCause): Promise<void> {
  await recordAct(
    manager,
    {
      taskId: task.id,
      itemNo: task.itemNo,
      unitId: party.unitId,
      act: 'urge',
      before: { lastReportedAt: party.lastReportedAt?.toISOString() ?? null },
      after: {},
      reason: null,
    },
    cause,
  );
}
