// Lists, sections, measures, tasks, and each unit's part in a task. Safe to repeat: DDL commits by itself, so a half-done step is a normal thing to meet.
import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class CreateLedger1687000002000 implements MigrationInterface {
  readonly name = 'CreateLedger1687000002000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS task_lists (
        \`id\` varchar(36) NOT NULL,
        \`title\` varchar(190) NOT NULL,
        \`shortName\` varchar(30) NOT NULL,
        \`year\` int NOT NULL,
        \`importedAt\` datetime(3) NOT NULL,
        PRIMARY KEY (\`id\`),
        UNIQUE KEY task_lists_short_name (\`shortName\`)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS sections (
        \`id\` varchar(36) NOT NULL,
        \`listId\` varchar(36) NOT NULL,
        \`position\` int NOT NULL,
        \`title\` varchar(500) NOT NULL,
        PRIMARY KEY (\`id\`),
        KEY sections_list (\`listId\`,\`position\`)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS measures (
        \`id\` varchar(36) NOT NULL,
        \`listId\` varchar(36) NOT NULL,
        \`sectionId\` varchar(36) NULL,
        \`position\` int NOT NULL,
        \`no\` int NULL,
        \`title\` varchar(500) NOT NULL,
        PRIMARY KEY (\`id\`),
        KEY measures_list (\`listId\`,\`position\`)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS tasks (
        \`id\` varchar(36) NOT NULL,
        \`listId\` varchar(36) NOT NULL,
        \`sectionId\` varchar(36) NULL,
        \`measureId\` varchar(36) NULL,
        \`itemNo\` int NOT NULL,
        \`label\` varchar(30) NOT NULL,
        \`content\` mediumtext NOT NULL,
        \`deadlineText\` varchar(500) NOT NULL,
        \`due\` date NULL,
        \`startsOn\` date NULL,
        \`longTerm\` tinyint NOT NULL,
        \`vague\` tinyint NOT NULL,
        \`recurring\` mediumtext NULL,
        \`openEnded\` tinyint NOT NULL,
        \`state\` varchar(12) NOT NULL,
        \`version\` int NOT NULL,
        \`createdAt\` datetime(3) NOT NULL,
        PRIMARY KEY (\`id\`),
        UNIQUE KEY tasks_item_no (\`listId\`,\`itemNo\`),
        KEY tasks_due (\`due\`,\`state\`)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS task_units (
        \`id\` varchar(36) NOT NULL,
        \`taskId\` varchar(36) NOT NULL,
        \`role\` varchar(10) NOT NULL,
        \`position\` int NOT NULL,
        \`unitId\` varchar(36) NOT NULL DEFAULT '',
        \`collectiveId\` varchar(36) NOT NULL DEFAULT '',
        \`status\` varchar(12) NULL,
        \`percent\` int NULL,
        \`lastText\` mediumtext NULL,
        \`lastReportedAt\` datetime(3) NULL,
        \`done\` tinyint NOT NULL,
        PRIMARY KEY (\`id\`),
        UNIQUE KEY task_units_party (\`taskId\`,\`role\`,\`unitId\`,\`collectiveId\`),
        KEY task_units_unit (\`unitId\`),
        KEY task_units_collective (\`collectiveId\`)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS task_units');
    await runner.query('DROP TABLE IF EXISTS tasks');
    await runner.query('DROP TABLE IF EXISTS measures');
    await runner.query('DROP TABLE IF EXISTS sections');
    await runner.query('DROP TABLE IF EXISTS task_lists');
  }
}
