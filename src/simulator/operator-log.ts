// What an operator may look at in the chat page's drawer: frames, acknowledgements and calls as they went over the wire.
import { type GatewayEvent } from './gateway-events';

/** One line of the drawer. */
export interface WireNote {
  /** Counts up. */
  id: number;
  at: string;
  /** To the robot, from the robot, or neither. */
  way: 'to' | 'from' | 'link';
  title: string;
  /** The raw words, readable; '' = none. */
  raw: string;
}

const kept = 100;
const longest = 6000;
const secretNames = new Set(['appSecret', 'clientSecret', 'accessToken', 'access_token', 'ticket']);

/** JSON in lines, secrets as dots; a JSON text within is opened too. */
function readable(value: unknown): string {
  const opened = (name: string, inner: unknown): unknown => {
    if (secretNames.has(name)) return '••••';
    if (typeof inner !== 'string' || !/^[{[]/.test(inner)) return inner;
    try {
      return JSON.parse(inner) as unknown;
    } catch {
      return inner;
    }
  };
  const text = JSON.stringify(typeof value === 'string' ? opened('', value) : value, opened, 2);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

function noteOf(event: GatewayEvent): Pick<WireNote, 'way' | 'title' | 'raw'> | null {
  switch (event.kind) {
    case 'pushed':
      return { way: 'to', title: '推送消息帧（Stream）', raw: readable(event.frame) };
    case 'acknowledged':
      return { way: 'from', title: `回执 ${event.delivery.acknowledgedWith ?? ''}`, raw: readable(event.data) };
    case 'called':
      return {
        way: 'from',
        title: `${event.call.method} ${event.call.path} → ${event.call.status === 0 ? '没有答复' : event.call.status}`,
        raw: readable(event.call.body ?? null),
      };
    case 'socket_opened':
      return { way: 'link', title: '机器人连上了', raw: '' };
    case 'socket_closed':
      return { way: 'link', title: '连接断开', raw: '' };
    case 'open_refused':
      return { way: 'link', title: `拒绝了一次连接（${event.status}）`, raw: '' };
    case 'lost':
      return { way: 'link', title: '一条消息没有送到：机器人没有连接', raw: '' };
    default:
      return null;
  }
}

/** Keeps the last hundred. */
export class OperatorLog {
  private readonly notes: WireNote[] = [];
  private count = 0;

  constructor(private readonly now: () => Date) {}

  /** @returns the note made of an event; null when it is none of interest */
  take(event: GatewayEvent): WireNote | null {
    const made = noteOf(event);
    if (!made) return null;
    const note = { id: ++this.count, at: this.now().toISOString(), ...made };
    this.notes.push(note);
    if (this.notes.length > kept) this.notes.shift();
    return note;
  }

  all(): readonly WireNote[] {
    return this.notes;
  }
}
