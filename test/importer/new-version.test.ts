// A new version of a list in a database with people: who is told what, once; what is kept; what is undone.
import { type DataSource } from 'typeorm';
import { saveHolidaySeed } from '../../src/database/work-days';
import { saveStaff } from '../../src/directory/people';
import { loadDirectory, saveDirectory, settledData } from '../../src/directory/unit-directory';
import { applyImport } from '../../src/importer/import-task-list';
import { compareWith, type ImportPreview, previewImport } from '../../src/importer/preview';
import { loadStoredTasks } from '../../src/importer/stored-list';
import { tellAffectedUnits, type ToldUnits } from '../../src/importer/tell-units';
import { renderReply } from '../../src/rendering/render';
import { type Reply } from '../../src/rendering/reply';
import { type FreshDatabase, freshDatabase } from '../support/database';
import { flattened, usualHeader } from './flattened';
import { directory } from './list-arbitrary';

const monday = new Date('2023-06-26T10:00:00+08:00');
const first = [
  ['1', '推进甲项工作', '区财政局', '区税务局、各镇街', '2023年第三季度'],
  ['2', '推进乙项工作', '区住建局', '区城管局', '每月25日前'],
  ['3', '推进丙项工作', '区教育局', '区人社局', '6月底'],
  ['4', '推进丁项工作', '区卫健局', '区民政局', '6月底'],
];

let database: FreshDatabase;
let dataSource: DataSource;

beforeEach(async () => {
  database = await freshDatabase();
  dataSource = database.dataSource;
  await dataSource.transaction(async manager => {
    await saveHolidaySeed(manager);
    await saveDirectory(manager, directory, monday);
    const { unitIdByName } = await loadDirectory(manager);
    const liaison = (userId: string, unit: string) => ({
      name: userId,
      userId,
      unitId: unitIdByName.get(unit) ?? '',
      title: null,
      role: 'liaison' as const,
    });
    await saveStaff(
      manager,
      [
        liaison('cai', '区财政局'),
        liaison('shui', '区税务局'),
        liaison('jiao', '区教育局'),
        liaison('ren', '区人社局'),
        liaison('ren', '区教育局'),
        liaison('zhu', '区住建局'),
        liaison('cheng', '区城管局'),
        liaison('town', '凤凰街道'),
      ],
      monday,
    );
  });
});
afterEach(() => database.drop());

async function previewOf(rows: string[][]): Promise<ImportPreview> {
  const bytes = flattened([usualHeader, ...rows], ['2023年重点任务清单']);
  const units = settledData(await loadDirectory(dataSource.manager));
  const stored = await loadStoredTasks(dataSource.manager, '重点');
  return compareWith(previewImport(bytes, '清单.txt', { shortName: '重点', units }), stored ?? []);
}

async function take(
  rows: string[][],
  now = monday,
  preview?: ImportPreview,
): Promise<{ counts: number[]; units: ToldUnits }> {
  const shown = preview ?? (await previewOf(rows));
  return dataSource.transaction(async manager => {
    const result = await applyImport(manager, shown, '重点', { actor: '测试', now, confirmed: shown.changes });
    const units = await tellAffectedUnits(manager, result, { tasks: shown.tasks, shortName: '重点', now });
    return { counts: [result.added, result.changed, result.removed], units };
  });
}

async function notices(): Promise<Record<string, { text: string; at: string; nos: number[] }>> {
  const rows: { recipientKey: string; reply: string; nextAt: Date; tasksShown: string }[] = await dataSource.query(
    "SELECT recipientKey, reply, nextAt, tasksShown FROM outbox_messages WHERE dedupKey LIKE 'notice:import:%' ORDER BY id",
  );
  expect(new Set(rows.map(row => row.recipientKey)).size).toBe(rows.length);
  return Object.fromEntries(
    rows.map(row => [
      row.recipientKey.replace('person:', ''),
      {
        text: renderReply(JSON.parse(row.reply) as Reply).markdown,
        at: row.nextAt.toISOString(),
        nos: (JSON.parse(row.tasksShown) as { itemNos: number[] }).itemNos,
      },
    ]),
  );
}

