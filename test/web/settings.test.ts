// 设置 on the site: what `duban settings` and `duban calendar` change, changed by a form, with a record.
import { type AuditEntry } from '../../src/database/entities/schedule';
import { loadSettings } from '../../src/database/list-settings';
import { loadWorkCalendar } from '../../src/database/work-days';
import { startTown, type Town } from '../support/town';
import { signIn, type SiteVisitor } from './site-visitor';

let town: Town;
let office: SiteVisitor;

beforeAll(async () => {
  town = await startTown();
  office = await signIn(town, 'hefang');
});
afterAll(() => town.stop());

const ladder = { group: 'ladder', list: '', ladder: '10, 5, 1', insistAt: '无', overdue: 'weekly', owing: 'named' };

test('only what differs from before is set, for all lists or for one, and taken back', async () => {
  expect((await office.post('/settings', { ...ladder, longTerm: 'quarterly' })).status).toBe(303);
  const { manager } = town.dataSource;
  expect((await loadSettings(manager)).ownOf('')).toEqual({ ladder: [10, 5, 1], insistAt: [] });
  const [list]: { id: string; shortName: string }[] = await manager.query('SELECT id, shortName FROM task_lists');
  const own = { group: 'ladder', list: list?.shortName ?? '', overdue: 'daily' };
  expect((await office.post('/settings', own)).to).toContain('list=');
  expect((await loadSettings(manager)).ownOf(list?.id ?? '')).toEqual({ overdue: 'daily' });
  expect((await office.post('/settings', { group: 'ladder', list: '', back: 'ladder' })).status).toBe(303);
  expect((await loadSettings(manager)).ownOf('')).toEqual({ insistAt: [] });
  const page = (await office.get('/settings')).text;
  expect(page).toContain('name="ladder" value="15,7,3,1,0"');
  expect(page).toContain('name="insistAt" value="无"');
  const log: AuditEntry[] = await manager.query("SELECT * FROM audit_entries WHERE act = 'change_settings'");
  expect(log.map(entry => entry.actor)).toEqual(Array(3).fill('何芳（区优化办）'));
});

test.each([
  [{ group: 'times', morning: '25:00' }, 'morning 的值不对'],
  [{ group: 'times', morning: '07:00' }, '须在 awake'],
  [{ group: 'times', budget: '很多' }, 'budget 的值不对'],
  [{ group: 'ladder', ladder: '' }, 'ladder'],
])('%j is refused with the reason, and nothing is changed', async (form, reason) => {
  const before = (await loadSettings(town.dataSource.manager)).of(null);
  const answer = await office.post('/settings', { list: '', ...form });
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.text).toContain(reason);
  expect((await loadSettings(town.dataSource.manager)).of(null)).toEqual(before);
});

test('the platform’s limits are the administrator’s', async () => {
  const limits = { group: 'limits', list: '', monthlyCalls: '8000' };
  expect((await office.get('/settings')).text).not.toContain('monthlyCalls');
  expect((await office.post('/settings', limits)).status).toBe(403);
  const admin = await signIn(town, 'admin01');
  expect((await admin.post('/settings', limits)).status).toBe(303);
  expect((await loadSettings(town.dataSource.manager)).of(null).monthlyCalls).toBe(8000);
});

test('days off and worked days, several at once, and back to what was published', async () => {
  const off = async (day: string): Promise<boolean> =>
    !(await loadWorkCalendar(town.dataSource.manager)).isWorkday(day);
  const days = { from: '2023-07-03', to: '2023-07-04', name: '区庆', kind: 'holiday' };
  expect((await office.post('/settings/days', days)).status).toBe(303);
  expect([await off('2023-07-03'), await off('2023-07-04'), await off('2023-07-05')]).toEqual([true, true, false]);
  expect((await office.get('/settings?year=2023')).text).toContain('区庆');
  expect((await office.post('/settings/days', { from: '2023-07-03', kind: 'unset' })).status).toBe(303);
  expect([await off('2023-07-03'), await off('2023-07-04')]).toEqual([false, true]);
  expect((await office.post('/settings/days', { from: '2023-07-03', kind: 'unset' })).status).toBe(409);
  for (const wrong of [{ from: '2023-02-30' }, { from: '2023-07-05', to: '2023-07-01' }, { from: '2023-01-01', to: '2023-12-31' }])
    expect((await office.post('/settings/days', { to: '', ...wrong, kind: 'holiday' })).status).toBe(400);
}); // prettier-ignore
