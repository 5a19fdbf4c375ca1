// Every page in a real browser, on a phone and on an office PC: nothing beside the screen, nothing to complain of, nothing from
// elsewhere, nothing a screen reader stumbles over.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContext, type Page } from 'playwright-core';
import { projectFile } from '../../src/project-files';
import { seriousFindings } from '../support/accessibility';
import { startBrowser } from '../support/browser';
import { groups, startTown, type Town } from '../support/town';
import { signInLink } from './site-visitor';

const sizes = { phone: { width: 360, height: 740 }, desktop: { width: 1366, height: 800 } };
/** Set to keep pictures of all pages there, to look at. */
const { PAGE_PICTURES } = process.env;

let town: Town;
let browser: Browser;
let context: BrowserContext | null = null;
/** Whatever the browser complained of, and addresses of other sites. */
const complaints: string[] = [];

beforeAll(async () => {
  browser = await startBrowser();
  town = await startTown();
  await town.ask('wanglei', groups.market, '1完成80%，公章刻制已并联审批；3推进中，卡在数据共享需区行政审批局协调');
  await town.ask('wanglei', groups.market, '2已完成');
  await town.ask('wanglei', groups.market, '4申请延期到9月底，因省级系统未上线');
  await town.ask('passerby', 'private', '我是区税务局路小明');
}, 120_000);
afterAll(async () => {
  await browser.close();
  await town.stop();
});
afterEach(async () => {
  await context?.close();
  expect(complaints.splice(0)).toEqual([]);
});

let visitors = 0;

