// 台账 on the site: filters, sorting and pages agree with the ledger; who may read what is as in chat.
import { type CivilDate } from '../../src/calendar/civil-date';
import { loadWorkCalendar } from '../../src/database/work-days';
import { TaskList } from '../../src/database/entities/task';
import { countLedger, findLedger, type LedgerFilter } from '../../src/reports/ledger-query';
import { type Light } from '../../src/rendering/light';
import { findTasks, partOf } from '../../src/tasks/task-queries';
import { lightOn } from '../../src/tasks/task-state';
import { groups, startTown, type Town } from '../support/town';
import { signIn } from './site-visitor';

let town: Town;

beforeAll(async () => {
  town = await startTown();
  await town.ask('wanglei', groups.market, '1完成80%，公章刻制已并联审批');
  await town.ask('wanglei', groups.market, '3推进中，卡在数据共享需区行政审批局协调');
  await town.ask('wanglei', groups.market, '2已完成');
  await town.ask('wanglei', groups.market, '5已完成');
  await town.ask('hefang', groups.district, '退回 5，材料不全');
  await town.ask('hefang', groups.district, '核销 2');
  await town.ask('hefang', groups.district, '挂起 8，等省里文件');
});
afterAll(() => town.stop());

const total = (text: string): number => Number(/<strong id="total">(\d+)<\/strong>/.exec(text)?.[1]);
const numbers = (text: string): number[] =>
  [...text.matchAll(/class="number"[^>]*>第(\d+)项/g)].map(one => Number(one[1]));

test('the light by which the database counts is the light of the rule, on any day', async () => {
  const { manager } = town.dataSource;
  const calendar = await loadWorkCalendar(manager);
  const list = await manager.findOneByOrFail(TaskList, {});
  const tasks = await findTasks(manager, { listId: list.id });
  const days: CivilDate[] = [
    '2023-05-20',
    '2023-06-19',
    '2023-06-26',
    '2023-06-30',
    '2023-07-01',
    '2023-09-25',
    '2023-12-29',
  ];
  for (const today of days)
    for (const light of ['red', 'yellow', 'green', 'white'] as Light[]) {
      const all = { size: 1000, from: 0 };
      const found = await findLedger(
        manager,
        { listId: list.id, light },
        { today, calendar },
        { sort: 'no', descending: false, page: all },
      );
      const ruled = tasks.filter(task => lightOn(task, today, calendar) === light);
      expect([today, light, found.map(task => task.itemNo)]).toEqual([today, light, ruled.map(task => task.itemNo)]);
    }
});

test('filters of the database give what the rules give', async () => {
  const { manager } = town.dataSource;
  const calendar = await loadWorkCalendar(manager);
  const list = await manager.findOneByOrFail(TaskList, {});
  const tasks = await findTasks(manager, { listId: list.id });
  const [unit]: { id: string }[] = await manager.query("SELECT id FROM units WHERE name = '区市场监管局'");
  const market = { id: unit?.id ?? '', collectiveIds: [] };
  const cases: [LedgerFilter, (task: (typeof tasks)[number]) => boolean][] = [
    [{ listId: list.id, state: 'open' }, task => ['active', 'closing'].includes(task.state)],
    [{ listId: list.id, state: 'suspended' }, task => task.itemNo === 8],
    [{ listId: list.id, blocked: true }, task => task.itemNo === 3],
    [{ listId: list.id, words: '第38项' }, task => task.itemNo === 38],
    [
      { listId: list.id, words: '首席服务员' },
      task => /首席服务员/.test(`${task.content}${task.measure ?? ''}${task.section ?? ''}`),
    ],
    [{ listId: list.id, dueFrom: '2023-06-01', dueTo: '2023-06-30' }, task => task.due?.startsWith('2023-06') ?? false],
    [
      { listId: list.id, unit: market, role: 'lead' },
      task => task.parties.some(party => party.unitId === market.id && party.role === 'lead'),
    ],
    [
      { listId: list.id, unit: market, role: 'named', unreported: true },
      task =>
        task.state === 'active' &&
        task.due !== null &&
        (partOf(task, market)?.lastReportedAt ?? null) === null &&
        partOf(task, market) !== null,
    ],
  ];
  for (const [filter, rule] of cases) {
    const view = { today: '2023-06-26', calendar };
    const found = await findLedger(manager, filter, view, { sort: 'no', descending: false, page: null });
    expect(found.map(task => task.itemNo)).toEqual(tasks.filter(rule).map(task => task.itemNo));
    expect(found.length).toBeGreaterThan(0);
    expect(await countLedger(manager, filter, view)).toBe(found.length);
  }
});

test('twenty to a page; sorted both ways; hostile words are words', async () => {
  const visitor = await signIn(town, 'wanglei');
  const first = (await visitor.get('/ledger')).text;
  expect(numbers(first)).toHaveLength(20);
  expect(total(first)).toBe(142);
  expect(numbers((await visitor.get('/ledger?page=8')).text)).toHaveLength(2);
  expect(numbers((await visitor.get('/ledger?page=99')).text)).toHaveLength(2);
  expect(numbers((await visitor.get('/ledger?sort=no&way=down')).text)[0]).toBe(145);
  expect(numbers((await visitor.get('/ledger?sort=light')).text)[0]).toBe(38);
  const hostile = (await visitor.get(`/ledger?q=${encodeURIComponent(`%' OR 1=1 -- <script>alert(1)</script>`)}`)).text;
  expect(total(hostile)).toBe(0);
  expect(hostile).not.toContain('<script>alert');
});

test("a unit's words are read by the units on the task and the office, by nobody else", async () => {
  const id =
    /\/ledger\/task\/([\w-]{36})/.exec((await (await signIn(town, 'wanglei')).get('/ledger?q=1')).text)?.[1] ?? '';
  const reads = async (staffId: string): Promise<boolean> => {
    const page = await (await signIn(town, staffId)).get(`/ledger/task/${id}`);
    expect(page.status).toBe(200);
    return page.text.includes('公章刻制已并联审批');
  };
  expect(await reads('wanglei')).toBe(true);
  expect(await reads('hefang')).toBe(true);
  expect(await reads('liuyang')).toBe(false);
  expect(await reads('admin01')).toBe(false);
});
