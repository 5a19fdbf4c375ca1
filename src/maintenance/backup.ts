// Everything the database holds, read in one consistent snapshot, as lines; and back into an empty database, compared row by row.
// Portable: no program of the server's is needed, and any MySQL-speaking server can take it in.
import { createHash, type Hash } from 'node:crypto';
import { type Readable } from 'node:stream';
import { type PoolConnection } from 'mysql2';
import { type DataSource, type QueryRunner } from 'typeorm';
import { migrations } from '../database/migrations';
import { AppError } from '../errors';
import { readLines, writeLines } from './backup-file';

const format = 'duban-backup';
const version = 1;
/** Held by whoever migrates; never part of what is kept. */
const leftOut = new Set(['schema_locks']);
const rowsAtOnce = 200;

type Row = (string | null)[];

interface Header {
  format: typeof format;
  version: number;
  takenAt: string;
  /** Steps of the schema that were done, in order. */
  schema: string[];
}

interface TableBegin {
  table: string;
  columns: string[];
  binary: string[];
}

interface TableEnd {
  end: string;
  rows: number;
  sha256: string;
}

export interface BackupCounts {
  tables: number;
  rows: number;
}

async function tableNames(runner: QueryRunner): Promise<string[]> {
  const rows = (await runner.query('SHOW TABLES')) as Record<string, string>[];
  return rows
    .flatMap(row => Object.values(row))
    .filter(name => !leftOut.has(name))
    .sort();
}

interface Columns {
  all: string[];
  key: string[];
  /** Bytes: written as hexadecimal digits. */
  binary: string[];
}

async function columnsOf(runner: QueryRunner, table: string): Promise<Columns> {
  const rows = (await runner.query(`SHOW COLUMNS FROM \`${table}\``)) as { Field: string; Key: string; Type: string }[];
  return {
    all: rows.map(row => row.Field),
    key: rows.filter(row => row.Key === 'PRI').map(row => row.Field),
    binary: rows.filter(row => /blob|binary/i.test(row.Type)).map(row => row.Field),
  };
}

const quoted = (names: string[]): string => names.map(name => `\`${name}\``).join(', ');

/** All rows by primary key; every value as the text the server writes it in. */
async function* rowsOf(runner: QueryRunner, table: string, { all, key, binary }: Columns): AsyncGenerator<Row> {
  const read = all.map(name => (binary.includes(name) ? `HEX(\`${name}\`) AS \`${name}\`` : `\`${name}\``)).join(', ');
  const connection = (await runner.connect()) as PoolConnection;
  const rows: Readable = connection
    .query({
      sql: `SELECT ${read} FROM \`${table}\` ORDER BY ${quoted(key)}`,
      rowsAsArray: true,
      typeCast: field => field.string(),
    })
    .stream({ highWaterMark: rowsAtOnce });
  for await (const row of rows) yield row as Row;
}

const addTo = (hash: Hash, row: Row): string => {
  const line = JSON.stringify(row);
  hash.update(line).update('\n');
  return line;
};

/**
 * Writes a backup.
 * @param passphrase - encrypts it; null = only compressed
 * @returns what it holds
 */
export async function backUp(
  dataSource: DataSource,
  file: string,
  passphrase: string | null,
  now: Date,
): Promise<BackupCounts> {
  const runner = dataSource.createQueryRunner();
  const counts: BackupCounts = { tables: 0, rows: 0 };
  async function* lines(): AsyncGenerator<string> {
    const steps = (await runner.query('SELECT name FROM schema_steps ORDER BY timestamp')) as { name: string }[];
    const header: Header = { format, version, takenAt: now.toISOString(), schema: steps.map(({ name }) => name) };
    yield `${JSON.stringify(header)}\n`;
    for (const table of await tableNames(runner)) {
      const columns = await columnsOf(runner, table);
      yield `${JSON.stringify({ table, columns: columns.all, binary: columns.binary } satisfies TableBegin)}\n`;
      const hash = createHash('sha256');
      let rows = 0;
      for await (const row of rowsOf(runner, table, columns)) {
        rows++;
        yield `${addTo(hash, row)}\n`;
      }
      yield `${JSON.stringify({ end: table, rows, sha256: hash.digest('hex') } satisfies TableEnd)}\n`;
      counts.tables++;
      counts.rows += rows;
    }
    yield `${JSON.stringify({ whole: true, ...counts })}\n`;
  }
  try {
    await runner.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
    await runner.query('START TRANSACTION WITH CONSISTENT SNAPSHOT');
    await writeLines(file, lines(), passphrase);
    return counts;
  } finally {
    await runner.query('ROLLBACK').catch(() => undefined);
    await runner.release();
  }
}

