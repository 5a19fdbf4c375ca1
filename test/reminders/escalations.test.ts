// Being overdue is raised once for each task, unit and date: to the leader, as 黄牌, as 红牌; and the digests of day and week.
import { type EntityManager } from 'typeorm';
import { addDays, type CivilDate, instantOf } from '../../src/calendar/civil-date';
import { type WorkCalendar } from '../../src/calendar/work-calendar';
import { OutboxMessage } from '../../src/database/entities/message';
import { ChannelIdentity, Person, Post, type Role } from '../../src/database/entities/unit';
import { saveSettings } from '../../src/database/list-settings';
import { loadWorkCalendar } from '../../src/database/work-days';
import { newId } from '../../src/ids';
import { lastWorkdayOfWeek, leaderEscalation, leaderWeek, officeDay, officeWeek } from '../../src/jobs/escalations';
import { renderReply } from '../../src/rendering/render';
import { type Reply } from '../../src/rendering/reply';
import { freshDatabase, type FreshDatabase } from '../support/database';
import { publishedCalendar } from '../support/published-holidays';
import { loadGoldenDistrict } from './golden/calendar-of-cards';

const jobs = [leaderWeek, leaderEscalation, officeDay, officeWeek];
let database: FreshDatabase;
let calendar: WorkCalendar;
let manager: EntityManager;

beforeAll(async () => {
  database = await freshDatabase();
  await database.dataSource.transaction(async inside => {
    await loadGoldenDistrict(inside);
    await addPerson(inside, 'tax-leader', '区税务局', 'leader');
    await addPerson(inside, 'office', '区优化办', 'office');
  });
  calendar = await loadWorkCalendar(database.dataSource.manager);
}, 60_000);
afterAll(() => database.drop());

async function addPerson(inside: EntityManager, staffId: string, unit: string, role: Role): Promise<void> {
  const [{ id: unitId }]: [{ id: string }] = await inside.query('SELECT id FROM units WHERE name = ?', [unit]);
  const personId = newId();
  const createdAt = new Date('2023-04-28T18:00:00+08:00');
  await inside.insert(Person, { id: personId, name: staffId, createdAt });
  await inside.insert(ChannelIdentity, { id: newId(), channel: 'dingtalk', externalId: staffId, personId });
  await inside.insert(Post, { id: newId(), personId, unitId, role, title: null, createdAt });
}

/** Each test's changes are taken back. */
let rollback: () => Promise<void>;
beforeEach(async () => {
  const runner = database.dataSource.createQueryRunner();
  await runner.startTransaction();
  manager = runner.manager;
  rollback = async () => {
    await runner.rollbackTransaction();
    await runner.release();
  };
});
afterEach(() => rollback());

/** Runs the jobs of every day from one to another, but for those left out; what was said: "06-01 tax-leader leader_overdue". */
async function runDays(first: CivilDate, last: CivilDate, without: CivilDate[] = []): Promise<string[]> {
  for (let day = first; day <= last; day = addDays(day, 1))
    for (const job of without.includes(day) ? [] : jobs) {
      const slot = job.slotOn(day, calendar);
      if (slot) await job.run(manager, { slot, now: slot.opensAt, calendar, missedSince: null });
    }
  const rows = await manager.find(OutboxMessage, { order: { createdAt: 'ASC', id: 'ASC' } });
  return rows.map(row => {
    const to = row.recipient.kind === 'person' ? row.recipient.staffId : '';
    return `${row.dedupKey.slice(-5)} ${to} ${(row.reply as Reply).template}`;
  });
}

async function said(staffId: string, day: CivilDate, template: Reply['template']): Promise<string> {
  const rows = await manager.find(OutboxMessage, { where: { recipientKey: `person:${staffId}` } });
  const row = rows.find(one => one.dedupKey.endsWith(day) && (one.reply as Reply).template === template);
  return row ? renderReply(row.reply as Reply).markdown : '';
}

const overdueOnly = (lines: string[]) => lines.filter(line => line.includes('leader_overdue'));

