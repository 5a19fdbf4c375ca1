// Why each unit of each task is or is not reminded on a morning, in words for the office. Pure.
import { civilDateOf, type CivilDate } from '../calendar/civil-date';
import { monthDay } from '../rendering/wording';
import { type PartOutline, type TaskOutline } from '../tasks/task-outlines';
import { stateNames } from '../tasks/task-state';
import { owesAt, type Rung, type Step } from './ladder';
import { dutiesOf, type Morning, stepsOf } from './owed-tasks';
import { type Members, type OwingParty, owingParties } from './owing-parties';
import { asUsual } from './rules';

export interface Explanation {
  unit: string;
  list: string;
  no: number;
  due: CivilDate;
  /** The rung at which the unit owes; null = it owes nothing this morning. */
  rung: Rung | null;
  reason: string;
}

/** "逾期", "当天", "提前3个工作日" */
export function rungName(rung: Rung): string {
  if (rung === 'overdue') return '逾期';
  return rung === 0 ? '最后一个工作日' : `提前${rung}个工作日`;
}

/**
 * One line per task and unit (or collective), by list and 序号; tasks without a date are left out.
 * @param most - no more lines are made once so many say why, and so many why not; without it, all
 */
export function explainTasks(
  tasks: readonly TaskOutline[],
  morning: Morning,
  members: Members,
  most = Infinity,
): Explanation[] {
  const rules = morning.rules ?? asUsual;
  const stepFor = stepsOf(morning);
  const dutyFor = dutiesOf(morning);
  const inOrder = [...tasks].sort((a, b) =>
    a.listName < b.listName ? -1 : a.listName > b.listName ? 1 : a.itemNo - b.itemNo,
  );
  const lines: Explanation[] = [];
  let [why, whyNot] = [0, 0];
  for (const task of inOrder) {
    if (why >= most && whyNot >= most) break;
    const { due } = task;
    if (due === null) continue;
    const duty = dutyFor(task);
    const step = duty && stepFor(task, due, morning.missedSince);
    const { owing, ladder } = rules(task.listId);
    const asked = owingParties(task, owing, members);
    const line = (name: string, rung: Rung | null, reason: string): Explanation => ({
      unit: name,
      list: task.listName,
      no: task.itemNo,
      due,
      rung,
      reason,
    });
    const quiet = !duty
      ? `${stateNames[task.state]}，不提醒`
      : duty.overdue
        ? `已逾期，${ladder.overdue === 'weekly' ? '每周首个工作日' : '每个工作日'}提醒`
        : `距最后工作日还有${duty.workdaysLeft}个工作日，不是提醒日`;
    const others = partiesNotAsked(task, asked).filter(party => party.unitId !== '' || owing !== 'members');
    const made = [
      ...asked.map(party => {
        if (!step) return line(party.unitName, null, quiet);
        const owes = owesAt(step, party);
        return line(party.unitName, owes ? step.rung : null, partReason(party, step, owes, morning.at));
      }),
      ...others.map(party => line(party.unitName || party.collectiveName, null, step ? whyNotAsked(party) : quiet)),
    ];
    for (const one of made) if ((one.rung === null ? ++whyNot : ++why) <= most) lines.push(one);
  }
  return lines;
}

/** The parties of a task as the list names them, each once, that owe nothing by the list's rules. */
function partiesNotAsked(task: TaskOutline, asked: OwingParty[]): PartOutline[] {
  const known = new Set(asked.map(party => party.unitId));
  return task.parties.filter(
    (party, i, all) =>
      (party.unitId === '' || (party.collectiveId === '' && !known.has(party.unitId))) &&
      (party.unitId === '' || all.findIndex(other => other.unitId === party.unitId) === i),
  );
}

function whyNotAsked(party: PartOutline): string {
  if (party.unitId !== '') return '本清单只提醒牵头单位';
  return party.role === 'lead' ? '牵头是集合单位，由督办专员确定到具体单位' : '集合单位的成员不因此单独提醒';
}

function partReason(party: OwingParty, step: Step, owes: boolean, today: CivilDate): string {
  if (owes) {
    const late = step.morning < today ? `（${monthDay(step.morning)}早晨未发，补上）` : '';
    return `${rungName(step.rung)}，应反馈${late}`;
  }
  if (party.role === 'support' && party.done) return '本单位部分已报完成';
  const said = party.lastReportedAt === null ? '' : monthDay(civilDateOf(party.lastReportedAt));
  return `${said}已反馈，这一档不再重复要`;
}
