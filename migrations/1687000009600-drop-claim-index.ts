// Claimed rows are read back by their ids: the index of claim tokens was written twice for each message and is of no more use.
// Safe to repeat: DDL commits by itself, so a half-done step is a normal thing to meet.
import { type MigrationInterface, type QueryRunner } from 'typeorm';

async function hasIndex(runner: QueryRunner): Promise<boolean> {
  const rows = (await runner.query(
    `SELECT 1 FROM information_schema.statistics
      WHERE table_schema = DATABASE() AND table_name = 'outbox_messages' AND index_name = 'outbox_messages_claim'`,
  )) as unknown[];
  return rows.length > 0;
}

export class DropClaimIndex1687000009600 implements MigrationInterface {
  readonly name = 'DropClaimIndex1687000009600';

  async up(runner: QueryRunner): Promise<void> {
    if (await hasIndex(runner)) await runner.query('DROP INDEX outbox_messages_claim ON outbox_messages');
  }

  async down(runner: QueryRunner): Promise<void> {
    if (!(await hasIndex(runner)))
      await runner.query('CREATE INDEX outbox_messages_claim ON outbox_messages (`claimToken`)');
  }
}
