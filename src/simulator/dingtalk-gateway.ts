// A local DingTalk on one loopback port: Stream, robot API, webhooks and contacts for the bot; people's side for tests and the page.
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
import { SentFiles } from './sent-files';
import { Speakers, type Saying } from './speakers';
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

export interface WaitOptions {
  timeoutMs?: number;
  /** Look first among the messages shown after this one. */
  after?: string;
}

const waitMs = 10_000;
const keptCalls = 10_000;

/** A local DingTalk that runs. */
export class Gateway {
  readonly events = new GatewayEvents();
  readonly faults = new FaultSwitches();
  readonly world: ChatWorld;
  readonly files = new SentFiles();
  private readonly stream: StreamEndpoint;
  private readonly api: RobotApi;
  private readonly speakers: Speakers;
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
    const { world, stream, api, files, faults } = this;
    this.speakers = new Speakers({ world, stream, api, files, faults, baseUrl: () => this.baseUrl });
    this.world.onForgotten(id => {
      this.stream.deliveries.forget(id);
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

  /** The conversationId of someone's private chat with a robot (the first one, when none is named). */
  privateChat(from: string | Stranger, robotCode?: string): string {
    return this.speakers.privateChat(from, robotCode);
  }

  /** See {@link Speakers.say}. */
  say(saying: Saying): ShownMessage {
    return this.speakers.say(saying);
  }

  /** See {@link Speakers.press}. */
  press(from: string | Stranger, messageId: string, buttonNumber: number): ShownMessage | null {
    return this.speakers.press(from, messageId, buttonNumber);
  }

  /** See {@link Speakers.pressCard}. */
  pressCard(from: string | Stranger, messageId: string, buttonNumber: number): Promise<unknown> {
    return this.speakers.pressCard(from, messageId, buttonNumber);
  }

  /** See {@link Speakers.pushEvent}. */
  pushEvent(eventType: string, data: object): Promise<unknown> {
    return this.speakers.pushEvent(eventType, data);
  }

  /** The platform knows none of its cards any more: they stand, and cannot be changed. */
  forgetCards(): void {
    this.api.cards.forget();
  }

  /** Delivers a message once more, as the platform does: a new frame with the same msgId. The last one, when none is named. */
  deliverAgain(messageId?: string): boolean {
    return this.stream.deliveries.deliverAgain(messageId);
  }

  deliveriesOf(messageId: string): Delivery[] {
    return this.stream.deliveries.deliveriesOf(messageId);
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
    this.api.tokens.expire();
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
