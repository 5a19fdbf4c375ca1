// What a deadline cell asks for again and again: 每月25日前, 每季度末, 每年12月底, 按月, 每周五.
import { daysInMonth } from './civil-date';

/** A recurring demand. */
export interface Recurrence {
  freq: 'weekly' | 'monthly' | 'quarterly' | 'yearly';
  /** Weekly: 1 = Monday … 7; else a day of the month; last = the last day of the period (weekly: of the working week). */
  day: number | 'last';
  /** Only where the cell names one: yearly 1–12; quarterly 1–3, the month within the quarter (else its last month). */
  month?: number;
}

export interface RecurrenceReading {
  recurring: Recurrence | null;
  /** A rhythm that is none of ours (每半年, 每两周, 每天): a person decides. */
  unreadable: boolean;
  /** Chinese reason, or null. */
  invalid: string | null;
  /** The text with everything recurring taken out, so that its days are not read as dates. */
  rest: string;
}

const dayPart =
  '(?:的)?(?:(?<day>\\d{1,2})(?:[日号]|(?![\\d次个项篇期]))|(?<part>月?底|月?末|月?初|上旬|中旬|下旬|最后1[日天]))?';
const yearly = new RegExp(
  `(?:每年度?|逐年|按年度?(?!度?计划)|每1年)(?:的)?(?:(?<month>\\d{1,2})月份?${dayPart}|(?<end>年?底|年?末|年?终|度?末))?`,
  'u',
);
const quarterly = new RegExp(
  `(?:每1?个?季度?|逐季度?|按季度?(?!度?计划))(?:的)?(?:(?<end>末|底|终)(?!月)|(?<which>首|末|最后1|第[1-3]|下)个?月(?:份)?${dayPart}|结束后?)?`,
  'u',
);
const monthly = new RegExp(`(?:每1?个?月(?:份)?|逐月|按月度?(?!度?计划))(?:的)?${dayPart}`, 'u');
const weekly = /(?:每1?个?(?:周|星期|礼拜)|逐周|按周)(?:的)?(?<weekday>[1-7一二三四五六日天末](?![次个]))?/u;
const other = /每(?:半年|半个?月|[2-9两]个?(?:年|月|周|星期|季度)|旬|日|天|个?工作日|[2-9]天)|逐日|按日|按旬/u;

/** 每年3月、9月: two dates a year are no rhythm of ours. */
const severalMonths = /每年(?:\d{1,2}月份?(?:底|末|\d{1,2}[日号])?前?[、,和及]?){2,}/u;

/** Takes the recurring demand out of a plain deadline text; the first one found counts. */
export function readRecurrence(text: string): RecurrenceReading {
  const reading: RecurrenceReading = { recurring: null, unreadable: false, invalid: null, rest: text };
  const take = (pattern: RegExp, read: (groups: Record<string, string | undefined>) => Recurrence): void => {
    for (let found = pattern.exec(reading.rest); found; found = pattern.exec(reading.rest)) {
      const after = found.index + found[0].length;
      const recurrence = read(found.groups ?? {});
      reading.invalid ??= impossible(recurrence);
      reading.recurring ??= recurrence;
      reading.rest = `${reading.rest.slice(0, found.index)};${reading.rest.slice(after)}`;
    }
  };
  for (const pattern of [other, severalMonths])
    if (pattern.test(reading.rest)) {
      reading.unreadable = true;
      reading.rest = reading.rest.replace(pattern, ';');
    }
  take(yearly, groups => ({
    freq: 'yearly',
    day: dayOf(groups),
    ...(groups.month === undefined ? {} : { month: Number(groups.month) }),
  }));
  take(quarterly, groups => ({
    freq: 'quarterly',
    day: dayOf(groups),
    ...monthOfQuarter(groups.which),
  }));
  take(monthly, groups => ({ freq: 'monthly', day: dayOf(groups) }));
  take(weekly, groups => ({ freq: 'weekly', day: weekdayNumber(groups.weekday) }));
  return reading;
}

function dayOf(groups: Record<string, string | undefined>): number | 'last' {
  if (groups.day !== undefined) return Number(groups.day);
  if (groups.part === undefined) return 'last';
  if (/初|上旬/.test(groups.part)) return 10;
  return groups.part === '中旬' ? 20 : 'last';
}

function monthOfQuarter(which: string | undefined): { month?: number } {
  if (which === '首' || which === '第1') return { month: 1 };
  return which === '第2' ? { month: 2 } : {};
}

function weekdayNumber(name: string | undefined): number | 'last' {
  if (name === undefined || name === '末') return 'last';
  const place = '一二三四五六日'.indexOf(name === '天' ? '日' : name);
  return place >= 0 ? place + 1 : Number(name);
}

function impossible({ freq, day, month }: Recurrence): string | null {
  if (freq === 'yearly' && month !== undefined) {
    if (month < 1 || month > 12) return `没有${month}月`;
    if (day !== 'last' && (day < 1 || day > daysInMonth(2024, month))) return `没有${month}月${day}日`;
  }
  if (freq !== 'weekly' && day !== 'last' && (day < 1 || day > 31)) return `没有${day}日`;
  return null;
}
