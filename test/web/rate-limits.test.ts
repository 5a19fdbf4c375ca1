// Too many in a minute are refused, with when to come again: at the door by address, behind it by person; in every process alike.
import { loadSampleLedger, loadSamplePeople } from '../../seeds/load';
import { TurnedClock } from '../../src/clock';
import { UnitDirectory } from '../../src/directory/unit-directory';
import { createLogger } from '../../src/logger';
import { startWebServer, type WebServer } from '../../src/web/server';
import { createSite } from '../../src/web/site';
import { type FreshDatabase, freshDatabase } from '../support/database';
import { type Answer, SiteVisitor } from './site-visitor';

let database: FreshDatabase;
const servers: WebServer[] = [];
const clock = new TurnedClock(new Date('2023-06-26T08:25:00+08:00'));

beforeAll(async () => {
  database = await freshDatabase();
  const { dataSource } = database;
  await dataSource.transaction(async manager => {
    await loadSampleLedger(manager, clock.now());
    await loadSamplePeople(manager, clock.now());
  });
  for (let i = 0; i < 2; i++)
    servers.push(
      await startWebServer({
        host: '127.0.0.1',
        port: 0,
        checks: {},
        routers: [
          createSite({
            dataSource,
            directory: new UnitDirectory(dataSource),
            clock,
            trial: true,
            secure: () => false,
            wakeOutbox: () => undefined,
            files: { fetch: () => Promise.resolve({ outcome: 'failed', sentence: '没有文件。' }) },
            rates: { signIn: 8, writes: 6, files: 2 },
          }),
        ],
        logger: createLogger('silent'),
      }),
    );
}, 60_000);
afterAll(async () => {
  for (const server of servers) await server.stop();
  await database.drop();
});
beforeEach(async () => {
  await database.dataSource.query('DELETE FROM web_limits');
  // A minute that ends within the test would begin to count anew.
  const left = 60_000 - (Date.now() % 60_000);
  if (left < 8000) await new Promise(resolve => setTimeout(resolve, left + 50));
}, 20_000);

const base = (i: number): string => servers[i]?.url ?? '';

async function signedIn(name: string, server = 0): Promise<SiteVisitor> {
  const visitor = new SiteVisitor(base(server));
  const page = (await visitor.get('/sign-in')).text;
  const person = new RegExp(`name="person" value="([\\w-]{36})">(?:(?!</form>)[\\s\\S])*${name}`).exec(page)?.[1] ?? '';
  await visitor.post('/sign-in', { key: '', person, next: '' });
  return visitor;
}

const refused = ({ status, headers, text }: Answer): void => {
  expect(status).toBe(429);
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  expect(text).toContain('太频繁了，没有改动');
};

test('guessing links is refused after a few, by either process; looking at the page is not', async () => {
  for (let i = 0; i < 8; i++) expect((await new SiteVisitor(base(i % 2)).get(`/sign-in/guess${i}`)).status).toBe(410);
  refused(await new SiteVisitor(base(0)).get('/sign-in/guess'));
  refused(await new SiteVisitor(base(1)).get('/download/guess'));
  expect((await new SiteVisitor(base(0)).get('/sign-in')).status).toBe(200);
});

test('another address is counted apart, as the proxy on this machine names it', async () => {
  const from = (address: string): Promise<Response> =>
    fetch(`${base(0)}/sign-in/guess`, { headers: { 'X-Forwarded-For': `6.6.6.6, ${address}` } });
  for (let i = 0; i < 8; i++) await from('10.0.0.1');
  expect([(await from('10.0.0.1')).status, (await from('10.0.0.2')).status]).toEqual([429, 410]);
});

test('forms of one person are refused after a few; nothing is changed then, and others go on', async () => {
  const [busy, other] = [await signedIn('何芳'), await signedIn('林峰')];
  const alias = (text: string): Record<string, string> => ({ unit: '区税务局', text, status: 'certain' });
  for (let i = 0; i < 6; i++) expect((await busy.post('/directory/alias', alias(`税局${i}号`))).status).toBe(303);
  refused(await busy.post('/directory/alias', alias('税局九号')));
  const [row]: { n: string }[] = await database.dataSource.query(
    "SELECT COUNT(*) AS n FROM unit_aliases WHERE text = '税局九号'",
  );
  expect(Number(row?.n)).toBe(0);
  expect((await other.post('/directory/alias', alias('税局八号'))).status).toBe(303);
  expect((await busy.get('/board')).status).toBe(200);
});

test('files are made so many times a minute', async () => {
  const visitor = await signedIn('何芳');
  for (let i = 0; i < 2; i++) expect((await visitor.get('/ledger.xlsx?q=38')).status).toBe(200);
  refused(await visitor.get('/ledger.xlsx?q=38'));
});
