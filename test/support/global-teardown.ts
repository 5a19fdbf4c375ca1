// Ends the test run's private database server, if there is one.

/** Runs once after all tests, in the process in which the server was started. */
export default async function stopTestServer(): Promise<void> {
  await globalThis.dubanTestServer?.stop();
}
