// What the bot asks of people: messages nobody asked for, items on them, and how soon a report came; per unit, of no person.
import { type EntityManager } from 'typeorm';
import { civilDateOf, type CivilDate, instantOf } from '../calendar/civil-date';

/** A day on which a unit was sent something. */
export interface BurdenDay {
  day: CivilDate;
  /** The day's first message. */
  firstAt: Date;
  messages: number;
  items: number;
  /** The unit's first report after that, on the same day; null = none. */
  answeredAt: Date | null;
}

/** What a unit was sent in a span of days. */
export interface UnitBurden {
  unitId: string;
  unit: string;
  messages: number;
  /** Tasks shown on them, each time counted. */
  items: number;
  /** Days on which it was asked, and on how many of them it reported after that. */
  asked: number;
  answered: number;
  /** From the day's first message to the first report after it: the median, in minutes; null = never answered. */
  minutes: number | null;
  /** The latest first. */
  days: BurdenDay[];
}

export interface Burden {
  units: UnitBurden[];
  /** To groups that are bound to no unit. */
  others: { messages: number; items: number };
  total: { messages: number; items: number; minutes: number | null };
}

export interface BurdenMessage {
  unitId: string;
  recipientKey: string;
  name: string;
  items: number;
  sentAt: Date;
  reply: string;
}

const sentWhere = "o.status = 'sent' AND o.unasked = 1 AND o.sentAt >= ? AND o.sentAt < ?";

/** Which unit a recipient belongs to: the group's, or the one a liaison or leader speaks for; '' = none. */
async function unitsOfRecipients(manager: EntityManager): Promise<Map<string, string>> {
  const groups: { key: string; unitId: string | null }[] = await manager.query(
    "SELECT CONCAT('group:', conversationId) AS `key`, unitId FROM chat_groups",
  );
  const people: { key: string; unitId: string }[] = await manager.query(
    `SELECT CONCAT('person:', i.externalId) AS \`key\`, MIN(q.unitId) AS unitId FROM channel_identities i
       JOIN posts q ON q.personId = i.personId AND q.endedAt IS NULL AND q.role IN ('liaison', 'leader')
      GROUP BY i.externalId`,
  );
  return new Map([...groups, ...people].map(({ key, unitId }) => [key, unitId ?? '']));
}

/** How long a report took after the message, in whole minutes. */
export function minutesBetween(message: Date, report: Date): number {
  return Math.round((report.getTime() - message.getTime()) / 60_000);
}

function median(values: number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}

/** When each unit reported, in order. */
async function reportsOf(manager: EntityManager, from: Date, until: Date): Promise<Map<string, Date[]>> {
  const rows: { unitId: string; saidAt: Date }[] = await manager.query(
    `SELECT unitId, saidAt FROM changes WHERE kind = 'report' AND saidAt >= ? AND saidAt < ? ORDER BY saidAt`,
    [from, until],
  );
  const found = new Map<string, Date[]>();
  for (const { unitId, saidAt } of rows) {
    const said = found.get(unitId);
    if (said) said.push(saidAt);
    else found.set(unitId, [saidAt]);
  }
  return found;
}

