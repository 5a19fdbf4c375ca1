// The database server of a bench: the one DATABASE_URL names, else one of its own that leaves nothing behind.
import { projectFile } from '../src/project-files';
import { startPrivateDatabase } from '../src/trial/private-database';

export interface BenchServer {
  url: string;
  /** True where it was started for the bench. */
  isOwn: boolean;
  stop(): Promise<void>;
}

export async function benchServer(): Promise<BenchServer> {
  const given = process.env.DATABASE_URL;
  if (given) return { url: given, isOwn: false, stop: () => Promise.resolve() };
  const own = await startPrivateDatabase({
    folder: projectFile('.duban'),
    database: 'duban_bench',
    ephemeral: true,
    onProgress: sentence => void process.stderr.write(`${sentence}\n`),
  });
  return { url: own.url, isOwn: true, stop: own.stop };
}
