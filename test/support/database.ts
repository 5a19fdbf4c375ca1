// An own, migrated database for a test, on the server of the test run.
import { randomBytes } from 'node:crypto';
import { type DataSource } from 'typeorm';
import { createConnection } from 'mysql2/promise';
import { parseDatabaseUrl } from '../../src/database/connection-url';
import { createDataSource } from '../../src/database/data-source';
import { migrate } from '../../src/database/schema';
import { filledAs } from './database-copy';
import { testDatabaseUrl } from './test-server';

export interface FreshDatabase {
  dataSource: DataSource;
  /** For a process of its own, or a second connection. */
  url: string;
  /** Closes the connections and drops the database. */
  drop(): Promise<void>;
}

async function onServer(statement: string): Promise<void> {
  const { database: _, ...server } = parseDatabaseUrl(testDatabaseUrl());
  const connection = await createConnection(server);
  try {
    await connection.query(statement);
  } finally {
    await connection.end();
  }
}

/** Creates an empty database, without tables. */
export async function emptyDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `duban_test_${process.pid}_${randomBytes(4).toString('hex')}`;
  await onServer(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  return { url: testDatabaseUrl(name), drop: () => onServer(`DROP DATABASE IF EXISTS ${name}`) };
}

/**
 * Creates a database with the whole schema and connects to it.
 * @param content - what it holds besides, made by a function the first time in a run and copied from then on
 */
export async function freshDatabase(content?: {
  name: string;
  make: (dataSource: DataSource) => Promise<void>;
}): Promise<FreshDatabase> {
  const { url, drop } = await emptyDatabase();
  const dataSource = createDataSource(parseDatabaseUrl(url), { poolSize: 8 });
  await filledAs(content?.name ?? 'schema', url, async () => {
    await dataSource.initialize();
    await migrate(dataSource);
    await content?.make(dataSource);
  });
  if (!dataSource.isInitialized) await dataSource.initialize();
  return {
    dataSource,
    url,
    drop: async () => {
      await dataSource.destroy();
      await drop();
    },
  };
}
