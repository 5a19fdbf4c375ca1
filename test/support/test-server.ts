// The address of the test run's database server, as the global setup found or started it.

/**
 * The address of a database on the test run's server; the database itself may not exist yet.
 * @param database - without it, the one the server was given or started with
 */
export function testDatabaseUrl(database?: string): string {
  const url = process.env.DUBAN_TEST_DATABASE_URL;
  if (!url) throw new Error('the tests run under jest with its global setup, which starts the database server');
  if (database === undefined) return url;
  const other = new URL(url);
  other.pathname = `/${encodeURIComponent(database)}`;
  return other.href;
}
