// Two lists in one office: a number belongs to the list that is quoted, named, or the group's own; else the bot asks.
import { readFileSync } from 'node:fs';
import { readUnitDirectory } from '../../src/directory/unit-data';
import { applyImport } from '../../src/importer/import-task-list';
import { previewImport } from '../../src/importer/preview';
import { projectFile } from '../../src/project-files';
import { groups, startTown, type Town } from '../support/town';

let town: Town;

beforeEach(async () => {
  town = await startTown();
  const file = '鄂城区优化营商环境重点任务清单.txt';
  const units = readUnitDirectory(projectFile('seeds', 'units.json'));
  const text = readFileSync(projectFile('seeds', file), 'utf8').replaceAll('优化营商环境', '创建文明城市');
  const preview = previewImport(Buffer.from(text), '文明.txt', { shortName: '文明', units });
  await town.dataSource.transaction(manager =>
    applyImport(manager, preview, '文明', { actor: '测试', now: new Date(town.clock.now().getTime() + 1000) }),
  );
});
afterEach(() => town.stop());

async function percentIn(list: string, itemNo: number): Promise<number | null> {
  const [row]: { percent: number | null }[] = await town.dataSource.query(
    `SELECT q.percent FROM task_units q JOIN tasks t ON t.id = q.taskId JOIN task_lists l ON l.id = t.listId JOIN units u ON u.id = q.unitId
      WHERE l.shortName = ? AND t.itemNo = ? AND u.name = '区市场监管局'`,
    [list, itemNo],
  );
  return row?.percent ?? null;
}

test('a number alone is asked about, and recorded nowhere', async () => {
  const question = await town.ask('wanglei', groups.market, '1完成80%');
  expect(question.text).toContain('2 份清单');
  expect([await percentIn('营商', 1), await percentIn('文明', 1)]).toEqual([null, null]);
});

test('with the short name before it, it is of that list', async () => {
  expect((await town.ask('wanglei', groups.market, '营商1完成85%')).text).toContain('已记录 1 项');
  expect([await percentIn('营商', 1), await percentIn('文明', 1)]).toEqual([85, null]);
});

test('in a group that has chosen a list, it is of that one; a quoted card is of its own', async () => {
  expect((await town.ask('hefang', groups.market, '本群清单 营商')).text).toContain('营商');
  await town.ask('wanglei', groups.market, '1完成60%');
  expect([await percentIn('营商', 1), await percentIn('文明', 1)]).toEqual([60, null]);
  const card = await town.ask('wanglei', groups.district, '文明2进展');
  expect(card.text).toContain('文明');
  await town.ask('wanglei', groups.district, '完成40%', card);
  expect([await percentIn('营商', 2), await percentIn('文明', 2)]).toEqual([null, 40]);
});

const lastTo = async (staffId: string): Promise<string> => {
  await town.settled();
  const sent = town.gateway.messagesIn(town.gateway.privateChat(staffId)).filter(one => one.from.robotCode !== null);
  return sent.at(-1)?.text ?? '';
};

test('the office sees what waits of all lists, and settles each by the words it is told', async () => {
  const receipt = await town.ask('wanglei', groups.market, '营商11已完成');
  expect(receipt.text).toContain('清单 营商');
  expect(await lastTo('hefang')).toContain('核销 营商11');
  await town.ask('wanglei', groups.market, '文明12申请延期到9月底，因资金未到位');
  await town.settled();
  const waiting = await town.ask('hefang', 'private', '待办');
  expect(waiting.text).toContain('营商 第11项 申请办结');
  expect(waiting.text).toContain('文明 第12项 申请延期');
  expect(waiting.text).toContain('核销 营商11');
  expect((await town.ask('hefang', 'private', '核销 营商11')).text).toContain('已核销');
  expect(await lastTo('wanglei')).toMatch(/清单 营商[\s\S]*已核销/u);
  const [state]: { n: string }[] = await town.dataSource.query(
    "SELECT COUNT(*) AS n FROM tasks WHERE itemNo = 11 AND state = 'ongoing'",
  );
  expect(Number(state?.n)).toBe(1);
});

test("the notice's own button settles what the notice is about, also when another list has come since", async () => {
  await town.dataSource.query("UPDATE task_lists SET importedAt = '2023-01-01' WHERE shortName = '文明'");
  await town.ask('hefang', groups.market, '本群清单 营商');
  await town.ask('wanglei', groups.market, '11已完成');
  await town.settled();
  await town.dataSource.query("UPDATE task_lists SET importedAt = '2023-06-26 09:30' WHERE shortName = '文明'");
  const card = town.gateway
    .messagesIn(town.gateway.privateChat('hefang'))
    .filter(({ buttons }) => buttons.length > 0)
    .at(-1);
  const pressed = town.gateway.press('hefang', card?.id ?? '', 0);
  const answer = await town.gateway.waitFor(message => message.from.robotCode !== null, { after: pressed?.id ?? '' });
  expect(answer.text).toContain('已核销');
});

test('nobody is urged for a list that was only guessed', async () => {
  expect((await town.ask('hefang', 'private', '催办 76')).text).toContain('2 份清单');
  expect((await town.ask('hefang', 'private', '催办 营商76')).text).toContain('催办');
});

test('a list whose name ends in a figure: what its buttons say is still understood', async () => {
  await town.dataSource.query("DELETE FROM task_lists WHERE shortName = '文明'");
  await town.dataSource.query("UPDATE task_lists SET shortName = '清单2', importedAt = importedAt + INTERVAL 1 SECOND");
  await town.ask('wanglei', groups.market, '11已完成');
  await town.settled();
  const card = town.gateway
    .messagesIn(town.gateway.privateChat('hefang'))
    .filter(({ buttons }) => buttons.length > 0)
    .at(-1);
  expect(card?.buttons[0]?.say).toBe('核销 11');
  const pressed = town.gateway.press('hefang', card?.id ?? '', 0);
  const answer = await town.gateway.waitFor(message => message.from.robotCode !== null, { after: pressed?.id ?? '' });
  expect(answer.text).toContain('已核销');
});

test('a card in a private chat says and presses numbers as they are understood there: with their list', async () => {
  await town.dataSource.query(
    "UPDATE tasks SET due = '2023-12-31' WHERE NOT (itemNo = 1 AND listId = (SELECT id FROM task_lists WHERE shortName = '营商'))",
  );
  town.clock.turnTo(new Date('2023-06-27T08:30:01+08:00'));
  await town.app.tickNow();
  town.clock.turnTo(new Date('2023-06-27T08:36:00+08:00'));
  await town.settled();
  const chat = town.gateway.privateChat('wanglei');
  const card = town.gateway.messagesIn(chat).find(({ text }) => text.includes('重点任务提醒'));
  expect(card?.text).toContain('如：营商1 已完成80%');
  const done = card?.buttons.findIndex(({ label }) => label === '已完成') ?? -1;
  const pressed = town.gateway.press('wanglei', card?.id ?? '', done);
  const answer = await town.gateway.waitFor(
    message => message.from.robotCode !== null && message.conversationId === chat,
    {
      after: pressed?.id ?? '',
    },
  );
  expect(answer.text).toContain('已申请办结');
});
