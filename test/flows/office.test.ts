// What waits for the office: 延期, 挂起, 堵点, 催办, 待办; raised by units, decided by the office, each told to whom it concerns.
import { groups, partOf, startTown, type Town } from '../support/town';

let town: Town;

beforeEach(async () => {
  town = await startTown();
});
afterEach(() => town.stop());

const lastTo = async (staffId: string): Promise<string> => {
  await town.settled();
  const sent = town.gateway.messagesIn(town.gateway.privateChat(staffId)).filter(one => one.from.robotCode !== null);
  return sent.at(-1)?.text ?? '';
};
const extendedTo = async (itemNo: number): Promise<string | null> => {
  const [row]: { extendedTo: string | null }[] = await town.dataSource.query(
    'SELECT extendedTo FROM tasks WHERE itemNo = ?',
    [itemNo],
  );
  return row?.extendedTo ?? null;
};

test('延期: asked for by the lead, approved by the office with another day; the date moves and both are told', async () => {
  const asked = await town.ask('wanglei', groups.market, '1申请延期到9月底，因省级系统未上线');
  expect(asked.text).toContain('等待区优化办审批');
  expect(asked.text).toContain('2023-09-30');
  expect(await lastTo('hefang')).toContain('同意延期 1');
  expect(await extendedTo(1)).toBeNull();
  const decided = await town.ask('hefang', groups.district, '同意延期1到8月底');
  expect(decided.text).toContain('期限改为 2023-08-31');
  expect(await extendedTo(1)).toBe('2023-08-31');
  expect(await lastTo('wanglei')).toContain('期限改为 2023-08-31');
  const week = await town.ask('wanglei', groups.market, '我局本周任务');
  expect(week.text).toContain('本周到期 9 项');
  expect((await town.ask('wanglei', groups.market, '第1项')).text).toContain('8月底');
});

test('延期 is refused: not the lead, over already, no day, no reason, by the applicant', async () => {
  expect((await town.ask('wanglei', groups.market, '38申请延期到9月底，因故')).text).toContain('延期由牵头单位申请');
  expect((await town.ask('chenjing', groups.district, '38申请延期到9月底，因系统未上线')).text).toContain('期限已过');
  expect((await town.ask('wanglei', groups.market, '1申请延期')).text).toContain('没有提交：请说明延到哪一天和原因');
  expect((await town.ask('wanglei', groups.market, '同意延期 1')).text).toContain('只能由区优化办审批');
  expect((await town.ask('hefang', groups.district, '同意延期 1')).text).toContain('没有待审批的延期申请');
});

test('退回 makes the light red and the part open again; saying done again raises the request again', async () => {
  await town.ask('wanglei', groups.market, '1完成80%');
  await town.ask('wanglei', groups.market, '1已完成');
  await town.ask('hefang', groups.district, '退回 1，材料不全');
  expect(await partOf(town, 1, '区市场监管局')).toMatchObject({ state: 'active', done: false, percent: 80 });
  expect((await town.ask('wanglei', groups.market, '第1项')).text).toContain('🔴');
  const again = await town.ask('wanglei', groups.market, '1已完成');
  expect(again.text).toContain('等待区优化办核销');
  expect((await town.ask('hefang', groups.district, '核销 1')).text).toContain('已核销');
});

test('a closure that is taken back and restored can still be decided', async () => {
  await town.ask('wanglei', groups.market, '1已完成');
  await town.ask('wanglei', groups.market, '1完成90%');
  expect((await town.ask('wanglei', groups.market, '是')).text).toContain('90%');
  expect(await lastTo('hefang')).toContain('无需核销');
  await town.ask('wanglei', groups.market, '撤回');
  expect((await partOf(town, 1, '区市场监管局')).state).toBe('closing');
  expect((await town.ask('hefang', groups.district, '核销 1')).text).toContain('已核销');
});

test("another lead's report leaves the application of the first one standing", async () => {
  await town.ask('chenjing', groups.district, '38已完成，名单已公布');
  await town.ask('linfeng', groups.district, '38完成60%，继续推进');
  expect((await partOf(town, 38, '区行政审批局')).state).toBe('closing');
  expect((await town.ask('hefang', groups.district, '核销 38')).text).toContain('已核销');
});

test('whoever has reported a task done does not accept it', async () => {
  await town.ask('chenjing', groups.district, '38已完成');
  await town.ask('linfeng', groups.district, '38已完成');
  expect((await town.ask('linfeng', groups.district, '核销 38')).text).toContain('须由区优化办其他同志核销');
});

