// 38进展, 第38项是干什么的, 38完成了吗？: one task with its units, deadline, state and, for those who may see it, its history.
import { maySeeProgressOf } from '../../directory/identity';
import { type Reply } from '../../rendering/reply';
import { momentName, shorten } from '../../rendering/wording';
import { leadNames, namesOf, progressOf, roleName, whenOf } from '../../tasks/task-line';
import { findTasks, type TaskView } from '../../tasks/task-queries';
import { lightOn, stateNames } from '../../tasks/task-state';
import { type Frame } from '../../understanding/frames';
import { type Handler, type Turn } from '../turn';
import { missingTasks } from './missing-tasks';

const maxTasks = 5;
const timelineLength = 5;

/** The numbered tasks a person asks about, at most five at a time. */
export const showTask: Handler<Extract<Frame, { intent: 'task_detail' }>> = async (turn, frame) => {
  if (!turn.list) return { template: 'no_list' };
  const asked = [...new Set(frame.tasks.map(task => task.no))];
  const nos = asked.length > 0 ? asked : turn.quotedNos;
  if (nos.length === 0) return { template: 'which_task', candidates: [] };
  const found = await findTasks(turn.manager, { listId: turn.list.id, itemNos: nos.slice(0, maxTasks) });
  const parts: Reply[] = await Promise.all(found.map(task => detailOf(turn, task)));
  const missing = nos.slice(0, maxTasks).filter(no => !found.some(task => task.itemNo === no));
  if (missing.length > 0) parts.push(await missingTasks(turn, missing));
  if (found.length > 0) turn.shows = { listId: turn.list.id, itemNos: found.map(task => task.itemNo) };
  return parts.length === 1 ? (parts[0] ?? null) : { template: 'several', parts };
};

async function detailOf(turn: Turn, task: TaskView): Promise<Reply> {
  const onTask = new Set(task.parties.map(party => party.unitId).filter(id => id !== ''));
  const visible = task.parties.filter(
    party => party.unitId !== '' && maySeeProgressOf(turn.actor, party.unitId, onTask),
  );
  const timeline = await timelineOf(turn, task.id, new Set(visible.map(party => party.unitId)));
  return {
    template: 'task_detail',
    list: task.listName,
    no: task.itemNo,
    light: lightOn(task, turn.today, turn.calendar),
    content: task.content,
    section: task.section,
    measure: task.measure,
    leads: leadNames(task),
    supports: namesOf(task, 'support') + (task.openEnded ? '等' : ''),
    deadlineText: task.deadlineText || '未写',
    when: whenOf(task, turn.today, turn.calendar),
    state: stateNames[task.state],
    progress: visible
      .filter((party, i) => visible.findIndex(other => other.unitId === party.unitId) === i)
      .filter(party => party.role === 'lead' || party.lastReportedAt !== null)
      .map(party => {
        const text = party.lastText ? `：${shorten(party.lastText, 60)}` : '';
        return `${party.unitName}（${roleName(party)}） ${progressOf(party)}${text}`;
      }),
    timeline,
    asOf: momentName(turn.now),
  };
}

/** The last reports on a task by the units the asker may see, newest first; what was taken back is left out. */
async function timelineOf(turn: Turn, taskId: string, unitIds: ReadonlySet<string>): Promise<string[]> {
  if (unitIds.size === 0) return [];
  const rows: {
    unitName: string;
    personName: string;
    saidAt: Date;
    text: string | null;
    blocker: string | null;
    after: string;
  }[] = await turn.manager.query(
    `SELECT u.name AS unitName, p.name AS personName, c.saidAt, c.text, c.blocker, c.\`after\`
         FROM changes c
         JOIN units u ON u.id = c.unitId
         JOIN people p ON p.id = c.personId
        WHERE c.taskId = ? AND c.unitId IN (?) AND c.kind = 'report'
          AND NOT EXISTS (SELECT 1 FROM changes o WHERE o.undoesChangeId = c.id)
        ORDER BY c.saidAt DESC, c.id DESC LIMIT ${timelineLength}`,
    [taskId, [...unitIds]],
  );
  return rows.map(row => {
    const after = JSON.parse(row.after) as { percent: number | null; done: boolean };
    const fact = after.done ? '已报完成' : after.percent === null ? '推进中' : `${after.percent}%`;
    const words = [row.text, row.blocker && `堵点：${row.blocker}`].filter(Boolean).join('；');
    return `${momentName(row.saidAt)} ${row.unitName}·${row.personName} ${fact}${words ? `：${shorten(words, 60)}` : ''}`;
  });
}
