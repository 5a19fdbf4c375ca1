// Builds what a robot receives: the `data` of a CALLBACK frame, in the shape of DingTalk's published and recorded payloads.
import { randomUUID } from 'node:crypto';
import {
  derivedId,
  type ChatConversation,
  type ChatWorld,
  type GatewayApp,
  type GatewayPerson,
  type Stranger,
} from './chat-world';
import { type ShownMessage } from './gateway-events';
import { type SentFiles } from './sent-files';

/**
 * How a quoted robot message looks to the robot; tenants differ, and a client may tell only the id.
 * `card` = a tree of text pieces, `text` = plain text, `metadata` = no content, `id` = originalMsgId alone.
 */
export type QuoteStyle = 'card' | 'text' | 'metadata' | 'id';

export interface PayloadParts {
  world: ChatWorld;
  app: GatewayApp;
  conversation: ChatConversation;
  sender: GatewayPerson | Stranger;
  message: ShownMessage;
  /** The words without the mention of the robot. */
  words: string;
  quoted: ShownMessage | null;
  files: SentFiles;
  quoteStyle: QuoteStyle;
  sessionWebhook: string;
  sessionWebhookExpiredTime: number;
  /** The organisation's monthly quota is used up: errorCode 20001 and no words at all. */
  quotaExhausted: boolean;
}

const corpId = 'ding00000000000000000000trial';

/** The encrypted ids of DingTalk look like this; ours are derived, so the same person always has the same one. */
export function encryptedId(of: string): string {
  return derivedId('$:LWCP_v1:$', of);
}

/** @returns the id under which a message's author appears as `senderId` */
function authorId(message: ShownMessage): string {
  const { staffId, robotCode, name } = message.from;
  return encryptedId(
    robotCode !== null ? `robot:${robotCode}` : staffId !== null ? `staff:${staffId}` : `stranger:${name}`,
  );
}

function plainLines(markdown: string): string[] {
  return markdown
    .split('\n')
    .map(line =>
      line
        .replace(/^[\s>#*-]+/, '')
        .replace(/\*\*|[`*_]/g, '')
        .trim(),
    )
    .filter(Boolean);
}

function quotedContent(
  message: ShownMessage,
  style: QuoteStyle,
  inGroup: boolean,
  files: SentFiles,
): { msgType: string; content?: unknown } {
  const file = files.contentOf(message);
  if (file) return { msgType: 'file', content: file };
  const picture = files.pictureOf(message);
  if (picture) return { msgType: 'picture', content: picture };
  if (message.markdown === null) return { msgType: 'text', content: { text: message.text } };
  if (style === 'metadata') return { msgType: 'interactiveCard' };
  const lines = plainLines(message.markdown);
  if (style === 'text') return { msgType: 'text', content: { text: lines.join('\n') } };
  const layout = [
    {
      elementType: 'UNKNOWN',
      value: JSON.stringify({
        content: [{ type: 'text', data: { text: `直接回复“${message.title ?? lines[0] ?? ''}”` } }],
      }),
    },
    { elementType: 'UNKNOWN', value: '{}' },
  ];
  const children = [...(inGroup ? layout : []), ...lines.map(value => ({ elementType: 'TEXT', value }))];
  return { msgType: 'interactiveCard', content: { cardContent: [{ elementType: 'RICHTEXT', children }] } };
}

/** originalMsgId always; originalProcessQueryKey for what the robot API sent; the quoted words as the style tells them. */
function quoteParts({ quoted, quoteStyle, conversation, files }: PayloadParts): { top: object; text: object } {
  if (!quoted) return { top: {}, text: {} };
  const top = {
    originalMsgId: quoted.id,
    ...(quoted.providerKey !== null && quoteStyle !== 'id' ? { originalProcessQueryKey: quoted.providerKey } : {}),
  };
  if (quoteStyle === 'id') return { top, text: {} };
  const repliedMsg = {
    createdAt: Date.parse(quoted.at),
    senderId: authorId(quoted),
    ...quotedContent(quoted, quoteStyle, conversation.kind === 'group', files),
    msgId: quoted.id,
  };
  return { top, text: { isReplyMsg: true, repliedMsg } };
}

/**
 * The robot message (§3 of the platform notes: group "2", private "1"); `senderStaffId` is missing for outsiders.
 * In a group the words keep the space that stood after the mention.
 */
export function robotPayload(parts: PayloadParts): Record<string, unknown> {
  const { app, conversation, sender, message } = parts;
  const staff = 'staffId' in sender ? sender : null;
  const robotId = encryptedId(`robot:${app.robotCode}`);
  const group = conversation.kind === 'group';
  const quote = quoteParts(parts);
  const { msgtype, content } = bodyOf(parts, group, quote.text);
  return {
    conversationId: conversation.id,
    ...(group ? { atUsers: [{ dingtalkId: robotId }] } : {}),
    chatbotCorpId: corpId,
    chatbotUserId: robotId,
    openThreadId: conversation.id,
    msgId: message.id,
    senderNick: message.from.name,
    isAdmin: false,
    ...(staff ? { senderStaffId: staff.staffId, senderCorpId: corpId } : {}),
    ...(staff?.unionId === undefined ? {} : { senderUnionId: staff.unionId }),
    senderPlatform: 'Win',
    sessionWebhookExpiredTime: parts.sessionWebhookExpiredTime,
    createAt: Date.parse(message.at),
    conversationType: group ? '2' : '1',
    senderId: authorId(message),
    ...(group ? { conversationTitle: conversation.title, isInAtList: true } : {}),
    sessionWebhook: parts.sessionWebhook,
    ...quote.top,
    ...(parts.quotaExhausted ? { errorCode: 20001, errorMessage: '本月Stream及Webhook消息额度已用尽' } : content),
    robotCode: app.robotCode,
    msgtype,
  };
}

/** What the message is; a picture that is @-ed with or has words comes as rich text. */
function bodyOf(parts: PayloadParts, group: boolean, quoted: object): { msgtype: string; content: object } {
  const { files, message, words } = parts;
  const file = files.contentOf(message);
  if (file) return { msgtype: 'file', content: { content: file } };
  const picture = files.pictureOf(message);
  if (picture && !group && words === '') return { msgtype: 'picture', content: { content: picture } };
  if (picture) {
    const richText = [
      ...(words === '' ? [] : [{ text: group ? ` ${words}` : words }]),
      { ...picture, type: 'picture' },
    ];
    return { msgtype: 'richText', content: { content: { richText } } };
  }
  return { msgtype: 'text', content: { text: { content: group ? ` ${words}` : words, ...quoted } } };
}

let frames = 0;

/** headers.messageId of a frame: never the same twice. */
function frameId(): string {
  frames += 1;
  return `${randomUUID().slice(0, 8)}_${process.pid}_${Date.now().toString(16)}_${frames.toString(16)}`;
}

/** One downstream frame; `data` is a JSON string on the wire. */
export function frame(
  type: 'CALLBACK' | 'SYSTEM' | 'EVENT',
  topic: string,
  data: unknown,
  headers: Record<string, string>,
): { id: string; text: string } {
  const id = frameId();
  const text = JSON.stringify({
    specVersion: '1.0',
    type,
    headers: { contentType: 'application/json', messageId: id, time: String(Date.now()), topic, ...headers },
    data: JSON.stringify(data),
  });
  return { id, text };
}
