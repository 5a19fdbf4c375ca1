// To whom morning cards go: the enabled, bound groups and the liaisons of units.
import { type EntityManager } from 'typeorm';
import { type CivilDate } from '../calendar/civil-date';
import { type Role } from '../database/entities/unit';
import { reachedAt } from '../directory/reached-at';
import { type Members } from './owing-parties';

export interface GroupRecipient {
  conversationId: string;
  title: string | null;
  /** The one unit it is bound to; null = 全区. */
  unit: { id: string; name: string } | null;
  /** The one list it is bound to; null = every list. */
  listId: string | null;
}

/** A person with a post in units: a liaison, a leader. */
export interface UnitPerson {
  name: string;
  /** Where this person is reached; null = nobody knows of an account of theirs. */
  staffId: string | null;
  units: { id: string; name: string }[];
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
      WHERE g.status = 'enabled' AND (g.scope = 'district' OR u.id IS NOT NULL)
      ORDER BY g.createdAt, g.id`,
  );
  return rows.map(row => ({
    conversationId: row.conversationId,
    title: row.title,
    unit: row.scope === 'district' ? null : { id: row.unitId ?? '', name: row.unitName ?? '' },
    listId: row.listId,
  }));
}

/**
 * Everyone who holds a role in some unit on a day (联络员, 负责人), with all units of theirs; deputies for as long as they stand in.
 * A person known under several ids has one.
 */
export async function findPeople(manager: EntityManager, role: Role, today: CivilDate): Promise<UnitPerson[]> {
  const rows: { personId: string; name: string; unitId: string; unitName: string; staffId: string | null }[] =
    await manager.query(
      `SELECT q.personId, p.name, q.unitId, u.name AS unitName,
            ${reachedAt('q.personId')} AS staffId
       FROM posts q
       JOIN people p ON p.id = q.personId
       JOIN units u ON u.id = q.unitId
      WHERE q.role = ? AND q.endedAt IS NULL AND (q.lastDay IS NULL OR q.lastDay >= ?)
      ORDER BY q.personId, q.unitId`,
      [role, today],
    );
  const byPerson = new Map<string, UnitPerson>();
  for (const { personId, name, unitId, unitName, staffId } of rows) {
    const unit = { id: unitId, name: unitName };
    const person = byPerson.get(personId);
    if (person) person.units.push(unit);
    else byPerson.set(personId, { name, staffId, units: [unit] });
  }
  return [...byPerson.values()];
}

/** The units that belong to each collective, by the collective's id. */
export async function findMembers(manager: EntityManager): Promise<Members> {
  const rows: { collectiveId: string; id: string; name: string }[] = await manager.query(
    `SELECT m.collectiveId, m.unitId AS id, u.name
       FROM collective_members m JOIN units u ON u.id = m.unitId ORDER BY m.collectiveId, u.name`,
  );
  const members = new Map<string, { id: string; name: string }[]>();
  for (const { collectiveId, id, name } of rows) {
    const known = members.get(collectiveId);
    if (known) known.push({ id, name });
    else members.set(collectiveId, [{ id, name }]);
  }
  return members;
}
