// What has been sent is written down, several rows in one statement.
import { type DataSource } from 'typeorm';
import { type OutboxMessage } from '../database/entities/message';
import { places, readRows, type Value, writeRows } from '../database/statement';
import { type SendResult } from '../messages';

export interface Sent {
  row: Pick<OutboxMessage, 'id' | 'claimToken'>;
  result: Extract<SendResult, { outcome: 'sent' }>;
  now: Date;
}

export const sentAssignments = "status = 'sent', sentAt = ?, providerKey = ?, onCard = ?, problem = NULL";

export function sentValues({ result, now }: Sent): Value[] {
  return [now, result.providerKey, result.changeable ? 1 : 0];
}

/** @returns of each: false when the row was no longer this claim's; then nothing was written */
export async function writeSent(dataSource: DataSource, all: Sent[]): Promise<boolean[]> {
  const [first] = all;
  if (!first) return [];
  const ids = all.map(({ row }) => row.id);
  const tokens = all.map(({ row }) => row.claimToken);
  const byId = (value: (sent: Sent) => Value): Value[] => all.flatMap(sent => [sent.row.id, value(sent)]);
  const cases = `CASE id ${all.map(() => 'WHEN ? THEN ?').join(' ')} END`;
  const written =
    all.length === 1
      ? await writeRows(
          dataSource,
          `UPDATE outbox_messages SET claimToken = NULL, ${sentAssignments} WHERE id = ? AND claimToken = ?`,
          [...sentValues(first), ...ids, ...tokens],
        )
      : await writeRows(
          dataSource,
          `UPDATE outbox_messages
              SET claimToken = NULL, status = 'sent', sentAt = ?, problem = NULL, providerKey = ${cases}, onCard = ${cases}
            WHERE id IN (${places(all.length)}) AND claimToken IN (${places(all.length)})`,
          [
            first.now,
            ...byId(({ result }) => result.providerKey),
            ...byId(({ result }) => (result.changeable ? 1 : 0)),
            ...ids,
            ...tokens,
          ],
        );
  if (written === all.length || all.length === 1) return all.map(() => written > 0);
  const sent = await readRows<{ id: string }>(
    dataSource,
    `SELECT id FROM outbox_messages WHERE id IN (${places(ids.length)}) AND status = 'sent'`,
    ids,
  );
  return ids.map(id => sent.some(row => row.id === id));
}
