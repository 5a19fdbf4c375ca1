// 提醒 and 审计 on the site: what will go out and why, what did not go out and what is done about it, who did what.
import { newId } from '../../src/ids';
import { groups, startTown, type Town } from '../support/town';
import { signIn, type SiteVisitor } from './site-visitor';

let town: Town;

beforeEach(async () => {
  town = await startTown();
});
afterEach(() => town.stop());

async function unsent(status: 'failed' | 'uncertain'): Promise<string> {
  const id = newId();
  await town.dataSource.query(
    `INSERT INTO outbox_messages (id, dedupKey, recipient, recipientKey, reply, priority, status, nextAt, attempts, problem, sendStartedAt, createdAt)
     VALUES (?, ?, '{"kind":"person","staffId":"wanglei"}', 'person:wanglei', '{"template":"denied"}', 1, ?, ?, 9, '钉钉拒绝：不在可见范围', ?, ?)`,
    [id, `test:${id}`, status, town.clock.now(), town.clock.now(), town.clock.now()],
  );
  return id;
}

const statusOf = async (id: string): Promise<string> => {
  const [row]: { status: string }[] = await town.dataSource.query('SELECT status FROM outbox_messages WHERE id = ?', [
    id,
  ]);
  return row?.status ?? '';
};
const toWanglei = (): number => town.gateway.messagesIn(town.gateway.privateChat('wanglei')).length;

test('the next morning: cards, and why each unit is asked or not', async () => {
  const page = (await (await signIn(town, 'hefang')).get('/reminders')).text;
  expect(page).toContain('6月27日 周二 早晨会发什么');
  expect(page).toMatch(/区市场监管局：2023-06-30 到期，提前3个工作日，第1、2、3、/);
  expect(page).toMatch(/为什么不提醒（\d+ 条）/);
  // Of a unit that is named, also what lies beyond this morning's reach.
  expect(page).not.toContain('2023-12-31');
  const ofOne = (await (await signIn(town, 'hefang')).get(`/reminders?q=${encodeURIComponent('区市场监管局')}`)).text;
  const lines = [...ofOne.matchAll(/data-head="单位">([^<]+)<.*?data-head="期限">([^<]+)</gu)];
  expect(new Set(lines.map(([, unit]) => unit))).toEqual(new Set(['区市场监管局']));
  expect(lines.map(([, , due]) => due)).toContain('2023-12-31');
  const holiday = (await (await signIn(town, 'hefang')).get('/reminders?on=2023-10-01')).text;
  expect(holiday).toContain('不是工作日');
});

test('what failed is sent again; what was in doubt is sent again or noted as received; once each', async () => {
  const [failed, doubted, received] = [await unsent('failed'), await unsent('uncertain'), await unsent('uncertain')];
  const visitor = await signIn(town, 'admin01');
  expect((await visitor.get('/reminders')).text).toContain('钉钉拒绝：不在可见范围');
  const before = toWanglei();
  expect((await visitor.post('/reminders/again', { message: failed })).status).toBe(303);
  expect((await visitor.post('/reminders/again', { message: doubted })).status).toBe(303);
  expect((await visitor.post('/reminders/received', { message: received })).status).toBe(303);
  await town.settled();
  expect([await statusOf(failed), await statusOf(doubted), await statusOf(received)]).toEqual(['sent', 'sent', 'sent']);
  expect(toWanglei() - before).toBe(2);
  expect((await visitor.post('/reminders/again', { message: failed })).status).toBe(409);
  expect((await visitor.post('/reminders/received', { message: failed })).status).toBe(409);
  const audit = (await visitor.get('/audit?act=resend_message')).text;
  expect(audit.match(/<td data-head="做了什么">重发消息/g)).toHaveLength(2);
});

test('the audit log by day, person, act and task; user text in it is text', async () => {
  await town.ask('wanglei', groups.market, '2申请延期到9月底，因<b>系统</b>未上线');
  await town.ask('hefang', groups.district, '同意延期 2');
  const visitor = await signIn(town, 'hefang');
  const rows = async (query: string): Promise<number> =>
    (await visitor.get(`/audit?${query}`)).text.match(/data-head="之后"/g)?.length ?? 0;
  const whole = (await visitor.get('/audit?object=2')).text;
  expect(whole).toContain('第2项');
  expect(whole).not.toContain('<b>系统');
  expect(whole).toContain('name="who" value=""');
  // What stood there before and after is said in words.
  const said = [...whole.matchAll(/data-head="之前">([^<]*)<\/td><td data-head="之后">([^<]*)</gu)].map(one =>
    one.slice(1),
  );
  expect(said.at(-1)).toEqual(['期限 2023-06-30', '到 2023-09-30，理由 &lt;b&gt;系统&lt;/b&gt;未上线']);
  expect(await rows('object=2')).toBe(2);
  expect(await rows('object=2&act=accept_extension')).toBe(1);
  expect(await rows(`who=${encodeURIComponent('王磊')}&object=2`)).toBe(1);
  expect(await rows('object=2&from=2023-06-26&to=2023-06-26')).toBe(2);
  expect(await rows('object=2&from=2023-06-27')).toBe(0);
});

test('for the office and the administrator alone', async () => {
  const id = await unsent('failed');
  const visitor: SiteVisitor = await signIn(town, 'wanglei');
  for (const path of ['/reminders', '/audit']) expect((await visitor.get(path)).status).toBe(403);
  expect((await visitor.post('/reminders/again', { message: id })).status).toBe(403);
  expect(await statusOf(id)).toBe('failed');
});
