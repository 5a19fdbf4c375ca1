// What a whole test run shares: a database server, the one DATABASE_URL names or a private one that ends with the run, and the office
// suite, where papers are going to be opened.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectFile } from '../../src/project-files';
import { startPrivateDatabase, type PrivateDatabase } from '../../src/trial/private-database';
import { prepareOfficeSuite } from './office-suite';

const officeTests = 'test/web/office-suite.test.ts';

declare global {
  var dubanTestServer: PrivateDatabase | undefined;
}

/** What of jest's settings is looked at here. */
interface Run {
  testPathPatterns: { patterns: string[] };
}
interface Project {
  testMatch: string[];
}

const tell = (sentence: string): void => void process.stderr.write(`${sentence}\n`);

async function startDatabase(): Promise<void> {
  process.env.DUBAN_TEST_COPIES = mkdtempSync(join(tmpdir(), 'duban-test-copies-'));
  if (process.env.DATABASE_URL) {
    process.env.DUBAN_TEST_DATABASE_URL = process.env.DATABASE_URL;
    return;
  }
  globalThis.dubanTestServer = await startPrivateDatabase({
    folder: projectFile('.duban'),
    database: 'duban_test',
    ephemeral: true,
    onProgress: tell,
  });
  process.env.DUBAN_TEST_DATABASE_URL = globalThis.dubanTestServer.url;
}

/** Only for the tests that open papers: 100 MB are not fetched to run any other. */
async function findOfficeSuite({ testPathPatterns: { patterns } }: Run, { testMatch }: Project): Promise<void> {
  const wanted = patterns.length === 0 || patterns.some(pattern => new RegExp(pattern).test(projectFile(officeTests)));
  if (!wanted || !testMatch.includes('**/*.test.ts')) return;
  try {
    process.env.DUBAN_TEST_OFFICE = JSON.stringify(await prepareOfficeSuite(tell));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    process.env.DUBAN_TEST_NO_OFFICE = reason;
    tell(`没有办公软件，公文和台账没有用它打开检查（${officeTests} 跳过）：${reason}`);
  }
}

/**
 * Tells the workers where the server is by DUBAN_TEST_DATABASE_URL (each makes databases of its own there), and by DUBAN_TEST_OFFICE
 * what programs open papers, or by DUBAN_TEST_NO_OFFICE why there are none.
 */
export default async function prepareRun(run: Run, project: Project): Promise<void> {
  await Promise.all([startDatabase(), findOfficeSuite(run, project)]);
}
