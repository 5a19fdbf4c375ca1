// The ledger: lists, their sections and measures, tasks, and each unit's part in a task.
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { civilDateColumn, idColumn, instantColumn, jsonColumn } from '../columns';

@Entity('task_lists')
@Index('task_lists_short_name', ['shortName'], { unique: true })
export class TaskList {
  @PrimaryColumn(idColumn) id!: string;
  @Column({ type: 'varchar', length: 190 }) title!: string;
  @Column({ type: 'varchar', length: 30 }) shortName!: string;
  @Column({ type: 'int' }) year!: number;
  @Column(instantColumn) importedAt!: Date;
}

@Entity('sections')
@Index('sections_list', ['listId', 'position'])
export class Section {
  @PrimaryColumn(idColumn) id!: string;
  @Column(idColumn) listId!: string;
  @Column({ type: 'int' }) position!: number;
  @Column({ type: 'varchar', length: 500 }) title!: string;
}

@Entity('measures')
@Index('measures_list', ['listId', 'position'])
export class Measure {
  @PrimaryColumn(idColumn) id!: string;
  @Column(idColumn) listId!: string;
  @Column({ ...idColumn, nullable: true }) sectionId!: string | null;
  @Column({ type: 'int' }) position!: number;
  /** The number printed before the title, if there is one. */
  @Column({ type: 'int', nullable: true }) no!: number | null;
  @Column({ type: 'varchar', length: 500 }) title!: string;
}

export type TaskState = 'active' | 'closing' | 'closed' | 'ongoing' | 'suspended' | 'terminated';

export interface Recurrence {
  freq: 'weekly' | 'monthly' | 'quarterly' | 'yearly';
  day: number | 'last';
}

@Entity('tasks')
@Index('tasks_board', ['listId', 'state', 'due', 'extendedTo', 'sectionId'])
@Index('tasks_item_no', ['listId', 'itemNo'], { unique: true })
@Index('tasks_due', ['due', 'state'])
export class Task {
  @PrimaryColumn(idColumn) id!: string;
  @Column(idColumn) listId!: string;
  @Column({ ...idColumn, nullable: true }) sectionId!: string | null;
  @Column({ ...idColumn, nullable: true }) measureId!: string | null;
  /** 序号 as printed, never renumbered. */
  @Column({ type: 'int' }) itemNo!: number;
  @Column({ type: 'varchar', length: 30 }) label!: string;
  @Column({ type: 'mediumtext' }) content!: string;
  @Column({ type: 'varchar', length: 500 }) deadlineText!: string;
  @Column({ ...civilDateColumn, nullable: true }) due!: string | null;
  /** An approved extension; `due` stays as the list says it. */
  @Column({ ...civilDateColumn, nullable: true }) extendedTo!: string | null;
  @Column({ ...civilDateColumn, nullable: true }) startsOn!: string | null;
  @Column({ type: 'boolean' }) longTerm!: boolean;
  @Column({ type: 'boolean' }) vague!: boolean;
  @Column({ ...jsonColumn, nullable: true }) recurring!: Recurrence | null;
  @Column({ type: 'boolean' }) openEnded!: boolean;
  @Column({ type: 'varchar', length: 12 }) state!: TaskState;
  /** Grows with every change; a compare-and-set against what a person was shown. */
  @Column({ type: 'int' }) version!: number;
  @Column(instantColumn) createdAt!: Date;
}

/** One unit's, or one collective's, part in a task, with its own progress. */
@Entity('task_units')
@Index('task_units_party', ['taskId', 'role', 'unitId', 'collectiveId'], { unique: true })
@Index('task_units_unit', ['unitId'])
@Index('task_units_collective', ['collectiveId'])
export class TaskUnit {
  @PrimaryColumn(idColumn) id!: string;
  @Column(idColumn) taskId!: string;
  @Column({ type: 'varchar', length: 10 }) role!: 'lead' | 'support';
  @Column({ type: 'int' }) position!: number;
  /** '' for a collective: unique keys take NULLs for different. */
  @Column({ ...idColumn, default: '' }) unitId!: string;
  @Column({ ...idColumn, default: '' }) collectiveId!: string;
  @Column({ type: 'varchar', length: 12, nullable: true }) status!: ProgressStatus | null;
  @Column({ type: 'int', nullable: true }) percent!: number | null;
  @Column({ type: 'mediumtext', nullable: true }) lastText!: string | null;
  /** When the last report was said (the message's own time). */
  @Column({ ...instantColumn, nullable: true }) lastReportedAt!: Date | null;
  /** This unit says its part is done. */
  @Column({ type: 'boolean' }) done!: boolean;
  /** Named by the office for a collective of the task, not by the list; a new version of the list leaves it alone. */
  @Column({ type: 'boolean', default: false }) assigned!: boolean;
}

export type ProgressStatus = 'not_started' | 'in_progress' | 'done' | 'long_term';
