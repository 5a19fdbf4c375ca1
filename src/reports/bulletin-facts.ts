// What a 通报 says, taken from the ledger at one moment: counts and shares, what is overdue or returned by number and unit.
import { z } from 'zod';
import { type CivilDate } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';
import { type TaskList } from '../database/entities/task';
import { shorten } from '../rendering/wording';
import { leadNames, progressOf, whenOf } from '../tasks/task-line';
import { namedParties, type TaskView } from '../tasks/task-queries';
import { isOpen, lightOn } from '../tasks/task-state';

export const bulletinFacts = z.object({
  title: z.string(),
  shortName: z.string(),
  /** 主送 */
  to: z.string(),
  day: z.string(),
  /** "2023-06-26 17:10" */
  asOf: z.string(),
  counts: z.object({
    total: z.number(),
    closed: z.number(),
    ongoing: z.number(),
    closing: z.number(),
    open: z.number(),
    reported: z.number(),
    overdue: z.number(),
    returned: z.number(),
    blocked: z.number(),
  }),
  /** Units with overdue tasks as lead, and their numbers; facts per unit, no order of merit. */
  overdueUnits: z.array(z.object({ unit: z.string(), nos: z.array(z.number()) })),
  returned: z.array(z.object({ no: z.number(), leads: z.string() })),
  /** Units named in an overdue task that have never reported on it. */
  silentUnits: z.array(z.object({ unit: z.string(), nos: z.array(z.number()) })),
  blockedNos: z.array(z.number()),
  annex: z.array(
    z.object({ no: z.number(), content: z.string(), leads: z.string(), deadline: z.string(), when: z.string(), progress: z.string() }),
  ),
}); // prettier-ignore

export type BulletinFacts = z.infer<typeof bulletinFacts>;

/** Longer than any task is written, and short enough for a row of a page. */
const longestContent = 500;

function byUnit(pairs: readonly { unit: string; no: number }[]): { unit: string; nos: number[] }[] {
  const units = new Map<string, Set<number>>();
  for (const { unit, no } of pairs) units.set(unit, (units.get(unit) ?? new Set()).add(no));
  return [...units]
    .map(([unit, nos]) => ({ unit, nos: [...nos].sort((a, b) => a - b) }))
    .sort((a, b) => (a.nos[0] ?? 0) - (b.nos[0] ?? 0) || (a.unit < b.unit ? -1 : 1));
}

/** Takes the figures of a list. Pure. */
export function takeBulletinFacts(
  list: Pick<TaskList, 'title' | 'shortName'>,
  tasks: readonly TaskView[],
  moment: { today: CivilDate; asOf: string; calendar: WorkCalendar; to: string },
): BulletinFacts {
  const { today, calendar } = moment;
  const count = (fits: (task: TaskView) => boolean): number => tasks.filter(fits).length;
  const overdue = tasks.filter(task => task.state === 'active' && task.due !== null && task.due < today);
  const returned = tasks.filter(task => task.returned && task.state === 'active');
  const red = tasks.filter(task => lightOn(task, today, calendar) === 'red');
  const open = tasks.filter(task => isOpen(task.state));
  const leadsOf = (task: TaskView): string[] =>
    namedParties(task)
      .filter(party => party.role === 'lead')
      .map(party => party.unitName);
  return {
    title: list.title,
    shortName: list.shortName,
    to: moment.to,
    day: today,
    asOf: moment.asOf,
    counts: {
      total: tasks.length,
      closed: count(task => task.state === 'closed'),
      ongoing: count(task => task.state === 'ongoing'),
      closing: count(task => task.state === 'closing'),
      open: open.length,
      reported: open.filter(task => task.parties.some(party => party.lastReportedAt !== null)).length,
      overdue: overdue.length,
      returned: returned.length,
      blocked: count(task => task.openBlockers > 0),
    },
    overdueUnits: byUnit(overdue.flatMap(task => leadsOf(task).map(unit => ({ unit, no: task.itemNo })))),
    returned: returned.map(task => ({ no: task.itemNo, leads: leadNames(task) })),
    silentUnits: byUnit(
      overdue.flatMap(task =>
        namedParties(task)
          .filter(party => party.lastReportedAt === null)
          .map(party => ({ unit: party.unitName, no: task.itemNo })),
      ),
    ),
    blockedNos: tasks.filter(task => task.openBlockers > 0).map(task => task.itemNo),
    annex: red.map(task => ({
      no: task.itemNo,
      content: shorten(task.content, longestContent),
      leads: leadNames(task),
      deadline: task.deadlineText,
      when: whenOf(task, today, calendar),
      progress: progressOf(namedParties(task).find(party => party.role === 'lead') ?? null),
    })),
  };
}
