// Messages that are not plain words, from the wire to the answer: speech, pictures, stickers, people without an id, a quota that is used up.
import { groups, partOf, startTown, type Town } from '../support/town';

let town: Town;
beforeAll(async () => {
  town = await startTown();
});
afterAll(() => town.stop());

/** Sends what DingTalk would and gives what the bot says to it. */
async function answerTo(from: string, where: string, payload: Record<string, unknown>): Promise<string[]> {
  const said = town.gateway.say({ from, in: where, text: '', at: where !== 'private', payload });
  await town.acknowledged(said.id);
  await town.settled();
  return town.gateway.world
    .messagesAfter(said.id)
    .filter(message => message.from.robotCode !== null && message.conversationId === said.conversationId)
    .map(({ text }) => text);
}

async function outcomeOf(): Promise<string | null> {
  const [row]: { outcome: string | null }[] = await town.dataSource.query(
    'SELECT outcome FROM inbox_messages ORDER BY id DESC LIMIT 1',
  );
  return row?.outcome ?? null;
}

test('speech is read by its recognised words', async () => {
  const content = { downloadCode: 'code-audio', duration: 4000, recognition: '1完成60%，已启动' };
  const [receipt] = await answerTo('wanglei', 'private', { msgtype: 'audio', text: undefined, content });
  expect(receipt).toContain('进度 未反馈→60%');
  expect(await partOf(town, 1, '区市场监管局')).toMatchObject({ percent: 60 });
});

test('speech nobody could recognise is no report', async () => {
  const before = await partOf(town, 1, '区市场监管局');
  const content = { downloadCode: 'code-audio', duration: 900, recognition: '' };
  await answerTo('wanglei', 'private', { msgtype: 'audio', text: undefined, content });
  expect(await partOf(town, 1, '区市场监管局')).toEqual(before);
});

test('a rich text with a picture is a report with its evidence', async () => {
  const content = { richText: [{ text: '2完成40%，现场如图' }, { type: 'picture', downloadCode: 'code-rich' }] };
  const [receipt] = await answerTo('wanglei', groups.market, { msgtype: 'richText', text: undefined, content });
  expect(receipt).toContain('40%');
  const [row]: { attachments: string }[] = await town.dataSource.query(
    'SELECT attachments FROM changes ORDER BY id DESC LIMIT 1',
  );
  expect(JSON.parse(row?.attachments ?? '[]')).toEqual([
    { kind: 'picture', downloadCode: 'code-rich', fileName: null },
  ]);
});

test('somebody without an id in this organisation is nobody, whatever they call themselves', async () => {
  const before = await partOf(town, 3, '区市场监管局');
  await answerTo('wanglei', groups.market, { senderStaffId: undefined, text: { content: '3完成90%' } });
  expect(await partOf(town, 3, '区市场监管局')).toEqual(before);
});

test.each<[string, Record<string, unknown>]>([
  ['a sticker', { msgtype: 'unknownMsgType', content: { unknownMsgType: '暂不支持的消息类型' }, text: undefined }],
  ['another robot’s card', { msgtype: 'interactiveCard', content: { cardContent: [] }, text: undefined }],
  ['words the quota took away', { errorCode: 20001, errorMessage: '额度已用尽', text: undefined }],
])('%s is kept, acknowledged and no report', async (_, payload) => {
  const [before]: { n: string }[] = await town.dataSource.query('SELECT COUNT(*) AS n FROM changes');
  await answerTo('wanglei', groups.market, payload);
  const [after]: { n: string }[] = await town.dataSource.query('SELECT COUNT(*) AS n FROM changes');
  expect(after).toEqual(before);
  expect(await outcomeOf()).not.toBeNull();
});

test('a message that lost its words to the quota is noted as such, and answered with nothing that costs', async () => {
  const payload = { errorCode: 20001, errorMessage: '额度已用尽', text: undefined };
  expect(await answerTo('wanglei', groups.market, payload)).toEqual([]);
  expect(await outcomeOf()).toBe('quota_exhausted');
});

test('the office hears once a day that words are withheld, whoever spoke and however often', async () => {
  await town.dataSource.query('DELETE FROM outbox_messages');
  const payload = { errorCode: 20001, errorMessage: '额度已用尽', text: undefined };
  await answerTo('wanglei', groups.market, payload);
  await answerTo('zhangsan', 'private', payload);
  const said = (staffId: string): string[] =>
    town.gateway
      .messagesIn(town.gateway.privateChat(staffId))
      .map(({ text }) => text)
      .filter(text => text.includes('收到的消息没有文字'));
  const told = ['hefang', 'linfeng'].map(said);
  const before = told.map(texts => texts.length);
  expect(told.every(texts => /06-26 17:1\d 起.*额度已用完/.test(texts.at(-1) ?? ''))).toBe(true);
  await answerTo('wanglei', groups.market, payload);
  expect(['hefang', 'linfeng'].map(staffId => said(staffId).length)).toEqual(before);
});
