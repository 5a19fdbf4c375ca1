// Keeps messages nobody asked for until they may go: candidates for sending are looked at before they are claimed.
import { type DataSource } from 'typeorm';
import { civilDateOf } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';
import { loadSettings, type SettingsView } from '../database/list-settings';
import { loadWorkCalendar } from '../database/work-days';
import { dayBounds, type HeardToday, isWithinBudget, nextDayAwake, wakesAt, type Waking } from './unasked';

/** A row that could be sent now, were it only for its turn. */
export interface Candidate {
  id: string;
  recipientKey: string;
  dedupKey: string;
  unasked: number;
}

interface Rules {
  calendar: WorkCalendar;
  settings: SettingsView;
  /** The list a group is bound to, by its key. */
  listOfGroup: ReadonlyMap<string, string>;
}

export interface HoldBack {
  /** Puts off those that may not go now; what is left may. */
  apply(candidates: Candidate[], now: Date): Promise<Candidate[]>;
}

const rulesKeptMs = 3000;

/** Settings and calendar are read anew every few seconds, and only while there is something to decide. */
export function createHoldBack(dataSource: DataSource): HoldBack {
  let held: { rules: Rules; until: number } | null = null;

  async function rulesNow(): Promise<Rules> {
    if (held && held.until > performance.now()) return held.rules;
    const rules = await loadRules(dataSource);
    held = { rules, until: performance.now() + rulesKeptMs };
    return rules;
  }

  return {
    apply: async (candidates, now) => {
      const unasked = candidates.filter(row => row.unasked === 1);
      if (unasked.length === 0) return candidates;
      const { calendar, settings, listOfGroup } = await rulesNow();
      const wakingOf = (row: Candidate): Waking => settings.of(listOfGroup.get(row.recipientKey) ?? null);
      const heard = await findHeard(dataSource, unasked.filter(isToGroup).map(row => row.recipientKey), now); // prettier-ignore
      const until = new Map<string, Date>();
      for (const row of unasked) {
        const waking = wakingOf(row);
        const wakes = wakesAt(now, waking, calendar);
        const said = heard.get(row.recipientKey) ?? { cards: 0, cardsToCome: 0, others: 0 };
        if (wakes) until.set(row.id, wakes);
        else if (isToGroup(row) && !isWithinBudget(isCard(row), said, waking, now))
          until.set(row.id, nextDayAwake(now, waking, calendar));
      }
      for (const [id, at] of until)
        await dataSource.query("UPDATE outbox_messages SET nextAt = ? WHERE id = ? AND status = 'ready'", [at, id]);
      return candidates.filter(row => !until.has(row.id));
    },
  };
}

const isToGroup = (row: Candidate): boolean => row.recipientKey.startsWith('group:');
const isCard = (row: Candidate): boolean => row.dedupKey.startsWith('morning');

async function loadRules(dataSource: DataSource): Promise<Rules> {
  const groups: { conversationId: string; listId: string }[] = await dataSource.query(
    'SELECT conversationId, listId FROM chat_groups WHERE listId IS NOT NULL',
  );
  return {
    calendar: await loadWorkCalendar(dataSource.manager),
    settings: await loadSettings(dataSource.manager),
    listOfGroup: new Map(groups.map(({ conversationId, listId }) => [`group:${conversationId}`, listId])),
  };
}

async function findHeard(dataSource: DataSource, keys: string[], now: Date): Promise<Map<string, HeardToday>> {
  if (keys.length === 0) return new Map();
  const [from, to] = dayBounds(now);
  const rows: { recipientKey: string; cards: string; cardsToCome: string; others: string }[] = await dataSource.query(
    `SELECT recipientKey,
            SUM(dedupKey LIKE 'morning%' AND status <> 'ready') AS cards,
            SUM(dedupKey LIKE 'morning%' AND status = 'ready') AS cardsToCome,
            SUM(dedupKey NOT LIKE 'morning%') AS others
       FROM outbox_messages
      WHERE recipientKey IN (?) AND unasked = 1
        AND ((status = 'sent' AND sentAt >= ? AND sentAt < ?)
             OR status = 'claimed'
             OR (status = 'uncertain' AND GREATEST(createdAt, nextAt) >= ? AND GREATEST(createdAt, nextAt) < ?)
             OR (status = 'ready' AND dedupKey LIKE ?))
      GROUP BY recipientKey`,
    [keys, from, to, from, to, `morning%:${civilDateOf(now)}`],
  );
  return new Map(
    rows.map(({ recipientKey, ...heard }) => [
      recipientKey,
      { cards: Number(heard.cards), cardsToCome: Number(heard.cardsToCome), others: Number(heard.others) },
    ]),
  );
}
