// Days, job slots, the audit log. Safe to repeat: DDL commits by itself, so a half-done step is a normal thing to meet.
import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class CreateSchedule1687000005000 implements MigrationInterface {
  readonly name = 'CreateSchedule1687000005000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS calendar_days (
        \`day\` date NOT NULL,
        \`kind\` varchar(10) NOT NULL,
        \`name\` varchar(60) NOT NULL,
        \`source\` varchar(10) NOT NULL,
        PRIMARY KEY (\`day\`)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS calendar_years (
        \`year\` int NOT NULL,
        PRIMARY KEY (\`year\`)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS job_runs (
        \`id\` varchar(36) NOT NULL,
        \`job\` varchar(60) NOT NULL,
        \`slot\` varchar(30) NOT NULL,
        \`status\` varchar(10) NOT NULL,
        \`ranAt\` datetime(3) NOT NULL,
        \`outcome\` varchar(500) NULL,
        PRIMARY KEY (\`id\`),
        UNIQUE KEY job_runs_slot (\`job\`,\`slot\`)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS audit_entries (
        \`id\` varchar(36) NOT NULL,
        \`at\` datetime(3) NOT NULL,
        \`personId\` varchar(36) NULL,
        \`actor\` varchar(190) NOT NULL,
        \`act\` varchar(40) NOT NULL,
        \`object\` varchar(190) NOT NULL,
        \`before\` mediumtext NULL,
        \`after\` mediumtext NULL,
        \`inboxMessageId\` varchar(36) NULL,
        PRIMARY KEY (\`id\`),
        KEY audit_entries_at (\`at\`)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS audit_entries');
    await runner.query('DROP TABLE IF EXISTS job_runs');
    await runner.query('DROP TABLE IF EXISTS calendar_years');
    await runner.query('DROP TABLE IF EXISTS calendar_days');
  }
}
