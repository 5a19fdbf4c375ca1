// What the database holds of a list, in the shape a new version is compared with.
import { type EntityManager } from 'typeorm';
import { type Recurrence, type TaskState } from '../database/entities/task';
import { type StoredTask } from './task-draft';

interface TaskRow {
  id: string;
  no: number;
  label: string;
  section: string | null;
  measure: string | null;
  content: string;
  deadlineText: string;
  due: string | null;
  startsOn: string | null;
  longTerm: number;
  vague: number;
  recurring: string | null;
  openEnded: number;
  state: TaskState;
  version: number;
}

interface PartyRow {
  taskId: string;
  role: 'lead' | 'support';
  unitId: string;
  name: string | null;
}

/**
 * The short name under which a list of the same title and year is kept; null when there is none, or more than one.
 * For whoever hands in a new version without saying which list it is of.
 */
export async function storedNameOf(
  manager: EntityManager,
  { title, year }: { title: string; year: number | null },
): Promise<string | null> {
  const rows: { shortName: string }[] = await manager.query(
    'SELECT shortName FROM task_lists WHERE title = ? AND (year = ? OR (year IS NULL AND ? IS NULL))',
    [title, year, year],
  );
  const [only] = rows;
  return only && rows.length === 1 ? only.shortName : null;
}

/**
 * All tasks of the list of that short name, null when there is none; as its last version said them; tasks that a version left out are marked `leftOut`.
 * Dates are the list's own: an extension the office has granted is not in the list and is not compared.
 */
export async function loadStoredTasks(manager: EntityManager, shortName: string): Promise<StoredTask[] | null> {
  const [list]: { id: string }[] = await manager.query('SELECT id FROM task_lists WHERE shortName = ?', [shortName]);
  if (!list) return null;
  const listId = list.id;
  const rows: TaskRow[] = await manager.query(
    `SELECT t.id, t.itemNo AS no, t.label, s.title AS section, m.title AS measure, t.content, t.deadlineText, t.due, t.startsOn,
            t.longTerm, t.vague, t.recurring, t.openEnded, t.state, t.version
       FROM tasks t
       LEFT JOIN sections s ON s.id = t.sectionId
       LEFT JOIN measures m ON m.id = t.measureId
      WHERE t.listId = ? ORDER BY t.itemNo`,
    [listId],
  );
  // A member that reported through its collective has a row with both ids; the list names the collective only;
  // units the office has named for it are not the list's either.
  const parties: PartyRow[] = await manager.query(
    `SELECT p.taskId, p.role, p.unitId, COALESCE(u.name, c.name) AS name
       FROM task_units p
       JOIN tasks t ON t.id = p.taskId
       LEFT JOIN units u ON u.id = p.unitId
       LEFT JOIN collectives c ON c.id = p.collectiveId AND p.unitId = ''
      WHERE t.listId = ? AND p.assigned = 0 AND (p.unitId = '' OR p.collectiveId = '')
      ORDER BY p.taskId, p.position, p.id`,
    [listId],
  );
  const byTask = new Map<string, PartyRow[]>();
  for (const party of parties) {
    const known = byTask.get(party.taskId);
    if (known) known.push(party);
    else byTask.set(party.taskId, [party]);
  }
  const leftOut = await leftOutIds(manager, listId);
  return rows.map(row => {
    const names = (role: 'lead' | 'support', collective: boolean): string[] =>
      (byTask.get(row.id) ?? [])
        .filter(party => party.role === role && (party.unitId === '') === collective)
        .map(party => party.name ?? '');
    return {
      id: row.id,
      state: row.state,
      version: row.version,
      leftOut: leftOut.has(row.id),
      no: row.no,
      label: row.label,
      section: row.section,
      measure: row.measure,
      content: row.content,
      lead: names('lead', false),
      support: names('support', false),
      collectives: names('support', true),
      leadCollectives: names('lead', true),
      openEnded: row.openEnded === 1,
      deadline: {
        text: row.deadlineText,
        due: row.due,
        start: row.startsOn,
        longTerm: row.longTerm === 1,
        recurring: row.recurring === null ? null : (JSON.parse(row.recurring) as Recurrence),
        vague: row.vague === 1,
      },
    };
  });
}

/** Terminated because a version left them out, not by the office's word. */
async function leftOutIds(manager: EntityManager, listId: string): Promise<Set<string>> {
  const acts: { taskId: string; act: string; after: string }[] = await manager.query(
    `SELECT a.taskId, a.act, a.\`after\`
       FROM task_acts a
       JOIN tasks t ON t.id = a.taskId
      WHERE t.listId = ? AND t.state = 'terminated' AND a.act IN ('terminate', 'resume')
      ORDER BY a.recordedAt, a.id`,
    [listId],
  );
  const ids = new Set<string>();
  for (const { taskId, act, after } of acts)
    if (act === 'terminate' && (JSON.parse(after) as { by?: string }).by === 'import') ids.add(taskId);
    else ids.delete(taskId);
  return ids;
}
