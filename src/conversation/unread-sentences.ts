// Sentences that seemed meant for the bot and were not understood: kept for the office, so that the grammar can grow from real use.
import { UnreadSentence } from '../database/entities/message';
import { newId } from '../ids';
import { type Turn } from './turn';

/** Plain chat is not kept longer than it serves. */
const keptDays = 90;

/** Keeps the sentence, without its sender. Messages with a 密级 mark never get here. */
export async function keepUnread(turn: Turn, outcome: string): Promise<void> {
  const { manager, message, now } = turn;
  await manager.insert(UnreadSentence, {
    id: newId(),
    conversationId: message.conversation.id,
    text: message.text.slice(0, 4000),
    outcome: outcome.slice(0, 60),
    saidAt: now,
  });
  await manager.query('DELETE FROM unread_sentences WHERE saidAt < ? LIMIT 100', [
    new Date(now.getTime() - keptDays * 86_400_000),
  ]);
}
