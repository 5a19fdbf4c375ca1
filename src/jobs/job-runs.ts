// Slots as rows: who claims one, which were missed, where a gap began. A slot is settled by one row and never twice.
import { type DataSource, type EntityManager, Like } from 'typeorm';
import { addDays, civilDateOf, type CivilDate } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';
import { JobRun } from '../database/entities/schedule';
import { inTransaction, isDuplicate } from '../database/transaction';
import { newId } from '../ids';
import { type Job, type Slot } from './job';

const slotsLookedBack = 15;
const daysLookedBack = 60;
const outcomeLength = 500;

/** Since when a job is watched over: a row of this pseudo-job, whose slot is the job's name. */
const watchJob = 'watch';

/**
 * Claims a slot by a plain INSERT, within the caller's transaction.
 * @returns the new row's id; null when the slot is somebody's already
 */
export async function claimRun(
  manager: EntityManager,
  job: string,
  slot: string,
  now: Date,
  status: JobRun['status'] = 'done',
): Promise<string | null> {
  const id = newId();
  try {
    await manager.insert(JobRun, { id, job, slot, status, ranAt: now, outcome: null });
    return id;
  } catch (thrown) {
    if (isDuplicate(thrown)) return null;
    throw thrown;
  }
}

/**
 * Runs a job in its slot: claim and work in one transaction, so that a failure gives the claim back.
 * @returns its outcome; null when somebody else has the slot
 */
export async function runSlot(
  dataSource: DataSource,
  job: Job,
  at: { slot: Slot; now: Date; calendar: WorkCalendar },
): Promise<string | null> {
  return inTransaction(dataSource, async manager => {
    const id = await claimRun(manager, job.name, at.slot.name, at.now);
    if (id === null) return null;
    const missedSince = await gapBefore(manager, job, at);
    const outcome = await job.run(manager, { ...at, missedSince });
    await manager.update(JobRun, { id }, { outcome: outcome.slice(0, outcomeLength) });
    return outcome;
  });
}

/** Notes from when on a job's slots are promised; nothing before it can have been missed. Safe to repeat. */
export async function beginWatch(manager: EntityManager, job: Job, now: Date): Promise<void> {
  const begun = await manager.existsBy(JobRun, { job: watchJob, slot: job.name });
  if (!begun) await claimRun(manager, watchJob, job.name, now);
}

/** True when the slot has been run or was recorded as missed. */
export async function isSettled(manager: EntityManager, job: Job, slot: Slot): Promise<boolean> {
  return manager.existsBy(JobRun, { job: job.name, slot: Like(`${slot.day}%`) });
}

/**
 * Slots that closed without having been run and are not on record yet, latest first; at most the last fifteen,
 * and none from before the job was first watched over or run.
 */
export async function unrecordedMisses(
  manager: EntityManager,
  job: Job,
  now: Date,
  calendar: WorkCalendar,
): Promise<Slot[]> {
  const closed = slotsBack(job, civilDateOf(now), calendar).filter(slot => slot.closesAt <= now);
  const oldest = closed.at(-1);
  if (!oldest) return [];
  const watch = await manager.findOneBy(JobRun, { job: watchJob, slot: job.name });
  const [first]: { slot: string | null }[] = await manager.query(
    'SELECT MIN(slot) AS slot FROM job_runs WHERE job = ?',
    [job.name],
  );
  const firstSlot = first?.slot ?? null;
  const rows = await runsFrom(manager, job, oldest.day);
  const settled = new Set(rows.map(row => dayOf(row.slot)));
  return closed.filter(
    slot =>
      !settled.has(slot.day) &&
      ((watch !== null && slot.closesAt > watch.ranAt) || (firstSlot !== null && slot.day > dayOf(firstSlot))),
  );
}

/** Puts the misses on record. @returns the names of the slots this call recorded */
export async function recordMisses(
  dataSource: DataSource,
  job: Job,
  now: Date,
  calendar: WorkCalendar,
): Promise<string[]> {
  const misses = await unrecordedMisses(dataSource.manager, job, now, calendar);
  const recorded: string[] = [];
  for (const slot of misses)
    if ((await claimRun(dataSource.manager, job.name, slot.name, now, 'missed')) !== null) recorded.push(slot.name);
  return recorded;
}

/**
 * The day after which mornings were missed up to this slot: the day before the first of them; null when the slot
 * before this one was run. Misses count whether or not they are on record yet.
 */
export async function gapBefore(
  manager: EntityManager,
  job: Job,
  at: { slot: Slot; now: Date; calendar: WorkCalendar },
): Promise<CivilDate | null> {
  const oldest = slotsBack(job, at.slot.day, at.calendar).at(-1);
  if (!oldest) return null;
  const rows = (await runsFrom(manager, job, oldest.day)).filter(row => dayOf(row.slot) < at.slot.day);
  const lastDone = rows.filter(row => row.status === 'done').map(row => row.slot).sort().at(-1) ?? ''; // prettier-ignore
  const missed = [
    ...rows.filter(row => row.status === 'missed').map(row => row.slot),
    ...(await unrecordedMisses(manager, job, at.now, at.calendar)).map(slot => slot.name),
  ]
    .filter(name => dayOf(name) > dayOf(lastDone) && dayOf(name) < at.slot.day)
    .sort();
  const [first] = missed;
  return first === undefined ? null : addDays(dayOf(first), -1);
}

async function runsFrom(manager: EntityManager, job: Job, slot: string): Promise<{ slot: string; status: string }[]> {
  return manager.query('SELECT slot, status FROM job_runs WHERE job = ? AND slot >= ?', [job.name, slot]);
}

/** A slot is known by its day: its time may have been set otherwise meanwhile. */
function dayOf(slotName: string): CivilDate {
  return slotName.slice(0, 10);
}

/** The job's slots on a day and before it, latest first. */
function slotsBack(job: Job, from: CivilDate, calendar: WorkCalendar): Slot[] {
  const slots: Slot[] = [];
  for (let i = 0; i < daysLookedBack && slots.length < slotsLookedBack; i++) {
    const slot = job.slotOn(addDays(from, -i), calendar);
    if (slot) slots.push(slot);
  }
  return slots;
}
