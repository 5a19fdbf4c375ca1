// The directory in the database: names settled, aliases and members edited, units assigned, and who cannot be reached.
import { type DataSource } from 'typeorm';
import { loadSampleLedger, loadSamplePeople } from '../../seeds/load';
import { assignUnits, editAlias, editMembers, editParent } from '../../src/directory/edit-directory';
import { findOrphanUnits } from '../../src/directory/orphan-units';
import { parseUnitDirectory, type UnitDirectoryData } from '../../src/directory/unit-data';
import { listUnsettled, settleName } from '../../src/directory/settle-units';
import { loadDirectory, saveDirectory, settledData, UnitDirectory } from '../../src/directory/unit-directory';
import { applyImport } from '../../src/importer/import-task-list';
import { compareWith, previewImport } from '../../src/importer/preview';
import { loadStoredTasks } from '../../src/importer/stored-list';
import { findTasks, namedParties } from '../../src/tasks/task-queries';
import { flattened, usualHeader } from '../importer/flattened';
import { directory } from '../importer/list-arbitrary';
import { type FreshDatabase, freshDatabase } from '../support/database';

const now = new Date('2023-06-26T10:00:00+08:00');
const cause = { actor: '测试', now };

let database: FreshDatabase;
let dataSource: DataSource;

beforeEach(async () => {
  database = await freshDatabase();
  dataSource = database.dataSource;
});
afterEach(() => database.drop());

const rows = [
  ['1', '推进甲项工作', '区财政局、区城建局', '区住建局', '6月底'],
  ['2', '推进乙项工作', '区城建局', '区直各有关单位', '6月底'],
  ['3', '推进丙项工作', '区大数据中心', '成员处室', '6月底'],
];

async function take(): Promise<{ diff: object; unknown: string[] }> {
  const units = settledData(await loadDirectory(dataSource.manager));
  const read = previewImport(flattened([usualHeader, ...rows], ['2023年重点任务清单']), '清单.txt', {
    shortName: '重点',
    units,
  });
  const preview = compareWith(read, (await loadStoredTasks(dataSource.manager, '重点')) ?? []);
  await dataSource.transaction(manager => applyImport(manager, preview, '重点', cause));
  return { diff: preview.diff, unknown: preview.unknownUnits.map(unit => unit.name) };
}

const listId = async (): Promise<string> => {
  const [list]: { id: string }[] = await dataSource.query("SELECT id FROM task_lists WHERE shortName = '重点'");
  return list?.id ?? '';
};
const partiesOf = async (no: number): Promise<string[]> =>
  (await findTasks(dataSource.manager, { listId: await listId(), itemNos: [no] })).flatMap(task =>
    task.parties.map(party => `${party.role} ${party.unitName || party.collectiveName}`),
  );
const unchanged = { added: 0, changed: 0, removed: 0 };

describe('a name nobody knows', () => {
  beforeEach(async () => {
    await dataSource.transaction(manager => saveDirectory(manager, directory, now));
    expect((await take()).unknown).toEqual(['区城建局', '区大数据中心', '成员处室']);
  });

  test('stands as it is written, is listed with its tasks, and is unknown again at the next import', async () => {
    expect(await listUnsettled(dataSource.manager)).toEqual([
      {
        name: '区城建局',
        tasks: [
          { list: '重点', no: 1 },
          { list: '重点', no: 2 },
        ],
        suggestions: expect.any(Array),
      },
      { name: '区大数据中心', tasks: [{ list: '重点', no: 3 }], suggestions: expect.any(Array) },
      { name: '成员处室', tasks: [{ list: '重点', no: 3 }], suggestions: [] },
    ]);
    expect(await take()).toEqual({ diff: unchanged, unknown: ['区城建局', '区大数据中心', '成员处室'] });
  });

  test('is offered what it sounds like', async () => {
    await dataSource.query("UPDATE units SET name = '区财政剧' WHERE name = '区城建局'");
    expect((await listUnsettled(dataSource.manager))[0]).toMatchObject({ name: '区财政剧', suggestions: ['区财政局'] });
  });

  test('settled as another way to write a unit mends every task, with what was reported, and every later import', async () => {
    await dataSource.query(
      "UPDATE task_units q JOIN units u ON u.id = q.unitId SET q.percent = 40, q.lastReportedAt = NOW(3) WHERE u.name = '区城建局'",
    );
    const settled = await dataSource.transaction(manager =>
      settleName(manager, '区城建局', { as: 'alias', unit: '区住建局' }, cause),
    );
    expect(settled).toEqual({ name: '区住建局', tasks: 2 });
    expect(await partiesOf(1)).toEqual(['lead 区财政局', 'lead 区住建局', 'support 区住建局']);
    const [part]: { percent: number }[] = await dataSource.query(
      "SELECT q.percent FROM task_units q JOIN units u ON u.id = q.unitId WHERE u.name = '区住建局' AND q.role = 'lead' LIMIT 1",
    );
    expect(part?.percent).toBe(40);
    expect(await take()).toEqual({ diff: unchanged, unknown: ['区大数据中心', '成员处室'] });
    // Once more is no harm.
    await dataSource.transaction(manager => settleName(manager, '区城建局', { as: 'alias', unit: '区住建局' }, cause));
  });

  test('settled as a unit of its own, or as words for many', async () => {
    await dataSource.transaction(async manager => {
      await settleName(
        manager,
        '区大数据中心',
        { as: 'unit', kind: 'institution', level: 'district', fullName: null },
        cause,
      );
      await settleName(manager, '成员处室', { as: 'collective', collective: '区直各有关单位' }, cause);
    });
    expect(await partiesOf(3)).toEqual(['lead 区大数据中心', 'support 区直各有关单位']);
    expect(await take()).toEqual({ diff: unchanged, unknown: ['区城建局'] });
  });

  test('is settled by a directory file that knows it', async () => {
    const units = directory.units.map(unit =>
      unit.name === '区住建局'
        ? { ...unit, aliases: [...unit.aliases, { text: '区城建局', status: 'certain' as const }] }
        : unit,
    );
    await dataSource.transaction(manager => saveDirectory(manager, { ...directory, units }, now));
    expect(await partiesOf(2)).toEqual(['lead 区住建局', 'support 区直各有关单位']);
    expect((await take()).diff).toEqual(unchanged);
  });

  test('is not settled as what the directory does not have', async () => {
    const settle = (written: string, unit: string) =>
      dataSource.transaction(manager => settleName(manager, written, { as: 'alias', unit }, cause));
    await expect(settle('区城建局', '区火星局')).rejects.toMatchObject({ code: 'bad_input', expose: true });
    await expect(settle('区城建局', '区大数据中心')).rejects.toMatchObject({ code: 'bad_input' });
    await expect(settle('区财政局', '区住建局')).rejects.toMatchObject({ code: 'bad_input' });
  });
});

