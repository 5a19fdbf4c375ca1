// 名录 on the site: units, collectives, people and groups, changed by those who may, with a record; the bot follows at once.
import { groups, startTown, type Town } from '../support/town';
import { signIn, type SiteVisitor } from './site-visitor';

let town: Town;
let admin: SiteVisitor;
let office: SiteVisitor;

beforeAll(async () => {
  town = await startTown();
  admin = await signIn(town, 'admin01');
  office = await signIn(town, 'hefang');
});
afterAll(() => town.stop());

const unitId = async (name: string): Promise<string> => {
  const [row]: { id: string }[] = await town.dataSource.query('SELECT id FROM units WHERE name = ?', [name]);
  return row?.id ?? '';
};
const acts = async (act: string): Promise<string[]> => {
  const rows: { actor: string }[] = await town.dataSource.query('SELECT actor FROM audit_entries WHERE act = ?', [act]);
  return rows.map(row => row.actor);
};

test('units are found by alias, shown with liaison and tasks; the number opens as many rows', async () => {
  const page = (await office.get(`/directory?q=${encodeURIComponent('市监局')}`)).text;
  expect(page).toContain('>区市场监管局</a>');
  expect(page).toContain('王磊');
  const [, href = '', count = ''] = /<a href="(\/ledger\?[^"]*)">(\d+)<\/a>/.exec(page) ?? [];
  const rows = (await office.get(href.replaceAll('&amp;', '&'))).text;
  expect(/<strong id="total">(\d+)<\/strong>/.exec(rows)?.[1]).toBe(count);
  const orphans = (await office.get('/directory?which=orphan')).text;
  expect(orphans).toContain('没有联络员');
  expect(orphans).not.toContain('>区市场监管局</a>');
});

test('an alias added here is understood in the chat, and taken back no longer', async () => {
  const asks = async (): Promise<string> => (await town.ask('hefang', groups.district, '管市场的那个局本周任务')).text;
  expect(await asks()).not.toContain('区市场监管局 · 本周任务');
  const form = { unit: '区市场监管局', text: '管市场的那个局' };
  expect((await office.post('/directory/alias', { ...form, status: 'certain' })).status).toBe(303);
  expect(await asks()).toContain('区市场监管局');
  expect((await office.post('/directory/alias', { ...form, status: 'none' })).status).toBe(303);
  const page = (await office.get(`/directory/unit/${await unitId('区市场监管局')}`)).text;
  expect(page).not.toContain('管市场的那个局');
  expect(await acts('edit_alias')).toEqual(['何芳（区优化办）', '何芳（区优化办）']);
});

test('a name nobody knows is settled, and its tasks are the right unit’s', async () => {
  const { dataSource } = town;
  const tax = await unitId('区税务局');
  await dataSource.query(
    `INSERT INTO units (id, name, kind, level, settled, createdAt) VALUES (?, '区税务分局', 'government', 'district', 0, ?)`,
    ['0188f000-0000-7000-8000-000000000001', town.clock.now()],
  );
  await dataSource.query(
    `UPDATE task_units SET unitId = ? WHERE unitId = ? AND taskId IN (SELECT id FROM tasks WHERE itemNo = 22)`,
    ['0188f000-0000-7000-8000-000000000001', tax],
  );
  const waiting = (await office.get('/directory?which=unsettled')).text;
  expect(waiting).toContain('区税务分局');
  const settled = await office.post('/directory/settle', { written: '区税务分局', as: 'alias', unit: '税务局' });
  expect(settled.status).toBe(303);
  expect(await unitId('区税务分局')).toBe('');
  expect((await office.get('/directory?which=unsettled')).text).not.toContain('区税务分局');
});

test('a unit stands under another, never under itself', async () => {
  const id = await unitId('区市场监管局');
  const parent = { unit: '区税务局', parent: '市场监管局' };
  expect((await office.post('/directory/parent', parent)).status).toBe(303);
  expect((await office.get(`/directory/unit/${id}`)).text).toContain('<dt>下级</dt><dd><a');
  const circle = await office.post('/directory/parent', { unit: '区市场监管局', parent: '区税务局' });
  expect([circle.status, circle.text.includes('不能是自己的下级')]).toEqual([409, true]);
  expect((await office.post('/directory/parent', { unit: '区税务局', parent: '' })).status).toBe(303);
  expect((await office.get(`/directory/unit/${id}`)).text).not.toContain('<dt>下级</dt>');
});

