// A workday that the office declares off after a morning's cards went out: the rung it moves onto that morning is not lost.
import { type EntityManager } from 'typeorm';
import { type CivilDate, instantOf } from '../../src/calendar/civil-date';
import { setOfficeDays, unsetOfficeDay } from '../../src/database/office-days';
import { loadWorkCalendar } from '../../src/database/work-days';
import { planReminders } from '../../src/reminders/plan-reminders';
import { freshDatabase, type FreshDatabase } from '../support/database';
import { loadGoldenDistrict } from './golden/calendar-of-cards';

let database: FreshDatabase;
let manager: EntityManager;

beforeEach(async () => {
  database = await freshDatabase();
  ({ manager } = database.dataSource);
  await manager.transaction(loadGoldenDistrict);
});
afterEach(() => database.drop());

const flood = [{ day: '2023-06-28', kind: 'holiday' as const, name: '防汛' }];
const decided = (day: CivilDate, time: string) => ({ actor: '何芳', now: instantOf(day, time) });

/** The rungs asked on a morning. */
async function asked(at: CivilDate): Promise<unknown[]> {
  const { cards } = await planReminders(manager, { at, calendar: await loadWorkCalendar(manager) });
  return [...new Set(cards.flatMap(({ units }) => units.map(({ rung }) => rung)))];
}

test('entered after the morning, the rung goes with the next one; entered before, that morning had it', async () => {
  expect(await asked('2023-06-26')).not.toContain(3);
  await setOfficeDays(manager, flood, decided('2023-06-26', '15:00'));
  expect(await asked('2023-06-27')).toContain(3);
  expect(await asked('2023-06-29')).not.toContain(3);
});

test('entered before the morning it belongs there; taken back afterwards it is not asked again', async () => {
  await setOfficeDays(manager, flood, decided('2023-06-26', '07:00'));
  expect(await asked('2023-06-26')).toContain(3);
  expect(await asked('2023-06-27')).not.toContain(3);
  await unsetOfficeDay(manager, '2023-06-28', decided('2023-06-26', '17:00'));
  expect(await asked('2023-06-27')).not.toContain(3);
});
