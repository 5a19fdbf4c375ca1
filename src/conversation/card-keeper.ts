// Keeps cards true: what has been done about a task, by whatever way, is put onto the cards that ask for it.
import { type DataSource, type EntityManager } from 'typeorm';
import { type Clock } from '../clock';
import { type OutboxMessage } from '../database/entities/message';
import { Task } from '../database/entities/task';
import { messageOf } from '../errors';
import { type Logger } from '../logger';
import { enqueue } from '../outbox/outbox';
import { findUsage } from '../outbox/usage';
import { isPressable } from '../rendering/pressable';
import { type Reply } from '../rendering/reply';
import { eventsOf, type TaskEvent } from './card-events';
import { changedCard } from './changed-card';

const lookEveryMs = 2_000;
/** Looked back so far at each look: transactions commit late, and hosts' clocks differ. At the first look, so far. */
const overlapMs = 2 * 60_000;
const firstLookMs = 60 * 60_000;
/** Older cards are left as they are. */
const keptTrueForMs = 14 * 86_400_000;
/** From this share of the month's quota on, cards are left as they are. */
const savingFrom = 0.95;

export interface CardKeeper {
  start(): void;
  stop(): Promise<void>;
}

/** Any number of them may run on one database: each change of a card is put into the outbox once. */
export function createCardKeeper(parts: {
  dataSource: DataSource;
  clock: Clock;
  logger: Logger;
  wakeOutbox: () => void;
}): CardKeeper {
  const { dataSource, clock, logger } = parts;
  let timer: NodeJS.Timeout | null = null;
  let looking: Promise<void> | null = null;
  let backMs = firstLookMs;

  async function look(): Promise<void> {
    const { manager } = dataSource;
    const taskIds = await findTouched(manager, backMs);
    backMs = overlapMs;
    if (taskIds.length > 0 && (await changeCards(manager, taskIds, clock.now())) > 0) parts.wakeOutbox();
  }

  return {
    start() {
      timer = setInterval(() => {
        looking ??= look()
          .catch((thrown: unknown) => {
            logger.error({ event: 'card_look_failed', reason: messageOf(thrown) });
          })
          .finally(() => (looking = null));
      }, lookEveryMs);
    },
    async stop() {
      if (timer) clearInterval(timer);
      await looking;
    },
  };
}

/** Tasks about which something was written in the last while. Ids sort by the time they were made, so no other index is needed. */
async function findTouched(manager: EntityManager, backMs: number): Promise<string[]> {
  const hex = (Date.now() - backMs).toString(16).padStart(12, '0');
  const since = `${hex.slice(0, 8)}-${hex.slice(8)}-`;
  const rows: { taskId: string }[] = await manager.query(
    'SELECT taskId FROM changes WHERE id > ? UNION SELECT taskId FROM task_acts WHERE id > ?',
    [since, since],
  );
  return rows.map(({ taskId }) => taskId);
}

/**
 * Puts a change into the outbox for every card that shows one of these tasks and does not say yet what was done since it was sent.
 * @returns how many
 */
export async function changeCards(manager: EntityManager, taskIds: string[], now: Date): Promise<number> {
  const cards = await findCards(manager, new Date(now.getTime() - keptTrueForMs));
  if (cards.length === 0) return 0;
  const touched = await manager.find(Task, {
    where: taskIds.map(id => ({ id })),
    select: { id: true, listId: true, itemNo: true },
  });
  const isTouched = new Set(touched.map(({ listId, itemNo }) => `${listId} ${itemNo}`));
  const stale = cards.filter(({ tasksShown }) =>
    tasksShown?.itemNos.some(no => isTouched.has(`${tasksShown.listId} ${no}`)),
  );
  if (stale.length === 0 || (await findUsage(manager, now)).share >= savingFrom) return 0;
  let changed = 0;
  for (const card of stale) if (await changeOne(manager, card, now)) changed++;
  return changed;
}

type SentCard = Pick<OutboxMessage, 'id' | 'recipient' | 'tasksShown' | 'sentAt'> & { reply: Reply };

async function findCards(manager: EntityManager, since: Date): Promise<SentCard[]> {
  const rows: { id: string; recipient: string; reply: string; tasksShown: string; sentAt: Date }[] =
    await manager.query(
      `SELECT id, recipient, reply, tasksShown, sentAt FROM outbox_messages
        WHERE onCard = 1 AND sentAt >= ? AND status = 'sent' AND tasksShown IS NOT NULL`,
      [since],
    );
  return rows.map(row => ({
    id: row.id,
    sentAt: row.sentAt,
    recipient: JSON.parse(row.recipient) as SentCard['recipient'],
    reply: JSON.parse(row.reply) as Reply,
    tasksShown: JSON.parse(row.tasksShown) as SentCard['tasksShown'],
  }));
}

async function changeOne(manager: EntityManager, card: SentCard, now: Date): Promise<boolean> {
  if (!card.tasksShown || !card.sentAt) return false;
  const tasks = await manager.find(Task, {
    where: card.tasksShown.itemNos.map(itemNo => ({ listId: card.tasksShown?.listId, itemNo })),
  });
  const events: TaskEvent[] = await eventsOf(manager, tasks, card.sentAt);
  const changed = isPressable(card.reply) ? changedCard(card.reply, events) : null;
  if (!changed) return false;
  const { reply, last } = changed;
  return enqueue(
    manager,
    { to: card.recipient, reply, dedupKey: `card:${card.id}:${last}`, changes: card.id, priority: 1, unasked: false },
    now,
  );
}
