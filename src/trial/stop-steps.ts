// What has been started, to be stopped in the opposite order, also when a start fails or is given up half way.
import { messageOf } from '../errors';
import { type Logger } from '../logger';

export class StopSteps {
  private readonly steps: (() => Promise<void> | void)[] = [];
  private running: Promise<void> | null = null;

  constructor(private readonly logger: Logger) {}

  add(step: () => Promise<void> | void): void {
    this.steps.push(step);
  }

  /** Runs every step, last first, each whether or not another one fails. A second call waits for the first. */
  run(): Promise<void> {
    this.running ??= this.runAll();
    return this.running;
  }

  private async runAll(): Promise<void> {
    for (const step of this.steps.reverse())
      try {
        await step();
      } catch (thrown) {
        this.logger.error({ event: 'stop_failed', reason: messageOf(thrown) });
      }
  }
}
