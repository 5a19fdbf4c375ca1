// Ends the test run's private database server, if there is one.

import { rmSync } from 'node:fs';

/** Runs once after all tests, in the process in which the server was started. */
export default async function stopTestServer(): Promise<void> {
  if (process.env.DUBAN_TEST_COPIES) rmSync(process.env.DUBAN_TEST_COPIES, { recursive: true, force: true });
  await globalThis.dubanTestServer?.stop();
}
