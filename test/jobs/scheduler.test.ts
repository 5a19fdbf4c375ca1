// Slots: each run once by whoever comes first, given back by a failure, missed when too late, and never run by a wrong clock.
import { type DataSource } from 'typeorm';
import { loadSampleLedger, loadSamplePeople } from '../../seeds/load';
import { type CivilDate } from '../../src/calendar/civil-date';
import { TurnedClock } from '../../src/clock';
import { parseDatabaseUrl } from '../../src/database/connection-url';
import { createDataSource } from '../../src/database/data-source';
import { OutboxMessage } from '../../src/database/entities/message';
import { JobRun } from '../../src/database/entities/schedule';
import { type Job, type SlotTurn } from '../../src/jobs/job';
import { morningReminder } from '../../src/jobs/morning-reminder';
import { createScheduler, type Scheduler, type SchedulerParts } from '../../src/jobs/scheduler';
import { createLogger } from '../../src/logger';
import { enqueue } from '../../src/outbox/outbox';
import { freshDatabase, type FreshDatabase } from '../support/database';
import { publishedCalendar } from '../support/published-holidays';

let database: FreshDatabase;
/** A second process's connections. */
let elsewhere: DataSource;
let clock: TurnedClock;
const made: Scheduler[] = [];

beforeAll(async () => {
  database = await freshDatabase();
  elsewhere = await createDataSource(parseDatabaseUrl(database.url), { poolSize: 8 }).initialize();
  await database.dataSource.transaction(async manager => {
    const now = new Date('2023-04-28T18:00:00+08:00');
    await loadSampleLedger(manager, now);
    await loadSamplePeople(manager, now);
  });
}, 60_000);
beforeEach(async () => {
  await database.dataSource.query('DELETE FROM job_runs');
  await database.dataSource.query('DELETE FROM outbox_messages');
  clock = new TurnedClock(at('2023-06-26T08:25'));
});
afterEach(async () => {
  await Promise.all(made.splice(0).map(scheduler => scheduler.stop()));
  jest.restoreAllMocks();
});
afterAll(async () => {
  await elsewhere.destroy();
  await database.drop();
});

/** A wall time in Asia/Shanghai. */
function at(wall: string): Date {
  return new Date(`${wall}${wall.length === 16 ? ':00' : ''}+08:00`);
}

function scheduler(parts: Partial<SchedulerParts> = {}): Scheduler {
  const one = createScheduler({
    dataSource: database.dataSource, clock, jobs: timetable(morningReminder), hostClockMatters: false,
    logger: createLogger('silent'), wakeOutbox: () => undefined, ...parts,
  }); // prettier-ignore
  made.push(one);
  return one;
}

/** These jobs and no other. */
function timetable(...jobs: Job[]): SchedulerParts['jobs'] {
  return async () => jobs;
}

/** What is on record for a job: "2023-06-26T08:30 done". */
async function runs(job = morningReminder.name): Promise<string[]> {
  const rows = await database.dataSource.manager.find(JobRun, { where: { job }, order: { slot: 'ASC' } });
  return rows.map(({ slot, status }) => `${slot} ${status}`);
}

/** The days of the cards in the outbox, one for each. */
async function cardDays(to?: string): Promise<CivilDate[]> {
  const rows = await database.dataSource.manager.find(OutboxMessage, { order: { dedupKey: 'ASC' } });
  return rows.filter(row => !to || row.recipientKey === to).map(row => row.dedupKey.slice(-10));
}

/** A job at the morning's slots that writes into the outbox, and then does what it is told. */
function jobThat(then: (manager: SlotTurn & { query: (sql: string) => Promise<unknown> }) => Promise<void>): Job {
  return {
    ...morningReminder,
    name: 'probe',
    run: async (manager, turn) => {
      const reply = { template: 'denied' } as const;
      await enqueue(manager, { to: { kind: 'person', staffId: 'x' }, reply, dedupKey: `probe:${turn.slot.name}` }, turn.now);
      await then({ ...turn, query: sql => manager.query(sql) });
      return 'ran';
    },
  }; // prettier-ignore
}

