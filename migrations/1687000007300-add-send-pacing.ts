// What the outbox needs to keep the pace, the quiet hours and the budget, and to count a month's calls.
// Safe to repeat: DDL commits by itself, so a half-done step is a normal thing to meet.
import { type MigrationInterface, type QueryRunner } from 'typeorm';

const indexes: [name: string, columns: string][] = [
  ['outbox_messages_order', '`status`,`priority`,`nextAt`'],
  ['outbox_messages_pace', '`recipientKey`,`sendStartedAt`'],
  ['outbox_messages_started', '`sendStartedAt`'],
  ['outbox_messages_sent', '`sentAt`'],
];

async function has(runner: QueryRunner, what: 'columns' | 'statistics', name: string): Promise<boolean> {
  const rows = (await runner.query(
    `SELECT 1 FROM information_schema.${what}
      WHERE table_schema = DATABASE() AND table_name = 'outbox_messages' AND ${what === 'columns' ? 'column_name' : 'index_name'} = ?`,
    [name],
  )) as unknown[];
  return rows.length > 0;
}

export class AddSendPacing1687000007300 implements MigrationInterface {
  readonly name = 'AddSendPacing1687000007300';

  async up(runner: QueryRunner): Promise<void> {
    if (!(await has(runner, 'columns', 'unasked')))
      await runner.query('ALTER TABLE outbox_messages ADD COLUMN `unasked` tinyint NOT NULL DEFAULT 0');
    for (const [name, columns] of indexes)
      if (!(await has(runner, 'statistics', name)))
        await runner.query(`CREATE INDEX ${name} ON outbox_messages (${columns})`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS send_paces (
        \`name\` varchar(30) NOT NULL,
        \`freeAt\` datetime(3) NOT NULL,
        PRIMARY KEY (\`name\`)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS send_paces');
    for (const [name] of indexes)
      if (await has(runner, 'statistics', name)) await runner.query(`DROP INDEX ${name} ON outbox_messages`);
    if (await has(runner, 'columns', 'unasked'))
      await runner.query('ALTER TABLE outbox_messages DROP COLUMN `unasked`');
  }
}
