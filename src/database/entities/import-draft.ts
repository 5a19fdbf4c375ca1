// A list file somebody has looked at and may confirm: kept for minutes, piece by piece, so that any instance can take it over.
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { idColumn, instantColumn } from '../columns';

@Entity('import_drafts')
@Index('import_drafts_expiry', ['expiresAt'])
export class ImportDraft {
  @PrimaryColumn(idColumn) id!: string;
  /** Only this person may see and confirm it. */
  @Column(idColumn) personId!: string;
  @Column({ type: 'varchar', length: 255 }) fileName!: string;
  /** What the list is to be called; NULL = as its title says. */
  @Column({ type: 'varchar', length: 60, nullable: true }) shortName!: string | null;
  /** SHA-256 of the differences that were shown. */
  @Column({ type: 'varchar', length: 64 }) seen!: string;
  @Column(instantColumn) createdAt!: Date;
  @Column(instantColumn) expiresAt!: Date;
}

/** No statement is larger than the smallest packet a server may be set to. */
@Entity('import_draft_pieces')
@Index('import_draft_pieces_order', ['draftId', 'position'], { unique: true })
export class ImportDraftPiece {
  @PrimaryColumn(idColumn) id!: string;
  @Column(idColumn) draftId!: string;
  @Column({ type: 'int' }) position!: number;
  @Column({ type: 'mediumblob' }) bytes!: Buffer;
}
