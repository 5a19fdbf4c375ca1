// 答复堵点 3：…, 3的堵点已解决: the office answers a difficulty; the unit that named it, or the office, closes it.
import { may, unitsToReportFor } from '../../directory/identity';
import { type Reply } from '../../rendering/reply';
import { shorten } from '../../rendering/wording';
import { answerBlockers, closeBlockers } from '../../tasks/blockers';
import { type Frame } from '../../understanding/frames';
import { type Handler } from '../turn';
import { eachTask, numbersOf } from './decide';
import { causeOf, tellOffice, tellUnits } from './notices';

export const answerBlocker: Handler<Extract<Frame, { intent: 'answer_blocker' }>> = async (turn, frame) => {
  const { actor, list, manager } = turn;
  if (!list) return { template: 'no_list' };
  const { personId } = actor;
  if (personId === null || !may(actor, 'answer_blockers'))
    return { template: 'refused', sentence: '堵点由区优化办答复，没有改动。' };
  const nos = numbersOf(turn, frame.tasks);
  if (nos.length === 0) return { template: 'which_task', candidates: [] };
  return eachTask(turn, nos, async task => {
    const { unitIds } = await answerBlockers(manager, { taskId: task.id, text: frame.text }, causeOf(turn, personId));
    const reply: Reply = {
      template: 'blocker_answered',
      no: task.itemNo,
      short: shorten(task.content),
      text: frame.text,
      by: actor.name,
    };
    await tellUnits(turn, unitIds, { kind: 'answered', reply, itemNo: task.itemNo });
    return reply;
  });
};

export const closeBlocker: Handler<Extract<Frame, { intent: 'close_blocker' }>> = async (turn, frame) => {
  const { actor, list, manager } = turn;
  if (!list) return { template: 'no_list' };
  const { personId } = actor;
  if (personId === null) return { template: 'stranger' };
  const byOffice = may(actor, 'answer_blockers');
  const units = unitsToReportFor(actor);
  if (!byOffice && units.length === 0)
    return { template: 'refused', sentence: '没有改动：堵点由提出单位或区优化办关闭。' };
  const nos = numbersOf(turn, frame.tasks);
  if (nos.length === 0) return { template: 'which_task', candidates: [] };
  return eachTask(turn, nos, async task => {
    const { texts } = await closeBlockers(
      manager,
      { taskId: task.id, ofUnits: byOffice ? null : units.map(unit => unit.id), text: frame.text },
      causeOf(turn, personId),
    );
    const reply: Reply = {
      template: 'blocker_closed',
      no: task.itemNo,
      short: shorten(task.content),
      texts: texts.map(text => shorten(text, 40)),
      by: actor.name,
    };
    if (!byOffice) await tellOffice(turn, { kind: 'blocker_closed', reply, itemNo: task.itemNo });
    return reply;
  });
};