const changed = (no: string, column: number, text: string): string[][] =>
  first.map(row => (row[0] === no ? row.map((cell, i) => (i === column ? text : cell)) : row));

test('a new list tells nobody, and the same list again changes nothing', async () => {
  expect(await take(first)).toEqual({ counts: [4, 0, 0], units: { told: [], unreachable: [] } });
  expect((await previewOf(first)).changes).toEqual([]);
  expect(await take(first)).toEqual({ counts: [0, 0, 0], units: { told: [], unreachable: [] } });
  expect(await notices()).toEqual({});
  const [entries]: { n: string }[] = await dataSource.query(
    "SELECT COUNT(*) AS n FROM audit_entries WHERE act = 'import_list'",
  );
  expect(Number(entries?.n)).toBe(1);
});

test('each unit affected is told once, of its own tasks alone; who cannot be reached is named', async () => {
  await take(first);
  const { counts, units } = await take([
    ['1', '推进甲项工作', '区税务局', '区财政局、各镇街', '2023年第三季度'],
    ['3', '推进丙项工作', '区教育局', '区人社局', '2023年9月底'],
    ['4', '推进丁项工作', '区卫健局', '区民政局', '6月底'],
    ['5', '推进戊项工作', '区卫健局', '区教育局', '年底前'],
  ]);
  expect(counts).toEqual([1, 2, 1]);
  expect(units.unreachable).toEqual(['区卫健局']);
  const told = await notices();
  expect(Object.keys(told).sort()).toEqual(['cai', 'cheng', 'jiao', 'ren', 'shui', 'zhu']);
  expect(told.cai?.text).toMatch(
    /区财政局 1 项[\s\S]*第1项 推进甲项工作：由牵头改为配合；牵头单位：增加区税务局；去掉区财政局/u,
  );
  expect(told.zhu?.text).toMatch(/第2项 推进乙项工作：已终止/u);
  expect(told.jiao?.text).toMatch(/第3项 推进丙项工作：完成时限：6月底（2023-06-30）→2023年9月底（2023-09-30）/u);
  expect(told.jiao?.text).toMatch(/第5项 推进戊项工作：新增，配合，完成时限 年底前/u);
  // One person, two units: one message.
  expect(told.ren).toMatchObject({
    nos: [3, 5],
    text: expect.stringMatching(/区人社局、区教育局|区教育局、区人社局/u),
  });
  expect(told.jiao?.at).toBe(monday.toISOString());
});

test('out of hours the notice waits for the next workday', async () => {
  await take(first);
  await take(changed('3', 4, '7月底'), new Date('2023-06-21T20:00:00+08:00'));
  // Dragon Boat Festival: 22 to 24 June off, Sunday the 25th is worked.
  expect((await notices()).jiao?.at).toBe(new Date('2023-06-25T08:00:00+08:00').toISOString());
});

test('where a task stands in the document is nothing to tell', async () => {
  await take(first);
  const preview = await previewOf([['一、新的部分'], ...first]);
  expect(preview.diff).toEqual({ added: 0, changed: 4, removed: 0 });
  expect(await take([], monday, preview)).toMatchObject({ counts: [0, 4, 0], units: { told: [], unreachable: [] } });
});

