// Units the office has named for a task whose list only says 区直各有关单位.
// Safe to repeat: DDL commits by itself, so a half-done step is a normal thing to meet.
import { type MigrationInterface, type QueryRunner } from 'typeorm';

async function hasColumn(runner: QueryRunner): Promise<boolean> {
  const rows = (await runner.query(
    `SELECT 1 FROM information_schema.columns
      WHERE table_schema = DATABASE() AND table_name = 'task_units' AND column_name = 'assigned'`,
  )) as unknown[];
  return rows.length > 0;
}

export class AddAssignedUnits1687000008000 implements MigrationInterface {
  readonly name = 'AddAssignedUnits1687000008000';

  async up(runner: QueryRunner): Promise<void> {
    if (!(await hasColumn(runner)))
      await runner.query('ALTER TABLE task_units ADD COLUMN `assigned` tinyint NOT NULL DEFAULT 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    if (await hasColumn(runner)) await runner.query('ALTER TABLE task_units DROP COLUMN `assigned`');
  }
}
