// Updates by one line: kept once, shown, confirmed where doubtful, taken back; and everything that must leave no trace.
import { changeCount, groups, partOf, startTown, type Town } from '../support/town';

let town: Town;
const market = '区市场监管局';

beforeEach(async () => {
  town = await startTown();
});
afterEach(() => town.stop());

test('one line reports two tasks; the receipt shows old and new; 撤回 takes one of them back', async () => {
  const receipt = await town.ask(
    'wanglei',
    groups.market,
    '1完成80%，公章刻制已并联审批；3推进中，卡在数据共享需区行政审批局协调',
  );
  expect(receipt.text).toContain('已记录 2 项（区市场监管局·王磊 17:1');
  expect(receipt.text).toMatch(/第1项 进度 未反馈→80%：公章刻制已并联审批/);
  expect(receipt.text).toMatch(/第3项 进度 未反馈→推进中；堵点：卡在数据共享需区行政审批局协调/);
  expect(await partOf(town, 1, market)).toMatchObject({
    percent: 80,
    text: '公章刻制已并联审批',
    done: false,
    reports: 1,
  });
  expect(await partOf(town, 3, market)).toMatchObject({ percent: null, reports: 1 });

  const undone = await town.ask('wanglei', groups.market, '撤回 3');
  expect(undone.text).toContain('已撤回 第3项 的本次反馈，恢复为 未反馈');
  expect(await partOf(town, 1, market)).toMatchObject({ percent: 80 });
  const detail = await town.ask('wanglei', groups.market, '第3项');
  expect(detail.text).not.toContain('数据共享需区行政审批局协调');
});

test('a difficulty goes to the office at once, in a private chat', async () => {
  const said = await town.ask('wanglei', groups.market, '3推进中，卡在数据共享需区行政审批局协调');
  await town.settled();
  for (const office of ['hefang', 'linfeng']) {
    const notices = town.gateway
      .messagesIn(town.gateway.privateChat(office))
      .filter(one => one.from.robotCode !== null);
    expect(notices.map(one => one.text).join('\n')).toContain('卡在数据共享');
  }
  expect(said.text).toContain('已转区优化办');
});

test('the same message delivered twice is kept and answered once', async () => {
  const answer = await town.ask('wanglei', groups.market, '1完成80%，公章刻制已并联审批');
  await town.settled();
  expect(town.gateway.deliverAgain()).toBe(true);
  await town.gateway.waitForEvent(event => (event.kind === 'acknowledged' ? true : null));
  await town.settled();
  expect((await partOf(town, 1, market)).reports).toBe(1);
  const answers = town.gateway.messagesIn(groups.market).filter(message => message.from.robotCode !== null);
  expect(answers.map(message => message.id)).toEqual([answer.id]);
});

test.each([
  ['a question', '1完成了吗？'],
  ['a question of nothing', '完成了吗？'],
  ['a figure of something else', '招商完成38亿'],
  ['a plan', '1计划下月完成'],
  ['hearsay', '听说1项已完成'],
  ['a condition', '如果1项完成了就好'],
  ['a negation', '不是1项完成'],
  ['chat', '大家辛苦了，今天窗口接待了38人'],
  ['a notice', '请各单位6月底前完成第1项'],
  ['a number the list does not have', '58完成80%'],
  ['a done without a number', '已完成'],
])('%s changes nothing: %s', async (_what, text) => {
  await town.tell('wanglei', groups.market, text);
  expect(await changeCount(town)).toBe(0);
  expect(await partOf(town, 1, market)).toMatchObject({ percent: null, text: null, done: false, reports: 0 });
});

test('a unit that is not on the task is refused, with the name of who leads it', async () => {
  const refusal = await town.ask('zhangsan', groups.district, '38完成80%');
  expect(refusal.text).toMatch(/没有记录：第38项 不是区税务局的任务（牵头：区行政审批局、区优化办）/);
  expect(await changeCount(town)).toBe(0);
});

test('someone nobody knows is told how to be known, and nothing is kept', async () => {
  const refusal = await town.ask('passerby', groups.market, '1完成80%');
  expect(refusal.text).toContain('您还不在单位名录中');
  expect(await changeCount(town)).toBe(0);
});