test('progress stays with the unit, whatever it is now called on to do', async () => {
  await take(first);
  await dataSource.query(
    "UPDATE task_units q JOIN units u ON u.id = q.unitId SET q.percent = 60, q.lastText = '已开工', q.status = 'in_progress' WHERE u.name IN ('区财政局', '区教育局')",
  );
  await take([
    ['1', '推进甲项工作（修订）', '区税务局、区财政局', '各镇街', '2023年第三季度'],
    ...changed('3', 3, '区人社局、区民政局').slice(1),
  ]);
  const parts: { name: string; role: string; percent: number | null; position: number }[] = await dataSource.query(
    'SELECT u.name, q.role, q.percent, q.position FROM task_units q JOIN units u ON u.id = q.unitId JOIN tasks t ON t.id = q.taskId WHERE t.itemNo IN (1, 3) ORDER BY t.itemNo, q.role, q.position',
  );
  expect(parts).toEqual([
    { name: '区税务局', role: 'lead', percent: null, position: 0 },
    { name: '区财政局', role: 'lead', percent: 60, position: 1 },
    { name: '区教育局', role: 'lead', percent: 60, position: 0 },
    { name: '区人社局', role: 'support', percent: null, position: 0 },
    { name: '区民政局', role: 'support', percent: null, position: 1 },
  ]);
});

test('an extension ends where the list sets another date, and only there', async () => {
  await take(first);
  await dataSource.query("UPDATE tasks SET extendedTo = '2023-08-31' WHERE itemNo IN (3, 4)");
  await take(
    changed('3', 4, '12月底').map(row => (row[0] === '4' ? ['4', '推进丁项工作（修订）', ...row.slice(2)] : row)),
  );
  const rows: { itemNo: number; due: string; extendedTo: string | null }[] = await dataSource.query(
    'SELECT itemNo, due, extendedTo FROM tasks WHERE itemNo IN (3, 4) ORDER BY itemNo',
  );
  expect(rows).toEqual([
    { itemNo: 3, due: '2023-12-31', extendedTo: null },
    { itemNo: 4, due: '2023-06-30', extendedTo: '2023-08-31' },
  ]);
});

test('a task the office has ended stays ended; one the list left out comes back with the list', async () => {
  await take(first);
  await dataSource.query("UPDATE tasks SET state = 'terminated' WHERE itemNo = 1");
  expect((await take(first)).counts).toEqual([0, 0, 0]);
  expect((await take(first.slice(0, 3))).counts).toEqual([0, 0, 1]);
  expect((await take(first.slice(0, 3))).counts).toEqual([0, 0, 0]);
  expect((await take(first)).counts).toEqual([1, 0, 0]);
  const rows: { itemNo: number; state: string }[] = await dataSource.query(
    'SELECT itemNo, state FROM tasks ORDER BY itemNo',
  );
  expect(rows.map(row => row.state)).toEqual(['terminated', 'active', 'active', 'active']);
  const acts: { act: string }[] = await dataSource.query('SELECT act FROM task_acts ORDER BY recordedAt, id');
  expect(acts.map(row => row.act)).toEqual(['terminate', 'resume']);
});

test('what was not shown is not written', async () => {
  await take(first);
  const shown = await previewOf(changed('3', 4, '7月底'));
  await take(changed('2', 4, '8月底'));
  await expect(take([], monday, shown)).rejects.toMatchObject({ code: 'changed_since', expose: true });
  const [task]: { due: string }[] = await dataSource.query('SELECT due FROM tasks WHERE itemNo = 3');
  expect(task?.due).toBe('2023-06-30');
});

test('what a version changed is in the history and in the audit log', async () => {
  await take(first);
  await take(changed('3', 4, '7月底'));
  const [act]: { act: string; before: string; after: string }[] = await dataSource.query(
    'SELECT act, `before`, `after` FROM task_acts',
  );
  expect(act?.act).toBe('amend');
  expect(JSON.parse(act?.before ?? '')).toMatchObject({ deadline: { text: '6月底' } });
  expect(JSON.parse(act?.after ?? '')).toMatchObject({ deadline: { text: '7月底' } });
  const [entry]: { actor: string; object: string }[] = await dataSource.query(
    "SELECT actor, object FROM audit_entries WHERE act = 'amend'",
  );
  expect(entry).toEqual({ actor: '测试', object: 'task:3' });
});
