// The Stream side of the local DingTalk: sockets, frames and what clients answer.
import { randomUUID } from 'node:crypto';
import { type IncomingMessage } from 'node:http';
import { type Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { type Clock } from '../clock';
import { type GatewayApp } from './chat-world';
import { Deliveries, robotTopic, type LiveSocket } from './deliveries';
import { type FaultSwitches } from './fault-switches';
import { type GatewayEvents } from './gateway-events';
import { type ApiAnswer, type ApiRequest } from './http-exchange';
import { frame } from './robot-payload';
import { StreamTickets } from './stream-tickets';

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
  readonly deliveries: Deliveries;
  private readonly tickets: StreamTickets;
  private readonly sockets = new Map<string, LiveSocket>();
  private readonly pingFrames = new Set<string>();
  /** Frames that are pushed once and whose answer somebody waits for. */
  private readonly asked = new Map<string, (answer: unknown) => void>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly pings: NodeJS.Timeout;

  constructor(
    apps: readonly GatewayApp[],
    clock: Clock,
    private readonly events: GatewayEvents,
    private readonly faults: FaultSwitches,
    private readonly times: StreamTimes,
  ) {
    this.tickets = new StreamTickets(apps, clock, events, faults, times.ticketMs);
    this.deliveries = new Deliveries(events, faults, times, app => this.liveSocketsOf(app));
    this.pings = setInterval(() => {
      this.pingAll();
    }, times.pingEveryMs);
  }

  /** POST /v1.0/gateway/connections/open */
  open(request: ApiRequest, endpoint: string): ApiAnswer {
    return this.tickets.open(request, endpoint);
  }

  /** GET /connect?ticket=… with an upgrade to WebSocket; a ticket is good once, within its time. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // The SDK sends the ticket as it is, other clients encode it: both arrive as the same string here.
    const url = new URL(request.url ?? '/', 'http://localhost');
    const cut = this.faults.takeHandshakeRefusal();
    const granted = this.tickets.redeem(url.searchParams.get('ticket') ?? '');
    if (cut || url.pathname !== '/connect' || !granted) {
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
    if (this.deliveries.acknowledge(headers.messageId, code, parsed(data))) return;
    if (this.pingFrames.delete(headers.messageId)) this.events.emit({ kind: 'ping_answered', connectionId: live.id });
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
    this.deliveries.stop();
    this.cutAll();
    this.server.close();
  }
}
