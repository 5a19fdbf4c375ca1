// What is the same in every test's database is made once in a run and kept as SQL text: the schema as the migrations
// leave it, and the sample data. A copy takes a fraction of the time, and is a database of its own all the same.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Connection, createConnection, escape, escapeId, type RowDataPacket } from 'mysql2/promise';
import { parseDatabaseUrl } from '../../src/database/connection-url';

type Row = Record<string, string | number | Buffer | null>;

/** Dates as the server writes them: no time zone in between. */
const connect = (url: string): Promise<Connection> =>
  createConnection({ ...parseDatabaseUrl(url), multipleStatements: true, dateStrings: true, charset: 'utf8mb4_bin' });

const rowsPerStatement = 500;

async function insertsOf(connection: Connection, table: string): Promise<string[]> {
  const [rows] = await connection.query<(Row & RowDataPacket)[]>(`SELECT * FROM ${escapeId(table)}`);
  const [first] = rows;
  if (!first) return [];
  const columns = Object.keys(first);
  const head = `INSERT INTO ${escapeId(table)} (${columns.map(column => escapeId(column)).join(', ')}) VALUES `;
  const values = rows.map(row => `(${columns.map(column => escape(row[column])).join(', ')})`);
  const statements: string[] = [];
  for (let i = 0; i < values.length; i += rowsPerStatement)
    statements.push(head + values.slice(i, i + rowsPerStatement).join(',\n'));
  return statements;
}

/** The tables and rows of a database as statements that make them again in an empty one. */
async function textOf(url: string): Promise<string> {
  const connection = await connect(url);
  try {
    const [tables] = await connection.query<RowDataPacket[]>('SHOW TABLES');
    const names = tables.map(row => String(Object.values(row)[0]));
    const statements: string[] = [];
    for (const name of names) {
      const [[made]] = await connection.query<RowDataPacket[]>(`SHOW CREATE TABLE ${escapeId(name)}`);
      statements.push(String(made?.['Create Table']), ...(await insertsOf(connection, name)));
    }
    return statements.join(';\n');
  } finally {
    await connection.end();
  }
}

/** One folder for all workers of a run. */
function fileOf(name: string): string {
  const folder = process.env.DUBAN_TEST_COPIES;
  if (!folder) throw new Error('the tests run under jest with its global setup, which makes the folder of copies');
  return join(folder, `${name}.sql`);
}

/**
 * Fills an empty database: by `make` the first time in a run, from then on with a copy of what that left.
 * @param name - of what is copied; the same name is the same content
 */
export async function filledAs(name: string, url: string, make: () => Promise<void>): Promise<void> {
  const file = fileOf(name);
  if (!existsSync(file)) {
    await make();
    const own = `${file}.${process.pid}`;
    writeFileSync(own, await textOf(url));
    renameSync(own, file);
    return;
  }
  const connection = await connect(url);
  try {
    await connection.query(readFileSync(file, 'utf8'));
  } finally {
    await connection.end();
  }
}
