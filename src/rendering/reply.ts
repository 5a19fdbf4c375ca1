// Reply: everything the bot can say, as data. One member per template in templates/replies; the words are there, not here.
import { type Light } from './light';

/** One task as a line of a list or card. */
export interface TaskLine {
  no: number;
  light: Light;
  /** Content, shortened to fit a phone. */
  short: string;
  /** 牵头, 配合, 参与 (through a collective); null when asked about more than one unit. */
  role: string | null;
  /** Lead units, when asked about more than one unit. */
  leads: string | null;
  /** "6月底到期，剩4个工作日", "5月底到期，已逾期17个工作日", "长期推进" */
  when: string;
  /** "未反馈", "80%（06-26）", "推进中（06-26）"; null when the asker may see the public part only. */
  progress: string | null;
}

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
      when: string;
      state: string;
      /** Lines about units' progress the asker may see. */
      progress: string[];
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
    }
  | { template: 'already_recorded'; items: { no: number; at: string }[] }
  | { template: 'undone'; items: { no: number; line: string }[] }
  | { template: 'nothing_to_undo'; nos: number[]; minutes: number }
  | { template: 'confirm_first'; reasons: string[]; items: { no: number; line: string }[]; minutes: number }
  | { template: 'nothing_pending' }
  | { template: 'denied' }
  | { template: 'which_task'; candidates: { no: number; short: string }[] }
  | { template: 'which_position' }
  | { template: 'which_unit'; candidates: string[] }
  | { template: 'not_sure'; candidates: string[] }
  | { template: 'too_wide' }
  | { template: 'refused'; sentence: string }
  | { template: 'not_your_task'; items: { no: number; leads: string }[]; unit: string }
  | { template: 'task_missing'; nos: number[]; list: string; range: string }
  | { template: 'stranger' }
  | { template: 'who_am_i'; name: string; posts: string[]; unit: string | null; group: string | null }
  | { template: 'help'; role: 'unit' | 'office' | 'member'; exampleNo: number | null }
  | { template: 'suggestions'; suggestions: string[] }
  | { template: 'summary'; list: string; asOf: string; heading: string; lines: string[] }
  | { template: 'unit_names'; list: string; asOf: string; heading: string; units: string[]; note: string | null }
  | { template: 'no_list' }
  | { template: 'nothing_more' }
  | { template: 'secrecy_refused'; mark: string }
  | { template: 'too_old'; said: string }
  | { template: 'apology'; number: string }
  | {
      template: 'office_notice';
      kind: 'closure' | 'blocker';
      unit: string;
      person: string;
      list: string;
      no: number;
      short: string;
      text: string | null;
    }
  | { template: 'closure_decided'; no: number; short: string; accepted: boolean; state: string; reason: string | null }
  | {
      template: 'morning_card';
      /** "6月27日 周二" */
      date: string;
      list: string;
      /** One unit for a unit's group or a liaison; several, worst first, for a group of the whole district. */
      units: CardUnit[];
      /** Names of the further units that owe, beyond those shown. */
      otherUnits: string[];
      exampleNo: number | null;
      /** "2027年节假日安排尚未录入，工作日按周一至周五推算" */
      warning: string | null;
    }
  | { template: 'all_clear'; date: string; unit: string | null; next: string | null }
  /** Several answers to one message, said as one. */
  | { template: 'several'; parts: Reply[] };

export type TemplateName = Reply['template'];
