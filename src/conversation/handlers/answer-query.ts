// Answers questions about tasks: whose, when, in which state; ten at a time, never empty.
import { addDays, mondayOf, type CivilDate } from '../../calendar/civil-date';
import { type ActorUnit, findUnit, may } from '../../directory/identity';
import { type Reply } from '../../rendering/reply';
import { dueName, momentName, monthDay } from '../../rendering/wording';
import { partOf, type TaskFilter, type TaskView } from '../../tasks/task-queries';
import { taskLine, worstFirst } from '../../tasks/task-line';
import { isOpen } from '../../tasks/task-state';
import { type Frame, type QueryFrame } from '../../understanding/frames';
import { type Handler, type Turn } from '../turn';
import { fitsQuestion, isOverdue, isPlain, restsOnReports, wantedName } from './fits-question';

const pageSize = 10;
/** What "更多" can still show; beyond this a narrower question serves better. */
const maxRemembered = 1000;

interface Asked {
  /** The one unit asked about; null = several or all. */
  unit: ActorUnit | null;
  units: ActorUnit[];
  /** "区市场监管局", "全区", "区税务局、区财政局", "第六部分" */
  name: string;
  filter: TaskFilter;
}

/** The office that names nobody speaks of the district, except in a unit's group: it answers for all. */
function officeMeansAll({ actor, message }: Turn, frame: QueryFrame): boolean {
  return (
    frame.scope === 'own' &&
    may(actor, 'see_all_units') &&
    actor.group?.scope !== 'unit' &&
    !/我|本单位|本[局办委镇]|咱|俺/u.test(message.text)
  );
}

/** 各镇街任务: what names the collective itself. */
function collectiveAsUnit(name: string, turn: Turn): ActorUnit | null {
  const id = turn.directory.collectiveIdByName.get(name);
  return id === undefined ? null : { id, name, collectiveIds: [id] };
}

function whichOfOwn({ actor }: Turn): Reply {
  const names = [...new Set(actor.posts.flatMap(({ unit }) => (unit ? [unit.name] : [])))];
  if (names.length > 0) return { template: 'which_unit', candidates: names };
  return { template: 'refused', sentence: '您不代表哪个单位，请说出单位，如“区税务局本周任务”。' };
}

/** Whom a question is about, or the reply that asks back. */
async function whomOf(turn: Turn, frame: QueryFrame, listId: string): Promise<Asked | Reply> {
  const role = frame.role === 'any' ? undefined : frame.role;
  const base: TaskFilter = { listId, role, ...(frame.keyword === undefined ? {} : { keyword: frame.keyword }) };
  switch (officeMeansAll(turn, frame) ? 'all' : frame.scope) {
    case 'own': {
      if (turn.actor.personId === null) return { template: 'stranger' };
      const unit = turn.actor.unit;
      if (!unit) return whichOfOwn(turn);
      return { unit, units: [unit], name: unit.name, filter: { ...base, unit } };
    }
    case 'unit': {
      const names = typeof frame.unit === 'string' ? [frame.unit] : (frame.unit ?? []);
      const units = names
        .map(name => findUnit(name, turn.directory) ?? collectiveAsUnit(name, turn))
        .filter(unit => unit !== null);
      if (units.length === 0) return { template: 'which_unit', candidates: names };
      const only = units.length === 1 ? (units[0] ?? null) : null;
      return {
        unit: only,
        units,
        name: units.map(unit => unit.name).join('、'),
        filter: only ? { ...base, unit: only } : base,
      };
    }
    case 'section':
      return {
        unit: null,
        units: [],
        name: `第${frame.section ?? '?'}部分`,
        filter: { ...base, sectionPosition: frame.section },
      };
    case 'measure':
      return {
        unit: null,
        units: [],
        name: `政策措施${frame.measure ?? '?'}`,
        filter: { ...base, measureNo: frame.measure },
      };
    case 'keyword':
      return { unit: null, units: [], name: `“${frame.keyword ?? ''}”`, filter: base };
    case 'all':
      return { unit: null, units: [], name: '全区', filter: base };
  }
}

