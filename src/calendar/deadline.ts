// Reads a deadline cell (完成时限) of a task list into the date that reminders count towards.
import { civilDate, endOfMonth, partsOf, type CivilDate } from './civil-date';
import { readMentions, type Mention } from './deadline-mentions';
import { readRecurrence, type Recurrence } from './deadline-recurrence';
import { plainDeadline } from './deadline-text';

/** What a deadline cell says. */
export interface Deadline {
  /** As printed, without the space around it. */
  text: string;
  /** The last day to finish, or null. */
  due: CivilDate | null;
  /** The first day, where the cell names one, or a span longer than a month. */
  start: CivilDate | null;
  /** 长期推进, 持续推进, 常态化: goes on for good (after `due`, if there is one). */
  longTerm: boolean;
  recurring: Recurrence | null;
  /** A person must settle it. */
  vague: boolean;
  /** Several dates in one cell, in calendar order; `due` is the last. Empty for a single date. */
  milestones: CivilDate[];
  /** Why a date in it does not exist, e.g. 没有2月30日; everything else is then empty. */
  invalid: string | null;
}

/** Longer cells are prose, not deadlines, and are not searched for dates. */
const longest = 500;

const longTermWords =
  /(?<![中不])长期|(?<!不)持续(?![到至]|时间)|常态|长效|常年|经常性|日常|久久为功|持之以恒|一以贯之|常抓不懈|坚持不懈|不间断|不断(?:推进|深化|完善|提升|优化)|滚动推进|动态(?:推进|更新|调整|管理)/u;
const unsettled = /待定|另行|视情|择机|适时|按上级|按省|按市/u;

/**
 * Reads a deadline cell.
 * A month, quarter, half or year, with or without 底/末/前, ends on its last calendar day, workday or not; 上旬 and 初 on the 10th,
 * 中旬 on the 20th. 前 includes the day it names. Of several dates the last is due. Dates that do not exist are told, never moved.
 *
 * @param cell - as printed, e.g. "2023年6月底，长期推进"
 * @param year - of the list, four digits; used where the cell names none
 * Source: product description §2 "Deadlines"; forms in the deadline examples
 */
export function parseDeadline(cell: string, year: number): Deadline {
  const deadline: Deadline = {
    text: cell.trim(),
    due: null,
    start: null,
    longTerm: false,
    recurring: null,
    vague: false,
    milestones: [],
    invalid: null,
  };
  if (deadline.text.length > longest) return { ...deadline, vague: true };
  const plain = plainDeadline(cell);
  const repeated = readRecurrence(plain);
  const { mentions, invalid } = readMentions(repeated.rest, year);
  deadline.invalid = repeated.invalid ?? invalid;
  deadline.longTerm = longTermWords.test(plain);
  const points = joinRanges(mentions, repeated.rest);
  const reversed = points.find(point => point.start > point.end);
  if (reversed) deadline.invalid ??= '起止日期颠倒';
  if (deadline.invalid !== null) return deadline;

  deadline.recurring = repeated.recurring;
  const dues = points.filter(point => !point.opens).map(point => point.end);
  const days = [...new Set(dues)].sort();
  deadline.due = days.at(-1) ?? null;
  deadline.milestones = days.length > 1 ? days : [];
  const start = startOf(points);
  deadline.start = start !== null && deadline.due !== null && start > deadline.due ? null : start;
  const says = deadline.due !== null || deadline.longTerm || deadline.recurring !== null;
  deadline.vague =
    !says ||
    repeated.unreadable ||
    points.some(point => point.unsure) ||
    (deadline.due === null && unsettled.test(plain));
  return deadline;
}

interface Point extends Mention {
  /** "6月起": says when it begins, not when it ends. */
  opens: boolean;
  /** Its first day is said, not only implied. */
  startSaid: boolean;
}

const rangeBetween = /^(?:起|开始)?,?(?:至|到|-|截至|截止到?|持续[到至])$/;

/** "A至B" is one span; "A起" a beginning; the rest stand for their last day. */
function joinRanges(mentions: Mention[], text: string): Point[] {
  const points: Point[] = [];
  for (const mention of mentions) {
    const last = points.at(-1);
    if (last && rangeBetween.test(text.slice(last.to, mention.from))) {
      const end = !mention.yearNamed && mention.end < last.start ? yearLater(mention.end) : mention.end;
      Object.assign(last, {
        end,
        to: mention.to,
        opens: false,
        startSaid: true,
        unsure: last.unsure || mention.unsure,
      });
      continue;
    }
    const after = text.slice(mention.to, mention.to + 4);
    const opens = /^(?:开始|(?:之|以)?后|以来|起)(?!点)/.test(after);
    const words = text.slice(mention.from, mention.to);
    const limited = !/[-至到]/.test(words) && (/^(?:之|以)?[前内底末]/.test(after) || /[底末内]$/.test(words));
    points.push({ ...mention, opens, startSaid: opens || (mention.span && !limited) });
  }
  return points;
}

function yearLater(date: CivilDate): CivilDate {
  const { year, month, day } = partsOf(date);
  return civilDate(year + 1, month, day) ?? endOfMonth(year + 1, month);
}

/** The first day of a beginning ("6月起"), else of the only span there is. */
function startOf(points: Point[]): CivilDate | null {
  const opening = points.find(point => point.opens);
  if (opening) return opening.start;
  const [only, ...others] = points;
  return only?.startSaid && others.length === 0 ? only.start : null;
}
