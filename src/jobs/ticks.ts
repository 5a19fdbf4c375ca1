// The tick: node-cron says every few seconds that it is time to look; what is due is asked of the clock and the database.
import { schedule, type ScheduledTask } from 'node-cron';
import { type Logger } from '../logger';

export interface Ticks {
  /** Ticks from now on; the first time at the next multiple of `everySeconds`. */
  start(): void;
  /** No tick follows, and no timer is left. */
  stop(): void;
}

export interface TickParts {
  /** A divisor of 60. */
  everySeconds: number;
  /** Must not throw. */
  onTick: () => void;
  logger: Logger;
}

/**
 * Ticks by node-cron, at whole multiples of some seconds of the host's clock, whatever its time zone.
 *
 * node-cron goes by the wall clock. Left to repeat a pattern, it falls silent for as long as that clock is set back, and works
 * off each missed match when it is set forward (a second of blocking for three days). So every tick is a schedule of its
 * own, for one second of one day: a jump forward is then a single missed match, which ticks as well, and after a jump
 * backward, or when the host slept, a guard on the monotonic clock does.
 */
export function createTicks({ everySeconds, onTick, logger }: TickParts): Ticks {
  let task: ScheduledTask | null = null;
  let guard: NodeJS.Timeout | null = null;
  const warn = (message: string | Error): void => {
    logger.warn({ event: 'node_cron', reason: String(message) });
  };

  function disarm(): void {
    if (guard) clearTimeout(guard);
    void task?.destroy();
    guard = null;
    task = null;
  }

  function arm(): void {
    disarm();
    const armed = schedule(
      patternOf(nextTickAt(new Date(), everySeconds)),
      () => {
        fire(armed);
      },
      {
        timezone: 'UTC',
        suppressMissedWarning: true,
        logger: { info: () => undefined, debug: () => undefined, warn, error: warn },
      },
    );
    armed.on('execution:missed', () => {
      fire(armed);
    });
    task = armed;
    guard = setTimeout(() => {
      fire(armed);
    }, 2000 * everySeconds);
  }

  function fire(armed: ScheduledTask): void {
    // A schedule that was replaced or stopped meanwhile may still report.
    if (task !== armed) return;
    arm();
    onTick();
  }

  return {
    start: () => {
      if (!task) arm();
    },
    stop: disarm,
  };
}

/** The first multiple at least a second away: a nearer one could pass before node-cron has read the clock. */
function nextTickAt(now: Date, everySeconds: number): Date {
  const stepMs = everySeconds * 1000;
  return new Date(Math.ceil((now.getTime() + 1000) / stepMs) * stepMs);
}

/** "15 30 8 26 6 *": second, minute, hour, day and month in UTC. */
function patternOf(at: Date): string {
  return [at.getUTCSeconds(), at.getUTCMinutes(), at.getUTCHours(), at.getUTCDate(), at.getUTCMonth() + 1, '*'].join(
    ' ',
  );
}
