// Turns that only answer share a transaction: none of them harms another, and what writes has a turn of its own.
import { type OutboxMessage } from '../../src/database/entities/message';
import { changeCount, groups, startTown, type Town } from '../support/town';

let town: Town;

beforeAll(async () => {
  town = await startTown();
});
afterAll(() => town.stop());

type Row = Pick<OutboxMessage, 'recipientKey' | 'status'> & { reply: string };
const answersTo = (ids: string[]): Promise<Row[]> =>
  town.dataSource.query(
    `SELECT o.recipientKey, o.status, o.reply FROM outbox_messages o JOIN inbox_messages i ON o.dedupKey = CONCAT('answer:', i.id)
      WHERE i.messageId IN (?) ORDER BY i.sentAt, i.messageId`,
    [ids],
  );

test('questions, a report, an unknown group and nonsense at the same moment: each has its own answer, once', async () => {
  const before = await changeCount(town);
  const said = [
    town.gateway.say({ from: 'wanglei', in: 'private', text: '我局本周任务' }),
    town.gateway.say({ from: 'hefang', in: 'private', text: '全区逾期任务' }),
    town.gateway.say({ from: 'wanglei', in: groups.market, text: '1完成60%', at: true }),
    town.gateway.say({ from: 'linfeng', in: groups.district, text: '第3项', at: true }),
    town.gateway.say({ from: 'linfeng', in: groups.unknown, text: '全区逾期任务', at: true }),
    town.gateway.say({ from: 'linfeng', in: 'private', text: '嗯嗯啊啊呀呀任务' }),
  ].map(({ id }) => id);
  await Promise.all(said.map(id => town.acknowledged(id)));
  await town.settled();
  const answers = await answersTo(said);
  expect(answers.map(row => row.status)).toEqual(answers.map(() => 'sent'));
  const templates = answers.map(row => (JSON.parse(row.reply) as { template: string }).template);
  expect(templates.filter(name => name === 'task_list')).toHaveLength(2);
  expect(templates).toEqual(expect.arrayContaining(['group_introduction']));
  expect(await changeCount(town)).toBe(before + 1);
  const handled: { status: string }[] = await town.dataSource.query('SELECT status FROM inbox_messages');
  expect(new Set(handled.map(row => row.status))).toEqual(new Set(['handled']));
});

test('an answer that is there already, or a state that cannot be read, harms nobody else', async () => {
  // The state of one talk is no JSON: its turn fails, and is set aside in the end; the others are answered meanwhile.
  await town.dataSource.query("UPDATE conversation_states SET state = '{' WHERE speakerId = 'wanglei'");
  const broken = town.gateway.say({ from: 'wanglei', in: 'private', text: '我局本周任务' });
  const others = ['hefang', 'linfeng'].map(from => town.gateway.say({ from, in: 'private', text: '全区逾期任务' }).id);
  await Promise.all([broken.id, ...others].map(id => town.acknowledged(id)));
  for (const from of ['hefang', 'linfeng'])
    await town.gateway.waitFor(
      message => message.from.robotCode !== null && message.conversationId === town.gateway.privateChat(from),
      { after: others[0] ?? '' },
    );
  expect((await answersTo(others)).map(row => (JSON.parse(row.reply) as { template: string }).template)).toEqual([
    'task_list',
    'task_list',
  ]);
  await town.dataSource.query("UPDATE conversation_states SET state = NULL WHERE speakerId = 'wanglei'");
});
