// Makes one frame of several acts of one kind, and marks numbers that the list does not have.
import { isDeepStrictEqual } from 'node:util';
import { type Frame, type TaskMention, type TaskReport } from './frames';

/** More tasks than this in one report are no report a person can have checked. */
const mostReported = 20;

/** Joins the reports of a message into one frame, likewise questions about tasks and withdrawals. */
export function joinFrames(frames: readonly Frame[]): Frame[] {
  const joined: Frame[] = [];
  for (const frame of frames) {
    const same = joined.findIndex(other => canJoin(other, frame));
    const other = joined[same];
    if (!other) joined.push(frame);
    else joined[same] = join(other, frame);
  }
  return joined.map(frame =>
    frame.intent === 'progress_update' && frame.tasks.length > mostReported
      ? { intent: 'clarify', about: 'too_wide' }
      : frame,
  );
}

function canJoin(a: Frame, b: Frame): boolean {
  if (a.intent !== b.intent) return false;
  if (a.intent === 'progress_update' && b.intent === 'progress_update') return true;
  if (a.intent === 'task_detail' && b.intent === 'task_detail') return a.aspect === b.aspect;
  if (a.intent === 'clarify' && b.intent === 'clarify') return a.about === b.about;
  if (a.intent === 'decide_closure' && b.intent === 'decide_closure')
    return a.accept === b.accept && (a.reason === null || b.reason === null || a.reason === b.reason);
  return a.intent === 'undo' || a.intent === 'none' || isDeepStrictEqual(a, b);
}

function join(a: Frame, b: Frame): Frame {
  if (a.intent === 'progress_update' && b.intent === 'progress_update')
    return {
      intent: 'progress_update',
      // Said twice alike it is said once: "四十六项四十六项已经完成了".
      tasks: [...a.tasks, ...b.tasks.filter(task => !a.tasks.some(other => isDeepStrictEqual(other, task)))],
      ...(a.correction || b.correction ? { correction: true } : {}),
    };
  if (a.intent === 'task_detail' && b.intent === 'task_detail')
    return { ...a, tasks: distinct([...a.tasks, ...b.tasks]) };
  if (a.intent === 'decide_closure' && b.intent === 'decide_closure')
    return { ...a, tasks: distinct([...a.tasks, ...b.tasks]), reason: a.reason ?? b.reason };
  if (a.intent === 'undo' && b.intent === 'undo')
    return a.tasks && b.tasks ? { ...a, tasks: distinct([...a.tasks, ...b.tasks]) } : { intent: 'undo' };
  return a;
}

function distinct(tasks: TaskMention[]): TaskMention[] {
  return tasks.filter((task, i) => tasks.findIndex(other => other.no === task.no) === i);
}

/** Adds `exists: false` to every number the list does not have. */
export function markMissing(frame: Frame, taskExists: (no: number) => boolean): Frame {
  if (!('tasks' in frame) || frame.tasks === undefined) return frame;
  const mark = <T extends TaskMention | TaskReport>(task: T): T =>
    taskExists(task.no) ? task : { ...task, exists: false };
  if (frame.intent === 'progress_update') return { ...frame, tasks: frame.tasks.map(mark) };
  return { ...frame, tasks: frame.tasks.map(mark) };
}
