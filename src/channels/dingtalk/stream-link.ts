// One socket of the Stream connection: the official SDK's client with its connecting, printing and parsing put on a leash.
import { DWClient, EventAck, TOPIC_CARD, TOPIC_ROBOT, type DWClientDownStream } from 'dingtalk-stream';
import { type ClientOptions, WebSocket } from 'ws';
import { messageOf } from '../../errors';
import { type Logger } from '../../logger';
import { type BoundedHttp } from './bounded-http';
import { maxFrameBytes, readFrame } from './stream-frame';
import { askGateway } from './stream-gateway';

/** A frame beyond this ends the socket, so that memory stays bounded; smaller ones are read or refused. */
const maxPayloadBytes = 8 * maxFrameBytes;
/** Messages being stored at the same time; more are left unacknowledged for the platform to deliver again. */
const maxPending = 20_000;

export interface LinkOptions {
  clientId: string;
  clientSecret: string;
  /** Without a closing slash. */
  apiBase: string;
  http: BoundedHttp;
  logger: Logger;
  /** How long the socket may take to open. */
  openTimeoutMs: number;
  /** Resolves when the robot message is stored; when it rejects, the frame is not acknowledged. `time` = the frame's, ms as digits. */
  onRobotMessage: (data: string, time: unknown) => Promise<void>;
  /** Data of a card callback: resolves with what it is answered with, soon enough whatever happens. */
  onCardCallback: (data: string, time: unknown) => Promise<object>;
  /** An event of the organisation, by its type; it has been acknowledged when this is called. */
  onEvent: (type: string, data: string) => void;
  onFrame: () => void;
  /** The platform says that it will close this socket. */
  onDisconnectFrame: () => void;
  onClose: () => void;
}

const ua = 'duban-bot';

/** What the SDK keeps private but a leash needs. */
interface Inner {
  socket?: WebSocket;
  dw_url?: string;
  sslopts: ClientOptions;
}

type Frame = DWClientDownStream;

/**
 * A client for one socket, thrown away with it: nothing that happens to it can touch the next one.
 * Reconnecting, keep-alive and printing of the SDK are off; see the supervisor in stream-connection.ts.
 */
export class StreamLink extends DWClient {
  private readonly pending = new Set<Promise<void>>();
  private accepting = true;
  private unansweredPings = 0;
  private signal: AbortSignal | undefined;

  constructor(private readonly options: LinkOptions) {
    const settings = {
      clientId: options.clientId,
      clientSecret: options.clientSecret,
      ua,
      keepAlive: false,
      autoReconnect: false,
      // A list of its own: the SDK would otherwise share one among all clients.
      subscriptions: [{ type: 'EVENT', topic: '*' }],
    };
    super(settings);
    this.inner.sslopts = { rejectUnauthorized: true, perMessageDeflate: false, maxPayload: maxPayloadBytes };
    this.registerCallbackListener(TOPIC_ROBOT, frame => {
      this.takeRobotMessage(frame);
    });
    this.registerCallbackListener(TOPIC_CARD, frame => {
      this.takeCardCallback(frame);
    });
    this.registerAllEventListener(frame => {
      const { eventType, eventId } = frame.headers;
      options.logger.info({ event: 'dingtalk_event', eventType, eventId });
      options.onEvent(eventType ?? '', frame.data);
      return { status: EventAck.SUCCESS };
    });
  }

  private get inner(): Inner {
    return this as unknown as Inner;
  }

  /** Asks for a ticket and opens the socket; resolves when it is really open. Rejects with a sentence free of secrets. */
  async open(signal: AbortSignal): Promise<void> {
    this.signal = signal;
    await this.getEndpoint();
    await this.openSocket(signal);
  }

  /** Asks our own way: with a time limit, at the configured base, every answer checked. */
  override async getEndpoint(): Promise<this> {
    const { apiBase, clientId, clientSecret, http } = this.options;
    const { subscriptions } = this.config;
    this.inner.dw_url = await askGateway(http, { apiBase, clientId, clientSecret, ua, subscriptions }, this.signal);
    return this;
  }

