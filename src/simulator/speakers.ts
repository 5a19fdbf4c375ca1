// People at the local DingTalk: they say something, quote, hand over files, press buttons; and what the robot is told of it.
import { randomUUID } from 'node:crypto';
import {
  type ChatConversation,
  type ChatWorld,
  type GatewayApp,
  type GatewayPerson,
  type Stranger,
} from './chat-world';
import { type FaultSwitches } from './fault-switches';
import { type ShownMessage } from './gateway-events';
import { type RobotApi } from './robot-api';
import { robotPayload, type QuoteStyle } from './robot-payload';
import { type SentFile, type SentFiles } from './sent-files';
import { type StreamEndpoint } from './stream-endpoint';

/** What a person says. */
export interface Saying {
  /** A staff id, or someone outside the organisation. */
  from: string | Stranger;
  /** A conversationId, or 'private' = the private chat with the robot. */
  in: string;
  text: string;
  /**
   * In a group: true = @ the first robot, a robotCode = that one; only then is the message pushed to it.
   * Words that begin with "@<robot's name>" are such a mention too. A private message always reaches its robot.
   */
  at?: boolean | string;
  /** Id of the message that is quoted. */
  quote?: string;
  quoteStyle?: QuoteStyle;
  /** A file instead of words, in a group only to be quoted; or a picture, alone or with words, in a group with a mention. */
  file?: SentFile;
  /** Fields of the robot's payload that are otherwise than a person's words make them: other kinds of message, fields missing (undefined). */
  payload?: Record<string, unknown>;
}

/** The platform waits so long for the answer to a pressed button, and to an event. */
const pressWithinMs = 2_000;
const eventWithinMs = 3_000;
export const cardTopic = '/v1.0/card/instances/callback';

/** What everybody reads: a file's name, words with the mention; of a picture its words. */
function shownWords({ file }: Saying, mentioned: GatewayApp | null, words: string): string {
  if (file && !file.picture) return `[文件] ${file.name}`;
  const said = mentioned ? `@${mentioned.robotName} ${words}`.trimEnd() : words;
  return file && said === '' ? '[图片]' : said;
}

export class Speakers {
  private readonly world: ChatWorld;
  private readonly stream: StreamEndpoint;
  private readonly api: RobotApi;
  private readonly files: SentFiles;

  /** @param parts.baseUrl - where the gateway is reached */
  constructor(
    private readonly parts: {
      world: ChatWorld;
      stream: StreamEndpoint;
      api: RobotApi;
      files: SentFiles;
      faults: FaultSwitches;
      baseUrl: () => string;
    },
  ) {
    ({ world: this.world, stream: this.stream, api: this.api, files: this.files } = parts);
  }

  private personOf(from: string | Stranger): GatewayPerson | Stranger {
    if (typeof from !== 'string') return from;
    const person = this.world.findPerson(from);
    if (!person) throw new Error(`nobody has the staff id ${from}`);
    return person;
  }

  private appOf(robotCode?: string): GatewayApp {
    const app = robotCode === undefined ? this.world.apps[0] : this.world.apps.find(one => one.robotCode === robotCode);
    if (!app) throw new Error(`no robot ${robotCode ?? ''}`);
    return app;
  }

  /** The conversationId of someone's private chat with a robot (the first one, when none is named). */
  privateChat(from: string | Stranger, robotCode?: string): string {
    return this.world.privateChat(this.personOf(from), this.appOf(robotCode).robotCode).id;
  }

  /** Which robot a message is for, and its words without the mention. */
  private addressed(conversation: ChatConversation, saying: Saying): { app: GatewayApp | null; words: string } {
    if (conversation.robotCode !== null) return { app: this.appOf(conversation.robotCode), words: saying.text };
    const typed = this.world.apps.find(app => saying.text.startsWith(`@${app.robotName}`));
    const words = typed ? saying.text.slice(typed.robotName.length + 1).trimStart() : saying.text;
    if (typed) return { app: typed, words };
    if (saying.at === undefined || saying.at === false) return { app: null, words };
    return { app: this.appOf(saying.at === true ? undefined : saying.at), words };
  }

