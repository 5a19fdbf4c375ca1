// Imports that wait for a confirmation: the file somebody has looked at, kept for minutes.
// Safe to repeat: DDL commits by itself, so a half-done step is a normal thing to meet.
import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class AddImportDrafts1687000009300 implements MigrationInterface {
  readonly name = 'AddImportDrafts1687000009300';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS import_drafts (
        \`id\` varchar(36) NOT NULL,
        \`personId\` varchar(36) NOT NULL,
        \`fileName\` varchar(255) NOT NULL,
        \`shortName\` varchar(60) NULL,
        \`seen\` varchar(64) NOT NULL,
        \`createdAt\` datetime(3) NOT NULL,
        \`expiresAt\` datetime(3) NOT NULL,
        PRIMARY KEY (\`id\`),
        KEY import_drafts_expiry (\`expiresAt\`)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS import_draft_pieces (
        \`id\` varchar(36) NOT NULL,
        \`draftId\` varchar(36) NOT NULL,
        \`position\` int NOT NULL,
        \`bytes\` mediumblob NOT NULL,
        PRIMARY KEY (\`id\`),
        UNIQUE KEY import_draft_pieces_order (\`draftId\`,\`position\`)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS import_draft_pieces');
    await runner.query('DROP TABLE IF EXISTS import_drafts');
  }
}
