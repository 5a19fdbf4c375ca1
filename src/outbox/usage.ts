// The month's calls against what the organisation's edition of the platform allows. Counted from what was sent and received.
import { type EntityManager } from 'typeorm';
import { firstChannel } from '../address';
import { addDays, civilDateOf, endOfMonth, instantOf, partsOf } from '../calendar/civil-date';
import { loadSettings } from '../database/list-settings';
import { type OutboxMessage } from '../database/entities/message';

export interface Used {
  used: number;
  /** 0 = no limit is set. */
  limit: number;
}

export interface Usage {
  /** "2023-06" */
  month: string;
  /** Calls of the platform's API. What it refused for its pace, or never got, it does not count either. */
  calls: Used;
  /** Messages received, and answers by session address. */
  messages: Used;
  /** The greater share of the two, 0 to 1 and beyond; 0 without limits. */
  share: number;
}

/** How a row is sent: by session address where it has one and need not be quotable. */
export function wayOf(row: Pick<OutboxMessage, 'replyUrl' | 'tasksShown'>): 'api' | 'webhook' {
  return row.replyUrl !== null && row.tasksShown === null ? 'webhook' : 'api';
}

/** Of the first platform, whose edition the settings tell. Source: the platform's monthly quota, product description §9 */
export async function findUsage(manager: EntityManager, now: Date): Promise<Usage> {
  const today = civilDateOf(now);
  const { year, month } = partsOf(today);
  const bounds = [
    instantOf(`${today.slice(0, 7)}-01`, '00:00'),
    instantOf(addDays(endOfMonth(year, month), 1), '00:00'),
    firstChannel,
  ];
  const sent: { byAddress: number; n: string }[] = await manager.query(
    // Notices that went by one call to several people bear one key.
    `SELECT replyUrl IS NOT NULL AND tasksShown IS NULL AS byAddress,
            COUNT(*) - COUNT(IF(priority = 1, providerKey, NULL)) + COUNT(DISTINCT IF(priority = 1, providerKey, NULL)) AS n
       FROM outbox_messages WHERE sentAt >= ? AND sentAt < ? AND channel = ? GROUP BY byAddress`,
    bounds,
  );
  const [doubtful]: { n: string }[] = await manager.query(
    "SELECT COUNT(*) AS n FROM outbox_messages WHERE status = 'uncertain' AND GREATEST(createdAt, nextAt) >= ? AND GREATEST(createdAt, nextAt) < ? AND channel = ?",
    bounds,
  );
  const [received]: { n: string }[] = await manager.query(
    "SELECT COUNT(*) AS n FROM inbox_messages WHERE receivedAt >= ? AND receivedAt < ? AND robotCode NOT LIKE '%:%'",
    bounds,
  );
  const count = (byAddress: number): number => Number(sent.find(row => row.byAddress === byAddress)?.n ?? 0);
  const { monthlyCalls, monthlyMessages } = (await loadSettings(manager)).of(null);
  const calls = { used: count(0) + Number(doubtful?.n ?? 0), limit: monthlyCalls };
  const messages = { used: count(1) + Number(received?.n ?? 0), limit: monthlyMessages };
  const shareOf = ({ used, limit }: Used): number => (limit === 0 ? 0 : used / limit);
  return { month: today.slice(0, 7), calls, messages, share: Math.max(shareOf(calls), shareOf(messages)) };
}
