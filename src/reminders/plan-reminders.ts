// planReminders: which morning cards go out on a day, to whom, and what stands on them. Reads only.
import { type EntityManager } from 'typeorm';
import { type CivilDate } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';
import { recipientKey } from '../outbox/outbox';
import { type Reply } from '../rendering/reply';
import { type PartyFilter } from '../tasks/task-outlines';
import { type TaskView } from '../tasks/task-queries';
import { allClears } from './all-clear';
import { type CardRecipient, recipientOf } from './card-recipient';
import { explainTasks, type Explanation } from './explain';
import { morningCard, tasksToShow } from './morning-card';
import { findMorningFacts, type MorningFacts } from './morning-facts';
import {
  entriesOf,
  onList,
  owedByUnit,
  type OwedEntry,
  type SinceOf,
  type UnitOwed,
  worstUnitFirst,
} from './owed-tasks';
import { sinceWithMoves } from './put-off';
import { type GroupRecipient } from './recipients';
import { findInFull } from './shown-tasks';
import {
  standingByUnit,
  type StandingEntry,
  standingEntries,
  standingOnList,
  type UnitStanding,
} from './standing-tasks';
import { countByUnit, type UnitCounts } from './unit-counts';
import { type Undecided, undecidedOn } from './undecided';
import { type Unreachable, unreachableUnits } from './unreachable';

export interface PlannedCard {
  to: CardRecipient;
  /** All that is owed; the card itself shows a few. */
  units: OwedEntry[];
  /** What is asked about standing tasks (长期推进), which have no date to owe by. */
  standing: StandingEntry[];
  reply: Reply;
  /** The tasks the card shows; null where they are of several lists. */
  shown: { listId: string; itemNos: number[] } | null;
}

export interface MorningPlan {
  at: CivilDate;
  workday: boolean;
  cards: PlannedCard[];
  /** Groups that hear on a Monday that nothing is owed. */
  allClear: { to: CardRecipient; reply: Reply }[];
  /** Units that owe and have neither a group of their own nor a liaison who can be reached. */
  unreachable: Unreachable[];
  /** Tasks on a rung that a collective leads. */
  undecided: Undecided[];
  /** Recipients who have put something off beyond this morning, and until when at the longest. */
  moved: { to: CardRecipient; until: CivilDate }[];
  explain: Explanation[];
}

export interface PlanOptions {
  at: CivilDate;
  calendar: WorkCalendar;
  /** The last morning that ran, when later ones were missed altogether. */
  missedSince?: CivilDate | null;
  /** Recipients whose card expired unsent while others' went out, see leftOutSince. */
  leftOut?: ReadonlyMap<string, CivilDate>;
  /** Only these lists; all, unless given. */
  listIds?: readonly string[] | null;
  /** Only rungs 1, 0 and overdue: the month's quota is nearly used up. */
  urgentOnly?: boolean;
  /**
   * Also say why tasks are or are not asked about: all of them, or so many lines of each kind about those that a morning looks at
   * (what lies beyond the widest rung is not read for it).
   */
  explain?: 'all' | number;
}

/** What all units owe, for everybody who has put nothing off. */
interface Owing {
  owed: Map<string, UnitOwed>;
  standing: Map<string, UnitStanding[]>;
}

interface Planning extends MorningFacts {
  owing: Owing;
  /** The same for recipients who have put nothing off and were left out since a day: worked out once for all of that day. */
  owingSince: (since: CivilDate) => Owing;
  counts: (unitId: string, listId: string | null) => UnitCounts;
}

/** What a card is about, before it is laid out. */
export interface CardDraft {
  to: CardRecipient;
  units: UnitOwed[];
  asked: UnitStanding[];
  listId: string | null;
  snooze: boolean;
}

/** A morning as far as one can say who gets a card; it is laid out when it is looked at. */
export interface MorningOutline {
  /** All but the cards. */
  plan: MorningPlan;
  drafts: CardDraft[];
  layOut: (manager: EntityManager, drafts: readonly CardDraft[]) => Promise<PlannedCard[]>;
}

