// How an office wants its reminders.
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { civilDateColumn, idColumn, instantColumn, jsonColumn } from '../columns';

/** What an office has set otherwise than usual, for one list or for all; see database/list-settings.ts. */
@Entity('list_settings')
export class ListSettingsRow {
  /** '' = for all lists. */
  @PrimaryColumn(idColumn) listId!: string;
  @Column(jsonColumn) settings!: unknown;
  @Column(instantColumn) updatedAt!: Date;
}

/** A reminder put off (明天再提醒) or silenced for some days, for one recipient; never a deadline. */
@Entity('reminder_moves')
@Index('reminder_moves_one', ['recipientKey', 'taskId'], { unique: true })
@Index('reminder_moves_resume', ['resumeOn'])
export class ReminderMove {
  @PrimaryColumn(idColumn) id!: string;
  /** "group:<conversation>" or "person:<user id>", as in the outbox. */
  @Column({ type: 'varchar', length: 190 }) recipientKey!: string;
  /** '' = everything this recipient is reminded of. */
  @Column({ ...idColumn, default: '' }) taskId!: string;
  /** What was asked for on this day's morning and later is asked for again … */
  @Column(civilDateColumn) fromDay!: string;
  /** … on the first morning from this day on; nothing is asked before. */
  @Column(civilDateColumn) resumeOn!: string;
  @Column(idColumn) personId!: string;
  @Column(instantColumn) createdAt!: Date;
}

export type EscalationLevel = 'leader' | 'yellow' | 'red';

/** That a unit's being overdue on a task was raised: once for each due date and level. */
@Entity('escalations')
@Index('escalations_once', ['taskId', 'unitId', 'due', 'level'], { unique: true })
export class Escalation {
  @PrimaryColumn(idColumn) id!: string;
  @Column(idColumn) taskId!: string;
  @Column(idColumn) unitId!: string;
  @Column(civilDateColumn) due!: string;
  @Column({ type: 'varchar', length: 10 }) level!: EscalationLevel;
  @Column(civilDateColumn) day!: string;
}
