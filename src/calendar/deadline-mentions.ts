// Finds the days, months, quarters and years a plain deadline text names, from left to right.
import { partsOf, type CivilDate } from './civil-date';
import { forms, yearForm, type Groups, type Reading } from './deadline-forms';

/** One place in the text that names a day or a span of days. */
export interface Mention {
  /** Where it stands in the text. */
  from: number;
  to: number;
  start: CivilDate;
  end: CivilDate;
  /** Longer than a month: its first day says something. */
  span: boolean;
  /** The cell names the year itself. */
  yearNamed: boolean;
  /** A person settles it. */
  unsure: boolean;
}

export interface MentionReading {
  mentions: Mention[];
  /** Chinese reason: a date that does not exist. */
  invalid: string | null;
}

/**
 * Reads every date a plain deadline text names.
 * A part of a year without a year belongs to the last year named before it, else to `year`.
 */
export function readMentions(text: string, year: number): MentionReading {
  const reading: MentionReading = { mentions: [], invalid: null };
  const add = (mention: Mention): void => {
    reading.mentions.push(mention);
  };
  let current = year;
  let named = false;
  /** Where a year began that waits for its part (2023年 + 6月底). */
  let yearFrom: number | null = null;
  let at = 0;
  while (at < text.length) {
    const yearFound = match(yearForm, text, at);
    if (yearFound && (yearFound.groups.y4 ?? yearFound.groups.y2 ?? yearFound.groups.word) && !match2023To(text, at)) {
      if (yearFrom !== null) add(wholeYear(text, yearFrom, at, current));
      const read = yearOf(yearFound.groups, year, named ? current : year);
      if (read === null) reading.invalid ??= `没有${yearFound.groups.y4 ?? ''}年`;
      else [current, named] = [read, true];
      yearFrom = at;
      at += yearFound.length;
      continue;
    }
    const hit = readForm(text, at, current, yearFrom !== null, reading.mentions.at(-1)?.end ?? null);
    if (!hit) {
      if (yearFrom !== null) add(wholeYear(text, yearFrom, at, current));
      yearFrom = null;
      at++;
      continue;
    }
    const from: number = yearFrom ?? at;
    const yearNamed: boolean = yearFrom !== null || hit.yearInside;
    yearFrom = null;
    at += hit.length;
    if (hit.reading === null || hit.reading === 'undated') continue;
    if ('invalid' in hit.reading) {
      reading.invalid ??= hit.reading.invalid;
      continue;
    }
    for (const one of [hit.reading].flat()) {
      add({ span: false, unsure: false, ...one, from, to: at, yearNamed });
      if (yearNamed) [current, named] = [partsOf(one.end).year, true];
    }
  }
  if (yearFrom !== null) add(wholeYear(text, yearFrom, text.length, current));
  return reading;
}

function match(pattern: RegExp, text: string, at: number): { groups: Groups; length: number } | null {
  pattern.lastIndex = at;
  const found = pattern.exec(text);
  return found ? { groups: found.groups ?? {}, length: found[0].length } : null;
}

/** A span of years begins like a year and is read whole. */
function match2023To(text: string, at: number): boolean {
  const spanOfYears = forms[0];
  return spanOfYears !== undefined && match(spanOfYears.pattern, text, at) !== null;
}

function readForm(
  text: string,
  at: number,
  year: number,
  yearNamed: boolean,
  lastDay: CivilDate | null,
): { reading: Reading; length: number; yearInside: boolean } | null {
  for (const form of forms) {
    if (form.afterYear && !yearNamed) continue;
    const found = match(form.pattern, text, at);
    if (!found) continue;
    const { groups, length } = found;
    const reading = form.read(groups, { year, yearNamed, lastDay });
    if (reading === null) continue;
    return { reading, length, yearInside: groups.y !== undefined || groups.a?.length === 4 };
  }
  return null;
}

/** The year words: of the list (今年, 明年), or of the year named last (次年). Null = no year anybody writes. */
function yearOf(groups: Groups, listYear: number, lastYear: number): number | null {
  if (groups.y2 !== undefined) return 2000 + Number(groups.y2);
  if (groups.y4 !== undefined) return /^(?:19|20|21)\d\d$/.test(groups.y4) ? Number(groups.y4) : null;
  const word = groups.word ?? '';
  if (/^(?:次|翌|第2|下)/.test(word)) return lastYear + 1;
  if (/^(?:明|来)/.test(word)) return listYear + 1;
  if (word.startsWith('后')) return listYear + 2;
  return /^(?:去|上)/.test(word) ? listYear - 1 : listYear;
}

/** A year with nothing after it is the whole year; "2025年前" may mean before it or by its end. */
function wholeYear(text: string, from: number, to: number, year: number): Mention {
  const before = /^(?:之|以)?前/.test(text.slice(to, to + 2));
  return { from, to, start: `${year}-01-01`, end: `${year}-12-31`, span: !before, yearNamed: true, unsure: before };
}
