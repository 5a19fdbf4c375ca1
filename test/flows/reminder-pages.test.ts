// 下一页: a card of many units can be turned, page by page, until everything that is still open has been seen.
import { type ShownMessage } from '../../src/simulator/gateway-events';
import { groups, startTown, type Town } from '../support/town';

let town: Town;

beforeEach(async () => {
  town = await startTown({ at: '2023-07-10T08:29:50+08:00' });
});
afterEach(() => town.stop());

async function morning(): Promise<void> {
  town.clock.turnTo(new Date('2023-07-10T08:30:01+08:00'));
  await town.app.tickNow();
  town.clock.turnTo(new Date('2023-07-10T08:36:00+08:00'));
  await town.settled();
}

const cardIn = (where: string): ShownMessage | undefined =>
  town.gateway.messagesIn(where).find(message => message.text.includes('重点任务提醒'));

/** "区税务局 43" for each task under each unit of a card or page. */
function shownOn({ text }: ShownMessage): string[] {
  let unit = '';
  return text.split('\n').flatMap(line => {
    unit = /^\*\*(.+?)\*\*/.exec(line.trim())?.[1] ?? unit;
    const no = /第(\d+)项/.exec(line)?.[1];
    return no && /[🔴🟡🟢]/u.test(line) ? [`${unit} ${no}`] : [];
  });
}

test('every page follows the last, and together they show all that is owed, each once', async () => {
  await morning();
  const card = cardIn(groups.district)!;
  const [row]: { reply: string }[] = await town.dataSource.query(
    "SELECT reply FROM outbox_messages WHERE dedupKey = 'morning:group:cidDistrictDemo==:2023-07-10'",
  );
  const { rest } = JSON.parse(row!.reply) as { rest: { unit: string; nos: number[] }[] };
  const expected = [...shownOn(card), ...rest.flatMap(({ unit, nos }) => nos.map(no => `${unit} ${no}`))];
  expect(expected.length).toBeGreaterThan(100);
  const seen = shownOn(card);
  for (let pages = 1; pages <= 30; pages++) {
    const page = await town.ask('hefang', groups.district, '下一页');
    if (page.text.includes('没有更多')) break;
    expect(page.text).toContain('待反馈（续）');
    seen.push(...shownOn(page));
    expect(pages).toBeLessThan(30);
  }
  expect([...seen].sort()).toEqual([...expected].sort());
});

test('what is settled meanwhile is left out; a page can be quoted', async () => {
  await morning();
  const card = cardIn(town.gateway.privateChat('wanglei'))!;
  expect(shownOn(card)).toHaveLength(5);
  await town.dataSource.query("UPDATE tasks SET state = 'closed' WHERE itemNo IN (6, 7)");
  const button = card.buttons.findIndex(({ label }) => label === '下一页');
  const pressed = town.gateway.press('wanglei', card.id, button);
  const page = await town.gateway.waitFor(message => message.from.robotCode !== null, { after: pressed?.id ?? '' });
  expect(shownOn(page).map(line => Number(line.split(' ')[1]))).toEqual([5, 8, 9, 10, 115]);
  const answer = await town.ask('wanglei', 'private', '9完成70%', page);
  expect(answer.text).toContain('进度 未反馈→70%');
  expect((await town.ask('wanglei', 'private', '下一页')).text).toContain('没有更多');
});

test('更多 goes on with the list that was asked for, 下一页 with the card', async () => {
  await morning();
  await town.ask('wanglei', 'private', '我局全部任务');
  expect((await town.ask('wanglei', 'private', '更多')).text).toMatch(/接上/);
  expect((await town.ask('wanglei', 'private', '下一页')).text).toContain('待反馈（续）');
});
