// 全区完成情况, 还有谁没报: counts and names of units; facts per unit, never a ranking of people.
import { addDays } from '../../calendar/civil-date';
import { findUnit } from '../../directory/identity';
import { type Reply } from '../../rendering/reply';
import { momentName } from '../../rendering/wording';
import { namedParties, type TaskView } from '../../tasks/task-queries';
import { isOpen, stateNames } from '../../tasks/task-state';
import { type Frame } from '../../understanding/frames';
import { type Handler, type Turn } from '../turn';

type StatsFrame = Extract<Frame, { intent: 'stats' }>;

/** Units are asked about what is overdue or due within these days; what is due later nobody has to have reported yet. */
const soonDays = 31;
const maxUnits = 30;

export const summarize: Handler<StatsFrame> = async (turn, frame) => {
  const { list } = turn;
  if (!list) return { template: 'no_list' };
  if (turn.actor.personId === null) return { template: 'stranger' };
  const name = frame.scope === 'unit' ? (typeof frame.unit === 'string' ? frame.unit : frame.unit?.[0]) : undefined;
  const unit = frame.scope === 'own' ? turn.actor.unit : name === undefined ? null : findUnit(name, turn.directory);
  if ((frame.scope === 'own' || frame.scope === 'unit') && !unit)
    return { template: 'which_unit', candidates: name ? [name] : [] };
  const tasks = await turn.findTasks({
    listId: list.id,
    ...(unit ? { unit } : {}),
    ...(frame.scope === 'section' ? { sectionPosition: frame.section } : {}),
  });
  const who = unit?.name ?? (frame.scope === 'section' ? `第${frame.section ?? '?'}部分` : '全区');
  switch (frame.metric) {
    case 'completion':
    case 'ranking':
      return completion(turn, `${who} · 完成情况`, tasks, unit === null && frame.scope !== 'section' ? list.id : null);
    case 'no_feedback_units':
      return unitNames(turn, `${who} · 尚未反馈的单位`, tasks, 'no_feedback');
    case 'overdue_units':
      return unitNames(turn, `${who} · 有逾期任务的单位`, tasks, 'overdue');
  }
};

/** @param pictured - the list whose picture goes along; null = none, since it is of the whole list only */
function completion(turn: Turn, heading: string, tasks: TaskView[], pictured: string | null): Reply {
  const count = (fits: (task: TaskView) => boolean): number => tasks.filter(fits).length;
  const overdue = count(task => task.state === 'active' && task.due !== null && task.due < turn.today);
  const reported = count(task => isOpen(task.state) && task.parties.some(party => party.lastReportedAt !== null));
  const open = count(task => isOpen(task.state));
  // The parts add up to the whole; what there is none of is left out.
  const stopped = (['suspended', 'terminated'] as const)
    .map(state => ({ state, n: count(task => task.state === state) }))
    .map(({ state, n }) => (n > 0 ? `，${stateNames[state].slice(1)} ${n} 项` : ''))
    .join('');
  const lines = [
    `共 ${tasks.length} 项：已销号 ${count(task => task.state === 'closed')} 项，转长期推进 ${count(task => task.state === 'ongoing')} 项，申请办结待核销 ${count(task => task.state === 'closing')} 项，推进中 ${count(task => task.state === 'active')} 项${stopped}。`,
    `在办 ${open} 项中，已有反馈 ${reported} 项，尚无反馈 ${open - reported} 项，逾期 ${overdue} 项，有堵点 ${count(task => isOpen(task.state) && task.openBlockers > 0)} 项。`,
  ];
  return {
    template: 'summary',
    list: turn.list?.title ?? '',
    asOf: momentName(turn.now),
    heading,
    lines,
    ...(pictured === null ? {} : { picture: { kind: 'completion', listId: pictured } }),
  };
}

function unitNames(turn: Turn, heading: string, tasks: TaskView[], which: 'no_feedback' | 'overdue'): Reply {
  const horizon = addDays(turn.today, soonDays);
  const byUnit = new Map<string, number[]>();
  for (const task of tasks) {
    if (task.state !== 'active' || task.due === null) continue;
    if (which === 'overdue' ? task.due >= turn.today : task.due > horizon) continue;
    for (const party of namedParties(task)) {
      if (which === 'no_feedback' ? party.lastReportedAt !== null : party.done && party.role === 'support') continue;
      byUnit.set(party.unitName, [...(byUnit.get(party.unitName) ?? []), task.itemNo]);
    }
  }
  const units = [...byUnit].map(
    ([name, nos]) => `${name}：第${nos.slice(0, 12).join('、')}${nos.length > 12 ? '…' : ''}项`,
  );
  return {
    template: 'unit_names',
    list: turn.list?.title ?? '',
    asOf: momentName(turn.now),
    heading,
    units: units.length > 0 ? units.slice(0, maxUnits) : ['没有。'],
    note:
      units.length > maxUnits
        ? `还有 ${units.length - maxUnits} 个单位，请问“某单位未反馈任务”。`
        : which === 'no_feedback'
          ? `按逾期和${soonDays}天内到期的任务统计。`
          : null,
  };
}
