// The trial's database and clock: kept under .duban/, so that a second start goes on from where the first one was.
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DataSource } from 'typeorm';
import { TurnedClock } from '../clock';
import { parseDatabaseUrl } from '../database/connection-url';
import { createDataSource } from '../database/data-source';
import { migrate } from '../database/schema';
import { projectFile } from '../project-files';
import { startPrivateDatabase } from './private-database';

/** The trial begins on this morning, five minutes before the cards go out. */
const trialBegins = new Date('2023-06-26T08:25:00+08:00');

export const trialFolder = projectFile('.duban');
const clockFile = join(trialFolder, 'clock.json');

export interface TrialDatabase {
  dataSource: DataSource;
  clock: TurnedClock;
  /** Keeps the clock's time for the next start. */
  keepClock(): Promise<void>;
  close(): Promise<void>;
}

async function readClock(): Promise<Date> {
  try {
    const kept: unknown = JSON.parse(await readFile(clockFile, 'utf8'));
    const now = new Date((kept as { now: string }).now);
    return Number.isNaN(now.getTime()) ? trialBegins : now;
  } catch {
    return trialBegins;
  }
}

/** Starts (or joins) the trial's database server and brings its tables up to date. */
export async function openTrialDatabase(options: { onProgress: (sentence: string) => void }): Promise<TrialDatabase> {
  const database = await startPrivateDatabase({
    folder: trialFolder,
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
  const clock = new TurnedClock(await readClock());
  return {
    dataSource,
    clock,
    keepClock: async () => {
      await mkdir(trialFolder, { recursive: true });
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
export async function resetTrial(): Promise<void> {
  for (const name of ['database', 'clock.json', 'chat.json'])
    await rm(join(trialFolder, name), { recursive: true, force: true });
}
