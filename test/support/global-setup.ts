// One database server for a whole test run: the one DATABASE_URL names, else a private one that ends with the run.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectFile } from '../../src/project-files';
import { startPrivateDatabase, type PrivateDatabase } from '../../src/trial/private-database';

declare global {
  var dubanTestServer: PrivateDatabase | undefined;
}

/** Tells the workers where the server is by DUBAN_TEST_DATABASE_URL; each worker makes databases of its own there. */
export default async function startTestServer(): Promise<void> {
  process.env.DUBAN_TEST_COPIES = mkdtempSync(join(tmpdir(), 'duban-test-copies-'));
  if (process.env.DATABASE_URL) {
    process.env.DUBAN_TEST_DATABASE_URL = process.env.DATABASE_URL;
    return;
  }
  globalThis.dubanTestServer = await startPrivateDatabase({
    folder: projectFile('.duban'),
    database: 'duban_test',
    ephemeral: true,
    onProgress: sentence => void process.stderr.write(`${sentence}\n`),
  });
  process.env.DUBAN_TEST_DATABASE_URL = globalThis.dubanTestServer.url;
}
