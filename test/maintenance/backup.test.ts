// A backup comes back into an empty database as it was, in clear and encrypted; what is cut off, altered or foreign is refused.
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { loadSampleLedger, loadSamplePeople } from '../../seeds/load';
import { parseDatabaseUrl } from '../../src/database/connection-url';
import { createDataSource } from '../../src/database/data-source';
import { ImportDraftPiece } from '../../src/database/entities/import-draft';
import { migrate, schemaState } from '../../src/database/schema';
import { backUp, restore } from '../../src/maintenance/backup';
import { emptyDatabase, freshDatabase, type FreshDatabase } from '../support/database';

const now = new Date('2023-06-26T00:25:00Z');
const awkward = `'"\\ \u0000 换行
制表\t 𠮷 😀 NULL =1+1`;
const awkwardBytes = Buffer.from([0, 255, 39, 92, 10, 200]);
let source: FreshDatabase;
let folder: string;
let ends: (() => Promise<unknown>)[];

beforeAll(async () => {
  source = await freshDatabase();
  await source.dataSource.transaction(async manager => {
    await loadSampleLedger(manager, now);
    await loadSamplePeople(manager, now);
    await manager.query('UPDATE tasks SET content = ? WHERE itemNo = 1', [awkward]);
    await manager.insert(ImportDraftPiece, { id: 'piece', draftId: 'd', position: 0, bytes: awkwardBytes });
  });
}, 60_000);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'duban-backup-'));
  ends = [];
});
afterEach(async () => {
  for (const end of ends) await end();
  rmSync(folder, { recursive: true });
});
afterAll(() => source.drop());

async function target(): Promise<ReturnType<typeof createDataSource>> {
  const database = await emptyDatabase();
  const dataSource = await createDataSource(parseDatabaseUrl(database.url), { poolSize: 4 }).initialize();
  ends.push(
    () => dataSource.destroy(),
    () => database.drop(),
  );
  return dataSource;
}

const linesOf = (file: string): string[] => gunzipSync(readFileSync(file)).toString('utf8').split('\n').slice(1);

it.each([['in clear', null], ['encrypted', '口令 with 空格']])('%s: restored as it was, byte for byte', async (_name, key) => {
  const file = join(folder, 'a');
  const counts = await backUp(source.dataSource, file, key, now);
  expect(counts.tables).toBeGreaterThan(20);
  expect(counts.rows).toBeGreaterThan(800);
  expect(statSync(file).mode & 0o077).toBe(0);
  const empty = await target();
  expect(await restore(empty, file, key)).toEqual(counts);
  expect(await schemaState(empty)).toBe('current');
  expect(await empty.query('SELECT content FROM tasks WHERE itemNo = 1')).toEqual([{ content: awkward }]);
  expect(await empty.query('SELECT bytes FROM import_draft_pieces')).toEqual([{ bytes: awkwardBytes }]);
  await backUp(source.dataSource, join(folder, 'b'), null, now);
  await backUp(empty, join(folder, 'c'), null, now);
  expect(linesOf(join(folder, 'c'))).toEqual(linesOf(join(folder, 'b')));
}); // prettier-ignore

it('shows nothing of what it holds when it is encrypted', async () => {
  const file = join(folder, 'a');
  await backUp(source.dataSource, file, 'key', now);
  expect(readFileSync(file).subarray(0, 8).toString()).toBe('DUBANBK1');
  expect(() => gunzipSync(readFileSync(file))).toThrow();
});

it('is of one moment: what is written meanwhile is not in it', async () => {
  const file = join(folder, 'a');
  const writing = backUp(source.dataSource, file, null, now);
  const insert = source.dataSource.query(
    "INSERT INTO chat_groups (id, channel, conversationId, status, createdAt) VALUES ('z', 'dingtalk', 'z', 'waiting', ?)",
    [now],
  );
  await Promise.all([writing, insert]);
  // Whether before or after it: the sums in it fit its rows, or restoring would refuse.
  await restore(await target(), file, null);
  await source.dataSource.query("DELETE FROM chat_groups WHERE id = 'z'");
});

it('an older schema is restored as it was, and then brought up to date', async () => {
  const old = await target();
  await migrate(old);
  const [undone] = await migrate(old, 'down');
  await old.query("INSERT INTO people (id, name, createdAt) VALUES ('p', '张三', ?)", [now]);
  const file = join(folder, 'a');
  await backUp(old, file, null, now);
  const empty = await target();
  await restore(empty, file, null);
  expect(await schemaState(empty)).toBe('behind');
  expect(await migrate(empty)).toEqual([undone]);
  expect(await empty.query('SELECT name FROM people')).toEqual([{ name: '张三' }]);
});

describe('is refused', () => {
  it('into a database that holds something', async () => {
    const file = join(folder, 'a');
    await backUp(source.dataSource, file, null, now);
    await expect(restore(source.dataSource, file, null)).rejects.toThrow('不是空的');
  });

  it.each([['in clear', null], ['encrypted', 'key']])('cut off (%s)', async (_name, key) => {
    const file = join(folder, 'a');
    await backUp(source.dataSource, file, key, now);
    truncateSync(file, Math.floor(statSync(file).size / 2));
    await expect(restore(await target(), file, key)).rejects.toThrow('备份文件');
  }); // prettier-ignore

  it('altered, or with another passphrase', async () => {
    const file = join(folder, 'a');
    await backUp(source.dataSource, file, 'key', now);
    await expect(restore(await target(), file, 'other')).rejects.toThrow('口令不对');
    await expect(restore(await target(), file, null)).rejects.toThrow('DUBAN_BACKUP_KEY');
    const bytes = readFileSync(file);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    await expect(restore(await target(), file, 'key')).rejects.toThrow('备份文件');
  });
});
