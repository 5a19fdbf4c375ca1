// What questions are answered from is held in memory, and read anew when the tables say otherwise.
import { loadSampleLedger } from '../../seeds/load';
import { type DirectoryView, loadDirectory } from '../../src/directory/unit-directory';
import { findTasks } from '../../src/tasks/task-queries';
import { TaskShelf } from '../../src/tasks/task-shelf';
import { type FreshDatabase, freshDatabase } from '../support/database';

let database: FreshDatabase;
let directory: DirectoryView;

beforeAll(async () => {
  database = await freshDatabase();
  await database.dataSource.transaction(manager => loadSampleLedger(manager, new Date('2023-06-26T01:00:00Z')));
  directory = await loadDirectory(database.dataSource.manager);
});
afterAll(() => database.drop());

const titled = { sectionPosition: 1 };

test('held while nothing changes; what the tables say is seen at once', async () => {
  const { dataSource } = database;
  const { manager } = dataSource;
  const shelf = new TaskShelf();
  const first = await shelf.find(manager, titled, directory);
  expect(first).toEqual(await findTasks(manager, titled));
  expect(first.length).toBeGreaterThan(1);
  const again = await shelf.find(manager, titled, directory);
  // The very same values, in an array of one's own.
  expect(again[0]).toBe(first[0]);
  expect(again).not.toBe(first);
  const id = first[0]?.id ?? '';
  for (const [sql, values] of [
    ['UPDATE task_lists SET shortName = ?', ['营商二']],
    ["UPDATE tasks SET state = 'suspended' WHERE id = ?", [id]],
    ["UPDATE tasks SET extendedTo = '2023-09-30' WHERE id = ?", [id]],
    ['UPDATE task_units p JOIN tasks t ON t.id = p.taskId SET p.percent = 40, t.version = t.version + 1 WHERE t.id = ?', [id]],
  ] as const) {
    const before = await shelf.find(manager, titled, directory);
    await dataSource.query(sql, [...values]);
    const after = await shelf.find(manager, titled, directory);
    expect(after).toEqual(await findTasks(manager, titled));
    expect(after).not.toEqual(before);
  } // prettier-ignore
});

test('units are called as the directory calls them', async () => {
  const { manager } = database.dataSource;
  const shelf = new TaskShelf();
  await shelf.find(manager, titled, directory);
  await database.dataSource.query("UPDATE units SET name = CONCAT(name, '（新）')");
  const renamed = await shelf.find(manager, titled, await loadDirectory(manager));
  expect(renamed[0]?.parties.find(party => party.unitId !== '')?.unitName).toMatch(/（新）$/u);
});
