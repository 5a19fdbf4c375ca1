// A pressed button: what it says is looked up in what was sent, and becomes a message of whoever pressed, with no other rights than theirs.
import { createHash } from 'node:crypto';
import { type DataSource, type EntityManager } from 'typeorm';
import { type Clock } from '../clock';
import { InboxMessage, OutboxMessage } from '../database/entities/message';
import { messageOf } from '../errors';
import { type Logger } from '../logger';
import { type ButtonPress, type Conversation, type IncomingMessage } from '../messages';
import { type CardReply } from '../rendering/card-reply';
import { renderReply } from '../rendering/render';
import { type Reply } from '../rendering/reply';

type PressOutcome = Extract<CardReply, { template: 'press_note' }>['outcome'];

/** The same button pressed twice within this time is one press: platforms deliver again, and thumbs tremble. */
const oncePerMs = 90_000;

export interface PressParts {
  dataSource: DataSource;
  clock: Clock;
  logger: Logger;
  /** Stores a message and returns once it is committed. */
  receive: (message: IncomingMessage) => Promise<void>;
}

/** Makes what takes presses: it stores what the button says, and gives a few words for whoever pressed. It never rejects. */
export function createPressTaker(parts: PressParts): (press: ButtonPress) => Promise<string> {
  return async press => {
    let outcome: PressOutcome = 'failed';
    try {
      outcome = await take(parts, press);
      parts.logger.info({ event: 'press_taken', key: press.key, outcome });
    } catch (thrown) {
      parts.logger.error({ event: 'press_not_stored', key: press.key, reason: messageOf(thrown) });
    }
    return renderReply({ template: 'press_note', outcome }).markdown;
  };
}

async function take({ dataSource: { manager }, receive }: PressParts, press: ButtonPress): Promise<PressOutcome> {
  const card = await manager.findOneBy(OutboxMessage, { id: press.key });
  if (!card) return 'gone';
  if (card.recipient.kind === 'person' && card.recipient.staffId !== press.staffId) return 'not_yours';
  const button = renderReply(card.reply as Reply).buttons[press.button];
  if (!button) return 'gone';
  const slot = Math.floor(new Date(press.pressedAt).getTime() / oncePerMs);
  if (await pressedJustBefore(manager, press, slot - 1)) return 'taken';
  await receive({
    channel: press.channel,
    robotCode: press.robotCode,
    messageId: pressId(press, slot),
    conversation: await conversationOf(manager, card, press),
    sender: { staffId: press.staffId, nick: '' },
    kind: 'text',
    text: button.say,
    quoted: {
      messageId: null,
      providerKey: card.providerKey,
      fromBot: true,
      text: null,
      sentAt: card.sentAt?.toISOString() ?? null,
    },
    attachments: [],
    sentAt: press.pressedAt,
    replyUrl: null,
  });
  return 'taken';
}

/** Platforms give a press no id of its own: card, button, person and time make one. */
function pressId({ key, button, staffId }: ButtonPress, slot: number): string {
  return `press:${createHash('sha256').update(`${key} ${button} ${slot} ${staffId}`).digest('base64url')}`;
}

/** In the time slot before this one, and yet within the time. */
async function pressedJustBefore(manager: EntityManager, press: ButtonPress, slot: number): Promise<boolean> {
  const { robotCode, pressedAt } = press;
  const before = await manager.findOneBy(InboxMessage, { robotCode, messageId: pressId(press, slot) });
  return before !== null && new Date(pressedAt).getTime() - before.sentAt.getTime() < oncePerMs;
}

/**
 * A card of a group was pressed in its group; a private one in the chat its owner uses with the bot, so that what is asked back
 * there is remembered there.
 */
async function conversationOf(manager: EntityManager, card: OutboxMessage, press: ButtonPress): Promise<Conversation> {
  if (card.recipient.kind === 'group') return { id: card.recipient.conversationId, kind: 'group', title: null };
  const [chat]: { conversationId: string }[] = await manager.query(
    `SELECT s.conversationId FROM conversation_states s
      WHERE s.speakerId = ? AND NOT EXISTS (SELECT 1 FROM chat_groups g WHERE g.conversationId = s.conversationId)
      ORDER BY s.updatedAt DESC LIMIT 1`,
    [press.staffId],
  );
  const id = chat?.conversationId ?? press.conversationId ?? `private:${press.staffId}`;
  return { id, kind: 'private', title: null };
}
