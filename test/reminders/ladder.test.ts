// The ladder as a table: every morning of a due date, the missed ones, and who has answered already.
import * as fc from 'fast-check';
import { addDays, type CivilDate } from '../../src/calendar/civil-date';
import { type WorkCalendar } from '../../src/calendar/work-calendar';
import { owesAt, rungOn, type Rung, stepOn, type Part } from '../../src/reminders/ladder';
import { publishedCalendar as calendar } from '../support/published-holidays';

/** Every morning from one day to another on which a due date is on a rung. */
function mornings(due: CivilDate, from: CivilDate, to: CivilDate): Record<CivilDate, Rung> {
  const found: Record<CivilDate, Rung> = {};
  for (let day = from; day <= to; day = addDays(day, 1)) {
    const step = stepOn(due, day, calendar);
    if (step) found[day] = step.rung;
  }
  return found;
}

describe('the rungs of a due date', () => {
  it.each<[string, CivilDate, CivilDate, CivilDate, Record<CivilDate, Rung>]>([
    [
      'count workdays, a make-up Sunday (端午) among them, and go on weekly when overdue',
      '2023-06-30', '2023-05-01', '2023-07-31',
      {
        '2023-06-08': 15, '2023-06-20': 7, '2023-06-27': 3, '2023-06-29': 1, '2023-06-30': 0,
        '2023-07-03': 'overdue', '2023-07-10': 'overdue', '2023-07-17': 'overdue', '2023-07-24': 'overdue', '2023-07-31': 'overdue',
      },
    ],
    [
      'count to the last workday before 国庆 when due within it, and begin again on the make-up Saturday',
      '2023-09-30', '2023-08-15', '2023-10-20',
      {
        '2023-09-07': 15, '2023-09-19': 7, '2023-09-25': 3, '2023-09-27': 1, '2023-09-28': 0,
        '2023-10-07': 'overdue', '2023-10-09': 'overdue', '2023-10-16': 'overdue',
      },
    ],
    [
      'skip 国庆 and count its make-up weekend when due on a Sunday after it',
      '2023-10-15', '2023-09-01', '2023-10-24',
      {
        '2023-09-18': 15, '2023-09-28': 7, '2023-10-10': 3, '2023-10-12': 1, '2023-10-13': 0,
        '2023-10-16': 'overdue', '2023-10-23': 'overdue',
      },
    ],
    [
      'cross the year, and its first workweek begins on a Tuesday',
      '2023-12-31', '2023-12-01', '2024-01-16',
      {
        '2023-12-08': 15, '2023-12-20': 7, '2023-12-26': 3, '2023-12-28': 1, '2023-12-29': 0,
        '2024-01-02': 'overdue', '2024-01-08': 'overdue', '2024-01-15': 'overdue',
      },
    ],
    [
      'have the first overdue morning in the middle of a week, the next ones at its beginning',
      '2023-07-05', '2023-07-01', '2023-07-20',
      { '2023-07-04': 1, '2023-07-05': 0, '2023-07-06': 'overdue', '2023-07-10': 'overdue', '2023-07-17': 'overdue' },
    ],
    [
      'have no overdue morning in a week that is all holiday',
      '2024-02-09', '2024-02-08', '2024-02-27',
      { '2024-02-08': 1, '2024-02-09': 0, '2024-02-18': 'overdue', '2024-02-19': 'overdue', '2024-02-26': 'overdue' },
    ],
  ])('%s', (_name, due, from, to, expected) => {
    expect(mornings(due, from, to)).toEqual(expected);
  }); // prettier-ignore

  it('are others where a list says so', () => {
    const ladder = { rungs: [5, 2], insistAt: [2], overdue: 'weekly' } as const;
    const on = (day: CivilDate) => stepOn('2023-06-30', day, calendar, null, ladder);
    expect(on('2023-06-25')).toEqual({ rung: 5, morning: '2023-06-25', freedByReportFrom: '0000-01-01' });
    expect(on('2023-06-28')).toEqual({ rung: 2, morning: '2023-06-28', freedByReportFrom: null });
    expect(on('2023-06-27')).toBeNull();
    expect(on('2023-06-30')).toBeNull();
  });
});

