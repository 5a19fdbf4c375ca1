// Every route of the site walked through with every role: what the right does not allow is refused and leaves no trace.
import { type Role } from '../../src/database/entities/unit';
import { may, type Right } from '../../src/directory/identity';
import { createSite } from '../../src/web/site';
import { type SiteParts } from '../../src/web/site-parts';
import { groups, startTown, type Town } from '../support/town';
import { signIn, SiteVisitor } from './site-visitor';

/** Whom a route lets through: whoever has one of the rights; 'signed in' = everybody who is; 'open' = without signing in. */
type Door = 'open' | 'signed in' | Right[];

const doors: Record<string, Door> = {
  'GET /site/icon.svg': 'open',
  'GET /site/site.css': 'open',
  'GET /site/site.js': 'open',
  'GET /site/charts.js': 'open',
  'GET /site/chart-library.js': 'open',
  'GET /sign-in': 'open',
  'GET /sign-in/:secret': 'open',
  'POST /sign-in/:secret': 'open',
  'POST /sign-out': 'open',
  // A one-time link, given to a person of the office in a private chat.
  'GET /download/:secret': 'open',
  'POST /download/:secret': 'open',
  'GET /': 'signed in',
  'GET /board': 'signed in',
  'GET /board/units': 'signed in',
  'GET /board/burden': 'signed in',
  'GET /ledger': 'signed in',
  'GET /ledger/task/:id': 'signed in',
  'GET /ledger/evidence/:id/:no': 'signed in',
  'GET /ledger.xlsx': 'signed in',
  'GET /approvals': ['decide_requests', 'decide_identities'],
  'POST /approvals/closure': ['decide_requests'],
  'POST /approvals/extension': ['decide_requests'],
  'POST /approvals/blocker': ['answer_blockers'],
  'POST /approvals/identity': ['decide_identities'],
  'GET /audit': ['see_operations'],
  'GET /bulletins': ['see_all_units'],
  'POST /bulletins': ['see_all_units'],
  'GET /bulletins/:id.docx': ['see_all_units'],
  'GET /briefing.docx': ['see_all_units'],
  'GET /import': ['import_lists'],
  'POST /import': ['import_lists'],
  'GET /import/:id': ['import_lists'],
  'POST /import/:id/confirm': ['import_lists'],
  'POST /import/:id/drop': ['import_lists'],
  'GET /directory': ['edit_directory'],
  'GET /directory/unit/:id': ['edit_directory'],
  'GET /directory/collectives': ['edit_directory'],
  'POST /directory/alias': ['edit_directory'],
  'POST /directory/parent': ['edit_directory'],
  'POST /directory/member': ['edit_directory'],
  'POST /directory/settle': ['edit_directory'],
  'GET /directory/people': ['edit_directory'],
  'GET /directory/groups': ['edit_directory'],
  'POST /directory/post': ['edit_people'],
  'POST /directory/post/end': ['edit_people'],
  'POST /directory/group': ['set_up_groups'],
  'GET /reminders': ['see_operations'],
  'POST /reminders/again': ['see_operations'],
  'POST /reminders/again-all': ['see_operations'],
  'POST /reminders/received': ['see_operations'],
  'GET /settings': ['change_settings'],
  'POST /settings': ['change_settings'],
  'POST /settings/days': ['change_settings'],
};

interface Route {
  name: string;
  method: 'GET' | 'POST';
  path: string;
}

const routes: Route[] = createSite({ trial: false } as SiteParts).stack.flatMap(({ methods, path }) => {
  const method = methods.includes('POST') ? 'POST' : 'GET';
  return typeof path === 'string' && methods.length > 0 ? [{ name: `${method} ${path}`, method, path }] : [];
});

test('every route of the site is in the table, and nothing else is', () => {
  expect([...new Set(routes.map(({ name }) => name))].sort()).toEqual(Object.keys(doors).sort());
});

let town: Town;

// One town for all: what is refused leaves no trace, and pages that are read change nothing.
beforeAll(async () => {
  town = await startTown();
  await town.ask('wanglei', groups.market, '1已完成');
  await town.ask('wanglei', groups.market, '2申请延期到9月底，因系统未上线');
  await town.ask('wanglei', groups.market, '3推进中，卡在数据共享');
  await town.tell('passerby', groups.market, '我是区市场监管局钱七');
});
afterAll(() => town.stop());

const people: [string, Role[]][] = [
  ['wanglei', ['liaison']],
  ['limin', ['leader']],
  ['zhangsan', ['liaison']],
  ['hefang', ['office']],
  ['admin01', ['admin']],
];

const allows = (door: Door, roles: Role[]): boolean =>
  !Array.isArray(door) || door.some(right => may({ posts: roles.map(role => ({ role, unit: null })) } as never, right));

