// 41申请延期到9月底，因省级系统未上线: a lead unit asks, the office decides.
import { unitsToReportFor } from '../../directory/identity';
import { type Reply } from '../../rendering/reply';
import { shorten } from '../../rendering/wording';
import { lockTasks } from '../../tasks/changes';
import { requestExtension } from '../../tasks/extensions';
import { leadNames } from '../../tasks/task-line';
import { type Frame } from '../../understanding/frames';
import { type Handler } from '../turn';
import { eachTask, numbersOf } from './decide';
import { causeOf, listedNumber, refOf, tellOffice } from './notices';
import { unitOnTask } from './record-progress';

export const askLater: Handler<Extract<Frame, { intent: 'request_extension' }>> = async (turn, frame) => {
  const { actor, list, manager, today } = turn;
  if (!list) return { template: 'no_list' };
  const { personId } = actor;
  if (personId === null) return { template: 'stranger' };
  const units = unitsToReportFor(actor);
  if (units.length === 0)
    return { template: 'refused', sentence: '没有记录：您的岗位不能申请延期，请由牵头单位的同志申请。' };
  const nos = numbersOf(turn, frame.tasks);
  if (nos.length === 0) return { template: 'which_task', candidates: [] };
  const { until, reason } = frame;
  if (until === null || reason === null)
    return {
      template: 'extension_incomplete',
      no: nos[0] ?? 38,
      lacksDay: until === null,
      lacksReason: reason === null,
    };
  return eachTask(turn, nos, async task => {
    const lock = (await lockTasks(manager, [task.id])).get(task.id);
    const mine = lock ? await unitOnTask(turn, lock, units) : null;
    if (mine === 'unclear') return { template: 'which_unit', candidates: units.map(unit => unit.name) };
    if (!lock || mine === null)
      return {
        template: 'not_your_task',
        items: [{ no: task.itemNo, leads: leadNames(task) }],
        unit: units.map(unit => unit.name).join('、'),
      };
    const { due, again } = await requestExtension(
      manager,
      lock,
      mine.party,
      { until, reason, today },
      causeOf(turn, personId),
    );
    const short = shorten(task.content);
    await tellOffice(turn, {
      kind: 'extension',
      itemNo: task.itemNo,
      reply: {
        template: 'office_notice', kind: 'extension', unit: mine.unit.name, person: actor.name, list: list.shortName,
        no: task.itemNo, ref: refOf(turn, task.itemNo), said: listedNumber(list.shortName, task.itemNo), short, text: reason, until, again, others: [],
      }, // prettier-ignore
    });
    const reply: Reply = { template: 'extension_requested', no: task.itemNo, short, due, until, reason, again };
    return reply;
  });
};
