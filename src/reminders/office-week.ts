// The office's weekly digest: each list's standing, what happened in the week, what comes next, and what waits.
import { type EntityManager } from 'typeorm';
import { addDays, type CivilDate, instantOf, mondayOf, partsOf } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';
import { TaskList } from '../database/entities/task';
import { missingYears } from '../database/work-days';
import { dayWithWeekday } from '../rendering/wording';
import { findPending } from '../tasks/pending';
import { findOutlines, type TaskOutline } from '../tasks/task-outlines';
import { findOverdue, type OverdueFacts } from './escalations';
import { holidayWarning } from './health';
import { type PersonalMessage } from './leader-card';
import { listed, linesOf } from './office-day';
import { byUnit, hasCome } from './overdue';
import { findPeople } from './recipients';

interface Day {
  at: CivilDate;
  calendar: WorkCalendar;
  now: Date;
}

/** Source: product description §6, "Weekly digest to the office on Friday 16:30" */
export async function planOfficeWeek(manager: EntityManager, day: Day): Promise<PersonalMessage[]> {
  const office = (await findPeople(manager, 'office', day.at)).filter(({ staffId }) => staffId !== null);
  if (office.length === 0) return [];
  const facts = await findOverdue(manager, day);
  const lists = await manager.find(TaskList, { order: { importedAt: 'ASC', id: 'ASC' } });
  const parts: { list: string; lines: string[] }[] = [];
  for (const list of lists) {
    const tasks = await findOutlines(manager, { listIds: [list.id] });
    parts.push({
      list: list.title,
      lines: [
        totals(tasks),
        await happened(manager, list.id, day),
        ...late(list.id, facts, day),
        ahead(tasks, day),
        await waiting(manager, list.id),
      ],
    });
  }
  const missing = missingYears(day.calendar, day.at);
  const warnings = missing.length > 0 ? [`${holidayWarning(missing, partsOf(day.at).year)}，请尽快录入`] : [];
  return office.map(({ staffId, name }) => ({
    staffId: staffId ?? '',
    name,
    reply: { template: 'office_week', date: dayWithWeekday(day.at), lists: parts, warnings },
    shown: null,
  }));
}

function totals(tasks: TaskOutline[]): string {
  const count = (...states: TaskOutline['state'][]): number => tasks.filter(task => states.includes(task.state)).length;
  return `共 ${tasks.length} 项：已销号 ${count('closed')} 项，转长期推进 ${count('ongoing')} 项，待核销 ${count('closing')} 项，推进中 ${count('active')} 项，挂起或终止 ${count('suspended', 'terminated')} 项`;
}

async function happened(manager: EntityManager, listId: string, { at, now }: Day): Promise<string> {
  const from = instantOf(mondayOf(at), '00:00');
  const [reports]: { reports: string; units: string }[] = await manager.query(
    `SELECT COUNT(*) AS reports, COUNT(DISTINCT c.unitId) AS units FROM changes c JOIN tasks t ON t.id = c.taskId
      WHERE t.listId = ? AND c.kind = 'report' AND c.recordedAt >= ? AND c.recordedAt <= ?`,
    [listId, from, now],
  );
  const [closures]: { accepted: string | null; returned: string | null }[] = await manager.query(
    `SELECT SUM(r.status = 'accepted') AS accepted, SUM(r.status = 'returned') AS returned
       FROM closure_requests r JOIN tasks t ON t.id = r.taskId
      WHERE t.listId = ? AND r.decidedAt >= ? AND r.decidedAt <= ?`,
    [listId, from, now],
  );
  return `本周反馈 ${Number(reports?.reports ?? 0)} 项次（${Number(reports?.units ?? 0)} 个单位），核销 ${Number(closures?.accepted ?? 0)} 项，退回 ${Number(closures?.returned ?? 0)} 项`;
}

function late(listId: string, { overdue, rules }: OverdueFacts, { at }: Day): string[] {
  const own = overdue.filter(({ task }) => task.listId === listId);
  if (own.length === 0) return ['没有逾期'];
  const tasks = new Set(own.map(({ task }) => task.id)).size;
  const red = own.filter(one => hasCome(one, 'red', rules));
  const yellow = own.filter(one => hasCome(one, 'yellow', rules) && !hasCome(one, 'red', rules));
  const lines = (some: typeof own) => listed(byUnit(some).flatMap(unit => linesOf(unit, at, false)));
  return [
    `逾期 ${tasks} 项，涉及 ${byUnit(own).length} 个单位`,
    ...(yellow.length > 0 ? ['黄牌：', ...lines(yellow)] : []),
    ...(red.length > 0 ? ['红牌：', ...lines(red)] : []),
  ];
}

function ahead(tasks: TaskOutline[], { at }: Day): string {
  const monday = addDays(mondayOf(at), 7);
  const due = (from: CivilDate, to: CivilDate): number =>
    tasks.filter(task => task.state === 'active' && task.due !== null && task.due >= from && task.due <= to).length;
  return `下周到期 ${due(monday, addDays(monday, 6))} 项，四周内到期 ${due(addDays(at, 1), addDays(at, 28))} 项`;
}

async function waiting(manager: EntityManager, listId: string): Promise<string> {
  const pending = await findPending(manager, listId);
  const count = (kind: (typeof pending)[number]['kind']): number => pending.filter(one => one.kind === kind).length;
  return `待办：核销 ${count('closure')} 项，延期 ${count('extension')} 项，堵点 ${count('blocker')} 项`;
}
