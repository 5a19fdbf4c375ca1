// The month's quota is used up: messages come without their words. The office hears of it once a day, by a way that has a quota of its own.
import { civilDateOf, wallTimeOf } from '../../calendar/civil-date';
import { staffIdsOfRole } from '../../directory/people';
import { type Turn } from '../turn';

/** Whoever spoke is not answered: that would cost what is used up. */
export async function tellOfWithheldWords(turn: Turn): Promise<void> {
  const sentAt = new Date(turn.message.sentAt);
  const since = `${civilDateOf(sentAt).slice(5)} ${wallTimeOf(sentAt)}`;
  for (const staffId of await staffIdsOfRole(turn.manager, 'office', turn.today))
    turn.notices.push({
      to: { kind: 'person', staffId },
      reply: { template: 'words_withheld', since },
      dedupKey: `notice:words-withheld:${turn.today}:${staffId}`,
      priority: 1,
      unasked: false,
    });
}
