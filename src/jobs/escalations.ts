// What follows a morning: leaders of overdue units, the office's daily digest, and the weekly ones.
import { type EntityManager } from 'typeorm';
import { addDays, type CivilDate, instantOf, mondayOf } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';
import { enqueueAll } from '../outbox/outbox';
import { findUsage } from '../outbox/usage';
import { recordRaised } from '../reminders/escalations';
import { type PersonalMessage, planLeaderCards, planLeaderWeek } from '../reminders/leader-card';
import { planOfficeDay } from '../reminders/office-day';
import { planOfficeWeek } from '../reminders/office-week';
import { type MorningPlan, planReminders } from '../reminders/plan-reminders';
import { type Job, type Slot } from './job';
import { savingFrom } from './quota-watch';

const friday = 4;

function slotAt(day: CivilDate, opens: string, closes: string): Slot {
  return { name: `${day}T${opens}`, day, opensAt: instantOf(day, opens), closesAt: instantOf(day, closes) };
}

/** The last workday of the week up to Friday; of a week without one its last workday; null when it is all holiday. */
export function lastWorkdayOfWeek(day: CivilDate, calendar: WorkCalendar): CivilDate | null {
  const monday = mondayOf(day);
  const days = Array.from({ length: 7 }, (_, i) => addDays(monday, i)).filter(one => calendar.isWorkday(one));
  return days.filter(one => one <= addDays(monday, friday)).at(-1) ?? days.at(-1) ?? null;
}

/** Puts messages into the outbox, each person and day once. @returns how many are new */
function say(
  manager: EntityManager,
  messages: PersonalMessage[],
  { kind, day, now }: { kind: string; day: CivilDate; now: Date },
): Promise<number> {
  return enqueueAll(
    manager,
    messages.map(({ staffId, reply, shown }) => ({
      to: { kind: 'person', staffId },
      reply,
      dedupKey: `${kind}:${staffId}:${day}`,
      priority: 2,
      ...(shown ? { tasksShown: shown } : {}),
    })),
    now,
  );
}

/** What goes to leaders and to the office on a day besides the morning's cards; reads only. */
export async function previewOthers(
  manager: EntityManager,
  { at, calendar, now }: { at: CivilDate; calendar: WorkCalendar; now: Date },
  morning: MorningPlan,
): Promise<PersonalMessage[]> {
  if (!calendar.isWorkday(at)) return [];
  const day = { at, calendar, now };
  const leaders = await planLeaderCards(manager, day);
  const office = await planOfficeDay(manager, day, { morning, unheard: leaders.unheard });
  return [
    ...(leaderWeek.slotOn(at, calendar) ? await planLeaderWeek(manager, day) : []),
    ...leaders.messages,
    ...office.messages,
    ...(officeWeek.slotOn(at, calendar) ? await planOfficeWeek(manager, day) : []),
  ];
}

/** Overdue by a workday: the unit's leader is told, once for each task and date. */
export const leaderEscalation: Job = {
  name: 'leader-escalation',
  slotOn: (day, calendar) => (calendar.isWorkday(day) ? slotAt(day, '08:40', '16:30') : null),
  run: async (manager, { slot, calendar, now }) => {
    const { messages, raised, unheard } = await planLeaderCards(manager, { at: slot.day, calendar });
    await recordRaised(manager, raised, 'leader', slot.day);
    const told = await say(manager, messages, { kind: 'escalation', day: slot.day, now });
    return `告知负责人 ${told} 人${unheard.length > 0 ? `，没有可告知的负责人的单位 ${unheard.length} 个` : ''}`;
  },
};

/** 黄牌, 红牌, units nobody is reached of, tasks nobody named leads: to the office, on workdays with something to say. */
export const officeDay: Job = {
  name: 'office-day',
  slotOn: (day, calendar) => (calendar.isWorkday(day) ? slotAt(day, '08:50', '16:30') : null),
  run: async (manager, { slot, calendar, now, missedSince }) => {
    const at = { at: slot.day, calendar };
    const morning = await planReminders(manager, { ...at, missedSince });
    const { unheard } = await planLeaderCards(manager, at);
    const { messages, raised } = await planOfficeDay(manager, at, { morning, unheard });
    for (const { level, overdue } of raised) await recordRaised(manager, overdue, level, slot.day);
    const told = await say(manager, messages, { kind: 'office-day', day: slot.day, now });
    return `日报 ${told} 份，${raised.map(({ level, overdue }) => `${level} ${overdue.length}`).join('，')}`;
  },
};

/** On the week's first workday each leader hears how the unit stands. */
export const leaderWeek: Job = {
  name: 'leader-week',
  slotOn: (day, calendar) =>
    calendar.isWorkday(day) && calendar.firstWorkdayOfWeek(day) === day ? slotAt(day, '08:35', '16:30') : null,
  run: async (manager, { slot, calendar, now }) => {
    if ((await findUsage(manager, now)).share >= savingFrom) return '本月额度将尽，未发';
    const messages = await planLeaderWeek(manager, { at: slot.day, calendar });
    return `一周任务 ${await say(manager, messages, { kind: 'leader-week', day: slot.day, now })} 份`;
  },
};

/** Friday 16:30, or the last workday before it: the week, to the office. */
export const officeWeek: Job = {
  name: 'office-week',
  slotOn: (day, calendar) => (lastWorkdayOfWeek(day, calendar) === day ? slotAt(day, '16:30', '18:00') : null),
  run: async (manager, { slot, calendar, now }) => {
    const messages = await planOfficeWeek(manager, { at: slot.day, calendar, now });
    return `周报 ${await say(manager, messages, { kind: 'office-week', day: slot.day, now })} 份`;
  },
};
