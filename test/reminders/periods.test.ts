// The periods of standing tasks, and the one morning in each on which they are asked about.
import { addDays, type CivilDate } from '../../src/calendar/civil-date';
import { periodName, periodOf, type Rhythm } from '../../src/reminders/periods';
import { periodAskedOn } from '../../src/reminders/standing-tasks';
import { publishedCalendar as calendar } from '../support/published-holidays';

describe('the period a day is in', () => {
  it.each<[Rhythm, CivilDate, CivilDate, CivilDate, string]>([
    ['quarterly', '2023-06-30', '2023-04-01', '2023-06-30', '第二季度'],
    ['quarterly', '2023-07-01', '2023-07-01', '2023-09-30', '第三季度'],
    ['quarterly', '2023-12-31', '2023-10-01', '2023-12-31', '第四季度'],
    ['monthly', '2024-02-10', '2024-02-01', '2024-02-29', '2月'],
    ['halfyearly', '2023-03-05', '2023-01-01', '2023-06-30', '上半年'],
    ['halfyearly', '2023-12-05', '2023-07-01', '2023-12-31', '下半年'],
    ['yearly', '2023-01-01', '2023-01-01', '2023-12-31', '2023年'],
    [{ freq: 'monthly', day: 25 }, '2023-06-25', '2023-05-26', '2023-06-25', '5月26日—6月25日'],
    [{ freq: 'monthly', day: 25 }, '2023-12-26', '2023-12-26', '2024-01-25', '12月26日—1月25日'],
    [{ freq: 'monthly', day: 31 }, '2023-02-05', '2023-02-01', '2023-02-28', '2月'],
    [{ freq: 'weekly', day: 5 }, '2023-06-24', '2023-06-24', '2023-06-30', '6月24日—6月30日'],
    [{ freq: 'weekly', day: 'last' }, '2023-06-26', '2023-06-26', '2023-07-02', '6月26日—7月2日'],
    [{ freq: 'quarterly', day: 10, month: 1 }, '2023-06-01', '2023-04-11', '2023-07-10', '4月11日—7月10日'],
    [{ freq: 'yearly', day: 'last', month: 6 }, '2023-07-01', '2023-07-01', '2024-06-30', '7月1日—6月30日'],
  ])('%j on %s', (rhythm, day, start, end, name) => {
    expect(periodOf(rhythm, day)).toEqual({ start, end });
    expect(periodName({ start, end })).toBe(name);
  });

  it('has every day in exactly one period, and they follow each other', () => {
    const rhythms: Rhythm[] = ['monthly', 'quarterly', 'yearly', { freq: 'monthly', day: 31 }, { freq: 'weekly', day: 3 }];
    for (const rhythm of rhythms)
      for (let day = '2023-01-01'; day < '2025-03-01'; day = addDays(day, 1)) {
        const period = periodOf(rhythm, day)!;
        expect(period.start <= day && day <= period.end).toBe(true);
        expect(periodOf(rhythm, addDays(period.end, 1))!.start).toBe(addDays(period.end, 1));
      }
  }); // prettier-ignore
});

describe('the morning on which a period is asked about', () => {
  /** Every morning of 2023 on which something is asked. */
  function asked(rhythm: Rhythm): CivilDate[] {
    const days: CivilDate[] = [];
    for (let day = '2023-01-01'; day <= '2023-12-31'; day = addDays(day, 1))
      if (periodAskedOn(rhythm, { at: day, calendar }, null)) days.push(day);
    return days;
  }

  it('is its last workday, once', () => {
    expect(asked('quarterly')).toEqual(['2023-03-31', '2023-06-30', '2023-09-28', '2023-12-29']);
    expect(asked('none')).toEqual([]);
    expect(asked('yearly')).toEqual(['2023-12-29']);
    // 06-25 is a Sunday that is worked; 10-25 a Wednesday; 01-25 in 春节, its last workday before is 01-20.
    expect(asked({ freq: 'monthly', day: 25 })).toEqual([
      '2023-01-20', '2023-02-24', '2023-03-24', '2023-04-25', '2023-05-25', '2023-06-25',
      '2023-07-25', '2023-08-25', '2023-09-25', '2023-10-25', '2023-11-24', '2023-12-25',
    ]);
  }); // prettier-ignore

  it('of a week that is all holiday is none', () => {
    const weekly: Rhythm = { freq: 'weekly', day: 5 };
    // The week to Friday 10-06 is worked until Thursday 09-28 of the week before: nothing of its own is left.
    expect(asked(weekly)).not.toContain('2023-10-06');
    expect(asked(weekly)).toContain('2023-10-13');
  });

  it('goes with the next one when it was missed', () => {
    const on = (at: CivilDate, since: CivilDate | null) => periodAskedOn('quarterly', { at, calendar }, since)?.end;
    expect(on('2023-10-07', '2023-09-27')).toBe('2023-09-30');
    expect(on('2023-10-07', '2023-09-28')).toBeUndefined();
    expect(on('2023-10-07', null)).toBeUndefined();
    expect(on('2023-10-01', '2023-09-27')).toBeUndefined();
  });
});
