// 登录: a one-time link in a private chat, bound to its person; a session that ends by itself.
import { groups, startTown, type Town } from '../support/town';
import { signIn, signInLink, SiteVisitor } from './site-visitor';

let town: Town;

beforeEach(async () => {
  town = await startTown();
});
afterEach(() => town.stop());

const linkFor = async (staffId: string): Promise<string> => new URL(await signInLink(town, staffId)).pathname;
const later = (minutes: number): void => {
  town.clock.turnTo(new Date(town.clock.now().getTime() + minutes * 60_000));
};

test('the link shows a button, is used by pressing it, and works once', async () => {
  const path = await linkFor('wanglei');
  const visitor = new SiteVisitor(town.app.url);
  for (let i = 0; i < 2; i++) {
    const shown = await visitor.get(path);
    expect([shown.status, shown.headers.get('set-cookie')]).toEqual([200, null]);
    expect(shown.text).toContain('<button type="submit">登录</button>');
  }
  const used = await visitor.post(path, { key: '' });
  expect([used.status, used.to]).toEqual([303, '/board']);
  expect(used.headers.get('set-cookie')).toMatch(/^duban_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
  expect((await visitor.get('/ledger')).text).toContain('王磊 · 区市场监管局');
  expect((await new SiteVisitor(town.app.url).post(path, { key: '' })).status).toBe(410);
  expect((await visitor.get(path)).status).toBe(410);
});

test('neither the link nor the session is kept as it is', async () => {
  const path = await linkFor('wanglei');
  const visitor = new SiteVisitor(town.app.url);
  await visitor.post(path, { key: '' });
  const [secret, cookie] = [path.split('/').at(-1) ?? '', visitor.cookie.split('=')[1] ?? ''];
  expect(secret).toMatch(/^[\w-]{22}$/);
  const kept = JSON.stringify([
    await town.dataSource.query('SELECT * FROM web_links'),
    await town.dataSource.query('SELECT * FROM web_sessions'),
  ]);
  expect(kept).not.toContain(secret);
  expect(kept).not.toContain(cookie);
});

test('no link in a group, none for strangers, none after five open ones', async () => {
  expect((await town.ask('wanglei', groups.market, '登录')).text).toContain('只在私聊里给');
  expect((await town.ask('passerby', 'private', '登录')).text).not.toContain('sign-in');
  for (let i = 0; i < 5; i++) await linkFor('wanglei');
  expect((await town.ask('wanglei', 'private', '打开看板')).text).toContain('多个链接');
  expect((await town.ask('hefang', 'private', '登陆网页')).markdown).toContain('/sign-in/');
});

test('a link lapses after five minutes; a session after half an hour without use, or eight hours', async () => {
  const path = await linkFor('wanglei');
  const visitor = await signIn(town, 'wanglei');
  later(6);
  expect((await new SiteVisitor(town.app.url).post(path, { key: '' })).status).toBe(410);
  for (let i = 0; i < 19; i++) {
    later(i === 0 ? 19 : 25);
    expect((await visitor.get('/ledger')).status).toBe(200);
  }
  later(25);
  expect((await visitor.get('/ledger?q=1')).to).toBe('/sign-in?next=%2Fledger%3Fq%3D1');
  const idle = await signIn(town, 'hefang');
  later(31);
  expect((await idle.get('/ledger')).to).toContain('/sign-in');
});

test('other posts end the session; so does signing out', async () => {
  const visitor = await signIn(town, 'wanglei');
  await town.dataSource.query(
    `UPDATE posts SET role = 'staff' WHERE personId = (SELECT personId FROM channel_identities WHERE externalId = 'wanglei')`,
  );
  expect((await visitor.get('/ledger')).status).toBe(303);
  const other = await signIn(town, 'hefang');
  expect((await other.post('/sign-out', { key: 'wrong' })).status).toBe(403);
  expect((await other.get('/ledger')).status).toBe(200);
  expect((await other.post('/sign-out')).to).toBe('/sign-in');
  expect((await other.get('/ledger')).status).toBe(303);
});

test('nobody gets in without, and nobody can choose who to be', async () => {
  const visitor = new SiteVisitor(town.app.url);
  expect((await visitor.get('/ledger')).to).toBe('/sign-in?next=%2Fledger');
  expect((await visitor.get('/sign-in')).text).toContain('发送“登录”');
  const [person]: { id: string }[] = await town.dataSource.query('SELECT id FROM people LIMIT 1');
  await visitor.post('/sign-in', { key: '', person: person?.id ?? '' });
  expect(visitor.cookie).toBe('');
});
