// The schema: forward, back, repeated, by several at once, and the same as the entities say.
import { parseDatabaseUrl } from '../../src/database/connection-url';
import { createDataSource } from '../../src/database/data-source';
import { migrate, schemaState } from '../../src/database/schema';
import { emptyDatabase } from '../support/database';

async function connected(url: string, type?: 'mysql' | 'mariadb') {
  const dataSource = createDataSource(parseDatabaseUrl(url), { poolSize: 4, type });
  await dataSource.initialize();
  return dataSource;
}

describe('the schema', () => {
  test('goes up, all the way back, and up again', async () => {
    const { url, drop } = await emptyDatabase();
    const dataSource = await connected(url);
    expect(await schemaState(dataSource)).toBe('behind');
    const steps = await migrate(dataSource);
    expect(steps.length).toBeGreaterThan(0);
    expect(await schemaState(dataSource)).toBe('current');
    for (let i = 0; i < steps.length; i++) expect(await migrate(dataSource, 'down')).toHaveLength(1);
    const left: Record<string, string>[] = await dataSource.query('SHOW TABLES');
    expect(left.flatMap(row => Object.values(row)).sort()).toEqual(['schema_locks', 'schema_steps']);
    expect(await migrate(dataSource)).toEqual(steps);
    await dataSource.destroy();
    await drop();
  });

  test('has nothing left to change against the entities', async () => {
    const { url, drop } = await emptyDatabase();
    const dataSource = await connected(url, 'mariadb');
    await migrate(dataSource);
    const log = await dataSource.driver.createSchemaBuilder().log();
    expect(log.upQueries.map(query => query.query)).toEqual([]);
    await dataSource.destroy();
    await drop();
  });

  test('is changed by one process when several start at once', async () => {
    const { url, drop } = await emptyDatabase();
    const sources = await Promise.all([connected(url), connected(url), connected(url)]);
    const done = await Promise.all(sources.map(source => migrate(source)));
    expect(done.filter(steps => steps.length > 0)).toHaveLength(1);
    expect(await schemaState(sources[0])).toBe('current');
    await Promise.all(sources.map(source => source.destroy()));
    await drop();
  });

  test('refuses to run on tables a newer program has made', async () => {
    const { url, drop } = await emptyDatabase();
    const dataSource = await connected(url);
    await migrate(dataSource);
    await dataSource.query(
      "INSERT INTO schema_steps (timestamp, name) VALUES (9999999999999, 'FromTheFuture9999999999999')",
    );
    expect(await schemaState(dataSource)).toBe('unknown');
    await expect(migrate(dataSource)).rejects.toMatchObject({ code: 'schema_unknown', expose: true });
    await dataSource.destroy();
    await drop();
  });

  test('every connection speaks UTC and READ COMMITTED, the first one too', async () => {
    const { url, drop } = await emptyDatabase();
    const dataSource = await connected(url);
    const rows = await Promise.all(
      Array.from({ length: 6 }, () =>
        dataSource.query('SELECT @@session.time_zone AS zone, @@session.tx_isolation AS isolation, SLEEP(0.05)'),
      ),
    );
    for (const [row] of rows) expect(row).toMatchObject({ zone: '+00:00', isolation: 'READ-COMMITTED' });
    await dataSource.destroy();
    await drop();
  });
});
