// Units stand under other units: 花湖派出所 under 区公安分局.
// Safe to repeat: DDL commits by itself, so a half-done step is a normal thing to meet.
import { type MigrationInterface, type QueryRunner } from 'typeorm';

async function hasColumn(runner: QueryRunner): Promise<boolean> {
  const rows = (await runner.query(
    `SELECT 1 FROM information_schema.columns
      WHERE table_schema = DATABASE() AND table_name = 'units' AND column_name = 'parentId'`,
  )) as unknown[];
  return rows.length > 0;
}

export class AddUnitParent1687000009400 implements MigrationInterface {
  readonly name = 'AddUnitParent1687000009400';

  async up(runner: QueryRunner): Promise<void> {
    if (!(await hasColumn(runner))) await runner.query('ALTER TABLE units ADD COLUMN `parentId` varchar(36) NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    if (await hasColumn(runner)) await runner.query('ALTER TABLE units DROP COLUMN `parentId`');
  }
}
