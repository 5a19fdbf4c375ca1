// Settings of reminders, for each list and for all.
// Safe to repeat: DDL commits by itself, so a half-done step is a normal thing to meet.
import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class AddListSettings1687000007000 implements MigrationInterface {
  readonly name = 'AddListSettings1687000007000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS list_settings (
        \`listId\` varchar(36) NOT NULL,
        \`settings\` mediumtext NOT NULL,
        \`updatedAt\` datetime(3) NOT NULL,
        PRIMARY KEY (\`listId\`)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS list_settings');
  }
}
