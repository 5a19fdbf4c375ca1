// Writes our messages as DingTalk wants them: msgKey and msgParam for the OpenAPI, a body for the session webhook. No I/O.
import { type Button, type OutgoingMessage } from '../../messages';
import { cutWhole, wellFormed } from './whole-characters';

/** The OpenAPI takes 15,000 bytes of msgParam; the webhook takes 20,000 and is kept to the same, so that either way will do. */
export const maxParamBytes = 15_000;
/** The largest action card of the OpenAPI has five buttons; more are left out. */
const maxButtons = 5;
/** Buttons must leave room for the words. */
const maxFrameBytes = 10_000;
const cutNote = '…（内容过长，其余请分次查询）';

export interface EncodeOptions {
  /** In a group the robot hears only what @-s it, so a button's words begin with its name there. */
  group: boolean;
  robotName: string;
}

export interface EncodedMessage {
  msgKey: string;
  /** JSON text, at most {@link maxParamBytes} in UTF-8. */
  msgParam: string;
}

/** Encodes a message for the OpenAPI: sampleMarkdown, or an action card whose buttons make the person say their words. */
export function encodeMessage(message: OutgoingMessage, options: EncodeOptions): EncodedMessage {
  const title = titleOf(message, options.robotName);
  const write = (buttons: Button[]) => (text: string) => JSON.stringify(cardParam(title, text, buttons, options));
  const buttons = fittingButtons(message.buttons, kept => write(kept)(''));
  const names = ['sampleMarkdown', 'sampleActionCard', ...[2, 3, 4, 5].map(count => `sampleActionCard${count}`)];
  return { msgKey: names[buttons.length] ?? 'sampleMarkdown', msgParam: fit(markdownOf(message), write(buttons)) };
}

/** The ways to put a message, richest first: a card with buttons, Markdown, plain text. Each is surely refused before the next is tried. */
export function encodings(message: OutgoingMessage, options: EncodeOptions): EncodedMessage[] {
  const rich = encodeMessage(message, options);
  const plain: EncodedMessage = {
    msgKey: 'sampleText',
    msgParam: fit(textOf(message), text => JSON.stringify({ content: text })),
  };
  if (rich.msgKey === 'sampleMarkdown') return [rich, plain];
  return [rich, encodeMessage({ ...message, buttons: [] }, options), plain];
}

/** The words without the signs of Markdown; what a button says is said. */
function textOf(message: OutgoingMessage): string {
  const words = wellFormed(message.markdown.trim() || message.title.trim())
    .replace(/\*\*|^#+ |^---$/gmu, '')
    .replace(/\n{3,}/gu, '\n\n');
  const says = message.buttons.map(({ say }) => `“${say}”`).join('、');
  return says === '' ? words : `${words}\n可回复：${wellFormed(says)}`;
}

function cardParam(title: string, text: string, buttons: Button[], options: EncodeOptions): Record<string, string> {
  const [only] = buttons;
  if (only === undefined) return { title, text };
  if (buttons.length === 1) return { title, text, singleTitle: labelOf(only), singleURL: pressUrl(only, options) };
  const param: Record<string, string> = { title, text };
  buttons.forEach((button, i) => {
    param[`actionTitle${i + 1}`] = labelOf(button);
    param[`actionURL${i + 1}`] = pressUrl(button, options);
  });
  return param;
}

/**
 * Encodes a message for the session webhook, as JSON text: markdown, or an action card with its buttons one under the other.
 * @param mention - user id to @, null for nobody; it must stand in the text, and for markdown in `at` too
 */
export function encodeWebhookBody(
  message: OutgoingMessage,
  options: EncodeOptions & { mention: string | null },
): string {
  const title = titleOf(message, options.robotName);
  const { mention } = options;
  const write = (buttons: Button[]) => (text: string) => {
    const words = mention === null ? text : `@${mention}  \n${text}`;
    if (buttons.length === 0) {
      const at = mention === null ? {} : { at: { atUserIds: [mention], atMobiles: [], isAtAll: false } };
      return JSON.stringify({ msgtype: 'markdown', markdown: { title, text: words }, ...at });
    }
    const btns = buttons.map(button => ({ title: labelOf(button), actionURL: pressUrl(button, options) }));
    return JSON.stringify({ msgtype: 'actionCard', actionCard: { title, text: words, btnOrientation: '0', btns } });
  };
  const buttons = fittingButtons(message.buttons, kept => write(kept)(''));
  return fit(markdownOf(message), write(buttons));
}

/** The link of a button: who presses it says its words in the chat. */
function pressUrl(button: Button, options: EncodeOptions): string {
  const words = wellFormed(options.group ? `@${options.robotName} ${button.say}` : button.say);
  return `dtmd://dingtalkclient/sendMessage?content=${encodeURIComponent(words)}`;
}

function labelOf(button: Button): string {
  return cutWhole(wellFormed(button.label).replace(/\s+/g, ' ').trim(), 40);
}

/** The preview; the robot's name where there is none. */
export function titleOf(message: OutgoingMessage, robotName: string): string {
  return cutWhole(wellFormed(message.title).replace(/\s+/g, ' ').trim() || robotName, 100);
}

/** DingTalk breaks a line only at "  \n". An empty text is refused, so the title speaks for it. */
export function markdownOf(message: OutgoingMessage): string {
  const lines = wellFormed(message.markdown.trim() || message.title.trim()).split(/\r\n|\r|\n/);
  return lines.map(line => line.trimEnd()).join('  \n');
}

function fittingButtons(buttons: Button[], write: (kept: Button[]) => string): Button[] {
  const kept = buttons.slice(0, maxButtons);
  while (kept.length > 0 && Buffer.byteLength(write(kept)) > maxFrameBytes) kept.pop();
  return kept;
}

/** Writes the text whole, or as many of its lines as fit (of a giant first line: its beginning) and a note. */
function fit(text: string, write: (text: string) => string): string {
  const fits = (candidate: string) => Buffer.byteLength(write(candidate)) <= maxParamBytes;
  if (fits(text)) return write(text);
  const lines = text.split('\n');
  const shown = (count: number) => [...lines.slice(0, count), cutNote].join('\n');
  const count = largest(lines.length, n => fits(shown(n)));
  if (count > 0 && lines.slice(0, count).some(line => line.trim() !== '')) return write(shown(count));
  const start = (length: number) => `${cutWhole(text, length)}  \n${cutNote}`;
  return write(start(largest(text.length, n => fits(start(n)))));
}

/** The largest n up to max for which a falling condition still holds; 0 if for none. */
function largest(max: number, holds: (n: number) => boolean): number {
  let low = 0;
  let high = max;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}