  /**
   * A person says something: everybody sees it, and the robot receives it if it is for the robot and a client is connected.
   * @throws Error when there is no such person, conversation or quoted message
   */
  say(saying: Saying): ShownMessage {
    const sender = this.personOf(saying.from);
    const conversation =
      saying.in === 'private'
        ? this.world.privateChat(sender, this.appOf(typeof saying.at === 'string' ? saying.at : undefined).robotCode)
        : this.world.findConversation(saying.in);
    if (!conversation) throw new Error(`no conversation ${saying.in}`);
    const quoted = saying.quote === undefined ? null : (this.world.findMessage(saying.quote) ?? null);
    if (saying.quote !== undefined && !quoted) throw new Error(`no message ${saying.quote} to quote`);
    const { app, words } = this.addressed(conversation, saying);
    const staffId = 'staffId' in sender ? sender.staffId : null;
    const message = this.world.show({
      conversationId: conversation.id,
      from: { staffId, robotCode: null, name: 'staffId' in sender ? sender.name : sender.nick },
      title: null,
      markdown: null,
      text: shownWords(saying, conversation.kind === 'group' ? app : null, words),
      buttons: [],
      ...(saying.file ? { file: { name: saying.file.name, ...(saying.file.picture ? { picture: true } : {}) } } : {}),
      quotedId: quoted?.id ?? null,
      providerKey: null,
      mentions: [],
      pushedTo: null,
    });
    if (saying.file) this.files.keep(message.id, saying.file);
    // Shown first, pushed after: an answer can never stand above its question.
    const connected = app !== null && this.stream.connectionCount(app) > 0;
    if (connected) message.pushedTo = app.robotCode;
    this.world.events.emit({ kind: 'message', message });
    if (!app) return message;
    const webhook = this.api.openWebhook(this.parts.baseUrl(), conversation.id, app.robotCode);
    const payload = robotPayload({
      world: this.world,
      app,
      conversation,
      sender,
      message,
      words,
      quoted,
      files: this.files,
      quoteStyle: saying.quoteStyle ?? 'card',
      sessionWebhook: webhook.url,
      sessionWebhookExpiredTime: webhook.until,
      quotaExhausted: this.parts.faults.quotaExhausted,
    });
    if (!this.stream.deliveries.push(app, message.id, { ...payload, ...saying.payload }))
      this.world.events.emit({ kind: 'lost', messageId: message.id });
    return message;
  }

  /**
   * A person presses a button of a card: a sendMessage button makes them say its content where the card is.
   * In a group it reaches the robot only when the content begins with "@<robot's name>".
   * @returns what they said, or null when the button is a link, or one of an interactive card (see {@link pressCard})
   */
  press(from: string | Stranger, messageId: string, buttonNumber: number): ShownMessage | null {
    const message = this.world.findMessage(messageId);
    const button = message?.buttons[buttonNumber];
    if (!message || !button) throw new Error(`message ${messageId} has no button ${buttonNumber}`);
    if (button.callback !== undefined) void this.pressCard(from, messageId, buttonNumber);
    if (button.say === null) return null;
    return this.say({ from, in: message.conversationId, text: button.say });
  }

  /**
   * A person presses a button of an interactive card: the robot is called back, and what it answers in time is seen at once.
   * @returns the answer; null when none came within 2 s
   */
  async pressCard(from: string | Stranger, messageId: string, buttonNumber: number): Promise<unknown> {
    const message = this.world.findMessage(messageId);
    const button = message?.buttons[buttonNumber];
    const staffId = typeof from === 'string' ? from : '';
    const press = message && button?.callback ? this.api.cards.pressData(message, staffId, button.callback) : null;
    if (!message || !press) throw new Error(`message ${messageId} has no button ${buttonNumber} that calls back`);
    const given = await this.stream.ask(press.app, { topic: cardTopic, data: press.data }, pressWithinMs);
    const response = (given as { response?: unknown } | null)?.response ?? null;
    if (response !== null) this.api.cards.answered(message, staffId, response);
    this.world.events.emit({ kind: 'press_answered', messageId, response });
    return response;
  }

  /** Tells the robot of something in the organisation, e.g. user_leave_org. @returns the answer; null when none came in time */
  pushEvent(eventType: string, data: object): Promise<unknown> {
    const event = {
      eventType,
      eventId: randomUUID().replaceAll('-', ''),
      eventCorpId: 'ding00000000000000000000trial',
      eventBornTime: String(this.world.clock.now().getTime()),
      eventUnifiedAppId: 'trial',
    };
    return this.stream.ask(this.appOf(), { topic: '*', data, event }, eventWithinMs);
  }
}