describe('a slot', () => {
  it('is run when it opens, not before', async () => {
    const one = scheduler();
    clock.turnTo(at('2023-06-26T08:29:59'));
    await one.tickNow();
    expect(await runs()).toEqual([]);
    expect(one.status()).toMatchObject({ nextSlot: '2023-06-26T08:30', lastError: null });
    clock.turnTo(at('2023-06-26T08:30'));
    await one.tickNow();
    expect(await runs()).toEqual(['2023-06-26T08:30 done']);
    expect(await cardDays()).toHaveLength(9);
    expect(one.status().nextSlot).toBe('2023-06-27T08:30');
  });

  it('is run once, however often it is asked for, and after a restart', async () => {
    clock.turnTo(at('2023-06-26T08:30'));
    await scheduler().tickNow();
    await scheduler().tickNow();
    clock.turnTo(at('2023-06-26T15:00'));
    await scheduler({ dataSource: elsewhere }).tickNow();
    expect(await runs()).toEqual(['2023-06-26T08:30 done']);
    expect(await cardDays()).toHaveLength(9);
  });

  it('is run by one of two schedulers that tick at the same moment, on twenty mornings', async () => {
    const ran: string[] = [];
    const job = jobThat(async ({ slot }) => void ran.push(slot.name));
    const pair = [scheduler({ jobs: timetable(job) }), scheduler({ jobs: timetable(job), dataSource: elsewhere })];
    clock.turnTo(at('2023-05-31T12:00'));
    await pair[0]!.tickNow();
    for (let day = publishedCalendar.after('2023-05-31'), i = 0; i < 20; i++, day = publishedCalendar.after(day)) {
      clock.turnTo(at(`${day}T08:30`));
      await Promise.all(pair.map(one => one.tickNow()));
    }
    expect(pair.map(one => one.status().lastError)).toEqual([null, null]);
    expect(ran).toEqual([...new Set(ran)]);
    expect(ran).toHaveLength(21);
    expect(await runs('probe')).toEqual(ran.map(slot => `${slot} done`));
    expect(await cardDays()).toHaveLength(21);
  });

  it('waits for the one who has it: a slow first scheduler, a second that finds it done', async () => {
    clock.turnTo(at('2023-06-26T08:30'));
    let finish = (): void => undefined;
    const begun = new Promise<void>(inside => {
      const slow = jobThat(() => {
        inside();
        return new Promise<void>(resolve => (finish = resolve));
      });
      void scheduler({ jobs: timetable(slow) }).tickNow();
    });
    await begun;
    let second = 0;
    const counting = jobThat(async () => {
      second++;
    });
    const other = scheduler({ jobs: timetable(counting), dataSource: elsewhere });
    const ticked = other.tickNow();
    finish();
    await ticked;
    await made[0]!.tickNow();
    expect(second).toBe(0);
    expect(await runs('probe')).toEqual(['2023-06-26T08:30 done']);
    expect(await cardDays()).toHaveLength(1);
  });
});

describe('a run that does not end well', () => {
  it('gives the slot back with all it wrote, and keeps no other job waiting', async () => {
    clock.turnTo(at('2023-06-26T08:30'));
    const broken = jobThat(async () => {
      throw new Error('out of order');
    });
    const one = scheduler({ jobs: timetable(broken, morningReminder) });
    await one.tickNow();
    expect(one.status().lastError).toBe('out of order');
    expect(await runs('probe')).toEqual([]);
    expect(await runs()).toEqual(['2023-06-26T08:30 done']);
    expect(await cardDays('person:x')).toEqual([]);
    await one.stop();
    // The next process finds the slot free.
    const next = scheduler({
      jobs: timetable(
        jobThat(async () => undefined),
        morningReminder,
      ),
    });
    await next.tickNow();
    expect(next.status().lastError).toBeNull();
    expect(await runs('probe')).toEqual(['2023-06-26T08:30 done']);
    expect(await cardDays('person:x')).toHaveLength(1);
  });

  it('because its connection was cut in the middle is done again, once', async () => {
    clock.turnTo(at('2023-06-26T08:30'));
    let tries = 0;
    const cut = jobThat(async ({ query }) => {
      if (++tries < 3) await query('KILL CONNECTION_ID()');
    });
    const one = scheduler({ jobs: timetable(cut) });
    await one.tickNow();
    expect(one.status().lastError).toBeNull();
    expect(tries).toBe(3);
    expect(await runs('probe')).toEqual(['2023-06-26T08:30 done']);
    expect(await cardDays()).toHaveLength(1);
  });

  it('because its process died in the middle leaves the slot to the next process', async () => {
    clock.turnTo(at('2023-06-26T08:30'));
    const dying = await createDataSource(parseDatabaseUrl(database.url), { poolSize: 1 }).initialize();
    const hanging = new Promise<string>(inside => {
      const job = jobThat(async ({ query }) => {
        const [row] = (await query('SELECT CONNECTION_ID() AS id')) as { id: string }[];
        inside(row!.id);
        await new Promise(() => undefined);
      });
      void createScheduler({
        dataSource: dying, clock, jobs: timetable(job), hostClockMatters: false,
        logger: createLogger('silent'), wakeOutbox: () => undefined,
      }).tickNow(); // prettier-ignore
    });
    // What is left of a killed process is a connection that ends.
    await database.dataSource.query(`KILL ${await hanging}`);
    await scheduler({ jobs: timetable(jobThat(async () => undefined)) }).tickNow();
    expect(await runs('probe')).toEqual(['2023-06-26T08:30 done']);
    expect(await cardDays()).toHaveLength(1);
    await dying.destroy().catch(() => undefined);
  });
});

