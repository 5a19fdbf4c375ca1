// What the office decides: extensions, holds, identities, answers to difficulties; deputies; evidence; sentences nobody could read.
// Safe to repeat: DDL commits by itself, so a half-done step is a normal thing to meet.
import { type MigrationInterface, type QueryRunner } from 'typeorm';

const newColumns: [table: string, column: string, definition: string][] = [
  ['tasks', 'extendedTo', 'date NULL'],
  ['changes', 'attachments', 'mediumtext NULL'],
  ['changes', 'late', 'tinyint NOT NULL DEFAULT 0'],
  ['blockers', 'answer', 'mediumtext NULL'],
  ['blockers', 'answeredBy', 'varchar(36) NULL'],
  ['blockers', 'answeredAt', 'datetime(3) NULL'],
  ['blockers', 'closedBy', 'varchar(36) NULL'],
  ['blockers', 'closedAt', 'datetime(3) NULL'],
  ['posts', 'lastDay', 'date NULL'],
  ['posts', 'standsInFor', 'varchar(36) NULL'],
];

async function hasColumn(runner: QueryRunner, table: string, column: string): Promise<boolean> {
  const rows = (await runner.query(
    'SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ? AND column_name = ?',
    [table, column],
  )) as unknown[];
  return rows.length > 0;
}

export class AddDecisions1687000006000 implements MigrationInterface {
  readonly name = 'AddDecisions1687000006000';

  async up(runner: QueryRunner): Promise<void> {
    for (const [table, column, definition] of newColumns)
      if (!(await hasColumn(runner, table, column)))
        await runner.query(`ALTER TABLE ${table} ADD COLUMN \`${column}\` ${definition}`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS task_acts (
        \`id\` varchar(36) NOT NULL,
        \`taskId\` varchar(36) NOT NULL,
        \`unitId\` varchar(36) NOT NULL,
        \`personId\` varchar(36) NOT NULL,
        \`inboxMessageId\` varchar(36) NULL,
        \`act\` varchar(30) NOT NULL,
        \`before\` mediumtext NOT NULL,
        \`after\` mediumtext NOT NULL,
        \`reason\` varchar(1000) NULL,
        \`saidAt\` datetime(3) NOT NULL,
        \`recordedAt\` datetime(3) NOT NULL,
        PRIMARY KEY (\`id\`),
        KEY task_acts_task (\`taskId\`,\`saidAt\`),
        KEY task_acts_unit (\`unitId\`,\`act\`,\`saidAt\`),
        KEY task_acts_message (\`inboxMessageId\`)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS extension_requests (
        \`id\` varchar(36) NOT NULL,
        \`taskId\` varchar(36) NOT NULL,
        \`unitId\` varchar(36) NOT NULL,
        \`requestedBy\` varchar(36) NOT NULL,
        \`inboxMessageId\` varchar(36) NOT NULL,
        \`fromDay\` date NOT NULL,
        \`untilDay\` date NOT NULL,
        \`reason\` varchar(1000) NOT NULL,
        \`status\` varchar(12) NOT NULL,
        \`decidedBy\` varchar(36) NULL,
        \`decidedAt\` datetime(3) NULL,
        \`decidedDay\` date NULL,
        \`answer\` varchar(1000) NULL,
        \`createdAt\` datetime(3) NOT NULL,
        PRIMARY KEY (\`id\`),
        KEY extension_requests_open (\`status\`,\`taskId\`)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS identity_claims (
        \`id\` varchar(36) NOT NULL,
        \`channel\` varchar(20) NOT NULL,
        \`externalId\` varchar(128) NOT NULL,
        \`openFor\` varchar(128) NULL,
        \`name\` varchar(60) NOT NULL,
        \`unitId\` varchar(36) NOT NULL,
        \`source\` varchar(10) NOT NULL,
        \`status\` varchar(12) NOT NULL,
        \`conversationId\` varchar(190) NOT NULL,
        \`decidedBy\` varchar(36) NULL,
        \`decidedAt\` datetime(3) NULL,
        \`reason\` varchar(1000) NULL,
        \`createdAt\` datetime(3) NOT NULL,
        PRIMARY KEY (\`id\`),
        UNIQUE KEY identity_claims_open (\`channel\`,\`openFor\`),
        KEY identity_claims_status (\`status\`,\`createdAt\`)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS unread_sentences (
        \`id\` varchar(36) NOT NULL,
        \`conversationId\` varchar(190) NOT NULL,
        \`text\` mediumtext NOT NULL,
        \`outcome\` varchar(60) NOT NULL,
        \`saidAt\` datetime(3) NOT NULL,
        PRIMARY KEY (\`id\`),
        KEY unread_sentences_at (\`saidAt\`)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['unread_sentences', 'identity_claims', 'extension_requests', 'task_acts'])
      await runner.query(`DROP TABLE IF EXISTS ${table}`);
    for (const [table, column] of [...newColumns].reverse())
      if (await hasColumn(runner, table, column)) await runner.query(`ALTER TABLE ${table} DROP COLUMN \`${column}\``);
  }
}