test('a member joins a collective and leaves it', async () => {
  const collective = '各镇街';
  const members = async (): Promise<boolean> =>
    (await office.get('/directory/collectives')).text.includes('把区税务局移出各镇街');
  expect((await office.post('/directory/member', { collective, unit: '税务局' })).status).toBe(303);
  expect(await members()).toBe(true);
  expect((await office.post('/directory/member', { collective, unit: '区税务局', remove: '1' })).status).toBe(303);
  expect(await members()).toBe(false);
});

test('the administrator gives a post, which works at once, and ends it; the last administrator stays', async () => {
  const post = { name: '赵新', userId: 'zhaoxin', unit: '税务局', title: '科员', role: 'liaison' };
  expect((await admin.post('/directory/post', post)).status).toBe(303);
  expect((await admin.post('/directory/post', post)).status).toBe(409);
  expect((await admin.post('/directory/post', { ...post, name: '别人' })).status).toBe(409);
  const page = (await admin.get('/directory/people?q=zhaoxin')).text;
  expect(page).toContain('赵新');
  const id = /name="post" value="([\w-]{36})"/.exec(page)?.[1] ?? '';
  expect((await admin.post('/directory/post/end', { post: id })).status).toBe(303);
  expect((await admin.post('/directory/post/end', { post: id })).status).toBe(409);
  expect((await admin.get('/directory/people?q=zhaoxin')).text).toContain('没有找到');
  const own = /name="post" value="([\w-]{36})"/.exec((await admin.get('/directory/people?q=admin01')).text)?.[1] ?? '';
  const refused = await admin.post('/directory/post/end', { post: own });
  expect([refused.status, refused.text.includes('至少要留一名管理员')]).toEqual([409, true]);
  expect(await acts('edit_posts')).toHaveLength(2);
});

test('a group that waits is enabled on 审批 and answers then', async () => {
  const hello = await town.ask('wanglei', groups.unknown, '我局本周任务');
  expect(hello.text).toContain('启用本群');
  const page = (await office.get('/approvals')).text;
  expect(page).toContain('等待启用的工作群 1');
  expect(page).toContain('王磊');
  const group = /name="group" value="([\w-]{36})"/.exec(page)?.[1] ?? '';
  const enabled = await office.post('/directory/group', { group, act: 'enable', bound: '全区', back: 'approvals' });
  expect([enabled.status, enabled.to]).toEqual([303, '/approvals?done=group-yes']);
  expect((await town.ask('wanglei', groups.unknown, '我局本周任务')).text).toContain('区市场监管局 · 本周任务');
  expect((await office.post('/directory/group', { group, act: 'enable' })).status).toBe(409);
  expect((await office.post('/directory/group', { group, act: 'disable' })).status).toBe(303);
  const log = await town.dataSource.query<{ act: string }[]>(
    "SELECT act FROM audit_entries WHERE act LIKE 'group%' ORDER BY id",
  );
  expect(log.map(row => row.act)).toEqual(['group_enable', 'group_bind', 'group_disable']);
});

test('nobody else sees or changes it', async () => {
  const liaison = await signIn(town, 'wanglei');
  for (const path of ['/directory', '/directory/people', '/directory/groups', '/directory/collectives', '/settings'])
    expect([path, (await liaison.get(path)).status]).toEqual([path, 403]);
  const alias = { unit: '区税务局', text: '税局子', status: 'certain' };
  expect((await liaison.post('/directory/alias', alias)).status).toBe(403);
  expect((await office.post('/directory/alias', { ...alias, key: '0'.repeat(64) })).status).toBe(403);
  // Who may give posts could make themselves anything: the administrator alone.
  const post = { name: '何芳', userId: 'hefang', unit: '', role: 'admin' };
  expect((await office.post('/directory/post', post)).status).toBe(403);
});
