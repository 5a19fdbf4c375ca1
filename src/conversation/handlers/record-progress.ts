// A report in one line: "1完成80%，公章刻制已并联审批；3推进中，卡在…". Checked, asked about where needed, written, receipted.
import { type TaskUnit } from '../../database/entities/task';
import { type ActorUnit, unitsToReportFor } from '../../directory/identity';
import { type Reply } from '../../rendering/reply';
import { momentName, shorten } from '../../rendering/wording';
import { type LockedTask, lockTasks } from '../../tasks/changes';
import { partyToReportAs, reasonsToAsk, type Report } from '../../tasks/report-progress';
import { leadNames } from '../../tasks/task-line';
import { findTasks } from '../../tasks/task-queries';
import { stateNames } from '../../tasks/task-state';
import { type Frame, type TaskReport } from '../../understanding/frames';
import { type Handler, minutesToAnswer, type PendingItem, type Turn } from '../turn';
import { missingTasks } from './missing-tasks';
import { type Ready, saidName, writeReports } from './write-reports';

/** More than this many tasks in one message are confirmed first (product description §5). */
const maxUnconfirmed = 5;
const oldAfterMs = 24 * 3_600_000;

type ReportFrame = Extract<Frame, { intent: 'progress_update' }>;

export const recordProgress: Handler<ReportFrame> = async (turn, frame) =>
  takeReports(
    turn,
    frame.tasks.map(task => ({ no: task.no, report: reportOf(task, frame.correction ?? false) })),
  );

/** 第85项存在问题：…: a report that names a difficulty and nothing else. */
export const reportBlocker: Handler<Extract<Frame, { intent: 'report_blocker' }>> = async (turn, frame) =>
  takeReports(
    turn,
    frame.tasks.map(task => ({
      no: task.no,
      report: {
        status: 'in_progress',
        percent: null,
        text: null,
        blocker: frame.said ?? (frame.need === undefined ? frame.note : `${frame.note}；${frame.need}`),
        correction: false,
      },
    })),
  );

function reportOf(task: TaskReport, correction: boolean): Report {
  const done = task.status === 'done' || task.percent === 100;
  return {
    status: done ? 'done' : task.status,
    percent: done ? 100 : (task.percent ?? null),
    text: task.note ?? null,
    blocker: task.blocker ?? null,
    correction,
  };
}

interface Said {
  no: number;
  report: Report;
}

/** Joins what one message says about one task in several places; null when it contradicts itself. */
function joinReports(said: Said[]): Said[] | null {
  const joined = new Map<number, Report>();
  for (const { no, report } of said) {
    const first = joined.get(no);
    if (!first) {
      joined.set(no, report);
      continue;
    }
    const percents = new Set([first.percent, report.percent].filter(percent => percent !== null));
    if (percents.size > 1 || (first.status !== report.status && percents.size === 0)) return null;
    const clearer = report.percent === null ? first : report;
    const join = (a: string | null, b: string | null): string | null => (a && b && a !== b ? `${a}；${b}` : (a ?? b));
    joined.set(no, { ...clearer, text: join(first.text, report.text), blocker: join(first.blocker, report.blocker) });
  }
  return [...joined].map(([no, report]) => ({ no, report }));
}

/** The answer to a report that was on its way for too long; null when it was not. What was held has waited for us. */
export function tooOld({ message, now, wasHeld }: Turn): Reply | null {
  const saidAt = new Date(message.sentAt);
  const isOld = !wasHeld && now.getTime() - saidAt.getTime() > oldAfterMs;
  return isOld ? { template: 'too_old', said: momentName(saidAt) } : null;
}

