// Messages on their way to robots: pushed to one socket at random, acknowledged, delivered again when they are not.
import { type WebSocket } from 'ws';
import { type GatewayApp } from './chat-world';
import { type FaultSwitches } from './fault-switches';
import { type Delivery, type GatewayEvents } from './gateway-events';
import { frame } from './robot-payload';

export const robotTopic = '/v1.0/im/bot/messages/get';

export interface LiveSocket {
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

export class Deliveries {
  private readonly pending = new Map<string, Pending>();
  private readonly byFrame = new Map<string, Delivery>();
  private lastMessageId: string | null = null;

  /** @param socketsOf - those a message may be pushed to now */
  constructor(
    private readonly events: GatewayEvents,
    private readonly faults: FaultSwitches,
    private readonly times: { redeliverAfterMs: number; redeliveries: number },
    private readonly socketsOf: (app: GatewayApp) => LiveSocket[],
  ) {}

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
    const live = this.socketsOf(pending.app);
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

  /** A client has answered a frame. @returns false when no message was in it */
  acknowledge(frameId: string, code: number, data: unknown): boolean {
    const delivery = this.byFrame.get(frameId);
    if (!delivery) return false;
    delivery.acknowledgedWith = code;
    this.byFrame.delete(frameId);
    if (code === 200 && !this.faults.acksDropped) this.settle(delivery.messageId);
    this.events.emit({ kind: 'acknowledged', delivery, data });
    return true;
  }

  private settle(messageId: string): void {
    const pending = this.pending.get(messageId);
    if (pending?.again) clearTimeout(pending.again);
    if (pending) pending.again = null;
  }

  stop(): void {
    for (const messageId of this.pending.keys()) this.settle(messageId);
  }
}
