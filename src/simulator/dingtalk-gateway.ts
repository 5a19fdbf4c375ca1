// A local DingTalk on one loopback port: Stream, robot API, webhooks and contacts for the bot; people's side for tests and the page.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type Clock } from '../clock';
import {
  ChatWorld,
  type ChatConversation,
  type GatewayApp,
  type GatewayGroup,
  type GatewayPerson,
  type Stranger,
} from './chat-world';
import { FaultSwitches } from './fault-switches';
import {
  GatewayEvents,
  type ApiCall,
  type Delivery,
  type GatewayEvent,
  type GatewayListener,
  type ShownMessage,
} from './gateway-events';
import { apiError, readRequest, writeAnswer, type ApiAnswer, type ApiRequest } from './http-exchange';
import { RobotApi } from './robot-api';
import { robotPayload, type QuoteStyle } from './robot-payload';
import { SentFiles, type SentFile } from './sent-files';
import { dingtalkTimes, StreamEndpoint, type StreamTimes } from './stream-endpoint';

export interface GatewayOptions {
  /** 0 or left out = any free port. */
  port?: number;
  host?: '127.0.0.1';
  clock: Clock;
  apps: GatewayApp[];
  people: GatewayPerson[];
  groups: GatewayGroup[];
  onEvent?: GatewayListener;
  /** What the open call gives as the socket's address, e.g. that of a TLS front; the gateway's own unless told. */
  streamAddress?: string;
  /** Shorter times for tests; the defaults are DingTalk's. */
  times?: Partial<StreamTimes>;
}

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

export interface WaitOptions {
  timeoutMs?: number;
  /** Look first among the messages shown after this one. */
  after?: string;
}

const waitMs = 10_000;
/** The platform waits so long for the answer to a pressed button, and to an event. */
const pressWithinMs = 2_000;
const eventWithinMs = 3_000;
export const cardTopic = '/v1.0/card/instances/callback';
const keptCalls = 10_000;

/** What everybody reads: a file's name, words with the mention; of a picture its words. */
function shownWords({ file }: Saying, mentioned: GatewayApp | null, words: string): string {
  if (file && !file.picture) return `[文件] ${file.name}`;
  const said = mentioned ? `@${mentioned.robotName} ${words}`.trimEnd() : words;
  return file && said === '' ? '[图片]' : said;
}

/** A local DingTalk that runs. */
export class Gateway {
  readonly events = new GatewayEvents();
  readonly faults = new FaultSwitches();
  readonly world: ChatWorld;
  readonly files = new SentFiles();
  private readonly stream: StreamEndpoint;
  private readonly api: RobotApi;
  private readonly streamAddress: string | undefined;
  private readonly called: ApiCall[] = [];
  private readonly stopping = new AbortController();
  private readonly server = createServer((request, response) => {
    void readRequest(request).then(
      async read => {
        if (!(await this.delay())) return;
        const given = await this.answer(read);
        this.note(read, given);
        writeAnswer(response, given);
      },
      () => response.destroy(),
    );
  });

  constructor(options: GatewayOptions) {
    this.world = new ChatWorld(options.clock, this.events, options.apps, options.people, options.groups);
    this.stream = new StreamEndpoint(options.apps, options.clock, this.events, this.faults, {
      ...dingtalkTimes,
      ...options.times,
    });
    this.streamAddress = options.streamAddress;
    this.api = new RobotApi(this.world, this.faults, this.files);
    this.world.onForgotten(id => {
      this.stream.forget(id);
    });
    if (options.onEvent) this.events.subscribe(options.onEvent);
    this.server.on('upgrade', (request, socket, head) => {
      this.stream.upgrade(request, socket, head);
    });
  }

