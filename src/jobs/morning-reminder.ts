// The morning reminder as a job: 08:30 on workdays, caught up until 16:30.
import { type EntityManager } from 'typeorm';
import { type CivilDate, instantOf } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';
import { enqueuePlan, morningCloses, morningOpens, unsentSince } from '../reminders/enqueue-plan';
import { type MorningPlan, planReminders } from '../reminders/plan-reminders';
import { type Job, type Slot, type SlotTurn } from './job';

/** The morning's slot on a day; null when that is no workday. */
function morningSlotOn(day: CivilDate, calendar: WorkCalendar): Slot | null {
  if (!calendar.isWorkday(day)) return null;
  return {
    name: `${day}T${morningOpens}`,
    day,
    opensAt: instantOf(day, morningOpens),
    closesAt: instantOf(day, morningCloses),
  };
}

/** The last morning of which cards went out, when later ones did not run or did not get out; null when none was missed. */
export async function missedSince(
  manager: EntityManager,
  turn: Pick<SlotTurn, 'slot' | 'now' | 'missedSince'>,
): Promise<CivilDate | null> {
  const days = [turn.missedSince, await unsentSince(manager, turn.slot.day, turn.now)];
  return days.filter(day => day !== null).sort()[0] ?? null;
}

/** Plans and enqueues a morning whose slot the caller has claimed in this transaction. */
export async function runMorning(manager: EntityManager, turn: SlotTurn): Promise<MorningPlan> {
  const { slot, calendar, now } = turn;
  const plan = await planReminders(manager, { at: slot.day, calendar, missedSince: await missedSince(manager, turn) });
  await enqueuePlan(manager, plan, now);
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

export const morningReminder: Job = {
  name: 'morning-reminder',
  slotOn: morningSlotOn,
  run: async (manager, turn) => planOutcome(await runMorning(manager, turn)),
};
