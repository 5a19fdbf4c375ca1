// What a recipient has put off, morning by morning; and that a later word takes the place of an earlier one.
import { type EntityManager } from 'typeorm';
import { type CivilDate } from '../../src/calendar/civil-date';
import { ReminderMove } from '../../src/database/entities/reminder';
import { lastMorningBefore, sinceWithMoves } from '../../src/reminders/put-off';
import { endMoves, findMoves, type Move, type MoveRequest, moveReminders } from '../../src/tasks/reminder-moves';
import { type TaskOutline } from '../../src/tasks/task-outlines';
import { freshDatabase, type FreshDatabase } from '../support/database';
import { publishedCalendar as calendar } from '../support/published-holidays';

const task = (id: string) => ({ id }) as TaskOutline;
const all = (fromDay: CivilDate, resumeOn: CivilDate): Move => ({ recipientKey: 'r', taskId: '', fromDay, resumeOn });
const one = (taskId: string, fromDay: CivilDate, resumeOn: CivilDate): Move => ({ ...all(fromDay, resumeOn), taskId });

describe('since when reminders are made good', () => {
  it.each<[string, Move[], CivilDate, CivilDate | null, ReturnType<ReturnType<typeof sinceWithMoves>>]>([
    ['nothing put off', [], '2023-06-28', null, { since: null }],
    ['nothing put off, mornings missed', [], '2023-06-28', '2023-06-26', { since: '2023-06-26' }],
    ['not yet', [all('2023-06-27', '2023-06-29')], '2023-06-28', null, null],
    ['on the day', [all('2023-06-27', '2023-06-28')], '2023-06-28', null, { since: '2023-06-26' }],
    ['on the day, mornings missed before', [all('2023-06-27', '2023-06-28')], '2023-06-28', '2023-06-21', { since: '2023-06-21' }],
    ['of another task', [one('b', '2023-06-27', '2023-06-30')], '2023-06-28', null, { since: null }],
    ['of this task', [one('a', '2023-06-27', '2023-06-30')], '2023-06-28', null, null],
    ['this task earlier than everything', [all('2023-06-27', '2023-06-30'), one('a', '2023-06-27', '2023-06-28')], '2023-06-28', null, { since: '2023-06-26' }],
  ])('%s', (_name, moves, at, missed, expected) => {
    expect(sinceWithMoves(moves, at, missed)(task('a'))).toEqual(expected);
  }); // prettier-ignore

  it('the last morning is the one before, or the last that ran', () => {
    expect(lastMorningBefore('2023-06-26', calendar, null)).toBe('2023-06-25');
    expect(lastMorningBefore('2023-06-26', calendar, '2023-06-20')).toBe('2023-06-20');
  });
});

describe('the table', () => {
  let database: FreshDatabase;
  let manager: EntityManager;
  beforeAll(async () => {
    database = await freshDatabase();
    ({ manager } = database.dataSource);
  });
  beforeEach(() => manager.query('DELETE FROM reminder_moves'));
  afterAll(() => database.drop());

  const move = (resumeOn: CivilDate, more: Partial<MoveRequest> = {}) =>
    moveReminders(manager, {
      recipientKey: 'person:a',
      taskIds: null,
      fromDay: '2023-06-27',
      resumeOn,
      personId: 'p',
      now: new Date(),
      ...more,
    });
  const rows = async () =>
    (await manager.find(ReminderMove, { order: { taskId: 'ASC' } })).map(row => [
      row.taskId,
      row.fromDay,
      row.resumeOn,
    ]);

  it('keeps the last word, and all that was kept back before it', async () => {
    await move('2023-06-30');
    await move('2023-06-29', { fromDay: '2023-06-28' });
    expect(await rows()).toEqual([['', '2023-06-27', '2023-06-29']]);
    await move('2023-07-03', { taskIds: ['x', 'y'], fromDay: '2023-06-28' });
    expect(await rows()).toEqual([
      ['', '2023-06-27', '2023-06-29'],
      ['x', '2023-06-27', '2023-07-03'],
      ['y', '2023-06-27', '2023-07-03'],
    ]);
    await move('2023-06-30', { fromDay: '2023-06-28' });
    expect(await rows()).toEqual([['', '2023-06-27', '2023-06-30']]);
  });

  it('what is over does not come again with a later one', async () => {
    await move('2023-06-28');
    await move('2023-07-04', { fromDay: '2023-07-03' });
    expect(await rows()).toEqual([['', '2023-07-03', '2023-07-04']]);
  });

  it('gives a morning what matters on it, by recipient', async () => {
    await move('2023-06-28');
    await move('2023-06-30', { recipientKey: 'group:g', taskIds: ['x'] });
    const keys = async (lastRan: CivilDate) => [...(await findMoves(manager, lastRan)).keys()].sort();
    expect(await keys('2023-06-27')).toEqual(['group:g', 'person:a']);
    expect(await keys('2023-06-28')).toEqual(['group:g']);
    expect(await keys('2023-06-30')).toEqual([]);
  });

  it('ends with the next morning when asked to', async () => {
    await move('2023-06-30');
    expect(await endMoves(manager, 'person:b', null, '2023-06-28')).toBe(0);
    expect(await endMoves(manager, 'person:a', ['x'], '2023-06-28')).toBe(0);
    expect(await endMoves(manager, 'person:a', null, '2023-06-28')).toBe(1);
    expect(await endMoves(manager, 'person:a', null, '2023-06-28')).toBe(0);
    expect(await rows()).toEqual([['', '2023-06-27', '2023-06-28']]);
  });
});
