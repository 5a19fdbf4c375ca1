// 台账.xlsx: the office's columns, text that stays text, as much as its reader may see; from the page and from a chat.
import { read, utils, type WorkSheet } from '@e965/xlsx';
import { rowHeight } from '../../src/reports/ledger-print';
import { harmlessCell } from '../../src/reports/ledger-sheet';
import { groups, startTown, type Town } from '../support/town';
import { signIn } from './site-visitor';

let town: Town;

beforeAll(async () => {
  town = await startTown();
  await town.ask('wanglei', groups.market, '1完成80%，=HYPERLINK("http://x.example","点我")');
  await town.ask('wanglei', groups.market, '3推进中，卡在数据共享需区行政审批局协调');
});
afterAll(() => town.stop());

interface Fetched {
  status: number;
  name: string;
  sheet: WorkSheet;
  rows: string[][];
}

async function fetchSheet(path: string, init: RequestInit = {}): Promise<Fetched> {
  const response = await fetch(new URL(path, town.app.url), { ...init, redirect: 'manual' });
  const content = Buffer.from(await response.arrayBuffer());
  const book = response.status === 200 ? read(content, { cellFormula: true }) : null;
  const sheet = book?.Sheets['台账'] ?? {};
  return {
    status: response.status,
    name: decodeURIComponent(response.headers.get('content-disposition')?.split("''")[1] ?? ''),
    sheet,
    rows: utils.sheet_to_json<string[]>(sheet, { header: 1, defval: '' }),
  };
}

const ofPage = async (staffId: string, path: string): Promise<Fetched> =>
  fetchSheet(path, { headers: { Cookie: (await signIn(town, staffId)).cookie } });
const row = (file: Fetched, no: number): string[] => file.rows.find(cells => cells[1] === String(no)) ?? [];

test('all tasks in the office’s columns, with words, difficulties and what is asked for', async () => {
  const file = await ofPage('hefang', '/ledger.xlsx');
  expect(file.name).toBe('台账-营商-2023-06-26.xlsx');
  expect(file.rows[0]?.[0]).toContain('重点任务清单台账');
  expect(file.rows[1]?.[0]).toBe('截至 2023-06-26 17:10，共 142 项');
  expect(file.rows[2]).toEqual(
    '政策措施,序号,重点任务,牵头单位,责任单位,完成时限,进展情况,遇到堵点,需协调事项,状态'.split(','),
  );
  expect(file.rows).toHaveLength(145);
  expect(row(file, 1)[6]).toContain('区市场监管局（牵头）80%（06-26）：');
  expect(row(file, 3)[7]).toContain('卡在数据共享需区行政审批局协调');
  expect(row(file, 3)[8]).toBe('区市场监管局：需区行政审批局协调');
  const cells = Object.entries(file.sheet).filter(([at]) => /^[A-Z]+\d+$/.test(at)) as [
    string,
    { f?: string; t: string },
  ][];
  expect(cells.filter(([, cell]) => cell.f !== undefined || cell.t !== 's')).toEqual([]);
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '＝1', '\r=1'])('%j stays text', text => {
  expect(harmlessCell(text)).toBe(`'${text}`);
});

test('a row is as high as its longest cell, as far as a sheet can draw it', () => {
  const lineOf = (cells: string[]): number => (rowHeight(cells, [12, 12]) - 4) / 14;
  expect(lineOf(['', ''])).toBe(1);
  expect(lineOf(['一二三四五', 'abcdefghij'])).toBe(1);
  expect(lineOf(['一二三四五六', ''])).toBe(2);
  expect(lineOf(['', '甲\n一二三四五六\n乙'])).toBe(4);
  expect(rowHeight(['字'.repeat(9000)], [12])).toBe(409);
});

test('signs no sheet can hold are left out, and nothing else', () => {
  expect(harmlessCell('甲\u0000乙\u000b丙\ud83d丁😀')).toBe('甲乙丙丁😀');
  expect(harmlessCell('完成 3-5 项')).toBe('完成 3-5 项');
});

test('the filter of the page holds; a reader gets what they may read', async () => {
  const red = await ofPage('hefang', '/ledger.xlsx?light=red');
  expect(red.rows).toHaveLength(3 + 6);
  const other = await ofPage('liuyang', '/ledger.xlsx?q=3');
  expect(row(other, 3)[6]).toBe('区市场监管局（牵头）推进中（06-26）');
  expect(row(other, 3)[7]).toBe('');
  expect((await fetchSheet('/ledger.xlsx')).status).toBe(303);
});

test('导出台账 in a private chat: a link for one use, to what the sentence means', async () => {
  expect((await town.ask('wanglei', groups.market, '导出台账')).text).toContain('只在私聊里给');
  const link = async (staffId: string, text: string): Promise<string> => {
    const told = await town.tell(staffId, 'private', text);
    return /\/download\/[\w-]{22}/.exec(told.map(message => message.markdown).join('\n'))?.[0] ?? text;
  };
  const own = await link('wanglei', '导出我局台账');
  expect(await (await fetch(new URL(own, town.app.url))).text()).toContain('下载台账</button>');
  const file = await fetchSheet(own, { method: 'POST' });
  expect(file.status).toBe(200);
  expect(file.rows.slice(3).every(cells => /区市场监管局|各|区直/.test(`${cells[3] ?? ''}${cells[4] ?? ''}`))).toBe(
    true,
  );
  expect((await fetchSheet(own, { method: 'POST' })).status).toBe(410);
  const overdue = await fetchSheet(await link('hefang', '导出全区逾期任务'), { method: 'POST' });
  expect(overdue.rows).toHaveLength(3 + 6);
  expect((await fetchSheet(await link('hefang', '导出台账'), { method: 'POST' })).rows).toHaveLength(145);
});
