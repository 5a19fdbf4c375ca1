// The project's own database server: started, shared, outlived, refused. Real servers, real processes.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { parseDatabaseUrl } from '../../src/database/connection-url';
import { AppError } from '../../src/errors';
import { projectFile } from '../../src/project-files';
import { startPrivateDatabase, type PrivateDatabase } from '../../src/trial/private-database';
import { packagesToFetch } from '../../src/trial/debian-packages';
import { freshTrialFolder } from '../support/trial-folder';

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const connection = await createConnection(parseDatabaseUrl(url));
  try {
    const [rows] = await connection.query<RowDataPacket[]>(sql);
    return Array.isArray(rows) ? rows : [];
  } finally {
    await connection.end();
  }
}

/** Another process that starts the database in `folder`, says its address and then lives until it is ended. */
async function startElsewhere(folder: string): Promise<{ process: ChildProcess; url: string }> {
  const program = `
    const { transformFileSync } = require('@swc/core');
    require.extensions['.ts'] = (module, file) => module._compile(transformFileSync(file).code, file);
    process.on('SIGINT', () => process.send('interrupted'));
    const { startPrivateDatabase } = require(${JSON.stringify(projectFile('src/trial/private-database.ts'))});
    startPrivateDatabase({ folder: ${JSON.stringify(folder)}, database: 'duban', onProgress: () => {} })
      .then(database => process.send(database.url));
    setInterval(() => {}, 60000);`;
  const child = spawn(process.execPath, ['-e', program], {
    cwd: projectFile(),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    detached: true,
  });
  const [url] = (await once(child, 'message')) as [string];
  return { process: child, url };
}

