// What a list of messages may show of one: its title only.
import { renderReply } from '../rendering/render';
import { type Reply } from '../rendering/reply';

/** @param reply - as it is stored */
export function titleOfReply(reply: string): string {
  try {
    return renderReply(JSON.parse(reply) as Reply).title;
  } catch {
    return '（无法显示）';
  }
}