test('a falling percentage is asked about first; 是 writes it, 取消 does not', async () => {
  await town.ask('wanglei', groups.market, '1完成80%');
  const question = await town.ask('wanglei', groups.market, '1完成50%');
  expect(question.text).toContain('请先确认，尚未记录');
  expect((await partOf(town, 1, market)).percent).toBe(80);
  expect((await town.ask('wanglei', groups.market, '取消')).text).toContain('没有记录');
  expect((await partOf(town, 1, market)).percent).toBe(80);
  await town.ask('wanglei', groups.market, '1完成50%');
  expect((await town.ask('wanglei', groups.market, '是')).text).toContain('80%→50%');
  expect((await partOf(town, 1, market)).percent).toBe(50);
});

test('a question that waits survives a restart, and lapses after ten minutes', async () => {
  await town.ask('wanglei', groups.market, '1完成80%');
  await town.ask('wanglei', groups.market, '1完成50%');
  await town.restart();
  town.clock.turnTo(new Date(town.clock.now().getTime() + 9 * 60_000));
  expect((await town.ask('wanglei', groups.market, '确认')).text).toContain('80%→50%');
  await town.ask('wanglei', groups.market, '1完成20%');
  town.clock.turnTo(new Date(town.clock.now().getTime() + 11 * 60_000));
  expect((await town.ask('wanglei', groups.market, '确认')).text).not.toContain('50%→20%');
  expect((await partOf(town, 1, market)).percent).toBe(50);
});

test("another person's 是 confirms nothing", async () => {
  await town.ask('wanglei', groups.market, '1完成80%');
  await town.ask('wanglei', groups.market, '1完成50%');
  await town.tell('limin', groups.market, '是');
  expect((await partOf(town, 1, market)).percent).toBe(80);
});

test('more than five tasks at once are asked about first', async () => {
  const question = await town.ask('wanglei', groups.market, '1、2、3、5、6、7均已推进，完成60%');
  expect(question.text).toContain('一次反馈 6 项');
  expect(await changeCount(town)).toBe(0);
});

test('a quoted answer that shows one task needs no number; one that shows several asks which', async () => {
  const one = await town.ask('wanglei', groups.market, '第38项');
  expect((await town.ask('wanglei', groups.market, '完成80%，已遴选12名', one)).text).toMatch(
    /第38项 进度 未反馈→80%：已遴选12名/,
  );
  const several = await town.ask('wanglei', groups.market, '我局本周任务');
  const which = await town.ask('wanglei', groups.market, '完成80%', several);
  expect(which.text).toContain('请说明是第几项');
  const before = await changeCount(town);
  expect((await town.ask('wanglei', groups.market, '第3条完成70%', several)).text).toMatch(/已记录 1 项/);
  expect(await changeCount(town)).toBe(before + 1);
});

test('a quoted card still leads to its task a month later, after a restart', async () => {
  const card = await town.ask('wanglei', groups.market, '第38项');
  town.clock.turnTo(new Date('2023-07-26T17:00:00+08:00'));
  await town.restart();
  expect((await town.ask('wanglei', groups.market, '完成90%', card)).text).toMatch(/第38项 进度 未反馈→90%/);
});

test('words with a 密级 mark are refused, and stored nowhere', async () => {
  expect(await town.tell('wanglei', groups.market, '1完成80%，详见机密★文件第7号')).toEqual([]);
  const [rule] = town.gateway.messagesIn(town.gateway.privateChat('wanglei'));
  expect(rule?.text).toContain('密级标志');
  expect(await changeCount(town)).toBe(0);
  const dump = JSON.stringify([
    await town.dataSource.query('SELECT * FROM inbox_messages'),
    await town.dataSource.query('SELECT * FROM outbox_messages'),
  ]);
  expect(dump).not.toContain('详见机密');
});

test('chat that is not for the bot gets no answer and leaves no record', async () => {
  expect(await town.tell('wanglei', groups.market, '收到，马上落实')).toEqual([]);
  expect(await changeCount(town)).toBe(0);
});

test('markup in a report is data: kept verbatim, shown harmless', async () => {
  const receipt = await town.ask(
    'wanglei',
    groups.market,
    '1完成80%，<script>alert(1)</script> **粗** [链接](http://evil.example)',
  );
  expect((await partOf(town, 1, market)).text).toBe('<script>alert(1)</script> **粗** [链接](http://evil.example)');
  expect(receipt.text).not.toMatch(/(?<!\\)\[链接\]\(http/);
});
