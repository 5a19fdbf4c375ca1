// What cards say after they were sent.
import { type Reply } from './reply';

/** One thing done about a task. */
export interface CardChange {
  no: number;
  act:
    | 'report'
    | 'undo'
    | 'request_extension'
    | 'accept_closure'
    | 'return_closure'
    | 'accept_extension'
    | 'refuse_extension'
    | 'answer_blocker'
    | 'close_blocker'
    | 'suspend'
    | 'resume'
    | 'terminate';
  /** Of reports: "80%", "已完成". */
  fact: string | null;
  by: string;
  /** "06-26 08:26" */
  at: string;
}

export type CardReply =
  /** A card that was sent, and what has been done since about the tasks it shows; `keeps` = which of its buttons. */
  | { template: 'card_changed'; card: Reply; items: CardChange[]; keeps: 'all' | 'without_reporting' | 'none' }
  /** A few words to whoever pressed a button, on the card itself. */
  | { template: 'press_note'; outcome: 'taken' | 'failed' | 'not_yours' | 'gone' };
