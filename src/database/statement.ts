// Prepared statements on the paths that every message takes: TypeORM's query builder costs more there than the server does.
import { type DataSource, type EntityManager } from 'typeorm';
import { type PoolConnection, type QueryError } from 'mysql2';

/** What a prepared statement takes; an array is no value: write as many question marks. */
export type Value = string | number | boolean | Date | null;

/** Where a statement runs: in a transaction by its manager, else on any connection of the pool. */
export type Runner = EntityManager | DataSource;

type Done = (error: QueryError | null, result: unknown) => void;

interface Executes {
  query(sql: string, values: unknown[], done: Done): unknown;
  execute(sql: string, values: Value[], done: Done): unknown;
}

async function executorOf(runner: Runner): Promise<Executes> {
  const queryRunner = 'queryRunner' in runner ? runner.queryRunner : undefined;
  if (queryRunner && !queryRunner.isReleased) return (await queryRunner.connect()) as PoolConnection;
  const dataSource = 'dataSource' in runner ? runner.dataSource : runner;
  return (dataSource as unknown as { driver: { pool: Executes } }).driver.pool;
}

/**
 * Runs one prepared statement; each text is prepared once per connection, so values never go into it.
 * The driver's own errors come through (see transaction.ts, isDuplicate).
 */
async function execute(runner: Runner, sql: string, values: Value[]): Promise<unknown> {
  const executor = await executorOf(runner);
  return new Promise((resolve, reject) => {
    executor.execute(sql, values, (error, result) => {
      if (error) reject(error);
      else resolve(result);
    });
  });
}

/** Reads rows by a statement whose text differs each time (a list of ids): not prepared, an array fills one question mark. */
export async function readRowsOnce<Row extends object>(
  runner: Runner,
  sql: string,
  values: (Value | readonly Value[])[],
): Promise<Row[]> {
  const executor = await executorOf(runner);
  return new Promise((resolve, reject) => {
    executor.query(sql, values, (error, result) => {
      if (error) reject(error);
      else resolve(result as Row[]);
    });
  });
}

/** Reads rows. Dates come as `Date`, civil dates and big numbers as text, booleans as 0 and 1. */
export async function readRows<Row extends object>(runner: Runner, sql: string, values: Value[] = []): Promise<Row[]> {
  return (await execute(runner, sql, values)) as Row[];
}

/** Changes rows. @returns how many it has found to change */
export async function writeRows(runner: Runner, sql: string, values: Value[] = []): Promise<number> {
  return ((await execute(runner, sql, values)) as { affectedRows: number }).affectedRows;
}

/** "?, ?, ?" */
export function places(count: number): string {
  return Array<string>(count).fill('?').join(', ');
}

/** Inserts rows whose columns are named alike. */
export async function insertRows(
  runner: Runner,
  table: string,
  columns: readonly string[],
  rows: Value[][],
): Promise<void> {
  const row = `(${places(columns.length)})`;
  const names = columns.map(name => `\`${name}\``).join(', ');
  await execute(runner, `INSERT INTO ${table} (${names}) VALUES ${rows.map(() => row).join(', ')}`, rows.flat());
}
