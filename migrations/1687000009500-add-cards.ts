// Cards that can be changed after they were sent: which rows went as one, and which rows change one.
// Safe to repeat: DDL commits by itself, so a half-done step is a normal thing to meet.
import { type MigrationInterface, type QueryRunner } from 'typeorm';

async function has(runner: QueryRunner, what: 'columns' | 'statistics', name: string): Promise<boolean> {
  const rows = (await runner.query(
    `SELECT 1 FROM information_schema.${what}
      WHERE table_schema = DATABASE() AND table_name = 'outbox_messages' AND ${what === 'columns' ? 'column_name' : 'index_name'} = ?`,
    [name],
  )) as unknown[];
  return rows.length > 0;
}

export class AddCards1687000009500 implements MigrationInterface {
  readonly name = 'AddCards1687000009500';

  async up(runner: QueryRunner): Promise<void> {
    if (!(await has(runner, 'columns', 'onCard')))
      await runner.query('ALTER TABLE outbox_messages ADD COLUMN `onCard` tinyint NOT NULL DEFAULT 0');
    if (!(await has(runner, 'columns', 'changesId')))
      await runner.query('ALTER TABLE outbox_messages ADD COLUMN `changesId` varchar(36) NULL');
    if (!(await has(runner, 'statistics', 'outbox_messages_cards')))
      await runner.query('CREATE INDEX outbox_messages_cards ON outbox_messages (`onCard`,`sentAt`)');
  }

  async down(runner: QueryRunner): Promise<void> {
    if (await has(runner, 'statistics', 'outbox_messages_cards'))
      await runner.query('DROP INDEX outbox_messages_cards ON outbox_messages');
    for (const column of ['changesId', 'onCard'])
      if (await has(runner, 'columns', column))
        await runner.query(`ALTER TABLE outbox_messages DROP COLUMN \`${column}\``);
  }
}
