// Quiet hours and budgets as tables.
import { usualSettings } from '../../src/database/list-settings';
import { dayBounds, type HeardToday, isWithinBudget, nextDayAwake, wakesAt } from '../../src/outbox/unasked';
import { publishedCalendar as calendar } from '../support/published-holidays';

const at = (wall: string) => new Date(`${wall}:00+08:00`);
const wall = (instant: Date | null) =>
  instant && new Date(instant.getTime() + 8 * 3_600_000).toISOString().slice(0, 16);

describe('waking hours', () => {
  it.each<[string, string | null]>([
    ['2023-06-26T08:00', null],
    ['2023-06-26T17:59', null],
    ['2023-06-26T07:59', '2023-06-26T08:00'],
    ['2023-06-26T00:00', '2023-06-26T08:00'],
    ['2023-06-26T18:00', '2023-06-27T08:00'],
    ['2023-06-26T23:59', '2023-06-27T08:00'],
    ['2023-06-30T18:30', '2023-07-03T08:00'],
    ['2023-07-01T10:00', '2023-07-03T08:00'],
    ['2023-06-21T18:00', '2023-06-25T08:00'],
    ['2023-06-25T10:00', null],
    ['2023-09-28T18:00', '2023-10-07T08:00'],
    ['2023-10-05T10:00', '2023-10-07T08:00'],
  ])('at %s begin: %s', (now, expected) => {
    expect(wall(wakesAt(at(now), usualSettings, calendar))).toBe(expected);
  });

  it('are others where they are set', () => {
    const waking = { ...usualSettings, awake: { from: '09:00', to: '12:00' } };
    expect(wall(wakesAt(at('2023-06-26T08:30'), waking, calendar))).toBe('2023-06-26T09:00');
    expect(wall(wakesAt(at('2023-06-26T12:00'), waking, calendar))).toBe('2023-06-27T09:00');
    expect(wall(nextDayAwake(at('2023-06-30T10:00'), waking, calendar))).toBe('2023-07-03T09:00');
  });
});

describe('a group bears two in a day', () => {
  const heard = (cards: number, cardsToCome: number, others: number): HeardToday => ({ cards, cardsToCome, others });
  it.each<[string, boolean, string, HeardToday, boolean]>([
    ['the card first', true, '08:31', heard(0, 1, 0), true],
    ['the card after another', true, '08:31', heard(0, 1, 1), true],
    ['the card after two others', true, '08:31', heard(0, 1, 2), false],
    ['another before the morning: the card keeps its place', false, '08:10', heard(0, 0, 0), true],
    ['a second before the morning', false, '08:10', heard(0, 0, 1), false],
    ['another while the card is about to go', false, '08:31', heard(0, 1, 0), true],
    ['a second while the card is about to go', false, '08:31', heard(0, 1, 1), false],
    ['another after the card', false, '10:00', heard(1, 0, 0), true],
    ['a second after the card', false, '10:00', heard(1, 0, 1), false],
    ['a second on a day without a card', false, '10:00', heard(0, 0, 1), true],
    ['a third', false, '10:00', heard(0, 0, 2), false],
  ])('%s', (_name, isCard, time, said, expected) => {
    expect(isWithinBudget(isCard, said, usualSettings, at(`2023-06-26T${time}`))).toBe(expected);
  });
});

it('a day begins and ends in Asia/Shanghai', () => {
  expect(dayBounds(new Date('2023-06-25T16:00:00Z')).map(wall)).toEqual(['2023-06-26T00:00', '2023-06-27T00:00']);
  expect(dayBounds(new Date('2023-06-25T15:59:59Z')).map(wall)).toEqual(['2023-06-25T00:00', '2023-06-26T00:00']);
});
