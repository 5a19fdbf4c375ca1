// Reads what a robot sends (robot API and session webhook) into what people see, or says which rule it breaks.
import { z } from 'zod';
import { type ShownButton } from './gateway-events';

/** The visible part of a message. */
export interface SentBody {
  title: string | null;
  markdown: string | null;
  text: string;
  buttons: ShownButton[];
  file?: { name: string; picture?: boolean; mediaId?: string };
}

/** An error code in the robot API's words. */
export interface SendFault {
  code: string;
  message: string;
}

const longestParam = 15_000;

/** A `dtmd://dingtalkclient/sendMessage?content=…` link makes the presser say its content; any other is just a link. */
export function readButton(label: string, url: string): ShownButton {
  const say = /^dtmd:\/\/dingtalkclient\/sendMessage\?(.*)$/s.exec(url)?.[1];
  const content = say === undefined ? null : new URLSearchParams(say).get('content');
  return content === null ? { label, say: null, url } : { label, say: content, url: null };
}

function plain(text: string): SentBody {
  return { title: null, markdown: null, text, buttons: [] };
}

function markdown(title: string, text: string, buttons: ShownButton[] = []): SentBody {
  return { title, markdown: text, text, buttons };
}

const words = z.string().min(1);
const text = z.object({ content: words }).transform(param => plain(param.content));
const markdownParam = z.object({ title: words, text: words }).transform(param => markdown(param.title, param.text));
const link = z
  .object({ title: words, text: words, messageUrl: words, picUrl: z.string().optional() })
  .transform(param => markdown(param.title, param.text, [{ label: '查看', say: null, url: param.messageUrl }]));

/** sampleActionCard2 to 5: as many buttons as its name says, every one required. */
function actionCard(count: number): z.ZodType<SentBody> {
  const names = Array.from({ length: count }, (_, i) => [`actionTitle${i + 1}`, `actionURL${i + 1}`] as const);
  const shape: Record<string, z.ZodString> = Object.fromEntries(names.flat().map(name => [name, words]));
  return z
    .object({ title: words, text: words })
    .and(z.object(shape))
    .transform(param => {
      const given = param as Record<string, string>;
      return markdown(
        param.title,
        param.text,
        names.map(([label, url]) => readButton(given[label] ?? '', given[url] ?? '')),
      );
    });
}

const singleCard = z
  .object({ title: words, text: words, singleTitle: words, singleURL: words })
  .transform(card => markdown(card.title, card.text, [readButton(card.singleTitle, card.singleURL)]));

const horizontalCard = z
  .object({ title: words, text: words, buttonTitle1: words, buttonUrl1: words, buttonTitle2: words, buttonUrl2: words })
  .transform(card =>
    markdown(card.title, card.text, [
      readButton(card.buttonTitle1, card.buttonUrl1),
      readButton(card.buttonTitle2, card.buttonUrl2),
    ]),
  );

const files = (kind: string, named: string): z.ZodType<SentBody> =>
  z.record(z.string(), z.unknown()).transform(param => {
    const name = param[named];
    if (kind === '图片' && typeof name === 'string' && name.startsWith('@'))
      return { ...plain('[图片]'), file: { name: '图片', picture: true, mediaId: name } };
    if (kind === '文件' && typeof name === 'string' && typeof param['mediaId'] === 'string')
      return { ...plain(`[文件] ${name}`), file: { name, mediaId: param['mediaId'] } };
    return plain(typeof name === 'string' ? `[${kind}] ${name}` : `[${kind}]`);
  });

const byMsgKey: Record<string, z.ZodType<SentBody> | undefined> = {
  sampleText: text,
  sampleMarkdown: markdownParam,
  sampleLink: link,
  sampleActionCard: singleCard,
  sampleActionCard2: actionCard(2),
  sampleActionCard3: actionCard(3),
  sampleActionCard4: actionCard(4),
  sampleActionCard5: actionCard(5),
  sampleActionCard6: horizontalCard,
  sampleImageMsg: files('图片', 'photoURL'),
  sampleFile: files('文件', 'fileName'),
  sampleAudio: files('语音', 'duration'),
  sampleVideo: files('视频', 'duration'),
};

/** Reads `msgKey` and `msgParam` (a JSON *string*) of the robot API. */
export function readMsgParam(msgKey: unknown, msgParam: unknown): SentBody | SendFault {
  const shape = typeof msgKey === 'string' ? byMsgKey[msgKey] : undefined;
  if (!shape) return { code: 'invalidParameter.msgKey.invalid', message: '无效的msgKey' };
  if (typeof msgParam !== 'string')
    return { code: 'invalidParameter.msgParam.invalid', message: 'msgParam应为JSON字符串' };
  if (Buffer.byteLength(msgParam) > longestParam)
    return { code: 'invalidParameter.msgParam.tooLong', message: 'msgParam超过15000字节' };
  let given: unknown;
  try {
    given = JSON.parse(msgParam);
  } catch {
    return { code: 'invalidParameter.msgParam.invalid', message: 'msgParam不是合法的JSON' };
  }
  const read = shape.safeParse(given);
  return read.success ? read.data : { code: 'invalidParameter.msgParam.invalid', message: z.prettifyError(read.error) };
}

const multiCard = z.object({
  title: words,
  text: words,
  btnOrientation: z.enum(['0', '1']).optional(),
  btns: z.array(z.object({ title: words, actionURL: words })).min(1),
});

const webhookBody = z.discriminatedUnion('msgtype', [
  z.object({ msgtype: z.literal('empty') }),
  z.object({ msgtype: z.literal('text'), text }),
  z.object({ msgtype: z.literal('markdown'), markdown: markdownParam }),
  z.object({ msgtype: z.literal('link'), link }),
  z.object({ msgtype: z.literal('actionCard'), actionCard: z.union([singleCard, multiCard]) }),
  z.object({
    msgtype: z.literal('feedCard'),
    feedCard: z.object({ links: z.array(z.object({ title: words, messageURL: words })).min(1) }),
  }),
]);

const mentioned = z.object({ at: z.object({ atUserIds: z.array(z.string()).optional() }).optional() });

/**
 * Reads the body of a session webhook.
 * @returns body null for `empty` (nothing is shown); null when the body breaks the rules
 */
export function readWebhookBody(given: unknown): { body: SentBody | null; atUserIds: string[] } | null {
  const read = webhookBody.safeParse(given);
  if (!read.success) return null;
  const at = mentioned.safeParse(given);
  const atUserIds = at.success ? (at.data.at?.atUserIds ?? []) : [];
  const sent = read.data;
  switch (sent.msgtype) {
    case 'empty':
      return { body: null, atUserIds };
    case 'text':
      return { body: sent.text, atUserIds };
    case 'markdown':
      return { body: sent.markdown, atUserIds };
    case 'link':
      return { body: sent.link, atUserIds };
    case 'feedCard': {
      const buttons = sent.feedCard.links.map(item => ({ label: item.title, say: null, url: item.messageURL }));
      return { body: { ...plain(''), buttons }, atUserIds };
    }
    case 'actionCard': {
      const card = sent.actionCard;
      const body =
        'btns' in card
          ? markdown(
              card.title,
              card.text,
              card.btns.map(button => readButton(button.title, button.actionURL)),
            )
          : card;
      return { body, atUserIds };
    }
  }
}
