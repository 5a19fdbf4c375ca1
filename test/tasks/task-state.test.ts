// The state machine, what is owed, and the lights.
import { WorkCalendar } from '../../src/calendar/work-calendar';
import { type TaskState } from '../../src/database/entities/task';
import { dutyOn, lightOn, nextState, type TaskAct } from '../../src/tasks/task-state';

const calendar = new WorkCalendar(
  [
    { day: '2023-06-22', kind: 'holiday', name: '端午节' },
    { day: '2023-06-23', kind: 'holiday', name: '端午节' },
    { day: '2023-06-25', kind: 'workday', name: '端午节' },
  ],
  [2023],
);
const states: TaskState[] = ['active', 'closing', 'closed', 'ongoing', 'suspended', 'terminated'];

describe('nextState', () => {
  const allowed: [TaskState, TaskAct, boolean, TaskState][] = [
    ['active', 'request_closure', false, 'closing'],
    ['closing', 'request_closure', false, 'closing'],
    ['closing', 'withdraw_closure', false, 'active'],
    ['active', 'withdraw_closure', false, 'active'],
    ['closing', 'accept_closure', false, 'closed'],
    ['closing', 'accept_closure', true, 'ongoing'],
    ['closing', 'return_closure', true, 'active'],
  ];
  test.each(allowed)('%s + %s (long-term: %s) = %s', (state, act, longTerm, expected) => {
    expect(nextState({ state, due: null, longTerm }, act)).toBe(expected);
  });

  test('refuses every other pair with a sentence', () => {
    const acts: TaskAct[] = ['request_closure', 'withdraw_closure', 'accept_closure', 'return_closure'];
    for (const state of states)
      for (const act of acts)
        if (!allowed.some(([from, by]) => from === state && by === act))
          expect(() => nextState({ state, due: null, longTerm: false }, act)).toThrow(/./u);
  });
});

describe('dutyOn and lightOn', () => {
  const task = { state: 'active' as TaskState, due: '2023-06-30', longTerm: true };

  test('counts workdays to the action day', () => {
    expect(dutyOn(task, '2023-06-26', calendar)).toEqual({
      due: '2023-06-30',
      actionDay: '2023-06-30',
      overdue: false,
      workdaysLeft: 4,
    });
    expect(dutyOn(task, '2023-06-21', calendar)?.workdaysLeft).toBe(6);
    expect(dutyOn({ ...task, due: '2023-06-24' }, '2023-06-20', calendar)).toMatchObject({
      actionDay: '2023-06-21',
      workdaysLeft: 1,
    });
  });

  test('a task is overdue the day after it was due, long-term or not, until the office accepts', () => {
    expect(dutyOn(task, '2023-06-30', calendar)?.overdue).toBe(false);
    expect(dutyOn(task, '2023-07-01', calendar)?.overdue).toBe(true);
    for (const state of states.filter(other => other !== 'active'))
      expect(dutyOn({ ...task, state }, '2023-07-01', calendar)).toBeNull();
    expect(dutyOn({ ...task, due: null }, '2023-07-01', calendar)).toBeNull();
  });

  test.each([
    ['2023-07-01', 0, 'active', 'red'],
    ['2023-06-26', 0, 'active', 'yellow'],
    ['2023-06-20', 0, 'active', 'yellow'],
    ['2023-06-19', 0, 'active', 'green'],
    ['2023-06-01', 1, 'active', 'yellow'],
    ['2023-07-01', 1, 'closed', 'white'],
    ['2023-07-01', 0, 'ongoing', 'white'],
  ] as const)('on %s with %i blockers, %s: %s', (today, openBlockers, state, light) => {
    expect(lightOn({ ...task, state, openBlockers }, today, calendar)).toBe(light);
  });
});
