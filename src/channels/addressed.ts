// The door's frame: outside stand a platform's own ids, inside addresses (address.ts); and the platforms behind one door.
import { addressOf, channelOf, channelTo, idAt } from '../address';
import {
  type ButtonPress,
  type FileDoor,
  type IncomingMessage,
  type OtherNews,
  type Recipient,
  type SendRequest,
  type SendResult,
} from '../messages';
import { type Platform } from './platform';

/** The same platform, known by addresses: ids that come in get its name, those that go out lose it. */
export function withAddresses(platform: Platform): Platform {
  const inward = (id: string): string => addressOf(platform.name, id);
  const inwardIfAny = (id: string | null): string | null => (id === null ? null : inward(id));
  const message = (said: IncomingMessage): IncomingMessage => ({
    ...said,
    robotCode: inward(said.robotCode),
    conversation: { ...said.conversation, id: inward(said.conversation.id) },
    sender: { ...said.sender, staffId: inwardIfAny(said.sender.staffId) },
    quoted: said.quoted && { ...said.quoted, providerKey: inwardIfAny(said.quoted.providerKey) },
    attachments: said.attachments.map(file => ({ ...file, downloadCode: inward(file.downloadCode) })),
  });
  const press = (pressed: ButtonPress): ButtonPress => ({
    ...pressed,
    robotCode: inward(pressed.robotCode),
    staffId: inward(pressed.staffId),
    conversationId: inwardIfAny(pressed.conversationId),
  });
  const news = ({ onPress, onPeopleChanged }: OtherNews): OtherNews => ({
    ...(onPress && { onPress: pressed => onPress(press(pressed)) }),
    ...(onPeopleChanged && {
      onPeopleChanged: staffIds => {
        onPeopleChanged(staffIds && staffIds.map(inward));
      },
    }),
  });
  const result = (sent: SendResult): SendResult =>
    sent.outcome === 'sent' ? { ...sent, providerKey: inwardIfAny(sent.providerKey) } : sent;
  const { putsOnCard, sendAlike, change, recall } = platform;
  return {
    name: platform.name,
    title: platform.title,
    router: platform.router,
    changesCards: platform.changesCards,
    contacts: {
      getUser: staffId => platform.contacts.getUser(idAt(staffId)),
      getDepartmentName: departmentId => platform.contacts.getDepartmentName(departmentId),
    },
    files: {
      fetch: (downloadCode, limits) => platform.files.fetch(idAt(downloadCode), limits),
      send: async (to, file) => result(await platform.files.send(outward(to), file)),
      keepPicture: file => platform.files.keepPicture(file),
    },
    start: (onMessage, alsoTold = {}) => platform.start(said => onMessage(message(said)), news(alsoTold)),
    ...(putsOnCard && { putsOnCard: request => putsOnCard.call(platform, outwardRequest(request)) }),
    send: async request => result(await platform.send(outwardRequest(request))),
    ...(sendAlike && {
      sendAlike: async requests => (await sendAlike.call(platform, requests.map(outwardRequest))).map(result),
    }),
    ...(change && { change: async request => result(await change.call(platform, request)) }),
    ...(recall && {
      recall: async (to, keys) => {
        const { recalled, problem } = await recall.call(platform, outward(to), keys.map(idAt));
        return { recalled: recalled.map(inward), problem };
      },
    }),
    status: () => platform.status(),
    stop: () => platform.stop(),
  };
}

function outward(to: Recipient): Recipient {
  return to.kind === 'group'
    ? { kind: 'group', conversationId: idAt(to.conversationId) }
    : { kind: 'person', staffId: idAt(to.staffId) };
}

function outwardRequest(request: SendRequest): SendRequest {
  const { recipient, mention } = request;
  return { ...request, recipient: outward(recipient), mention: mention === null ? null : idAt(mention) };
}

/** Opens the files of whichever platform they were sent on. */
export function joinFiles(platforms: readonly Platform[]): Pick<FileDoor, 'fetch'> {
  return {
    fetch: (downloadCode, limits) => {
      const platform = platforms.find(({ name }) => name === channelOf(downloadCode));
      return platform
        ? platform.files.fetch(downloadCode, limits)
        : Promise.resolve({ outcome: 'failed', sentence: '文件所在的聊天平台没有接入，打不开。' });
    },
  };
}

/** Sends by whichever platform the recipient is at. */
export function joinSends(platforms: readonly Platform[]): Pick<Platform, 'send'> {
  return {
    send: request => {
      const platform = platforms.find(({ name }) => name === channelTo(request.recipient));
      return platform
        ? platform.send(request)
        : Promise.resolve({ outcome: 'not_sent', retryAfterMs: null, reason: '收件人所在的聊天平台没有接入' });
    },
  };
}
