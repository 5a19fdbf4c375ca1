// How dates, numbers of days and contents are put into words; the same words in every reply.
import { civilDateOf, endOfMonth, partsOf, wallTimeOf, weekdayOf, type CivilDate } from '../calendar/civil-date';

const weekdayNames = ['周一', '周二', '周三', '周四', '周五', '周六', '周日'];

/** "6月27日 周二" */
export function dayWithWeekday(date: CivilDate): string {
  return `${monthDay(date)} ${weekdayNames[weekdayOf(date) - 1] ?? ''}`;
}

/** "6月27日" */
export function monthDay(date: CivilDate): string {
  const { month, day } = partsOf(date);
  return `${month}月${day}日`;
}

/** "6月底", "6月15日"; with the year when it is not `today`'s: "2024年1月底". */
export function dueName(due: CivilDate, today: CivilDate): string {
  const { year, month, day } = partsOf(due);
  const name = due === endOfMonth(year, month) ? `${month}月底` : `${month}月${day}日`;
  return year === partsOf(today).year ? name : `${year}年${name}`;
}

/** "06-26 09:12", the moment an answer speaks of. */
export function momentName(instant: Date): string {
  return `${civilDateOf(instant).slice(5)} ${wallTimeOf(instant)}`;
}

/**
 * When a task is due, in words: "6月底到期，剩4个工作日", "6月底到期，今天截止", "5月底到期，已逾期17个工作日".
 * @param workdaysLeft - to the action day; `overdueBy` = workdays past the due date when it is over
 */
export function whenName(due: CivilDate, today: CivilDate, workdaysLeft: number, overdueBy: number | null): string {
  const name = `${dueName(due, today)}到期`;
  if (overdueBy !== null) return overdueBy > 0 ? `${name}，已逾期${overdueBy}个工作日` : `${name}，已逾期`;
  if (workdaysLeft < 0) return `${name}，工作日已过，请今天办结`;
  return workdaysLeft === 0 ? `${name}，今天是最后一个工作日` : `${name}，剩${workdaysLeft}个工作日`;
}

/** A text cut to fit a line on a phone; "…" where something was left out. */
export function shorten(text: string, maxLength = 28): string {
  const oneLine = text.replace(/\s+/gu, ' ').trim();
  const characters = Array.from(oneLine);
  return characters.length <= maxLength ? oneLine : `${characters.slice(0, maxLength - 1).join('')}…`;
}
