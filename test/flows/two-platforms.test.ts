// Two chat platforms in one house: everybody is answered and reminded where they are, and the same id on both is two people.
import { SecondPlatform } from '../support/second-platform';
import { groups, startTown, type Town } from '../support/town';

/** 王磊 of 区市场监管局 is `wanglei` on DingTalk; on the other platform that is 钱敏 of 区税务局. */
const sameId = 'wanglei';
const staff = ['钱敏,wecom:wanglei,区税务局,科员,联络员', '高远,wecom:gaoyuan,区优化办,综合组,督办专员'];

let town: Town;
let wecom: SecondPlatform;

beforeEach(async () => {
  wecom = new SecondPlatform('wecom');
  town = await startTown({ at: '2023-06-26T08:29:50+08:00', staff, platforms: () => [wecom.platform()] });
});
afterEach(() => town.stop());

const wordsTo = (staffId: string): string[] =>
  wecom.sent
    .filter(({ recipient }) => recipient.kind === 'person' && recipient.staffId === staffId)
    .map(({ message }) => message.markdown);
const wordsAtDingtalk = (staffId: string): string[] =>
  town.gateway
    .messagesIn(town.gateway.privateChat(staffId))
    .filter(message => message.from.robotCode !== null)
    .map(message => message.text);

test('each is answered by their own way, as who they are there', async () => {
  await wecom.say(sameId, '我们是哪个单位，我局本周任务', town.clock.now());
  await town.settled();
  expect(wordsTo(sameId).join('\n')).toContain('区税务局');
  expect(wordsAtDingtalk(sameId)).toEqual([]);
  const answer = await town.ask(sameId, 'private', '我局本周任务');
  expect(answer.text).toContain('区市场监管局');
  expect(answer.text).not.toContain('区税务局本周');
  expect(wecom.sent).toHaveLength(1);
  const [row]: { channel: string; recipientKey: string }[] = await town.dataSource.query(
    "SELECT channel, recipientKey FROM outbox_messages WHERE channel <> 'dingtalk'",
  );
  expect(row).toEqual({ channel: 'wecom', recipientKey: 'person:wecom:wanglei' });
});

test('a talk of one is not the talk of the other: what is asked back waits for its own person', async () => {
  await wecom.say(sameId, '本周进展不错', town.clock.now());
  await town.settled();
  const states: { conversationId: string; speakerId: string }[] = await town.dataSource.query(
    "SELECT conversationId, speakerId FROM conversation_states WHERE speakerId <> '' ORDER BY speakerId",
  );
  expect(states).toEqual([{ conversationId: 'wecom:wanglei', speakerId: 'wecom:wanglei' }]);
});

test('morning cards: each liaison by their own way, and neither platform sees an id of the other', async () => {
  town.clock.turnTo(new Date('2023-06-26T08:30:01+08:00'));
  await town.app.tickNow();
  town.clock.turnTo(new Date('2023-06-26T08:36:00+08:00'));
  await town.settled();
  const cards = wordsTo(sameId).filter(text => text.includes('重点任务提醒'));
  expect(cards).toHaveLength(1);
  expect(cards[0]).toContain('区税务局');
  const others = wordsAtDingtalk(sameId).filter(text => text.includes('重点任务提醒'));
  expect(others).toHaveLength(1);
  expect(others[0]).toContain('区市场监管局');
  expect(wecom.sent.map(({ recipient }) => recipient)).toEqual([{ kind: 'person', staffId: sameId }]);
  const keys: { recipientKey: string }[] = await town.dataSource.query(
    "SELECT recipientKey FROM outbox_messages WHERE recipientKey LIKE '%wecom%' AND channel = 'dingtalk'",
  );
  expect(keys).toEqual([]);
});

test('a group of the same id is another group: it has to be let in for itself, and is answered there', async () => {
  const group = { id: groups.market, kind: 'group', title: '税务工作群' } as const;
  await wecom.say(sameId, '我局本周任务', town.clock.now(), { group });
  await town.settled();
  expect(wecom.sent).toHaveLength(1);
  expect(wecom.sent[0]?.recipient).toEqual({ kind: 'group', conversationId: groups.market });
  expect(wecom.sent[0]?.mention).toBe(sameId);
  expect(wecom.sent[0]?.message.markdown).toContain('启用');
  expect((await town.ask(sameId, groups.market, '我局本周任务')).text).toContain('区市场监管局');
  const known: { channel: string; conversationId: string }[] = await town.dataSource.query(
    'SELECT channel, conversationId FROM chat_groups WHERE conversationId LIKE ?',
    [`%${groups.market}`],
  );
  expect(known).toHaveLength(2);
  expect(known).toContainEqual({ channel: 'wecom', conversationId: `wecom:${groups.market}` });
});

