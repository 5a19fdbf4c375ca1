// The history of tasks, closure requests, blockers. Safe to repeat: DDL commits by itself, so a half-done step is a normal thing to meet.
import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class CreateProgress1687000003000 implements MigrationInterface {
  readonly name = 'CreateProgress1687000003000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS changes (
        \`id\` varchar(36) NOT NULL,
        \`taskId\` varchar(36) NOT NULL,
        \`unitId\` varchar(36) NOT NULL,
        \`personId\` varchar(36) NOT NULL,
        \`inboxMessageId\` varchar(36) NOT NULL,
        \`kind\` varchar(12) NOT NULL,
        \`before\` mediumtext NOT NULL,
        \`after\` mediumtext NOT NULL,
        \`text\` mediumtext NULL,
        \`blocker\` mediumtext NULL,
        \`undoesChangeId\` varchar(36) NULL,
        \`saidAt\` datetime(3) NOT NULL,
        \`recordedAt\` datetime(3) NOT NULL,
        PRIMARY KEY (\`id\`),
        KEY changes_task (\`taskId\`,\`saidAt\`),
        UNIQUE KEY changes_once (\`inboxMessageId\`,\`taskId\`,\`unitId\`,\`kind\`),
        UNIQUE KEY changes_undoes (\`undoesChangeId\`),
        KEY changes_person (\`personId\`,\`saidAt\`)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS closure_requests (
        \`id\` varchar(36) NOT NULL,
        \`taskId\` varchar(36) NOT NULL,
        \`unitId\` varchar(36) NOT NULL,
        \`requestedBy\` varchar(36) NOT NULL,
        \`changeId\` varchar(36) NOT NULL,
        \`status\` varchar(12) NOT NULL,
        \`decidedBy\` varchar(36) NULL,
        \`decidedAt\` datetime(3) NULL,
        \`reason\` varchar(1000) NULL,
        \`createdAt\` datetime(3) NOT NULL,
        PRIMARY KEY (\`id\`),
        UNIQUE KEY closure_requests_change (\`changeId\`),
        KEY closure_requests_open (\`status\`,\`taskId\`)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS blockers (
        \`id\` varchar(36) NOT NULL,
        \`taskId\` varchar(36) NOT NULL,
        \`unitId\` varchar(36) NOT NULL,
        \`changeId\` varchar(36) NOT NULL,
        \`text\` mediumtext NOT NULL,
        \`status\` varchar(12) NOT NULL,
        \`createdAt\` datetime(3) NOT NULL,
        PRIMARY KEY (\`id\`),
        UNIQUE KEY blockers_change (\`changeId\`),
        KEY blockers_open (\`taskId\`,\`status\`)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS blockers');
    await runner.query('DROP TABLE IF EXISTS closure_requests');
    await runner.query('DROP TABLE IF EXISTS changes');
  }
}
