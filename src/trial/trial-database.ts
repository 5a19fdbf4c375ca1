// The trial's database and clock: kept under .duban/, so that a second start goes on from where the first one was.
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DataSource } from 'typeorm';
import { TurnedClock } from '../clock';
import { parseDatabaseUrl } from '../database/connection-url';
import { createDataSource } from '../database/data-source';
import { migrate } from '../database/schema';
import { projectFile } from '../project-files';
import { chatFileName } from './chat-history';
import { startPrivateDatabase } from './private-database';

/** The trial begins on this morning, five minutes before the cards go out. */
const trialBegins = new Date('2023-06-26T08:25:00+08:00');

export const trialFolder = projectFile('.duban');

export interface TrialDatabase {
  dataSource: DataSource;
  clock: TurnedClock;
  /** Keeps the clock's time for the next start. */
  keepClock(): Promise<void>;
  close(): Promise<void>;
}

async function readClock(clockFile: string): Promise<Date> {
  try {
    const kept: unknown = JSON.parse(await readFile(clockFile, 'utf8'));
    const now = new Date((kept as { now: string }).now);
    return Number.isNaN(now.getTime()) ? trialBegins : now;
  } catch {
    return trialBegins;
  }
}

/**
 * Starts (or joins) the trial's database server and brings its tables up to date.
 * @param options.folder - another place than the project's own .duban
 */
export async function openTrialDatabase(options: {
  onProgress: (sentence: string) => void;
  folder?: string;
}): Promise<TrialDatabase> {
  const folder = options.folder ?? trialFolder;
  const clockFile = join(folder, 'clock.json');
  const database = await startPrivateDatabase({
    folder,
    database: 'duban',
    onProgress: options.onProgress,
  });
  const dataSource = createDataSource(parseDatabaseUrl(database.url));
  try {
    await dataSource.initialize();
    await migrate(dataSource);
  } catch (thrown) {
    if (dataSource.isInitialized) await dataSource.destroy();
    await database.stop();
    throw thrown;
  }
  const clock = new TurnedClock(await readClock(clockFile));
  return {
    dataSource,
    clock,
    keepClock: async () => {
      await writeFile(`${clockFile}.new`, JSON.stringify({ now: clock.now().toISOString() }));
      await rename(`${clockFile}.new`, clockFile);
    },
    close: async () => {
      await dataSource.destroy();
      await database.stop();
    },
  };
}

/** Throws the trial's data and clock away; the downloaded server program stays. */
export async function resetTrial(folder = trialFolder): Promise<void> {
  for (const name of ['database', 'clock.json', chatFileName])
    await rm(join(folder, name), { recursive: true, force: true });
}
