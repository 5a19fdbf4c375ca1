// What is put onto a card that was sent: only what its readers may know, the latest of each task, and which buttons remain.
import { type TaskEvent } from '../../src/conversation/card-events';
import { changedCard } from '../../src/conversation/changed-card';
import { type ProgressSnapshot } from '../../src/database/entities/progress';
import { type Card } from '../../src/rendering/card-reply';
import { renderReply } from '../../src/rendering/render';

const snapshot = (over: Partial<ProgressSnapshot> = {}): ProgressSnapshot => ({
  state: 'active', status: 'in_progress', percent: 30, text: null, reportedAt: '2023-06-27T00:40:00.000Z', done: false, ...over,
}); // prettier-ignore

let nextId = 0;
const event = (over: Partial<TaskEvent> = {}): TaskEvent => ({
  id: `e${++nextId}`, no: 1, act: 'report', unit: '区税务局', by: '李娜', at: new Date('2023-06-27T00:40:00Z'),
  before: snapshot({ reportedAt: null }), after: snapshot(), ...over,
}); // prettier-ignore

const line = {
  light: 'green' as const,
  short: '开办企业',
  role: '牵头',
  leads: null,
  when: '6月底到期',
  progress: null,
};
const share = (unit: string) => ({
  unit, overdue: 0, dueThisWeek: 1, dueWithin15: 1, tasks: [{ ...line, no: 1 }], more: 0,
}); // prettier-ignore
const morning = (units: string[]): Card => ({
  template: 'morning_card', date: '6月27日 周二', list: '营商', units: units.map(share), otherUnits: [], standing: [], standingUnits: [],
  rest: [], exampleNo: 1, only: { no: 1, mayExtend: true }, snooze: true, warning: null,
}); // prettier-ignore
const notice = (kind: 'closure' | 'extension' | 'blocker'): Card => ({
  template: 'office_notice', kind, unit: '区税务局', person: '李娜', list: '营商', no: 1, short: '开办企业', text: null,
  until: kind === 'extension' ? '9月底' : null, again: false, others: [],
}); // prettier-ignore

/** The card's last lines, and the labels that are still shown. */
function said(card: Card, events: TaskEvent[]): { lines: string[]; labels: string[] } | null {
  const changed = changedCard(card, events);
  if (!changed) return null;
  const { markdown, buttons } = renderReply(changed.reply);
  const lines = markdown.split('\n').filter(one => one.startsWith('✓'));
  return { lines, labels: buttons.map(({ label }) => label).filter(Boolean) };
}

const all = ['全部', '已完成', '申请延期', '明天再提醒', '本周', '怎么反馈'];
const settled = ['全部', '明天再提醒', '本周', '怎么反馈'];

it('a unit’s card tells of its reports: of each task the latest', () => {
  const events = [event(), event({ no: 2 }), event({ after: snapshot({ percent: 60 }) })];
  expect(said(morning(['区税务局']), events)).toEqual({
    lines: ['✓ 第1项 已登记：60%（李娜 06-27 08:40）', '✓ 第2项 已登记：30%（李娜 06-27 08:40）'],
    labels: all,
  });
});

it('once the card’s one task is reported as done there is nothing to report or to put off, and the places stay', () => {
  const done = event({ after: snapshot({ done: true, state: 'closing' }) });
  expect(said(morning(['区税务局']), [done])?.labels).toEqual(settled);
  const undone = event({ act: 'undo', after: snapshot() });
  expect(said(morning(['区税务局']), [done, undone])).toEqual({
    lines: ['✓ 第1项 已撤回，恢复为 30%（李娜 06-27 08:40）'],
    labels: all,
  });
  const { reply } = changedCard(morning(['区税务局']), [done]) ?? {};
  expect(reply && renderReply(reply).buttons.map(({ say }) => say)).toEqual(
    renderReply(morning(['区税务局'])).buttons.map(({ say }) => say),
  );
});

it.each<[string, Card, TaskEvent]>([
  ['another unit’s report', morning(['区税务局']), event({ unit: '区财政局' })],
  ['any report on a card of several units', morning(['区税务局', '区财政局']), event()],
  ['催办', morning(['区税务局']), event({ act: 'urge', unit: null })],
  ['a report on the office’s card', notice('closure'), event()],
  ['another unit’s closure decided', notice('closure'), event({ act: 'accept_closure', unit: '区财政局' })],
  ['an extension on a closure’s card', notice('closure'), event({ act: 'accept_extension' })],
])('%s changes nothing', (_, card, one) => {
  expect(said(card, [one])).toBeNull();
  expect(said(card, [])).toBeNull();
});

it.each<[string, Card, Partial<TaskEvent>, string]>([
  ['a closure accepted', notice('closure'), { act: 'accept_closure', by: '何芳' }, '已核销（何芳'],
  ['a closure returned', notice('closure'), { act: 'return_closure', by: '何芳' }, '已退回（何芳'],
  [
    'a closure taken back',
    notice('closure'),
    { act: 'undo', before: snapshot({ state: 'closing' }), after: snapshot() },
    '已撤回，恢复为 30%（李娜',
  ],
  ['an extension granted', notice('extension'), { act: 'accept_extension', by: '何芳' }, '已同意延期（何芳'],
  ['an extension withdrawn', notice('extension'), { act: 'withdraw_extension' }, '已撤回延期申请（李娜'],
  ['a closure withdrawn by a new version', notice('closure'), { act: 'withdraw_closure' }, '办结申请已收回（'],
  ['a task suspended', notice('closure'), { act: 'suspend', unit: null, by: '何芳' }, '已挂起（何芳'],
  ['an extension of what is closed', notice('extension'), { act: 'accept_closure', by: '何芳' }, '已核销（何芳'],
  ['a blocker withdrawn by a new version', notice('blocker'), { act: 'withdraw_blocker' }, '堵点已收回（'],
  ['a blocker answered', notice('blocker'), { act: 'answer_blocker', by: '何芳' }, '堵点已答复（何芳'],
  ['a task terminated', notice('closure'), { act: 'terminate', unit: null, by: '何芳' }, '已终止（何芳'],
])('%s settles the office’s card', (_, card, over, words) => {
  const told = said(card, [event(over)]);
  expect(told?.lines).toEqual([expect.stringContaining(`✓ 第1项 ${words}`)]);
  expect(told?.labels).toEqual([]);
});

it('what a report says is shown as words, never as Markdown', () => {
  const told = said(morning(['区税务局']), [event({ after: snapshot({ text: '[点这里](http://x) **急**' }) })]);
  expect(told?.lines[0]).not.toMatch(/(?<!\\)\[点这里\]\(/);
});
