// Days, job slots, and the audit log.
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { civilDateColumn, idColumn, instantColumn, jsonColumn } from '../columns';

/** A day that is not what its weekday says: a holiday, or a make-up workday (调休). */
@Entity('calendar_days')
export class CalendarDay {
  @PrimaryColumn(civilDateColumn) day!: string;
  @Column({ type: 'varchar', length: 10 }) kind!: 'workday' | 'holiday';
  @Column({ type: 'varchar', length: 60 }) name!: string;
  /** seed = from the holiday package; office = decided here, never overwritten by a seed. */
  @Column({ type: 'varchar', length: 10 }) source!: 'seed' | 'office';
}

/** A year whose holidays are known; for any other year nobody may pretend to know the workdays. */
@Entity('calendar_years')
export class CalendarYear {
  @PrimaryColumn({ type: 'int' }) year!: number;
}

@Entity('job_runs')
@Index('job_runs_slot', ['job', 'slot'], { unique: true })
export class JobRun {
  @PrimaryColumn(idColumn) id!: string;
  @Column({ type: 'varchar', length: 60 }) job!: string;
  /** The wall time it stands for, "2023-06-26T08:30". */
  @Column({ type: 'varchar', length: 30 }) slot!: string;
  @Column({ type: 'varchar', length: 10 }) status!: 'done' | 'missed';
  @Column(instantColumn) ranAt!: Date;
  @Column({ type: 'varchar', length: 500, nullable: true }) outcome!: string | null;
}

/** Who did what, with what before and after. INSERT and SELECT only. */
@Entity('audit_entries')
@Index('audit_entries_at', ['at'])
export class AuditEntry {
  @PrimaryColumn(idColumn) id!: string;
  @Column(instantColumn) at!: Date;
  @Column({ ...idColumn, nullable: true }) personId!: string | null;
  /** The person's name and unit then, or "命令行". */
  @Column({ type: 'varchar', length: 190 }) actor!: string;
  @Column({ type: 'varchar', length: 40 }) act!: string;
  @Column({ type: 'varchar', length: 190 }) object!: string;
  @Column({ ...jsonColumn, nullable: true }) before!: unknown;
  @Column({ ...jsonColumn, nullable: true }) after!: unknown;
  @Column({ ...idColumn, nullable: true }) inboxMessageId!: string | null;
}

/** One row that a schema change holds locked, so that only one process migrates at a time. */
@Entity('schema_locks')
export class SchemaLock {
  @PrimaryColumn({ type: 'varchar', length: 30 }) name!: string;
}