const cardsAtOnce = 300;

/** Whose card it is: these units, or all of them; one list, or all. */
interface Scope {
  unitIds: string[] | null;
  listId: string | null;
}

/**
 * Plans one morning: a card for each group and each liaison whose units owe something, at most one each.
 *
 * @returns on a day that is no workday a plan without cards
 * Source: product description §6
 */
export async function planReminders(manager: EntityManager, options: PlanOptions): Promise<MorningPlan> {
  const { plan, drafts, layOut } = await outlineMorning(manager, options);
  return { ...plan, cards: await layOut(manager, drafts) };
}

/** {@link planReminders} without laying out the cards, of which a page shows few. */
export async function outlineMorning(manager: EntityManager, options: PlanOptions): Promise<MorningOutline> {
  const { at, calendar } = options;
  const workday = calendar.isWorkday(at);
  const plan: MorningPlan = {
    at,
    workday,
    cards: [],
    allClear: [],
    unreachable: [],
    undecided: [],
    moved: [],
    explain: [],
  };
  if (!workday) return { plan, drafts: [], layOut: () => Promise.resolve([]) };
  const facts = await findMorningFacts(manager, {
    at,
    calendar,
    missedSince: options.missedSince ?? null,
    leftOut: options.leftOut,
    listIds: options.listIds ?? null,
    urgentOnly: options.urgentOnly ?? false,
    tasks: options.explain === 'all' ? 'all' : 'in_reach',
  });
  const { tasks, members, morning, groups, liaisons } = facts;
  const planning = {
    ...facts,
    owing: owingOf(facts),
    owingSince: remembered((since: CivilDate) => owingOf(facts, () => ({ since }))),
    counts: countByUnit(tasks, members, morning),
  };
  const drafts: CardDraft[] = [];
  const clear: GroupRecipient[] = [];
  for (const group of groups) {
    const to: CardRecipient = { kind: 'group', id: group.conversationId, name: group.title ?? group.conversationId };
    const { draft, until } = draftFor(
      to,
      { unitIds: group.unit ? [group.unit.id] : null, listId: group.listId },
      planning,
    );
    if (until !== null) plan.moved.push({ to, until });
    if (draft) drafts.push(draft);
    else if (facts.saysAllClear && until === null) clear.push(group);
  }
  for (const { staffId, name, units } of liaisons) {
    if (staffId === null) continue;
    const to: CardRecipient = { kind: 'person', id: staffId, name };
    const { draft, until } = draftFor(to, { unitIds: units.map(({ id }) => id), listId: null }, planning);
    if (until !== null) plan.moved.push({ to, until });
    if (draft) drafts.push(draft);
  }
  const replies = await allClears(manager, at, clear);
  plan.allClear = clear.flatMap(({ conversationId, title }, i) => {
    const reply = replies[i];
    return reply ? [{ to: { kind: 'group', id: conversationId, name: title ?? conversationId }, reply }] : [];
  });
  plan.undecided = undecidedOn(tasks, morning);
  plan.unreachable = unreachableUnits([...planning.owing.owed.values()], groups, liaisons);
  const { explain } = options;
  if (explain !== undefined)
    plan.explain = explainTasks(tasks, morning, members, explain === 'all' ? Infinity : explain);
  return { plan, drafts, layOut: (reader, some) => layOutAll(reader, some, planning) };
}

/** Why each task of some units is or is not asked about on a morning. */
export async function explainUnits(
  manager: EntityManager,
  { at, calendar, parties }: Pick<PlanOptions, 'at' | 'calendar'> & { parties: PartyFilter },
): Promise<Explanation[]> {
  const usual = { missedSince: null, listIds: null, urgentOnly: false };
  const { tasks, morning, members } = await findMorningFacts(manager, { at, calendar, ...usual, tasks: parties });
  return explainTasks(tasks, morning, members);
}

