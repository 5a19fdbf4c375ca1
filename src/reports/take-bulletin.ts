// Takes a 通报's figures once and numbers the paper; it can be made from them again and again and says the same.
import { type EntityManager } from 'typeorm';
import { type CivilDate, partsOf } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';
import { ReportSnapshot } from '../database/entities/report';
import { AuditEntry } from '../database/entities/schedule';
import { type TaskList } from '../database/entities/task';
import { newId } from '../ids';
import { findTasks } from '../tasks/task-queries';
import { takeBulletinFacts } from './bulletin-facts';

/** 主送, unless the office says otherwise. */
export const usualAddressees = '各镇人民政府、各街道办事处，区直各有关单位';

export interface BulletinCause {
  personId: string;
  personName: string;
  inboxMessageId: string | null;
  now: Date;
  today: CivilDate;
  calendar: WorkCalendar;
}

/** The number of a year's next 通报. */
export async function nextIssue(manager: EntityManager, listId: string, year: number): Promise<number> {
  const [row]: { last: number | null }[] = await manager.query(
    'SELECT MAX(issue) AS last FROM report_snapshots WHERE listId = ? AND year = ?',
    [listId, year],
  );
  return (row?.last ?? 0) + 1;
}

/**
 * Takes the snapshot.
 * @param paper.asOf - "2023-06-26 17:10"
 * @throws the database's duplicate error where the number is taken
 */
export async function takeBulletin(
  manager: EntityManager,
  list: TaskList,
  paper: { issue: number; to: string; asOf: string },
  cause: BulletinCause,
): Promise<string> {
  const { now, today, calendar, personId, personName, inboxMessageId } = cause;
  const { year } = partsOf(today);
  const tasks = await findTasks(manager, { listId: list.id });
  const facts = takeBulletinFacts(list, tasks, { today, asOf: paper.asOf, calendar, to: paper.to });
  const id = newId();
  await manager.insert(ReportSnapshot, {
    id,
    listId: list.id,
    year,
    issue: paper.issue,
    asOf: now,
    facts,
    createdBy: personId,
    createdAt: now,
  });
  await manager.insert(AuditEntry, {
    id: newId(),
    at: now,
    personId,
    actor: personName,
    act: 'take_bulletin',
    object: `bulletin:${id}`,
    before: {},
    after: { list: list.shortName, year, issue: paper.issue, counts: facts.counts },
    inboxMessageId,
  });
  return id;
}
