// The duban command as an operator runs it: its own process, exit codes, JSON on standard output alone.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { projectFile } from '../../src/project-files';
import { emptyDatabase } from '../support/database';

const list = projectFile('seeds', '鄂城区优化营商环境重点任务清单.txt');
const folder = mkdtempSync(join(tmpdir(), 'duban-cli-'));
let database: { url: string; drop(): Promise<void> };

interface Ran {
  code: number | null;
  out: string;
  err: string;
}

async function duban(args: string[], environment: Record<string, string> = {}, input = ''): Promise<Ran> {
  const child = spawn(process.execPath, [projectFile('dist', 'src', 'cli.js'), ...args], {
    env: { PATH: process.env.PATH ?? '', ...environment },
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const code = new Promise<number | null>(resolve => child.on('close', resolve));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, out, err };
}

const withDatabase = (more: Record<string, string> = {}): Record<string, string> => ({
  DATABASE_URL: database.url,
  ...more,
});

beforeAll(async () => {
  database = await emptyDatabase();
});
afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true });
});

test('import --dry-run --json needs no database: 142 tasks, 19 sections, 80 measures, six deadlines', async () => {
  const ran = await duban(['import', list, '--dry-run', '--json', '--list', '营商']);
  expect(ran.code).toBe(0);
  const preview = JSON.parse(ran.out) as {
    tasks: { section: string; measure: string; deadline: { due: string | null } }[];
    warnings: { code: string; message: string }[];
    errors: unknown[];
  };
  expect(preview.errors).toEqual([]);
  expect(preview.tasks).toHaveLength(142);
  expect(new Set(preview.tasks.map(task => task.section)).size).toBe(19);
  expect(new Set(preview.tasks.map(task => task.measure)).size).toBe(80);
  const counts = new Map<string, number>();
  for (const { deadline } of preview.tasks)
    counts.set(deadline.due ?? 'none', (counts.get(deadline.due ?? 'none') ?? 0) + 1);
  expect(Object.fromEntries(counts)).toEqual({
    '2023-05-31': 6,
    '2023-06-30': 10,
    '2023-07-31': 17,
    '2023-08-31': 76,
    '2023-12-31': 13,
    none: 20,
  });
  expect(preview.warnings).toContainEqual(expect.objectContaining({ message: '序号不连续：缺58、72、127' }));
});

test('a list that cannot be read: a sentence, exit 2, nothing on standard output', async () => {
  const broken = join(folder, 'broken.docx');
  writeFileSync(broken, Buffer.from('PK\u0003\u0004 not a zip'));
  for (const args of [
    ['import', broken, '--dry-run', '--json'],
    ['import', join(folder, 'missing.txt'), '--dry-run'],
    ['import'],
    ['import', list, '--nonsense'],
  ]) {
    const ran = await duban(args);
    expect(ran.code).toBe(2);
    expect(ran.out).toBe('');
    expect(ran.err.length).toBeGreaterThan(5);
  }
});

test('understand needs no database: a sentence, and JSON lines', async () => {
  const one = await duban(['understand', '我局本周任务', '--unit', '区税务局', '--at', '2023-06-26']);
  expect(one.code).toBe(0);
  expect(JSON.parse(one.out)).toMatchObject({
    intent: 'query_tasks',
    scope: 'own',
    range: { start: '2023-06-26', end: '2023-07-02' },
  });
  const lines = [
    { id: 'a', text: '第127项已完成', sender_unit: '区税务局', reference_date: '2023-06-26' },
    {
      id: 'b',
      text: '确定',
      sender_unit: '区税务局',
      reference_date: '2023-06-26',
      context: { pending: 'progress_update', tasks: [3] },
    },
  ];
  const several = await duban(['understand'], {}, lines.map(line => JSON.stringify(line)).join('\n'));
  expect(
    several.out
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as unknown),
  ).toEqual([
    { id: 'a', intent: 'progress_update', tasks: [{ no: 127, status: 'done', exists: false }] },
    { id: 'b', intent: 'confirm' },
  ]);
  const dates = await duban(
    ['understand', '--dates'],
    {},
    '{"id":1,"text":"6月底前","reference_date":"2023-06-26"}\n{"id":2,"text":"你好"}',
  );
  expect(
    dates.out
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as unknown),
  ).toEqual([
    { id: 1, range: { start: null, end: '2023-06-30' } },
    { id: 2, range: null },
  ]);
  const bad = await duban(['understand'], {}, '{"id":1,"text":"你好"}\nnonsense');
  expect(bad.code).toBe(2);
  expect(bad.out).toBe('');
  expect(bad.err).toContain('第2行');
});

