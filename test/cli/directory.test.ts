// duban units, duban staff and a second version of a list, as an operator runs them.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { utils, write } from '@e965/xlsx';
import { projectFile } from '../../src/project-files';
import { flattened, usualHeader } from '../importer/flattened';
import { type FreshDatabase, freshDatabase } from '../support/database';

const folder = mkdtempSync(join(tmpdir(), 'duban-directory-'));
let database: FreshDatabase;

beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true });
});

async function duban(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [projectFile('dist', 'src', 'cli.js'), ...args], {
    env: { PATH: process.env.PATH ?? '', DATABASE_URL: database.url, DUBAN_NOW: '2023-06-26T10:00:00+08:00' },
  });
  child.stdin.end();
  const code = new Promise<number | null>(resolve => child.on('close', resolve));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, out, err };
}

function workbook(name: string, rows: unknown[][]): string {
  const book = utils.book_new();
  utils.book_append_sheet(book, utils.aoa_to_sheet(rows), '表');
  const path = join(folder, name);
  writeFileSync(path, write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer);
  return path;
}

function list(name: string, rows: string[][]): string {
  const path = join(folder, name);
  writeFileSync(path, flattened([usualHeader, ...rows], ['2023年重点任务清单']));
  return path;
}

test('units and people from workbooks, names settled, a second version shown field by field and told', async () => {
  const units = workbook('名录.xlsx', [
    ['单位', '类别', '别名', '成员'],
    ['区财政局', '政府', '财政局', ''],
    ['区税务局', '垂管', '', ''],
    ['区住建局', '政府', '', ''],
    ['区直各有关单位', '集体称谓', '', ''],
  ]);
  expect(await duban('units', units)).toMatchObject({
    code: 0,
    err: expect.stringContaining('共 3 个单位、1 个集体称谓'),
  });

  const first = list('一版.txt', [
    ['1', '推进甲项工作', '区财政局', '区税务局', '6月底'],
    ['2', '推进乙项工作', '区城建局', '区直各有关单位', '6月底'],
  ]);
  expect((await duban('import', first, '--list', '重点')).code).toBe(2);
  const imported = await duban('import', first, '--list', '重点', '--yes');
  expect(imported).toMatchObject({ code: 0, err: expect.stringMatching(/新增 2 项[\s\S]*待确认单位：区城建局/u) });

  const unknown = await duban('units', 'unknown', '--json');
  expect(JSON.parse(unknown.out)).toEqual([{ name: '区城建局', tasks: [{ list: '重点', no: 2 }], suggestions: [] }]);
  expect((await duban('units', 'settle', '区城建局')).code).toBe(2);
  expect((await duban('units', 'settle', '区城建局', '区火星局')).code).toBe(2);
  const settled = await duban('units', 'settle', '区城建局', '区住建局');
  expect(settled).toMatchObject({ code: 0, err: expect.stringContaining('已更正 1 项任务') });
  expect((await duban('units', 'unknown')).err).toContain('没有待确认的单位');
  expect((await duban('units', 'assign', '2', '区直各有关单位', '区税务局')).code).toBe(0);
  expect((await duban('units', 'alias', '区财政局', '区财局')).code).toBe(0);
  expect((await duban('units', 'list')).err).toContain('区财政局：财政局、区财局');

  const people = workbook('人员.xlsx', [
    ['姓名', '钉钉UserId', '单位', '职务', '角色'],
    ['张三', 'u1', '区财局', '科员', '联络员'],
  ]);
  expect(await duban('staff', people)).toMatchObject({
    code: 0,
    err: expect.stringContaining('2 个承担任务的单位没有'),
  });
  const orphans = await duban('staff', '--orphans', '--json');
  expect((JSON.parse(orphans.out) as { unit: string }[]).map(orphan => orphan.unit)).toEqual(['区税务局', '区住建局']);

  expect((await duban('import', first, '--list', '重点', '--yes')).err).toContain('没有变化：2 项');
  const second = list('二版.txt', [
    ['1', '推进甲项工作', '区财政局', '区税务局', '9月底'],
    ['3', '推进丙项工作', '区住建局', '', '6月底'],
  ]);
  const shown = await duban('import', second, '--list', '重点', '--dry-run');
  for (const line of [
    '变更 第1项 推进甲项工作：完成时限：6月底（2023-06-30）→9月底（2023-09-30）',
    '新增 第3项 推进丙项工作',
    '终止 第2项 推进乙项工作',
  ])
    expect(shown.err).toContain(line);
  const taken = await duban('import', second, '--list', '重点', '--yes');
  expect(taken.err).toMatch(
    /新增 1 项，变更 1 项，终止 1 项。\n通知 1 个单位的联络员：区财政局。\n没有可送达的联络员、未通知的单位：区税务局、区住建局。/u,
  );
  const told: { recipientKey: string }[] = await database.dataSource.query('SELECT recipientKey FROM outbox_messages');
  expect(told).toEqual([{ recipientKey: 'person:u1' }]);
}, 120_000);

test('what a sheet of people or of units changes is in the audit log, with each person who gains or loses a post', async () => {
  const sheet = (rows: unknown[][]): string =>
    workbook('人员.xlsx', [['姓名', '钉钉UserId', '单位', '职务', '角色'], ...rows]);
  expect((await duban('staff', sheet([['孙八', 'sunba', '区税务局', '科员', '联络员']]))).code).toBe(0);
  expect((await duban('staff', sheet([['孙八', 'sunba', '区住建局', '科员', '负责人']]))).code).toBe(0);
  // Nothing changes: nothing is recorded.
  expect((await duban('staff', sheet([['孙八', 'sunba', '区住建局', '科员', '负责人']]))).code).toBe(0);
  const { out } = await duban('audit', '--act', 'edit_posts', '--json');
  const entries = JSON.parse(out) as { object: string; actor: string; after: unknown }[];
  expect(
    entries.filter(({ object }) => object === 'person:sunba').map(({ actor, after }) => ({ actor, after })),
  ).toEqual(
    expect.arrayContaining([
      { actor: '命令行', after: { added: [{ unit: '区税务局', role: 'liaison' }], ended: [] } },
      {
        actor: '命令行',
        after: {
          added: [{ unit: '区住建局', role: 'leader' }],
          ended: [{ unit: '区税务局', role: 'liaison' }],
        },
      },
    ]),
  );
  expect(entries.filter(({ object }) => object === 'person:sunba')).toHaveLength(2);
  const units = JSON.parse((await duban('audit', '--act', 'take_over_units', '--json')).out) as {
    after: { added: string[] };
  }[];
  expect(units.some(({ after }) => after.added.includes('区财政局'))).toBe(true);
});
