// What can be set for a list or for all, what cannot, and what it changes on the cards.
import { type EntityManager } from 'typeorm';
import { type CivilDate } from '../../src/calendar/civil-date';
import { type WorkCalendar } from '../../src/calendar/work-calendar';
import {
  allLists,
  changeSettings,
  loadSettings,
  saveSettings,
  type SettingName,
  SettingsView,
  type StoredSettings,
  usualSettings,
} from '../../src/database/list-settings';
import { loadWorkCalendar } from '../../src/database/work-days';
import { findMorningJobs } from '../../src/jobs/morning-reminder';
import { type MorningPlan, planReminders } from '../../src/reminders/plan-reminders';
import { freshDatabase, type FreshDatabase } from '../support/database';
import { district, loadGoldenDistrict } from './golden/calendar-of-cards';

const today = '2023-06-26';

/** A view after changes, one after the other, all of them taken. */
function viewAfter(...changes: [listId: string, change: Partial<Record<SettingName, unknown>>, day?: CivilDate][]): SettingsView {
  const stored = new Map<string, StoredSettings>();
  for (const [listId, change, day] of changes) {
    const changed = changeSettings(new SettingsView(stored), listId, change, day ?? today);
    if ('problem' in changed) throw new Error(changed.problem);
    stored.set(listId, changed.stored);
  }
  return new SettingsView(stored);
} // prettier-ignore

describe('settings', () => {
  it('are those of the product, until something is set', () => {
    expect(viewAfter().of('any')).toEqual(usualSettings);
    expect(usualSettings).toMatchObject({ ladder: [15, 7, 3, 1, 0], morning: '08:30', budget: 2, owing: 'named' });
  });

  it('of a list go before those of all lists, and are given back', () => {
    const view = viewAfter([allLists, { budget: 3, ladder: [0, 5, 10] }], ['a', { budget: 1 }]);
    expect(view.of('a')).toMatchObject({ budget: 1, ladder: [10, 5, 0] });
    expect(view.of('b')).toMatchObject({ budget: 3 });
    expect(view.of(null)).toMatchObject({ budget: 3 });
    const back = viewAfter([allLists, { budget: 3 }], ['a', { budget: 1 }], ['a', { budget: null }]);
    expect(back.of('a').budget).toBe(3);
  });

  it.each<[Partial<Record<SettingName, unknown>>, RegExp]>([
    [{ ladder: [] }, /ladder/],
    [{ ladder: [3, 3] }, /ladder/],
    [{ ladder: [-1] }, /ladder/],
    [{ ladder: [Number.NaN] }, /ladder/],
    [{ owing: 'everybody' }, /owing/],
    [{ budget: 0 }, /budget/],
    [{ budget: 1, longTerm: 'daily', overdue: 'x' }, /longTerm、overdue|overdue、longTerm/],
    [{ morning: '8:30' }, /morning/],
    [{ morning: '07:30' }, /morning（07:30）须在 awake（08:00-18:00）之内/],
    [{ morning: '16:00' }, /不晚于 15:30/],
    [{ awake: { from: '09:00', to: '17:00' } }, /morning（08:30）/],
    [{ awake: { from: '18:00', to: '08:00' } }, /awake/],
  ])('refuse %j', (change, problem) => {
    expect(changeSettings(viewAfter(), 'a', change, today)).toEqual({ problem: expect.stringMatching(problem) });
  });

  it('a new morning holds from the next day on, however often it is set', () => {
    const once = viewAfter(['a', { morning: '09:00' }]);
    expect([once.morningOf('a', today), once.morningOf('a', '2023-06-27')]).toEqual(['08:30', '09:00']);
    const twice = viewAfter(['a', { morning: '09:00' }], ['a', { morning: '10:00' }], ['a', { budget: 1 }]);
    expect([twice.morningOf('a', today), twice.morningOf('a', '2023-06-27')]).toEqual(['08:30', '10:00']);
    const back = viewAfter(['a', { morning: '09:00' }], ['a', { morning: '08:30' }]);
    expect([back.morningOf('a', today), back.hasOwnMorning('a', '2023-06-27')]).toEqual(['08:30', false]);
    const gone = viewAfter(['a', { morning: '09:00' }, '2023-06-01'], ['a', { morning: null }]);
    expect([gone.morningOf('a', today), gone.morningOf('a', '2023-06-27')]).toEqual(['09:00', '08:30']);
  });

  it('a morning of all lists is that of each without its own', () => {
    const view = viewAfter([allLists, { morning: '09:00' }, '2023-06-01'], ['a', { morning: '10:00' }, '2023-06-01']);
    expect([view.morningOf('a', today), view.morningOf('b', today), view.morningOf(null, today)]).toEqual([
      '10:00',
      '09:00',
      '09:00',
    ]);
    expect([view.hasOwnMorning('a', today), view.hasOwnMorning('b', today)]).toEqual([true, false]);
  });
});

