// Reads a robot message of DingTalk into ours: lenient about what is there, strict about what it may contain. No I/O.
import { z } from 'zod';
import { type Attachment, type IncomingMessage, type ReplyUrl } from '../../messages';
import { cutWhole, wellFormed } from './whole-characters';
import { contentSchema, quoteOf, repliedSchema, type Content } from './quoted-message';

/** Longer texts are cut here; who reads them tells by the length that they are too long (a message is read up to 4,000). */
export const maxTextLength = 8_000;

const maxAttachments = 20;
/** A session webhook lives 90 minutes in every recorded message; used where its end is not given. */
const webhookLifeMs = 5_400_000;

const words = z.string().optional().catch(undefined);
const shortWords = (max: number) => z.string().max(max).optional().catch(undefined);
const numeric = z.union([z.number(), z.string()]).optional().catch(undefined);
const key = (max: number) => z.string().trim().min(1).max(max);

const robotMessage = z.object({
  msgId: key(190),
  conversationId: key(190),
  conversationType: numeric,
  conversationTitle: words,
  isInAtList: z.boolean().optional().catch(undefined),
  atUsers: z.array(z.unknown()).optional().catch(undefined),
  chatbotCorpId: words,
  chatbotUserId: words,
  senderCorpId: words,
  senderStaffId: shortWords(128),
  senderNick: words,
  robotCode: shortWords(128),
  createAt: numeric,
  sessionWebhook: shortWords(2_000),
  sessionWebhookExpiredTime: numeric,
  msgtype: words,
  text: z
    .object({ content: words, isReplyMsg: z.unknown().optional(), repliedMsg: repliedSchema })
    .optional()
    .catch(undefined),
  content: z.union([z.string(), contentSchema]).optional().catch(undefined),
  originalMsgId: shortWords(190),
  originalProcessQueryKey: shortWords(190),
  errorCode: numeric,
});

type RobotMessage = z.infer<typeof robotMessage>;

export interface DecodeOptions {
  /** Stands in where the message names none (old HTTP samples). */
  robotCode: string;
  /** The robot's display name; its mentions are taken out of the text. */
  robotName: string;
  /** Stands in where the message has no readable time. */
  receivedAt: Date;
}

/**
 * Decodes the data of a robot callback, parsed or still as JSON text.
 * senderStaffId missing, empty or of another corp gives `staffId: null`. Text is kept up to {@link maxTextLength}.
 * Pictures and files that a person's message quotes count as attachments: in groups it is the only way to hand them over.
 *
 * @returns the message, or `broken` naming the fields that make it unusable (never their content)
 * Source: reference of DingTalk, received messages and quoted messages
 */
