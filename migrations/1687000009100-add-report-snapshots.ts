// 通报: the ledger's figures as they stood at one moment.
// Safe to repeat: DDL commits by itself, so a half-done step is a normal thing to meet.
import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class AddReportSnapshots1687000009100 implements MigrationInterface {
  readonly name = 'AddReportSnapshots1687000009100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS report_snapshots (
        \`id\` varchar(36) NOT NULL,
        \`listId\` varchar(36) NOT NULL,
        \`year\` int NOT NULL,
        \`issue\` int NOT NULL,
        \`asOf\` datetime(3) NOT NULL,
        \`facts\` mediumtext NOT NULL,
        \`createdBy\` varchar(36) NOT NULL,
        \`createdAt\` datetime(3) NOT NULL,
        PRIMARY KEY (\`id\`),
        UNIQUE KEY report_snapshots_issue (\`listId\`,\`year\`,\`issue\`)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS report_snapshots');
  }
}
