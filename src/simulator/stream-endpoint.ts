// The Stream side of the local DingTalk: opening a connection, tickets, sockets, frames, acknowledgements, delivery again.
import { randomUUID } from 'node:crypto';
import { type IncomingMessage } from 'node:http';
import { type Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { type Clock } from '../clock';
import { type GatewayApp } from './chat-world';
import { type FaultSwitches } from './fault-switches';
import { type Delivery, type GatewayEvents } from './gateway-events';
import { answer, apiError, type ApiAnswer, type ApiRequest } from './http-exchange';
import { frame } from './robot-payload';

export const robotTopic = '/v1.0/im/bot/messages/get';

/** How long things last; the defaults are DingTalk's. */
export interface StreamTimes {
  ticketMs: number;
  pingEveryMs: number;
  /** An unacknowledged message is delivered again after this. */
  redeliverAfterMs: number;
  /** How many times it is delivered again. */
  redeliveries: number;
  /** From the disconnect frame to the end of the connection. */
  closeAfterMs: number;
}

export const dingtalkTimes: StreamTimes = {
  ticketMs: 90_000,
  pingEveryMs: 30_000,
  redeliverAfterMs: 60_000,
  redeliveries: 3,
  closeAfterMs: 10_000,
};

interface LiveSocket {
  id: string;
  socket: WebSocket;
  app: GatewayApp;
  topics: Set<string>;
  /** It was told to go: nothing is pushed to it any more. */
  leaving: boolean;
}

interface Pending {
  app: GatewayApp;
  messageId: string;
  data: Record<string, unknown>;
  deliveries: Delivery[];
  /** Turns left to deliver it again by itself. */
  turnsLeft: number;
  again: NodeJS.Timeout | null;
}

const openBody = z.object({
  clientId: z.string(),
  clientSecret: z.string(),
  subscriptions: z.array(z.object({ type: z.string(), topic: z.string() })).default([]),
});

const ackFrame = z.object({
  code: z.number(),
  headers: z.object({ messageId: z.string() }),
  data: z.string().optional(),
});

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? null : JSON.parse(text);
  } catch {
    return text;
  }
}

/** All Stream connections of all apps. */
export class StreamEndpoint {
  private readonly server = new WebSocketServer({ noServer: true, perMessageDeflate: false, autoPong: false });
  private readonly tickets = new Map<string, { app: GatewayApp; topics: Set<string>; until: number }>();
  private readonly sockets = new Map<string, LiveSocket>();
  private readonly pending = new Map<string, Pending>();
  private readonly byFrame = new Map<string, Delivery>();
  private readonly pingFrames = new Set<string>();
  /** Frames that are pushed once and whose answer somebody waits for. */
  private readonly asked = new Map<string, (answer: unknown) => void>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly pings: NodeJS.Timeout;
  private lastMessageId: string | null = null;

  constructor(
    private readonly apps: readonly GatewayApp[],
    private readonly clock: Clock,
    private readonly events: GatewayEvents,
    private readonly faults: FaultSwitches,
    private readonly times: StreamTimes,
  ) {
    this.pings = setInterval(() => {
      this.pingAll();
    }, times.pingEveryMs);
  }

  /** POST /v1.0/gateway/connections/open */
  open(request: ApiRequest, endpoint: string): ApiAnswer {
    if (this.faults.openHangs) return 'hang';
    const refusal = this.faults.takeOpenRefusal();
    if (refusal !== null) {
      this.events.emit({ kind: 'open_refused', status: typeof refusal === 'string' ? 200 : refusal });
      if (refusal === 'empty') return { status: 200, body: '', contentType: 'application/json' };
      if (refusal === 'page') return { status: 200, body: '<html>proxy</html>', contentType: 'text/html' };
      return refusal === 401
        ? apiError(401, 'authFailed', '鉴权失败')
        : apiError(refusal, 'ServiceUnavailable', '服务暂不可用');
    }
    const body = openBody.safeParse(request.body);
    const app = body.success
      ? this.apps.find(one => one.clientId === body.data.clientId && one.clientSecret === body.data.clientSecret)
      : undefined;
    if (!body.success || !app) {
      this.events.emit({ kind: 'open_refused', status: 401 });
      return apiError(401, 'authFailed', '鉴权失败');
    }
    const ticket = randomUUID();
    const topics = new Set(body.data.subscriptions.map(one => (one.type === 'CALLBACK' ? one.topic : one.type)));
    this.tickets.set(ticket, { app, topics, until: this.clock.now().getTime() + this.times.ticketMs });
    this.events.emit({ kind: 'opened', clientId: app.clientId });
    // Asked without "Accept: application/json", the platform answers in XML.
    if (request.headers.accept?.includes('json')) return answer(200, { endpoint, ticket });
    const xml = `<OpenConnectionResponse><endpoint>${endpoint}</endpoint><ticket>${ticket}</ticket></OpenConnectionResponse>`;
    return { status: 200, body: xml, contentType: 'application/xml' };
  }

