// The month's quota: told once at each level, and from 95 % only what is urgent goes out.
import { type EntityManager } from 'typeorm';
import { loadSampleLedger, loadSamplePeople } from '../../seeds/load';
import { type CivilDate, instantOf } from '../../src/calendar/civil-date';
import { OutboxMessage } from '../../src/database/entities/message';
import { allLists, saveSettings } from '../../src/database/list-settings';
import { loadWorkCalendar } from '../../src/database/work-days';
import { newId } from '../../src/ids';
import { leaderWeek } from '../../src/jobs/escalations';
import { type Job } from '../../src/jobs/job';
import { morningReminder } from '../../src/jobs/morning-reminder';
import { quotaWatch } from '../../src/jobs/quota-watch';
import { examineReminders } from '../../src/reminders/health';
import { renderReply } from '../../src/rendering/render';
import { type Reply } from '../../src/rendering/reply';
import { freshDatabase, type FreshDatabase } from '../support/database';

let database: FreshDatabase;
let manager: EntityManager;

beforeAll(async () => {
  database = await freshDatabase();
  ({ manager } = database.dataSource);
  await database.dataSource.transaction(async inside => {
    const now = new Date('2023-04-28T18:00:00+08:00');
    await loadSampleLedger(inside, now);
    await loadSamplePeople(inside, now);
  });
}, 60_000);
beforeEach(() => manager.query('DELETE FROM outbox_messages'));
afterAll(() => database.drop());

async function run(job: Job, day: CivilDate): Promise<string> {
  const calendar = await loadWorkCalendar(manager);
  const slot = job.slotOn(day, calendar)!;
  return job.run(manager, { slot, now: slot.opensAt, calendar, missedSince: null });
}

/** So many calls were made by that day, of a hundred that are allowed. */
async function used(calls: number, day: CivilDate): Promise<void> {
  await saveSettings(manager, allLists, { monthlyCalls: 100, monthlyMessages: 0 }, new Date());
  await manager.query("DELETE FROM outbox_messages WHERE dedupKey LIKE 'used:%'");
  for (let i = 0; i < calls; i++)
    await manager.insert(OutboxMessage, {
      id: newId(), dedupKey: `used:${i}`, recipient: { kind: 'person', staffId: 'x' }, recipientKey: 'person:x',
      reply: { template: 'denied' }, priority: 0, status: 'sent', nextAt: new Date(0), sentAt: instantOf(day, '08:00'),
      attempts: 1, createdAt: instantOf(day, '08:00'),
    }); // prettier-ignore
}

const warnings = async () =>
  (await manager.find(OutboxMessage, { order: { id: 'ASC' } })).filter(row => row.dedupKey.startsWith('quota:'));

it('tells everybody in the office once at 80 % and once at 95 %, and again in another month', async () => {
  await used(79, '2023-06-26');
  expect(await run(quotaWatch, '2023-06-26')).toBe('本月接口 79/100，消息 0，不限');
  expect(await warnings()).toEqual([]);
  await used(80, '2023-06-26');
  for (const day of ['2023-06-27', '2023-06-28']) await run(quotaWatch, day);
  expect((await warnings()).map(row => row.recipientKey).sort()).toEqual(['person:hefang', 'person:linfeng']);
  expect(renderReply((await warnings())[0]!.reply as Reply).markdown).toMatch(/6月钉钉额度已用 80%.*接口调用 80\/100.*用到 95% 后/);
  await used(97, '2023-06-28');
  for (const day of ['2023-06-29', '2023-06-30']) await run(quotaWatch, day);
  expect(await warnings()).toHaveLength(4);
  expect(renderReply((await warnings())[3]!.reply as Reply).markdown).toMatch(/已用 97%.*即日起只发回执/);
  expect(await run(quotaWatch, '2023-07-03')).toBe('本月接口 0/100，消息 0，不限');
  await used(90, '2023-07-04');
  await run(quotaWatch, '2023-07-05');
  expect(await warnings()).toHaveLength(6);
}); // prettier-ignore

it('from 95 % only rungs 1, 0 and overdue are asked, and leaders get no week', async () => {
  await used(95, '2023-06-20');
  expect(await run(morningReminder, '2023-06-27')).toMatch(/^群卡片 0 张，个人卡片 0 张/);
  expect(await run(morningReminder, '2023-06-29')).toMatch(/^群卡片 3 张，个人卡片 5 张/);
  expect(await run(leaderWeek, '2023-06-26')).toMatch(/未发/);
  expect(await run(morningReminder, '2023-06-26')).toMatch(/^群卡片 3 张/);
  await used(94, '2023-06-20');
  expect(await run(leaderWeek, '2023-06-26')).toBe('一周任务 2 份');
});

it('doctor shows it, and finds fault with it from 80 % on', async () => {
  const finding = async () =>
    (await examineReminders(manager, instantOf('2023-06-26', '12:00'))).find(({ what }) => what === '钉钉额度');
  await used(12, '2023-06-20');
  expect(await finding()).toEqual({ what: '钉钉额度', ok: true, note: '2023-06 接口调用 12/100，收发消息 0（不限）' });
  await used(80, '2023-06-20');
  expect(await finding()).toMatchObject({ ok: false, note: expect.stringContaining('已用 80%') });
});
