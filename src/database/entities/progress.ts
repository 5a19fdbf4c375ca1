// What happened to tasks: the append-only history, and what waits for the office.
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { type Attachment } from '../../messages';
import { civilDateColumn, idColumn, instantColumn, jsonColumn } from '../columns';
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
@Index('changes_said', ['kind', 'saidAt', 'unitId'])
export class Change {
  @PrimaryColumn(idColumn) id!: string;
  @Column(idColumn) taskId!: string;
  @Column(idColumn) unitId!: string;
  @Column(idColumn) personId!: string;
  @Column(idColumn) inboxMessageId!: string;
  @Column({ type: 'varchar', length: 12 }) kind!: 'report' | 'undo' | 'evidence' | 'return';
  @Column(jsonColumn) before!: ProgressSnapshot;
  @Column(jsonColumn) after!: ProgressSnapshot;
  /** What the person wrote about this task, verbatim. */
  @Column({ type: 'mediumtext', nullable: true }) text!: string | null;
  @Column({ type: 'mediumtext', nullable: true }) blocker!: string | null;
  /** Pictures and files that belong to it, as references. */
  @Column({ ...jsonColumn, nullable: true }) attachments!: Attachment[] | null;
  /** 逾期反馈: said after the date it was due. */
  @Column({ type: 'boolean', default: false }) late!: boolean;
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
  /** What the office has said to it. */
  @Column({ type: 'mediumtext', nullable: true }) answer!: string | null;
  @Column({ ...idColumn, nullable: true }) answeredBy!: string | null;
  @Column({ ...instantColumn, nullable: true }) answeredAt!: Date | null;
  @Column({ ...idColumn, nullable: true }) closedBy!: string | null;
  @Column({ ...instantColumn, nullable: true }) closedAt!: Date | null;
  @Column(instantColumn) createdAt!: Date;
}

/** What else happened to a task: decisions, holds, requests, 催办. Append-only. */
export type TaskActName =
  | 'accept_closure'
  | 'return_closure'
  | 'request_extension'
  | 'withdraw_extension'
  /** The unit is no longer on the task, or no longer its lead. */
  | 'withdraw_closure'
  | 'withdraw_blocker'
  | 'accept_extension'
  | 'refuse_extension'
  | 'suspend'
  | 'resume'
  | 'terminate'
  | 'answer_blocker'
  | 'close_blocker'
  | 'urge'
  /** A new version of the list has changed the task's text, units or dates. */
  | 'amend';

@Entity('task_acts')
@Index('task_acts_task', ['taskId', 'saidAt'])
@Index('task_acts_unit', ['unitId', 'act', 'saidAt'])
@Index('task_acts_message', ['inboxMessageId'])
export class TaskActEntry {
  @PrimaryColumn(idColumn) id!: string;
  @Column(idColumn) taskId!: string;
  /** The unit it concerns; '' = the whole task. */
  @Column(idColumn) unitId!: string;
  @Column(idColumn) personId!: string;
  @Column({ ...idColumn, nullable: true }) inboxMessageId!: string | null;
  @Column({ type: 'varchar', length: 30 }) act!: TaskActName;
  @Column(jsonColumn) before!: unknown;
  @Column(jsonColumn) after!: unknown;
  @Column({ type: 'varchar', length: 1000, nullable: true }) reason!: string | null;
  @Column(instantColumn) saidAt!: Date;
  @Column(instantColumn) recordedAt!: Date;
}

/** 延期申请: asked for by a lead unit before the date, decided by the office. */
@Entity('extension_requests')
@Index('extension_requests_open', ['status', 'taskId'])
export class ExtensionRequest {
  @PrimaryColumn(idColumn) id!: string;
  @Column(idColumn) taskId!: string;
  @Column(idColumn) unitId!: string;
  @Column(idColumn) requestedBy!: string;
  @Column(idColumn) inboxMessageId!: string;
  @Column(civilDateColumn) fromDay!: string;
  @Column(civilDateColumn) untilDay!: string;
  @Column({ type: 'varchar', length: 1000 }) reason!: string;
  @Column({ type: 'varchar', length: 12 }) status!: 'open' | 'accepted' | 'refused' | 'withdrawn';
  @Column({ ...idColumn, nullable: true }) decidedBy!: string | null;
  @Column({ ...instantColumn, nullable: true }) decidedAt!: Date | null;
  /** The day the office has set, which may differ from the one asked for. */
  @Column({ ...civilDateColumn, nullable: true }) decidedDay!: string | null;
  @Column({ type: 'varchar', length: 1000, nullable: true }) answer!: string | null;
  @Column(instantColumn) createdAt!: Date;
}
