// scan: gives every number, name and time of a message its type, before any intent is asked about.
import { findDatePhrases } from '../calendar/date-phrases';
import { type CivilDate } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';
import { type UnitNames } from '../directory/unit-names';
import { type Mark, MarkedText } from './marks';
import { plainText } from './plain-text';
import { scanFixedFigures, scanQuantities } from './scan-figures';
import { scanBareNumbers } from './scan-bare-numbers';
import { scanNumbers } from './scan-numbers';

export interface ScanView {
  today: CivilDate;
  calendar: WorkCalendar;
  names: UnitNames;
  listNames: readonly string[];
  senderUnit: string | null;
}

const ownForm =
  /我(?:们)?(?:单位|科室|股室|科(?!长|员)|局(?!长(?!期))|办(?![了好理完结事])|镇|乡|委|部|街道|街|院|公司|中心|集团|司|行|处|站|队|所|厅|会(?!议|员|场|在|不|去|来|把|尽|跟|再)|园区|开发区|分局|社区|村)|(?:(?<![基日根样版脚剧课文])本|咱们?|俺们?)(?:单位|局|办(?![了好理完结事法])|镇|乡|委|部|街道|院|公司|中心|集团|分局)|咱们?(?:这边|这里|家)?|我们(?:这边|这里|家)?|我这边|我方|俺们?/gu;
const allForm =
  /(?:全区|我区|本区|全县|全市|区里|区内)(?:各单位|所有单位)?|(?:所有|全部|全体)(?:的)?(?:单位|部门)|各局(?!长)|各科局|各家(?!企)|(?:区直)?各(?:责任|牵头|相关|有关)?(?:单位|部门|家单位)|大家伙?|各位/gu;
/** A bare everyday word (公安, 医保) is a unit only where the sentence asks about one or speaks to one. */
const bareUnitBefore = /(?:^|[\n,;。:!?() ]|看|查|催|下|提醒|导出|通知|问|和|与|及|跟|、|让|请|由|把|给|是|到|的)$/u;
const bareUnitAfter =
  /^(?:的|这边|那边|这块|任务|、|[两三四五六七八九\d]家|和|与|及|跟|本周|这周|下周|上周|本月|这个月|下个?月|上个?月|\d{1,2}月|牵头|配合|负责|逾期|未|没|还没|还有|还差|还剩|差几|有几|有哪|有多少|完成(?:情况|率|得|度|了?多少|了?几)|办结率|总体|统计|排名|进度|进展|情况|今天|今年|年底|季度|反馈|[,，。!?]|$)/u;

/** Whom an order to remind names needs no more: 催一下法院报38. */
const urgedBefore = /(?:催(?:一?下|一催|办|促|催)?|督促|提醒|敲打(?:一?下)?)$/u;
const urgedAfter = /^(?:报|交|抓紧|赶紧|赶快|尽快|快[点些]|反馈|把|第|\s*\d)/u;

/** A lone "15号" may be a number of the list; only words of a day make it a date. */
function isDayOfMonth(text: string, start: number, end: number): boolean {
  if (!/^\d{1,2}号$|^[一二三四五六七八九十]{1,3}号$/u.test(text.slice(start, end).trim())) return true;
  return (
    /(?:到|至|在|于|月|截至|截止|延|定|约|初|周[一二三四五六日])\s*$/u.test(text.slice(0, start)) ||
    /^(?:前|之前|以前|后|之后|以后|到期|截止|上午|下午|晚上|早上|开会|的会|那天|当天|左右|之内)/u.test(text.slice(end))
  );
}

function placesOf(text: string, form: RegExp): { start: number; end: number }[] {
  return [...text.matchAll(form)].map(match => ({ start: match.index, end: match.index + match[0].length }));
}

function scanDates(marked: MarkedText, view: ScanView): void {
  const phrases = findDatePhrases(marked.text, { today: view.today, calendar: view.calendar });
  marked.add(
    phrases
      .filter(({ start, end }) => isDayOfMonth(marked.text, start, end))
      .map(({ start, end, range, startAny }): Mark => ({ kind: 'date', range, startAny, start, end })),
  );
}

const mayBeUnit = (before: string, after: string): boolean =>
  (bareUnitBefore.test(before) && bareUnitAfter.test(after)) || (urgedBefore.test(before) && urgedAfter.test(after));

function scanUnits(marked: MarkedText, names: UnitNames): void {
  const { text } = marked;
  for (const place of names.findIn(text)) {
    const { start, end, resolved, bare } = place;
    if (bare && !mayBeUnit(text.slice(0, start), text.slice(end))) continue;
    const found = resolved.kind === 'ask' ? resolved.candidates : [resolved.name];
    const bySound = resolved.kind === 'unit' && resolved.how === 'sound';
    marked.add([{ kind: 'unit', names: found, unsure: resolved.kind !== 'unit', bySound, start, end }]);
  }
}

/** A message with all its marks. */
export function scan(text: string, view: ScanView): MarkedText {
  const marked = new MarkedText(plainText(text));
  scanFixedFigures(marked);
  // Numbers of the list come before dates, so that 第6-15项 is no day in June; a plain "15号" is left to the dates first.
  scanDates(marked, view);
  scanNumbers(marked, view.listNames);
  scanQuantities(marked);
  scanUnits(marked, view.names);
  marked.add(placesOf(marked.text, allForm).map((place): Mark => ({ kind: 'all', ...place })));
  const unit = view.senderUnit;
  marked.add(placesOf(marked.text, ownForm).map((place): Mark => ({ kind: 'own', unit, ...place })));
  scanBareNumbers(marked);
  return marked;
}
