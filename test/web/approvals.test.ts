// 审批 on the site: decisions change the ledger, by the same rules as in a chat, and units are told.
import { groups, partOf, startTown, type Town } from '../support/town';
import { signIn, SiteVisitor } from './site-visitor';

let town: Town;

beforeEach(async () => {
  town = await startTown();
  await town.ask('wanglei', groups.market, '1已完成');
  await town.ask('wanglei', groups.market, '2申请延期到9月底，因系统未上线');
  await town.ask('wanglei', groups.market, '3推进中，卡在数据共享');
});
afterEach(() => town.stop());

interface Form {
  action: string;
  fields: Record<string, string>;
}

/** The forms of the page as a browser would fill them in. */
async function formsFor(visitor: SiteVisitor): Promise<Form[]> {
  const { text } = await visitor.get('/approvals');
  return [...text.matchAll(/<form class="decide" method="post" action="([^"]+)">([\s\S]*?)<\/form>/g)].map(one => ({
    action: one[1] ?? '',
    fields: Object.fromEntries(
      [...(one[2] ?? '').matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)].map(field => [field[1], field[2]]),
    ) as Record<string, string>,
  }));
}

async function formOf(visitor: SiteVisitor, kind: string): Promise<Form> {
  const form = (await formsFor(visitor)).find(one => one.action.endsWith(kind));
  if (!form) throw new Error(`no form for ${kind}`);
  return form;
}

const decide = async (visitor: SiteVisitor, kind: string, changes: Record<string, string>): Promise<number> => {
  const form = await formOf(visitor, kind);
  return (await visitor.post(form.action, { ...form.fields, reason: '', ...changes })).status;
};
const lastTo = async (staffId: string): Promise<string> => {
  await town.settled();
  const sent = town.gateway.messagesIn(town.gateway.privateChat(staffId)).filter(one => one.from.robotCode !== null);
  return sent.at(-1)?.text ?? '';
};
const taskOf = async (itemNo: number): Promise<{ state: string; extendedTo: string | null }> => {
  const [row]: { state: string; extendedTo: string | null }[] = await town.dataSource.query(
    'SELECT state, extendedTo FROM tasks WHERE itemNo = ?',
    [itemNo],
  );
  return { state: row?.state ?? '', extendedTo: row?.extendedTo ?? null };
};

test('核销, 同意延期 to another day, 答复 and 关闭堵点; the units are told', async () => {
  const visitor = await signIn(town, 'hefang');
  expect(await decide(visitor, 'closure', { decision: 'yes' })).toBe(303);
  expect((await taskOf(1)).state).toBe('ongoing');
  expect(await lastTo('wanglei')).toContain('已核销');
  expect(await decide(visitor, 'extension', { decision: 'yes', until: '2023-08-31' })).toBe(303);
  expect((await taskOf(2)).extendedTo).toBe('2023-08-31');
  expect(await lastTo('wanglei')).toContain('2023-08-31');
  expect(await decide(visitor, 'blocker', { decision: 'no', reason: '已协调数据局，下周开通' })).toBe(303);
  expect(await lastTo('wanglei')).toContain('下周开通');
  expect((await visitor.get('/approvals')).text).toContain('没有等待办理的事项');
  const acts: { act: string; inboxMessageId: string | null; actor: string }[] = await town.dataSource.query(
    "SELECT act, inboxMessageId, actor FROM audit_entries WHERE actor = '何芳（区优化办）' ORDER BY id",
  );
  expect(acts.map(one => [one.act, one.inboxMessageId])).toEqual([
    ['accept_closure', null],
    ['accept_extension', null],
    ['answer_blocker', null],
  ]);
});

test('退回 wants a reason and opens the part again, as often as it is returned', async () => {
  const visitor = await signIn(town, 'hefang');
  expect(await decide(visitor, 'closure', { decision: 'no' })).toBe(400);
  expect((await taskOf(1)).state).toBe('closing');
  for (let i = 0; i < 2; i++) {
    expect(await decide(visitor, 'closure', { decision: 'no', reason: '佐证材料不全' })).toBe(303);
    expect(await partOf(town, 1, '区市场监管局')).toMatchObject({ state: 'active', done: false });
    expect(await lastTo('wanglei')).toContain('佐证材料不全');
    await town.ask('wanglei', groups.market, '1已完成');
  }
});

test('what has changed since the page was shown is not decided by it', async () => {
  const visitor = await signIn(town, 'hefang');
  const form = await formOf(visitor, 'extension');
  town.clock.turnTo(new Date(town.clock.now().getTime() + 60_000));
  await town.ask('wanglei', groups.market, '2申请延期到10月底，因系统未上线');
  const answer = await visitor.post(form.action, { ...form.fields, decision: 'yes', reason: '' });
  expect([answer.status, (await taskOf(2)).extendedTo]).toEqual([409, null]);
  expect(answer.text).toContain('已有变化');
});

test('nothing without the key of the session, without the right, or by the applicant', async () => {
  const office = await signIn(town, 'hefang');
  const form = await formOf(office, 'closure');
  const { key, ...fields } = form.fields;
  expect(key).toMatch(/^[0-9a-f]{64}$/);
  const act = { ...fields, decision: 'yes', reason: '' };
  expect((await office.post(form.action, { ...act, key: '' })).status).toBe(403);
  const other = await signIn(town, 'linfeng');
  expect((await other.post(form.action, { ...act, key: key ?? '' })).status).toBe(403);
  for (const staffId of ['wanglei', 'limin', 'admin01']) {
    const visitor = await signIn(town, staffId);
    expect([staffId, (await visitor.post(form.action, act)).status]).toEqual([staffId, 403]);
  }
  const nobody = new SiteVisitor(town.app.url);
  expect((await nobody.post(form.action, act)).to).toContain('/sign-in');
  expect((await taskOf(1)).state).toBe('closing');
  await town.ask('linfeng', groups.district, '38已完成');
  const own = (await formsFor(other)).find(one => one.fields['no'] === '38');
  const refused = await other.post(own?.action ?? '', { ...own?.fields, decision: 'yes', reason: '' });
  expect([refused.status, (await taskOf(38)).state]).toEqual([409, 'closing']);
});

test('an identity is confirmed by the administrator too, who sees nothing else there', async () => {
  await town.ask('passerby', 'private', '我是区税务局路小明');
  const admin = await signIn(town, 'admin01');
  expect((await formsFor(admin)).map(form => form.action)).toEqual(['/approvals/identity']);
  expect(await decide(admin, 'identity', { decision: 'yes' })).toBe(303);
  expect((await town.ask('passerby', 'private', '我是谁')).text).toContain('区税务局');
  expect((await (await signIn(town, 'wanglei')).get('/approvals')).status).toBe(403);
});
