// Which platform a message goes out by; what was there before there was a second one goes by DingTalk.
// Safe to repeat: DDL commits by itself, so a half-done step is a normal thing to meet.
import { type MigrationInterface, type QueryRunner } from 'typeorm';

async function hasColumn(runner: QueryRunner): Promise<boolean> {
  const rows = (await runner.query(
    `SELECT 1 FROM information_schema.columns
      WHERE table_schema = DATABASE() AND table_name = 'outbox_messages' AND column_name = 'channel'`,
  )) as unknown[];
  return rows.length > 0;
}

export class AddChannelOfMessages1687000010000 implements MigrationInterface {
  readonly name = 'AddChannelOfMessages1687000010000';

  async up(runner: QueryRunner): Promise<void> {
    if (!(await hasColumn(runner)))
      await runner.query("ALTER TABLE outbox_messages ADD COLUMN `channel` varchar(20) NOT NULL DEFAULT 'dingtalk'");
  }

  /** A program that knows one platform would send everything by it: what waits for another one is not sent. */
  async down(runner: QueryRunner): Promise<void> {
    if (!(await hasColumn(runner))) return;
    await runner.query(
      "UPDATE outbox_messages SET status = 'expired' WHERE `channel` <> 'dingtalk' AND status IN ('ready', 'claimed')",
    );
    await runner.query('ALTER TABLE outbox_messages DROP COLUMN `channel`');
  }
}
