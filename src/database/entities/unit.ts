// Who is who: units with their names, collectives, people with their posts, chat groups.
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { civilDateColumn, idColumn, instantColumn } from '../columns';

@Entity('units')
@Index('units_name', ['name'], { unique: true })
export class Unit {
  @PrimaryColumn(idColumn) id!: string;
  @Column({ type: 'varchar', length: 190 }) name!: string;
  @Column({ type: 'varchar', length: 190, nullable: true }) fullName!: string | null;
  @Column({ type: 'varchar', length: 30 }) kind!: string;
  @Column({ type: 'varchar', length: 30 }) level!: string;
  @Column({ type: 'varchar', length: 500, nullable: true }) note!: string | null;
  /** The unit it stands under (花湖派出所 under 区公安分局). */
  @Column({ ...idColumn, nullable: true }) parentId!: string | null;
  /** false: came from a list with a name nobody has settled yet. */
  @Column({ type: 'boolean' }) settled!: boolean;
  @Column(instantColumn) createdAt!: Date;
}

@Entity('unit_aliases')
@Index('unit_aliases_text', ['text', 'unitId'], { unique: true })
export class UnitAlias {
  @PrimaryColumn(idColumn) id!: string;
  @Column(idColumn) unitId!: string;
  @Column({ type: 'varchar', length: 190 }) text!: string;
  @Column({ type: 'varchar', length: 10 }) status!: 'certain' | 'ask';
}

@Entity('collectives')
@Index('collectives_name', ['name'], { unique: true })
export class Collective {
  @PrimaryColumn(idColumn) id!: string;
  @Column({ type: 'varchar', length: 190 }) name!: string;
  @Column({ type: 'varchar', length: 10 }) resolve!: 'members' | 'manual';
  @Column({ type: 'varchar', length: 500, nullable: true }) note!: string | null;
  @Column(instantColumn) createdAt!: Date;
}

@Entity('collective_aliases')
@Index('collective_aliases_text', ['text'], { unique: true })
export class CollectiveAlias {
  @PrimaryColumn(idColumn) id!: string;
  @Column(idColumn) collectiveId!: string;
  @Column({ type: 'varchar', length: 190 }) text!: string;
}

@Entity('collective_members')
@Index('collective_members_pair', ['collectiveId', 'unitId'], { unique: true })
@Index('collective_members_unit', ['unitId'])
export class CollectiveMember {
  @PrimaryColumn(idColumn) id!: string;
  @Column(idColumn) collectiveId!: string;
  @Column(idColumn) unitId!: string;
}

@Entity('people')
export class Person {
  @PrimaryColumn(idColumn) id!: string;
  @Column({ type: 'varchar', length: 60 }) name!: string;
  @Column(instantColumn) createdAt!: Date;
}

export type Role = 'staff' | 'liaison' | 'leader' | 'office' | 'admin';

@Entity('posts')
@Index('posts_one', ['personId', 'unitId', 'role'], { unique: true })
@Index('posts_unit', ['unitId', 'role'])
export class Post {
  @PrimaryColumn(idColumn) id!: string;
  @Column(idColumn) personId!: string;
  @Column(idColumn) unitId!: string;
  @Column({ type: 'varchar', length: 10 }) role!: Role;
  @Column({ type: 'varchar', length: 60, nullable: true }) title!: string | null;
  @Column(instantColumn) createdAt!: Date;
  /** A deputy's post ends by itself after this day. */
  @Column({ ...civilDateColumn, nullable: true }) lastDay!: string | null;
  /** Whom a deputy stands in for. */
  @Column({ ...idColumn, nullable: true }) standsInFor!: string | null;
  /** The directory no longer names this post; kept, because acts refer to it. */
  @Column({ ...instantColumn, nullable: true }) endedAt!: Date | null;
}

/** Under which id a person speaks on a platform. */
@Entity('channel_identities')
@Index('channel_identities_external', ['channel', 'externalId'], { unique: true })
@Index('channel_identities_person', ['personId'])
export class ChannelIdentity {
  @PrimaryColumn(idColumn) id!: string;
  @Column({ type: 'varchar', length: 20 }) channel!: string;
  /** An address (address.ts). */
  @Column({ type: 'varchar', length: 128 }) externalId!: string;
  @Column(idColumn) personId!: string;
}

/** A chat group the bot has heard from. */
@Entity('chat_groups')
@Index('chat_groups_conversation', ['channel', 'conversationId'], { unique: true })
export class ChatGroup {
  @PrimaryColumn(idColumn) id!: string;
  @Column({ type: 'varchar', length: 20 }) channel!: string;
  @Column({ type: 'varchar', length: 190 }) conversationId!: string;
  @Column({ type: 'varchar', length: 190, nullable: true }) title!: string | null;
  /** waiting: introduced itself once, answers nothing until an office member enables the group. */
  @Column({ type: 'varchar', length: 10 }) status!: 'waiting' | 'enabled' | 'disabled';
  /** district = 全区; unit = bound to `unitId`; null = not bound yet. */
  @Column({ type: 'varchar', length: 10, nullable: true }) scope!: 'district' | 'unit' | null;
  @Column({ ...idColumn, nullable: true }) unitId!: string | null;
  @Column({ ...idColumn, nullable: true }) listId!: string | null;
  @Column(instantColumn) createdAt!: Date;
}

/** "我是区税务局张三", or what the platform's contacts say: waits for the office. */
@Entity('identity_claims')
@Index('identity_claims_open', ['channel', 'openFor'], { unique: true })
@Index('identity_claims_status', ['status', 'createdAt'])
export class IdentityClaim {
  @PrimaryColumn(idColumn) id!: string;
  @Column({ type: 'varchar', length: 20 }) channel!: string;
  @Column({ type: 'varchar', length: 128 }) externalId!: string;
  /** The external id while it is open, else NULL: one open claim per person. */
  @Column({ type: 'varchar', length: 128, nullable: true }) openFor!: string | null;
  @Column({ type: 'varchar', length: 60 }) name!: string;
  @Column(idColumn) unitId!: string;
  @Column({ type: 'varchar', length: 10 }) source!: 'said' | 'contacts';
  @Column({ type: 'varchar', length: 12 }) status!: 'open' | 'accepted' | 'refused' | 'replaced';
  /** Where it was said. */
  @Column({ type: 'varchar', length: 190 }) conversationId!: string;
  @Column({ ...idColumn, nullable: true }) decidedBy!: string | null;
  @Column({ ...instantColumn, nullable: true }) decidedAt!: Date | null;
  @Column({ type: 'varchar', length: 1000, nullable: true }) reason!: string | null;
  @Column(instantColumn) createdAt!: Date;
}