/** @param days - first and last day, both counted */
export async function findBurden(
  manager: EntityManager,
  days: { first: CivilDate; last: CivilDate },
  nameOf: (unitId: string) => string | undefined,
): Promise<Burden> {
  const from = instantOf(days.first, '00:00');
  const until = new Date(instantOf(days.last, '00:00').getTime() + 86_400_000);
  const unitOf = await unitsOfRecipients(manager);
  const sent: { key: string; day: string; firstAt: Date; messages: string; items: string }[] = await manager.query(
    `SELECT o.recipientKey AS \`key\`, DATE(o.sentAt + INTERVAL 8 HOUR) AS day, MIN(o.sentAt) AS firstAt, COUNT(*) AS messages,
            SUM(COALESCE(JSON_LENGTH(o.tasksShown, '$.itemNos'), 0)) AS items
       FROM outbox_messages o WHERE ${sentWhere} GROUP BY o.recipientKey, DATE(o.sentAt + INTERVAL 8 HOUR)`,
    [from, until],
  );
  // A unit's group and its people are one: what came first on a day began it.
  const rows = new Map<string, { unitId: string; firstAt: Date; messages: number; items: number }>();
  for (const { key, day, firstAt, messages, items } of sent) {
    const unitId = unitOf.get(key) ?? '';
    const known = rows.get(`${unitId}/${day}`);
    if (!known) rows.set(`${unitId}/${day}`, { unitId, firstAt, messages: Number(messages), items: Number(items) });
    else {
      known.messages += Number(messages);
      known.items += Number(items);
      if (firstAt < known.firstAt) known.firstAt = firstAt;
    }
  }
  const reports = await reportsOf(manager, from, until);
  const units = new Map<string, UnitBurden & { waits: number[] }>();
  const others = { messages: 0, items: 0 };
  for (const row of rows.values()) {
    const unit = nameOf(row.unitId);
    const { messages, items } = row;
    if (unit === undefined) {
      others.messages += messages;
      others.items += items;
      continue;
    }
    const { unitId } = row;
    const burden = units.get(unitId) ?? {
      unitId, unit, messages: 0, items: 0, asked: 0, answered: 0, minutes: null, waits: [], days: [],
    }; // prettier-ignore
    burden.messages += messages;
    burden.items += items;
    burden.asked++;
    const day = civilDateOf(row.firstAt);
    const report = reports.get(unitId)?.find(saidAt => saidAt >= row.firstAt);
    const answeredAt = report && civilDateOf(report) === day ? report : null;
    burden.days.push({ day, firstAt: row.firstAt, messages, items, answeredAt });
    if (answeredAt) {
      burden.answered++;
      burden.waits.push(minutesBetween(row.firstAt, answeredAt));
    }
    units.set(unitId, burden);
  }
  const all = [...units.values()];
  const sum = (of: (one: UnitBurden) => number): number => all.reduce((total, one) => total + of(one), 0);
  return {
    units: all
      .map(({ waits, days, ...burden }) => ({
        ...burden,
        minutes: median(waits),
        days: days.sort((a, b) => (a.day < b.day ? 1 : -1)),
      }))
      .sort((a, b) => (a.unitId < b.unitId ? -1 : 1)),
    others,
    total: {
      messages: sum(one => one.messages) + others.messages,
      items: sum(one => one.items) + others.items,
      minutes: median(all.flatMap(one => one.waits)),
    },
  };
}

/** The messages behind a unit's figures ('' = those of no unit), the latest first. */
export async function findBurdenMessages(
  manager: EntityManager,
  days: { first: CivilDate; last: CivilDate },
  unitId: string,
  limit: number,
): Promise<BurdenMessage[]> {
  const from = instantOf(days.first, '00:00');
  const until = new Date(instantOf(days.last, '00:00').getTime() + 86_400_000);
  // Those of no unit are also those of people without such a post: all that are no unit's.
  const known = [...(await unitsOfRecipients(manager))]
    .filter(([, of]) => (unitId === '' ? of !== '' : of === unitId))
    .map(([key]) => key);
  if (known.length === 0 && unitId !== '') return [];
  const rows: (Omit<BurdenMessage, 'items' | 'unitId'> & { items: string })[] = await manager.query(
    `SELECT o.recipientKey, COALESCE(JSON_LENGTH(o.tasksShown, '$.itemNos'), 0) AS items, o.sentAt, o.reply,
            COALESCE((SELECT g.title FROM chat_groups g WHERE o.recipientKey = CONCAT('group:', g.conversationId) LIMIT 1), '私聊') AS name
       FROM outbox_messages o
      WHERE ${sentWhere} AND o.recipientKey ${unitId === '' ? 'NOT IN' : 'IN'} (?) ORDER BY o.sentAt DESC, o.id DESC LIMIT ${limit}`,
    [from, until, known.length > 0 ? known : ['']],
  );
  return rows.map(row => ({ ...row, unitId, items: Number(row.items) }));
}
