// Interactive cards: what our template's variables say of a message, and what a pressed button tells. No I/O.
import { z } from 'zod';
import { type ButtonPress, type OutgoingMessage } from '../../messages';
import { markdownOf, titleOf } from './message-encoding';
import { parseJson } from './stream-frame';
import { cutWhole, wellFormed } from './whole-characters';

/** As many as templates/cards/duban-card.json has. */
export const cardTexts = 6;
export const cardButtons = 5;
/** The platform takes 1 KB for a variable. */
const maxValueBytes = 1_000;

/**
 * A message as the template's variables, every one of them, so that a change leaves nothing over: `title`, `lastMessage`,
 * `text1` to `text6` (Markdown, in order), `button1` to `button5` (labels; '' = not shown).
 *
 * @returns null when the message is too long for a card: it then goes another way
 */
export function cardParams(message: OutgoingMessage, robotName: string): Record<string, string> | null {
  const texts = pieces(markdownOf(message));
  if (texts === null) return null;
  const title = titleOf(message, robotName);
  const params: Record<string, string> = { title, lastMessage: title };
  for (let i = 0; i < cardTexts; i++) params[`text${i + 1}`] = texts[i] ?? '';
  for (let i = 0; i < cardButtons; i++)
    params[`button${i + 1}`] = cutWhole(wellFormed(message.buttons[i]?.label ?? '').trim(), 40);
  return params;
}

/** A text in pieces of whole lines, each within a variable's size; null when they are too many or a line is too long. */
function pieces(text: string): string[] | null {
  const found: string[] = [];
  for (const line of text.split('\n')) {
    if (Buffer.byteLength(line) > maxValueBytes) return null;
    const longer = `${found.at(-1) ?? ''}\n${line}`;
    if (found.length > 0 && Buffer.byteLength(longer) <= maxValueBytes) found[found.length - 1] = longer;
    else found.push(line);
  }
  return found.length > cardTexts ? null : found;
}

const pressed = z.object({
  outTrackId: z.string().min(1).max(100),
  userId: z.string().trim().min(1).max(128),
  /** 1 = user id; a union id could not be looked up. */
  userIdType: z.coerce.number().optional().catch(undefined),
  spaceId: z.string().max(190).optional().catch(undefined),
  content: z.unknown().optional(),
  value: z.unknown().optional(),
});

const privateData = z.object({
  actionIds: z.array(z.unknown()).optional().catch(undefined),
  params: z.record(z.string(), z.unknown()).optional().catch(undefined),
});
/** The documentation puts `params` inside `cardPrivateData` on one page and beside it on another. */
const actionShape = privateData.extend({ cardPrivateData: privateData.optional().catch(undefined) });

/** Decodes the data of a card callback. @param at - when it was pressed, as the frame tells */
export function decodeCardCallback(
  data: unknown,
  { robotCode, at }: { robotCode: string; at: Date },
): ButtonPress | { broken: string } {
  const parsed = pressed.safeParse(typeof data === 'string' ? parseJson(data) : data);
  if (!parsed.success) return { broken: parsed.error.issues.map(issue => issue.path.join('.') || 'object').join(', ') };
  const { outTrackId, userId, userIdType, spaceId, content, value } = parsed.data;
  if (userIdType !== undefined && userIdType !== 1) return { broken: 'userIdType' };
  const button = buttonOf(content) ?? buttonOf(value);
  if (button === null) return { broken: 'button' };
  const conversationId = spaceId?.startsWith('cid') ? spaceId : null;
  return {
    channel: 'dingtalk',
    robotCode,
    key: outTrackId,
    button,
    staffId: userId,
    conversationId,
    pressedAt: at.toISOString(),
  };
}

/** Which button: its parameter `button`, else the action's id; both are "1" to "5" or "button1" to "button5". */
function buttonOf(content: unknown): number | null {
  const parsed = actionShape.safeParse(typeof content === 'string' ? parseJson(content) : content);
  if (!parsed.success) return null;
  const { cardPrivateData, ...beside } = parsed.data;
  const named = [cardPrivateData?.params?.button, beside.params?.button];
  const ids = [cardPrivateData?.actionIds?.[0], beside.actionIds?.[0]];
  for (const candidate of [...named, ...ids]) {
    const number = /^(?:button)?([1-9])$/.exec(String(candidate))?.[1];
    if (number !== undefined && Number(number) <= cardButtons) return Number(number) - 1;
  }
  return null;
}
