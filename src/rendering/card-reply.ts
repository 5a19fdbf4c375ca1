// The office's cards, and what cards say after they were sent.
import { type ReminderReply } from './reminder-reply';

/** To the office: what a unit asks for. */
export interface OfficeNotice {
  template: 'office_notice';
  kind: 'closure' | 'blocker' | 'extension';
  unit: string;
  person: string;
  list: string;
  no: number;
  /** How the task is named in an answer: "38"; "营商38" where there are several lists. */
  ref?: string;
  /** The same in what a button says: with the list's name also where there is one list, for another may come. */
  said?: string;
  short: string;
  text: string | null;
  /** Of extensions: the day asked for, and whether it takes the place of an earlier request. */
  until: string | null;
  again?: boolean;
  /** Of closures: further lead units that are not done. */
  others: string[];
}

/** Replies that are cards where the platform has cards: their buttons stay useful, and they change when what they ask for is done. */
export type Card = Extract<ReminderReply, { template: 'morning_card' }> | OfficeNotice;

/** One thing done about a task. */
export interface CardChange {
  no: number;
  act:
    | 'report'
    | 'undo'
    | 'request_extension'
    | 'withdraw_extension'
    | 'withdraw_closure'
    | 'withdraw_blocker'
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
  | OfficeNotice
  /** A card that was sent, and what has been done since about the tasks it shows; `keeps` = which of its buttons. */
  | { template: 'card_changed'; card: Card; items: CardChange[]; keeps: 'all' | 'without_reporting' | 'none' }
  /** A few words to whoever pressed a button, on the card itself. */
  | { template: 'press_note'; outcome: 'taken' | 'failed' | 'not_yours' | 'gone' };