  listen(port: number, host: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, host, () => {
        this.server.off('error', reject);
        resolve();
      });
    });
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** The value for DINGTALK_API_BASE and DINGTALK_OAPI_BASE. */
  get baseUrl(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Waits as the fault says. False: stopped meanwhile, so the request comes to nothing, as its connection does. */
  private async delay(): Promise<boolean> {
    const { signal } = this.stopping;
    if (this.faults.delayMs > 0) await pause(this.faults.delayMs, undefined, { signal }).catch(() => undefined);
    return !signal.aborted;
  }

  private async answer(request: ApiRequest): Promise<ApiAnswer> {
    if (request.method === 'POST' && request.path === '/v1.0/gateway/connections/open')
      return this.stream.open(request, this.streamAddress ?? `ws://127.0.0.1:${this.port}/connect`);
    return (
      (await this.api.handle(request)) ??
      apiError(404, 'InvalidAction.NotFound', 'Specified api is not found, please check your url and method.')
    );
  }

  private note(request: ApiRequest, given: ApiAnswer): void {
    const status = typeof given === 'string' ? 0 : given.status;
    const call: ApiCall = { method: request.method, path: request.path, status, body: request.body };
    this.called.push(call);
    if (this.called.length > keptCalls) this.called.splice(0, this.called.length - keptCalls);
    this.events.emit({ kind: 'called', call });
  }

  /** The calls answered so far, oldest first; at most the last 10,000. */
  calls(path?: string): ApiCall[] {
    return this.called.filter(call => path === undefined || call.path === path);
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
    this.events.emit({ kind: 'message', message });
    if (!app) return message;
    const webhook = this.api.openWebhook(this.baseUrl, conversation.id, app.robotCode);
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
      quotaExhausted: this.faults.quotaExhausted,
    });
    if (!this.stream.push(app, message.id, { ...payload, ...saying.payload }))
      this.events.emit({ kind: 'lost', messageId: message.id });
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
    this.events.emit({ kind: 'press_answered', messageId, response });
    return response;
  }

  /** The platform knows none of its cards any more: they stand, and cannot be changed. */
  forgetCards(): void {
    this.api.cards.forget();
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

  /** Delivers a message once more, as the platform does: a new frame with the same msgId. The last one, when none is named. */
  deliverAgain(messageId?: string): boolean {
    return this.stream.deliverAgain(messageId);
  }

  deliveriesOf(messageId: string): Delivery[] {
    return this.stream.deliveriesOf(messageId);
  }

  /** Oldest first. */
  messagesIn(conversationId: string): ShownMessage[] {
    return this.world.messagesIn(conversationId);
  }

  conversations(): ChatConversation[] {
    return this.world.allConversations();
  }

  /** How many sockets are open. */
  connectionCount(): number {
    return this.stream.connectionCount();
  }

  /** The next message (or, with `after`, the first one since) that fits. @throws Error after `timeoutMs`, 10 s unless told */
  waitFor(fits: (message: ShownMessage) => boolean, options: WaitOptions = {}): Promise<ShownMessage> {
    const known = options.after === undefined ? undefined : this.world.messagesAfter(options.after).find(fits);
    if (known) return Promise.resolve(known);
    return this.waitForEvent(
      event => (event.kind === 'message' && fits(event.message) ? event.message : null),
      options.timeoutMs,
    );
  }

  /** The first event from now on that `pick` makes something of. @throws Error after `timeoutMs` */
  waitForEvent<T>(pick: (event: GatewayEvent) => T | null, timeoutMs = waitMs): Promise<T> {
    return this.events.waitFor(pick, timeoutMs, 'waiting at the local DingTalk');
  }

  /** Resolves once `count` sockets are open. */
  async waitForConnections(count: number, timeoutMs = waitMs): Promise<void> {
    if (this.connectionCount() === count) return;
    await this.waitForEvent(() => (this.connectionCount() === count ? true : null), timeoutMs);
  }

  /** The disconnect frame to every client; the connections end `closeAfterMs` later (10 s unless told). */
  disconnectAll(closeAfterMs?: number): void {
    this.stream.disconnectAll(closeAfterMs);
  }

  /** Ends every connection without a word. */
  cutAll(): void {
    this.stream.cutAll();
  }

  sendRaw(text: string): void {
    this.stream.sendRaw(text);
  }

  pingAll(): void {
    this.stream.pingAll();
  }

  expireTokens(): void {
    this.api.expireTokens();
  }

  /** Ends all connections and timers. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.stream.stop();
    const closed = new Promise(resolve => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }
}

/**
 * Starts a local DingTalk; it listens on the loopback address only.
 * @returns the gateway; give its `baseUrl` to the bot as DINGTALK_API_BASE and DINGTALK_OAPI_BASE
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const gateway = new Gateway(options);
  await gateway.listen(options.port ?? 0, options.host ?? '127.0.0.1');
  return gateway;
}
