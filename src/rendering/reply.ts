// Reply: everything the bot can say, as data. One member per template in templates/replies; the words are there, not here.
import { type FileWanted } from './file-wanted';
import { type CardReply } from './card-reply';
import { type ImportReply } from './import-reply';
import { type Light } from './light';
import { type ReminderReply } from './reminder-reply';
import { type TaskLine } from './task-line';

export type Reply =
  | { template: 'group_introduction'; robot: string; groupId: string; officeHint: boolean }
  | { template: 'group_enabled'; list: string | null; scope: string | null }
  | { template: 'group_disabled' }
  | { template: 'group_bound'; target: string; list: string | null }
  | { template: 'group_list'; list: string; title: string }
  | { template: 'group_target_unknown'; target: string; suggestions: string[] }
  | {
      template: 'task_list';
      /** "区市场监管局 · 本周任务" */
      heading: string;
      list: string;
      /** "6月26日—7月2日"; null without a range */
      period: string | null;
      asOf: string;
      /** "本周到期 10 项（牵头 9、配合 1），逾期 2 项（配合 2）" */
      summary: string;
      tasks: TaskLine[];
      remaining: number;
      /** "下一批：8月底 21 项" */
      next: string | null;
      /** A task number to show in the example of how to answer; null when the asker may not report. */
      exampleNo: number | null;
    }
  | {
      template: 'task_detail';
      list: string;
      no: number;
      light: Light;
      content: string;
      section: string | null;
      measure: string | null;
      leads: string;
      supports: string;
      deadlineText: string;
      when: string | null;
      state: string;
      /** Lines about units' progress the asker may see. */
      progress: string[];
      /** Units that have not reported, for those who may see. */
      missing: string[];
      timeline: string[];
      asOf: string;
    }
  | {
      template: 'receipt';
      unit: string;
      person: string;
      at: string;
      /** "进度 未反馈→80%：公章刻制已并联审批" */
      items: { no: number; line: string }[];
      undoMinutes: number;
      /** How many of them changed what stands; the others are in the history only. */
      recorded: number;
    }
  | { template: 'already_recorded'; items: { no: number; at: string }[] }
  /** `late`: the report was in the history only ("60%"), and `line` is what stands as before; null for others. */
  | { template: 'undone'; items: { no: number; line: string; late: string | null }[] }
  | { template: 'nothing_to_undo'; nos: number[]; minutes: number }
  | { template: 'confirm_first'; reasons: string[]; items: { no: number; line: string }[]; minutes: number }
  | { template: 'nothing_pending' }
  | { template: 'denied' }
  /** `wants`: what was said without a number; else a report of how far a task is. */
  | { template: 'which_task'; candidates: { no: number; short: string }[]; wants?: 'done' | 'extension' }
  | { template: 'which_position' }
  | { template: 'which_list'; lists: string[] }
  | { template: 'which_unit'; candidates: string[] }
  | { template: 'not_sure'; candidates: string[] }
  | { template: 'too_wide' }
  /** Named beside what was recorded, and not recorded. */
  | { template: 'not_recorded'; nos: number[] }
  | { template: 'refused'; sentence: string }
  | { template: 'not_your_task'; items: { no: number; leads: string }[]; unit: string }
  | { template: 'task_missing'; nos: number[]; list: string; range: string; reported: boolean }
  | { template: 'stranger' }
  | { template: 'who_am_i'; name: string; posts: string[]; unit: string | null; group: string | null }
  /** `moment`: what this person could do right now, as a sentence; null when nothing stands out. */
  | { template: 'help'; role: 'unit' | 'office' | 'admin' | 'member'; exampleNo: number | null; moment: string | null }
  | { template: 'suggestions'; suggestions: string[] }
  /** `picture`: drawn and sent with the words, where the platform takes pictures. */
  | { template: 'summary'; list: string; asOf: string; heading: string; lines: string[]; picture?: FileWanted }
  /** A file; its words are shown only where it cannot be handed over. */
  | { template: 'file_sent'; what: string; instead: string; file: FileWanted }
  /** The file is on its way to a private chat. */
  | { template: 'paper_made'; what: string; asOf: string; note: string }
  | { template: 'unit_names'; list: string; asOf: string; heading: string; units: string[]; note: string | null }
  | { template: 'no_list' }
  | { template: 'nothing_more' }
  /** A one-time link into the web site, or to a file. `what`: 登录网页, 下载台账. */
  | { template: 'web_link'; what: string; url: string; minutes: number }
  | { template: 'secrecy_refused'; mark: string }
  | { template: 'too_old'; said: string }
  | { template: 'apology'; number: string }
  | {
      template: 'extension_requested';
      no: number;
      short: string;
      due: string;
      until: string;
      reason: string;
      /** It takes the place of an earlier one that was still open. */
      again: boolean;
    }
  | { template: 'extension_withdrawn'; no: number; short: string; unit: string; person: string; due: string }
  | { template: 'extension_incomplete'; no: number; lacksDay: boolean; lacksReason: boolean }
  | { template: 'extension_decided'; no: number; short: string; accepted: boolean; due: string; reason: string | null }
  /** A new version of a list has been taken over; lines: "第38项 …：完成时限：6月底→9月底". */
  | { template: 'list_changed'; list: string; unit: string; count: number; lines: string[]; more: number }
  | {
      template: 'task_held';
      no: number;
      short: string;
      state: string;
      reason: string | null;
      /** What no longer waits for the office. */
      withdrawn: ('closure' | 'extension')[];
      /** Told to who had applied, where it can be done again later. */
      applyAgain: boolean;
    }
  | { template: 'pending_list'; asOf: string; count: number; lines: string[]; more: number }
  | { template: 'blocker_answered'; no: number; short: string; text: string; by: string }
  | { template: 'blocker_closed'; no: number; short: string; texts: string[]; by: string }
  | {
      template: 'urged';
      asked: { unit: string; nos: number[] }[];
      skipped: { unit: string; nos: number[]; why: string }[];
      moreSkipped: number;
    }
  | {
      template: 'urge_notice';
      unit: string;
      list: string;
      by: string;
      tasks: TaskLine[];
      more: number;
      exampleNo: number;
    }
  | {
      template: 'identity_claimed';
      name: string;
      unit: string;
      fromContacts: boolean;
      /** What was held in the name of another unit, and is not recorded. */
      ended: { unit: string; count: number } | null;
    }
  /** To somebody whose claim is open; `refused` = they have asked for what only members of a unit may. */
  | { template: 'claim_waiting'; name: string; unit: string; fromContacts: boolean; held: number; refused: boolean }
  /** `namesake` = the post of somebody with this name and another account in the unit. */
  | {
      template: 'identity_notice';
      name: string;
      unit: string;
      nick: string;
      fromContacts: boolean;
      namesake: string | null;
    }
  | { template: 'identity_decided'; name: string; unit: string; accepted: boolean; reason: string | null; held: number }
  /** A report of somebody whose identity is not confirmed yet. */
  | { template: 'held'; name: string; unit: string }
  /** 撤回 before the identity is confirmed. */
  | { template: 'held_dropped'; dropped: number; left: number; minutes: number }
  | { template: 'handed_over'; unit: string; to: string; from: string[] }
  | { template: 'deputy_named'; unit: string; name: string; standsInFor: string; until: string }
  | { template: 'blocker_withdrawn'; no: number; short: string; unit: string; person: string; text: string }
  | { template: 'closure_withdrawn'; no: number; short: string; unit: string; person: string }
  | { template: 'evidence_kept'; no: number; count: number }
  | { template: 'closure_decided'; no: number; short: string; accepted: boolean; state: string; reason: string | null }
  /** A part of the bot has not worked for minutes; `until` = it does again. */
  | { template: 'trouble'; part: string; since: string; until: string | null; reason: string }
  | ImportReply
  | CardReply
  | ReminderReply
  /** An answer that concerns one of several lists, with the list's short name above it. */
  | { template: 'of_list'; list: string; part: Reply }
  /** Several answers to one message, said as one. */
  | { template: 'several'; parts: Reply[] };

export type TemplateName = Reply['template'];

/** The picture or file that goes with a reply; null for words alone. */
export function fileWantedBy(reply: Reply): FileWanted | null {
  if (reply.template === 'file_sent') return reply.file;
  return reply.template === 'summary' ? (reply.picture ?? null) : null;
}
