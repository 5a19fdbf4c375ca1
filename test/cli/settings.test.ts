// duban settings: what is shown, what is set, and what is refused.
import { Command } from 'commander';
import { loadSampleLedger } from '../../seeds/load';
import { addSettingsCommand } from '../../src/cli/settings';
import { TurnedClock } from '../../src/clock';
import { AuditEntry } from '../../src/database/entities/schedule';
import { usualSettings } from '../../src/database/list-settings';
import { AppError } from '../../src/errors';
import { freshDatabase, type FreshDatabase } from '../support/database';

let database: FreshDatabase;
const clock = new TurnedClock(new Date('2023-06-26T09:00:00+08:00'));

beforeAll(async () => {
  database = await freshDatabase();
  await database.dataSource.transaction(manager => loadSampleLedger(manager, clock.now()));
}, 60_000);
beforeEach(async () => {
  for (const table of ['list_settings', 'audit_entries']) await database.dataSource.query(`DELETE FROM ${table}`);
});
afterAll(() => database.drop());

/** What `duban settings …` writes on standard output. */
async function settings(...words: string[]): Promise<string> {
  const written: string[] = [];
  jest.spyOn(process.stdout, 'write').mockImplementation(text => written.push(String(text)) > 0);
  jest.spyOn(process.stderr, 'write').mockImplementation(() => true);
  const program = new Command().exitOverride();
  addSettingsCommand(program, async () => ({ dataSource: database.dataSource, clock, close: async () => undefined }));
  try {
    await program.parseAsync(['settings', ...words], { from: 'user' });
  } finally {
    jest.restoreAllMocks();
  }
  return written.join('');
}

const audit = () => database.dataSource.manager.find(AuditEntry, { order: { id: 'ASC' } });

it('shows what is usual, for all lists', async () => {
  expect(JSON.parse(await settings('--json'))).toEqual({ list: null, settings: usualSettings, own: {} });
  expect(await settings()).toMatch(/全部清单的提醒设置：\nladder = 15,7,3,1,0　到期前/);
});

it('sets a list’s and says so, on record', async () => {
  const set = ['--set', 'ladder=10,5,1,0', '--set', 'awake=08:30-17:30', '--set', 'owing=leads', '--set', 'insistAt='];
  const shown = JSON.parse(await settings('营商', ...set, '--json')) as { settings: unknown; own: unknown };
  const own = { ladder: [10, 5, 1, 0], awake: { from: '08:30', to: '17:30' }, owing: 'leads', insistAt: [] };
  expect(shown).toEqual({ list: '营商', settings: { ...usualSettings, ...own }, own });
  expect(await audit()).toEqual([
    expect.objectContaining({
      act: 'change_settings',
      actor: '命令行',
      object: 'settings:营商',
      before: {},
      after: own,
    }),
  ]);
  await settings('--set', 'budget=3');
  expect(await settings('营商')).toMatch(/ladder = 10,5,1,0（已设）[\s\S]*budget = 3（随全部）/);
  const back = JSON.parse(await settings('营商', '--unset', 'ladder', '--json')) as { settings: { ladder: number[] } };
  expect(back.settings.ladder).toEqual([15, 7, 3, 1, 0]);
});

it.each([
  [['没有这个清单', '--set', 'budget=3'], /没有清单“没有这个清单”；现有 营商/],
  [['--set', 'budget'], /看不懂/],
  [['--set', 'colour=red'], /看不懂[\s\S]*ladder/],
  [['--unset', 'colour'], /没有“colour”/],
  [['--set', 'budget=many'], /budget 的值不对，没有改动/],
  [['--set', 'ladder=15,x'], /ladder 的值不对/],
  [['--set', 'budget=3', '--set', 'morning=06:00'], /morning/],
])('refuses %j, and changes nothing', async (words, sentence) => {
  const refused: unknown = await settings(...words).catch((thrown: unknown) => thrown);
  expect(refused).toBeInstanceOf(AppError);
  expect(refused).toMatchObject({ code: 'bad_input', expose: true, message: expect.stringMatching(sentence) });
  expect(await audit()).toEqual([]);
  expect(JSON.parse(await settings('--json'))).toMatchObject({ settings: usualSettings });
});