describe('on the cards', () => {
  let database: FreshDatabase;
  let calendar: WorkCalendar;
  let listId: string;
  beforeAll(async () => {
    database = await freshDatabase();
    await database.dataSource.transaction(loadGoldenDistrict);
    calendar = await loadWorkCalendar(database.dataSource.manager);
    [{ id: listId }] = await database.dataSource.query('SELECT id FROM task_lists');
  }, 60_000);
  afterAll(() => database.drop());

  async function planWith(at: CivilDate, stored: StoredSettings, sql: string[] = []): Promise<MorningPlan> {
    return onSample(async manager => {
      await saveSettings(manager, listId, stored, new Date());
      for (const statement of sql) await manager.query(statement);
      return planReminders(manager, { at, calendar, explain: 'all' });
    });
  }

  async function onSample<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const runner = database.dataSource.createQueryRunner();
    await runner.startTransaction();
    try {
      return await work(runner.manager);
    } finally {
      await runner.rollbackTransaction();
      await runner.release();
    }
  }

  const entries = (plan: MorningPlan, unit: string) =>
    plan.cards.find(({ to }) => to.id === district)?.units.filter(entry => entry.unit === unit) ?? [];

  it('a ladder of its own is asked by, far dates too', async () => {
    const stored = { ladder: [40, 2] };
    expect((await planWith('2023-06-27', stored)).cards).toEqual([]);
    expect(entries(await planWith('2023-06-28', stored), '区税务局')).toEqual([
      { unit: '区税务局', due: '2023-06-30', rung: 2, tasks: [1, 2, 3, 7, 8, 9, 10] },
    ]);
    // 40 workdays before 08-31: 7 of July's 21 and 23 of August leave 40 with 07-06.
    expect(entries(await planWith('2023-07-06', stored), '区民政局')).toEqual([
      { unit: '区民政局', due: '2023-08-31', rung: 40, tasks: [135] },
    ]);
  });

  it('overdue daily is asked every workday', async () => {
    const rungs = async (stored: StoredSettings) => entries(await planWith('2023-06-28', stored), '区税务局').map(({ rung }) => rung);
    expect(await rungs({ overdue: 'daily' })).toEqual(['overdue']);
    expect(await rungs({})).toEqual([]);
  }); // prettier-ignore

  it('only leads owe where a list says so, and the office can see why', async () => {
    const plan = await planWith('2023-06-27', { owing: 'leads' });
    expect(entries(plan, '区司法局')).toHaveLength(1);
    expect(entries(plan, '花湖开发区')).toEqual([]);
    expect(plan.explain).toContainEqual(
      expect.objectContaining({ unit: '花湖开发区', no: 1, rung: null, reason: '本清单只提醒牵头单位' }),
    );
  });

  it('members of collectives owe where a list says so, until they have reported', async () => {
    const plan = await planWith('2023-06-27', { owing: 'members' });
    // 1-3, 5-10 and 115 name 各镇街.
    expect(entries(plan, '泽林镇')).toEqual([
      { unit: '泽林镇', due: '2023-06-30', rung: 3, tasks: [1, 2, 3, 5, 6, 7, 8, 9, 10, 115] },
    ]);
    expect(entries(plan, '花湖开发区').map(({ tasks }) => tasks.length)).toEqual([10]);
    expect(plan.unreachable.map(({ unit }) => unit)).toContain('泽林镇');
    const reported = await planWith('2023-06-27', { owing: 'members' }, [
      `INSERT INTO task_units (id, taskId, role, position, unitId, collectiveId, lastReportedAt, done)
       SELECT UUID(), p.taskId, 'support', p.position, u.id, p.collectiveId, '2023-06-25 01:00:00', 0
         FROM task_units p JOIN tasks t ON t.id = p.taskId JOIN units u ON u.name = '泽林镇'
        WHERE t.itemNo = 5 AND p.collectiveId <> '' AND p.collectiveId = (SELECT id FROM collectives WHERE name = '各镇街')`,
    ]);
    expect(entries(reported, '泽林镇')).toMatchObject([{ tasks: [1, 2, 3, 6, 7, 8, 9, 10, 115] }]);
  });

  it('standing tasks are asked about in another rhythm, or not at all', async () => {
    const standing = async (at: CivilDate, stored: StoredSettings) =>
      (await planWith(at, stored)).cards.find(({ to }) => to.id === '区供电公司')?.standing;
    expect(await standing('2023-06-30', {})).toEqual([{ unit: '区供电公司', due: '2023-06-30', tasks: [105] }]);
    expect(await standing('2023-06-30', { longTerm: 'none' })).toBeUndefined();
    expect(await standing('2023-07-31', { longTerm: 'monthly' })).toEqual([
      { unit: '区供电公司', due: '2023-07-31', tasks: [105] },
    ]);
  });

  it('a standing task is asked about once a period; a report in it answers for it', async () => {
    const on = async (at: CivilDate, ...sql: string[]) =>
      (await planWith(at, {}, sql)).cards.find(({ to }) => to.id === '区税务局')?.standing ?? [];
    const reportedOn = (day: CivilDate) =>
      `UPDATE task_units p JOIN tasks t ON t.id = p.taskId JOIN units u ON u.id = p.unitId
          SET p.lastReportedAt = '${day} 02:00:00' WHERE u.name = '区税务局' AND t.itemNo = 76`;
    expect(await on('2023-09-28')).toEqual([{ unit: '区税务局', due: '2023-09-30', tasks: [64, 76] }]);
    expect(await on('2023-09-27')).toEqual([]);
    expect(await on('2023-09-28', reportedOn('2023-06-30'))).toMatchObject([{ tasks: [64, 76] }]);
    expect(await on('2023-09-28', reportedOn('2023-07-01'))).toMatchObject([{ tasks: [64] }]);
    const ongoing = "UPDATE tasks SET state = 'ongoing' WHERE itemNo = 1";
    expect(await on('2023-09-28', ongoing)).toMatchObject([{ tasks: [1, 64, 76] }]);
    expect(await on('2023-09-28', "UPDATE tasks SET state = 'suspended' WHERE itemNo = 64")).toMatchObject([{ tasks: [76] }]);
    const own = `UPDATE tasks SET recurring = '{"freq":"monthly","day":25}' WHERE itemNo = 76`;
    expect(await on('2023-09-28', own)).toMatchObject([{ tasks: [64] }]);
    expect(await on('2023-09-25', own)).toEqual([{ unit: '区税务局', due: '2023-09-25', tasks: [76] }]);
  }); // prettier-ignore

  it('a list with a morning of its own has a job of its own, from the next day on', async () => {
    await onSample(async manager => {
      const changed = changeSettings(await loadSettings(manager), listId, { morning: '09:30' }, today);
      await saveSettings(manager, listId, 'stored' in changed ? changed.stored : {}, new Date());
      const named = async (day: CivilDate) =>
        (await findMorningJobs(manager, day)).map(job => [job.name, job.slotOn(day, calendar)?.name, job.listIds]);
      expect(await named(today)).toEqual([['morning-reminder', '2023-06-26T08:30', null]]);
      expect(await named('2023-06-27')).toEqual([
        ['morning-reminder', '2023-06-27T08:30', []],
        ['morning-reminder@09:30/230627', '2023-06-27T09:30', [listId]],
      ]);
      expect((await planReminders(manager, { at: '2023-06-27', calendar, listIds: [] })).cards).toEqual([]);
    });
  });
});
