// What a new version of a list changes against the stored one, task by task and field by field.
import { type DeadlineDraft, type StoredTask, type TaskFacts } from './task-draft';

export type ChangedField =
  | 'label'
  | 'section'
  | 'measure'
  | 'content'
  | 'lead'
  | 'support'
  | 'collectives'
  | 'leadCollectives'
  | 'openEnded'
  | 'deadline';

export interface FieldChange {
  field: ChangedField;
  before: TaskFacts[ChangedField];
  after: TaskFacts[ChangedField];
}

export interface TaskDifference {
  no: number;
  kind: 'added' | 'changed' | 'removed';
  /** What changed; empty for added and removed. */
  fields: FieldChange[];
}

const fields: ChangedField[] = [
  'label',
  'section',
  'measure',
  'content',
  'lead',
  'support',
  'collectives',
  'leadCollectives',
  'openEnded',
  'deadline',
];

/**
 * The differences by 序号: those of the new version in its order, then what it no longer has.
 * Tasks that are the same are not in it. A stored task that is finished, stands for good or has ended already is not removed; one that an earlier
 * version left out counts as added when it is there again.
 */
export function diffTasks(stored: (TaskFacts & Partial<StoredTask>)[], next: TaskFacts[]): TaskDifference[] {
  const before = new Map(stored.filter(task => !task.leftOut).map(task => [task.no, task]));
  const differences: TaskDifference[] = [];
  for (const task of next) {
    const old = before.get(task.no);
    before.delete(task.no);
    if (!old) differences.push({ no: task.no, kind: 'added', fields: [] });
    else {
      const changed = fields.filter(field => plain(old[field]) !== plain(task[field]));
      if (changed.length > 0)
        differences.push({
          no: task.no,
          kind: 'changed',
          fields: changed.map(field => ({ field, before: old[field], after: task[field] })),
        });
    }
  }
  for (const { no, state } of before.values())
    if (state !== 'closed' && state !== 'ongoing' && state !== 'terminated')
      differences.push({ no, kind: 'removed', fields: [] });
  return differences;
}

function plain(value: TaskFacts[ChangedField]): string {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return JSON.stringify(value);
  const { text, due, longTerm, recurring, vague, start }: DeadlineDraft = value;
  return JSON.stringify([
    text,
    due,
    longTerm,
    recurring && [recurring.freq, recurring.day, recurring.month ?? null],
    vague,
    start ?? null,
  ]);
}