/** Makes the tables as they were when the backup was taken. */
async function makeTables(runner: QueryRunner, schema: string[]): Promise<void> {
  const steps = new Map(migrations.map(Step => [new Step().name, new Step()]));
  const unknown = schema.filter(name => !steps.has(name));
  if (unknown.length > 0)
    throw new AppError('schema_unknown', '备份来自更新的程序，请用那个版本恢复。', { expose: true });
  await runner.query(`CREATE TABLE IF NOT EXISTS schema_steps (
    id int NOT NULL AUTO_INCREMENT, timestamp bigint NOT NULL, name varchar(255) NOT NULL, PRIMARY KEY (id)) ENGINE=InnoDB`);
  for (const name of schema) await steps.get(name)?.up(runner);
}

/**
 * Brings a backup back into an empty database, and compares what is there then with what was written.
 * @throws AppError bad_input (exposed) when the database is not empty, the file is no whole backup, or something differs
 */
export async function restore(dataSource: DataSource, file: string, passphrase: string | null): Promise<BackupCounts> {
  const runner = dataSource.createQueryRunner();
  const counts: BackupCounts = { tables: 0, rows: 0 };
  let table: TableBegin | null = null;
  let header: Header | null = null;
  let whole = false;
  let waiting: Row[] = [];
  async function insert(): Promise<void> {
    if (!table || waiting.length === 0) return;
    const { table: name, columns, binary } = table;
    const row = `(${columns.map(column => (binary.includes(column) ? 'UNHEX(?)' : '?')).join(', ')})`;
    await runner.query(
      `INSERT INTO \`${name}\` (${quoted(columns)}) VALUES ${waiting.map(() => row).join(', ')}`,
      waiting.flat(),
    );
    counts.rows += waiting.length;
    waiting = [];
  }
  try {
    if ((await tableNames(runner)).length > 0)
      throw new AppError('bad_input', '数据库不是空的，没有恢复。请新建一个空库，再用 DATABASE_URL 指向它。', {
        expose: true,
      });
    for await (const line of readLines(file, passphrase)) {
      const value = JSON.parse(line) as Row | Header | TableBegin | TableEnd | { whole: true };
      if (Array.isArray(value)) {
        if (waiting.push(value) >= rowsAtOnce) await insert();
      } else if ('format' in value) {
        if (value.version !== version)
          throw new AppError('bad_input', '备份的格式更新，请用更新的程序恢复。', { expose: true });
        header = value;
        await makeTables(runner, header.schema);
      } else if ('table' in value) {
        if (!header) break;
        table = value;
        counts.tables++;
      } else if ('end' in value) {
        await insert();
        await compare(runner, value);
        table = null;
      } else whole = true;
    }
    if (!header || !whole) throw new AppError('bad_input', '这不是完整的备份文件。', { expose: true });
    return counts;
  } finally {
    await runner.release();
  }
}

async function compare(runner: QueryRunner, { end: table, rows, sha256 }: TableEnd): Promise<void> {
  const columns = await columnsOf(runner, table);
  const hash = createHash('sha256');
  let found = 0;
  for await (const row of rowsOf(runner, table, columns)) {
    found++;
    addTo(hash, row);
  }
  if (found !== rows || hash.digest('hex') !== sha256)
    throw new AppError('restore_differs', `恢复后核对不一致：表 ${table} 应有 ${rows} 行，现有 ${found} 行。`, {
      expose: true,
    });
}