/** Everything that is stored, but for what visiting alone writes. */
async function stored(): Promise<string> {
  const tables: { name: string }[] = await town.dataSource.query(
    `SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()
        AND TABLE_NAME NOT IN ('web_sessions', 'web_links', 'web_limits', 'instances', 'job_runs') ORDER BY 1`,
  );
  const sums: unknown[] = [];
  for (const { name } of tables) sums.push(await town.dataSource.query(`CHECKSUM TABLE \`${name}\``));
  return JSON.stringify(sums);
}

/** A form as the page would send it for what waits now, so that only the right can refuse it. */
async function fieldsOf({ name }: Route): Promise<Record<string, string>> {
  const { dataSource } = town;
  const [list]: { id: string }[] = await dataSource.query('SELECT id FROM task_lists');
  const [claim]: { id: string }[] = await dataSource.query("SELECT id FROM identity_claims WHERE status = 'open'");
  const decision = async (table: string, itemNo: number): Promise<Record<string, string>> => {
    const [row]: { createdAt: Date }[] = await dataSource.query(`SELECT createdAt FROM ${table} LIMIT 1`);
    const asked = String(row?.createdAt.getTime() ?? '');
    return { list: list?.id ?? '', no: String(itemNo), asked, decision: 'yes', reason: '已核实', until: '' };
  };
  switch (name) {
    case 'POST /approvals/closure':
      return decision('closure_requests', 1);
    case 'POST /approvals/extension':
      return decision('extension_requests', 2);
    case 'POST /approvals/blocker':
      return { ...(await decision('blockers', 3)), decision: 'no' };
    case 'POST /approvals/identity':
      return { claim: claim?.id ?? '', id: claim?.id ?? '', decision: 'yes', reason: '' };
    default:
      return {};
  }
}

async function idOf({ path }: Route): Promise<string> {
  const table = path.startsWith('/ledger') ? 'tasks' : path.startsWith('/directory/unit') ? 'units' : null;
  if (table === null) return '0190b0a0-0000-7000-8000-000000000000';
  const [row]: { id: string }[] = await town.dataSource.query(`SELECT id FROM ${table} LIMIT 1`);
  return row?.id ?? '';
}

async function visit(visitor: SiteVisitor, route: Route): Promise<number> {
  const path = route.path.replace(/:(?:id|secret)/u, await idOf(route));
  const answer = route.method === 'GET' ? await visitor.get(path) : await visitor.post(path, await fieldsOf(route));
  return answer.status;
}

test.each(people)('%s is refused what the right does not allow, and leaves no trace of it', async (staffId, roles) => {
  const visitor = await signIn(town, staffId);
  await town.settled();
  const before = await stored();
  const wrong: string[] = [];
  for (const route of routes) {
    const door = doors[route.name];
    if (door === undefined || door === 'open' || allows(door, roles)) continue;
    const status = await visit(visitor, route);
    if (status !== 403) wrong.push(`${staffId}: ${route.name} answered ${status}`);
  }
  expect(wrong).toEqual([]);
  expect(await stored()).toBe(before);
});

test.each(people)('%s reaches every page the right allows', async (staffId, roles) => {
  const visitor = await signIn(town, staffId);
  const wrong: string[] = [];
  for (const route of routes) {
    const door = doors[route.name];
    if (route.method !== 'GET' || door === undefined || door === 'open' || !allows(door, roles)) continue;
    const status = await visit(visitor, route);
    // A made-up id of a bulletin or an upload is not found; that is said to those who may ask.
    if (![200, 302, 303, 404].includes(status)) wrong.push(`${staffId}: ${route.name} answered ${status}`);
  }
  expect(wrong).toEqual([]);
});

test('without signing in every page leads to signing in, and no form writes anything', async () => {
  const visitor = new SiteVisitor(town.app.url);
  await town.settled();
  const before = await stored();
  const wrong: string[] = [];
  for (const route of routes) {
    if (doors[route.name] === 'open') continue;
    const status = await visit(visitor, route);
    if (status !== 303) wrong.push(`${route.name} answered ${status}`);
  }
  expect(wrong).toEqual([]);
  expect(await stored()).toBe(before);
});

test('a form without the key of the session writes nothing, whoever sends it', async () => {
  const visitor = await signIn(town, 'hefang');
  await town.settled();
  const before = await stored();
  const wrong: string[] = [];
  for (const route of routes) {
    if (route.method !== 'POST' || doors[route.name] === 'open') continue;
    const path = route.path.replace(/:id/u, await idOf(route));
    const { status } = await visitor.post(path, { ...(await fieldsOf(route)), key: '0'.repeat(64) });
    // An upload is no plain form: this one is refused before a key is looked for.
    if (status !== (route.name === 'POST /import' ? 400 : 403)) wrong.push(`${route.name} answered ${status}`);
  }
  expect(wrong).toEqual([]);
  expect(await stored()).toBe(before);
});
