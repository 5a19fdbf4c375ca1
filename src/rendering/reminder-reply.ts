// What the bot says unasked, as data: morning cards, escalations, digests. One member per template in templates/replies.
import { type TaskLine } from './task-line';

/** A unit's share of a morning card. */
export interface CardUnit {
  unit: string;
  overdue: number;
  dueThisWeek: number;
  dueWithin15: number;
  /** At most five; `more` = how many further ones are owed. */
  tasks: TaskLine[];
  more: number;
}

/** What a unit is asked about its standing tasks. */
export interface CardStanding {
  unit: string;
  /** "第三季度" */
  period: string;
  tasks: TaskLine[];
  more: number;
}

/** What of a card did not fit on it: shown on the next page. */
export interface CardRest {
  unitId: string;
  unit: string;
  listId: string;
  nos: number[];
}

/** The one task a card is about, when it is about one. */
export interface CardTask {
  no: number;
  /** The unit leads and the due date is not over, so that it may ask for more time. */
  mayExtend: boolean;
}

export type ReminderReply =
  | {
      template: 'morning_card';
      /** "6月27日 周二" */
      date: string;
      list: string;
      /** One unit for a unit's group or a liaison; several, worst first, for a group of the whole district. */
      units: CardUnit[];
      /** Names of the further units that owe, beyond those shown. */
      otherUnits: string[];
      standing: CardStanding[];
      /** On a card of many units: "区财政局3项" for each unit asked about standing tasks. */
      standingUnits: string[];
      /** Not shown but kept, for 下一页. */
      rest: CardRest[];
      exampleNo: number | null;
      /** Short name of the example's list, where a number alone would be asked about; '' elsewhere. Absent on cards of before. */
      exampleList?: string;
      only: CardTask | null;
      /** Several tasks of one unit: the buttons 已完成 and 申请延期 ask which. Absent on cards of before. */
      asks?: { mayExtend: boolean } | null;
      /** Whoever reads it may put it off. */
      snooze: boolean;
      /** "2027年节假日安排尚未录入，工作日按周一至周五推算" */
      warning: string | null;
    }
  /** The next page of a card. */
  | {
      template: 'card_page';
      date: string;
      units: { unit: string; tasks: TaskLine[] }[];
      /** Units still to come. */
      remaining: number;
      rest: CardRest[];
    }
  | {
      template: 'reminder_moved';
      /** "给您的提醒", "本群的提醒" */
      whose: string;
      /** Empty = everything. */
      nos: number[];
      /** The morning on which it comes, "6月28日 周三". */
      until: string;
      /** It comes again with what was put off; else it is only taken up again. */
      again: boolean;
      /** Tasks that are due before that morning. */
      dueBefore: { no: number; due: string }[];
    }
  /** To a unit's leader: what has become overdue. */
  | { template: 'leader_overdue'; date: string; units: { unit: string; tasks: TaskLine[]; more: number }[] }
  /** To a unit's leader: the week. */
  | { template: 'leader_week'; date: string; units: CardUnit[] }
  | {
      /** To the office on a workday on which there is something to settle. */
      template: 'office_day';
      date: string;
      /** 黄牌 and 红牌 since the last one, by unit: "区住建局：第38项、第39项（5月底到期，已逾期3个工作日）"; and how many stand. */
      yellow: string[];
      red: string[];
      standing: string;
      /** Tasks led by a collective: who owes is for the office to say. */
      undecided: string[];
      unreachable: string[];
      leaderless: string[];
      /** Mornings that did not go out, messages that failed or are in doubt. */
      trouble: string[];
    }
  | { template: 'office_week'; date: string; lists: { list: string; lines: string[] }[]; warnings: string[] }
  | { template: 'quota_warning'; month: string; percent: number; calls: string; messages: string; saving: boolean }
  /** To the office: the platform has taken the words from what people say since then; nothing can be answered. */
  | { template: 'words_withheld'; since: string }
  | { template: 'reminders_resumed'; whose: string; from: string }
  | { template: 'card_settled'; items: { no: number; state: string }[] }
  | { template: 'all_clear'; date: string; unit: string | null; next: string | null };
