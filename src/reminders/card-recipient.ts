// To whom a card goes, for programs and for people to read.
import { type Recipient } from '../messages';

export interface CardRecipient {
  kind: 'group' | 'person';
  /** The group's conversation id, or the person's user id on the platform. */
  id: string;
  /** For people to read: the group's title or the person's name. */
  name: string;
}

export function recipientOf({ kind, id }: Pick<CardRecipient, 'kind' | 'id'>): Recipient {
  return kind === 'group' ? { kind, conversationId: id } : { kind, staffId: id };
}
