// 催办 38, 催办 未反馈单位: the office asks for what is owed; who was asked, who was not, and why.
import { addDays } from '../../calendar/civil-date';
import { findUnit, may } from '../../directory/identity';
import { staffIdsOfUnit } from '../../directory/people';
import { type Reply } from '../../rendering/reply';
import { taskLine, worstFirst } from '../../tasks/task-line';
import { findTasks, type TaskView } from '../../tasks/task-queries';
import { chooseUrges, findAskedToday, recordUrge, type Urge } from '../../tasks/urges';
import { type Frame } from '../../understanding/frames';
import { type Handler, type Turn } from '../turn';
import { missingTasks } from './missing-tasks';
import { causeOf, joined, tellPerson } from './notices';

type UrgeFrame = Extract<Frame, { intent: 'remind_others' }>;

/** A batch asks for what is overdue or due within these days. */
const soonDays = 31;
const maxNamed = 20;

async function tasksMeant(turn: Turn, frame: UrgeFrame, listId: string, nos: number[]): Promise<TaskView[]> {
  if (nos.length > 0) return findTasks(turn.manager, { listId, itemNos: nos });
  const until = frame.target === 'overdue' ? addDays(turn.today, -1) : addDays(turn.today, soonDays);
  const due = await findTasks(turn.manager, { listId, states: ['active'], due: { start: null, end: until } });
  return due.sort(worstFirst);
}

export const urge: Handler<UrgeFrame> = async (turn, frame) => {
  const { actor, list, manager } = turn;
  if (!list) return { template: 'no_list' };
  const { personId } = actor;
  if (personId === null || !may(actor, 'urge'))
    return { template: 'refused', sentence: '催办只能由区优化办发起，没有发送。' };
  const names = typeof frame.unit === 'string' ? [frame.unit] : (frame.unit ?? []);
  const units = names.map(name => findUnit(name, turn.directory)).filter(unit => unit !== null);
  if (names.length > 0 && units.length === 0) return { template: 'which_unit', candidates: names };
  const named = frame.tasks?.map(task => task.no) ?? [];
  const nos = named.length > 0 ? named : names.length === 0 && frame.target === undefined ? turn.quotedNos : [];
  if (nos.length === 0 && names.length === 0 && frame.target === undefined)
    return { template: 'which_task', candidates: [] };
  const tasks = await tasksMeant(turn, frame, list.id, nos);
  const choice = chooseUrges(tasks, {
    today: turn.today,
    unitIds: units.length > 0 ? new Set(units.map(unit => unit.id)) : null,
    askedToday: await findAskedToday(manager, turn.today),
  });
  const asked =
    frame.target === 'no_feedback' ? choice.asked.filter(({ party }) => party.lastReportedAt === null) : choice.asked;
  const { reached, unreached } = await sendTo(turn, asked, actor.name);
  for (const one of reached) await recordUrge(manager, one, causeOf(turn, personId));
  const skipped = byReason([
    // In a batch nobody wants to read why each of hundreds was not asked.
    ...(nos.length > 0 || units.length > 0 ? choice.skipped : []),
    ...unreached.map(one => ({ ...one, why: '没有可联系的联络员' })),
  ]);
  const missing = nos.filter(no => !tasks.some(task => task.itemNo === no));
  const parts: Reply[] = [];
  if (tasks.length > 0 || missing.length === 0)
    parts.push({
      template: 'urged',
      asked: byUnit(reached),
      skipped: skipped.slice(0, maxNamed),
      moreSkipped: Math.max(0, skipped.length - maxNamed),
    });
  if (missing.length > 0) parts.push(await missingTasks(turn, missing));
  return joined(parts);
};

function byUnit(urges: readonly Urge[]): { unit: string; nos: number[] }[] {
  const units = new Map<string, number[]>();
  for (const { task, party } of urges) units.set(party.unitName, [...(units.get(party.unitName) ?? []), task.itemNo]);
  return [...units].map(([unit, nos]) => ({ unit, nos: nos.sort((a, b) => a - b) }));
}

function byReason(skipped: readonly (Urge & { why: string })[]): { unit: string; nos: number[]; why: string }[] {
  const whys = [...new Set(skipped.map(({ why }) => why))];
  return whys.flatMap(why => byUnit(skipped.filter(one => one.why === why)).map(one => ({ ...one, why })));
}

/** One message per liaison, with all that the unit is asked for. */
async function sendTo(turn: Turn, urges: Urge[], by: string): Promise<{ reached: Urge[]; unreached: Urge[] }> {
  const ofUnit = new Map<string, Urge[]>();
  for (const one of urges) ofUnit.set(one.party.unitId, [...(ofUnit.get(one.party.unitId) ?? []), one]);
  const reached: Urge[] = [];
  const unreached: Urge[] = [];
  for (const [unitId, all] of ofUnit) {
    const staffIds = await staffIdsOfUnit(turn.manager, unitId, turn.today);
    (staffIds.length > 0 ? reached : unreached).push(...all);
    const view = {
      today: turn.today,
      calendar: turn.calendar,
      unit: { id: unitId, collectiveIds: [] },
      showProgress: true,
    };
    for (const staffId of staffIds)
      tellPerson(turn, staffId, {
        kind: `urge:${unitId}`,
        itemNo: all.length === 1 ? (all[0]?.task.itemNo ?? null) : null,
        reply: {
          template: 'urge_notice',
          unit: all[0]?.party.unitName ?? '',
          list: turn.list?.shortName ?? '',
          by,
          tasks: all.slice(0, 10).map(({ task }) => taskLine(task, view)),
          more: Math.max(0, all.length - 10),
          exampleNo: all[0]?.task.itemNo ?? 38,
        },
      });
  }
  return { reached, unreached };
}
