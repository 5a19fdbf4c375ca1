// Where the trial's clock may be turned to: forward only, and the mornings that are offered.
import { addDays, civilDateOf, instantOf } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';

/** When the morning's cards go out. */
const morning = '08:30';
// Further on the holidays are not known, and there is no way back but a reset.
const mostDaysAtOnce = 366;

export interface Mornings {
  /** 08:30 of today, while that is a workday's and still ahead; else null. */
  today: Date | null;
  /** 08:30 of the first workday after today. */
  nextWorkday: Date;
}

/** The mornings the page offers at this moment. */
export function morningsAhead(now: Date, calendar: WorkCalendar): Mornings {
  const today = civilDateOf(now);
  const first = instantOf(today, morning);
  return {
    today: calendar.isWorkday(today) && first > now ? first : null,
    nextWorkday: instantOf(calendar.after(today), morning),
  };
}

/** Why the clock may not be turned there, as a sentence; null when it may. */
export function turnProblem(to: Date, now: Date): string | null {
  if (Number.isNaN(to.getTime())) return '请选择日期和时间。';
  if (to < now) return '时钟只能往后转，不能回到现在之前。要从头开始，请停下后运行 duban trial --reset。';
  const last = instantOf(addDays(civilDateOf(now), mostDaysAtOnce), '23:59');
  return to > last ? '一次最多往后转一年。' : null;
}