describe('a morning that was not run in time', () => {
  it.each(['2023-06-26T08:31', '2023-06-26T16:29:59'])('is caught up at %s', async wall => {
    clock.turnTo(at('2023-06-25T18:00'));
    await scheduler().tickNow();
    clock.turnTo(at(wall));
    await scheduler().tickNow();
    expect(await runs()).toContain('2023-06-26T08:30 done');
    expect(await cardDays('person:wanglei')).toEqual(['2023-06-26']);
  });

  it('is missed from 16:30 on, put on record once, and goes with the next', async () => {
    await scheduler().tickNow();
    clock.turnTo(at('2023-06-26T08:30'));
    await scheduler().tickNow();
    await database.dataSource.query("UPDATE outbox_messages SET status = 'sent'");
    clock.turnTo(at('2023-06-27T16:30'));
    await Promise.all([scheduler().tickNow(), scheduler({ dataSource: elsewhere }).tickNow()]);
    expect(await runs()).toEqual(['2023-06-26T08:30 done', '2023-06-27T08:30 missed']);
    expect(await cardDays('person:zhaomin')).toEqual(['2023-06-26']);
    clock.turnTo(at('2023-06-28T08:30'));
    await scheduler().tickNow();
    expect(await runs()).toEqual(['2023-06-26T08:30 done', '2023-06-27T08:30 missed', '2023-06-28T08:30 done']);
    expect(await cardDays('person:zhaomin')).toEqual(['2023-06-26', '2023-06-28']);
    await database.dataSource.query("UPDATE outbox_messages SET status = 'sent'");
    // Made up for once: the day after is no rung.
    clock.turnTo(at('2023-06-29T08:29'));
    await scheduler().tickNow();
    expect(await cardDays('person:zhaomin')).toHaveLength(2);
  });

  it('and of which no card got out goes with the next, too', async () => {
    clock.turnTo(at('2023-06-27T08:30'));
    await scheduler().tickNow();
    await database.dataSource.query("UPDATE outbox_messages SET status = 'expired'");
    clock.turnTo(at('2023-06-28T08:30'));
    await scheduler().tickNow();
    expect(await cardDays('person:zhaomin')).toEqual(['2023-06-27', '2023-06-28']);
  });

  it('before the bot was first started is not missed', async () => {
    clock.turnTo(at('2023-06-26T17:00'));
    await scheduler().tickNow();
    expect(await runs()).toEqual([]);
    clock.turnTo(at('2023-06-27T17:00'));
    await scheduler().tickNow();
    expect(await runs()).toEqual(['2023-06-27T08:30 missed']);
  });
});

describe('the clock', () => {
  it('may jump over a weekend: the Friday is missed, the Monday run, with what both owe', async () => {
    const turns: SlotTurn[] = [];
    const job = jobThat(async turn => void turns.push(turn));
    const one = scheduler({ jobs: timetable(job, morningReminder) });
    clock.turnTo(at('2023-06-29T09:00'));
    await one.tickNow();
    await database.dataSource.query("UPDATE outbox_messages SET status = 'sent'");
    clock.turnTo(at('2023-07-03T09:00'));
    await one.tickNow();
    expect(await runs()).toEqual(['2023-06-29T08:30 done', '2023-06-30T08:30 missed', '2023-07-03T08:30 done']);
    expect(turns.map(({ slot, missedSince }) => [slot.day, missedSince])).toEqual([
      ['2023-06-29', null],
      ['2023-07-03', '2023-06-29'],
    ]);
    expect(await cardDays('person:wutong')).toEqual(['2023-06-29', '2023-07-03']);
  });

  it('may jump over 国庆 with its make-up weekend', async () => {
    clock.turnTo(at('2023-09-28T09:00'));
    const one = scheduler();
    await one.tickNow();
    for (const day of ['2023-09-29', '2023-09-30', '2023-10-03', '2023-10-06']) {
      clock.turnTo(at(`${day}T09:00`));
      await one.tickNow();
    }
    expect(one.status().nextSlot).toBe('2023-10-07T08:30');
    clock.turnTo(at('2023-10-09T08:30'));
    await one.tickNow();
    expect(await runs()).toEqual([
      '2023-09-28T08:30 done',
      '2023-10-07T08:30 missed',
      '2023-10-08T08:30 missed',
      '2023-10-09T08:30 done',
    ]);
  });

  it('may be set back: what was run is not run again', async () => {
    const one = scheduler();
    for (const wall of ['2023-06-27T08:30', '2023-06-26T09:00', '2023-06-27T09:00', '2023-06-24T09:00']) {
      clock.turnTo(at(wall));
      await one.tickNow();
    }
    expect((await runs()).filter(run => run.startsWith('2023-06-27'))).toEqual(['2023-06-27T08:30 done']);
    expect((await cardDays('person:zhaomin')).filter(day => day === '2023-06-27')).toHaveLength(1);
  });

  it('of a host that is wrong runs nothing and says so, until it is right again', async () => {
    const one = scheduler({ hostClockMatters: true });
    clock.turnTo(at('2023-06-26T08:30'));
    const right = Date.now;
    for (const aheadMs of [3 * 86_400_000, -7_200_000, 61_000]) {
      jest.spyOn(Date, 'now').mockImplementation(() => right() + aheadMs);
      // The program's clock of this test is turned by the same host.
      clock.turnTo(at('2023-06-26T08:30'));
      await one.tickNow();
      expect(one.status().lastError).toMatch(/本机时钟与数据库相差 -?\d+ 秒，校时之前不发提醒/);
      expect(Math.abs((one.status().clockSkewMs ?? 0) - aheadMs)).toBeLessThan(1_000);
      expect(await runs()).toEqual([]);
    }
    jest.restoreAllMocks();
    clock.turnTo(at('2023-06-26T08:30'));
    // Others on the same database were not kept from it, and it is caught up with here.
    await one.tickNow();
    expect(one.status()).toMatchObject({ lastError: null });
    expect(await runs()).toEqual(['2023-06-26T08:30 done']);
  });

  it('of a host that is a little off does not matter', async () => {
    const one = scheduler({ hostClockMatters: true });
    const right = Date.now;
    jest.spyOn(Date, 'now').mockImplementation(() => right() + 55_000);
    clock.turnTo(at('2023-06-26T08:30'));
    await one.tickNow();
    expect(await runs()).toEqual(['2023-06-26T08:30 done']);
  });
});

