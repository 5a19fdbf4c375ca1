// A chat platform that is not DingTalk, small and in memory, with ids of its own that may be the same as DingTalk's.
import { type Platform } from '../../src/channels/platform';
import {
  type Conversation,
  type IncomingMessage,
  type OtherNews,
  type OutgoingFile,
  type Recipient,
  type SendRequest,
} from '../../src/messages';

export class SecondPlatform {
  /** What it was asked to send, in its own ids. */
  readonly sent: SendRequest[] = [];
  readonly files: { to: Recipient; file: OutgoingFile }[] = [];
  news: OtherNews = {};
  private onMessage: ((message: IncomingMessage) => Promise<void>) | null = null;
  private count = 0;

  constructor(readonly name: string) {}

  /** The door the app opens. */
  readonly platform = (): Platform => ({
    name: this.name,
    title: '企业微信',
    router: null,
    changesCards: false,
    contacts: { getUser: () => Promise.resolve(null), getDepartmentName: () => Promise.resolve(null) },
    files: {
      fetch: code => Promise.resolve({ outcome: 'fetched', bytes: Buffer.from(`${this.name} ${code}`) }),
      send: (to, file) => {
        this.files.push({ to, file });
        return Promise.resolve({ outcome: 'sent', providerKey: `file${this.files.length}` });
      },
      keepPicture: () => Promise.resolve({ problem: 'no pictures here' }),
    },
    start: (onMessage, news = {}) => {
      this.onMessage = onMessage;
      this.news = news;
      return Promise.resolve();
    },
    send: request => {
      this.sent.push(request);
      return Promise.resolve({ outcome: 'sent', providerKey: `key${this.sent.length}` });
    },
    status: () => ({
      name: this.name,
      connected: this.onMessage !== null,
      since: null,
      lastFrameAt: null,
      lastError: null,
      notes: [],
    }),
    stop: () => {
      this.onMessage = null;
      return Promise.resolve();
    },
  });

  /** Somebody says something; resolves when it is stored. A private chat's id is the person's, as on such platforms. */
  async say(from: string, text: string, at: Date, more: { group?: Conversation; quotes?: string } = {}): Promise<void> {
    if (this.onMessage === null) throw new Error(`${this.name} is not started`);
    await this.onMessage({
      channel: this.name,
      robotCode: '1000002',
      messageId: `m${++this.count}`,
      conversation: more.group ?? { id: from, kind: 'private', title: null },
      sender: { staffId: from, nick: from },
      kind: 'text',
      text,
      quoted:
        more.quotes === undefined
          ? null
          : { messageId: null, providerKey: more.quotes, fromBot: true, text: null, sentAt: null },
      attachments: [],
      sentAt: at.toISOString(),
      replyUrl: null,
    });
  }
}
