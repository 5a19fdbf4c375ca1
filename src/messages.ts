// What travels between a chat platform and the bot, in the platform's-neutral words; and the door every platform has.
// A platform's room knows its own ids; on the house's side of the door (channels/addressed.ts) every id is an address.

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
  /** The platform's name, e.g. dingtalk. */
  channel: string;
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

/** A button that makes the person who presses it say `say`. A label of '' keeps its place and is not shown. */
export interface Button {
  label: string;
  say: string;
}

/**
 * Somebody pressed a button of a message that was sent as a card. It carries no authority and no words: what the button says
 * is looked up in what was sent, and is then said by whoever pressed.
 */
export interface ButtonPress {
  channel: IncomingMessage['channel'];
  robotCode: string;
  /** `SendRequest.key` of the message. */
  key: string;
  /** Which of its buttons; 0 = the first. */
  button: number;
  /** The presser's user id. */
  staffId: string;
  /** Where, as the platform names it; null where it does not tell. */
  conversationId: string | null;
  pressedAt: string;
}

/** One message as the bot sends it: Markdown in the platform's common subset. */
export interface OutgoingMessage {
  /** Preview in the list of chats and in notifications; no Markdown. */
  title: string;
  markdown: string;
  buttons: Button[];
}

/** At which platform it is, its id tells: see address.ts. */
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
  /** As a card, whose buttons can be pressed and which can be changed; only where {@link Channel.putsOnCard} has said so. */
  card: boolean;
}

/** What a card that was sent says from now on; its buttons keep their places. */
export interface ChangeRequest {
  /** `SendRequest.key` of the card. */
  key: string;
  message: OutgoingMessage;
}

/**
 * Three outcomes, never two.
 * `not_sent`: surely not delivered; retryAfterMs = when it is worth trying again, null = never.
 * `unknown`: it may or may not have been delivered.
 * `changeable`: it went as a card, which can be changed. `repeatable`: sent again under the same key it is shown once all the same.
 */
export type SendResult =
  | { outcome: 'sent'; providerKey: string | null; changeable?: boolean }
  | { outcome: 'not_sent'; retryAfterMs: number | null; reason: string }
  | { outcome: 'unknown'; reason: string; repeatable?: boolean };

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

/** So many people at most are reached by one {@link Channel.sendAlike}. */
export const mostAlike = 20;

/** A picture or file the bot sends. */
export interface OutgoingFile {
  kind: 'picture' | 'file';
  /** With its ending, e.g. 台账.xlsx. */
  name: string;
  bytes: Buffer;
}

/** What a platform does with files beside carrying messages. */
export interface FileDoor {
  /** The bytes behind an {@link Attachment}'s code, or why not, in words for people; never throws, never names where they are. */
  fetch(
    downloadCode: string,
    limits: { maxBytes: number },
  ): Promise<{ outcome: 'fetched'; bytes: Buffer } | { outcome: 'failed'; sentence: string }>;
  /** Uploads and sends; what is refused was surely not shown. */
  send(to: Recipient, file: OutgoingFile): Promise<SendResult>;
  /** Uploads a picture. @returns what stands for its address in Markdown, `![](…)` */
  keepPicture(file: OutgoingFile): Promise<{ address: string } | { problem: string }>;
}

/** What else a platform may tell beside messages. */
export interface OtherNews {
  /**
   * A button of a card was pressed. Resolves when the press is stored, with a few words for the presser
   * ('' = none); never rejects, since the platform does not deliver a press again.
   */
  onPress?: (press: ButtonPress) => Promise<string>;
  /** What the organisation's directory says of these people has changed; null = of anybody. */
  onPeopleChanged?: (staffIds: string[] | null) => void;
}

/** The organisation's directory as a platform has it, names only; null = no such person or department, or not visible to the app. */
export interface ContactBook {
  getUser(staffId: string): Promise<{ name: string; departmentIds: number[] } | null>;
  getDepartmentName(departmentId: number): Promise<string | null>;
}

/** A chat platform. */
export interface Channel {
  /** e.g. dingtalk: small letters and figures, at most 20; what addresses and rows name it by. */
  readonly name: string;
  /** What people call it, e.g. 钉钉. */
  readonly title: string;
  /**
   * Starts to receive. The platform's message is acknowledged only after `onMessage` has resolved (= stored and committed);
   * when it rejects, the message is not acknowledged and the platform may deliver it again.
   */
  start(onMessage: (message: IncomingMessage) => Promise<void>, news?: OtherNews): Promise<void>;
  /** Whether this request, which asks for a card, can go as one: then it may be repeated under its key. Left out = never. */
  putsOnCard?(request: SendRequest): boolean;
  send(request: SendRequest): Promise<SendResult>;
  /**
   * Sends the same message to several people by one call; left out = never. None of them goes as a card or has a reply address.
   * One providerKey stands for all who got it: what it recalls, it recalls of all.
   * @returns of each request, in order; what may fail for one person's sake asks to be sent again, and then goes alone
   */
  sendAlike?(requests: SendRequest[]): Promise<SendResult[]>;
  /** Changes a card that was sent, for everybody who sees it. Always repeatable. */
  change?(request: ChangeRequest): Promise<SendResult>;
  /**
   * Takes back messages that were sent to one recipient, by their providerKeys.
   * @returns the keys of those that are gone now, and why the others are not
   */
  recall?(to: Recipient, providerKeys: string[]): Promise<{ recalled: string[]; problem: string | null }>;
  status(): ChannelStatus;
  /** Takes no more messages, waits for those being stored, closes the connection, cancels every timer. */
  stop(): Promise<void>;
}
