// One message may report on one task twice (80%, and a difficulty): it becomes one report, because a message changes a task once.
import { type Frame, type TaskReport } from '../understanding/frames';

/** True for acts that write by a task's number alone. */
export function writesByNumber(frame: Frame): boolean {
  switch (frame.intent) {
    case 'progress_update':
    case 'report_blocker':
    case 'request_extension':
    case 'decide_closure':
    case 'decide_extension':
    case 'hold':
    case 'answer_blocker':
    case 'close_blocker':
      return frame.tasks.length > 0;
    case 'remind_others':
      return (frame.tasks?.length ?? 0) > 0;
    default:
      return false;
  }
}

/** True for what begins a new report, or tries to: an older draft no longer waits then. */
export function voidsDraft(frame: Frame): boolean {
  return frame.intent === 'clarify' || writesByNumber(frame);
}

/** Puts difficulties into the report of the same message, where there is one. */
export function joinReports(frames: readonly Frame[]): Frame[] {
  const report = frames.find(frame => frame.intent === 'progress_update');
  const blockers = frames.filter(frame => frame.intent === 'report_blocker');
  if (blockers.length === 0 || (!report && blockers.length === 1)) return [...frames];
  const tasks = blockers.flatMap(({ tasks: named, note, need }) =>
    named.map(({ no }): TaskReport => ({
      no,
      status: 'in_progress',
      blocker: need === undefined ? note : `${note}；${need}`,
    })),
  );
  const joined: Frame = { intent: 'progress_update', ...report, tasks: [...(report?.tasks ?? []), ...tasks] };
  const at = frames.findIndex(frame => frame === report || frame.intent === 'report_blocker');
  return frames.flatMap((frame, i) => {
    if (i === at) return [joined];
    return frame === report || frame.intent === 'report_blocker' ? [] : [frame];
  });
}