it('overdue by one workday: the leader; by three: 黄牌; by seven: 红牌; each once', async () => {
  expect(await runDays('2023-05-31', '2023-06-16')).toEqual([
    '06-01 tax-leader leader_overdue',
    '06-01 office office_day',
    '06-02 office office_week',
    '06-05 tax-leader leader_week',
    '06-05 office office_day',
    '06-09 office office_day',
    '06-09 office office_week',
    '06-12 tax-leader leader_week',
    '06-16 office office_week',
  ]);
  expect(await said('tax-leader', '2023-06-01', 'leader_overdue')).toMatch(/第43项[\s\S]*5月底到期，已逾期1个工作日/);
  const first = await said('office', '2023-06-01', 'office_day');
  expect(first).toMatch(/现有 0 项黄牌、0 项红牌[\s\S]*没有可告知的负责人[^区]*区/);
  expect(first).not.toMatch(/新增|区税务局/);
  const yellow = await said('office', '2023-06-05', 'office_day');
  expect(yellow).toMatch(/现有 6 项黄牌、0 项红牌[\s\S]*新增黄牌/);
  expect(yellow).toContain('区税务局：第43项（5月底到期，已逾期3个工作日）');
  expect(yellow).toContain('区供电公司：第38项、第106项（5月底到期，已逾期3个工作日）');
  const red = await said('office', '2023-06-09', 'office_day');
  expect(red).toMatch(/现有 0 项黄牌、6 项红牌[\s\S]*新增红牌（可列入通报）[\s\S]*已逾期7个工作日/);
  expect(red).not.toContain('新增黄牌');
});

it('a morning that did not run is made good by the next, and not twice', async () => {
  const lines = await runDays('2023-05-31', '2023-06-13', ['2023-06-01', '2023-06-05', '2023-06-09']);
  expect(overdueOnly(lines)).toEqual(['06-02 tax-leader leader_overdue']);
  expect(await said('office', '2023-06-06', 'office_day')).toMatch(/新增黄牌[\s\S]*区税务局：第43项/);
  expect(await said('office', '2023-06-12', 'office_day')).toMatch(/新增红牌[\s\S]*区税务局：第43项/);
});

it('what is asked for at the office is not raised; returned, it is, at the levels it has come to', async () => {
  await manager.query("UPDATE tasks SET state = 'closing' WHERE itemNo = 43");
  expect(overdueOnly(await runDays('2023-05-31', '2023-06-12'))).toEqual([]);
  expect(await said('office', '2023-06-05', 'office_day')).not.toContain('区税务局');
  await manager.query("UPDATE tasks SET state = 'active' WHERE itemNo = 43");
  expect(overdueOnly(await runDays('2023-06-13', '2023-06-14'))).toEqual(['06-13 tax-leader leader_overdue']);
  const day = await said('office', '2023-06-13', 'office_day');
  expect(day).toMatch(/新增红牌[\s\S]*区税务局：第43项（5月底到期，已逾期9个工作日）/);
  expect(day).not.toContain('新增黄牌');
});

it('a support unit whose part is done is free; a mere report frees nobody', async () => {
  const part = (set: string, unit: string) =>
    manager.query(
      `UPDATE task_units p JOIN tasks t ON t.id = p.taskId JOIN units u ON u.id = p.unitId SET ${set} WHERE t.itemNo = 43 AND u.name = ?`,
      [unit],
    );
  await part('p.done = 1', '区税务局');
  await part("p.percent = 90, p.lastReportedAt = '2023-06-01 00:10:00'", '区金融办');
  expect(overdueOnly(await runDays('2023-06-01', '2023-06-05'))).toEqual([]);
  expect(await said('office', '2023-06-05', 'office_day')).toContain('区金融办：第43项');
});

it('an extension begins anew: its own date is raised by itself', async () => {
  await runDays('2023-06-01', '2023-06-01');
  await manager.query("UPDATE tasks SET extendedTo = '2023-06-06' WHERE itemNo = 43");
  expect(overdueOnly(await runDays('2023-06-02', '2023-06-09'))).toEqual([
    '06-01 tax-leader leader_overdue',
    '06-07 tax-leader leader_overdue',
  ]);
  expect(await said('office', '2023-06-09', 'office_day')).toContain('区税务局：第43项（6月6日到期，已逾期3个工作日）');
});

it('as a list has it set', async () => {
  const [{ id }]: [{ id: string }] = await manager.query('SELECT id FROM task_lists');
  await saveSettings(manager, id, { leaderAfter: 2, yellowAfter: 0, redAfter: 4 }, new Date());
  const lines = await runDays('2023-06-01', '2023-06-09');
  expect(overdueOnly(lines)).toEqual(['06-02 tax-leader leader_overdue']);
  expect(await said('office', '2023-06-06', 'office_day')).toMatch(/新增红牌[\s\S]*已逾期4个工作日/);
  for (const day of ['2023-06-05', '2023-06-06', '2023-06-09'])
    expect(await said('office', day, 'office_day')).not.toContain('新增黄牌');
});

