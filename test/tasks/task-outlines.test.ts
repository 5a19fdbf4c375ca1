// The lean read says the same as the full one, of every task of the sample list.
import { loadSampleLedger } from '../../seeds/load';
import { findOutlines } from '../../src/tasks/task-outlines';
import { findTasks } from '../../src/tasks/task-queries';
import { freshDatabase, type FreshDatabase } from '../support/database';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
  await database.dataSource.transaction(manager => loadSampleLedger(manager, new Date('2023-04-28T18:00:00+08:00')));
  await database.dataSource.query("UPDATE tasks SET extendedTo = '2023-09-30' WHERE itemNo = 1");
  await database.dataSource.query("UPDATE tasks SET state = 'ongoing' WHERE itemNo = 2");
  await database.dataSource.query(
    "UPDATE task_units p JOIN tasks t ON t.id = p.taskId SET p.done = 1, p.lastReportedAt = '2023-06-20 01:00:00' WHERE t.itemNo = 3",
  );
}, 60_000);
afterAll(() => database.drop());

const byNo = <T extends { itemNo: number }>(tasks: T[]): T[] => [...tasks].sort((a, b) => a.itemNo - b.itemNo);

it('of all tasks', async () => {
  const { manager } = database.dataSource;
  const outlines = byNo(await findOutlines(manager, {}));
  const tasks = byNo(await findTasks(manager, {}));
  expect(outlines).toHaveLength(142);
  expect(tasks).toMatchObject(
    outlines.map(({ parties, ...task }) => ({ ...task, parties: parties.map(({ assigned: _, ...part }) => part) })),
  );
  expect(outlines[0]).toMatchObject({ due: '2023-09-30', recurring: null, longTerm: true });
});

it('of those that fit: by state, by the date that counts, by list', async () => {
  const { manager } = database.dataSource;
  const nos = async (...args: Parameters<typeof findOutlines>) => byNo(await findOutlines(...args)).map(task => task.itemNo);
  expect(await nos(manager, { states: ['ongoing'] })).toEqual([2]);
  expect(await nos(manager, { states: ['active'], dueUntil: '2023-06-30' })).toEqual([
    3, 5, 6, 7, 8, 9, 10, 38, 39, 40, 43, 44, 106, 115,
  ]);
  expect(await nos(manager, { listIds: [] })).toEqual([]);
  expect(await nos(manager, { listIds: ['another'] })).toEqual([]);
  expect(await nos(manager, { states: [] })).toEqual([]);
}); // prettier-ignore
