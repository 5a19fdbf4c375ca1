// A preview and its outcome as the bot says them in a chat: short, the rest is on the web page.
import { suggestionsFor } from '../directory/settle-units';
import { type UnitDirectoryData } from '../directory/unit-data';
import { UnitNames } from '../directory/unit-names';
import { type ImportReply } from '../rendering/import-reply';
import { shorten } from '../rendering/wording';
import { describeDifference } from './describe-changes';
import { draftMinutes } from './import-drafts';
import { canBeConfirmed, type OpenImport } from './import-desk';
import { type ImportPreview } from './preview';
import { type TakenOver } from './take-over';

const most = { changes: 8, warnings: 5, errors: 8, unknown: 8, units: 30 };
const mostRowsNamed = 5;

/** "市城管委（第3、9行），是不是区城管执法局？" */
export function describeUnknown(preview: ImportPreview, units: UnitDirectoryData | undefined): string[] {
  const names = units && preview.unknownUnits.length > 0 ? new UnitNames(units) : null;
  return preview.unknownUnits.map(({ name, rows }) => {
    const likely = names ? suggestionsFor(names, name) : [];
    const named = rows.slice(0, mostRowsNamed).join('、');
    return `${shorten(name, 30)}（第${named}行${rows.length > mostRowsNamed ? `等${rows.length}处` : ''}）${likely.length > 0 ? `，是不是${likely.join('、')}？` : ''}`;
  });
}

/** One line for each difference, in the order of the list. */
export function describeDifferences({ preview, stored }: Pick<OpenImport, 'preview' | 'stored'>): string[] {
  const before = new Map((stored ?? []).map(task => [task.no, task]));
  const after = new Map(preview.tasks.map(task => [task.no, task]));
  return preview.changes.map(change => describeDifference(change, before.get(change.no), after.get(change.no)));
}

export function countsOf({ tasks }: ImportPreview): { tasks: number; sections: number; measures: number } {
  return {
    tasks: tasks.length,
    sections: new Set(tasks.flatMap(task => task.section ?? [])).size,
    measures: new Set(tasks.flatMap(task => task.measure ?? [])).size,
  };
}

/** @param url - where the preview can be looked at row by row */
export function previewReply(open: OpenImport, url: string): ImportReply {
  const { preview, stored, units } = open;
  const { list, diff } = preview;
  // Of a new list every task is an addition: the counts say it.
  const changes = stored === null ? [] : describeDifferences(open);
  // Unknown names are listed by themselves.
  const warnings = preview.warnings.filter(({ code }) => code !== 'unit_unknown').map(issue => issue.message);
  const errors = preview.errors.map(issue => issue.message);
  const unknown = describeUnknown(preview, units);
  const more = (all: string[], shown: number): number => Math.max(all.length - shown, 0);
  return {
    template: 'import_preview',
    list: list.shortName,
    heading: `${shorten(list.title, 60)}${list.year === null ? '' : `（${list.year}年）`}`,
    fileName: shorten(open.fileName, 60),
    ...countsOf(preview),
    isNew: stored === null,
    ...diff,
    changes: changes.slice(0, most.changes).map(line => shorten(line, 200)),
    moreChanges: more(changes, most.changes),
    warnings: warnings.slice(0, most.warnings).map(line => shorten(line, 200)),
    moreWarnings: more(warnings, most.warnings),
    errors: errors.slice(0, most.errors).map(line => shorten(line, 200)),
    moreErrors: more(errors, most.errors),
    unknown: unknown.slice(0, most.unknown),
    moreUnknown: more(unknown, most.unknown),
    state: canBeConfirmed(open) ? 'open' : preview.errors.length > 0 ? 'errors' : 'same',
    minutes: draftMinutes,
    url,
  };
}

export function doneReply(list: string, { result, units }: TakenOver): ImportReply {
  return {
    template: 'import_done',
    list,
    added: result.added,
    changed: result.changed,
    removed: result.removed,
    told: someOf(units.told),
    unreachable: someOf(units.unreachable),
    unsettled: someOf(result.newUnits),
  };
}

function someOf(names: string[]): string[] {
  return names.length > most.units ? [...names.slice(0, most.units), `等${names.length}个`] : names;
}
