// Reminders put off or silenced for some days.
// Safe to repeat: DDL commits by itself, so a half-done step is a normal thing to meet.
import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class AddReminderMoves1687000007100 implements MigrationInterface {
  readonly name = 'AddReminderMoves1687000007100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS reminder_moves (
        \`id\` varchar(36) NOT NULL,
        \`recipientKey\` varchar(190) NOT NULL,
        \`taskId\` varchar(36) NOT NULL DEFAULT '',
        \`fromDay\` date NOT NULL,
        \`resumeOn\` date NOT NULL,
        \`personId\` varchar(36) NOT NULL,
        \`createdAt\` datetime(3) NOT NULL,
        PRIMARY KEY (\`id\`),
        UNIQUE KEY reminder_moves_one (\`recipientKey\`,\`taskId\`),
        KEY reminder_moves_resume (\`resumeOn\`)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS reminder_moves');
  }
}
