// The month's quota: the office is told once at 80 % and once at 95 %, from where on only what is urgent goes out.
import { partsOf, type CivilDate, instantOf } from '../calendar/civil-date';
import { enqueue } from '../outbox/outbox';
import { findUsage, type Used } from '../outbox/usage';
import { findPeople } from '../reminders/recipients';
import { type Job, type Slot } from './job';

const levels = [95, 80];
/** From here on cards are left out that are not of rungs 1, 0 or overdue. */
export const savingFrom = 0.95;

function slotOn(day: CivilDate): Slot {
  return { name: `${day}T09:10`, day, opensAt: instantOf(day, '09:10'), closesAt: instantOf(day, '17:30') };
}

/** "4100/5000", "45，不限" */
export function usedText({ used, limit }: Used): string {
  return limit === 0 ? `${used}，不限` : `${used}/${limit}`;
}

/** Source: product description §9, "warn the office at 80 %" */
export const quotaWatch: Job = {
  name: 'quota-watch',
  slotOn: (day, calendar) => (calendar.isWorkday(day) ? slotOn(day) : null),
  run: async (manager, { slot, now }) => {
    const usage = await findUsage(manager, now);
    const percent = Math.floor(usage.share * 100);
    const outcome = `本月接口 ${usedText(usage.calls)}，消息 ${usedText(usage.messages)}`;
    const level = levels.find(one => percent >= one);
    if (level === undefined) return outcome;
    for (const { staffId } of await findPeople(manager, 'office', slot.day))
      if (staffId !== null)
        await enqueue(
          manager,
          {
            to: { kind: 'person', staffId },
            reply: {
              template: 'quota_warning',
              month: `${partsOf(slot.day).month}月`,
              percent,
              calls: usedText(usage.calls),
              messages: usedText(usage.messages),
              saving: usage.share >= savingFrom,
            },
            dedupKey: `quota:${usage.month}:${level}:${staffId}`,
            priority: 1,
          },
          now,
        );
    return `${outcome}，已用 ${percent}%`;
  },
};
