// A progress bar on standard error for long work; nothing where nobody watches.
import { Presets, SingleBar } from 'cli-progress';

export interface ProgressBar {
  reading: (done: number, total: number) => void;
  writing: (done: number, total: number) => void;
  end: () => void;
}

/** Less is done before anybody has looked. */
const worthwhile = 1000;

export function progressBar(): ProgressBar {
  let shown: { bar: SingleBar; what: string } | null = null;
  const end = (): void => {
    shown?.bar.stop();
    shown = null;
  };
  const show =
    (what: string) =>
    (done: number, total: number): void => {
      if (!process.stderr.isTTY || total < worthwhile) return;
      if (shown?.what !== what) {
        end();
        const bar = new SingleBar(
          { format: `${what} {bar} {percentage}% {value}/{total} 项`, hideCursor: true, clearOnComplete: true },
          Presets.shades_classic,
        );
        bar.start(total, done);
        shown = { bar, what };
      }
      shown.bar.update(done);
      // All else is done between two ticks of the bar's own timer.
      shown.bar.render();
    };
  return { reading: show('读取'), writing: show('写入'), end };
}
