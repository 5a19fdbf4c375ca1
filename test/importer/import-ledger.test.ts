// A list taken over into a ledger that lives: reports, decisions and extensions survive; ended tasks keep their history.
import { readFileSync } from 'node:fs';
import { type DataSource } from 'typeorm';
import { loadSampleLedger, sampleShortName } from '../../seeds/load';
import { readUnitDirectory } from '../../src/directory/unit-data';
import { applyImport } from '../../src/importer/import-task-list';
import { type ImportPreview, previewImport } from '../../src/importer/preview';
import { loadStoredTasks } from '../../src/importer/stored-list';
import { projectFile } from '../../src/project-files';
import { type FreshDatabase, freshDatabase } from '../support/database';

const now = new Date('2023-06-26T09:00:00+08:00');
const by = { actor: '测试', now };
const units = readUnitDirectory(projectFile('seeds', 'units.json'));
const file = '鄂城区优化营商环境重点任务清单.txt';

let database: FreshDatabase;
let dataSource: DataSource;

beforeEach(async () => {
  database = await freshDatabase();
  dataSource = database.dataSource;
  await dataSource.transaction(manager => loadSampleLedger(manager, now));
});
afterEach(() => database.drop());

const sample = (): ImportPreview =>
  previewImport(readFileSync(projectFile('seeds', file)), file, { shortName: sampleShortName, units });
const without = (...nos: number[]): ImportPreview => {
  const preview = sample();
  return { ...preview, tasks: preview.tasks.filter(task => !nos.includes(task.no)) };
};
const take = (preview: ImportPreview) =>
  dataSource.transaction(manager => applyImport(manager, preview, sampleShortName, by));
const stateOf = async (no: number): Promise<string> => {
  const [row]: { state: string }[] = await dataSource.query('SELECT state FROM tasks WHERE itemNo = ?', [no]);
  return row?.state ?? 'none';
};
const setState = (no: number, state: string): Promise<unknown> =>
  dataSource.query('UPDATE tasks SET state = ? WHERE itemNo = ?', [state, no]);

test('the same file twice changes nothing', async () => {
  expect(await take(sample())).toMatchObject({ added: 0, changed: 0, removed: 0 });
});

test('an approved extension is no difference to the file', async () => {
  await dataSource.query("UPDATE tasks SET extendedTo = '2023-09-30' WHERE itemNo = 1");
  const stored = await loadStoredTasks(dataSource.manager, sampleShortName);
  const preview = previewImport(readFileSync(projectFile('seeds', file)), file, {
    shortName: sampleShortName,
    units,
    stored: stored ?? [],
  });
  expect(preview.diff).toEqual({ added: 0, changed: 0, removed: 0 });
  expect(await take(sample())).toMatchObject({ changed: 0 });
});

test('a task that is left out ends with its history; back in the file it is what it was', async () => {
  await setState(1, 'closing');
  await take(without(1));
  expect(await stateOf(1)).toBe('terminated');
  const acts: { act: string }[] = await dataSource.query(
    'SELECT a.act FROM task_acts a JOIN tasks t ON t.id = a.taskId WHERE t.itemNo = 1',
  );
  expect(acts.map(row => row.act)).toContain('terminate');
  await take(sample());
  expect(await stateOf(1)).not.toBe('terminated');
});

test('closed and standing tasks stay as they are, whatever the file leaves out', async () => {
  await setState(1, 'closed');
  await setState(2, 'ongoing');
  await take(without(1, 2));
  expect([await stateOf(1), await stateOf(2)]).toEqual(['closed', 'ongoing']);
  await take(sample());
  expect([await stateOf(1), await stateOf(2)]).toEqual(['closed', 'ongoing']);
});

test('what waited for a decision on an ended task waits no more', async () => {
  await setState(1, 'closing');
  await dataSource.query(
    `INSERT INTO closure_requests (id, taskId, unitId, requestedBy, changeId, status, createdAt)
     SELECT 'r1', t.id, q.unitId, 'p1', 'c1', 'open', NOW(3) FROM tasks t JOIN task_units q ON q.taskId = t.id AND q.role = 'lead'
      WHERE t.itemNo = 1 LIMIT 1`,
  );
  await take(without(1));
  const [row]: { status: string }[] = await dataSource.query("SELECT status FROM closure_requests WHERE id = 'r1'");
  expect(row?.status).toBe('withdrawn');
});

test('a report that commits while the import runs is not overwritten', async () => {
  const moved = sample();
  const task = moved.tasks.find(one => one.no === 3);
  if (!task) throw new Error('the sample has a task 3');
  // The reporting unit changes its role meanwhile.
  task.content = `${task.content}（修订）`;
  const reporting = dataSource.createQueryRunner();
  await reporting.startTransaction();
  await reporting.query('SELECT id FROM tasks WHERE itemNo = 3 FOR UPDATE');
  const importing = take(moved);
  await reporting.query(
    "UPDATE task_units q JOIN tasks t ON t.id = q.taskId SET q.percent = 70, q.lastText = '甲' WHERE t.itemNo = 3 AND q.role = 'lead'",
  );
  await reporting.query('UPDATE tasks SET version = version + 1 WHERE itemNo = 3');
  await reporting.commitTransaction();
  await reporting.release();
  await importing;
  const rows: { percent: number | null; version: number }[] = await dataSource.query(
    "SELECT q.percent, t.version FROM task_units q JOIN tasks t ON t.id = q.taskId WHERE t.itemNo = 3 AND q.role = 'lead'",
  );
  expect(rows.every(row => row.percent === 70)).toBe(true);
  expect(rows[0]?.version).toBe(3);
});