test('挂起, 恢复, 终止 by the office with a reason, and by nobody else', async () => {
  expect((await town.ask('wanglei', groups.market, '挂起 1，等省里文件')).text).toContain('没有改动');
  expect((await town.ask('hefang', groups.district, '挂起 1')).text).toContain('请写明理由');
  expect((await town.ask('hefang', groups.district, '挂起 1，等省里文件')).text).toContain('已挂起');
  expect((await town.ask('wanglei', groups.market, '1完成80%')).text).toContain('没有记录：第1项已挂起');
  expect((await town.ask('hefang', groups.district, '恢复 1')).text).toContain('推进中');
  expect((await town.ask('wanglei', groups.market, '1完成80%')).text).toContain('已记录 1 项');
  expect((await town.ask('hefang', groups.district, '终止 1，任务取消')).text).toContain('已终止');
  expect(await lastTo('wanglei')).toContain('任务取消');
});

test('堵点: answered by the office, closed by the unit that named it', async () => {
  await town.ask('wanglei', groups.market, '3推进中，卡在数据共享');
  expect((await town.ask('zhangsan', groups.district, '3的堵点已解决')).text).toMatch(/不是本单位提出的|没有/);
  expect((await town.ask('hefang', groups.district, '答复堵点 3：已协调数据局，下周开通')).text).toContain('下周开通');
  expect(await lastTo('wanglei')).toContain('下周开通');
  expect((await town.ask('wanglei', groups.market, '3的堵点已解决')).text).toContain('已关闭堵点');
  expect((await town.ask('hefang', groups.district, '答复堵点 3：再看看')).text).toContain('没有待处理的堵点');
});

test('a percentage and a difficulty of one task in one message are one report', async () => {
  const receipt = await town.ask('wanglei', groups.market, '1完成80%，公章已备案。第1项存在问题：资金没到位');
  expect(receipt.text).toMatch(/第1项 进度 未反馈→80%.*堵点：资金没到位/);
  expect((await partOf(town, 1, '区市场监管局')).reports).toBe(1);
});

test('催办: the office asks those who owe, once a day, and never who has just reported', async () => {
  expect((await town.ask('wanglei', groups.market, '催办 1')).text).toContain('只能由区优化办发起');
  const first = await town.ask('hefang', groups.district, '催办 1');
  expect(first.text).toMatch(/已催办[\s\S]*区市场监管局：第1项/);
  expect(await lastTo('wanglei')).toContain('催办');
  expect((await town.ask('hefang', groups.district, '催办 1')).text).toContain('今天已催办过');
  await town.ask('wanglei', groups.market, '2完成50%');
  expect((await town.ask('hefang', groups.district, '催办 2')).text).toContain('6月26日已反馈');
  const batch = await town.ask('hefang', groups.district, '催办 未反馈单位');
  expect(batch.text).toContain('已催办');
});

test('待办 lists what waits, for the office alone', async () => {
  expect((await town.ask('hefang', groups.district, '待办')).text).toContain('没有等待办理的事项');
  await town.ask('wanglei', groups.market, '1已完成');
  await town.ask('wanglei', groups.market, '2申请延期到9月底，因系统未上线');
  await town.ask('wanglei', groups.market, '3推进中，卡在数据共享');
  const list = await town.ask('hefang', groups.district, '待办');
  for (const line of ['第1项 申请办结', '第2项 申请延期到9月30日', '第3项 堵点']) expect(list.text).toContain(line);
  expect((await town.ask('wanglei', groups.market, '待办')).text).toContain('只对区优化办');
});

test('quoting what the office was told, 同意 settles it', async () => {
  await town.ask('wanglei', groups.market, '2申请延期到9月底，因系统未上线');
  await town.settled();
  const notice = town.gateway.messagesIn(town.gateway.privateChat('hefang')).at(-1);
  expect((await town.ask('hefang', 'private', '同意', notice)).text).toContain('期限改为 2023-09-30');
});

test('a report after the date is marked 逾期反馈', async () => {
  expect((await town.ask('wanglei', groups.market, '38完成80%')).text).toContain('逾期反馈');
});

test('an older message that comes in late keeps its own words and changes nothing', async () => {
  await town.ask('wanglei', groups.market, '1完成60%');
  const [row]: { id: string }[] = await town.dataSource.query(
    "SELECT id FROM changes WHERE kind = 'report' ORDER BY id DESC LIMIT 1",
  );
  expect(row).toBeDefined();
  town.clock.turnTo(new Date('2023-06-26T17:05:00+08:00'));
  await town.ask('wanglei', groups.market, '1完成50%，卡在资金不到位');
  await town.settled();
  expect((await partOf(town, 1, '区市场监管局')).percent).toBe(60);
  const [late]: { after: string }[] = await town.dataSource.query(
    "SELECT `after` FROM changes WHERE kind = 'report' ORDER BY saidAt LIMIT 1",
  );
  expect(JSON.parse(late?.after ?? '{}')).toMatchObject({ percent: 50 });
});