describe('workdays decided anew between two mornings', () => {
  const off = (...days: CivilDate[]) => calendar.withFormer(days.map(day => ({ day, kind: 'holiday' })));
  const rung = (today: CivilDate, now: WorkCalendar, lastRan: CivilDate, then: WorkCalendar) =>
    stepOn('2023-06-30', today, now, null, undefined, { lastRan, calendar: then })?.rung ?? null;

  it('a rung that a late holiday moves onto a morning that is over goes with the next one, once', () => {
    // Monday the 26th had four workdays left; with Wednesday off it had three.
    const now = off('2023-06-28');
    expect(stepOn('2023-06-30', '2023-06-27', now)).toBeNull();
    expect(rung('2023-06-27', now, '2023-06-26', calendar)).toBe(3);
    expect(stepOn('2023-06-30', '2023-06-29', now)?.rung).toBe(1);
  });

  it('of several the nearest', () => {
    expect(rung('2023-06-29', off('2023-06-27', '2023-06-28', '2023-06-30'), '2023-06-26', calendar)).toBe(0);
    expect(rung('2023-06-27', off('2023-06-28', '2023-06-29'), '2023-06-26', calendar)).toBe(1);
    expect(rung('2023-06-26', off('2023-06-28'), '2023-06-25', calendar)).toBe(3);
  });

  it('a rung that was asked already is not asked again when a holiday is taken back', () => {
    expect(stepOn('2023-06-30', '2023-06-26', off('2023-06-28'))?.rung).toBe(3);
    expect(stepOn('2023-06-30', '2023-06-27', calendar)?.rung).toBe(3);
    expect(rung('2023-06-27', calendar, '2023-06-26', off('2023-06-28'))).toBeNull();
  });

  it('nothing else changes', () => {
    expect(rung('2023-06-28', off('2023-08-01'), '2023-06-27', calendar)).toBeNull();
    expect(rung('2023-06-29', off('2023-08-01'), '2023-06-28', calendar)).toBe(1);
    expect(rung('2023-07-03', off('2023-06-29'), '2023-06-30', calendar)).toBe('overdue');
  });
});

describe('a morning that was missed altogether', () => {
  const onMorning = (today: CivilDate, missedSince: CivilDate | null, due = '2023-06-30') => {
    const step = stepOn(due, today, calendar, missedSince);
    return step && [step.rung, step.morning];
  };

  it.each<[string, CivilDate, CivilDate | null, [Rung, CivilDate] | null]>([
    ['goes with the next one', '2023-06-28', '2023-06-26', [3, '2023-06-27']],
    ['goes with the next one once only', '2023-06-28', '2023-06-27', null],
    ['is not made up for where none was missed', '2023-06-28', null, null],
    ['gives way to a rung of today', '2023-06-29', '2023-06-26', [1, '2023-06-29']],
    ['is the latest where several were missed', '2023-06-28', '2023-06-07', [3, '2023-06-27']],
    ['is made up for across a weekend', '2023-07-03', '2023-06-28', ['overdue', '2023-07-03']],
    ['is made up for days later', '2023-06-14', '2023-06-07', [15, '2023-06-08']],
    ['never makes a weekend a morning', '2023-07-01', '2023-06-28', null],
    ['is not looked for before the widest rung', '2023-06-07', '2023-01-01', null],
    ['may be an overdue Monday', '2023-07-12', '2023-07-07', ['overdue', '2023-07-10']],
    ['may be the first day overdue', '2023-07-05', '2023-06-30', ['overdue', '2023-07-03']],
  ])('%s', (_name, today, missedSince, expected) => {
    expect(onMorning(today, missedSince)).toEqual(expected);
  });

  it('that was the action day before 国庆 is overtaken by the first day overdue', () => {
    expect(onMorning('2023-10-07', '2023-09-27', '2023-09-30')).toEqual(['overdue', '2023-10-07']);
    expect(onMorning('2023-10-08', '2023-09-27', '2023-09-30')).toEqual(['overdue', '2023-10-07']);
    expect(onMorning('2023-10-08', '2023-10-07', '2023-09-30')).toBeNull();
  });

  it('whatever mornings are missed, the one that runs carries the latest rung since the last that ran', () => {
    const dayFrom = (first: CivilDate) => fc.integer({ min: 0, max: 300 }).map(days => addDays(first, days));
    fc.assert(
      fc.property(dayFrom('2023-04-01'), dayFrom('2023-04-01'), fc.integer({ min: 1, max: 40 }), (due, lastRun, gap) => {
        const today = addDays(lastRun, gap);
        let expected: Rung | null = null;
        for (let day = addDays(lastRun, 1); day <= today; day = addDays(day, 1))
          expected = stepOn(due, day, calendar)?.rung ?? expected;
        if (!calendar.isWorkday(today)) expected = null;
        expect(stepOn(due, today, calendar, lastRun)?.rung ?? null).toBe(expected);
      }),
    ); // prettier-ignore
  });
});

