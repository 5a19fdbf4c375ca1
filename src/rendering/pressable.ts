// Which replies go as cards where the platform has cards.
import { type Card } from './card-reply';
import { type Reply } from './reply';

const templates: Record<Card['template'], true> = { morning_card: true, office_notice: true };

export function isPressable(reply: Reply): reply is Card {
  return reply.template in templates;
}
