// One task as one line: light, short content, role, how long it has, how far it is.
import { civilDateOf, type CivilDate } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';
import { type TaskLine } from '../rendering/task-line';
import { dueName, shorten, whenName } from '../rendering/wording';
import { namedParties, partOf, type Party, type TaskView } from './task-queries';
import { dutyOn, isOpen, lightOn, stateNames } from './task-state';

/** Whose eyes a line is for. */
export interface LineView {
  today: CivilDate;
  calendar: WorkCalendar;
  /** The one unit asked about; null = several, then the leads are named instead of a role. */
  unit: { id: string; collectiveIds: string[] } | null;
  /** False for people outside the directory: they read the public part. */
  showProgress: boolean;
}

/** "6月底到期，剩4个工作日", "长期推进", "已销号", "时限待确认（尽快）" */
export function whenOf(task: TaskView, today: CivilDate, calendar: WorkCalendar): string {
  if (task.state === 'closing' && task.due !== null) return `${dueName(task.due, today)}到期，${stateNames.closing}`;
  if (!isOpen(task.state)) return stateNames[task.state];
  if (task.due === null)
    return task.longTerm
      ? '长期推进'
      : task.recurring
        ? task.deadlineText
        : `时限待确认（${task.deadlineText || '未写'}）`;
  const duty = dutyOn(task, today, calendar);
  if (!duty) return dueName(task.due, today);
  return whenName(task.due, today, duty.workdaysLeft, duty.overdue ? calendar.workdaysBetween(task.due, today) : null);
}

/** "未反馈", "80%（06-26）", "已报完成（06-26）", "推进中（06-26）" */
export function progressOf(party: Party | null): string {
  if (!party?.lastReportedAt) return '未反馈';
  const day = civilDateOf(party.lastReportedAt).slice(5);
  if (party.done) return `已报完成（${day}）`;
  if (party.percent !== null) return `${party.percent}%（${day}）`;
  return `${party.status === 'not_started' ? '未启动' : party.status === 'long_term' ? '长期推进' : '推进中'}（${day}）`;
}

export function roleName(party: Party): string {
  if (party.role === 'lead') return '牵头';
  return party.collectiveId === '' ? '配合' : '参与';
}

/** The lead units and collectives of a task, as one text. */
export function leadNames(task: TaskView): string {
  return namesOf(task, 'lead') || '未写';
}

export function namesOf(
  task: { parties: Pick<Party, 'role' | 'unitId' | 'unitName' | 'collectiveId' | 'collectiveName'>[] },
  role: 'lead' | 'support',
): string {
  return task.parties
    .filter(party => party.role === role && (party.unitId === '' || party.collectiveId === ''))
    .map(party => party.unitName || party.collectiveName)
    .join('、');
}

export function taskLine(task: TaskView, view: LineView): TaskLine {
  const part = view.unit ? partOf(task, view.unit) : (namedParties(task).find(party => party.role === 'lead') ?? null);
  return {
    no: task.itemNo,
    light: lightOn(task, view.today, view.calendar),
    short: shorten(task.content),
    role: view.unit && part ? roleName(part) : null,
    leads: view.unit ? null : shorten(leadNames(task), 16),
    when: whenOf(task, view.today, view.calendar),
    progress: view.showProgress ? progressOf(part) : null,
  };
}

/** Worst first: overdue by age, then by due date, then tasks without one; within a day by 序号. */
export function worstFirst(a: Pick<TaskView, 'due' | 'itemNo'>, b: Pick<TaskView, 'due' | 'itemNo'>): number {
  const dueA = a.due ?? '9999';
  const dueB = b.due ?? '9999';
  return dueA < dueB ? -1 : dueA > dueB ? 1 : a.itemNo - b.itemNo;
}
