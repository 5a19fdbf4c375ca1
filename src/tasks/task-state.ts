// The state machine of a task, what is owed on a day, and the light (亮灯). Pure: facts and dates in, verdicts out.
import { type CivilDate } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';
import { type TaskState } from '../database/entities/task';
import { AppError } from '../errors';
import { type Light } from '../rendering/light';

export type TaskAct =
  /** 申请办结 by a lead unit */
  | 'request_closure'
  /** the applicant takes the request back, or the unit reports that work goes on */
  | 'withdraw_closure'
  /** 核销 by the office */
  | 'accept_closure'
  /** 退回 by the office */
  | 'return_closure'
  /** 挂起, 恢复, 终止 by the office */
  | 'suspend'
  | 'resume'
  | 'terminate';

/** What the state machine needs to know of a task. */
export interface TaskFacts {
  state: TaskState;
  due: CivilDate | null;
  longTerm: boolean;
}

const refusals: Record<TaskState, string> = {
  active: '',
  closing: '已申请办结，正在等待区优化办核销',
  closed: '已销号',
  ongoing: '阶段目标已核销，转为长期推进',
  suspended: '已挂起',
  terminated: '已终止',
};

const refusedActs: Record<TaskAct, string> = {
  request_closure: '不能申请办结',
  withdraw_closure: '没有可收回的办结申请',
  accept_closure: '当前没有待核销的办结申请',
  return_closure: '当前没有待核销的办结申请',
  suspend: '不能挂起',
  resume: '正在推进中，无需恢复',
  terminate: '不能终止',
};

/** How a state is called in a reply. */
export const stateNames: Record<TaskState, string> = {
  active: '推进中',
  closing: '申请办结，待核销',
  closed: '已销号',
  ongoing: '长期推进',
  suspended: '已挂起',
  terminated: '已终止',
};

/**
 * The state after an act. The only place where states change.
 * Accepting the milestone of a long-term task makes it a standing one (ongoing), of any other task closes it.
 * @throws AppError task_closed (exposed) when the act does not fit the state
 * Source: product description §2, "State"
 */
export function nextState(task: TaskFacts, act: TaskAct): TaskState {
  switch (act) {
    case 'request_closure':
      if (task.state === 'active' || task.state === 'closing') return 'closing';
      break;
    case 'withdraw_closure':
      if (task.state === 'closing' || task.state === 'active') return 'active';
      break;
    case 'accept_closure':
      if (task.state === 'closing') return task.longTerm ? 'ongoing' : 'closed';
      break;
    case 'return_closure':
      if (task.state === 'closing') return 'active';
      break;
    case 'suspend':
      if (task.state === 'active' || task.state === 'closing' || task.state === 'ongoing') return 'suspended';
      break;
    case 'resume':
      if (task.state === 'suspended' || task.state === 'terminated') return 'active';
      break;
    case 'terminate':
      if (task.state !== 'terminated' && task.state !== 'closed') return 'terminated';
      break;
  }
  throw new AppError('task_closed', refusals[task.state] || refusedActs[act], { expose: true });
}

/** A date can be asked for, and moved, only while the unit works on the task: not while or after its closure is decided. */
export function canExtend(state: TaskState): boolean {
  return state === 'active';
}

/** True while progress on the task is still expected; long-term standing tasks take reports but owe nothing by a date. */
export function isOpen(state: TaskState): boolean {
  return state === 'active' || state === 'closing';
}

export interface Duty {
  due: CivilDate;
  /** The last workday on or before the due date. */
  actionDay: CivilDate;
  overdue: boolean;
  /** Workdays from today to the action day; 0 on it; negative after it. */
  workdaysLeft: number;
}

/**
 * What is owed by a date on a given day; null when nothing is (no date, closed, standing, suspended, awaiting the office).
 * The one place that rules whether "2023年6月底，长期推进" is overdue: until the office has accepted its milestone, it is.
 */
export function dutyOn(task: TaskFacts, today: CivilDate, calendar: WorkCalendar): Duty | null {
  if (task.due === null || task.state !== 'active') return null;
  const actionDay = calendar.onOrBefore(task.due);
  return {
    due: task.due,
    actionDay,
    overdue: today > task.due,
    workdaysLeft: calendar.workdaysBetween(today, actionDay),
  };
}

const yellowWithinWorkdays = 7;

/**
 * 亮灯: red overdue, or returned by the office and not answered; yellow within 7 workdays of the action day or with an open blocker; white closed or nothing owed any more;
 * green otherwise. Source: product description §2, "Light".
 */
export function lightOn(
  task: TaskFacts & { openBlockers: number; returned?: boolean },
  today: CivilDate,
  calendar: WorkCalendar,
): Light {
  if (!isOpen(task.state)) return 'white';
  const duty = dutyOn(task, today, calendar);
  if (duty?.overdue || task.returned) return 'red';
  if (task.openBlockers > 0) return 'yellow';
  if (duty && duty.workdaysLeft <= yellowWithinWorkdays) return 'yellow';
  return 'green';
}

/** True when nothing more is asked for of a task in this state: applied for, closed, suspended or ended. */
export const isSettled = (state: TaskState): boolean => state !== 'active' && state !== 'ongoing';
