// Papers the office hands in, as the ledger stood at one moment.
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { idColumn, instantColumn, jsonColumn } from '../columns';

/** A 通报's figures, taken once: the paper can be made from it again and again and says the same. */
@Entity('report_snapshots')
@Index('report_snapshots_issue', ['listId', 'year', 'issue'], { unique: true })
export class ReportSnapshot {
  @PrimaryColumn(idColumn) id!: string;
  @Column(idColumn) listId!: string;
  @Column({ type: 'int' }) year!: number;
  /** 第N期 of the year. */
  @Column({ type: 'int' }) issue!: number;
  @Column(instantColumn) asOf!: Date;
  /** BulletinFacts (reports/bulletin-facts.ts). */
  @Column(jsonColumn) facts!: unknown;
  @Column(idColumn) createdBy!: string;
  @Column(instantColumn) createdAt!: Date;
}
