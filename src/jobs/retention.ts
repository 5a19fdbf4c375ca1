// Every night: words that are no record are forgotten after ninety days, sent messages after thirteen months; acts and audit stay.
import { type EntityManager } from 'typeorm';
import { addDays, instantOf } from '../calendar/civil-date';
import { dropExpiredDrafts } from '../importer/import-drafts';
import { type Job, type SlotTurn } from './job';

const opens = '02:30';
const closes = '23:30';
const chatDays = 90;
/** Until then an old card can still be quoted. */
const sentDays = 400;
/** At most so many rows in one night and statement, so that the transaction stays short. */
const atMost = 5000;

async function affected(manager: EntityManager, sql: string, values: unknown[]): Promise<number> {
  const result: { affectedRows: number } = await manager.query(sql, values);
  return result.affectedRows;
}

async function run(manager: EntityManager, { slot, now }: SlotTurn): Promise<string> {
  const chatBefore = instantOf(addDays(slot.day, -chatDays), '00:00');
  const sentBefore = instantOf(addDays(slot.day, -sentDays), '00:00');
  // The row itself stays: its key is what makes a message that comes again a repeat.
  const chat = await affected(
    manager,
    `UPDATE inbox_messages SET payload = NULL
      WHERE receivedAt < ? AND status IN ('handled', 'refused') AND payload IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM changes c WHERE c.inboxMessageId = inbox_messages.id)
        AND NOT EXISTS (SELECT 1 FROM task_acts a WHERE a.inboxMessageId = inbox_messages.id)
      LIMIT ${atMost}`,
    [chatBefore],
  );
  const sent = await affected(
    manager,
    `DELETE FROM outbox_messages WHERE createdAt < ? AND status IN ('sent', 'expired', 'failed') LIMIT ${atMost}`,
    [sentBefore],
  );
  const unread = await affected(manager, `DELETE FROM unread_sentences WHERE saidAt < ? LIMIT ${atMost}`, [chatBefore]);
  await dropExpiredDrafts(manager, now);
  return `清空旧聊天 ${chat} 条，删除旧发送 ${sent} 条，删除未读懂的句子 ${unread} 条`;
}

/** Source: reliability and personal data, README "What is kept". */
export const retention: Job = {
  name: 'retention',
  slotOn: day => ({
    name: `${day}T${opens}`,
    day,
    opensAt: instantOf(day, opens),
    closesAt: instantOf(day, closes),
  }),
  run,
};
