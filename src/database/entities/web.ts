// The web site's door: one-time links that the bot hands out in private chats, and the sessions they open.
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { idColumn, instantColumn, jsonColumn } from '../columns';

/** A link that works once and for minutes; only the hash of its secret is kept. */
@Entity('web_links')
@Index('web_links_token', ['tokenHash'], { unique: true })
@Index('web_links_person', ['personId', 'createdAt'])
export class WebLink {
  @PrimaryColumn(idColumn) id!: string;
  @Column({ type: 'varchar', length: 64 }) tokenHash!: string;
  @Column(idColumn) personId!: string;
  @Column({ type: 'varchar', length: 12 }) purpose!: 'sign_in' | 'ledger';
  /** Of a file: which one. */
  @Column({ ...jsonColumn, nullable: true }) wanted!: unknown;
  @Column(instantColumn) createdAt!: Date;
  @Column(instantColumn) expiresAt!: Date;
  @Column({ ...instantColumn, nullable: true }) usedAt!: Date | null;
}

@Entity('web_sessions')
@Index('web_sessions_token', ['tokenHash'], { unique: true })
@Index('web_sessions_seen', ['seenAt'])
export class WebSession {
  @PrimaryColumn(idColumn) id!: string;
  @Column({ type: 'varchar', length: 64 }) tokenHash!: string;
  @Column(idColumn) personId!: string;
  /** The posts the person held on signing in; with other posts the session is over. */
  @Column({ type: 'varchar', length: 64 }) postsHash!: string;
  @Column(instantColumn) createdAt!: Date;
  @Column(instantColumn) seenAt!: Date;
}

/** How often something was done in one minute; see web/rate-limits.ts. */
@Entity('web_limits')
@Index('web_limits_ends', ['endsAt'])
export class WebLimit {
  @PrimaryColumn({ type: 'varchar', length: 190 }) name!: string;
  @Column({ type: 'int' }) hits!: number;
  @Column(instantColumn) endsAt!: Date;
}
