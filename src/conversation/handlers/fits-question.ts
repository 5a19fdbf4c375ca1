// Which tasks a question means by their state: 逾期的, 未反馈的, 有堵点的, 挂起的, 黄灯的.
import { type CivilDate } from '../../calendar/civil-date';
import { type WorkCalendar } from '../../calendar/work-calendar';
import { type ActorUnit } from '../../directory/identity';
import { partOf, type TaskView } from '../../tasks/task-queries';
import { isOpen, lightOn } from '../../tasks/task-state';
import { type AskedState, type QueryFrame, type QueryStatus } from '../../understanding/frames';

type Wanted = Pick<QueryFrame, 'status' | 'state' | 'light'>;

const statusNames: Record<QueryStatus, string> = {
  undone: '未完成任务',
  overdue: '逾期任务',
  done: '已完成任务',
  in_progress: '推进中任务',
  long_term: '长期推进任务',
  no_feedback: '未反馈任务',
};

const askedNames: Record<AskedState, string> = {
  blocked: '有堵点任务',
  suspended: '挂起任务',
  closing: '待核销任务',
  not_started: '未启动任务',
};

const lightNames = { red: '红灯任务', yellow: '黄灯任务', green: '绿灯任务' } as const;

/** True where a question names no state: then it wants what is open. */
export const isPlain = ({ status, state, light }: Wanted): boolean =>
  status === null && state === undefined && light === undefined;

/** "逾期任务", "有堵点任务"; null where no state is named. */
export function wantedName({ status, state, light }: Wanted): string | null {
  if (light) return lightNames[light];
  if (state) return askedNames[state];
  return status ? statusNames[status] : null;
}

/** What somebody outside the directory may not learn: who has reported what. */
const ofReports: ReadonlySet<QueryStatus> = new Set<QueryStatus>(['no_feedback', 'done', 'in_progress']);
export const restsOnReports = ({ status, state, light }: Wanted): boolean =>
  state !== undefined || light !== undefined || (status !== null && ofReports.has(status));

/** What the state of a task is looked at for. */
export interface Asking {
  /** The one unit asked about; null = several or all. */
  unit: ActorUnit | null;
  today: CivilDate;
  calendar: WorkCalendar;
}

/** True for a task in the state that is asked for. */
export function fitsQuestion(task: TaskView, { status, state, light }: Wanted, asking: Asking): boolean {
  if (light !== undefined) return lightOn(task, asking.today, asking.calendar) === light;
  return state === undefined ? fitsStatus(task, asking, status, asking.today) : fitsState(task, asking, state);
}

function fitsState(task: TaskView, { unit }: Asking, state: AskedState): boolean {
  switch (state) {
    case 'blocked':
      return task.openBlockers > 0;
    case 'suspended':
    case 'closing':
      return task.state === state;
    case 'not_started': {
      const part = unit ? partOf(task, unit) : null;
      const parties = part ? [part] : task.parties.filter(({ role }) => role === 'lead');
      return isOpen(task.state) && parties.some(party => party.status === 'not_started');
    }
  }
}

function fitsStatus(task: TaskView, asked: Asking, status: QueryStatus | null, today: CivilDate): boolean {
  const part = asked.unit ? partOf(task, asked.unit) : null;
  const done = !isOpen(task.state) || task.state === 'closing' || (part?.done ?? false);
  switch (status) {
    case 'undone':
      return isOpen(task.state) && !(part?.done ?? false);
    case 'overdue':
      return isOverdue(task, today) && !(part?.role === 'support' && part.done);
    case 'done':
      return done && task.state !== 'suspended' && task.state !== 'terminated';
    case 'in_progress':
      return !done && (part ? part.lastReportedAt !== null : task.parties.some(party => party.lastReportedAt !== null));
    case 'long_term':
      return task.state === 'ongoing' || (isOpen(task.state) && task.longTerm && task.due === null);
    case 'no_feedback':
      return (
        isOpen(task.state) &&
        (part ? part.lastReportedAt === null : task.parties.every(party => party.lastReportedAt === null))
      );
    case null:
      return isOpen(task.state);
  }
}

export function isOverdue(task: TaskView, today: CivilDate): boolean {
  return task.state === 'active' && task.due !== null && task.due < today;
}
