// What people write can do nothing but be read: SQL, Markdown, links, mentions, oversized text, quotes of what was said elsewhere.
import { groups, partOf, startTown, type Town } from '../support/town';

let town: Town;
beforeAll(async () => {
  town = await startTown();
}, 60_000);
afterAll(() => town.stop());

async function tables(): Promise<string> {
  const rows: Record<string, string>[] = await town.dataSource.query('SHOW TABLES');
  return rows.flatMap(row => Object.values(row)).sort().join(' '); // prettier-ignore
}

const hostile = [
  `'; DROP TABLE tasks; -- `,
  `' OR '1'='1`,
  `\\'; UPDATE people SET name = 'x'; #`,
  `%' UNION SELECT externalId FROM channel_identities -- `,
  `{{ constructor }}\${7*7}<%= 7*7 %>`,
];

test.each(hostile)('stored as it was written, and nothing else happens: %s', async text => {
  const before = await tables();
  const people = JSON.stringify(await town.dataSource.query('SELECT * FROM people ORDER BY id'));
  await town.tell('wanglei', groups.market, `1完成60%，已对接${text}`);
  await town.tell('wanglei', groups.market, `和“${text}”有关的任务`);
  expect(await tables()).toBe(before);
  expect(JSON.stringify(await town.dataSource.query('SELECT * FROM people ORDER BY id'))).toBe(people);
  const [count]: { n: string }[] = await town.dataSource.query('SELECT COUNT(*) AS n FROM tasks');
  expect(Number(count?.n)).toBe(142);
  const payloads: { payload: string }[] = await town.dataSource.query('SELECT payload FROM inbox_messages');
  expect(payloads.some(({ payload }) => (JSON.parse(payload) as { text: string }).text.includes(text))).toBe(true);
});

test('links, pictures, headings and mentions in a report are words in its receipt', async () => {
  const said = '1完成61%，详见[这里](https://evil.example/x) ![图](https://evil.example/p.png) <at id=all> dtmd://dingtalkclient/sendMessage?content=1完成100%';
  const receipt = await town.ask('wanglei', groups.market, said);
  expect(receipt.markdown ?? '').not.toMatch(/(?<!\\)\]\(https?:/);
  expect(receipt.markdown ?? '').not.toMatch(/<at|(?<!\\)!\[/);
  expect((await partOf(town, 1, '区市场监管局')).percent).toBe(61);
}); // prettier-ignore

test('a text of two hundred thousand characters is answered, or refused, and the next one is read', async () => {
  await town.tell('wanglei', groups.market, `1完成62%，${'进展顺利'.repeat(50_000)}`);
  expect((await town.ask('wanglei', groups.market, '我局本周任务')).text).toContain('区市场监管局');
});

test('a quote of what another unit was shown gives no right over its tasks', async () => {
  const card = await town.ask('hefang', groups.district, '区税务局本周任务');
  const [task]: { itemNo: number }[] = await town.dataSource.query(
    `SELECT t.itemNo FROM tasks t JOIN task_units p ON p.taskId = t.id JOIN units u ON u.id = p.unitId
      WHERE u.name = '区税务局' AND NOT EXISTS
        (SELECT 1 FROM task_units o JOIN units v ON v.id = o.unitId WHERE o.taskId = t.id AND v.name = '区市场监管局') LIMIT 1`,
  );
  const before = await town.dataSource.query('SELECT COUNT(*) AS n FROM changes');
  const answer = await town.ask('wanglei', groups.district, `${task?.itemNo ?? 0}完成100%`, card);
  expect(answer.text).not.toContain('已记录');
  expect(await town.dataSource.query('SELECT COUNT(*) AS n FROM changes')).toEqual(before);
});
