// What travels between a chat platform and the bot, in the platform's-neutral words; and the door every platform has.

/** Where a message was said: a group, or a private chat between one person and the bot. */
export interface Conversation {
  id: string;
  kind: 'group' | 'private';
  title: string | null;
}

/** What a message replies to (引用), as far as the platform tells. */
export interface QuotedMessage {
  messageId: string | null;
  /** The platform's key of a message the bot sent, as `SendResult.providerKey` gave it. */
  providerKey: string | null;
  fromBot: boolean;
  /** The quoted words; often missing or shortened, so never the way to find what was quoted. */
  text: string | null;
  sentAt: string | null;
}

/** A file or picture, kept as a reference only. */
export interface Attachment {
  kind: 'picture' | 'file' | 'audio' | 'video';
  downloadCode: string;
  fileName: string | null;
}

/** Where an answer may be posted without a token, and until when (ISO instant). */
export interface ReplyUrl {
  url: string;
  expiresAt: string;
}

/** One message as a person sent it. Plain JSON: it is stored as it is. Instants are ISO strings in UTC. */
export interface IncomingMessage {
  channel: 'dingtalk';
  robotCode: string;
  /** The platform's id, the same when it delivers the message again. */
  messageId: string;
  conversation: Conversation;
  sender: {
    /** The platform's user id; null for people outside the organisation. */
    staffId: string | null;
    nick: string;
  };
  kind: 'text' | 'audio' | 'picture' | 'file' | 'quota_exhausted' | 'other';
  /** The words, mention of the bot removed; recognised speech for audio; '' where there are none. */
  text: string;
  quoted: QuotedMessage | null;
  attachments: Attachment[];
  sentAt: string;
  replyUrl: ReplyUrl | null;
}

/** A button that makes the person who presses it say `say`. */
export interface Button {
  label: string;
  say: string;
}

/** One message as the bot sends it: Markdown in the platform's common subset. */
export interface OutgoingMessage {
  /** Preview in the list of chats and in notifications; no Markdown. */
  title: string;
  markdown: string;
  buttons: Button[];
}

export type Recipient = { kind: 'group'; conversationId: string } | { kind: 'person'; staffId: string };

export interface SendRequest {
  /** The outbox row's id: a platform that knows such keys must not show one key twice. */
  key: string;
  recipient: Recipient;
  message: OutgoingMessage;
  /** Someone may quote it later and mean its tasks: send it by a way that yields a providerKey. */
  quotable: boolean;
  replyUrl: ReplyUrl | null;
  /** The user id to @ where the way of sending allows it. */
  mention: string | null;
}

/**
 * Three outcomes, never two.
 * `not_sent`: surely not delivered; retryAfterMs = when it is worth trying again, null = never.
 * `unknown`: it may or may not have been delivered.
 */
export type SendResult =
  | { outcome: 'sent'; providerKey: string | null }
  | { outcome: 'not_sent'; retryAfterMs: number | null; reason: string }
  | { outcome: 'unknown'; reason: string };

export interface ChannelStatus {
  name: string;
  /** True while messages can arrive. */
  connected: boolean;
  since: string | null;
  lastFrameAt: string | null;
  lastError: string | null;
  /** What an operator should see to although messages arrive, as sentences. */
  notes: string[];
}

/** A chat platform. */
export interface Channel {
  /**
   * Starts to receive. The platform's message is acknowledged only after `onMessage` has resolved (= stored and committed);
   * when it rejects, the message is not acknowledged and the platform may deliver it again.
   */
  start(onMessage: (message: IncomingMessage) => Promise<void>): Promise<void>;
  send(request: SendRequest): Promise<SendResult>;
  status(): ChannelStatus;
  /** Takes no more messages, waits for those being stored, closes the connection, cancels every timer. */
  stop(): Promise<void>;
}
