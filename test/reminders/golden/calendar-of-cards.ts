// A district for the golden tables: the sample list, one liaison for every unit it names, one group of the whole district;
// and a plan written down as text, one line for a day.
import { type EntityManager } from 'typeorm';
import { loadSampleLedger } from '../../../seeds/load';
import { addDays, type CivilDate, weekdayOf } from '../../../src/calendar/civil-date';
import { type WorkCalendar } from '../../../src/calendar/work-calendar';
import { ChannelIdentity, ChatGroup, Person, Post } from '../../../src/database/entities/unit';
import { newId } from '../../../src/ids';
import { type MorningPlan, type PlannedCard } from '../../../src/reminders/plan-reminders';

export const firstDay: CivilDate = '2023-05-01';
export const lastDay: CivilDate = '2024-01-31';
export const district = 'cidDistrict';

/** Units, the sample list, a liaison for each unit named in it (user id = the unit's name), and the district's group. */
export async function loadGoldenDistrict(manager: EntityManager): Promise<void> {
  const createdAt = new Date('2023-04-28T18:00:00+08:00');
  await loadSampleLedger(manager, createdAt);
  const units: { id: string; name: string }[] = await manager.query(
    `SELECT id, name FROM units WHERE id IN (SELECT unitId FROM task_units WHERE unitId <> '') ORDER BY name`,
  );
  for (const { id: unitId, name } of units) {
    const personId = newId();
    await manager.insert(Person, { id: personId, name: `${name}联络员`, createdAt });
    await manager.insert(ChannelIdentity, { id: newId(), channel: 'dingtalk', externalId: name, personId });
    await manager.insert(Post, { id: newId(), personId, unitId, role: 'liaison', title: null, createdAt });
  }
  await manager.insert(ChatGroup, {
    id: newId(),
    channel: 'dingtalk',
    conversationId: district,
    title: '全区重点任务工作群',
    status: 'enabled',
    scope: 'district',
    createdAt,
  });
}

/** Every day from the first to the last, weekends too. */
export function everyDay(first: CivilDate, last: CivilDate): CivilDate[] {
  const days: CivilDate[] = [];
  for (let day = first; day <= last; day = addDays(day, 1)) days.push(day);
  return days;
}

const weekdays = '一二三四五六日';

/** "2023-06-25 周日 班 端午节调休上班", "2023-06-22 周四 休 端午节" */
export function dayName(day: CivilDate, calendar: WorkCalendar): string {
  return [
    day,
    `周${weekdays[weekdayOf(day) - 1] ?? ''}`,
    calendar.isWorkday(day) ? '班' : '休',
    calendar.nameOf(day) ?? '',
  ]
    .join(' ')
    .trimEnd();
}

/** "1-3 5 7": ranges where numbers follow each other. */
export function numbers(nos: number[]): string {
  const runs: [number, number][] = [];
  for (const no of nos) {
    const run = runs.at(-1);
    if (run && no === run[1] + 1) run[1] = no;
    else runs.push([no, no]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(' ');
}

function linesOf({ units, standing }: PlannedCard, to = ''): string[] {
  const name = (unit: string) => (to === '' || unit === to ? unit : `${to}←${unit}`);
  return [
    ...units.map(({ unit, due, rung, tasks }) => `${name(unit)} ${due} ${rung}: ${numbers(tasks)}`),
    ...standing.map(({ unit, due, tasks }) => `${name(unit)} ${due} 长期推进: ${numbers(tasks)}`),
  ];
}

/** What each unit owes on the district's card, as lines "区税务局 2023-06-30 3: 1-3 7-10", sorted. */
export function districtLines(plan: MorningPlan): string[] {
  const card = plan.cards.find(({ to }) => to.id === district);
  return (card ? linesOf(card) : []).sort((a, b) => (a < b ? -1 : 1));
}

/** The same from the liaisons' private cards; a card with another unit's debts on it would show here. */
export function liaisonLines(plan: MorningPlan): string[] {
  return plan.cards
    .filter(({ to }) => to.kind === 'person')
    .flatMap(card => linesOf(card, card.to.id))
    .sort((a, b) => (a < b ? -1 : 1));
}