async function takeReports(turn: Turn, allSaid: Said[]): Promise<Reply> {
  const { list, actor, manager } = turn;
  const said = joinReports(allSaid);
  if (!said) return { template: 'not_sure', candidates: [] };
  if (!list) return { template: 'no_list' };
  const units = unitsToReportFor(actor);
  if (actor.personId === null) return { template: 'stranger' };
  if (units.length === 0)
    return { template: 'refused', sentence: '没有记录：您的岗位不能反馈进度，请由责任单位的同志反馈。' };
  const late = tooOld(turn);
  if (late) return late;

  const found = await findTasks(manager, { listId: list.id, itemNos: said.map(item => item.no) });
  const missing = said.filter(item => !found.some(task => task.itemNo === item.no)).map(item => item.no);
  const locked = await lockTasks(
    manager,
    found.map(task => task.id),
  );
  const ready: Ready[] = [];
  const strange: { no: number; leads: string }[] = [];
  for (const task of found) {
    const lock = locked.get(task.id);
    const report = said.find(item => item.no === task.itemNo)?.report;
    if (!lock || !report) continue;
    const mine = await unitOnTask(turn, lock, units);
    if (mine === 'unclear') return { template: 'which_unit', candidates: units.map(unit => unit.name) };
    if (mine === null) strange.push({ no: task.itemNo, leads: leadNames(task) });
    else ready.push({ lock, ...mine, report, short: shorten(task.content) });
  }
  const parts: Reply[] = [];
  const stopped = ready.filter(item => item.lock.task.state === 'suspended' || item.lock.task.state === 'terminated');
  const open = ready.filter(item => !stopped.includes(item));
  const reasons = reasonsOf(open, new Date(turn.message.sentAt));
  if (reasons.length > 0) parts.push(askFirst(turn, open, reasons));
  else if (open.length > 0) parts.push(...(await writeReports(turn, open)));
  for (const { lock } of stopped)
    parts.push({ template: 'refused', sentence: `没有记录：第${lock.task.itemNo}项${stateNames[lock.task.state]}。` });
  if (strange.length > 0)
    parts.push({ template: 'not_your_task', items: strange, unit: units.map(unit => unit.name).join('、') });
  if (missing.length > 0) parts.push(await missingTasks(turn, missing, true));
  const [only] = parts;
  return parts.length === 1 && only ? only : { template: 'several', parts };
}

/** Which of the person's units reports on this task: the one spoken for here, else the only one that is on it. */
export async function unitOnTask(
  turn: Turn,
  lock: LockedTask,
  units: ActorUnit[],
): Promise<{ unit: ActorUnit; party: TaskUnit } | 'unclear' | null> {
  const spokenFor = turn.actor.unit;
  const inOrder = spokenFor ? [spokenFor, ...units.filter(unit => unit.id !== spokenFor.id)] : units;
  const able: { unit: ActorUnit; party: TaskUnit }[] = [];
  for (const unit of inOrder.filter(candidate => units.some(own => own.id === candidate.id))) {
    const party = await partyToReportAs(turn.manager, lock, unit);
    if (party) able.push({ unit, party });
    if (party && unit === spokenFor) break;
  }
  const [first] = able;
  if (!first) return null;
  return able.length === 1 ? first : 'unclear';
}

function reasonsOf(ready: Ready[], saidAt: Date): string[] {
  // What was said before the last report goes into the history, and puts nothing at risk.
  const current = ready.filter(({ party }) => party.lastReportedAt === null || party.lastReportedAt <= saidAt);
  const reasons = current.flatMap(({ lock, party, report }) => reasonsToAsk(lock.task, party, report));
  if (ready.length > maxUnconfirmed) reasons.push(`一次反馈 ${ready.length} 项`);
  return reasons;
}

function askFirst(turn: Turn, ready: Ready[], reasons: string[]): Reply {
  turn.state.pending = {
    items: ready.map(({ lock, unit, report }) => ({
      taskId: lock.task.id,
      itemNo: lock.task.itemNo,
      unitId: unit.id,
      version: lock.task.version,
      report,
    })),
    expiresAt: new Date(turn.now.getTime() + minutesToAnswer * 60_000).toISOString(),
  };
  return {
    template: 'confirm_first',
    reasons,
    items: ready.map(({ lock, report }) => ({ no: lock.task.itemNo, line: saidName(report) })),
    minutes: minutesToAnswer,
  };
}

/** The drafts of a confirmed question, locked again; null where the task has changed since it was shown. */
export async function readPending(turn: Turn, items: PendingItem[]): Promise<(Ready | null)[]> {
  const locked = await lockTasks(
    turn.manager,
    items.map(item => item.taskId),
  );
  const units = unitsToReportFor(turn.actor);
  return Promise.all(
    items.map(async item => {
      const lock = locked.get(item.taskId);
      const unit = units.find(candidate => candidate.id === item.unitId);
      if (!lock || !unit || lock.task.version !== item.version) return null;
      const party = await partyToReportAs(turn.manager, lock, unit);
      return party ? { lock, unit, party, report: item.report, short: shorten(lock.task.content) } : null;
    }),
  );
}
