// Everything a morning's plan is made from, read in a number of queries that does not grow with units, tasks or recipients.
import { type EntityManager } from 'typeorm';
import { addDays, type CivilDate, instantOf, weekdayOf } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';
import { loadSettings } from '../database/list-settings';
import { calendarAsOf } from '../database/office-days';
import { type Recurrence, TaskList } from '../database/entities/task';
import { findOutlines, type PartyFilter, type TaskOutline } from '../tasks/task-outlines';
import { type Morning } from './owed-tasks';
import { type Members } from './owing-parties';
import { findGroups, findMembers, findPeople, type GroupRecipient, type UnitPerson } from './recipients';
import { findMoves, type Move } from '../tasks/reminder-moves';
import { lastMorningBefore } from './put-off';
import { type RulesOf, rulesOf } from './rules';
import { periodAskedOn } from './standing-tasks';
import { countedWorkdays } from './unit-counts';

export interface MorningFacts {
  morning: Morning & { rules: RulesOf };
  lists: TaskList[];
  tasks: TaskOutline[];
  members: Members;
  groups: GroupRecipient[];
  liaisons: UnitPerson[];
  /** What recipients have put off, by their key. */
  moves: ReadonlyMap<string, Move[]>;
  /** Recipients whose card did not go out on a morning that others had, by their key, and the day before it. */
  leftOut: ReadonlyMap<string, CivilDate>;
  /** Some standing task may be asked about. */
  asksStanding: boolean;
  /** Groups hear when nothing is owed. */
  saysAllClear: boolean;
}

export interface FactsWanted {
  at: CivilDate;
  calendar: WorkCalendar;
  missedSince: CivilDate | null;
  leftOut?: ReadonlyMap<string, CivilDate>;
  /** Only these lists; null = all. */
  listIds: readonly string[] | null;
  /** Only what is urgent; see Morning. */
  urgentOnly: boolean;
  /** Those a morning has to look at; or, to be explained, those of every state and date, all or of some units. */
  tasks: 'in_reach' | 'all' | PartyFilter;
}

const monday = 1;

export async function findMorningFacts(manager: EntityManager, wanted: FactsWanted): Promise<MorningFacts> {
  const { at, calendar, missedSince, leftOut = new Map<string, CivilDate>(), listIds, urgentOnly } = wanted;
  const settings = await loadSettings(manager);
  const rules = rulesOf(settings);
  const stored = await manager.find(TaskList, { order: { importedAt: 'ASC', id: 'ASC' } });
  const lists = stored.filter(({ id }) => listIds?.includes(id) ?? true);
  const lastRan = lastMorningBefore(at, calendar, missedSince);
  const before = await calendarAsOf(manager, calendar, instantOf(lastRan, settings.morningOf(null, lastRan)));
  const former = before && { lastRan, calendar: before };
  const moves = await findMoves(manager, lastRan);
  const asksStanding =
    !urgentOnly &&
    (await standingIsAsked(manager, { lists, rules, at, calendar }, earliestSince(lastRan, moves, leftOut)));
  const saysAllClear = !urgentOnly && weekdayOf(at) === monday && lists.length > 0;
  return {
    morning: { at, calendar, missedSince, former, rules, urgentOnly },
    lists,
    tasks: await findOutlines(manager, {
      listIds: lists.map(({ id }) => id),
      ...(wanted.tasks === 'in_reach'
        ? {
            states: asksStanding ? (['active', 'ongoing'] as const) : (['active'] as const),
            dueUntil: asksStanding ? null : lastDueInReach(at, calendar, lists, rules),
          }
        : wanted.tasks === 'all'
          ? {}
          : { parties: wanted.tasks }),
    }),
    members: await findMembers(manager),
    groups: await findGroups(manager),
    liaisons: await findPeople(manager, 'liaison', at),
    moves,
    leftOut,
    asksStanding,
    saysAllClear,
  };
}

/** The earliest day a recipient's reminders go back to on this morning. */
function earliestSince(
  lastRan: CivilDate,
  moves: ReadonlyMap<string, Move[]>,
  leftOut: ReadonlyMap<string, CivilDate>,
): CivilDate {
  const days = [...moves.values()].flat().map(({ fromDay }) => addDays(fromDay, -1));
  return [lastRan, ...days, ...leftOut.values()].sort()[0] ?? lastRan;
}

/** Whether any standing task can be asked about: by the lists' rhythms, or by one that a deadline names. */
async function standingIsAsked(
  manager: EntityManager,
  { lists, rules, ...morning }: { lists: TaskList[]; rules: RulesOf; at: CivilDate; calendar: WorkCalendar },
  since: CivilDate,
): Promise<boolean> {
  const named: { recurring: string }[] = await manager.query(
    "SELECT DISTINCT recurring FROM tasks WHERE recurring IS NOT NULL AND state IN ('active', 'ongoing')",
  );
  const rhythms = [
    ...lists.map(({ id }) => rules(id).longTerm),
    ...named.map(({ recurring }) => JSON.parse(recurring) as Recurrence),
  ];
  return rhythms.some(rhythm => periodAskedOn(rhythm, morning, since) !== null);
}

/** The last due date that can be on a rung or in a count: its action day is at most so many workdays away. */
function lastDueInReach(at: CivilDate, calendar: WorkCalendar, lists: TaskList[], rules: RulesOf): CivilDate {
  const rungs = lists.flatMap(({ id }) => rules(id).ladder.rungs);
  let day = at;
  for (let i = Math.max(countedWorkdays, ...rungs) + 1; i > 0; i--) day = calendar.after(day);
  return addDays(day, -1);
}