test('what was sent can be quoted by the platform’s own key', async () => {
  await wecom.say(sameId, '第43项详情', town.clock.now());
  await town.settled();
  await wecom.say(sameId, '完成30%，材料已报', town.clock.now(), { quotes: 'key1' });
  await town.settled();
  expect(wecom.sent[1]?.message.markdown).toMatch(/第43项 进度 未反馈→30%/u);
  const [row]: { providerKey: string }[] = await town.dataSource.query(
    "SELECT providerKey FROM outbox_messages WHERE channel = 'wecom' ORDER BY id LIMIT 1",
  );
  expect(row?.providerKey).toBe('wecom:key1');
});

test('a request made on one platform is put before the office on both, and decided on either', async () => {
  const [led]: { itemNo: number }[] = await town.dataSource.query(
    `SELECT t.itemNo FROM task_units q JOIN tasks t ON t.id = q.taskId JOIN units u ON u.id = q.unitId
      WHERE u.name = '区税务局' AND q.role = 'lead' ORDER BY t.itemNo LIMIT 1`,
  );
  const item = `第${led?.itemNo ?? 0}项`;
  town.clock.turnTo(new Date('2023-06-26T10:00:00+08:00'));
  await wecom.say(sameId, `${item}申请延期到9月底，原因是材料未齐`, town.clock.now());
  await town.settled();
  expect(wordsTo('gaoyuan').join('\n')).toMatch(new RegExp(`${item}[^]*延期`, 'u'));
  expect(wordsAtDingtalk('hefang').join('\n')).toMatch(new RegExp(`${item}[^]*延期`, 'u'));
  const before = wordsTo(sameId).length;
  await town.ask('hefang', 'private', `同意${item}延期`);
  await town.settled();
  expect(wordsTo(sameId).slice(before).join('\n')).toMatch(/延期/u);
  expect(wordsAtDingtalk('zhangsan').join('\n')).toMatch(/延期/u);
});

test('a process without the other platform leaves its messages alone; they go out when one with it is there', async () => {
  await town.restart({ platforms: () => [] });
  town.clock.turnTo(new Date('2023-06-26T08:30:01+08:00'));
  await town.app.tickNow();
  town.clock.turnTo(new Date('2023-06-26T08:36:00+08:00'));
  await town.settled('dingtalk');
  expect(wordsAtDingtalk(sameId).filter(text => text.includes('重点任务提醒'))).toHaveLength(1);
  const waiting: { status: string }[] = await town.dataSource.query(
    "SELECT DISTINCT status FROM outbox_messages WHERE channel = 'wecom'",
  );
  expect(waiting).toEqual([{ status: 'ready' }]);
  expect(wecom.sent).toEqual([]);
  await town.restart();
  await town.settled();
  expect(wordsTo(sameId).filter(text => text.includes('重点任务提醒'))).toHaveLength(1);
});

test('only the owner of a card presses its buttons: the same id of the other platform is somebody else', async () => {
  town.clock.turnTo(new Date('2023-06-26T08:30:01+08:00'));
  await town.app.tickNow();
  town.clock.turnTo(new Date('2023-06-26T08:36:00+08:00'));
  await town.settled();
  const rows: { id: string; channel: string }[] = await town.dataSource.query(
    "SELECT id, channel FROM outbox_messages WHERE recipientKey IN ('person:wanglei', 'person:wecom:wanglei')",
  );
  const press = async (channel: string): Promise<string | undefined> =>
    wecom.news.onPress?.({
      channel: 'wecom',
      robotCode: '1000002',
      key: rows.find(row => row.channel === channel)?.id ?? '',
      button: 0,
      staffId: sameId,
      conversationId: null,
      pressedAt: town.clock.now().toISOString(),
    });
  expect(await press('dingtalk')).toContain('别人');
  expect(wecom.sent).toHaveLength(1);
  expect(await press('wecom')).not.toContain('别人');
  await town.settled();
  expect(wecom.sent).toHaveLength(2);
});
