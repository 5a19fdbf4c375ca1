// The door in and the door out: messages received, what is remembered of a conversation, messages to be sent.
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { type IncomingMessage, type Recipient, type ReplyUrl } from '../../messages';
import { idColumn, instantColumn, jsonColumn } from '../columns';

@Entity('inbox_messages')
@Index('inbox_messages_once', ['robotCode', 'messageId'], { unique: true })
@Index('inbox_messages_waiting', ['status', 'nextAttemptAt'])
@Index('inbox_messages_conversation', ['conversationId', 'status', 'sentAt'])
export class InboxMessage {
  @PrimaryColumn(idColumn) id!: string;
  @Column({ type: 'varchar', length: 128 }) robotCode!: string;
  @Column({ type: 'varchar', length: 190 }) messageId!: string;
  @Column({ type: 'varchar', length: 190 }) conversationId!: string;
  @Column({ type: 'varchar', length: 128, nullable: true }) senderStaffId!: string | null;
  @Column(instantColumn) sentAt!: Date;
  @Column(instantColumn) receivedAt!: Date;
  /** NULL where a 密级 mark forbade to keep it. */
  @Column({ ...jsonColumn, nullable: true }) payload!: IncomingMessage | null;
  /** waiting → handled; refused = 密级 mark, answered with the rule; set_aside = failed three times. */
  @Column({ type: 'varchar', length: 10 }) status!: 'waiting' | 'held' | 'handled' | 'refused' | 'set_aside';
  @Column({ type: 'int' }) attempts!: number;
  @Column(instantColumn) nextAttemptAt!: Date;
  @Column({ ...instantColumn, nullable: true }) handledAt!: Date | null;
  /** What was made of it, in one line; for the office, never shown in chat. Of a held one: under which claim. */
  @Column({ type: 'varchar', length: 500, nullable: true }) outcome!: string | null;
}

/** What the bot remembers of its talk with one person in one conversation; see conversation/turn.ts. */
@Entity('conversation_states')
@Index('conversation_states_talk', ['conversationId', 'speakerId'], { unique: true })
export class ConversationState {
  @PrimaryColumn(idColumn) id!: string;
  @Column({ type: 'varchar', length: 190 }) conversationId!: string;
  @Column({ type: 'varchar', length: 128 }) speakerId!: string;
  @Column({ ...jsonColumn, nullable: true }) state!: unknown;
  @Column(instantColumn) updatedAt!: Date;
}

export type OutboxStatus = 'ready' | 'claimed' | 'sent' | 'uncertain' | 'failed' | 'expired';

@Entity('outbox_messages')
@Index('outbox_messages_once', ['dedupKey'], { unique: true })
@Index('outbox_messages_due', ['status', 'nextAt'])
@Index('outbox_messages_order', ['status', 'priority', 'nextAt'])
@Index('outbox_messages_pace', ['recipientKey', 'sendStartedAt'])
@Index('outbox_messages_started', ['sendStartedAt'])
@Index('outbox_messages_sent', ['sentAt'])
@Index('outbox_messages_provider_key', ['providerKey'])
@Index('outbox_messages_recipient', ['recipientKey', 'sentAt'])
@Index('outbox_messages_cards', ['onCard', 'sentAt'])
export class OutboxMessage {
  @PrimaryColumn(idColumn) id!: string;
  @Column({ type: 'varchar', length: 190 }) dedupKey!: string;
  @Column(jsonColumn) recipient!: Recipient;
  /** The platform it goes out by: only that one's dispatchers take it. */
  @Column({ type: 'varchar', length: 20, default: 'dingtalk' }) channel!: string;
  /** "group:<conversation>" or "person:<user id>", by their addresses. */
  @Column({ type: 'varchar', length: 190 }) recipientKey!: string;
  @Column({ ...jsonColumn, nullable: true }) replyUrl!: ReplyUrl | null;
  @Column({ type: 'varchar', length: 128, nullable: true }) mention!: string | null;
  /** A Reply as data (rendering/reply.ts). */
  @Column(jsonColumn) reply!: unknown;
  /** The tasks it shows, in order: what a quote of it means. */
  @Column({ ...jsonColumn, nullable: true }) tasksShown!: { listId: string; itemNos: number[] } | null;
  /** 0 goes first: answers 0, notices 1, morning cards 2. */
  @Column({ type: 'int' }) priority!: number;
  /** Nobody asked for it: it keeps the quiet hours, the group's budget and the platform's pace. */
  @Column({ type: 'boolean', default: false }) unasked!: boolean;
  /** It goes, or went, as a card: shown once under its id however often it is sent, and changeable afterwards. */
  @Column({ type: 'boolean', default: false }) onCard!: boolean;
  /** The row whose card this one changes; NULL for a message of its own. */
  @Column({ ...idColumn, nullable: true }) changesId!: string | null;
  @Column({ type: 'varchar', length: 10 }) status!: OutboxStatus;
  @Column(instantColumn) nextAt!: Date;
  /** Not worth sending after this instant (clock of the program). */
  @Column({ ...instantColumn, nullable: true }) notAfter!: Date | null;
  @Column({ ...idColumn, nullable: true }) claimToken!: string | null;
  /** Leases live on the database's clock. */
  @Column({ ...instantColumn, nullable: true }) leaseUntil!: Date | null;
  @Column({ ...instantColumn, nullable: true }) sendStartedAt!: Date | null;
  @Column({ type: 'int' }) attempts!: number;
  @Column({ ...instantColumn, nullable: true }) sentAt!: Date | null;
  @Column({ type: 'varchar', length: 190, nullable: true }) providerKey!: string | null;
  @Column({ type: 'varchar', length: 500, nullable: true }) problem!: string | null;
  @Column(instantColumn) createdAt!: Date;
}

/** A sentence that seemed meant for the bot and was not understood: for the office to look through. */
@Entity('unread_sentences')
@Index('unread_sentences_at', ['saidAt'])
export class UnreadSentence {
  @PrimaryColumn(idColumn) id!: string;
  @Column({ type: 'varchar', length: 190 }) conversationId!: string;
  @Column({ type: 'mediumtext' }) text!: string;
  @Column({ type: 'varchar', length: 60 }) outcome!: string;
  @Column(instantColumn) saidAt!: Date;
}

/** When the next unasked message may be sent by one of the platform's calls; on the database's clock. */
@Entity('send_paces')
export class SendPace {
  @PrimaryColumn({ type: 'varchar', length: 30 }) name!: string;
  @Column(instantColumn) freeAt!: Date;
}