  /** GET /connect?ticket=… with an upgrade to WebSocket; a ticket is good once, within its time. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // The SDK sends the ticket as it is, other clients encode it: both arrive as the same string here.
    const url = new URL(request.url ?? '/', 'http://localhost');
    const ticket = url.searchParams.get('ticket') ?? '';
    const granted = this.tickets.get(ticket);
    this.tickets.delete(ticket);
    const cut = this.faults.takeHandshakeRefusal();
    const old = !granted || granted.until <= this.clock.now().getTime() || this.faults.takeTicketRefusal();
    if (cut || url.pathname !== '/connect' || old) {
      if (cut) socket.destroy();
      else socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      this.events.emit({ kind: 'socket_refused' });
      return;
    }
    this.server.handleUpgrade(request, socket, head, accepted => {
      this.admit({ id: randomUUID(), socket: accepted, app: granted.app, topics: granted.topics, leaving: false });
    });
  }

  private admit(live: LiveSocket): void {
    this.sockets.set(live.id, live);
    live.socket.on('message', (data: Buffer) => {
      this.receive(live, data.toString('utf8'));
    });
    live.socket.on('ping', data => {
      if (this.faults.silence !== 'all') live.socket.pong(data);
    });
    live.socket.on('error', () => {
      live.socket.terminate();
    });
    live.socket.on('close', () => {
      this.sockets.delete(live.id);
      this.events.emit({ kind: 'socket_closed', connectionId: live.id });
    });
    this.events.emit({ kind: 'socket_opened', connectionId: live.id });
  }

  /** What a client sends are answers to frames; anything else is passed over, as the platform does. */
  private receive(live: LiveSocket, text: string): void {
    const ack = ackFrame.safeParse(parsed(text));
    if (!ack.success) return;
    const { code, headers, data } = ack.data;
    const asker = this.asked.get(headers.messageId);
    if (asker) {
      asker(code === 200 ? parsed(data) : null);
      return;
    }
    const delivery = this.byFrame.get(headers.messageId);
    if (!delivery) {
      if (this.pingFrames.delete(headers.messageId)) this.events.emit({ kind: 'ping_answered', connectionId: live.id });
      return;
    }
    delivery.acknowledgedWith = code;
    this.byFrame.delete(delivery.frameId);
    if (code === 200 && !this.faults.acksDropped) this.settle(delivery.messageId);
    this.events.emit({ kind: 'acknowledged', delivery, data: parsed(data) });
  }

  private settle(messageId: string): void {
    const pending = this.pending.get(messageId);
    if (pending?.again) clearTimeout(pending.again);
    if (pending) pending.again = null;
  }

  private ping(live: LiveSocket): void {
    if (this.faults.silence !== 'off' || live.leaving) return;
    const ping = frame('SYSTEM', 'ping', { opaque: randomUUID() }, {});
    this.pingFrames.add(ping.id);
    live.socket.send(ping.text);
  }

  /** Sends every client the SYSTEM ping that otherwise comes with time; older ones are no longer waited for. */
  pingAll(): void {
    this.pingFrames.clear();
    for (const live of this.sockets.values()) this.ping(live);
  }

  private liveSocketsOf(app: GatewayApp, topic = robotTopic): LiveSocket[] {
    return [...this.sockets.values()].filter(
      live => live.app === app && !live.leaving && live.topics.has(topic) && live.socket.readyState === WebSocket.OPEN,
    );
  }