it('a task led by collectives is listed for the office on its rungs, and so are units nobody is reached of', async () => {
  await manager.query("UPDATE tasks SET state = 'suspended' WHERE itemNo <> 143");
  await manager.query("UPDATE posts SET endedAt = '2023-06-01' WHERE role = 'liaison'");
  expect(await runDays('2023-12-27', '2023-12-29')).toEqual([
    '12-28 office office_day',
    '12-29 office office_day',
    '12-29 office office_week',
  ]);
  const day = await said('office', '2023-12-28', 'office_day');
  expect(day).toMatch(/牵头单位待明确[\s\S]*第143项：牵头为 .*区直各有关单位/);
  // Once the office has said who leads, there is nothing left to say.
  await manager.query(
    "UPDATE task_units p JOIN tasks t ON t.id = p.taskId SET p.assigned = 1 WHERE t.itemNo = 143 AND p.role = 'lead' AND p.unitId <> ''",
  );
  await manager.query('DELETE FROM outbox_messages');
  await runDays('2023-12-28', '2023-12-28');
  expect(await said('office', '2023-12-28', 'office_day')).not.toContain('牵头单位待明确');
  expect(day).toMatch(/今天联系不到的单位[\s\S]*花湖开发区（没有联络员，也没有绑定本单位的群）/);
});

it('what went wrong is said: mornings missed, messages failed or in doubt', async () => {
  await manager.query("UPDATE tasks SET state = 'suspended'");
  expect(await runDays('2023-06-27', '2023-06-27')).toEqual([]);
  await manager.query(
    "INSERT INTO job_runs (id, job, slot, status, ranAt) VALUES (UUID(), 'morning-reminder', '2023-06-27T08:30', 'missed', ?)",
    [instantOf('2023-06-28', '07:00')],
  );
  const row = (status: string) =>
    manager.insert(OutboxMessage, {
      id: newId(), dedupKey: `x:${status}`, recipient: { kind: 'person', staffId: 'x' }, recipientKey: 'person:x',
      reply: { template: 'denied' }, priority: 2, status: status as OutboxMessage['status'], nextAt: new Date(), attempts: 1,
      createdAt: instantOf('2023-06-27', '18:00'),
    }); // prettier-ignore
  await row('failed');
  await row('uncertain');
  await runDays('2023-06-28', '2023-06-28');
  expect(await said('office', '2023-06-28', 'office_day')).toMatch(
    /6月27日早晨的提醒没有发出.*1 条消息发送失败；1 条消息是否送达未知/,
  );
});

it('the leader’s week begins with its first workday, and is left out where nothing is due', async () => {
  expect(await runDays('2023-05-08', '2023-05-08')).toEqual([]);
  await runDays('2023-05-15', '2023-05-15');
  expect(await said('tax-leader', '2023-05-15', 'leader_week')).toMatch(
    /区税务局\*\*：本周到期 0 项，15个工作日内到期 1 项/,
  );
  await runDays('2024-01-02', '2024-01-02');
  expect(await said('tax-leader', '2024-01-02', 'leader_week')).toMatch(/逾期 \d+ 项/);
});

it('the office’s week: totals, what happened, what is overdue, what comes, what waits; and a year without holidays', async () => {
  await runDays('2023-06-30', '2023-06-30');
  const week = await said('office', '2023-06-30', 'office_week');
  expect(week).toMatch(/共 142 项：已销号 0 项.*推进中 142 项/);
  expect(week).toContain('本周反馈 0 项次（0 个单位），核销 0 项，退回 0 项');
  expect(week).toMatch(/逾期 6 项，涉及 19 个单位[\s\S]*红牌：[\s\S]*区税务局：第43项/);
  expect(week).toContain('下周到期 0 项，四周内到期 0 项');
  expect(week).toContain('待办：核销 0 项，延期 0 项，堵点 0 项');
  expect(week).not.toContain('节假日');
  const last = Math.max(...(await manager.query('SELECT year FROM calendar_years')).map((row: { year: number }) => row.year));
  for (const day of ['10-30', '11-06']) await runDays(`${last}-${day}`, `${last}-${day}`);
  const weeks = await manager.find(OutboxMessage, { where: { recipientKey: 'person:office' } });
  const warned = weeks
    .filter(row => row.dedupKey.startsWith('office-week'))
    .map(row => [row.dedupKey.slice(-5), renderReply(row.reply as Reply).markdown.includes(`${last + 1}年节假日安排尚未录入`)]);
  expect(warned).toEqual([
    ['06-30', false],
    ['10-30', false],
    ['11-06', true],
  ]);
}); // prettier-ignore

it.each([
  ['2023-06-26', '2023-06-30'],
  ['2023-06-19', '2023-06-21'],
  ['2023-09-25', '2023-09-28'],
  ['2023-10-02', '2023-10-08'],
  ['2023-10-09', '2023-10-13'],
  ['2024-02-05', '2024-02-09'],
  ['2024-02-12', '2024-02-18'],
])('the last workday of the week of %s is %s', (day, last) => {
  for (let i = 0; i < 7; i++) expect(lastWorkdayOfWeek(addDays(day, i), publishedCalendar)).toBe(last);
});
