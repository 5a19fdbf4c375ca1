// Addresses: how people, groups and robots of all platforms are named inside the house, so that no two are ever taken for each other.
import { type Recipient } from './messages';

/** The platform whose ids stand as they are. Whatever was written down before there was a second one means it. */
export const firstChannel = 'dingtalk';

/** How a person's address is written on staff sheets and forms; whoever wrote the first platform's name before an id would never be known. */
export const writtenAddress = /^(?=.{1,128}$)(?:(?!dingtalk:)[a-z][a-z0-9]{1,19}:)?[\w.@-]+$/u;

const named = /^([a-z][a-z0-9]{1,19}):/u;

/** `wecom:zhangsan`; an id of the first platform bare, unless it looks like an address itself. */
export function addressOf(channel: string, id: string): string {
  return channel === firstChannel && !named.test(id) ? id : `${channel}:${id}`;
}

/** The platform at which an address is. */
export function channelOf(address: string): string {
  return named.exec(address)?.[1] ?? firstChannel;
}

/** What the platform itself calls an address. */
export function idAt(address: string): string {
  return address.replace(named, '');
}

/** The platform by which somebody is reached. */
export function channelTo(to: Recipient): string {
  return channelOf(to.kind === 'group' ? to.conversationId : to.staffId);
}
