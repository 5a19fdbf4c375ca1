// The one place time comes from: the system's clock, or one that the trial and the tests turn.

export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/**
 * A clock that was set once and runs on from there, and that can be turned again.
 * Leases never use it: they live on the database's own clock.
 */
export class TurnedClock implements Clock {
  private offsetMs: number;

  constructor(startsAt: Date) {
    this.offsetMs = startsAt.getTime() - Date.now();
  }

  now(): Date {
    return new Date(Date.now() + this.offsetMs);
  }

  turnTo(instant: Date): void {
    this.offsetMs = instant.getTime() - Date.now();
  }
}