describe('startPrivateDatabase', () => {
  const running: PrivateDatabase[] = [];
  const folders: string[] = [];
  const start = async (folder: string, ephemeral = false): Promise<PrivateDatabase> => {
    folders.push(folder);
    const database = await startPrivateDatabase({ folder, database: 'duban', ephemeral, onProgress: () => undefined });
    running.push(database);
    return database;
  };
  afterEach(async () => {
    for (const database of running.splice(0).reverse()) {
      await database.stop();
      rmSync(dirname(database.socketPath!), { recursive: true, force: true });
    }
    for (const folder of folders.splice(0)) rmSync(join(folder, '..'), { recursive: true, force: true });
  });

  it('keeps its data from one start to the next, in a folder whose name is long and Chinese', async () => {
    const folder = freshTrialFolder('督查督办'.repeat(15));
    const first = await start(folder);
    expect(Buffer.byteLength(first.socketPath!)).toBeLessThanOrEqual(103);
    await query(first.url, "CREATE TABLE kept (word varchar(20)) AS SELECT '公章刻制' AS word");
    await first.stop();
    await expect(query(first.url, 'SELECT 1')).rejects.toThrow(/ENOENT|ECONNREFUSED/);

    const second = await start(folder);
    expect(second.url).toBe(first.url);
    expect(await query(second.url, 'SELECT * FROM kept')).toEqual([{ word: '公章刻制' }]);
  });

  it('tells names apart that a looser collation takes for one, and makes each commit durable', async () => {
    const { url } = await start(freshTrialFolder());
    const [row] = await query(
      url,
      'SELECT @@collation_database AS collation, @@innodb_flush_log_at_trx_commit AS flush, @@skip_networking AS offline',
    );
    expect(row).toMatchObject({ collation: 'utf8mb4_bin', flush: 1, offline: 1 });
    await query(url, 'CREATE TABLE names (name varchar(20) PRIMARY KEY)');
    await query(url, "INSERT INTO names VALUES ('𠮷'), ('𠮸'), ('①'), ('1')");
    expect(await query(url, 'SELECT count(*) AS n FROM names')).toEqual([{ n: 4 }]);
  });

  it('uses the server that already runs on the same data, and leaves it running', async () => {
    const folder = freshTrialFolder();
    const [first, second] = [await start(folder), await start(folder)];
    expect(second.url).toBe(first.url);
    await second.stop();
    expect(await query(first.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('gives two starts at one moment one server', async () => {
    const folder = freshTrialFolder();
    const [first, second] = await Promise.all([start(folder), start(folder)]);
    await query(first.url, "CREATE TABLE seen (word varchar(20)) AS SELECT '同一个' AS word");
    expect(await query(second.url, 'SELECT * FROM seen')).toEqual([{ word: '同一个' }]);
  });

  it('finds every committed row after its starter was killed', async () => {
    const folder = freshTrialFolder();
    folders.push(folder);
    const elsewhere = await startElsewhere(folder);
    await query(elsewhere.url, 'CREATE TABLE kept (n int)');
    await query(elsewhere.url, 'INSERT INTO kept VALUES (1), (2), (3)');
    elsewhere.process.kill('SIGKILL');
    await once(elsewhere.process, 'exit');

    const next = await start(folder);
    expect(await query(next.url, 'SELECT count(*) AS n FROM kept')).toEqual([{ n: 3 }]);
    await next.stop();
    await expect(query(next.url, 'SELECT 1')).rejects.toThrow(/ENOENT|ECONNREFUSED/);
  });

  it('is not reached by Ctrl-C in the terminal', async () => {
    const folder = freshTrialFolder();
    folders.push(folder);
    const elsewhere = await startElsewhere(folder);
    const interrupted = once(elsewhere.process, 'message');
    process.kill(-elsewhere.process.pid!, 'SIGINT');
    await interrupted;
    expect(await query(elsewhere.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    elsewhere.process.kill('SIGKILL');
    // The next start sees the orphan out, so that nothing is left running.
    await start(folder);
  });

  it('leaves nothing behind when it was ephemeral', async () => {
    const folder = freshTrialFolder();
    const database = await start(folder, true);
    const [row] = await query(database.url, 'SELECT @@datadir AS folder');
    await database.stop();
    expect(existsSync(row!.folder as string)).toBe(false);
    expect(existsSync(join(folder, 'database'))).toBe(false);
    expect(existsSync(join(database.socketPath!, '..'))).toBe(false);
  });

  const bare = existsSync('/usr/sbin/mariadbd') || existsSync('/usr/libexec/mariadbd') ? it.skip : it;
  bare('says in one sentence what to install where no server can be had', async () => {
    const path = process.env.PATH;
    const folder = mkdtempSync(join(tmpdir(), 'duban-test-'));
    process.env.PATH = '';
    try {
      const refused = startPrivateDatabase({ folder, database: 'duban', onProgress: () => undefined });
      const error = await refused.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(AppError);
      expect(error).toMatchObject({ code: 'no_database_program', expose: true });
      expect((error as AppError).message).toMatch(/apt install mariadb-server-core.*Docker.*DATABASE_URL/);
    } finally {
      process.env.PATH = path;
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('packagesToFetch', () => {
  it('takes what would be installed or renewed, but never a second C library', () => {
    const simulation = [
      'NOTE: This is only a simulation!',
      'The following NEW packages will be installed:',
      '  libaio1t64 mariadb-server-core',
      'Inst libaio1t64 (0.3.113-6build1 Ubuntu:24.04/noble [amd64])',
      'Inst libc6 [2.36-9] (2.36-10 Debian:12/stable [amd64])',
      'Inst libssl3:amd64 [3.0.1] (3.0.2 Debian:12/stable [amd64])',
      'Inst mariadb-server-core (1:10.11.8-0ubuntu0.24.04.1 Ubuntu:24.04/noble [amd64])',
      'Conf mariadb-server-core (1:10.11.8-0ubuntu0.24.04.1 Ubuntu:24.04/noble [amd64])',
    ].join('\n');
    expect(packagesToFetch(simulation)).toEqual(['libaio1t64', 'libssl3:amd64', 'mariadb-server-core']);
    expect(packagesToFetch('')).toEqual([]);
  });
});
