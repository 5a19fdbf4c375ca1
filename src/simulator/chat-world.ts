// The people, groups and messages of the local DingTalk, in memory.
import { createHash, randomBytes } from 'node:crypto';
import { type Clock } from '../clock';
import { type GatewayEvents, type ShownMessage } from './gateway-events';

/** An enterprise app with a robot. */
export interface GatewayApp {
  clientId: string;
  clientSecret: string;
  robotCode: string;
  robotName: string;
  /** Its published interactive card; none when left out. */
  cardTemplateId?: string;
}

export interface GatewayPerson {
  staffId: string;
  name: string;
  unionId?: string;
  title?: string;
  /** Names of the departments this person is in. */
  departments?: string[];
}

/** A group; `members` = staff ids. Every robot is in every group. */
export interface GatewayGroup {
  conversationId: string;
  title: string;
  members: string[];
}

/** Someone outside the organisation: DingTalk tells a robot no staff id. */
export interface Stranger {
  nick: string;
}

/** A group, or a private chat of one person with one robot. */
export interface ChatConversation {
  id: string;
  kind: 'group' | 'private';
  title: string;
  robotCode: string | null;
  person: GatewayPerson | Stranger | null;
}

// A trial may run for weeks: what is older than this is forgotten.
const keptPerConversation = 2000;

/** A short fixed id in DingTalk's manner ("cid…==") made from what it stands for. */
export function derivedId(prefix: string, of: string): string {
  return `${prefix}${createHash('sha256').update(of).digest().subarray(0, 16).toString('base64')}`;
}

/** What is known of the world outside the robot. */
export class ChatWorld {
  private readonly conversations = new Map<string, ChatConversation>();
  private readonly shown = new Map<string, ShownMessage[]>();
  private readonly byId = new Map<string, ShownMessage>();
  private readonly order = new Map<string, number>();
  private nextOrder = 1;
  private readonly forgetListeners: ((messageId: string) => void)[] = [];

  constructor(
    readonly clock: Clock,
    readonly events: GatewayEvents,
    readonly apps: readonly GatewayApp[],
    readonly people: readonly GatewayPerson[],
    readonly groups: readonly GatewayGroup[],
  ) {
    for (const group of groups)
      this.conversations.set(group.conversationId, {
        id: group.conversationId,
        kind: 'group',
        title: group.title,
        robotCode: null,
        person: null,
      });
  }

  findPerson(staffId: string): GatewayPerson | undefined {
    return this.people.find(person => person.staffId === staffId);
  }

  findGroup(conversationId: string): GatewayGroup | undefined {
    return this.groups.find(group => group.conversationId === conversationId);
  }

  findConversation(id: string): ChatConversation | undefined {
    return this.conversations.get(id);
  }

  allConversations(): ChatConversation[] {
    return [...this.conversations.values()];
  }

  /** The private chat of a person with a robot; begun when there was none. */
  privateChat(person: GatewayPerson | Stranger, robotCode: string): ChatConversation {
    const who = 'staffId' in person ? `staff:${person.staffId}` : `stranger:${person.nick}`;
    const id = derivedId('cid', `${robotCode}|${who}`);
    let chat = this.conversations.get(id);
    if (!chat) {
      const title = 'staffId' in person ? person.name : person.nick;
      chat = { id, kind: 'private', title, robotCode, person };
      this.conversations.set(id, chat);
    }
    return chat;
  }

  /** Shows a message to everyone in its conversation, at the time the clock says. */
  show(message: Omit<ShownMessage, 'id' | 'at'>): ShownMessage {
    const shown: ShownMessage = {
      id: `msg${randomBytes(16).toString('base64')}`,
      at: this.clock.now().toISOString(),
      ...message,
    };
    this.keep(shown);
    return shown;
  }

  private keep(shown: ShownMessage): void {
    const list = this.shown.get(shown.conversationId) ?? [];
    this.shown.set(shown.conversationId, list);
    list.push(shown);
    this.byId.set(shown.id, shown);
    this.order.set(shown.id, this.nextOrder++);
    if (list.length > keptPerConversation)
      for (const old of list.splice(0, list.length - keptPerConversation)) {
        this.byId.delete(old.id);
        this.order.delete(old.id);
        for (const forget of this.forgetListeners) forget(old.id);
      }
  }

  /** Puts back what an earlier run has shown, oldest first, with ids and provider keys, so that it can still be quoted. */
  restore(messages: readonly ShownMessage[]): void {
    for (const message of messages) this.keep(message);
  }

  /** Everything that is still kept, of all conversations, oldest first. */
  allMessages(): ShownMessage[] {
    return [...this.byId.values()];
  }

  /** Takes a robot's message back, wherever it was shown under this key. @returns false when there is none */
  recall(providerKey: string, robotCode: string): boolean {
    const found = [...this.byId.values()].filter(
      message => message.providerKey === providerKey && message.from.robotCode === robotCode,
    );
    for (const message of found) {
      Object.assign(message, { title: null, markdown: null, text: '（已撤回）', buttons: [], recalled: true });
      this.events.emit({ kind: 'changed', message });
    }
    return found.length > 0;
  }

  onForgotten(listener: (messageId: string) => void): void {
    this.forgetListeners.push(listener);
  }

  findMessage(id: string): ShownMessage | undefined {
    return this.byId.get(id);
  }

  /** All messages shown after this one, in any conversation, oldest first. */
  messagesAfter(id: string): ShownMessage[] {
    const since = this.order.get(id) ?? 0;
    return [...this.order].filter(([, at]) => at > since).flatMap(([other]) => this.byId.get(other) ?? []);
  }

  messagesIn(conversationId: string): ShownMessage[] {
    return [...(this.shown.get(conversationId) ?? [])];
  }
}
