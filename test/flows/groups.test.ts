// A group the bot does not know: one answer, then silence until the office enables it; who may do that, and who may not.
import { ChatGroup } from '../../src/database/entities/unit';
import { groups, startTown, type Town } from '../support/town';

let town: Town;

beforeEach(async () => {
  town = await startTown();
});
afterEach(() => town.stop());

const groupRow = (): Promise<ChatGroup | null> =>
  town.dataSource.getRepository(ChatGroup).findOneBy({ conversationId: groups.unknown });

test('an unknown group gets one answer with its number, and nothing else until it is enabled', async () => {
  const first = await town.ask('liuyang', groups.unknown, '我局本周任务');
  expect(first.text).toContain('本群尚未启用');
  expect(first.text).toContain(groups.unknown.replace(/=+$/, ''));
  expect(await town.tell('liuyang', groups.unknown, '我局本周任务')).toEqual([]);
  expect(await town.tell('liuyang', groups.unknown, '48完成80%')).toEqual([]);
});

test('only the office or an administrator enables and binds it', async () => {
  expect((await town.ask('liuyang', groups.unknown, '启用本群')).text).toContain('没有改动');
  expect((await groupRow())?.status).toBe('waiting');
  expect((await town.ask('hefang', groups.unknown, '启用本群')).text).toContain('启用');
  expect((await town.ask('liuyang', groups.unknown, '本群绑定 区住建局')).text).toContain('没有改动');
  expect((await town.ask('hefang', groups.unknown, '本群绑定 不存在的局')).text).toContain('不存在的局');
  expect((await town.ask('hefang', groups.unknown, '本群绑定 区住建局')).text).toContain('区住建局');
  expect(await groupRow()).toMatchObject({ status: 'enabled', scope: 'unit' });
  expect((await town.ask('liuyang', groups.unknown, '我局本周任务')).text).toContain('区住建局');
  expect((await town.ask('admin01', groups.unknown, '本群绑定 全区')).text).toContain('全区');
  expect(await groupRow()).toMatchObject({ scope: 'district', unitId: null });
  expect((await town.ask('hefang', groups.unknown, '本群清单 营商')).text).toContain('营商');
  expect((await town.ask('hefang', groups.unknown, '停用本群')).text).toContain('停用');
  expect(await town.tell('liuyang', groups.unknown, '我局本周任务')).toEqual([]);
  const audit: { act: string }[] = await town.dataSource.query('SELECT act FROM audit_entries ORDER BY id');
  expect(audit.map(entry => entry.act)).toEqual(
    expect.arrayContaining(['group_enable', 'group_bind', 'group_list', 'group_disable']),
  );
});

test('an administrator does no business: no reports, no closures', async () => {
  await town.ask('hefang', groups.unknown, '启用本群');
  expect((await town.ask('admin01', groups.unknown, '1完成80%')).text).toContain('没有记录');
  expect((await town.ask('admin01', groups.unknown, '核销 1')).text).toContain('没有改动');
});
