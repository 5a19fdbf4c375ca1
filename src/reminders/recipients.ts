// To whom morning cards go: the enabled, bound groups and the liaisons of units.
import { type EntityManager } from 'typeorm';

export interface GroupRecipient {
  conversationId: string;
  title: string | null;
  /** The one unit it is bound to; null = 全区. */
  unit: { id: string; name: string } | null;
  /** The one list it is bound to; null = every list. */
  listId: string | null;
}

export interface Liaison {
  name: string;
  /** The platform's user id; null = nobody knows under which id this person speaks. */
  staffId: string | null;
  unitIds: string[];
}

/** Groups that are enabled and bound to a unit or to 全区, oldest first. */
export async function findGroups(manager: EntityManager): Promise<GroupRecipient[]> {
  const rows: {
    conversationId: string;
    title: string | null;
    scope: string;
    unitId: string | null;
    unitName: string | null;
    listId: string | null;
  }[] = await manager.query(
    `SELECT g.conversationId, g.title, g.scope, g.unitId, u.name AS unitName, g.listId
       FROM chat_groups g
       LEFT JOIN units u ON u.id = g.unitId
      WHERE g.channel = 'dingtalk' AND g.status = 'enabled' AND (g.scope = 'district' OR u.id IS NOT NULL)
      ORDER BY g.createdAt, g.id`,
  );
  return rows.map(row => ({
    conversationId: row.conversationId,
    title: row.title,
    unit: row.scope === 'district' ? null : { id: row.unitId ?? '', name: row.unitName ?? '' },
    listId: row.listId,
  }));
}

/** Everyone who is liaison (联络员) of some unit today, with all units of theirs; a person known under several ids has one. */
export async function findLiaisons(manager: EntityManager): Promise<Liaison[]> {
  const rows: { personId: string; name: string; unitId: string; staffId: string | null }[] = await manager.query(
    `SELECT q.personId, p.name, q.unitId,
            (SELECT MIN(c.externalId) FROM channel_identities c
              WHERE c.personId = q.personId AND c.channel = 'dingtalk') AS staffId
       FROM posts q
       JOIN people p ON p.id = q.personId
      WHERE q.role = 'liaison' AND q.endedAt IS NULL
      ORDER BY q.personId, q.unitId`,
  );
  const byPerson = new Map<string, Liaison>();
  for (const { personId, name, unitId, staffId } of rows) {
    const liaison = byPerson.get(personId);
    if (liaison) liaison.unitIds.push(unitId);
    else byPerson.set(personId, { name, staffId, unitIds: [unitId] });
  }
  return [...byPerson.values()];
}

/** Ids of the units that belong to each collective, by the collective's id. */
export async function findMembers(manager: EntityManager): Promise<Map<string, string[]>> {
  const rows: { collectiveId: string; unitId: string }[] = await manager.query(
    'SELECT collectiveId, unitId FROM collective_members',
  );
  const members = new Map<string, string[]>();
  for (const { collectiveId, unitId } of rows) {
    const known = members.get(collectiveId);
    if (known) known.push(unitId);
    else members.set(collectiveId, [unitId]);
  }
  return members;
}
