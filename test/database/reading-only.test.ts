// A manager that only reads: every way to write or to lock is refused, before anything reaches the server.
import { type EntityManager } from 'typeorm';
import { JobRun } from '../../src/database/entities/schedule';
import { readingOnly, WritesWanted } from '../../src/database/reading-only';
import { insertRows, readRows, writeRows } from '../../src/database/statement';
import { type FreshDatabase, freshDatabase } from '../support/database';

let database: FreshDatabase;

beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

const writes: [string, (manager: EntityManager) => Promise<unknown>][] = [
  ['insert', manager => manager.insert(JobRun, { id: 'x' })],
  ['update', manager => manager.update(JobRun, { id: 'x' }, { job: 'y' })],
  ['delete', manager => manager.delete(JobRun, { id: 'x' })],
  ['save', manager => manager.getRepository(JobRun).save({ id: 'x', job: 'j', slot: 's' })],
  ['an entity that is locked', manager => manager.findOne(JobRun, { where: { id: 'x' }, lock: { mode: 'pessimistic_write' } })],
  ['a statement', manager => manager.query('UPDATE job_runs SET id = id')],
  ['a prepared statement', manager => writeRows(manager, 'DELETE FROM job_runs WHERE id = ?', ['x'])],
  ['rows', manager => insertRows(manager, 'send_paces', ['name', 'freeAt'], [['x', new Date()]])],
  ['a locking read', manager => readRows(manager, 'SELECT id FROM job_runs WHERE id = ? FOR UPDATE', ['x'])],
  ['a transaction of its own', manager => manager.transaction(inner => inner.query('SELECT 1'))],
]; // prettier-ignore

test.each(writes)('%s is refused, and the transaction goes on', async (_name, write) => {
  await database.dataSource.transaction(async manager => {
    await expect(write(readingOnly(manager))).rejects.toThrow(WritesWanted);
    expect(await readRows(manager, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

test('what the transaction itself has written is read', async () => {
  await database.dataSource.transaction(async manager => {
    await manager.query("INSERT INTO send_paces (name, freeAt) VALUES ('seen', '2023-06-26 01:00:00')");
    const reads = readingOnly(manager);
    expect(await readRows(reads, "SELECT name FROM send_paces WHERE name = 'seen'")).toEqual([{ name: 'seen' }]);
    expect(await reads.query("SELECT name FROM send_paces WHERE name = 'seen'")).toEqual([{ name: 'seen' }]);
    expect(await reads.findOneBy(JobRun, { id: 'nobody' })).toBeNull();
  });
});
