// 名录 as pages show it: units, people and groups, searched and paged by the database.
import { type EntityManager } from 'typeorm';
import { type CivilDate } from '../calendar/civil-date';
import { type Role } from '../database/entities/unit';
import { reachedAt } from '../directory/reached-at';

export interface Paged<T> {
  rows: T[];
  total: number;
}

export interface UnitRow {
  id: string;
  name: string;
  fullName: string | null;
  kind: string;
  level: string;
  parent: string | null;
  settled: boolean;
  aliases: string | null;
  liaisons: string | null;
  tasks: number;
}

export const directoryPage = 50;

function like(words: string): string {
  return `%${words.replace(/[\\%_]/g, '\\$&')}%`;
}

/** Which units: all, those nobody has settled, those with tasks and no liaison who can be told. */
export type UnitSort = 'all' | 'unsettled' | 'orphan';

const reachable = `EXISTS (SELECT 1 FROM posts o JOIN channel_identities i ON i.personId = o.personId
   WHERE o.unitId = u.id AND o.role = 'liaison' AND o.endedAt IS NULL AND (o.lastDay IS NULL OR o.lastDay >= ?))`;
const hasTasks = `EXISTS (SELECT 1 FROM task_units q JOIN tasks t ON t.id = q.taskId AND t.state IN ('active', 'closing', 'ongoing')
   WHERE q.unitId = u.id AND q.collectiveId = '')`;

/** Units by name, whole name or alias; `meant` = the unit the words mean to the bot, however they are written. */
export async function findUnits(
  manager: EntityManager,
  {
    words,
    meant,
    which,
    today,
    page,
  }: { words: string; meant: string; which: UnitSort; today: CivilDate; page: number },
): Promise<Paged<UnitRow>> {
  const where: string[] = ['1 = 1'];
  const values: unknown[] = [];
  if (words !== '') {
    where.push(
      '(u.id = ? OR u.name LIKE ? OR u.fullName LIKE ? OR EXISTS (SELECT 1 FROM unit_aliases a WHERE a.unitId = u.id AND a.text LIKE ?))',
    );
    values.push(meant, like(words), like(words), like(words));
  }
  if (which === 'unsettled') where.push('u.settled = 0');
  if (which === 'orphan') {
    // Few cannot be reached, as a rule: only of these it is asked whether they have tasks.
    const lonely: { id: string }[] = await manager.query(`SELECT u.id FROM units u WHERE NOT ${reachable}`, [today]);
    where.push('u.id IN (?)', hasTasks);
    values.push(lonely.length > 0 ? lonely.map(({ id }) => id) : ['']);
  }
  const [count]: { n: string }[] = await manager.query(
    `SELECT COUNT(*) AS n FROM units u WHERE ${where.join(' AND ')}`,
    values,
  );
  const rows: (Omit<UnitRow, 'settled' | 'tasks'> & { settled: number; tasks: string })[] = await manager.query(
    `SELECT u.id, u.name, u.fullName, u.kind, u.level, u.settled, (SELECT a.name FROM units a WHERE a.id = u.parentId) AS parent,
            (SELECT GROUP_CONCAT(CONCAT(a.text, IF(a.status = 'ask', '？', '')) ORDER BY a.text SEPARATOR '、')
               FROM unit_aliases a WHERE a.unitId = u.id) AS aliases,
            (SELECT GROUP_CONCAT(DISTINCT p.name ORDER BY p.id SEPARATOR '、') FROM posts o JOIN people p ON p.id = o.personId
              WHERE o.unitId = u.id AND o.role = 'liaison' AND o.endedAt IS NULL AND (o.lastDay IS NULL OR o.lastDay >= ?)) AS liaisons,
            (SELECT COUNT(DISTINCT q.taskId) FROM task_units q WHERE q.unitId = u.id AND q.collectiveId = '') AS tasks
       FROM units u WHERE ${where.join(' AND ')} ORDER BY u.settled, u.id LIMIT ${directoryPage} OFFSET ${(page - 1) * directoryPage}`,
    [today, ...values],
  );
  return {
    total: Number(count?.n ?? 0),
    rows: rows.map(row => ({ ...row, settled: Boolean(row.settled), tasks: Number(row.tasks) })),
  };
}

