// The scheduler: every few seconds it asks which slots are due by the clock, and runs those that nobody has claimed.
import { type DataSource, type EntityManager } from 'typeorm';
import { addDays, type CivilDate, civilDateOf } from '../calendar/civil-date';
import { type WorkCalendar } from '../calendar/work-calendar';
import { type Clock } from '../clock';
import { TaskList } from '../database/entities/task';
import { inTransaction } from '../database/transaction';
import { loadWorkCalendar, saveHolidaySeed } from '../database/work-days';
import { messageOf } from '../errors';
import { type Logger } from '../logger';
import { hostClockSkewMs } from './host-clock';
import { type Job } from './job';
import { beginWatch, isSettled, recordMisses, runSlot } from './job-runs';
import { createTicks } from './ticks';

const tickSeconds = 15;
const usualClockToleranceMs = 60_000;
const daysLookedAhead = 60;

export interface SchedulerStatus {
  lastTickAt: Date | null;
  /** Why the last tick did not do its work, in a sentence; null when it did. */
  lastError: string | null;
  /** Host ahead of database; null = not asked (a turned clock) or not known yet. */
  clockSkewMs: number | null;
  /** The next slot of any job, "2023-06-27T08:30". */
  nextSlot: string | null;
}

export interface Scheduler {
  start(): void;
  /** Looks at once, after the tick under way if there is one: for a clock that was turned, and for tests. */
  tickNow(): Promise<void>;
  status(): SchedulerStatus;
  /** Starts no further tick and waits for the one under way. */
  stop(): Promise<void>;
}

export interface SchedulerParts {
  dataSource: DataSource;
  clock: Clock;
  logger: Logger;
  /** The timetable, asked for at each tick. */
  jobs: (manager: EntityManager, today: CivilDate) => Promise<readonly Job[]>;
  /** Called after a commit that may have put something into the outbox. */
  wakeOutbox: () => void;
  /** False where the clock is a turned one (trial): then the host's own time says nothing. */
  hostClockMatters: boolean;
  /** Beyond this difference from the database's clock nothing is claimed; 60 s. */
  clockToleranceMs?: number;
}

/** Creates the scheduler; `start` sets it going. */
export function createScheduler(parts: SchedulerParts): Scheduler {
  const { dataSource, clock, logger } = parts;
  const status: SchedulerStatus = { lastTickAt: null, lastError: null, clockSkewMs: null, nextSlot: null };
  let stopped = false;
  let seeded = false;
  let ticking: Promise<void> | null = null;
  let waiting: Promise<void> | null = null;

  async function checkHostClock(): Promise<void> {
    if (!parts.hostClockMatters) return;
    status.clockSkewMs = await hostClockSkewMs(dataSource.manager);
    if (Math.abs(status.clockSkewMs) > (parts.clockToleranceMs ?? usualClockToleranceMs))
      throw new Error(`本机时钟与数据库相差 ${Math.round(status.clockSkewMs / 1000)} 秒，校时之前不发提醒`);
  }

  async function runDue(job: Job, now: Date, calendar: WorkCalendar): Promise<void> {
    await beginWatch(dataSource.manager, job, now);
    const missed = await recordMisses(dataSource, job, now, calendar);
    if (missed.length > 0) logger.warn({ event: 'slots_missed', job: job.name, slots: missed });
    const slot = job.slotOn(civilDateOf(now), calendar);
    if (!slot || now < slot.opensAt || now >= slot.closesAt) return;
    if (await isSettled(dataSource.manager, job, slot)) return;
    const outcome = await runSlot(dataSource, job, { slot, now, calendar });
    if (outcome === null) return;
    logger.info({ event: 'slot_run', job: job.name, slot: slot.name, outcome });
    parts.wakeOutbox();
  }

  async function look(): Promise<void> {
    if (!seeded) {
      await inTransaction(dataSource, saveHolidaySeed);
      seeded = true;
    }
    await checkHostClock();
    const calendar = await loadWorkCalendar(dataSource.manager);
    const now = clock.now();
    const jobs = await parts.jobs(dataSource.manager, civilDateOf(now));
    status.nextSlot = nextSlotName(jobs, now, calendar);
    // Without a list there is nothing to remind of, and so nothing that could be missed.
    if (!(await dataSource.manager.exists(TaskList))) return;
    const failures: unknown[] = [];
    for (const job of jobs) {
      try {
        await runDue(job, now, calendar);
      } catch (thrown) {
        // One job's fault must not keep the others waiting.
        logger.error({ event: 'job_failed', job: job.name, err: thrown });
        failures.push(thrown);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  async function tick(): Promise<void> {
    try {
      await look();
      status.lastError = null;
    } catch (thrown) {
      const sentence = messageOf(thrown);
      if (sentence !== status.lastError) logger.error({ event: 'tick_failed', err: thrown });
      status.lastError = sentence;
    }
    status.lastTickAt = clock.now();
  }

  function begin(): Promise<void> {
    const running = tick().finally(() => {
      ticking = null;
    });
    ticking = running;
    return running;
  }

  /** One tick at a time; whoever asks during one shares the next. */
  function tickNow(): Promise<void> {
    if (stopped) return Promise.resolve();
    if (!ticking) return begin();
    waiting ??= ticking.then(() => {
      waiting = null;
      return stopped ? undefined : begin();
    });
    return waiting;
  }

  const ticks = createTicks({
    everySeconds: tickSeconds,
    logger,
    onTick: () => {
      if (!ticking) void begin();
    },
  });

  return {
    start: () => {
      if (stopped) return;
      ticks.start();
      void tickNow();
    },
    tickNow,
    status: () => ({ ...status }),
    stop: async () => {
      stopped = true;
      ticks.stop();
      await (waiting ?? ticking);
    },
  };
}

function nextSlotName(jobs: readonly Job[], now: Date, calendar: WorkCalendar): string | null {
  const today = civilDateOf(now);
  const names = jobs.flatMap(job => {
    for (let i = 0; i < daysLookedAhead; i++) {
      const slot = job.slotOn(addDays(today, i), calendar);
      if (slot && slot.opensAt > now) return [slot.name];
    }
    return [];
  });
  return names.sort()[0] ?? null;
}