export function decodeRobotMessage(data: unknown, options: DecodeOptions): IncomingMessage | { broken: string } {
  const parsed = robotMessage.safeParse(typeof data === 'string' ? parseJson(data) : data);
  if (!parsed.success) {
    const fields = new Set(parsed.error.issues.map(issue => issue.path.join('.') || 'not an object'));
    return { broken: [...fields].join(', ') };
  }
  const raw = parsed.data;
  const sentAt = instantOf(raw.createAt) ?? options.receivedAt;
  const content: Content = typeof raw.content === 'object' ? raw.content : {};
  const body = bodyOf(raw, content, options.robotName);
  const quote = quoteOf({
    replied: raw.text?.repliedMsg ?? content.repliedMsg,
    isReply: raw.text?.isReplyMsg === true || content.isReplyMsg === true,
    originalMsgId: raw.originalMsgId,
    providerKey: raw.originalProcessQueryKey,
    chatbotUserId: raw.chatbotUserId,
  });
  return {
    channel: 'dingtalk',
    robotCode: raw.robotCode?.trim() || options.robotCode,
    messageId: raw.msgId,
    conversation: conversationOf(raw),
    sender: { staffId: staffIdOf(raw), nick: line(raw.senderNick, 100) },
    kind: body.kind,
    text: body.text,
    quoted: quote?.message ?? null,
    attachments: [...body.attachments, ...(quote?.attachments ?? [])].slice(0, maxAttachments),
    sentAt: sentAt.toISOString(),
    replyUrl: replyUrlOf(raw, sentAt),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

/** Milliseconds as number or digits, or a written instant; null when it is none of them. */
function instantOf(value: number | string | undefined): Date | null {
  if (value === undefined || value === '') return null;
  const ms = typeof value === 'number' || /^\d+$/.test(value) ? Number(value) : Date.parse(value);
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) || ms <= 0 ? null : date;
}

function conversationOf(raw: RobotMessage): IncomingMessage['conversation'] {
  const type = String(raw.conversationType ?? '');
  const group = type === '2' || (type !== '1' && (raw.conversationTitle !== undefined || raw.isInAtList !== undefined));
  const title = group ? line(raw.conversationTitle, 200) : '';
  return { id: raw.conversationId, kind: group ? 'group' : 'private', title: title === '' ? null : title };
}

/** A name as one line of at most `max` code units. */
function line(text: string | undefined, max: number): string {
  return cutWhole(
    wellFormed(text ?? '')
      .replace(/\s+/g, ' ')
      .trim(),
    max,
  );
}

function staffIdOf(raw: RobotMessage): string | null {
  const foreign = raw.senderCorpId && raw.chatbotCorpId && raw.senderCorpId !== raw.chatbotCorpId;
  return foreign ? null : (raw.senderStaffId ?? '').trim() || null;
}

function replyUrlOf(raw: RobotMessage, sentAt: Date): ReplyUrl | null {
  if (!raw.sessionWebhook) return null;
  const end = instantOf(raw.sessionWebhookExpiredTime) ?? new Date(sentAt.getTime() + webhookLifeMs);
  return { url: raw.sessionWebhook, expiresAt: end.toISOString() };
}

interface Body {
  kind: IncomingMessage['kind'];
  text: string;
  attachments: Attachment[];
}

function bodyOf(raw: RobotMessage, content: Content, robotName: string): Body {
  const flat = typeof raw.content === 'string' ? raw.content : undefined;
  const plain = raw.text?.content ?? flat;
  if (Number(raw.errorCode) === 20001 && plain === undefined && raw.content === undefined)
    return { kind: 'quota_exhausted', text: '', attachments: [] };
  switch (raw.msgtype ?? (plain === undefined ? '' : 'text')) {
    case 'text':
      return { kind: 'text', text: tidy(plain ?? content.text ?? content.content ?? '', robotName), attachments: [] };
    case 'richText':
      return richBody(raw, content, robotName);
    case 'picture':
      return { kind: 'picture', text: '', attachments: attachment('picture', content) };
    case 'audio':
      return {
        kind: 'audio',
        text: tidy(content.recognition ?? '', robotName),
        attachments: attachment('audio', content),
      };
    case 'video':
      return { kind: 'file', text: '', attachments: attachment('video', content) };
    case 'file':
      return { kind: 'file', text: '', attachments: attachment('file', content) };
    default:
      // unknownMsgType carries a sentence of the platform's, a card the words of another robot: neither is what a person said.
      return { kind: 'other', text: '', attachments: [] };
  }
}

function attachment(kind: Attachment['kind'], content: Content): Attachment[] {
  if (content.downloadCode === undefined) return [];
  return [{ kind, downloadCode: content.downloadCode, fileName: content.fileName ?? null }];
}

function richBody(raw: RobotMessage, content: Content, robotName: string): Body {
  const onlyRobotMentioned = raw.isInAtList === true && (raw.atUsers?.length ?? 0) <= 1;
  const attachments: Attachment[] = [];
  let text = '';
  for (const part of content.richText ?? []) {
    if (part.downloadCode !== undefined) {
      attachments.push({ kind: 'picture', downloadCode: part.downloadCode, fileName: null });
      text += '\n';
    } else if (!(onlyRobotMentioned && /^\s*[@＠]\S+\s*$/u.test(part.text ?? ''))) text += part.text ?? '';
  }
  const said = tidy(text, robotName);
  return { kind: said === '' && attachments.length > 0 ? 'picture' : 'text', text: said, attachments };
}

function tidy(text: string, robotName: string): string {
  return cutWhole(trimBlanks(removeMentions(trimBlanks(wellFormed(text)), robotName)), maxTextLength);
}

function trimBlanks(text: string): string {
  return text.replace(/^[\s\u200b\u2060]+/, '').replace(/[\s\u200b\u2060]+$/, '');
}

/** At the start the name may run into the words ("@督办助手我局任务"); elsewhere that would be another, longer name. */
function removeMentions(text: string, robotName: string): string {
  const name = robotName.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  if (name === '') return text;
  return text
    .replace(new RegExp(`^[@＠]${name}`, 'u'), '')
    .replace(new RegExp(`[^\\S\\n]*[@＠]${name}(?![\\p{L}\\p{N}_])[^\\S\\n]*`, 'gu'), ' ');
}
