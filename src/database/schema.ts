// The schema's state, and the one way to change it: claimed by a row, so that one process migrates at a time.
import { type DataSource } from 'typeorm';
import { AppError } from '../errors';
import { migrations } from './migrations';

export type SchemaState = 'current' | 'behind' | 'unknown';

const stepNames: string[] = migrations.map(step => new step().name);

/**
 * Compares the steps done in the database with the steps this program knows.
 * `unknown` = the database has steps this program has never heard of (a newer version wrote them).
 */
export async function schemaState(dataSource: DataSource): Promise<SchemaState> {
  const tables: unknown[] = await dataSource.query("SHOW TABLES LIKE 'schema_steps'");
  if (tables.length === 0) return 'behind';
  const rows: { name: string }[] = await dataSource.query('SELECT name FROM schema_steps');
  const done = new Set(rows.map(row => row.name));
  if ([...done].some(name => !stepNames.includes(name))) return 'unknown';
  return stepNames.every(name => done.has(name)) ? 'current' : 'behind';
}

/**
 * Brings the schema to this program's version (or one step back), holding a row locked meanwhile;
 * a second process waits and then finds nothing left to do.
 *
 * @returns the names of the steps done or undone
 * @throws AppError schema_unknown when a newer program has been here
 */
export async function migrate(dataSource: DataSource, direction: 'up' | 'down' = 'up'): Promise<string[]> {
  await dataSource.query(`CREATE TABLE IF NOT EXISTS schema_locks (\`name\` varchar(30) NOT NULL, PRIMARY KEY (\`name\`))
    ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
  await dataSource.query(
    "INSERT INTO schema_locks (name) VALUES ('migrate') ON DUPLICATE KEY UPDATE name = VALUES(name)",
  );
  const holder = dataSource.createQueryRunner();
  try {
    await holder.query('SET SESSION innodb_lock_wait_timeout = 60');
    await holder.startTransaction();
    await holder.query("SELECT name FROM schema_locks WHERE name = 'migrate' FOR UPDATE");
    if ((await schemaState(dataSource)) === 'unknown')
      throw new AppError('schema_unknown', '数据库的表结构比本程序新，请使用新版程序。', { expose: true });
    if (direction === 'down') {
      const before = await doneSteps(dataSource);
      await dataSource.undoLastMigration({ transaction: 'none' });
      const after = new Set(await doneSteps(dataSource));
      return before.filter(name => !after.has(name));
    }
    return (await dataSource.runMigrations({ transaction: 'none' })).map(step => step.name);
  } finally {
    if (holder.isTransactionActive) await holder.rollbackTransaction().catch(() => undefined);
    await holder.query('SET SESSION innodb_lock_wait_timeout = 5').catch(() => undefined);
    await holder.release();
  }
}

async function doneSteps(dataSource: DataSource): Promise<string[]> {
  const rows: { name: string }[] = await dataSource.query('SELECT name FROM schema_steps ORDER BY timestamp');
  return rows.map(row => row.name);
}
