// Annotated messages and how a reading is held against one: expected fields must be there, words by containment.
import { readFileSync, readdirSync } from 'node:fs';
import { type DateRange } from '../../src/calendar/civil-date';
import { projectFile } from '../../src/project-files';
import { type Frame, type QuotedContext, type TalkContext } from '../../src/understanding/frames';
import { actsOf } from './situation';

export interface Expected extends Record<string, unknown> {
  intent: string;
  also?: Expected[];
  /** Other answers that are as right; of a decision its own field: yes or no. */
  accept?: Expected[] | boolean;
  forbid_done?: number[];
}

/** A message as docs/understanding.md annotates it. */
export interface Annotated {
  id: string;
  text: string;
  sender_unit: string | null;
  reference_date: string;
  quoted?: QuotedContext;
  context?: TalkContext;
  expect: Expected;
  kind: 'core' | 'variant' | 'adversarial';
}

export interface AnyRange extends DateRange {
  start_any?: boolean;
}

export function readJson(...path: string[]): unknown {
  return JSON.parse(readFileSync(projectFile('test', 'understanding', ...path), 'utf8'));
}

/** Every message of the corpus; `dates…` files hold dates and are left out. */
export function corpus(): Annotated[] {
  return readdirSync(projectFile('test', 'understanding', 'corpus'))
    .filter(name => name.endsWith('.json') && !name.startsWith('dates'))
    .flatMap(name => readJson('corpus', name) as Annotated[]);
}

/** The acts a reading finds in an annotated message; `note` is all that was added, as `duban understand` prints it. */
export function actsIn(item: Annotated): Frame[] {
  const acts = actsOf(item.text, {
    at: item.reference_date,
    unit: item.sender_unit,
    quoted: item.quoted,
    talk: item.context,
  });
  return acts.map(act =>
    act.intent === 'progress_update'
      ? { ...act, tasks: act.tasks.map(task => (task.said === undefined ? task : { ...task, note: task.said })) }
      : act,
  );
}

const words = new Set(['note', 'reason', 'keyword']);
const plain = (text: string): string => text.normalize('NFKC').replace(/\s/gu, '');

/** Rules 7: where the start is open, today or earlier is as right; `start_any` takes any start up to the end. */
export function sameRange(given: AnyRange | null | undefined, wanted: AnyRange | null, today: string): boolean {
  if (wanted === null) return given === null || given === undefined;
  if (!given || given.end !== wanted.end) return false;
  if (wanted.start_any && wanted.start !== null && wanted.end !== null)
    return given.start !== null && given.start >= wanted.start && given.start <= wanted.end;
  if (wanted.start === null) return given.start === null || given.start <= today;
  return given.start === wanted.start;
}

/** The given value holds everything expected; words may stand inside longer ones, widths and blanks do not count. */
function holds(given: unknown, expected: unknown, today: string, key = ''): boolean {
  if (words.has(key) && typeof expected === 'string')
    return typeof given === 'string' && plain(given).includes(plain(expected));
  if (key === 'range') return sameRange(given as AnyRange | null, expected as AnyRange | null, today);
  if (Array.isArray(expected))
    return (
      Array.isArray(given) &&
      given.length === expected.length &&
      expected.every((value, i) => holds(given[i], value, today))
    );
  if (expected !== null && typeof expected === 'object')
    return (
      given !== null &&
      typeof given === 'object' &&
      Object.entries(expected).every(([name, value]) =>
        holds((given as Record<string, unknown>)[name], value, today, name),
      )
    );
  return given === expected;
}

function fits(frames: Frame[], { also = [], accept, forbid_done: _d, ...own }: Expected, today: string): boolean {
  const wanted = [typeof accept === 'boolean' ? { ...own, accept } : own, ...also];
  return frames.length === wanted.length && wanted.every(one => frames.some(frame => holds(frame, one, today)));
}

const answers = ({ expect }: Annotated): Expected[] => [expect, ...(Array.isArray(expect.accept) ? expect.accept : [])];

/** True where the acts are one of the annotated answers. */
export function isAsAnnotated(frames: Frame[], item: Annotated): boolean {
  return answers(item).some(one => fits(frames, one, item.reference_date));
}

interface Stored {
  no: number;
  status: string;
  percent?: number;
  exists?: boolean;
}

const reportsOf = (acts: readonly Record<string, unknown>[]): Stored[] =>
  acts.flatMap(act => (act['intent'] === 'progress_update' ? (act['tasks'] as Stored[]) : []));
const storing = ['request_extension', 'report_blocker', 'undo', 'confirm'];

/** What the acts would store that no annotated answer stores: the worst errors, each in a few words. */
export function falseRecords(frames: Frame[], item: Annotated): string[] {
  const allowed = answers(item).map(one => [one, ...(one.also ?? [])]);
  const reports = allowed.flatMap(reportsOf);
  const found = reportsOf(frames as unknown as Record<string, unknown>[])
    .filter(({ exists }) => exists !== false)
    .filter(
      ({ no, status, percent }) =>
        !reports.some(
          one =>
            one.no === no &&
            one.status === status &&
            (status === 'done' || percent === undefined || one.percent === percent),
        ) ||
        (status === 'done' && (item.expect.forbid_done ?? []).includes(no)),
    )
    .map(({ no, status, percent }) => `${no} ${status} ${percent ?? ''}`.trim());
  const acts = frames.filter(
    ({ intent }) => storing.includes(intent) && !allowed.flat().some(one => one.intent === intent),
  );
  return [...found, ...acts.map(({ intent }) => intent)];
}

export interface AnnotatedDate {
  text: string;
  reference_date: string;
  range: AnyRange | null;
  /** Whole ranges that are equally right. */
  accept?: (AnyRange | null)[];
}

/** The dates of the corpus. */
export function corpusDates(): AnnotatedDate[] {
  const files = readdirSync(projectFile('test', 'understanding', 'corpus')).filter(name => name.startsWith('dates'));
  return files.flatMap(name => readJson('corpus', name) as AnnotatedDate[]);
}
