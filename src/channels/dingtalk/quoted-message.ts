// What a robot message replies to (引用): one reading for the many forms in which clients and tenants deliver it.
import { z } from 'zod';
import { type Attachment, type QuotedMessage } from '../../messages';
import { cutWhole, wellFormed } from './whole-characters';

const maxQuotedText = 2_000;

const words = z.string().optional().catch(undefined);
const shortWords = (max: number) => z.string().min(1).max(max).optional().catch(undefined);
const numeric = z.union([z.number(), z.string()]).optional().catch(undefined);

/** One run of a rich text: `{text}` when said, `{msgType, content}` when quoted, or a picture by its code. */
const richPart = z
  .object({ text: words, content: words, atName: words, type: words, msgType: words, downloadCode: shortWords(2_000) })
  .catch({} as never);

const cardNode = z.object({ elementType: words, value: words }).catch({});
const cardTree = z.object({ children: z.array(cardNode).optional().catch(undefined) }).catch({});

const bodyFields = {
  text: words,
  content: words,
  title: words,
  summary: words,
  recognition: words,
  fileName: shortWords(300),
  downloadCode: shortWords(2_000),
  richText: z.array(richPart).optional().catch(undefined),
  cardContent: z.array(cardTree).optional().catch(undefined),
};

const quotedBody = z.object(bodyFields);

/** `repliedMsg`; its content is an object, seldom a bare string, sometimes missing. */
export const repliedSchema = z
  .object({
    msgId: shortWords(190),
    msgType: words,
    senderId: words,
    createdAt: numeric,
    content: z.union([z.string(), quotedBody]).optional().catch(undefined),
  })
  .optional()
  .catch(undefined);

/** `content` of a robot message that is no plain text. */
export const contentSchema = z.object({ ...bodyFields, isReplyMsg: z.unknown().optional(), repliedMsg: repliedSchema });

export type Content = Partial<z.infer<typeof contentSchema>>;

interface QuoteSource {
  replied: z.infer<typeof repliedSchema>;
  /** The message says it is a reply, whatever else it tells. */
  isReply: boolean;
  originalMsgId: string | undefined;
  providerKey: string | undefined;
  chatbotUserId: string | undefined;
}

/**
 * Reads the quote of a message; null when it quotes nothing.
 * A quote is the bot's own when its sender is the robot or when the platform names the key of a sent message.
 * Attachments are those of a person's quoted message; codes inside quoted cards cannot be downloaded and are left out.
 */
export function quoteOf(source: QuoteSource): { message: QuotedMessage; attachments: Attachment[] } | null {
  const { replied, providerKey } = source;
  if (replied === undefined && !source.isReply && !source.originalMsgId && !providerKey) return null;
  const fromBot =
    Boolean(providerKey) || (Boolean(replied?.senderId) && replied?.senderId === (source.chatbotUserId || undefined));
  const body = typeof replied?.content === 'string' ? { text: replied.content } : (replied?.content ?? {});
  const createdAt = Number(replied?.createdAt);
  return {
    message: {
      messageId: source.originalMsgId || replied?.msgId || null,
      providerKey: providerKey || null,
      fromBot,
      text: quotedText(body),
      sentAt: createdAt > 0 && createdAt <= 8.64e15 ? new Date(createdAt).toISOString() : null,
    },
    attachments: fromBot ? [] : quotedAttachments(replied?.msgType, body),
  };
}

type QuotedBody = Partial<z.infer<typeof quotedBody>>;

/** The quoted words, wherever the form at hand keeps them; null where there are none or only an encrypted blob. */
function quotedText(body: QuotedBody): string | null {
  const rich = body.richText?.map(part => part.text ?? part.content ?? (part.atName ? `@${part.atName}` : '')).join('');
  const card = body.cardContent
    ?.flatMap(tree => tree.children ?? [])
    .filter(node => node.elementType === 'TEXT' || node.elementType === 'LINK')
    .map(node => node.value ?? '')
    .join('\n');
  const candidates = [body.text, body.content, rich, card, body.recognition, body.summary, body.title, body.fileName];
  const text = candidates.map(candidate => candidate?.trim() ?? '').find(candidate => candidate !== '');
  if (text === undefined || /\|\|\d+\|\|\d+\|\|\d+$/.test(text)) return null;
  return cutWhole(wellFormed(text), maxQuotedText);
}

function quotedAttachments(msgType: string | undefined, body: QuotedBody): Attachment[] {
  const found: Attachment[] = (body.richText ?? []).flatMap(part =>
    part.downloadCode === undefined
      ? []
      : [{ kind: 'picture' as const, downloadCode: part.downloadCode, fileName: null }],
  );
  const kind = (['picture', 'audio', 'video'] as const).find(each => each === msgType) ?? 'file';
  if (body.downloadCode !== undefined)
    found.push({ kind, downloadCode: body.downloadCode, fileName: body.fileName ?? null });
  return found;
}