function periodName(frame: QueryFrame): string | null {
  const { start = null, end = null } = frame.range ?? {};
  if (start && end) return start === end ? monthDay(start) : `${monthDay(start)}—${monthDay(end)}`;
  if (end) return `${monthDay(end)}前`;
  return start ? `${monthDay(start)}起` : null;
}

function countsName(tasks: TaskView[], asked: Asked): string {
  if (!asked.unit) return `${tasks.length} 项`;
  const unit = asked.unit;
  const roles = tasks.map(task => partOf(task, unit));
  const leads = roles.filter(part => part?.role === 'lead').length;
  const through = roles.filter(part => part?.role === 'support' && part.collectiveId !== '').length;
  const supports = tasks.length - leads - through;
  const kinds = [leads && `牵头 ${leads}`, supports && `配合 ${supports}`, through && `参与 ${through}`].filter(
    Boolean,
  );
  return kinds.length > 0 ? `${tasks.length} 项（${kinds.join('、')}）` : `${tasks.length} 项`;
}

/** 本周, 今天: the usual word for a time, where it has one. */
function timeWord(frame: QueryFrame, today: CivilDate): string {
  const { range } = frame;
  if (!range || !isPlain(frame) || range.start === null) return '';
  if (range.start === today && range.end === today) return '今天';
  const monday = mondayOf(today);
  return range.start === monday && range.end === addDays(monday, 6) ? '本周' : '';
}

function headingOf(frame: QueryFrame, asked: Asked, today: CivilDate): string {
  const role = frame.role === 'lead' ? '牵头' : frame.role === 'support' ? '配合' : '';
  const what = wantedName(frame) ?? `${timeWord(frame, today)}任务`;
  return `${asked.name} · ${role}${what}`;
}

/** 红灯 is more than 逾期: what was returned and is not answered yet is red as well. */
function asLight(turn: Turn, frame: QueryFrame): QueryFrame {
  const red = frame.status === 'overdue' && turn.actor.personId !== null && /红灯|亮红|红色/u.test(turn.message.text);
  return red ? { ...frame, status: null, light: 'red' } : frame;
}

/** 我局本周任务, 区税务局下个月任务, 逾期的, 和电子证照有关的任务 … */
export const answerQuery: Handler<QueryFrame> = async (turn, said) => {
  const frame = asLight(turn, said);
  const list = turn.list;
  if (!list) return { template: 'no_list' };
  if (turn.actor.personId === null && restsOnReports(frame)) return { template: 'stranger' };
  const asked = await whomOf(turn, frame, list.id);
  if ('template' in asked) return asked;
  const wide =
    asked.units.length > 1
      ? (await Promise.all(asked.units.map(unit => turn.findTasks({ ...asked.filter, unit })))).flat()
      : await turn.findTasks(asked.filter);
  const all = [...new Map(wide.map(task => [task.id, task])).values()].sort(worstFirst);
  const fitting = all.filter(task =>
    fitsQuestion(task, frame, { unit: asked.unit, today: turn.today, calendar: turn.calendar }),
  );
  const { start = null, end = null } = frame.range ?? {};
  const inRange = fitting.filter(
    task =>
      frame.range === null ||
      (task.due !== null && (start === null || task.due >= start) && (end === null || task.due <= end)),
  );
  // A question about a time that includes today also wants what is overdue: it is what weighs most today.
  const aboutNow =
    frame.range !== null &&
    isPlain(frame) &&
    (start === null || start <= turn.today) &&
    (end === null || end >= turn.today);
  const within = new Set(inRange);
  const overdue = aboutNow ? fitting.filter(task => isOverdue(task, turn.today) && !within.has(task)) : [];
  const found = [...overdue, ...inRange];
  const later =
    frame.range === null
      ? []
      : all.filter(task => task.state === 'active' && task.due !== null && end !== null && task.due > end);
  const heading = headingOf(frame, asked, turn.today);
  return listReply(turn, {
    heading,
    period: periodName(frame),
    unit: asked.unit,
    tasks: found,
    summary: summaryOf({ frame, asked, inRange, overdue, all, today: turn.today }),
    next: nextName(later, turn.today),
  });
};

