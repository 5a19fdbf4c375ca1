// The trial's way in: choose who you are, on this machine only; a turned clock ends no session.
import { request } from 'node:http';
import { loadSampleLedger, loadSamplePeople } from '../../seeds/load';
import { TurnedClock } from '../../src/clock';
import { UnitDirectory } from '../../src/directory/unit-directory';
import { createLogger } from '../../src/logger';
import { startWebServer, type WebServer } from '../../src/web/server';
import { createSite } from '../../src/web/site';
import { type FreshDatabase, freshDatabase } from '../support/database';
import { SiteVisitor } from './site-visitor';

let database: FreshDatabase;
let server: WebServer;
const clock = new TurnedClock(new Date('2023-06-26T08:25:00+08:00'));

beforeAll(async () => {
  database = await freshDatabase();
  const { dataSource } = database;
  await dataSource.transaction(async manager => {
    await loadSampleLedger(manager, clock.now());
    await loadSamplePeople(manager, clock.now());
  });
  const site = createSite({
    dataSource,
    directory: new UnitDirectory(dataSource),
    clock,
    trial: true,
    secure: () => false,
    wakeOutbox: () => undefined,
    files: { fetch: () => Promise.resolve({ outcome: 'failed', sentence: '没有文件。' }) },
  });
  server = await startWebServer({
    host: '127.0.0.1',
    port: 0,
    checks: {},
    routers: [site],
    logger: createLogger('silent'),
  });
});
afterAll(async () => {
  await server.stop();
  await database.drop();
});

const idOf = (page: string, name: string): string =>
  new RegExp(`name="person" value="([\\w-]{36})">(?:(?!</form>)[\\s\\S])*${name}`).exec(page)?.[1] ?? '';

test('choosing somebody opens what they may see; choosing again changes who one is', async () => {
  const visitor = new SiteVisitor(server.url);
  const asked = await visitor.get('/approvals');
  expect(asked.to).toBe('/sign-in?next=%2Fapprovals');
  const people = (await visitor.get(asked.to)).text;
  const chosen = await visitor.post('/sign-in', { key: '', person: idOf(people, '何芳'), next: '/approvals' });
  expect([chosen.status, chosen.to]).toEqual([303, '/approvals']);
  expect((await visitor.get('/approvals')).text).toContain('何芳 · 区优化办');
  await visitor.post('/sign-in', { key: '', person: idOf(people, '王磊'), next: 'https://elsewhere.example/' });
  expect((await visitor.get('/approvals')).status).toBe(403);
  clock.turnTo(new Date('2023-09-26T08:25:00+08:00'));
  expect((await visitor.get('/board')).text).toContain('截至 2023-09-26 08:25');
});

test.each(['//elsewhere.example', '/\\elsewhere.example', 'https://elsewhere.example', '/sign-in'])(
  'after choosing nobody is sent to %s',
  async next => {
    const visitor = new SiteVisitor(server.url);
    const person = idOf((await visitor.get('/sign-in')).text, '何芳');
    expect((await visitor.post('/sign-in', { key: '', person, next })).to).toBe('/board');
  },
);

test('another name that was made to point here is refused', async () => {
  const status = await new Promise<number | undefined>((resolve, reject) => {
    request(`${server.url}/sign-in`, { headers: { Host: 'rebound.example' } }, answer => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on('error', reject)
      .end();
  });
  expect(status).toBe(403);
});
