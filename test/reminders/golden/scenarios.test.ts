// Three courses of events, and the mornings of the units concerned: reports, approved extensions, returned closures.
// Stored as tables beside this file; `GOLDEN=write npx jest test/reminders/golden` writes them anew.
//
// Reviewed by hand:
// reports — said before any rung: frees at 15 (06-08), not at 7 (said before 06-08); said between 15 and 7: frees at 7 (06-20), owes at
//   3 (06-27); said on the morning of 7 after its card: frees at 3. At 1 (06-29) and 0 all owe again but 9 (the support unit's part is
//   done) and 10 (申请办结: nobody owes); overdue likewise.
// extensions — 1 from 06-30 to 09-30, a Saturday in the holidays: action day 09-28, so 09-07=15, 09-19=7, 09-25=3, 09-27=1, 09-28=0, overdue
//   Saturday 10-07 (worked, the first workday after it and of its week) and Monday 10-09. 41 from 12-31 to 2024-02-29 over 春节 (02-10…17 off, Sundays 02-04 and
//   02-18 worked): 02-04=15, 02-20=7, 02-26=3, 02-28=1, 02-29=0, 03-01 the first workday after it.
// returns — 43 applied for on 05-30, so nothing at 0 nor on 06-01; returned on Monday 06-05 after the cards, so overdue from Monday 06-12 on but for
//   区税务局, whose part was done on 05-25; applied for again on 06-14, accepted on 06-19 after the cards: nobody any more,
//   but on 06-30, the quarter's last workday, it is asked about as 长期推进, of 区金融办 alone: the other two have reported in the quarter.
import { readFileSync, writeFileSync } from 'node:fs';
import { type EntityManager } from 'typeorm';
import { type CivilDate } from '../../../src/calendar/civil-date';
import { loadWorkCalendar } from '../../../src/database/work-days';
import { projectFile } from '../../../src/project-files';
import { planReminders } from '../../../src/reminders/plan-reminders';
import { freshDatabase, type FreshDatabase } from '../../support/database';
import { dayName, districtLines, everyDay, liaisonLines, loadGoldenDistrict } from './calendar-of-cards';

interface Event {
  /** Wall time in Asia/Shanghai; before 08:30 it counts for that day's morning. */
  at: string;
  /** In words, for the table. */
  what: string;
  happens(manager: EntityManager): Promise<unknown>;
}

const part = (set: string, at: string, no: number, unit: string) => (manager: EntityManager) =>
  manager.query(
    `UPDATE task_units p JOIN tasks t ON t.id = p.taskId JOIN units u ON u.id = p.unitId
        SET ${set}, p.lastReportedAt = ? WHERE t.itemNo = ? AND u.name = ?`,
    [new Date(`${at}:00+08:00`), no, unit],
  );

const reports = (at: string, unit: string, ...nos: number[]): Event => ({
  at,
  what: `${unit} 反馈 ${nos.join(' ')}`,
  happens: async manager => {
    for (const no of nos) await part('p.percent = 50', at, no, unit)(manager);
  },
});
const partDone = (at: string, unit: string, no: number): Event => ({
  at,
  what: `${unit} 的部分已完成 ${no}`,
  happens: part('p.done = 1', at, no, unit),
});
const becomes = (at: string, no: number, state: string, what: string): Event => ({
  at,
  what: `${what} ${no}`,
  happens: manager => manager.query('UPDATE tasks SET state = ? WHERE itemNo = ?', [state, no]),
});
/** 申请办结 is the lead's report as well. */
const applies = (at: string, unit: string, no: number, again = ''): Event => ({
  at,
  what: `${unit} ${again}申请办结 ${no}`,
  happens: async manager => {
    await part('p.done = 1', at, no, unit)(manager);
    await becomes(at, no, 'closing', '').happens(manager);
  },
});
const extended = (at: string, no: number, due: CivilDate): Event => ({
  at,
  what: `同意延期 ${no} 到 ${due}`,
  happens: manager => manager.query('UPDATE tasks SET due = ? WHERE itemNo = ?', [due, no]),
});

const scenarios: {
  name: string;
  first: CivilDate;
  last: CivilDate;
  units: string[];
  nos: number[];
  events: Event[];
}[] = [
  {
    name: 'reports',
    first: '2023-06-07',
    last: '2023-07-10',
    units: ['区税务局', '区市场监管局'],
    nos: [1, 2, 3, 7, 8, 9, 10],
    events: [
      reports('2023-06-07T17:00', '区税务局', 1),
      reports('2023-06-13T10:00', '区税务局', 2, 3),
      reports('2023-06-20T09:00', '区税务局', 7),
      partDone('2023-06-28T16:00', '区税务局', 9),
      applies('2023-06-28T16:30', '区市场监管局', 10),
    ],
  },
  {
    name: 'extensions',
    first: '2023-06-26',
    last: '2024-03-05',
    units: ['区税务局', '区住建局'],
    nos: [1, 41],
    events: [extended('2023-06-29T15:00', 1, '2023-09-30'), extended('2023-12-27T10:00', 41, '2024-02-29')],
  },
  {
    name: 'returns',
    first: '2023-05-22',
    last: '2023-07-03',
    units: ['区行政审批局', '区税务局', '区金融办'],
    nos: [43],
    events: [
      partDone('2023-05-25T11:00', '区税务局', 43),
      applies('2023-05-30T15:00', '区行政审批局', 43),
      becomes('2023-06-05T10:00', 43, 'active', '退回'),
      applies('2023-06-14T10:00', '区行政审批局', 43, '再次'),
      becomes('2023-06-19T10:00', 43, 'ongoing', '核销'),
    ],
  },
];

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
  await database.dataSource.transaction(loadGoldenDistrict);
}, 60_000);
afterAll(() => database.drop());

it.each(scenarios)('$name', async ({ name, first, last, units, nos, events }) => {
  const file = projectFile('test', 'reminders', 'golden', `${name}.txt`);
  const runner = database.dataSource.createQueryRunner();
  await runner.startTransaction();
  const rows: string[] = [];
  try {
    const { manager } = runner;
    // Only the watched tasks stay, so that the table tells of nothing else.
    await manager.query("UPDATE tasks SET state = 'suspended' WHERE itemNo NOT IN (?)", [nos]);
    const calendar = await loadWorkCalendar(manager);
    const later = [...events];
    for (const at of everyDay(first, last)) {
      for (const event of later.filter(one => one.at < `${at}T08:30`)) {
        rows.push(`  ${event.at.replace('T', ' ')} ${event.what}`);
        await event.happens(manager);
        later.splice(later.indexOf(event), 1);
      }
      const plan = await planReminders(manager, { at, calendar });
      expect([at, liaisonLines(plan)]).toEqual([at, districtLines(plan)]);
      const lines = districtLines(plan).filter(line => units.includes(line.split(' ')[0] ?? ''));
      if (lines.length > 0) rows.push(`${dayName(at, calendar)} | ${lines.join(' | ')}`);
    }
    expect(later).toEqual([]);
  } finally {
    await runner.rollbackTransaction();
    await runner.release();
  }
  const table = `${rows.join('\n')}\n`;
  if (process.env.GOLDEN === 'write') writeFileSync(file, table);
  expect(table).toBe(readFileSync(file, 'utf8'));
});
