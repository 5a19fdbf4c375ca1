// A whole day in the browser, in the trial itself: the newcomer's first minute; the morning card, a quoted report, 申请办结, 核销 on
// the page, and the board changes.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContext, type Page } from 'playwright-core';
import { createLogger } from '../../src/logger';
import { socketFolder } from '../../src/trial/private-database-owner';
import { startTrial, type Trial } from '../../src/trial/trial';
import { asWorkbook } from '../importer/table-files';
import { startBrowser } from '../support/browser';
import { freshTrialFolder } from '../support/trial-folder';

let folder: string;
let trial: Trial;
let browser: Browser;
let context: BrowserContext;
/** Whatever the browser complained of, and addresses of other sites. */
const complaints: string[] = [];

beforeAll(async () => {
  folder = freshTrialFolder();
  trial = await startTrial({
    web: { host: '127.0.0.1', port: 0 },
    otherPortWillDo: true,
    startsAt: null,
    logger: createLogger('silent'),
    onProgress: () => undefined,
    folder,
  });
  browser = await startBrowser();
  context = await browser.newContext({ viewport: { width: 1366, height: 860 }, locale: 'zh-CN' });
}, 120_000);
afterAll(async () => {
  await browser.close();
  await trial.stop();
  for (const owner of [join(folder, 'database'), folder]) rmSync(socketFolder(owner), { recursive: true, force: true });
  rmSync(join(folder, '..'), { recursive: true, force: true });
}, 60_000);
afterEach(() => {
  expect(complaints.splice(0)).toEqual([]);
});

async function open(path: string): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', error => complaints.push(error.message));
  page.on('request', request => {
    if (new URL(request.url()).origin !== trial.url) complaints.push(`elsewhere: ${request.url()}`);
  });
  await page.goto(`${trial.url}${path}`);
  return page;
}

async function say(page: Page, words: string): Promise<void> {
  await page.fill('#text', words);
  await page.press('#text', 'Enter');
}

/** A figure of the board by its name. */
async function figure(page: Page, name: string): Promise<number> {
  await page.goto(`${trial.url}/board`);
  const item = page.locator('.figures li', { has: page.locator('span', { hasText: new RegExp(`^${name}$`) }) });
  return (await item.count()) === 0 ? 0 : Number(await item.locator('a').textContent());
}

test('a newcomer opens the page, clicks the three sentences, and each is answered', async () => {
  const page = await open('/');
  const answer = page.locator('.bubble.card');
  await page.locator('.suggestion').nth(2).waitFor();
  expect(await page.locator('.suggestion').count()).toBe(3);
  for (const expected of [/区市场监管局 · 本周任务/, /已记录 1 项/, /已撤回/]) {
    await page.locator('.suggestion').first().click();
    await answer.filter({ hasText: expected }).waitFor();
  }
  // From the chat to the board: choose who you are, and the numbers are there.
  await page.locator('#to-board').click();
  await page.getByRole('button', { name: '何芳' }).click();
  await page.getByRole('heading', { name: '看板' }).waitFor();
  expect(await page.locator('.figures li').first().locator('a').textContent()).toBe('142');
}, 90_000);

test('a day: morning card, quoted report, 申请办结, 核销 on the page, the board changes; the office gets its papers', async () => {
  const chat = await open('/chat');
  const board = await open('/sign-in');
  await board.getByRole('button', { name: '何芳' }).click();
  await board.getByRole('heading', { name: '看板' }).waitFor();
  const before = await figure(board, '长期推进');
  await chat.locator('.conversation', { hasText: '督办助手' }).last().click();
  await chat.click('#open-clock');
  await chat.click('#next-morning');
  const card = chat.locator('.message', { hasText: '第1项' }).last();
  await card.waitFor();
  await card.locator('button.quote').click();
  await say(chat, '1完成80%，公章刻制已并联审批');
  await chat
    .locator('.bubble.card', { hasText: /已记录 1 项/ })
    .last()
    .waitFor();
  await say(chat, '1已完成');
  await chat
    .locator('.bubble.card', { hasText: /申请办结/ })
    .last()
    .waitFor();
  await board.goto(`${trial.url}/approvals`);
  await board.getByRole('article', { name: '第1项' }).getByRole('button', { name: '核销' }).click();
  await board.getByText('第1项已核销。').waitFor();
  await chat
    .locator('.bubble.card', { hasText: /已核销/ })
    .last()
    .waitFor();
  expect(await figure(board, '长期推进')).toBe(before + 1);
  // The office asks for the standing and for the paper.
  await chat.selectOption('#speaker', 'hefang');
  await chat.locator('.conversation', { hasText: '督办助手' }).last().click();
  await say(chat, '全区完成情况');
  await chat.locator('.bubble.card img.picture').last().waitFor();
  await chat.waitForFunction("[...document.querySelectorAll('img.picture')].at(-1)?.naturalWidth === 750");
  await say(chat, '生成通报');
  await chat.locator('a.file', { hasText: '通报-2023年第1期.docx' }).waitFor();
  await board.goto(`${trial.url}/bulletins`);
  await board.getByText('2023年第1期').waitFor();
}, 120_000);

test('the office hands in a list as a file in the chat: previewed, confirmed, and it is there', async () => {
  const list = asWorkbook(
    {
      above: ['2023年重点项目建设任务清单'],
      rows: [
        ['序号', '重点任务', '牵头单位', '责任单位', '完成时限'],
        ['1', '推进甲项工作', '区财政局', '区住建局', '2023年9月底'],
        ['3', '推进乙项工作', '区住建局', '区财政局', '2023年10月底'],
      ],
    },
    'xlsx',
  );
  const chat = await open('/chat');
  await chat.selectOption('#speaker', 'hefang');
  await chat.locator('.conversation', { hasText: '督办助手' }).last().click();
  await chat.setInputFiles('#file', { name: '重点项目.xlsx', mimeType: '', buffer: list });
  const preview = chat.locator('.bubble.card', { hasText: '预览：2023年重点项目建设任务清单' }).last();
  await preview.waitFor();
  expect(await preview.textContent()).toContain('共 2 项任务');
  await preview.getByRole('button', { name: '确认导入' }).click();
  await chat.locator('.bubble.card', { hasText: '已导入' }).last().waitFor();
  const short = /简称“([^”]+)”/.exec((await preview.textContent()) ?? '')?.[1] ?? '';
  const ledger = await open('/sign-in');
  await ledger.getByRole('button', { name: '何芳' }).click();
  await ledger.getByRole('heading', { name: '看板' }).waitFor();
  await ledger.goto(`${trial.url}/ledger?list=${encodeURIComponent(short)}`);
  expect(await ledger.locator('#total').textContent()).toBe('2');
  await ledger.getByText('推进乙项工作').waitFor();
}, 90_000);
