// What reminders need to work, as findings for doctor: holidays known, quota left.
import { type EntityManager } from 'typeorm';
import { civilDateOf, type CivilDate, partsOf } from '../calendar/civil-date';
import { CalendarYear } from '../database/entities/schedule';
import { loadWorkCalendar, missingYears } from '../database/work-days';
import { findUsage, type Used } from '../outbox/usage';

export interface ReminderFinding {
  what: string;
  ok: boolean;
  note: string;
}

/** Never writes. */
export async function examineReminders(manager: EntityManager, now: Date): Promise<ReminderFinding[]> {
  return [await examineHolidays(manager, civilDateOf(now)), await examineQuota(manager, now)];
}

async function examineHolidays(manager: EntityManager, today: CivilDate): Promise<ReminderFinding> {
  const what = '节假日';
  const years = (await manager.find(CalendarYear)).map(({ year }) => year);
  if (years.length === 0) return { what, ok: false, note: '还没有节假日数据，启动一次即自动写入' };
  const missing = missingYears(await loadWorkCalendar(manager), today);
  const { year } = partsOf(today);
  return missing.length === 0
    ? { what, ok: true, note: `已知到 ${Math.max(...years)} 年` }
    : { what, ok: false, note: `${holidayWarning(missing, year)}，请运行 duban calendar 文件` };
}

const quotaFullShare = 0.8;

async function examineQuota(manager: EntityManager, now: Date): Promise<ReminderFinding> {
  const { month, calls, messages, share } = await findUsage(manager, now);
  const text = ({ used, limit }: Used): string => (limit === 0 ? `${used}（不限）` : `${used}/${limit}`);
  const note = `${month} 接口调用 ${text(calls)}，收发消息 ${text(messages)}`;
  if (share < quotaFullShare) return { what: '钉钉额度', ok: true, note };
  return {
    what: '钉钉额度',
    ok: false,
    note: `${note}，已用 ${Math.floor(share * 100)}%，请升级版本、购买额度，或用 duban settings 改正额度`,
  };
}

/** "2027年节假日安排尚未录入，工作日按周一至周五推算" */
export function holidayWarning(missing: number[], thisYear: number): string {
  const tense = missing.includes(thisYear) ? '工作日按周一至周五推算' : '到时工作日将按周一至周五推算';
  return `${missing.join('、')}年节假日安排尚未录入，${tense}`;
}
