// 38进展, 第38项是干什么的, 38完成了吗？: one task with its units, deadline, state and, for those who may see it, its history.
import { maySeeProgressOf } from '../../directory/identity';
import { type Reply } from '../../rendering/reply';
import { momentName, shorten } from '../../rendering/wording';
import { leadNames, namesOf, progressOf, roleName, whenOf } from '../../tasks/task-line';
import { namedParties, type TaskView } from '../../tasks/task-queries';
import { isOpen, lightOn, stateNames } from '../../tasks/task-state';
import { type Frame } from '../../understanding/frames';
import { type Handler, type Turn } from '../turn';
import { missingTasks } from './missing-tasks';
import { timelineOf, unitsInHistory } from './timeline';

const maxTasks = 5;
const timelineLength = 5;

/** The numbered tasks a person asks about, at most five at a time. */
export const showTask: Handler<Extract<Frame, { intent: 'task_detail' }>> = async (turn, frame) => {
  if (!turn.list) return { template: 'no_list' };
  const asked = [...new Set(frame.tasks.map(task => task.no))];
  const nos = asked.length > 0 ? asked : turn.quotedNos;
  if (nos.length === 0) return { template: 'which_task', candidates: [] };
  const found = await turn.findTasks({ listId: turn.list.id, itemNos: nos.slice(0, maxTasks) });
  const parts: Reply[] = await Promise.all(found.map(task => detailOf(turn, task)));
  const missing = nos.slice(0, maxTasks).filter(no => !found.some(task => task.itemNo === no));
  if (missing.length > 0) parts.push(await missingTasks(turn, missing));
  if (found.length > 0) turn.shows = { listId: turn.list.id, itemNos: found.map(task => task.itemNo) };
  return parts.length === 1 ? (parts[0] ?? null) : { template: 'several', parts };
};

/** What the deadline as written means today; null where the state, in the next line, says it all. */
function whenBeside(task: TaskView, { today, calendar }: Turn): string | null {
  if (!isOpen(task.state)) return null;
  const when = whenOf(task, today, calendar);
  if (task.due !== task.writtenDue) return `已批准延期，${when}`;
  return when === task.deadlineText ? null : when;
}

async function detailOf(turn: Turn, task: TaskView): Promise<Reply> {
  const onTask = new Set(task.parties.map(party => party.unitId).filter(id => id !== ''));
  const visible = task.parties.filter(
    party => party.unitId !== '' && maySeeProgressOf(turn.actor, party.unitId, onTask),
  );
  // What a unit has said of a task it is no longer on stays in the history, for those who could read it then.
  const earlier = (await unitsInHistory(turn.manager, task.id)).filter(id => maySeeProgressOf(turn.actor, id, onTask));
  const told = new Set([...visible.map(party => party.unitId), ...earlier]);
  const timeline = await timelineOf(turn.manager, task.id, told, timelineLength);
  const named = namedParties(task);
  const seesParts = visible.length > 0 && isOpen(task.state);
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
    when: whenBeside(task, turn),
    state: stateNames[task.state],
    progress: visible
      .filter((party, i) => visible.findIndex(other => other.unitId === party.unitId) === i)
      .filter(party => party.role === 'lead' || party.lastReportedAt !== null)
      .map(party => {
        const text = party.lastText ? `：${shorten(party.lastText, 60)}` : '';
        return `${party.unitName}（${roleName(party)}） ${progressOf(party)}${text}`;
      }),
    missing: seesParts ? named.filter(party => party.lastReportedAt === null).map(party => party.unitName) : [],
    timeline,
    asOf: momentName(turn.now),
  };
}