describe('the directory', () => {
  beforeEach(async () => {
    await dataSource.transaction(manager => saveDirectory(manager, directory, now));
  });

  test('is seen changed by every instance within a second', async () => {
    const other = new UnitDirectory(dataSource);
    expect((await other.view()).names.resolve('区财源局')).toEqual({ kind: 'unknown' });
    await dataSource.transaction(manager =>
      editAlias(manager, { unit: '区财政局', text: '区财源局', status: 'certain' }, cause),
    );
    const limit = Date.now() + 3000;
    let seen = '';
    while (seen !== '区财政局' && Date.now() < limit) {
      const resolved = (await other.view()).names.resolve('区财源局');
      seen = resolved.kind === 'unit' ? resolved.name : '';
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    expect(seen).toBe('区财政局');
  });

  test('saved again is unchanged, and what the office has settled stays settled', async () => {
    await dataSource.transaction(manager =>
      editAlias(manager, { unit: '区发改经信局', text: '区发改局', status: 'certain' }, cause),
    );
    expect(await dataSource.transaction(manager => saveDirectory(manager, directory, now))).toEqual({
      added: [],
      changed: [],
    });
    const { data } = await loadDirectory(dataSource.manager);
    expect(data.units.find(unit => unit.name === '区发改经信局')?.aliases).toContainEqual({
      text: '区发改局',
      status: 'certain',
    });
  });

  const unit = (name: string, parent?: string | null): UnitDirectoryData => ({
    district: null,
    units: [
      {
        name,
        fullName: null,
        kind: 'branch',
        level: 'district',
        note: null,
        aliases: [],
        ...(parent === undefined ? {} : { parent }),
      },
    ],
    collectives: [],
  });
  const save = (data: UnitDirectoryData) => dataSource.transaction(manager => saveDirectory(manager, data, now));
  const parentOf = async (name: string): Promise<string | null | undefined> =>
    (await loadDirectory(dataSource.manager)).data.units.find(one => one.name === name)?.parent;

  test('units stand under units: from a file, one by one, kept by files that say nothing of it', async () => {
    expect(await save(unit('区财政所', '区财政局'))).toEqual({ added: ['区财政所'], changed: [] });
    expect(await parentOf('区财政所')).toBe('区财政局');
    expect(await save(unit('区财政所'))).toEqual({ added: [], changed: [] });
    expect(await save(unit('区财政所', '区住建局'))).toEqual({ added: [], changed: ['区财政所'] });
    await dataSource.transaction(manager => editParent(manager, { unit: '区财政所', parent: '区财政局' }, cause));
    expect(await parentOf('区财政所')).toBe('区财政局');
    await expect(save(unit('区财政所', '区火星局'))).rejects.toMatchObject({ code: 'bad_input', expose: true });
    await expect(save(unit('区财政局', '区财政所'))).rejects.toThrow('不能是自己的下级');
    await expect(save(unit('区财政局', '区财政局'))).rejects.toThrow('不能是自己的下级');
    expect(await save(unit('区财政所', null))).toEqual({ added: [], changed: ['区财政所'] });
    expect(await parentOf('区财政所')).toBeUndefined();
  });

  test('what `duban units list --json` writes brings the same directory to another installation', async () => {
    await save(unit('区财政所', '区财政局'));
    const view = await loadDirectory(dataSource.manager);
    const exported = JSON.stringify({
      units: view.data.units.map(one => ({ ...one, settled: !view.unsettledNames.has(one.name) })),
      collectives: view.data.collectives,
    });
    const other = await freshDatabase();
    const read = parseUnitDirectory(exported, '导出.json');
    await other.dataSource.transaction(manager => saveDirectory(manager, read, now));
    const sorted = ({ units, collectives }: UnitDirectoryData) => ({
      units: [...units]
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .map(one => ({ ...one, aliases: [...one.aliases].sort((a, b) => (a.text < b.text ? -1 : 1)) })),
      collectives: collectives.map(one => ({
        ...one,
        aliases: [...one.aliases].sort(),
        members: [...one.members].sort(),
      })),
    });
    expect(sorted((await loadDirectory(other.dataSource.manager)).data)).toEqual(sorted(view.data));
    await other.drop();
  });

  test('a name that is settled as another unit leaves those below it to that unit', async () => {
    await take();
    await save(unit('区城建所', '区城建局'));
    const settle = { as: 'alias', unit: '区住建局' } as const;
    await dataSource.transaction(manager => settleName(manager, '区城建局', settle, cause));
    expect(await parentOf('区城建所')).toBe('区住建局');
  });

  test('loses an alias, gains members, and refuses names it does not have', async () => {
    await dataSource.transaction(async manager => {
      await editAlias(manager, { unit: '区发改经信局', text: '区发改局', status: null }, cause);
      expect(
        await editMembers(
          manager,
          { collective: '区直各有关单位', units: ['区财政局', '区税务局'], remove: false },
          cause,
        ),
      ).toBe(2);
      expect(
        await editMembers(
          manager,
          { collective: '区直各有关单位', units: ['区财政局', '区税务局'], remove: true },
          cause,
        ),
      ).toBe(0);
    });
    const { data } = await loadDirectory(dataSource.manager);
    expect(data.units.find(unit => unit.name === '区发改经信局')?.aliases.map(alias => alias.text)).not.toContain(
      '区发改局',
    );
    expect(data.collectives.find(group => group.name === '区直各有关单位')?.resolve).toBe('manual');
    for (const edit of [
      () => editAlias(dataSource.manager, { unit: '区火星局', text: '火星', status: 'ask' }, cause),
      () => editAlias(dataSource.manager, { unit: '区财政局', text: '没有这个别名', status: null }, cause),
      () => editAlias(dataSource.manager, { unit: '区财政局', text: '区税务局', status: 'certain' }, cause),
      () => editMembers(dataSource.manager, { collective: '各村', units: ['区财政局'], remove: false }, cause),
    ])
      await expect(edit()).rejects.toMatchObject({ code: 'bad_input', expose: true });
  });

  test('a collective of a task falls to the units the office names, whatever the list says later', async () => {
    await take();
    const assign = async (remove: boolean): Promise<void> => {
      const task = {
        listId: await listId(),
        no: 2,
        collective: '区直各有关单位',
        units: ['区税务局', '区住建局'],
        remove,
      };
      await dataSource.transaction(manager => assignUnits(manager, task, cause));
    };
    const named = async (): Promise<string[]> => {
      const [task] = await findTasks(dataSource.manager, { listId: await listId(), itemNos: [2] });
      return task ? namedParties(task).map(party => party.unitName) : [];
    };
    await assign(false);
    await assign(false);
    expect(await named()).toEqual(['区城建局', '区税务局', '区住建局']);
    expect((await take()).diff).toEqual(unchanged);
    expect(await named()).toEqual(['区城建局', '区税务局', '区住建局']);
    await assign(true);
    expect(await named()).toEqual(['区城建局']);
    await expect(
      assignUnits(
        dataSource.manager,
        { listId: await listId(), no: 1, collective: '各镇街', units: ['凤凰街道'], remove: false },
        cause,
      ),
    ).rejects.toMatchObject({ code: 'bad_input', expose: true });
  });
});

test('units with tasks and nobody to tell are listed', async () => {
  await dataSource.transaction(async manager => {
    await loadSampleLedger(manager, now);
    await loadSamplePeople(manager, now);
  });
  const all = await findOrphanUnits(dataSource.manager, '2023-06-26');
  expect(all.map(orphan => orphan.unit)).not.toContain('区市场监管局');
  expect(all.find(orphan => orphan.unit === '区供电公司')).toMatchObject({ reason: 'no_liaison', liaisons: [] });
  await dataSource.query("DELETE i FROM channel_identities i JOIN people p ON p.id = i.personId WHERE p.name = '王磊'");
  expect(
    (await findOrphanUnits(dataSource.manager, '2023-06-26')).find(one => one.unit === '区市场监管局'),
  ).toMatchObject({
    reason: 'no_account',
    liaisons: ['王磊'],
  });
});
