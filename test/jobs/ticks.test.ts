import { getTasks } from 'node-cron';
import { createTicks, type Ticks } from '../../src/jobs/ticks';
import { createLogger } from '../../src/logger';

const day = 86_400_000;
let ticks: Ticks;
/** The host's clock at each tick. */
let tickedAt: string[];
let logged: string[];

beforeEach(() => {
  jest.useFakeTimers({ now: new Date('2023-06-26T00:29:50.400Z') });
  tickedAt = [];
  logged = [];
  ticks = createTicks({
    everySeconds: 15,
    onTick: () => tickedAt.push(new Date().toISOString().slice(0, 19)),
    logger: createLogger('trace', line => logged.push(line)),
  });
});

afterEach(() => {
  ticks.stop();
  jest.useRealTimers();
});

/** Lets host time and waiting time pass together. */
function pass(ms: number): Promise<void> {
  return jest.advanceTimersByTimeAsync(ms);
}

/** Sets the host's clock; no time passes. */
function stepClock(ms: number): void {
  jest.setSystemTime(Date.now() + ms);
}

describe('ticks', () => {
  it('come at whole quarters of a minute, by node-cron', async () => {
    ticks.start();
    expect(getTasks().size).toBe(1);
    await pass(60_000);
    expect(tickedAt).toEqual([
      '2023-06-26T00:30:00',
      '2023-06-26T00:30:15',
      '2023-06-26T00:30:30',
      '2023-06-26T00:30:45',
    ]);
  });

  it.each(['2023-12-31T23:59:40Z', '2024-02-28T23:59:40Z', '2024-02-29T23:59:40Z'])('go on after %s', async now => {
    jest.setSystemTime(new Date(now));
    ticks.start();
    await pass(60_000);
    expect(tickedAt.map(at => at.slice(17))).toEqual(['45', '00', '15', '30']);
  });

  it.each([
    ['two hours', 7_200_000],
    ['three days', 3 * day],
    ['fifty years', 50 * 365 * day],
  ])('go on when the clock is set forward by %s, without working off what was skipped', async (_name, ms) => {
    ticks.start();
    await pass(15_000);
    tickedAt = [];
    stepClock(ms);
    await pass(60_000);
    expect(tickedAt.length).toBeGreaterThanOrEqual(4);
    expect(tickedAt.length).toBeLessThanOrEqual(5);
  });

  it.each([
    ['five seconds', 5_000],
    ['two hours', 7_200_000],
    ['three days', 3 * day],
    ['fifty years', 50 * 365 * day],
  ])('go on when the clock is set back by %s, after half a minute at most', async (_name, ms) => {
    ticks.start();
    await pass(15_000);
    tickedAt = [];
    stepClock(-ms);
    await pass(30_000);
    expect(tickedAt.length).toBeGreaterThanOrEqual(1);
    await pass(60_000);
    expect(tickedAt.length).toBeGreaterThanOrEqual(4);
  });

  it('leave no timer and no schedule when stopped, and never come again', async () => {
    ticks.start();
    await pass(40_000);
    const before = tickedAt.length;
    expect(before).toBeGreaterThan(0);
    ticks.stop();
    expect(jest.getTimerCount()).toBe(0);
    expect(getTasks().size).toBe(0);
    await pass(120_000);
    expect(tickedAt).toHaveLength(before);
  });

  it('may be stopped by the tick itself', async () => {
    const once = createTicks({
      everySeconds: 15,
      onTick: () => {
        tickedAt.push('once');
        once.stop();
      },
      logger: createLogger('silent'),
    });
    once.start();
    await pass(60_000);
    expect(tickedAt).toEqual(['once']);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('start once, however often they are told to', async () => {
    ticks.start();
    ticks.start();
    await pass(15_000);
    expect(tickedAt).toHaveLength(1);
    expect(logged).toEqual([]);
  });
});
