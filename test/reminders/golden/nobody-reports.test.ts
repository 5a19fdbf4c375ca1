// The golden calendar: every morning's cards from May 2023 to January 2024 when nobody ever reports, as stored in a table.
// `GOLDEN=write npx jest test/reminders/golden` writes the table anew; a change of it is a change of what offices receive.
//
// Reviewed by hand against the published holidays, counting workdays back from the action day on paper (not by the program):
//   05-31 (Wed): 30=1, 29, 26=3, 25 24 23, 22=7, 19…11, 10=15; 06-01 first workday after it; then Mondays.
//   06-30 (Fri): 29=1, 28, 27=3, 26, Sunday 25 (worked for 端午)=5, 21 (22-24 off), 20=7, 19 16 15 14 13 12 9, 08=15.
//   09-30 is nobody's date, but overdue goes on: week of 10-02…10-08 is off until Saturday 10-07 (worked), its first workday; 10-08 none.
//   12-31 (Sun, 12-30…01-01 off): action day Fri 12-29=0, 28=1, 27, 26=3, 25 22 21, 20=7, 19 18 15 14 13 12 11, 08=15; 01-02 overdue.
//   08-31 (Thu): 30=1, 29, 28=3 (a Monday: with what is overdue), 25 24 23, 22=7, 21 18 17 16 15 14 11, 10=15; 09-01 overdue.
//   All-clear on Mondays without anything owed only: 05-08, 05-15, 05-29; 05-04, a Thursday, and 05-01, a holiday, have none.
// 长期推进 alone (20 tasks): once a quarter, on its last workday: 06-30, 09-28 (09-29 and 30 are off), 12-29; never overdue.
// Who owes was read in the list itself for 5, 9, 38, 39, 40, 43, 44, 68, 106, 115, 136 and 143: "等单位" and 各镇街 add nobody,
// 143 (区直各有关单位、各镇街、花湖开发区) is 花湖开发区's alone.
import { readFileSync, writeFileSync } from 'node:fs';
import { loadWorkCalendar } from '../../../src/database/work-days';
import { projectFile } from '../../../src/project-files';
import { planReminders } from '../../../src/reminders/plan-reminders';
import { freshDatabase, type FreshDatabase } from '../../support/database';
import {
  dayName,
  districtLines,
  everyDay,
  firstDay,
  lastDay,
  liaisonLines,
  loadGoldenDistrict,
} from './calendar-of-cards';

const file = projectFile('test', 'reminders', 'golden', 'nobody-reports.txt');
let database: FreshDatabase;

beforeAll(async () => {
  database = await freshDatabase();
  await database.dataSource.transaction(loadGoldenDistrict);
}, 60_000);
afterAll(() => database.drop());

/**
 * The table: who owes for each due date, then each day with its due dates and rungs. Nobody reports, so that whoever owes
 * for a date owes the same at each of its rungs; were that not so, this would throw.
 */
async function writeTable(): Promise<string> {
  const { manager } = database.dataSource;
  const calendar = await loadWorkCalendar(manager);
  const owing = new Map<string, string[]>();
  const days: string[] = [];
  for (const at of everyDay(firstDay, lastDay)) {
    const plan = await planReminders(manager, { at, calendar });
    const lines = districtLines(plan);
    expect([at, liaisonLines(plan)]).toEqual([at, lines]);
    const rungs = new Map<string, string[]>();
    for (const line of lines) {
      const [, unit, due, rung, tasks] = /^(\S+) (\S+) (\S+): (.*)$/.exec(line) ?? [];
      const key = `${due} ${rung}`;
      rungs.set(key, [...(rungs.get(key) ?? []), `${unit}: ${tasks}`]);
    }
    for (const [key, units] of rungs) {
      const due = key.includes('长期推进') ? '长期推进' : key.slice(0, 10);
      if (!owing.has(due)) owing.set(due, units);
      expect([at, key, units]).toEqual([at, key, owing.get(due)]);
    }
    const people = plan.cards.filter(({ to }) => to.kind === 'person').length;
    const cards = plan.cards.length > 0 ? `群${plan.cards.length - people} 人${people}` : '';
    const clear = plan.allClear.length > 0 ? '无到期' : '';
    const due = [...rungs.keys()].map(key => key.replace(' ', '→')).sort();
    days.push([dayName(at, calendar), ...due, cards, clear].filter(Boolean).join(' | '));
  }
  const who = [...owing].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    '# 谁应反馈：期限 → 单位: 序号',
    ...who.flatMap(([due, units]) => ['', `## ${due}`, ...units]),
    '',
    '# 每一天：日期 星期 班/休 名称 | 期限→提前的工作日数 | 卡片数',
    ...days,
    '',
  ].join('\n');
}

it('is as stored', async () => {
  const table = await writeTable();
  if (process.env.GOLDEN === 'write') writeFileSync(file, table);
  expect(table).toBe(readFileSync(file, 'utf8'));
}, 120_000);
