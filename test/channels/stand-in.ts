// A local DingTalk gateway for tests of the connection: opens, tickets, sockets, frames and acknowledgements, and its faults.
import { EventEmitter, once } from 'node:events';
import { type IncomingMessage as Upgrade } from 'node:http';
import { type Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { HttpStandIn } from './http-stand-in';

export const openPath = '/v1.0/gateway/connections/open';
export const robotTopic = '/v1.0/im/bot/messages/get';

export interface Ack {
  code: number;
  message: string;
  headers: { messageId: string; contentType: string };
  data: string;
}

/** What the gateway does with the next socket that comes: takes it, refuses it with a status, cuts it, or says nothing. */
export type Upgrading = 'accept' | 'reset' | 'hang' | number;

let nextId = 0;

/** The gateway's end of one socket. */
export class Wire extends EventEmitter {
  readonly acks: Ack[] = [];
  readonly texts: string[] = [];
  readonly closed: Promise<number>;
  pings = 0;

  constructor(readonly socket: WebSocket) {
    super();
    socket.on('error', () => undefined);
    socket.on('ping', () => {
      this.pings++;
      this.emit('ping');
    });
    socket.on('message', (data: Buffer) => {
      this.texts.push(data.toString());
      this.acks.push(JSON.parse(data.toString()) as Ack);
      this.emit('ack');
    });
    this.closed = new Promise(resolve => socket.once('close', resolve));
  }

  /** Sends text as one frame, whatever it is. */
  raw(text: string): void {
    this.socket.send(text);
  }

  /** Sends a frame and gives its messageId back. */
  frame(type: string, topic: string, data: unknown, headers: object = {}): string {
    const messageId = `frame-${++nextId}`;
    const all = { appId: 'app', contentType: 'application/json', time: '1687743000000', topic, messageId, ...headers };
    this.raw(JSON.stringify({ specVersion: '1.0', type, headers: all, data: JSON.stringify(data) }));
    return messageId;
  }

  /** A robot message, by a frame of its own. */
  message(data: unknown): string {
    return this.frame('CALLBACK', robotTopic, data);
  }

  /** The acknowledgement of a frame, when it comes. */
  async ack(messageId: string): Promise<Ack> {
    for (;;) {
      const ack = this.acks.find(each => each.headers.messageId === messageId);
      if (ack) return ack;
      await once(this, 'ack');
    }
  }

  /** Resolves when everything sent so far has been read by the other side. */
  async settled(): Promise<void> {
    await this.ack(this.frame('SYSTEM', 'ping', { opaque: 'settled?' }));
  }
}

export class StandIn extends EventEmitter {
  readonly wires: Wire[] = [];
  readonly upgrades: string[] = [];
  private readonly tickets = new Set<string>();
  private readonly sockets: WebSocketServer;
  private readonly hanging = new Set<Duplex>();
  upgrading: Upgrading = 'accept';
  /** A ticket that has to be escaped in an address. */
  ticketPrefix = 'ticket t+/=';

  private constructor(
    readonly http: HttpStandIn,
    pongs: boolean,
  ) {
    super();
    this.setMaxListeners(50);
    this.sockets = new WebSocketServer({ noServer: true, autoPong: pongs });
    this.acceptOpens();
    http.server.on('upgrade', (request: Upgrade, socket: Duplex, head: Buffer) => {
      this.upgrade(request, socket, head);
    });
  }

  /** @param options.pongs - false: pings are never answered */
  static async start(options: { pongs?: boolean } = {}): Promise<StandIn> {
    return new StandIn(await HttpStandIn.start(), options.pongs ?? true);
  }

  get base(): string {
    return this.http.base;
  }

  acceptOpens(): void {
    this.http.on(openPath, () => {
      const ticket = `${this.ticketPrefix}${++nextId}`;
      this.tickets.add(ticket);
      return { body: { endpoint: `${this.base.replace('http:', 'ws:')}/connect`, ticket } };
    });
  }

  get opens(): number {
    return this.http.askedAt(openPath).length;
  }

  /** The n-th socket (from 1), when it is open. */
  async wire(n: number): Promise<Wire> {
    while (this.wires.length < n) await once(this, 'wire');
    return this.wires[n - 1]!;
  }

  /** Resolves when the n-th socket has been tried, whatever became of it. */
  async tried(n: number): Promise<void> {
    while (this.upgrades.length < n) await once(this, 'upgrade');
  }

  get openSockets(): number {
    return this.sockets.clients.size;
  }

  async stop(): Promise<void> {
    this.hanging.forEach(socket => socket.destroy());
    this.sockets.clients.forEach(socket => {
      socket.terminate();
    });
    this.sockets.close();
    await this.http.stop();
  }

  private upgrade(request: Upgrade, socket: Duplex, head: Buffer): void {
    socket.on('error', () => undefined);
    const ticket = new URL(request.url ?? '/', this.base).searchParams.get('ticket') ?? '';
    this.upgrades.push(request.url ?? '');
    const known = this.tickets.delete(ticket);
    if (this.upgrading === 'hang') this.hanging.add(socket);
    else if (this.upgrading === 'reset') socket.destroy();
    else if (this.upgrading !== 'accept' || !known)
      socket.end(`HTTP/1.1 ${known ? this.upgrading : 401} refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    else
      this.sockets.handleUpgrade(request, socket, head, accepted => {
        this.sockets.clients.add(accepted);
        accepted.on('close', () => this.sockets.clients.delete(accepted));
        this.wires.push(new Wire(accepted));
        this.emit('wire');
      });
    this.emit('upgrade');
  }
}
