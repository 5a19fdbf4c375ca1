// Opening a Stream connection at the local DingTalk: the open call, and tickets that are good once and not for long.
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type Clock } from '../clock';
import { type GatewayApp } from './chat-world';
import { type FaultSwitches } from './fault-switches';
import { type GatewayEvents } from './gateway-events';
import { answer, apiError, type ApiAnswer, type ApiRequest } from './http-exchange';

const openBody = z.object({
  clientId: z.string(),
  clientSecret: z.string(),
  subscriptions: z.array(z.object({ type: z.string(), topic: z.string() })).default([]),
});

/** What a ticket lets in. */
export interface Granted {
  app: GatewayApp;
  topics: Set<string>;
}

export class StreamTickets {
  private readonly tickets = new Map<string, Granted & { until: number }>();

  constructor(
    private readonly apps: readonly GatewayApp[],
    private readonly clock: Clock,
    private readonly events: GatewayEvents,
    private readonly faults: FaultSwitches,
    private readonly ticketMs: number,
  ) {}

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
    this.tickets.set(ticket, { app, topics, until: this.clock.now().getTime() + this.ticketMs });
    this.events.emit({ kind: 'opened', clientId: app.clientId });
    // Asked without "Accept: application/json", the platform answers in XML.
    if (request.headers.accept?.includes('json')) return answer(200, { endpoint, ticket });
    const xml = `<OpenConnectionResponse><endpoint>${endpoint}</endpoint><ticket>${ticket}</ticket></OpenConnectionResponse>`;
    return { status: 200, body: xml, contentType: 'application/xml' };
  }

  /** Uses a ticket up, whatever comes of it. @returns null when it is none, was used, or is too old */
  redeem(ticket: string): Granted | null {
    const granted = this.tickets.get(ticket);
    this.tickets.delete(ticket);
    const old = !granted || granted.until <= this.clock.now().getTime() || this.faults.takeTicketRefusal();
    return old ? null : granted;
  }
}