describe('who has answered', () => {
  const due = '2023-06-30';
  /** An instant in Asia/Shanghai. */
  const at = (wall: string) => new Date(`${wall}+08:00`);
  const lead = (lastReportedAt: Date | null, done = false): Part => ({ role: 'lead', lastReportedAt, done });
  const support = (lastReportedAt: Date | null, done = false): Part => ({ role: 'support', lastReportedAt, done });
  const rung = (day: CivilDate, part: Part) => rungOn({ ...part, due }, day, calendar);

  it.each<[string, CivilDate, Part, Rung | null]>([
    ['never reported owes', '2023-06-27', lead(null), 3],
    ['a support unit owes like a lead unit', '2023-06-27', support(null), 3],
    ['reported at the very start of the previous rung’s day owes nothing', '2023-06-27', lead(at('2023-06-20T00:00')), null],
    ['reported a moment before the previous rung’s day owes again', '2023-06-27', lead(at('2023-06-19T23:59:59.999')), 3],
    ['reported yesterday owes nothing', '2023-06-27', lead(at('2023-06-26T18:00')), null],
    ['at 7, the previous rung is the 15', '2023-06-20', lead(at('2023-06-08T08:31')), null],
    ['at 7, a report from before the 15 is too old', '2023-06-20', lead(at('2023-06-07T17:00')), 7],
    ['at 15, any report ever made will do', '2023-06-08', lead(at('2023-01-03T10:00')), null],
    ['at 15, none will not', '2023-06-08', lead(null), 15],
    ['at 1, a report of today frees nobody', '2023-06-29', lead(at('2023-06-29T08:00')), 1],
    ['at 0, neither', '2023-06-30', lead(at('2023-06-30T08:00')), 0],
    ['overdue, neither', '2023-07-03', lead(at('2023-07-03T08:00')), 'overdue'],
    ['a support unit whose part is done owes nothing at 1', '2023-06-29', support(at('2023-06-20T10:00'), true), null],
    ['a support unit whose part is done owes nothing when overdue', '2023-07-03', support(at('2023-06-20T10:00'), true), null],
    ['a lead unit’s “done” alone frees it of nothing: the task’s state does', '2023-06-29', lead(at('2023-06-28T10:00'), true), 1],
    ['between rungs nobody owes', '2023-06-28', lead(null), null],
    ['on a Sunday nobody owes', '2023-07-02', lead(null), null],
  ])('%s', (_name, day, part, expected) => {
    expect(rung(day, part)).toBe(expected);
  }); // prettier-ignore

  it('counts from the missed morning’s own rung when that is made up for', () => {
    const step = stepOn(due, '2023-06-28', calendar, '2023-06-26')!;
    expect(step.freedByReportFrom).toBe('2023-06-20');
    expect(owesAt(step, lead(at('2023-06-27T15:00')))).toBe(false);
    expect(owesAt(step, lead(at('2023-06-19T15:00')))).toBe(true);
  });
});
