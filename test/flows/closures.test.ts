// 已完成 → 申请办结 → 核销 or 退回: applied for by a lead unit, decided by the office, never by the one who applied.
import { groups, partOf, startTown, type Town } from '../support/town';

let town: Town;

beforeEach(async () => {
  town = await startTown();
});
afterEach(() => town.stop());

const lead = '区市场监管局';

test('a lead unit applies, the office is asked and accepts; the unit is told', async () => {
  expect((await town.ask('wanglei', groups.market, '1已完成，全部上线运行')).text).toContain('等待区优化办核销');
  expect(await partOf(town, 1, lead)).toMatchObject({ state: 'closing', done: true });
  await town.settled();
  const notices = town.gateway.messagesIn(town.gateway.privateChat('hefang'));
  expect(notices.at(-1)?.text).toContain('第1项');
  expect((await town.ask('hefang', groups.district, '核销 1')).text).toContain('已核销');
  expect((await partOf(town, 1, lead)).state).not.toBe('closing');
  await town.settled();
  expect(town.gateway.messagesIn(town.gateway.privateChat('wanglei')).at(-1)?.text).toContain('第1项');
});

test('the whole office hears of it by one call', async () => {
  await town.ask('wanglei', groups.market, '1已完成，全部上线运行');
  await town.settled();
  const called = town.gateway
    .calls('/v1.0/robot/oToMessages/batchSend')
    .map(({ body }) => body as { userIds: string[] });
  expect(called.map(({ userIds }) => [...userIds].sort())).toEqual([['hefang', 'linfeng']]);
  for (const staffId of ['hefang', 'linfeng'])
    expect(
      town.gateway.messagesIn(town.gateway.privateChat(staffId)).filter(({ text }) => text.includes('第1项')),
    ).toHaveLength(1);
});

test('a return needs a reason, and makes the task active again', async () => {
  await town.ask('wanglei', groups.market, '1已完成');
  expect((await town.ask('hefang', groups.district, '退回 1')).text).toContain('请写明理由');
  expect((await partOf(town, 1, lead)).state).toBe('closing');
  expect((await town.ask('hefang', groups.district, '退回 1，佐证材料不全')).text).toContain('佐证材料不全');
  expect((await partOf(town, 1, lead)).state).toBe('active');
});

test('a unit cannot accept its own or anybody else’s closure', async () => {
  await town.ask('wanglei', groups.market, '1已完成');
  expect((await town.ask('wanglei', groups.market, '核销 1')).text).toContain('没有改动');
  expect((await town.ask('zhangsan', groups.district, '核销 1')).text).toContain('没有改动');
  expect((await partOf(town, 1, lead)).state).toBe('closing');
});

test('a support unit marks its own part and nothing more', async () => {
  await town.ask('wanglei', groups.market, '38已完成');
  expect(await partOf(town, 38, lead)).toMatchObject({ done: true, state: 'active' });
});