async function open(staffId: string, viewport: { width: number; height: number }): Promise<Page> {
  context = await browser.newContext({
    viewport,
    locale: 'zh-CN',
    timezoneId: 'America/New_York',
    bypassCSP: false,
    // Visitors of their own: from one address only so many may sign in within a minute.
    extraHTTPHeaders: { 'X-Forwarded-For': `192.0.2.${++visitors}` },
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', error => complaints.push(error.message));
  page.on('request', request => {
    if (new URL(request.url()).origin !== town.app.url) complaints.push(`elsewhere: ${request.url()}`);
  });
  await page.goto(await signInLink(town, staffId));
  await page.getByRole('button', { name: '登录' }).click();
  await page.getByRole('navigation', { name: '主要页面' }).waitFor();
  return page;
}

/** What stands beside the screen, and what is hard to reach, serious or worse. */
async function check(page: Page, name: string): Promise<void> {
  const width = await page.evaluate<number>('document.documentElement.scrollWidth');
  expect([name, width]).toEqual([name, page.viewportSize()?.width]);
  expect([name, await seriousFindings(page)]).toEqual([name, []]);
  if (PAGE_PICTURES) await page.screenshot({ path: join(PAGE_PICTURES, `${name}.png`), fullPage: true });
}

const pages: Record<string, string> = {
  board: '/board',
  burden: '/board/burden?unit=none',
  'board-units': '/board/units',
  approvals: '/approvals',
  reminders: '/reminders?on=2023-06-27',
  audit: '/audit',
  bulletins: '/bulletins',
  import: '/import',
  directory: '/directory',
  'directory-orphans': '/directory?which=orphan',
  'directory-collectives': '/directory/collectives',
  'directory-people': '/directory/people',
  'directory-groups': '/directory/groups',
  settings: '/settings',
  ledger: '/ledger',
  empty: '/ledger?q=nothing-like-it',
};

describe.each(Object.entries(sizes))('on a %s', (size, viewport) => {
  test.each(Object.entries(pages))('the page %s', async (name, path) => {
    const page = await open('hefang', viewport);
    const answer = await page.goto(`${town.app.url}${path}`);
    expect([path, answer?.status()]).toEqual([path, 200]);
    await check(page, `${name}-${size}`);
  });

  test('a task and a unit, reached by their links', async () => {
    const page = await open('hefang', viewport);
    await page.goto(`${town.app.url}/ledger?q=3`);
    await page.getByRole('link', { name: '第3项' }).click();
    await page.getByRole('heading', { name: '待解决的堵点' }).waitFor();
    await check(page, `task-${size}`);
    await page.goto(`${town.app.url}/directory?q=${encodeURIComponent('市监局')}`);
    await page.getByRole('link', { name: '区市场监管局', exact: true }).click();
    await page.getByRole('heading', { name: '别名' }).waitFor();
    await check(page, `unit-${size}`);
  });
});

describe.each(Object.entries(sizes))('before and beside the pages, on a %s', (size, viewport) => {
  test('how one signs in, an address that leads nowhere, a page one may not see', async () => {
    const page = await open('wanglei', viewport);
    await page.goto(await signInLink(town, 'wanglei'));
    await page.getByRole('button', { name: '登录' }).waitFor();
    await check(page, `use-link-${size}`);
    await page.goto(`${town.app.url}/sign-in`);
    await check(page, `sign-in-${size}`);
    await expect(page.goto(`${town.app.url}/audit`).then(answer => answer?.status())).resolves.toBe(403);
    await check(page, `refused-${size}`);
    await expect(page.goto(`${town.app.url}/nowhere`).then(answer => answer?.status())).resolves.toBe(404);
    await check(page, `nowhere-${size}`);
    // The browser says so itself of both.
    expect(complaints.splice(0)).toEqual([expect.stringContaining('403'), expect.stringContaining('404')]);
  });

  test('the preview of a list, with its differences, and a paper that was made', async () => {
    const page = await open('hefang', viewport);
    await page.goto(`${town.app.url}/import`);
    const list = readFileSync(projectFile('seeds', '鄂城区优化营商环境重点任务清单.txt'), 'utf8');
    const changed = Buffer.from(list.replace('2023年5月底，长期推进', '2023年9月底，长期推进'));
    await page.getByLabel('清单文件').setInputFiles({ name: '清单.txt', mimeType: 'text/plain', buffer: changed });
    await page.getByRole('button', { name: '预览' }).click();
    await page.getByRole('button', { name: '确认导入' }).waitFor();
    await check(page, `import-preview-${size}`);
    await page.goto(`${town.app.url}/bulletins`);
    await page.getByRole('button', { name: '取数生成' }).click();
    await page
      .locator('a[href$=".docx"]', { hasText: '通报' })
      .or(page.locator('a[href^="/bulletins/"]'))
      .first()
      .waitFor();
    await check(page, `bulletin-made-${size}`);
  });
});

test('the rows follow what is typed and chosen, and the address with them', async () => {
  const page = await open('hefang', sizes.desktop);
  await page.goto(`${town.app.url}/ledger`);
  await page.getByLabel('搜索').pressSequentially('首席服务员');
  await page.locator('#total', { hasText: /^\d{1,2}$/ }).waitFor();
  expect(new URL(page.url()).searchParams.get('q')).toBe('首席服务员');
  await page.getByLabel('搜索').fill('');
  await page.getByLabel('亮灯').selectOption('red');
  await page.waitForURL(/light=red/);
  const shown = await page.locator('#rows td .light').allTextContents();
  expect(new Set(shown)).toEqual(new Set(['红灯']));
});

test('progress over time is drawn as a line, and a point of it opens its rows', async () => {
  town.clock.turnTo(new Date('2023-06-29T17:10:00+08:00'));
  const page = await open('hefang', sizes.desktop);
  await page.goto(`${town.app.url}/board`);
  const figure = page.locator('figure[data-chart="line"].drawn');
  await figure.waitFor();
  const line = await page.evaluate<{
    labels: string[];
    sets: [string, (number | null)[]][];
    at: { x: number; y: number };
  }>(`(() => {
    const canvas = document.querySelector('figure[data-chart="line"] canvas');
    canvas.scrollIntoView();
    const chart = Chart.getChart(canvas);
    const box = canvas.getBoundingClientRect();
    const point = chart.getDatasetMeta(2).data[3];
    return {
      labels: chart.data.labels,
      sets: chart.data.datasets.map(set => [set.label, set.data]),
      at: { x: box.x + point.x, y: box.y + point.y },
    };
  })()`);
  expect(line.labels).toEqual(['6月26日', '6月27日', '6月28日', '6月29日']);
  expect(line.sets).toEqual([
    ['已办结', [0, 0, 0, 0]],
    ['已反馈', [3, 3, 3, 3]],
    ['逾期未办结', [6, 6, 6, 6]],
  ]);
  await page.mouse.click(line.at.x, line.at.y);
  await page.waitForURL(/\/ledger\?.*was=overdue/);
  expect(await page.locator('#total').textContent()).toBe('6');
});

test('核销 in the page changes the ledger and the board', async () => {
  const page = await open('hefang', sizes.phone);
  await page.goto(`${town.app.url}/approvals`);
  let posts = 0;
  page.on('request', sent => (posts += sent.method() === 'POST' ? 1 : 0));
  const request = page.getByRole('article', { name: '第2项' });
  // A reason for 退回 and the enter key must not be a 核销.
  await request.getByLabel('意见').fill('材料齐全');
  await request.getByLabel('意见').press('Enter');
  await request.getByRole('button', { name: '核销' }).click();
  await page.getByText('第2项已核销。').waitFor();
  expect(posts).toBe(1);
  await page.getByRole('link', { name: '看板' }).click();
  await page.getByText('长期推进').first().waitFor();
  await page.goto(`${town.app.url}/ledger?q=2`);
  expect(await page.locator('td[data-head="状态"]').textContent()).toContain('长期推进');
});