function summaryOf(parts: {
  frame: QueryFrame;
  asked: Asked;
  inRange: TaskView[];
  overdue: TaskView[];
  all: TaskView[];
  today: CivilDate;
}): string {
  const { frame, asked, inRange, overdue, all, today } = parts;
  if (frame.range === null) {
    const counted = inRange.length > 0 ? `共 ${countsName(inRange, asked)}` : '没有符合条件的任务';
    const late = isPlain(frame) ? inRange.filter(task => isOverdue(task, today)) : [];
    return `${counted}${late.length > 0 ? `，其中逾期 ${late.length} 项` : ''}${inRange.length === 0 ? `（在办 ${all.filter(task => isOpen(task.state)).length} 项）` : ''}`;
  }
  const due = `${timeWord(frame, today)}到期 ${countsName(inRange, asked)}`;
  return overdue.length > 0 ? `${due}，逾期 ${countsName(overdue, asked)}` : due;
}

function nextName(later: TaskView[], today: CivilDate): string | null {
  const due = later[0]?.due;
  if (!due) return null;
  return `${dueName(due, today)} ${later.filter(task => task.due === due).length} 项`;
}

function listReply(
  turn: Turn,
  parts: {
    heading: string;
    period: string | null;
    unit: ActorUnit | null;
    tasks: TaskView[];
    summary: string;
    next: string | null;
  },
): Reply {
  const { tasks, unit } = parts;
  const shown = tasks.slice(0, pageSize);
  const rest = tasks.slice(pageSize, pageSize + maxRemembered);
  const listId = turn.list?.id ?? '';
  const itemNos = shown.map(task => task.itemNo);
  turn.state.more =
    rest.length > 0
      ? {
          listId,
          heading: parts.heading,
          period: parts.period,
          unitId: unit?.id ?? null,
          itemNos: rest.map(task => task.itemNo),
        }
      : null;
  turn.state.shown = itemNos.length > 0 ? { listId, itemNos } : null;
  turn.shows = turn.state.shown;
  const mine = turn.actor.unit;
  const example = mine ? shown.find(task => partOf(task, mine) !== null) : undefined;
  return {
    template: 'task_list',
    heading: parts.heading,
    list: turn.list?.title ?? '',
    period: parts.period,
    asOf: momentName(turn.now),
    summary: parts.summary,
    tasks: shown.map(task =>
      taskLine(task, { today: turn.today, calendar: turn.calendar, unit, showProgress: turn.actor.personId !== null }),
    ),
    remaining: tasks.length - shown.length,
    next: parts.next,
    exampleNo: example?.itemNo ?? null,
  };
}

/** 更多: the next ten of the list shown last to this person here. */
export const answerMore: Handler<Extract<Frame, { intent: 'more' }>> = async turn => {
  const more = turn.state.more;
  if (!more || more.listId !== turn.list?.id) return { template: 'nothing_more' };
  const found = await turn.findTasks({ listId: more.listId, itemNos: more.itemNos });
  const inOrder = more.itemNos.map(no => found.find(task => task.itemNo === no)).filter(task => task !== undefined);
  const name = more.unitId === null ? undefined : turn.directory.unitNameById.get(more.unitId);
  return listReply(turn, {
    heading: more.heading,
    period: more.period,
    unit: name === undefined ? null : findUnit(name, turn.directory),
    tasks: inOrder,
    summary: `接上，还有 ${inOrder.length} 项`,
    next: null,
  });
};
