// Units, aliases, collectives, people, posts, groups. Safe to repeat: DDL commits by itself, so a half-done step is a normal thing to meet.
import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class CreateDirectory1687000001000 implements MigrationInterface {
  readonly name = 'CreateDirectory1687000001000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS units (
        \`id\` varchar(36) NOT NULL,
        \`name\` varchar(190) NOT NULL,
        \`fullName\` varchar(190) NULL,
        \`kind\` varchar(30) NOT NULL,
        \`level\` varchar(30) NOT NULL,
        \`note\` varchar(500) NULL,
        \`settled\` tinyint NOT NULL,
        \`createdAt\` datetime(3) NOT NULL,
        PRIMARY KEY (\`id\`),
        UNIQUE KEY units_name (\`name\`)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS unit_aliases (
        \`id\` varchar(36) NOT NULL,
        \`unitId\` varchar(36) NOT NULL,
        \`text\` varchar(190) NOT NULL,
        \`status\` varchar(10) NOT NULL,
        PRIMARY KEY (\`id\`),
        UNIQUE KEY unit_aliases_text (\`text\`,\`unitId\`)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS collectives (
        \`id\` varchar(36) NOT NULL,
        \`name\` varchar(190) NOT NULL,
        \`resolve\` varchar(10) NOT NULL,
        \`note\` varchar(500) NULL,
        \`createdAt\` datetime(3) NOT NULL,
        PRIMARY KEY (\`id\`),
        UNIQUE KEY collectives_name (\`name\`)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS collective_aliases (
        \`id\` varchar(36) NOT NULL,
        \`collectiveId\` varchar(36) NOT NULL,
        \`text\` varchar(190) NOT NULL,
        PRIMARY KEY (\`id\`),
        UNIQUE KEY collective_aliases_text (\`text\`)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS collective_members (
        \`id\` varchar(36) NOT NULL,
        \`collectiveId\` varchar(36) NOT NULL,
        \`unitId\` varchar(36) NOT NULL,
        PRIMARY KEY (\`id\`),
        UNIQUE KEY collective_members_pair (\`collectiveId\`,\`unitId\`),
        KEY collective_members_unit (\`unitId\`)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS people (
        \`id\` varchar(36) NOT NULL,
        \`name\` varchar(60) NOT NULL,
        \`createdAt\` datetime(3) NOT NULL,
        PRIMARY KEY (\`id\`)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS posts (
        \`id\` varchar(36) NOT NULL,
        \`personId\` varchar(36) NOT NULL,
        \`unitId\` varchar(36) NOT NULL,
        \`role\` varchar(10) NOT NULL,
        \`title\` varchar(60) NULL,
        \`createdAt\` datetime(3) NOT NULL,
        \`endedAt\` datetime(3) NULL,
        PRIMARY KEY (\`id\`),
        UNIQUE KEY posts_one (\`personId\`,\`unitId\`,\`role\`),
        KEY posts_unit (\`unitId\`,\`role\`)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS channel_identities (
        \`id\` varchar(36) NOT NULL,
        \`channel\` varchar(20) NOT NULL,
        \`externalId\` varchar(128) NOT NULL,
        \`personId\` varchar(36) NOT NULL,
        PRIMARY KEY (\`id\`),
        UNIQUE KEY channel_identities_external (\`channel\`,\`externalId\`),
        KEY channel_identities_person (\`personId\`)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS chat_groups (
        \`id\` varchar(36) NOT NULL,
        \`channel\` varchar(20) NOT NULL,
        \`conversationId\` varchar(190) NOT NULL,
        \`title\` varchar(190) NULL,
        \`status\` varchar(10) NOT NULL,
        \`scope\` varchar(10) NULL,
        \`unitId\` varchar(36) NULL,
        \`listId\` varchar(36) NULL,
        \`createdAt\` datetime(3) NOT NULL,
        PRIMARY KEY (\`id\`),
        UNIQUE KEY chat_groups_conversation (\`channel\`,\`conversationId\`)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS chat_groups');
    await runner.query('DROP TABLE IF EXISTS channel_identities');
    await runner.query('DROP TABLE IF EXISTS posts');
    await runner.query('DROP TABLE IF EXISTS people');
    await runner.query('DROP TABLE IF EXISTS collective_members');
    await runner.query('DROP TABLE IF EXISTS collective_aliases');
    await runner.query('DROP TABLE IF EXISTS collectives');
    await runner.query('DROP TABLE IF EXISTS unit_aliases');
    await runner.query('DROP TABLE IF EXISTS units');
  }
}
