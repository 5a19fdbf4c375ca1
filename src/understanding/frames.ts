// What a message means, as data: one Frame per act. The shapes follow docs/understanding.md (the annotation scheme).
import type { CivilDate, DateRange } from '../calendar/civil-date';

export interface TaskReport {
  no: number;
  status: 'done' | 'in_progress' | 'not_started' | 'long_term';
  /** 0–100, only when bound to progress words or the number itself. */
  percent?: number;
  /** What the sender added, unaltered. */
  note?: string;
  /** The difficulty, where this same sentence reports one (卡在…). */
  blocker?: string;
  /** Note and difficulty together as they were said, where there is a difficulty. */
  said?: string;
  /** false: no such number in the list. */
  exists?: boolean;
}

export interface TaskMention {
  no: number;
  exists?: boolean;
}

export type QueryScope = 'own' | 'unit' | 'all' | 'section' | 'measure' | 'keyword';
export type QueryStatus = 'undone' | 'overdue' | 'done' | 'in_progress' | 'long_term' | 'no_feedback';

/** States of a task that a question may ask for beside its status: 有堵点的, 挂起的, 待核销的, 未启动的. */
export type AskedState = 'blocked' | 'suspended' | 'closing' | 'not_started';

export interface QueryFrame {
  intent: 'query_tasks';
  scope: QueryScope;
  unit?: string | string[];
  section?: number;
  measure?: number;
  keyword?: string;
  role: 'lead' | 'support' | 'any';
  status: QueryStatus | null;
  state?: AskedState;
  /** 黄灯的, 绿灯的; 红灯 is asked for as `overdue`. */
  light?: 'red' | 'yellow' | 'green';
  range: (DateRange & { start_any?: boolean }) | null;
}

export type Frame =
  | QueryFrame
  | { intent: 'more' }
  | { intent: 'task_detail'; tasks: TaskMention[]; aspect?: 'content' | 'status' | 'deadline' | 'units' }
  | { intent: 'progress_update'; tasks: TaskReport[]; correction?: boolean }
  | { intent: 'request_extension'; tasks: TaskMention[]; until: CivilDate | null; reason: string | null }
  /** `note`: the difficulty; `need`: what is asked for to get over it (需…协调); `said`: both as they were said. */
  | { intent: 'report_blocker'; tasks: TaskMention[]; note: string; need?: string; said?: string }
  | { intent: 'confirm' }
  | { intent: 'deny' }
  | { intent: 'undo'; tasks?: TaskMention[] }
  | {
      intent: 'stats';
      metric: 'completion' | 'ranking' | 'no_feedback_units' | 'overdue_units';
      scope: 'all' | 'own' | 'unit' | 'section';
      unit?: string | string[];
      section?: number;
      range?: DateRange | null;
    }
  | {
      intent: 'reminder_settings';
      action: 'mute' | 'unmute' | 'lead_days' | 'quiet_hours' | 'schedule';
      until?: CivilDate | null;
      days?: number | number[];
      tasks?: TaskMention[];
    }
  | { intent: 'identity'; action: 'bind' | 'whoami' | 'unbind'; unit?: string; name?: string }
  | {
      intent: 'remind_others';
      unit?: string | string[];
      tasks?: TaskMention[];
      target?: 'no_feedback' | 'overdue' | 'undone';
    }
  | {
      intent: 'export';
      scope: 'own' | 'unit' | 'all';
      unit?: string | string[];
      status?: QueryStatus | null;
      range?: DateRange | null;
      format?: 'xlsx' | 'docx' | 'pdf';
    }
  /** 启用本群 / 停用本群 / 本群绑定 X / 本群清单 X. `target`: a unit's canonical name, "全区", or a list's short name. */
  | { intent: 'group_setup'; action: 'enable' | 'disable' | 'bind' | 'list'; target?: string; unknownTarget?: string }
  /** 核销 38 / 退回 38，理由: the office decides a closure that a unit has applied for. */
  | {
      intent: 'decide_closure';
      accept: boolean;
      tasks: TaskMention[];
      reason: string | null;
      /** Only 同意 or 不同意: whatever waits on the quoted task is meant. */
      any?: true;
    }
  /** 同意延期 41 / 同意延期41到8月底 / 不同意延期 41，理由 */
  | {
      intent: 'decide_extension';
      accept: boolean;
      tasks: TaskMention[];
      until: CivilDate | null;
      reason: string | null;
    }
  /** 挂起 38，理由 / 恢复 38 / 终止 38，理由 */
  | { intent: 'hold'; action: 'suspend' | 'resume' | 'terminate'; tasks: TaskMention[]; reason: string | null }
  /** 待办: what waits for the office. */
  | { intent: 'pending' }
  /** 答复堵点 3：… / 3的堵点已解决 */
  | { intent: 'answer_blocker'; tasks: TaskMention[]; text: string }
  | { intent: 'close_blocker'; tasks: TaskMention[]; text: string | null }
  /** 确认张三的身份 / 不同意张三的身份，理由 */
  | { intent: 'decide_identity'; accept: boolean; name: string; unit?: string; reason: string | null }
  /** 联络员换成李四 / 我请假到周五，由李四代 */
  | { intent: 'hand_over'; name: string }
  | { intent: 'deputy'; name: string; until: CivilDate | null }
  /** 登录: a link into the web site. */
  | { intent: 'login' }
  | { intent: 'help' }
  /** `about`: why it must be asked back; `candidates`: what it might mean. */
  | {
      intent: 'clarify';
      about: 'which_task' | 'which_unit' | 'too_wide' | 'unsure' | 'position';
      candidates?: string[];
    }
  | { intent: 'none' };

export type Intent = Frame['intent'];

/** What a message quotes, in the words of the list. */
export type QuotedContext =
  | { type: 'task_card' | 'reminder'; tasks: number[] }
  | { type: 'task_list'; items: { pos: number; no: number }[] }
  | { type: 'text'; text: string };

/** What the bot holds for this person. */
export interface TalkContext {
  /** A draft waits for yes or no. */
  pending?: string;
  tasks?: number[];
  last_update?: number[];
  /** The list shown last to this person, by position. */
  shown?: { pos: number; no: number }[];
  /** That list went on beyond what was shown: which one is its last they cannot have seen. */
  cut?: boolean;
}

/** The reading of one message; `also` holds its further acts. */
export interface Reading {
  frame: Frame;
  also: Frame[];
  /** Beside a report: numbers that stand in the message too, and of which no act speaks. */
  unread?: number[];
}
