// 到期日历: the present month is always there; what is due before and after the months shown is counted, and opens its rows.
import { type BoardFigures } from '../../src/reports/board-figures';
import { dueCalendar } from '../../src/web/due-calendar';
import { publishedCalendar as calendar } from '../support/published-holidays';

const dueOn = (due: string, total: number): BoardFigures['days'][number] => ({
  due,
  total,
  lights: { red: 0, yellow: 0, green: total, white: 0 },
});
const monthEnds = ['2023-01-31', '2023-02-28', '2023-03-31', '2023-04-30', '2023-05-31', '2023-09-30', '2023-10-31', '2023-11-30', '2023-12-31', '2024-01-31', '2024-02-29', '2024-03-31']; // prettier-ignore

test('two months gone by at most, the present one, what comes; the rest as numbers', () => {
  const days = monthEnds.map((due, i) => dueOn(due, i + 1));
  const { months, earlier, later } = dueCalendar(days, { list: '营商', today: '2023-07-03', calendar });
  expect(months.map(({ title, total }) => [title, total])).toEqual([
    ['2023年4月', 4], ['2023年5月', 5], ['2023年7月', 0], ['2023年9月', 6], ['2023年10月', 7], ['2023年11月', 8], ['2023年12月', 9], ['2024年1月', 10],
  ]); // prettier-ignore
  expect(earlier).toMatchObject({ count: 1 + 2 + 3, href: expect.stringContaining('to=2023-03-31') as string });
  expect(later).toMatchObject({ count: 11 + 12, href: expect.stringContaining('from=2024-02-29') as string });
});

test('weeks without anything due are told apart, but not the present one', () => {
  const { months } = dueCalendar([dueOn('2023-07-31', 2)], { list: '营商', today: '2023-07-05', calendar });
  expect(months[0]?.weeks.map(({ idle }) => idle)).toEqual([true, false, true, true, true, false]);
});