/** The unit above one, and those below it. */
export async function findNeighbours(
  manager: EntityManager,
  id: string,
): Promise<{ parent: { id: string; name: string } | null; below: { id: string; name: string }[] }> {
  const [parent]: { id: string; name: string }[] = await manager.query(
    'SELECT a.id, a.name FROM units u JOIN units a ON a.id = u.parentId WHERE u.id = ?',
    [id],
  );
  const below: { id: string; name: string }[] = await manager.query(
    'SELECT id, name FROM units WHERE parentId = ? ORDER BY id LIMIT 200',
    [id],
  );
  return { parent: parent ?? null, below };
}

export interface PostRow {
  id: string;
  personId: string;
  name: string;
  userId: string | null;
  unitId: string;
  unit: string | null;
  role: Role;
  title: string | null;
  lastDay: CivilDate | null;
}

/** Posts that are held, by person; of one unit, or found by name, user id, unit or title. */
export async function findPosts(
  manager: EntityManager,
  { words = '', unitId, today, page }: { words?: string; unitId?: string; today: CivilDate; page: number },
): Promise<Paged<PostRow>> {
  const where = ['q.endedAt IS NULL AND (q.lastDay IS NULL OR q.lastDay >= ?)'];
  const values: unknown[] = [today];
  if (unitId !== undefined) {
    where.push('q.unitId = ?');
    values.push(unitId);
  }
  if (words !== '') {
    where.push(`(p.name LIKE ? OR u.name LIKE ? OR q.title LIKE ?
      OR EXISTS (SELECT 1 FROM channel_identities i WHERE i.personId = p.id AND i.externalId LIKE ?))`);
    values.push(like(words), like(words), like(words), like(words));
  }
  const from = `FROM posts q JOIN people p ON p.id = q.personId LEFT JOIN units u ON u.id = q.unitId WHERE ${where.join(' AND ')}`;
  const [count]: { n: string }[] = await manager.query(`SELECT COUNT(*) AS n ${from}`, values);
  const rows: PostRow[] = await manager.query(
    `SELECT q.id, q.personId, p.name, q.unitId, u.name AS unit, q.role, q.title, q.lastDay,
            ${reachedAt('p.id')} AS userId
       ${from} ORDER BY p.id, q.id LIMIT ${directoryPage} OFFSET ${(page - 1) * directoryPage}`,
    values,
  );
  return { total: Number(count?.n ?? 0), rows };
}

export interface GroupRow {
  id: string;
  title: string | null;
  conversationId: string;
  status: 'waiting' | 'enabled' | 'disabled';
  scope: 'district' | 'unit' | null;
  unit: string | null;
  list: string | null;
  createdAt: Date;
  /** Who spoke to the bot there first, when it still knows. */
  by: string | null;
}

/** Groups the bot has heard from; those that wait for 启用 first. */
export async function findGroups(manager: EntityManager, status?: GroupRow['status']): Promise<GroupRow[]> {
  return manager.query(
    `SELECT g.id, g.title, g.conversationId, g.status, g.scope, u.name AS unit, l.shortName AS list, g.createdAt,
            (SELECT COALESCE(p.name, m.senderStaffId) FROM inbox_messages m
               LEFT JOIN channel_identities i ON i.channel = g.channel AND i.externalId = m.senderStaffId
               LEFT JOIN people p ON p.id = i.personId
              WHERE m.conversationId = g.conversationId ORDER BY m.id LIMIT 1) AS \`by\`
       FROM chat_groups g LEFT JOIN units u ON u.id = g.unitId LEFT JOIN task_lists l ON l.id = g.listId
      ${status === undefined ? '' : 'WHERE g.status = ?'}
      ORDER BY FIELD(g.status, 'waiting', 'enabled', 'disabled'), g.id LIMIT 500`,
    status === undefined ? [] : [status],
  );
}