function owingOf({ tasks, morning, members, asksStanding }: MorningFacts, since?: SinceOf): Owing {
  return {
    owed: owedByUnit(tasks, morning, members, since),
    standing: asksStanding ? standingByUnit(tasks, morning, members, since) : new Map<string, UnitStanding[]>(),
  };
}

function remembered<Key, Value>(work: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return key => {
    const value = known.get(key) ?? work(key);
    known.set(key, value);
    return value;
  };
}

/** What a recipient's card is about, null when nothing is owed or all of it is put off; and until when something is. */
function draftFor(
  to: CardRecipient,
  { unitIds, listId }: Scope,
  planning: Planning,
): { draft: CardDraft | null; until: CivilDate | null } {
  const { morning, moves } = planning;
  const key = recipientKey(recipientOf(to));
  const own = moves.get(key);
  const leftOut = planning.leftOut.get(key);
  const since = [morning.missedSince, leftOut ?? null].filter(day => day !== null).sort()[0] ?? null;
  const waiting = (own ?? []).map(({ resumeOn }) => resumeOn).filter(day => day > morning.at);
  const until = waiting.sort().at(-1) ?? null;
  const { owed, standing } = own
    ? owingOf(planning, sinceWithMoves(own, morning.at, since))
    : leftOut !== undefined && since !== null
      ? planning.owingSince(since)
      : planning.owing;
  const units = pick(owed, unitIds)
    .map(unit => onList(unit, listId))
    .filter(unit => unit !== null)
    .sort(worstUnitFirst);
  const asked = pick(standing, unitIds)
    .flat()
    .map(one => standingOnList(one, listId))
    .filter(one => one !== null);
  const isEmpty = units.length + asked.length === 0;
  return { draft: isEmpty ? null : { to, units, asked, listId, snooze: unitIds !== null }, until };
}

function pick<T>(byUnit: ReadonlyMap<string, T>, unitIds: string[] | null): T[] {
  if (unitIds === null) return [...byUnit.values()];
  return unitIds.map(id => byUnit.get(id)).filter(found => found !== undefined);
}

/** Cards are laid out by the hundred, so that no more tasks than theirs are in memory in full. */
async function layOutAll(
  manager: EntityManager,
  drafts: readonly CardDraft[],
  planning: Planning,
): Promise<PlannedCard[]> {
  const cards: PlannedCard[] = [];
  for (let i = 0; i < drafts.length; i += cardsAtOnce) {
    const some = drafts.slice(i, i + cardsAtOnce);
    const inFull = await findInFull(
      manager,
      some.flatMap(({ units, asked }) => tasksToShow(units, asked)),
    );
    for (const draft of some) cards.push(layOut(draft, inFull, planning));
  }
  return cards;
}

function layOut(
  { to, units, asked, listId, snooze }: CardDraft,
  inFull: ReadonlyMap<string, TaskView>,
  { lists, morning, counts }: Planning,
): PlannedCard {
  const listIds = new Set<string>();
  for (const { owed } of units) for (const { task } of owed) listIds.add(task.listId);
  for (const { tasks } of asked) for (const task of tasks) listIds.add(task.listId);
  const about = lists.filter(({ id }) => (listId === null ? listIds.has(id) : id === listId));
  const severalLists = about.length > 1;
  const { reply, shown } = morningCard(units, asked, {
    at: morning.at,
    calendar: morning.calendar,
    lists: severalLists ? about.map(({ shortName }) => shortName).join('、') : (about[0]?.title ?? ''),
    severalLists,
    namesLists: listId === null && lists.length > 1,
    inFull,
    snooze,
    countsOf: unitId => counts(unitId, listId),
  });
  return {
    to,
    units: units.flatMap(unit => entriesOf(unit, severalLists)),
    standing: asked.flatMap(one => standingEntries(one, severalLists)),
    reply,
    shown,
  };
}
