// The office's daily digest: what has become 黄牌 or 红牌, whom no card reaches, what went wrong. Nothing to say, no digest.
import { type EntityManager } from 'typeorm';
import { type CivilDate, instantOf } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';
import { dayWithWeekday, dueName, monthDay } from '../rendering/wording';
import { type EscalationLevel } from '../database/entities/reminder';
import { findOverdue } from './escalations';
import { type PersonalMessage } from './leader-card';
import { byUnit, hasCome, type Overdue, toRaise } from './overdue';
import { type MorningPlan } from './plan-reminders';
import { findPeople } from './recipients';

const maxUnits = 20;
const maxNos = 15;

export interface OfficeDay {
  messages: PersonalMessage[];
  raised: { level: EscalationLevel; overdue: Overdue[] }[];
}

/**
 * @param morning - the same day's morning, for the units it reaches nobody of and the tasks nobody named leads
 * @param unheard - units that are overdue and have no leader who can be told
 * Source: product description §6, "Escalation"
 */
export async function planOfficeDay(
  manager: EntityManager,
  { at, calendar }: { at: CivilDate; calendar: WorkCalendar },
  { morning, unheard }: { morning: Pick<MorningPlan, 'undecided' | 'unreachable'>; unheard: string[] },
): Promise<OfficeDay> {
  const { overdue, rules, raised, severalLists } = await findOverdue(manager, { at, calendar });
  const red = toRaise(overdue, 'red', rules, raised);
  const yellow = toRaise(overdue, 'yellow', rules, raised);
  const trouble = await findTrouble(manager, calendar.before(at));
  const lines = (some: Overdue[]) => listed(byUnit(some).flatMap(unit => linesOf(unit, at, severalLists)));
  const reply = {
    template: 'office_day' as const,
    date: dayWithWeekday(at),
    yellow: lines(yellow.filter(one => !hasCome(one, 'red', rules))),
    red: lines(red),
    standing: `${tasksAt(overdue.filter(one => hasCome(one, 'yellow', rules) && !hasCome(one, 'red', rules)))} 项黄牌、${tasksAt(overdue.filter(one => hasCome(one, 'red', rules)))} 项红牌`,
    undecided: listed(morning.undecided.map(({ list, no, leads }) => `${severalLists ? `〔${list}〕` : ''}第${no}项：牵头为 ${leads}`)),
    unreachable: listed(morning.unreachable.map(({ unit, reason }) => `${unit}（${reason}）`)),
    leaderless: listed(unheard),
    trouble,
  };
  const { yellow: y, red: r, undecided, unreachable, leaderless } = reply;
  const silent = [y, r, undecided, unreachable, leaderless, trouble].every(part => part.length === 0);
  const office = await findPeople(manager, 'office', at);
  return {
    messages: silent ? [] : office.flatMap(({ staffId, name }) => (staffId === null ? [] : [{ staffId, name, reply, shown: null }])),
    raised: [{ level: 'yellow', overdue: yellow }, { level: 'red', overdue: red }],
  };
} // prettier-ignore

function tasksAt(overdue: Overdue[]): number {
  return new Set(overdue.map(({ task }) => task.id)).size;
}

/** "区住建局：第38项、第39项（5月底到期，已逾期3个工作日）", a line for each date. */
export function linesOf(
  { unit, overdue }: { unit: string; overdue: Overdue[] },
  today: CivilDate,
  severalLists: boolean,
): string[] {
  const byDue = new Map<CivilDate, Overdue[]>();
  for (const one of overdue) byDue.set(one.due, [...(byDue.get(one.due) ?? []), one]);
  return [...byDue].map(([due, some]) => {
    const nos = some.map(({ task }) => `${severalLists ? `〔${task.listName}〕` : ''}第${task.itemNo}项`);
    const more = nos.length > maxNos ? `等${nos.length}项` : '';
    return `${unit}：${nos.slice(0, maxNos).join('、')}${more}（${dueName(due, today)}到期，已逾期${some[0]?.overdueBy ?? 0}个工作日）`;
  });
}

/** So many lines as are read; the rest is counted. */
export function listed(lines: string[]): string[] {
  return lines.length <= maxUnits ? lines : [...lines.slice(0, maxUnits), `另有 ${lines.length - maxUnits} 条`];
}

/** What went wrong since the last digest: mornings missed, messages failed or in doubt. */
async function findTrouble(manager: EntityManager, since: CivilDate): Promise<string[]> {
  const from = instantOf(since, '09:00');
  const missed: { slot: string }[] = await manager.query(
    "SELECT slot FROM job_runs WHERE status = 'missed' AND job LIKE 'morning-reminder%' AND ranAt >= ? ORDER BY slot",
    [from],
  );
  const [sends]: { failed: string | null; uncertain: string | null }[] = await manager.query(
    `SELECT SUM(status = 'failed') AS failed, SUM(status = 'uncertain') AS uncertain
       FROM outbox_messages WHERE status IN ('failed', 'uncertain') AND createdAt >= ?`,
    [from],
  );
  const failed = Number(sends?.failed ?? 0);
  const uncertain = Number(sends?.uncertain ?? 0);
  return [
    ...missed.map(({ slot }) => `${monthDay(slot.slice(0, 10))}早晨的提醒没有发出，到期的随下一次补上`),
    ...(failed > 0 ? [`${failed} 条消息发送失败`] : []),
    ...(uncertain > 0 ? [`${uncertain} 条消息是否送达未知`] : []),
  ];
}
