// What happened to tasks: the append-only history, and what waits for the office.
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { idColumn, instantColumn, jsonColumn } from '../columns';
import { type ProgressStatus, type TaskState } from './task';

/** A unit's progress and the task's state at one moment. */
export interface ProgressSnapshot {
  state: TaskState;
  status: ProgressStatus | null;
  percent: number | null;
  text: string | null;
  reportedAt: string | null;
  done: boolean;
}

/** One entry in a task's history. Never updated, never deleted. */
@Entity('changes')
@Index('changes_task', ['taskId', 'saidAt'])
@Index('changes_once', ['inboxMessageId', 'taskId', 'unitId', 'kind'], { unique: true })
@Index('changes_undoes', ['undoesChangeId'], { unique: true })
@Index('changes_person', ['personId', 'saidAt'])
export class Change {
  @PrimaryColumn(idColumn) id!: string;
  @Column(idColumn) taskId!: string;
  @Column(idColumn) unitId!: string;
  @Column(idColumn) personId!: string;
  @Column(idColumn) inboxMessageId!: string;
  @Column({ type: 'varchar', length: 12 }) kind!: 'report' | 'undo';
  @Column(jsonColumn) before!: ProgressSnapshot;
  @Column(jsonColumn) after!: ProgressSnapshot;
  /** What the person wrote about this task, verbatim. */
  @Column({ type: 'mediumtext', nullable: true }) text!: string | null;
  @Column({ type: 'mediumtext', nullable: true }) blocker!: string | null;
  /** The change this one takes back; NULL otherwise. */
  @Column({ ...idColumn, nullable: true }) undoesChangeId!: string | null;
  /** The message's own time, and when the bot wrote it down. */
  @Column(instantColumn) saidAt!: Date;
  @Column(instantColumn) recordedAt!: Date;
}

/** 申请办结: raised by a lead unit, waits for the office. */
@Entity('closure_requests')
@Index('closure_requests_change', ['changeId'], { unique: true })
@Index('closure_requests_open', ['status', 'taskId'])
export class ClosureRequest {
  @PrimaryColumn(idColumn) id!: string;
  @Column(idColumn) taskId!: string;
  @Column(idColumn) unitId!: string;
  @Column(idColumn) requestedBy!: string;
  @Column(idColumn) changeId!: string;
  @Column({ type: 'varchar', length: 12 }) status!: 'open' | 'accepted' | 'returned' | 'withdrawn';
  @Column({ ...idColumn, nullable: true }) decidedBy!: string | null;
  @Column({ ...instantColumn, nullable: true }) decidedAt!: Date | null;
  @Column({ type: 'varchar', length: 1000, nullable: true }) reason!: string | null;
  @Column(instantColumn) createdAt!: Date;
}

/** 堵点: a difficulty a unit has named and nobody has removed yet. */
@Entity('blockers')
@Index('blockers_change', ['changeId'], { unique: true })
@Index('blockers_open', ['taskId', 'status'])
export class Blocker {
  @PrimaryColumn(idColumn) id!: string;
  @Column(idColumn) taskId!: string;
  @Column(idColumn) unitId!: string;
  @Column(idColumn) changeId!: string;
  @Column({ type: 'mediumtext' }) text!: string;
  @Column({ type: 'varchar', length: 12 }) status!: 'open' | 'withdrawn' | 'closed';
  @Column(instantColumn) createdAt!: Date;
}
