// What a test or the chat page can see of the local DingTalk: messages, frames, acknowledgements, calls; and waiting for them.

/** A button below a card. `say` = what pressing it makes the presser say; `url` = the link, when it is one. */
export interface ShownButton {
  label: string;
  say: string | null;
  url: string | null;
  /** Of a button of an interactive card, which calls the robot back: its number, 1 to 5. */
  callback?: number;
}

/** One message as everybody in the conversation sees it. */
export interface ShownMessage {
  /** The platform's msgId. */
  id: string;
  conversationId: string;
  /** staffId is null for robots and for people outside the organisation; robotCode is null for people. */
  from: { staffId: string | null; robotCode: string | null; name: string };
  /** ISO instant of the gateway's clock. */
  at: string;
  /** Of cards and Markdown: the preview in notifications. */
  title: string | null;
  /** Markdown source, when the message is Markdown; else null. */
  markdown: string | null;
  /** The words; for Markdown its source. */
  text: string;
  buttons: ShownButton[];
  /** The robot has taken it back. */
  recalled?: true;
  /** Of a message that is a file. */
  file?: { name: string; picture?: boolean; mediaId?: string };
  /** Of an interactive card: its outTrackId, and the notes only one person sees, by staff id. */
  card?: { outTrackId: string; notes: Record<string, string> };
  quotedId: string | null;
  /** processQueryKey of messages sent by the robot API; the webhook yields none. */
  providerKey: string | null;
  /** Staff ids that are @-ed in it. */
  mentions: string[];
  /** Of a person's message: the robot it was pushed to; null when none was @-ed or none was connected. */
  pushedTo: string | null;
}

/** One frame pushed to a client, and its acknowledgement. */
export interface Delivery {
  messageId: string;
  /** headers.messageId: another one at each delivery. */
  frameId: string;
  connectionId: string;
  /** The code the client answered with; null until then. */
  acknowledgedWith: number | null;
}

export interface ApiCall {
  method: string;
  path: string;
  /** HTTP status; 0 = never answered. */
  status: number;
  body: unknown;
}

export type GatewayEvent =
  | { kind: 'message'; message: ShownMessage }
  /** An interactive card says something else from now on, or a message was taken back. */
  | { kind: 'changed'; message: ShownMessage }
  /** A pressed button was answered, in time or at all; null = it was not. */
  | { kind: 'press_answered'; messageId: string; response: unknown }
  | { kind: 'opened'; clientId: string }
  | { kind: 'open_refused'; status: number }
  | { kind: 'socket_opened'; connectionId: string }
  | { kind: 'socket_refused' }
  | { kind: 'socket_closed'; connectionId: string }
  /** `frame`: its text as it went over the wire. */
  | { kind: 'pushed'; delivery: Delivery; frame: string }
  | { kind: 'acknowledged'; delivery: Delivery; data: unknown }
  | { kind: 'ping_answered'; connectionId: string }
  /** A person's message that no connected client could take. */
  | { kind: 'lost'; messageId: string }
  | { kind: 'called'; call: ApiCall };

export type GatewayListener = (event: GatewayEvent) => void;

/** Hands events to whoever listens, and lets callers wait for one. */
export class GatewayEvents {
  private readonly listeners = new Set<GatewayListener>();

  emit(event: GatewayEvent): void {
    for (const listener of [...this.listeners]) listener(event);
  }

  /** @returns the function that ends it */
  subscribe(listener: GatewayListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * The first event from now on for which `pick` returns something other than null.
   * @throws Error when `timeoutMs` have passed
   */
  waitFor<T>(pick: (event: GatewayEvent) => T | null, timeoutMs: number, what: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const finish = (): void => {
        clearTimeout(limit);
        end();
      };
      const end = this.subscribe(event => {
        let picked: T | null;
        try {
          picked = pick(event);
        } catch (error) {
          finish();
          reject(error instanceof Error ? error : new Error(String(error)));
          return;
        }
        if (picked === null) return;
        finish();
        resolve(picked);
      });
      const limit = setTimeout(() => {
        end();
        reject(new Error(`${what}: not seen within ${timeoutMs} ms`));
      }, timeoutMs);
    });
  }
}
