// What the bot asks of people: messages nobody asked for, items on them, and how soon a report came; per unit, of no person.
import { type EntityManager } from 'typeorm';
import { civilDateOf, type CivilDate, instantOf } from '../calendar/civil-date';

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

/** Messages that were sent though nobody asked for them, with the unit they went to ('' = none): 1st value from, 2nd until. */
const sentSql = `SELECT o.id, o.sentAt, o.recipientKey,
       COALESCE(JSON_LENGTH(o.tasksShown, '$.itemNos'), 0) AS items,
       COALESCE(g.unitId, w.unitId, '') AS unitId
  FROM outbox_messages o
  LEFT JOIN chat_groups g ON o.recipientKey = CONCAT('group:', g.conversationId) AND g.channel = 'dingtalk'
  LEFT JOIN (SELECT i.externalId, MIN(q.unitId) AS unitId FROM channel_identities i
               JOIN posts q ON q.personId = i.personId AND q.endedAt IS NULL AND q.role IN ('liaison', 'leader')
              WHERE i.channel = 'dingtalk' GROUP BY i.externalId) w ON o.recipientKey = CONCAT('person:', w.externalId)
 WHERE o.status = 'sent' AND o.unasked = 1 AND o.sentAt >= ? AND o.sentAt < ?`;

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
  const rows: { unitId: string; firstAt: Date; messages: string; items: string }[] = await manager.query(
    `SELECT x.unitId, MIN(x.sentAt) AS firstAt, COUNT(*) AS messages, SUM(x.items) AS items
       FROM (${sentSql}) x GROUP BY x.unitId, DATE(x.sentAt + INTERVAL 8 HOUR)`,
    [from, until],
  );
  const reports = await reportsOf(manager, from, until);
  const units = new Map<string, UnitBurden & { waits: number[] }>();
  const others = { messages: 0, items: 0 };
  for (const row of rows) {
    const unit = nameOf(row.unitId);
    const [messages, items] = [Number(row.messages), Number(row.items)];
    if (unit === undefined) {
      others.messages += messages;
      others.items += items;
      continue;
    }
    const { unitId } = row;
    const burden = units.get(unitId) ?? {
      unitId, unit, messages: 0, items: 0, asked: 0, answered: 0, minutes: null, waits: [],
    }; // prettier-ignore
    burden.messages += messages;
    burden.items += items;
    burden.asked++;
    const day = civilDateOf(row.firstAt);
    const answer = reports.get(unitId)?.find(saidAt => saidAt >= row.firstAt);
    if (answer && civilDateOf(answer) === day) {
      burden.answered++;
      burden.waits.push(Math.round((answer.getTime() - row.firstAt.getTime()) / 60_000));
    }
    units.set(unitId, burden);
  }
  const all = [...units.values()];
  const sum = (of: (one: UnitBurden) => number): number => all.reduce((total, one) => total + of(one), 0);
  return {
    units: all
      .map(({ waits, ...burden }) => ({ ...burden, minutes: median(waits) }))
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
  const rows: (Omit<BurdenMessage, 'items'> & { items: string })[] = await manager.query(
    `SELECT x.unitId, x.recipientKey, x.items, x.sentAt, m.reply,
            COALESCE((SELECT g.title FROM chat_groups g WHERE x.recipientKey = CONCAT('group:', g.conversationId) LIMIT 1), '私聊') AS name
       FROM (${sentSql}) x JOIN outbox_messages m ON m.id = x.id
      WHERE x.unitId = ? ORDER BY x.sentAt DESC, x.id DESC LIMIT ${limit}`,
    [from, until, unitId],
  );
  return rows.map(row => ({ ...row, items: Number(row.items) }));
}
