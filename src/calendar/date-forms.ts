// All forms of words for days, and which of them stand at a place of a text.
import { countForms } from './date-forms-counts';
import { festivalForms } from './date-forms-festivals';
import { figureForms } from './date-forms-figures';
import { monthForms } from './date-forms-months';
import { weekForms } from './date-forms-weeks';
import { yearForms } from './date-forms-years';
import { type DateForm, type Groups, type Reading, type Seen } from './date-spans';
import { type WorkCalendar } from './work-calendar';

export interface FoundForm {
  form: DateForm;
  groups: Groups;
  /** Where it ends in the text (exclusive). */
  end: number;
}

const byFirst = new Map<string, DateForm[]>();
for (const form of [...figureForms, ...monthForms, ...yearForms, ...weekForms, ...countForms, ...festivalForms])
  for (const char of new Set(form.first)) byFirst.set(char, [...(byFirst.get(char) ?? []), form]);

/** A calendar does not change: the same words, seen from the same day, are the same days. */
const readings = new WeakMap<WorkCalendar, Map<DateForm, Map<string, Reading>>>();
/** Of one form; a day's messages hold fewer ways of saying it. */
const mostReadings = 500;

/** What a form that was found says, seen from a day. */
export function readForm({ form, groups }: FoundForm, seen: Seen): Reading {
  const inCalendar = readings.get(seen.calendar) ?? new Map<DateForm, Map<string, Reading>>();
  readings.set(seen.calendar, inCalendar);
  const ofForm = inCalendar.get(form) ?? new Map<string, Reading>();
  inCalendar.set(form, ofForm);
  const key = `${seen.today} ${seen.anchor} ${seen.toward} ${Object.values(groups).join('|')}`;
  const known = ofForm.get(key);
  if (known !== undefined) return known;
  const reading = form.read(groups, seen);
  if (ofForm.size >= mostReadings) ofForm.clear();
  ofForm.set(key, reading);
  return reading;
}

/** What happens every week, month or year is no day of this one: 每周五, 每月5号, 每季度末. */
const repeated =
  /(?:[每逢]|每个?(?:周|星期|礼拜|月|季度?|年度?)[的一二三四五六日天末底初、和及至到\-\d号月年季度周星期礼拜]{0,6})$/;
const repeatReach = 12;

/** The forms at a place, the longest first. */
export function formsAt(text: string, at: number): FoundForm[] {
  const forms = byFirst.get(text.charAt(at));
  if (!forms) return [];
  const found: FoundForm[] = [];
  for (const form of forms) {
    form.pattern.lastIndex = at;
    const match = form.pattern.exec(text);
    if (match) found.push({ form, groups: match.groups ?? {}, end: form.pattern.lastIndex });
  }
  if (found.length === 0 || repeated.test(text.slice(Math.max(0, at - repeatReach), at))) return [];
  return found.sort((a, b) => b.end - a.end);
}
