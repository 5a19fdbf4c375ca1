// enqueuePlan: a planned morning becomes rows of the outbox.
import { createHash } from 'node:crypto';
import { type EntityManager } from 'typeorm';
import { addDays, type CivilDate, instantOf } from '../calendar/civil-date';
import { enqueueAll } from '../outbox/outbox';
import { type CardRecipient, recipientOf } from './card-recipient';
import { type MorningPlan } from './plan-reminders';

/** Until when it makes sense to send morning cards (product description §6); wall time in Asia/Shanghai. */
export const morningCloses = '16:30';

/** How a morning's rows are named: those of lists with a time of their own apart from the others. */
export type MorningKey = 'morning' | `morning@${string}`;

const msPerCard = 500;
const longestSpreadMs = 5 * 60_000;

/**
 * Puts a morning's cards into the outbox, within the caller's transaction; each recipient and day once, however often it is called.
 * They are spread over the first five minutes by a hash of the recipient, over less where there are few.
 *
 * @returns how many rows were added
 */
export async function enqueuePlan(
  manager: EntityManager,
  plan: MorningPlan,
  { opensAt, key, now }: { opensAt: Date; key: MorningKey; now: Date },
): Promise<number> {
  const begins = Math.max(opensAt.getTime(), now.getTime());
  const closes = instantOf(plan.at, morningCloses);
  const messages = [...plan.cards, ...plan.allClear.map(clear => ({ ...clear, shown: null }))];
  // Caught up shortly before the end, a card set for after it would expire unsent: half of what is left is for sending.
  const spreadMs = Math.max(0, Math.min(longestSpreadMs, messages.length * msPerCard, (closes.getTime() - begins) / 2));
  return enqueueAll(
    manager,
    messages.map(({ to, reply, shown }) => ({
      to: recipientOf(to),
      reply,
      dedupKey: `${key}:${to.kind}:${to.id}:${plan.at}`,
      priority: 2,
      notBefore: new Date(begins + placeOf(to) * spreadMs),
      notAfter: closes,
      ...(shown ? { tasksShown: shown } : {}),
    })),
    now,
  );
}

const daysLookedBack = 30;

/**
 * Since when mornings were planned and yet no card of them went out at all, because the chat platform or this program was
 * away until they expired: the day before the first such morning; null when cards of the last one went out.
 */
export async function unsentSince(
  manager: EntityManager,
  today: CivilDate,
  now: Date,
  key: MorningKey,
): Promise<CivilDate | null> {
  const mornings: { day: CivilDate; wentOut: string | number; expired: string | number }[] = await manager.query(
    `SELECT RIGHT(dedupKey, 10) AS day,
            SUM(status IN ('claimed', 'sent', 'uncertain')) AS wentOut,
            SUM(status = 'expired' OR (status = 'ready' AND notAfter < ?)) AS expired
       FROM outbox_messages
      WHERE status IN ('ready', 'claimed', 'sent', 'uncertain', 'failed', 'expired')
        AND nextAt >= ? AND nextAt < ? AND dedupKey LIKE ?
      GROUP BY RIGHT(dedupKey, 10) ORDER BY day DESC`,
    [now, instantOf(addDays(today, -daysLookedBack), '00:00'), instantOf(today, '00:00'), `${key}:%`],
  );
  const sent = mornings.findIndex(({ wentOut, expired }) => Number(wentOut) > 0 || Number(expired) === 0);
  const first = mornings.slice(0, sent === -1 ? undefined : sent).at(-1);
  return first ? addDays(first.day, -1) : null;
}

/**
 * Whose card expired unsent while others' went out, because a morning began late or the platform was slow, and who got none since:
 * by recipient key, the day before the first such morning.
 */
export async function leftOutSince(
  manager: EntityManager,
  today: CivilDate,
  now: Date,
  key: MorningKey,
): Promise<Map<string, CivilDate>> {
  const [from, until] = [instantOf(addDays(today, -daysLookedBack), '00:00'), instantOf(today, '00:00')];
  const rows: { recipientKey: string; day: CivilDate }[] = await manager.query(
    `SELECT e.recipientKey, MIN(RIGHT(e.dedupKey, 10)) AS day
       FROM outbox_messages e
      WHERE (e.status = 'expired' OR (e.status = 'ready' AND e.notAfter < ?))
        AND e.nextAt >= ? AND e.nextAt < ? AND e.dedupKey LIKE ?
        AND NOT EXISTS (SELECT 1 FROM outbox_messages s
                         WHERE s.recipientKey = e.recipientKey AND s.dedupKey LIKE ? AND s.nextAt > e.nextAt AND s.nextAt < ?
                           AND s.status IN ('claimed', 'sent', 'uncertain'))
      GROUP BY e.recipientKey`,
    [now, from, until, `${key}:%`, `${key}:%`, until],
  );
  return new Map(rows.map(({ recipientKey, day }) => [recipientKey, addDays(day, -1)]));
}

/** A recipient's place in the spread, 0 to 1, the same every morning. */
function placeOf({ kind, id }: CardRecipient): number {
  return createHash('sha256').update(`${kind}:${id}`).digest().readUInt32BE(0) / 2 ** 32;
}
