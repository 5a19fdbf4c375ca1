// The web site: one-time links and sessions.
// Safe to repeat: DDL commits by itself, so a half-done step is a normal thing to meet.
import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class AddWebAccess1687000009000 implements MigrationInterface {
  readonly name = 'AddWebAccess1687000009000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS web_links (
        \`id\` varchar(36) NOT NULL,
        \`tokenHash\` varchar(64) NOT NULL,
        \`personId\` varchar(36) NOT NULL,
        \`purpose\` varchar(12) NOT NULL,
        \`wanted\` mediumtext NULL,
        \`createdAt\` datetime(3) NOT NULL,
        \`expiresAt\` datetime(3) NOT NULL,
        \`usedAt\` datetime(3) NULL,
        PRIMARY KEY (\`id\`),
        UNIQUE KEY web_links_token (\`tokenHash\`),
        KEY web_links_person (\`personId\`,\`createdAt\`)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS web_sessions (
        \`id\` varchar(36) NOT NULL,
        \`tokenHash\` varchar(64) NOT NULL,
        \`personId\` varchar(36) NOT NULL,
        \`postsHash\` varchar(64) NOT NULL,
        \`createdAt\` datetime(3) NOT NULL,
        \`seenAt\` datetime(3) NOT NULL,
        PRIMARY KEY (\`id\`),
        UNIQUE KEY web_sessions_token (\`tokenHash\`),
        KEY web_sessions_seen (\`seenAt\`)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS web_sessions');
    await runner.query('DROP TABLE IF EXISTS web_links');
  }
}