  /** The SDK makes the socket and hears its frames; its handlers that print or reject late are replaced. */
  private openSocket(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(new Error('stopped'));
        return;
      }
      this._connect().catch(() => undefined);
      const { socket } = this.inner;
      if (socket === undefined) {
        reject(new Error('无法建立连接'));
        return;
      }
      socket.removeAllListeners('open').removeAllListeners('error');
      const giveUp = (reason: string) => {
        settle();
        socket.terminate();
        reject(new Error(reason));
      };
      const stopped = () => { giveUp('stopped'); }; // prettier-ignore
      const timer = setTimeout(() => { giveUp('连接超时未打开'); }, this.options.openTimeoutMs); // prettier-ignore
      const settle = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', stopped);
      };
      signal.addEventListener('abort', stopped);
      let trouble = '';
      socket.on('error', error => {
        trouble = troubleOf(error);
        this.options.logger.debug({ event: 'dingtalk_socket_error', reason: trouble });
      });
      socket.on('pong', () => {
        this.unansweredPings = 0;
      });
      socket.once('close', (code: number) => {
        settle();
        reject(new Error(`连接未打开即关闭（${trouble || code}）`));
        this.options.onClose();
      });
      socket.once('open', () => {
        settle();
        this.connected = true;
        resolve();
      });
    });
  }

  /** Pings; false when `allowedMisses` earlier pings in a row are unanswered. */
  beat(allowedMisses: number): boolean {
    if (this.unansweredPings >= allowedMisses) return false;
    if (this.canSend()) this.inner.socket?.ping();
    this.unansweredPings++;
    return true;
  }

  /** Cuts the connection. */
  terminate(): void {
    this.inner.socket?.terminate();
  }

  override disconnect(): void {
    this.terminate();
  }

  /** Acts on nothing more that arrives. */
  stopAccepting(): void {
    this.accepting = false;
  }

  /** Waits for what is being stored, acknowledges it, then closes as the protocol asks. */
  async closeGently(): Promise<void> {
    while (this.pending.size > 0) await Promise.all(this.pending);
    const { socket } = this.inner;
    if (socket === undefined || socket.readyState === WebSocket.CLOSED) return;
    const closed = new Promise(resolve => socket.once('close', resolve));
    socket.close(1000);
    await closed;
  }

  /** Called by the SDK for each frame; nothing thrown here may reach the socket. */
  override onDownStream(data: string | Buffer): void {
    if (!this.accepting) return;
    this.unansweredPings = 0;
    this.options.onFrame();
    try {
      this.read(data);
    } catch (error) {
      this.options.logger.warn({ event: 'dingtalk_frame_failed', reason: messageOf(error) });
    }
  }

  private read(data: string | Buffer): void {
    const read = readFrame(data);
    if ('unreadable' in read) {
      this.options.logger.warn({ event: 'dingtalk_frame_broken', size: Buffer.byteLength(data) });
      this.refuse(read.messageId, 400, 'frame not readable');
      return;
    }
    const { type, headers } = read;
    this.options.logger.debug({ event: 'dingtalk_frame', type, topic: headers.topic, messageId: headers.messageId });
    const frame = read as unknown as Frame;
    if (type === 'SYSTEM') this.onSystem(frame);
    else if (type === 'EVENT' && headers.messageId) this.onEvent(frame);
    else if (type === 'CALLBACK') this.onCallback(frame);
    else this.refuse(headers.messageId, 404, 'unknown type');
  }

  override onSystem(frame: Frame): void {
    const { topic, messageId } = frame.headers;
    if (topic !== 'ping' || this.canSend()) super.onSystem(frame);
    if (topic !== 'disconnect') return;
    this.options.logger.info({ event: 'dingtalk_disconnect_frame' });
    if (messageId && this.canSend()) this.send(messageId, {});
    this.options.onDisconnectFrame();
  }

  override onEvent(frame: Frame): void {
    if (this.canSend()) super.onEvent(frame);
  }

  override onCallback(frame: Frame): void {
    const { topic, messageId } = frame.headers;
    if (this.listenerCount(topic) > 0) super.onCallback(frame);
    else {
      this.options.logger.warn({ event: 'dingtalk_topic_unknown', topic: topic.slice(0, 100) });
      this.refuse(messageId, 404, 'unknown topic');
    }
  }

  /** Stores first, acknowledges then; what could not be stored stays unacknowledged. */
  private takeRobotMessage(frame: Frame): void {
    const { messageId, time } = frame.headers;
    if (this.pending.size >= maxPending) {
      this.options.logger.error({ event: 'dingtalk_message_refused', messageId, pending: this.pending.size });
      return;
    }
    const work = this.store(frame.data, messageId, time).finally(() => this.pending.delete(work));
    this.pending.add(work);
  }

  private takeCardCallback({ data, headers }: Frame): void {
    const { messageId, time } = headers;
    const work = this.answerCard(data, messageId, time).finally(() => this.pending.delete(work));
    this.pending.add(work);
  }

  private async answerCard(data: string, messageId: string, time: unknown): Promise<void> {
    const response = await this.options.onCardCallback(data, time);
    if (messageId && this.canSend()) this.socketCallBackResponse(messageId, response);
    else this.options.logger.info({ event: 'dingtalk_ack_lost', messageId });
  }

  private async store(data: string, messageId: string, time: unknown): Promise<void> {
    try {
      await this.options.onRobotMessage(data, time);
    } catch (error) {
      this.options.logger.error({ event: 'dingtalk_message_not_stored', messageId, reason: messageOf(error) });
      return;
    }
    if (messageId && this.canSend()) this.socketCallBackResponse(messageId, null);
    else this.options.logger.info({ event: 'dingtalk_ack_lost', messageId });
  }

  private refuse(messageId: string | undefined, code: number, message: string): void {
    if (!messageId || !this.canSend()) return;
    const reply = { code, headers: { contentType: 'application/json', messageId }, message, data: '{}' };
    this.inner.socket?.send(JSON.stringify(reply));
  }

  private canSend(): boolean {
    return this.inner.socket?.readyState === WebSocket.OPEN;
  }
}

/** What ails a socket, without its address: that holds the ticket. */
function troubleOf(error: Error): string {
  const status = /^Unexpected server response: (\d{3})$/.exec(error.message)?.[1];
  return status === undefined ? ((error as { code?: string }).code ?? error.name) : `HTTP ${status}`;
}
