// A card is one message of the platform, however many units, names and tasks there are; what does not fit is kept, nothing is lost.
import { encodeMessage, maxParamBytes } from '../../src/channels/dingtalk/message-encoding';
import { type OwedTask, type UnitOwed } from '../../src/reminders/owed-tasks';
import { morningCard } from '../../src/reminders/morning-card';
import { renderReply } from '../../src/rendering/render';
import { type TaskOutline } from '../../src/tasks/task-outlines';
import { type Party, type TaskView } from '../../src/tasks/task-queries';
import { publishedCalendar as calendar } from '../support/published-holidays';

const view = {
  at: '2023-06-27',
  calendar,
  lists: '鄂城区优化营商环境重点任务清单',
  severalLists: false,
  namesLists: false,
  snooze: false,
  countsOf: () => ({ overdue: 3, dueThisWeek: 10, dueWithin15: 12 }),
};

function unitOwing(i: number, tasks: number, nameLength: number): UnitOwed {
  const unit = `区第${i}局`.padEnd(nameLength, '某');
  const party = { role: 'lead', unitId: `u${i}`, unitName: unit, collectiveId: '', done: false, lastReportedAt: null } as Party;
  const owed = Array.from({ length: tasks }, (_, no): OwedTask => ({
    rung: 3,
    task: {
      id: `t${i}-${no}`, listId: 'l', listName: '营商', itemNo: i * 1000 + no, content: '推进某项很长的工作'.repeat(20),
      due: '2023-06-30', longTerm: true, state: 'active', openBlockers: 0, parties: [party], returned: false,
    } as unknown as TaskOutline,
  })); // prettier-ignore
  return { unitId: `u${i}`, unit, owed };
} // prettier-ignore

it.each([
  [1, 1, 8],
  [1, 200, 8],
  [2, 60, 190],
  [3, 3, 8],
  [46, 6, 8],
  [46, 6, 190],
  [1000, 20, 8],
  [1000, 2, 190],
])('%i units of %i tasks each, names of %i signs', (units, tasks, nameLength) => {
  const owing = Array.from({ length: units }, (_, i) => unitOwing(i + 1, tasks, nameLength));
  const inFull = new Map(owing.flatMap(({ owed }) => owed.map(({ task }) => [task.id, task as unknown as TaskView])));
  const { reply, shown } = morningCard(owing, [], { ...view, inFull });
  const message = renderReply(reply);
  const { msgParam } = encodeMessage(message, { group: true, robotName: '督办助手' });
  expect(Buffer.byteLength(msgParam)).toBeLessThanOrEqual(maxParamBytes);
  expect(msgParam).not.toContain('内容过长');
  expect(reply.units.length).toBeGreaterThan(0);
  const onCard = reply.units.flatMap(unit => unit.tasks.map(task => task.no));
  expect(shown).toEqual({ listId: 'l', itemNos: onCard });
  const kept = reply.rest.flatMap(({ nos }) => nos);
  const all = owing.flatMap(({ owed }) => owed.map(({ task }) => task.itemNo));
  // Of more than 300 further units the names are all that is kept.
  if (units <= 300) expect([...onCard, ...kept].sort()).toEqual(all.sort());
  expect(message.buttons.map(({ label }) => label).includes('下一页')).toBe(kept.length > 0);
});

it('says which years it had to guess the workdays of, also for tasks that are only overdue', () => {
  const { reply } = morningCard([unitOwing(1, 2, 8)], [], { ...view, at: '2028-01-03', inFull: new Map() });
  expect(reply.warning).toBe('2027、2028年节假日安排尚未录入，工作日按周一至周五推算');
  const known = morningCard([unitOwing(1, 2, 8)], [], { ...view, at: '2023-07-03', inFull: new Map() });
  expect(known.reply.warning).toBeNull();
});
