// The morning reminder as a job: 08:30 on workdays unless set otherwise, caught up until 16:30. Lists with a morning of their
// own have a job of their own.
import { type EntityManager } from 'typeorm';
import { type CivilDate, instantOf } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';
import { TaskList } from '../database/entities/task';
import { loadSettings, SettingsView } from '../database/list-settings';
import { findUsage } from '../outbox/usage';
import { enqueuePlan, type MorningKey, leftOutSince, morningCloses, unsentSince } from '../reminders/enqueue-plan';
import { type MorningPlan, planReminders } from '../reminders/plan-reminders';
import { type Job, type Slot, type SlotTurn } from './job';
import { savingFrom } from './quota-watch';

/** A morning reminder, and of which lists. */
export interface MorningJob extends Job {
  key: MorningKey;
  /** null = all lists there are. */
  listIds: readonly string[] | null;
  /** "08:30", on any day. */
  timeOn(day: CivilDate): string;
}

const usualName = 'morning-reminder';

function morningJob(
  name: string,
  { key, listIds }: Pick<MorningJob, 'key' | 'listIds'>,
  timeOn: (day: CivilDate) => string,
): MorningJob {
  return {
    name,
    key,
    listIds,
    timeOn,
    slotOn: (day, calendar) => slotOn(day, timeOn(day), calendar),
    run: async (manager, turn) => planOutcome(await runMorning(manager, turn, { key, listIds })),
  };
}

/** The morning's slot on a day; null when that is no workday. */
function slotOn(day: CivilDate, time: string, calendar: WorkCalendar): Slot | null {
  if (!calendar.isWorkday(day)) return null;
  return { name: `${day}T${time}`, day, opensAt: instantOf(day, time), closesAt: instantOf(day, morningCloses) };
}

/** The job where nothing is set otherwise: every list, 08:30. */
export const morningReminder = morningJob(usualName, { key: 'morning', listIds: null }, day =>
  new SettingsView(new Map()).morningOf(null, day),
);

/**
 * The morning jobs of a day: one for all lists without a morning of their own, and one for each other time.
 * That one's name says since when, so that a time that is used again later has missed nothing meanwhile.
 */
export async function findMorningJobs(manager: EntityManager, day: CivilDate): Promise<MorningJob[]> {
  const settings = await loadSettings(manager);
  const lists = (await manager.find(TaskList, { order: { id: 'ASC' } })).map(({ id }) => id);
  const own = lists.filter(id => settings.hasOwnMorning(id, day));
  const byTime = new Map<string, string[]>();
  for (const id of own) {
    const time = settings.morningOf(id, day);
    byTime.set(time, [...(byTime.get(time) ?? []), id]);
  }
  const others = own.length === 0 ? null : lists.filter(id => !own.includes(id));
  return [
    morningJob(usualName, { key: 'morning', listIds: others }, each => settings.morningOf(null, each)),
    ...[...byTime].map(([time, listIds]) => {
      const since = listIds.map(id => settings.morningSince(id) ?? '').sort().at(-1) ?? ''; // prettier-ignore
      // Stored as a slot of at most thirty characters (job-runs.ts), hence 230627.
      const name = `${usualName}@${time}/${since.slice(2).replaceAll('-', '')}`;
      return morningJob(name, { key: `morning@${time}`, listIds }, () => time);
    }),
  ];
}

/** The last morning of which cards went out, when later ones did not run or did not get out; null when none was missed. */
export async function missedSince(
  manager: EntityManager,
  turn: Pick<SlotTurn, 'slot' | 'now' | 'missedSince'>,
  key: MorningKey,
): Promise<CivilDate | null> {
  const days = [turn.missedSince, await unsentSince(manager, turn.slot.day, turn.now, key)];
  return days.filter(day => day !== null).sort()[0] ?? null;
}

/** Plans and enqueues a morning whose slot the caller has claimed in this transaction. */
export async function runMorning(
  manager: EntityManager,
  turn: SlotTurn,
  { key, listIds }: Pick<MorningJob, 'key' | 'listIds'>,
): Promise<MorningPlan> {
  const { slot, calendar, now } = turn;
  const since = await missedSince(manager, turn, key);
  const urgentOnly = (await findUsage(manager, now)).share >= savingFrom;
  const leftOut = await leftOutSince(manager, slot.day, now, key);
  const plan = await planReminders(manager, {
    at: slot.day,
    calendar,
    missedSince: since,
    leftOut,
    listIds,
    urgentOnly,
  });
  await enqueuePlan(manager, plan, { opensAt: slot.opensAt, key, now });
  return plan;
}

/** "群卡片 2 张，个人卡片 9 张，无到期通报 1 条，联系不到的单位 35 个" */
export function planOutcome(plan: MorningPlan): string {
  const groups = plan.cards.filter(card => card.to.kind === 'group').length;
  return [
    `群卡片 ${groups} 张`,
    `个人卡片 ${plan.cards.length - groups} 张`,
    ...(plan.allClear.length > 0 ? [`无到期通报 ${plan.allClear.length} 条`] : []),
    ...(plan.unreachable.length > 0 ? [`联系不到的单位 ${plan.unreachable.length} 个`] : []),
  ].join('，');
}
