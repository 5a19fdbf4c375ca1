// Which morning card a message means that answers one without naming tasks.
import { findCard, recipientKey, type SentCard } from '../../outbox/outbox';
import { answerTo } from '../inbox';
import { type Turn } from '../turn';

/** The card that is quoted, or the last one that is not older than the last morning. */
export async function cardMeant({ manager, message, today, calendar }: Turn): Promise<SentCard | null> {
  const quoted = message.quoted?.providerKey;
  const card = await findCard(manager, recipientKey(answerTo(message)), quoted ?? null);
  if (quoted !== undefined && quoted !== null) return card;
  return card && card.day >= calendar.onOrBefore(today) ? card : null;
}
