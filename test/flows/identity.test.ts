// Who is who: a stranger says who they are, the office confirms; what was reported meanwhile is kept and then applied, or returned.
import { groups, partOf, robot, startTown, type Town } from '../support/town';

let town: Town;

beforeEach(async () => {
  town = await startTown();
});
afterEach(() => town.stop());

const market = '区市场监管局';
const lastTo = async (staffId: string): Promise<string> => {
  await town.settled();
  const sent = town.gateway
    .messagesIn(town.gateway.privateChat(staffId))
    .filter(one => one.from.robotCode === robot.robotCode);
  return sent.at(-1)?.text ?? '';
};

test('a report is held until the identity is confirmed, and recorded then', async () => {
  expect((await town.ask('passerby', groups.market, '1完成80%')).text).toContain('我是＋单位＋姓名');
  const claim = await town.ask('passerby', groups.market, '我是区市场监管局赵六');
  expect(claim.text).toContain('已请区优化办确认');
  expect(await lastTo('hefang')).toContain('区市场监管局 赵六');
  const held = await town.ask('passerby', groups.market, '1完成80%，材料已报');
  expect(held.text).toContain('已为您保留');
  expect((await partOf(town, 1, market)).reports).toBe(0);
  expect((await town.ask('wanglei', groups.market, '确认赵六的身份')).text).toContain('没有改动');
  const decided = await town.ask('hefang', groups.district, '确认赵六的身份');
  expect(decided.text).toContain('保留的 1 条反馈现在记录');
  const receipt = await town.gateway.waitFor(message => message.text.includes('第1项 进度 未反馈→80%'), {
    after: decided.id,
  });
  expect(receipt.conversationId).toBe(groups.market);
  expect(await partOf(town, 1, market)).toMatchObject({ percent: 80, reports: 1 });
  expect((await town.ask('passerby', groups.market, '我是谁')).text).toContain('赵六');
});

test('a refused identity records nothing, and says so', async () => {
  await town.ask('passerby', groups.market, '我是区市场监管局赵六');
  await town.ask('passerby', groups.market, '1完成80%');
  const decided = await town.ask('hefang', groups.district, '不同意赵六的身份，不是本局人员');
  expect(decided.text).toContain('保留的 1 条反馈没有记录');
  expect(await lastTo('passerby')).toContain('不是本局人员');
  expect((await partOf(town, 1, market)).reports).toBe(0);
});

test('联络员换成…: by the unit itself, to a colleague the directory knows', async () => {
  expect((await town.ask('wanglei', groups.market, '联络员换成王五')).text).toContain('名录里没有“王五”');
  expect((await town.ask('wanglei', groups.market, '联络员换成李敏')).text).toContain('换成 李敏');
  expect(await lastTo('limin')).toContain('李敏');
  const [post]: { n: string }[] = await town.dataSource.query(
    `SELECT COUNT(*) AS n FROM posts q JOIN people p ON p.id = q.personId
      WHERE p.name = '王磊' AND q.role = 'liaison' AND q.endedAt IS NULL`,
  );
  expect(Number(post?.n)).toBe(0);
  expect((await town.ask('wanglei', groups.market, '1完成80%')).text).toContain('已记录');
});

test('我请假…由…代: the deputy is liaison until that day', async () => {
  expect((await town.ask('wanglei', groups.market, '我请假，由李敏代')).text).toContain('代到哪一天');
  expect((await town.ask('wanglei', groups.market, '我请假到周五，由李敏代')).text).toContain('6月30日');
  const [post]: { lastDay: string }[] = await town.dataSource.query(
    `SELECT q.lastDay FROM posts q JOIN people p ON p.id = q.personId WHERE p.name = '李敏' AND q.role = 'liaison'`,
  );
  expect(post?.lastDay).toBe('2023-06-30');
});