test('missing and malformed settings are all named at once, exit 78, without their values', async () => {
  const ran = await duban(['start'], { DATABASE_URL: 'mysql://root:geheim@', DINGTALK_CLIENT_ID: 'x' });
  expect(ran.code).toBe(78);
  expect(ran.err).toContain('DATABASE_URL');
  expect(ran.err).toContain('DINGTALK_CLIENT_SECRET');
  expect(ran.err).not.toContain('geheim');
});

test('a database that is away: retried with a clear line, then exit 1', async () => {
  const ran = await duban(['start'], {
    DATABASE_URL: 'mysql://root@127.0.0.1:1/duban',
    DINGTALK_CLIENT_ID: 'x',
    DINGTALK_CLIENT_SECRET: 'y',
  });
  expect(ran.code).toBe(1);
  expect(ran.err.split('\n').filter(line => line.includes('数据库')).length).toBeGreaterThan(1);
}, 60_000);

test('an installation from nothing: migrate, units, import, staff, remind; each safe to repeat', async () => {
  const early = await duban(['start'], withDatabase({ DINGTALK_CLIENT_ID: 'x', DINGTALK_CLIENT_SECRET: 'y' }));
  expect(early.code).not.toBe(0);
  expect(early.err).toContain('duban migrate');
  for (let round = 0; round < 2; round++) {
    expect((await duban(['migrate'], withDatabase())).code).toBe(0);
    expect((await duban(['units', projectFile('seeds', 'units.json')], withDatabase())).code).toBe(0);
    const imported = await duban(['import', list, '--list', '营商', '--yes'], withDatabase());
    expect([imported.code, imported.err]).toEqual([0, expect.stringContaining('142')]);
    const people = join(folder, 'people.csv');
    writeFileSync(people, '姓名,钉钉UserId,单位,职务,角色,手机号\n王磊,u1,区市场监管局,副主任,联络员,13800000000\n');
    expect((await duban(['staff', people], withDatabase())).code).toBe(0);
  }
  const again = await duban(['import', list, '--list', '营商', '--dry-run', '--json'], withDatabase());
  expect(JSON.parse(again.out)).toMatchObject({ diff: { added: 0, changed: 0, removed: 0 } });
  const cards = await duban(['remind', '--at', '2023-06-27', '--dry-run', '--json'], withDatabase());
  expect(cards.code).toBe(0);
  const plan = JSON.parse(cards.out) as { at: string; workday: boolean; cards: { to: unknown; units: unknown[] }[] };
  expect(plan).toMatchObject({ at: '2023-06-27T08:30:00+08:00', workday: true });
  expect(plan.cards).toEqual([
    {
      to: { kind: 'person', id: 'u1' },
      units: [{ unit: '区市场监管局', due: '2023-06-30', rung: 3, tasks: [1, 2, 3, 5, 6, 7, 8, 9, 10, 115] }],
    },
  ]);
  expect((await duban(['remind', '--at', '2023-13-27', '--dry-run'], withDatabase())).code).toBe(2);
  const unwell = await duban(['doctor'], withDatabase());
  expect(unwell.code).not.toBe(0);
  expect(unwell.out + unwell.err).toContain('DINGTALK_CLIENT_ID');
  const well = await duban(['doctor'], withDatabase({ DINGTALK_CLIENT_ID: 'x', DINGTALK_CLIENT_SECRET: 'y' }));
  expect(well.err).toMatch(/✓ 设置：齐全[\s\S]*✓ 表结构：最新/);
}, 120_000);

test('bad people and bad units change nothing', async () => {
  const people = join(folder, 'bad.csv');
  writeFileSync(people, '姓名,钉钉UserId,单位,职务,角色\n张三,u9,没有这个局,科员,联络员\n');
  const ran = await duban(['staff', people], withDatabase());
  expect(ran.code).toBe(2);
  expect(ran.err).toContain('没有这个局');
  const units = join(folder, 'units.json');
  writeFileSync(units, '{"units": [{}]}');
  expect((await duban(['units', units], withDatabase())).code).toBe(2);
});