  /**
   * Pushes a frame to one connection that has asked for its kind, picked at random, and never again.
   * @returns the data of the answer, parsed; null when none came in time, or nobody is connected
   */
  ask(
    app: GatewayApp,
    { topic, data, event }: { topic: string; data: unknown; event?: Record<string, string> },
    withinMs: number,
  ): Promise<unknown> {
    const live = this.liveSocketsOf(app, event ? 'EVENT' : topic);
    const chosen = live[Math.floor(Math.random() * live.length)];
    if (!chosen || this.faults.silence !== 'off') return Promise.resolve(null);
    const headers = { appId: app.clientId, connectionId: chosen.id, ...event };
    const pushed = frame(event ? 'EVENT' : 'CALLBACK', topic, data, headers);
    return new Promise(resolve => {
      const settle = (answer: unknown): void => {
        clearTimeout(limit);
        this.timers.delete(limit);
        this.asked.delete(pushed.id);
        resolve(answer);
      };
      const limit = setTimeout(() => {
        settle(null);
      }, withinMs);
      this.timers.add(limit);
      this.asked.set(pushed.id, settle);
      chosen.socket.send(pushed.text);
    });
  }

  /**
   * Pushes a message to one connection of the app, picked at random.
   * @returns false when none is connected: the message is then lost to the robot, as on the platform
   */
  push(app: GatewayApp, messageId: string, data: Record<string, unknown>): boolean {
    this.pending.set(messageId, {
      app,
      messageId,
      data,
      deliveries: [],
      turnsLeft: this.times.redeliveries,
      again: null,
    });
    const pushed = this.deliver(messageId);
    if (!pushed) this.pending.delete(messageId);
    return pushed;
  }

  private deliver(messageId: string): boolean {
    const pending = this.pending.get(messageId);
    if (!pending) return false;
    const live = this.liveSocketsOf(pending.app);
    const chosen = live[Math.floor(Math.random() * live.length)];
    if (!chosen) return false;
    const pushed = frame('CALLBACK', robotTopic, pending.data, {
      appId: pending.app.clientId,
      connectionId: chosen.id,
    });
    const delivery: Delivery = { messageId, frameId: pushed.id, connectionId: chosen.id, acknowledgedWith: null };
    pending.deliveries.push(delivery);
    this.byFrame.set(pushed.id, delivery);
    this.lastMessageId = messageId;
    if (this.faults.silence === 'off') chosen.socket.send(pushed.text);
    this.scheduleAgain(pending);
    this.events.emit({ kind: 'pushed', delivery, frame: pushed.text });
    return true;
  }

  private scheduleAgain(pending: Pending): void {
    if (pending.again) clearTimeout(pending.again);
    pending.again = null;
    if (pending.turnsLeft <= 0) return;
    pending.again = setTimeout(() => {
      pending.turnsLeft -= 1;
      // Nobody connected: it waits for its next turn, as long as it has one.
      if (!this.deliver(pending.messageId)) this.scheduleAgain(pending);
    }, this.times.redeliverAfterMs);
  }

  /** Delivers a message once more (the last one, when none is named): new frame, same msgId. */
  deliverAgain(messageId: string | null = this.lastMessageId): boolean {
    return messageId !== null && this.deliver(messageId);
  }

  deliveriesOf(messageId: string): Delivery[] {
    return [...(this.pending.get(messageId)?.deliveries ?? [])];
  }

  forget(messageId: string): void {
    this.settle(messageId);
    for (const delivery of this.pending.get(messageId)?.deliveries ?? []) this.byFrame.delete(delivery.frameId);
    this.pending.delete(messageId);
  }

  connectionCount(app?: GatewayApp): number {
    return app ? this.liveSocketsOf(app).length : this.sockets.size;
  }

  /** The disconnect frame to all, nothing more pushed to them, and the end of the connection some seconds later. */
  disconnectAll(closeAfterMs = this.times.closeAfterMs): void {
    for (const live of this.sockets.values()) {
      live.leaving = true;
      live.socket.send(frame('SYSTEM', 'disconnect', { reason: 'persistent connection is timeout' }, {}).text);
      const end = setTimeout(() => {
        this.timers.delete(end);
        live.socket.close();
      }, closeAfterMs);
      this.timers.add(end);
    }
  }

  /** Ends every connection without a word. */
  cutAll(): void {
    for (const live of this.sockets.values()) live.socket.terminate();
  }

  /** Sends any text to every client, e.g. a frame that is not JSON. */
  sendRaw(text: string): void {
    for (const live of this.sockets.values()) live.socket.send(text);
  }

  stop(): void {
    clearInterval(this.pings);
    for (const settle of [...this.asked.values()]) settle(null);
    for (const timer of this.timers) clearTimeout(timer);
    for (const pending of this.pending.values()) this.settle(pending.messageId);
    this.cutAll();
    this.server.close();
  }
}
