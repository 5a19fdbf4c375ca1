// Tells the units that a new version of a list affects, once each: what is theirs to know, and nobody else's.
import { type EntityManager } from 'typeorm';
import { civilDateOf, instantOf, wallTimeOf } from '../calendar/civil-date';
import { loadSettings } from '../database/list-settings';
import { loadWorkCalendar } from '../database/work-days';
import { staffIdsOfUnit } from '../directory/people';
import { newId } from '../ids';
import { enqueue } from '../outbox/outbox';
import { shorten } from '../rendering/wording';
import { describeChange } from './describe-changes';
import { type ChangedField, type TaskDifference } from './diff-tasks';
import { type ImportResult } from './import-task-list';
import { type TaskDraft, type TaskFacts } from './task-draft';

/** Changes that mean something to a unit; where a task stands in the document does not. */
const telling = new Set<ChangedField>(['content', 'lead', 'support', 'collectives', 'leadCollectives', 'deadline']);
const mostShown = 10;

export interface ToldUnits {
  /** Names of units whose liaisons are told. */
  told: string[];
  /** Affected, but nobody of theirs can be reached. */
  unreachable: string[];
}

interface Affected {
  no: number;
  line: string;
}

/**
 * Puts one notice per liaison into the outbox, within the transaction of the import; out of hours it waits for the next workday.
 * A list that is new tells nobody: its mornings will.
 *
 * @param except - user id of the person who imports
 */
export async function tellAffectedUnits(
  manager: EntityManager,
  result: ImportResult,
  { tasks, shortName, now, except }: { tasks: TaskDraft[]; shortName: string; now: Date; except?: string | null },
): Promise<ToldUnits> {
  if (result.isNew) return { told: [], unreachable: [] };
  const byUnit = affectedByUnit(result, new Map(tasks.map(task => [task.no, task])));
  const outcome: ToldUnits = { told: [], unreachable: [] };
  if (byUnit.size === 0) return outcome;
  const today = civilDateOf(now);
  const ids = await unitIds(manager, [...byUnit.keys()]);
  const byPerson = new Map<string, { units: string[]; items: Map<number, string> }>();
  for (const [unit, items] of byUnit) {
    const id = ids.get(unit);
    const staffIds = id === undefined ? [] : await staffIdsOfUnit(manager, id, today);
    (staffIds.length > 0 ? outcome.told : outcome.unreachable).push(unit);
    for (const staffId of staffIds) {
      const person = byPerson.get(staffId) ?? { units: [], items: new Map<number, string>() };
      byPerson.set(staffId, person);
      person.units.push(unit);
      for (const { no, line } of items) person.items.set(no, line);
    }
  }
  const importId = newId();
  const notBefore = await nextWakingTime(manager, result.listId, now);
  for (const [staffId, { units, items }] of byPerson) {
    if (staffId === except) continue;
    const shown = [...items].slice(0, mostShown);
    await enqueue(
      manager,
      {
        to: { kind: 'person', staffId },
        reply: {
          template: 'list_changed',
          list: shortName,
          unit: units.join('、'),
          count: items.size,
          lines: shown.map(([, line]) => line),
          more: items.size - shown.length,
        },
        dedupKey: `notice:import:${importId}:${staffId}`,
        tasksShown: { listId: result.listId, itemNos: shown.map(([no]) => no) },
        priority: 1,
        notBefore,
      },
      now,
    );
  }
  return outcome;
}

/** The named units of each difference, with a line for each of them. */
function affectedByUnit(result: ImportResult, after: ReadonlyMap<number, TaskFacts>): Map<string, Affected[]> {
  const byUnit = new Map<string, Affected[]>();
  for (const difference of result.differences) {
    const { no, kind, fields } = difference;
    if (kind === 'changed' && !fields.some(({ field }) => telling.has(field))) continue;
    const [old, next] = [result.before.get(no), after.get(no)];
    // A task that comes back, and one that goes, say nothing of what it was between.
    const before = kind === 'added' ? undefined : old;
    const now = kind === 'removed' ? undefined : next;
    for (const unit of new Set([...namedIn(before), ...namedIn(now)])) {
      const affected = { no, line: lineFor(unit, difference, before, now) };
      const known = byUnit.get(unit);
      if (known) known.push(affected);
      else byUnit.set(unit, [affected]);
    }
  }
  return byUnit;
}

function namedIn(task: TaskFacts | undefined): string[] {
  return task ? [...task.lead, ...task.support] : [];
}

function lineFor(
  unit: string,
  { no, kind, fields }: TaskDifference,
  before: TaskFacts | undefined,
  after: TaskFacts | undefined,
): string {
  const task = `第${no}项 ${shorten((after ?? before)?.content ?? '')}`;
  const role = (facts: TaskFacts | undefined): string | null =>
    facts?.lead.includes(unit) ? '牵头' : facts?.support.includes(unit) ? '配合' : null;
  const [was, is] = [role(before), role(after)];
  if (kind === 'removed') return `${task}：已终止，新版清单中没有这一项`;
  if (is === null) return `${task}：贵单位不再承担`;
  const when = after?.deadline.text ? `，完成时限 ${after.deadline.text}` : '';
  if (was === null) return `${task}：新增，${is}${when}`;
  const said = fields
    .filter(({ field }) => telling.has(field))
    .map(describeChange)
    .join('；');
  return `${task}：${was === is ? '' : `由${was}改为${is}；`}${said}`;
}

async function unitIds(manager: EntityManager, names: string[]): Promise<Map<string, string>> {
  const rows: { id: string; name: string }[] = await manager.query('SELECT id, name FROM units WHERE name IN (?)', [
    names,
  ]);
  return new Map(rows.map(row => [row.name, row.id]));
}

/** Now, or when the next workday's quiet hours end. */
async function nextWakingTime(manager: EntityManager, listId: string, now: Date): Promise<Date> {
  const { awake } = (await loadSettings(manager)).of(listId);
  const calendar = await loadWorkCalendar(manager);
  const [today, time] = [civilDateOf(now), wallTimeOf(now)];
  if (calendar.isWorkday(today) && time < awake.to) return time < awake.from ? instantOf(today, awake.from) : now;
  return instantOf(calendar.after(today), awake.from);
}
