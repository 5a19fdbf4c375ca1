// The papers that go with messages: made when they are sent, for the eyes of whoever asked.
import { type DataSource, type EntityManager } from 'typeorm';
import { addDays, civilDateOf, partsOf } from '../calendar/civil-date';
import { type Clock } from '../clock';
import { ledgerWanted } from '../conversation/handlers/export-ledger';
import { type Papers } from '../conversation/papers';
import { ReportSnapshot } from '../database/entities/report';
import { TaskList } from '../database/entities/task';
import { loadWorkCalendar } from '../database/work-days';
import { type Actor, may } from '../directory/identity';
import { actorOfPerson } from '../directory/speakers';
import { type DirectoryView, type UnitDirectory } from '../directory/unit-directory';
import { type OutgoingFile } from '../messages';
import { planOfficeWeek } from '../reminders/office-week';
import { type FileWanted } from '../rendering/file-wanted';
import { findBoardFigures } from '../reports/board-figures';
import { writeBriefing } from '../reports/briefing-docx';
import { writeBulletin } from '../reports/bulletin-docx';
import { bulletinFacts } from '../reports/bulletin-facts';
import { drawCompletion } from '../reports/completion-picture';
import { findLedger, type LedgerFilter, type LedgerView } from '../reports/ledger-query';
import { writeLedgerSheet } from '../reports/ledger-sheet';
import { nextIssue, takeBulletin, usualAddressees } from '../reports/take-bulletin';
import { fullMoment } from './layout';

const office = '区优化办';

/** The filter a sentence in a chat has meant. */
export function filterWanted(
  kept: unknown,
  view: LedgerView,
  collectiveIds: (unitId: string) => string[],
): LedgerFilter {
  const { listId, unitId, status, start, end } = ledgerWanted.parse(kept);
  const filter: LedgerFilter = { listId };
  if (unitId !== null) filter.unit = { id: unitId, collectiveIds: collectiveIds(unitId) };
  if (start !== null) filter.dueFrom = start;
  if (end !== null) filter.dueTo = end;
  switch (status) {
    case 'undone':
    case 'in_progress':
      filter.state = 'open';
      break;
    case 'overdue':
      filter.state = 'active';
      filter.dueTo = addDays(view.today, -1);
      break;
    case 'done':
      filter.state = 'closed';
      break;
    case 'long_term':
      filter.state = 'ongoing';
      break;
    case 'no_feedback':
      filter.unreported = true;
      break;
    case null:
  }
  return filter;
}

export interface PaperDay extends LedgerView {
  now: Date;
}

/** 简报.docx of the week of a day. */
export async function makeBriefing(manager: EntityManager, { today, calendar, now }: PaperDay): Promise<OutgoingFile> {
  const [digest] = await planOfficeWeek(manager, { at: today, calendar, now });
  const lists = digest?.reply.template === 'office_week' ? digest.reply.lists : [];
  const bytes = await writeBriefing({ day: today, asOf: fullMoment(now), office, lists });
  return { kind: 'file', name: `简报-${today}.docx`, bytes };
}

/** 通报.docx of a snapshot; null when there is none. */
export async function makeBulletin(manager: EntityManager, id: string): Promise<OutgoingFile | null> {
  const snapshot = await manager.findOneBy(ReportSnapshot, { id });
  if (!snapshot) return null;
  const { year, issue } = snapshot;
  const bytes = await writeBulletin(bulletinFacts.parse(snapshot.facts), { no: issue, year, office });
  return { kind: 'file', name: `通报-${year}年第${issue}期.docx`, bytes };
}

async function makeLedger(
  manager: EntityManager,
  reader: Actor,
  wanted: unknown,
  day: PaperDay,
  directory: DirectoryView,
): Promise<OutgoingFile | null> {
  const filter = filterWanted(wanted, day, id => directory.collectivesOfUnit.get(id) ?? []);
  const list = await manager.findOneBy(TaskList, { id: filter.listId });
  if (!list) return null;
  const tasks = await findLedger(manager, filter, day, { sort: 'no', descending: false, page: null });
  const about = { title: `${list.title}台账`, asOf: fullMoment(day.now) };
  const bytes = await writeLedgerSheet(manager, tasks, reader, about);
  return { kind: 'file', name: `台账-${list.shortName}-${day.today}.xlsx`, bytes };
}

async function makeCompletion(manager: EntityManager, listId: string, day: PaperDay): Promise<OutgoingFile | null> {
  const list = await manager.findOneBy(TaskList, { id: listId });
  if (!list) return null;
  const figures = await findBoardFigures(manager, listId, day);
  const bytes = await drawCompletion(figures, { title: list.title, asOf: fullMoment(day.now) });
  return { kind: 'picture', name: `完成情况-${day.today}.png`, bytes };
}

/** Makes what a message wants; null where it is gone, or the person may not have it any more. */
export function createFileMaker(parts: {
  dataSource: DataSource;
  directory: UnitDirectory;
  clock: Clock;
}): (wanted: FileWanted) => Promise<OutgoingFile | null> {
  return async wanted => {
    const { manager } = parts.dataSource;
    const now = parts.clock.now();
    const day: PaperDay = { now, today: civilDateOf(now), calendar: await loadWorkCalendar(manager) };
    if (wanted.kind === 'completion') return makeCompletion(manager, wanted.listId, day);
    const directory = await parts.directory.view();
    const reader = await actorOfPerson(manager, wanted.personId, directory, day.today);
    if (!reader) return null;
    if (wanted.kind === 'ledger') return makeLedger(manager, reader, wanted.wanted, day, directory);
    if (!may(reader, 'see_all_units')) return null;
    return wanted.kind === 'briefing' ? makeBriefing(manager, day) : makeBulletin(manager, wanted.snapshotId);
  };
}

/** The next 通报 of a list, numbered by itself. */
export const takeNextBulletin: Papers['takeBulletin'] = async (manager, list, cause) => {
  const { year } = partsOf(cause.today);
  const issue = await nextIssue(manager, list.id, year);
  const id = await takeBulletin(manager, list, { issue, to: usualAddressees, asOf: fullMoment(cause.now) }, cause);
  return { id, year, issue };
};
