// Indexes for what the web site counts: tasks by list without their texts, reports by time. Safe to repeat.
import { type MigrationInterface, type QueryRunner } from 'typeorm';

const indexes: [table: string, name: string, columns: string][] = [
  ['tasks', 'tasks_board', '`listId`,`state`,`due`,`extendedTo`,`sectionId`'],
  ['changes', 'changes_said', '`kind`,`saidAt`,`unitId`'],
];

async function has(runner: QueryRunner, table: string, name: string): Promise<boolean> {
  const rows = (await runner.query(
    'SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = ? AND index_name = ? LIMIT 1',
    [table, name],
  )) as unknown[];
  return rows.length > 0;
}

export class AddBoardIndexes1687000009900 implements MigrationInterface {
  readonly name = 'AddBoardIndexes1687000009900';

  async up(runner: QueryRunner): Promise<void> {
    for (const [table, name, columns] of indexes)
      if (!(await has(runner, table, name))) await runner.query(`CREATE INDEX ${name} ON ${table} (${columns})`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [table, name] of indexes)
      if (await has(runner, table, name)) await runner.query(`DROP INDEX ${name} ON ${table}`);
  }
}
