// duban calendar: what the office decides about workdays, what it takes, and what it refuses.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { addCalendarCommand } from '../../src/cli/calendar';
import { TurnedClock } from '../../src/clock';
import { AuditEntry } from '../../src/database/entities/schedule';
import { loadWorkCalendar, saveHolidaySeed } from '../../src/database/work-days';
import { AppError } from '../../src/errors';
import { stepOn } from '../../src/reminders/ladder';
import { freshDatabase, type FreshDatabase } from '../support/database';

let database: FreshDatabase;
const folder = mkdtempSync(join(tmpdir(), 'duban-calendar-'));
const clock = new TurnedClock(new Date('2023-12-04T09:00:00+08:00'));

beforeAll(async () => {
  database = await freshDatabase();
});
beforeEach(async () => {
  for (const table of ['calendar_days', 'calendar_years', 'audit_entries'])
    await database.dataSource.query(`DELETE FROM ${table}`);
});
afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true });
});

/** What `duban calendar …` writes on standard output. */
async function calendar(...words: string[]): Promise<string> {
  const written: string[] = [];
  jest.spyOn(process.stdout, 'write').mockImplementation(text => written.push(String(text)) > 0);
  jest.spyOn(process.stderr, 'write').mockImplementation(() => true);
  const program = new Command().exitOverride();
  addCalendarCommand(program, async () => ({ dataSource: database.dataSource, clock, close: async () => undefined }));
  try {
    await program.parseAsync(['calendar', ...words], { from: 'user' });
  } finally {
    jest.restoreAllMocks();
  }
  return written.join('');
}

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const known = () => loadWorkCalendar(database.dataSource.manager);
const audit = () => database.dataSource.manager.find(AuditEntry, { order: { id: 'ASC' } });

it('a day set off is off, its neighbours’ rungs move, and it is on record', async () => {
  expect((await known()).isWorkday('2024-02-09')).toBe(true);
  expect(stepOn('2024-02-29', '2024-02-04', await known())?.rung).toBe(15);
  await calendar('--set', '2024-02-09=休,除夕');
  const after = await known();
  expect(after.isWorkday('2024-02-09')).toBe(false);
  expect(after.nameOf('2024-02-09')).toBe('除夕');
  expect(stepOn('2024-02-29', '2024-02-04', after)).toBeNull();
  expect(stepOn('2024-02-29', '2024-02-02', after)?.rung).toBe(15);
  expect(await audit()).toEqual([
    expect.objectContaining({
      actor: '命令行',
      act: 'set_work_days',
      object: 'calendar:2024-02-09',
      before: [{ day: '2024-02-09', kind: null }],
      after: { days: [{ day: '2024-02-09', kind: 'holiday', name: '除夕' }], newYears: [] },
    }),
  ]);
});

it('stays when the holiday package is read again, and goes when it is taken back', async () => {
  await calendar('--set', '2023-10-07=休', '--set', '2023-12-09＝班');
  await saveHolidaySeed(database.dataSource.manager);
  expect([(await known()).isWorkday('2023-10-07'), (await known()).isWorkday('2023-12-09')]).toEqual([false, true]);
  await calendar('--unset', '2023-10-07', '--unset', '2023-12-09');
  expect([(await known()).isWorkday('2023-10-07'), (await known()).isWorkday('2023-12-09')]).toEqual([true, false]);
  expect((await audit()).map(({ act }) => act)).toEqual(['set_work_days', 'unset_work_day', 'unset_work_day']);
  await expect(calendar('--unset', '2023-10-07')).rejects.toThrow('没有自定的安排');
});

it('setting what stands already changes nothing and leaves no entry', async () => {
  await calendar('--set', '2024-02-09=休');
  await calendar('--set', '2024-02-09=休');
  expect(await audit()).toHaveLength(1);
});

const year2031 = [
  '日期,休/班,名称',
  '2031年1月1日,休,元旦',
  '2031/5/1,放假,劳动节',
  '2031-10-01,休,国庆节',
  '2031.10.2,休,国庆节',
  '2031-10-03,休,国庆节',
  '2031-10-11,班,国庆节调休上班',
];

it('a file makes a year known once its fixed holidays are in it', async () => {
  await calendar(file('part.csv', year2031.slice(0, 4).join('\n')));
  expect((await known()).knowsYear(2031)).toBe(false);
  await calendar(file('whole.csv', `\ufeff${year2031.join('\r\n')}\r\n`));
  const after = await known();
  expect([after.knowsYear(2031), after.knowsYear(2023), after.isWorkday('2031-10-11')]).toEqual([true, true, true]);
  expect((await audit()).at(-1)).toMatchObject({ after: { newYears: [2031] } });
});

it('a file in GBK is read as well', async () => {
  // "2031-10-01,休,国庆节"
  await calendar(
    file(
      'gbk.csv',
      Buffer.concat([Buffer.from('2031-10-01,'), Buffer.from('d0dd2cb9fac7ecbdda', 'hex'), Buffer.from('\n')]),
    ),
  );
  expect((await known()).nameOf('2031-10-01')).toBe('国庆节');
});

it.each([
  ['no such day', () => [file('bad.csv', '2031-02-30,休,x\n2031-05-01,休,y\n')], /第1行：“2031-02-30”不是日期/],
  ['no such kind', () => [file('bad.csv', '2031-05-01,休,y\n2031-05-02,半天,y\n')], /第2行：“半天”须为 休 或 班/],
  ['both kinds', () => [file('bad.csv', '2031-05-01,休\n2031-05-01,班\n')], /第2行：2031-05-01 既写了休又写了班/],
  ['nothing', () => [file('bad.csv', '\n')], /没有任何日期/],
  ['a file that is not there', () => [join(folder, 'missing.csv')], /读不到文件/],
  ['a word', () => ['--set', '除夕=休'], /看不懂/],
  ['one good and one bad', () => ['--set', '2031-05-01=休', '--set', '2031-05-02=x'], /看不懂/],
  ['no request', () => [], /请给出文件/],
])('refuses %s, and changes nothing', async (_name, words, sentence) => {
  const refused: unknown = await calendar(...words()).catch((thrown: unknown) => thrown);
  expect(refused).toBeInstanceOf(AppError);
  expect(refused).toMatchObject({ code: 'bad_input', expose: true, message: expect.stringMatching(sentence) });
  expect(await audit()).toEqual([]);
  expect((await known()).nameOf('2031-05-01')).toBeNull();
});

it('--list shows a year, what the office changed in it, and whether it is known', async () => {
  await calendar('--set', '2023-12-09=班,盘点');
  const listed = JSON.parse(await calendar('--list', '--json')) as { year: number; known: boolean; days: unknown[] };
  expect(listed).toMatchObject({ year: 2023, known: true });
  expect(listed.days).toContainEqual({ day: '2023-12-09', kind: 'workday', name: '盘点', source: 'office' });
  expect(listed.days).toContainEqual(expect.objectContaining({ day: '2023-10-07', kind: 'workday', source: 'seed' }));
  const text = await calendar('--list', '--year', '2031');
  expect(text).toBe('2031 年的节假日尚未录入，工作日按周一至周五推算。\n');
  expect(await calendar('--list')).toMatch(/2023-12-09 周六 班 盘点（自定）/);
});