describe('the scheduler', () => {
  it('claims nothing where there is no list', async () => {
    const empty = await freshDatabase();
    try {
      clock.turnTo(at('2023-06-26T08:30'));
      const one = scheduler({ dataSource: empty.dataSource });
      await one.tickNow();
      expect(one.status().lastError).toBeNull();
      expect(await empty.dataSource.manager.count(JobRun)).toBe(0);
      await one.stop();
    } finally {
      await empty.drop();
    }
  });

  it('wakes the outbox after the commit, and only then', async () => {
    const seen: string[][] = [];
    const checks: Promise<unknown>[] = [];
    const one = scheduler({ wakeOutbox: () => void checks.push(runs().then(found => seen.push(found))) });
    await one.tickNow();
    clock.turnTo(at('2023-06-26T08:30'));
    await one.tickNow();
    await one.tickNow();
    await Promise.all(checks);
    expect(seen).toEqual([['2023-06-26T08:30 done']]);
  });

  it('ticks one at a time; who asks meanwhile shares the next', async () => {
    let inside = 0;
    let most = 0;
    let ticks = 0;
    const job: Job = {
      ...morningReminder,
      name: 'counted',
      slotOn: (day, calendar) => {
        if (day === '2023-06-26') ticks++;
        return morningReminder.slotOn(day, calendar);
      },
      run: async () => {
        most = Math.max(most, ++inside);
        await new Promise(setImmediate);
        inside--;
        return 'ran';
      },
    };
    clock.turnTo(at('2023-06-26T08:30'));
    const one = scheduler({ jobs: timetable(job) });
    const perTick = (await one.tickNow(), ticks);
    ticks = 0;
    await Promise.all([one.tickNow(), one.tickNow(), one.tickNow(), one.tickNow()]);
    expect(most).toBe(1);
    // Two ticks, of which neither runs the slot again.
    expect(ticks).toBeLessThanOrEqual(2 * perTick);
    expect(await runs('counted')).toEqual(['2023-06-26T08:30 done']);
  });

  it('once started ticks by itself; stopped, waits for the tick under way and leaves no timer', async () => {
    const alive = () => process.getActiveResourcesInfo().filter(kind => kind === 'Timeout').length;
    const before = alive();
    clock.turnTo(at('2023-06-26T08:30'));
    let finished = false;
    let begun = (): void => undefined;
    const running = new Promise<void>(resolve => (begun = resolve));
    const slow = jobThat(async ({ query }) => {
      begun();
      await query('SELECT SLEEP(0.05)');
      finished = true;
    });
    const one = scheduler({ jobs: timetable(slow) });
    one.start();
    await running;
    expect(alive()).toBeGreaterThan(before);
    await one.stop();
    expect(finished).toBe(true);
    expect(alive()).toBe(before);
    expect(await runs('probe')).toEqual(['2023-06-26T08:30 done']);
    clock.turnTo(at('2023-06-27T08:30'));
    await one.tickNow();
    one.start();
    expect(alive()).toBe(before);
    expect(await runs('probe')).toHaveLength(1);
  });
});
