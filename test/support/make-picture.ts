// Makes the pictures of the README and of docs/: starts a trial, plays the README's dialogue and some days of work in the chat page.
// Run by `npm run picture`, on a machine with a Chinese and an emoji font.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createLogger } from '../../src/logger';
import { projectFile } from '../../src/project-files';
import { socketFolder } from '../../src/trial/private-database-owner';
import { startTrial } from '../../src/trial/trial';
import { startBrowser } from './browser';
import { freshTrialFolder } from './trial-folder';

const dialogue: [says: string, answer: RegExp][] = [
  ['我局本周任务', /区市场监管局 · 本周任务/],
  ['1完成80%，公章刻制已并联审批；3推进中，卡在数据共享需区行政审批局协调', /已记录 2 项/],
  ['撤回 3', /已撤回 第3项/],
];

it('takes the picture', async () => {
  const folder = freshTrialFolder();
  const trial = await startTrial({
    web: { host: '127.0.0.1', port: 0 },
    otherPortWillDo: true,
    startsAt: null,
    logger: createLogger('warn'),
    onProgress: () => undefined,
    folder,
  });
  const browser = await startBrowser();
  try {
    const context = await browser.newContext({ viewport: { width: 1366, height: 860 }, locale: 'zh-CN' });
    const page = await context.newPage();
    const keep = (name: string, of = page): Promise<unknown> =>
      of.screenshot({ path: projectFile('docs', `${name}.png`) });
    const say = async (words: string, answer: RegExp): Promise<void> => {
      await page.fill('#text', words);
      await page.press('#text', 'Enter');
      await page.locator('.bubble.card', { hasText: answer }).last().waitFor();
    };
    const turn = async (button: string): Promise<void> => {
      await page.click('#open-clock');
      await page.click(button);
      await page.locator('#clock-panel').waitFor({ state: 'hidden' });
    };
    /** A card for the group that is looked at has come: turned on before that, the clock would leave it unsent. */
    const card = async (before: number): Promise<void> => {
      await page.locator('#messages .message').nth(before).waitFor();
    };
    const shown = (): Promise<number> => page.locator('#messages .message').count();
    await page.goto(trial.url);
    await page.locator('.suggestion').first().waitFor();
    for (const [says, answer] of dialogue) await say(says, answer);
    await page.locator('#notice').waitFor({ state: 'hidden' });
    await keep('chat');
    await page.click('#open-faults');
    await page.locator('#reading li').first().waitFor();
    await keep('drawer');
    await page.locator('#fault-panel .close').click();
    // A few days of work, so that the board has something to show.
    let before = await shown();
    await turn('#next-morning');
    await card(before);
    await say('2已完成，公章刻制已并联审批', /申请办结/);
    await say('3推进中，卡在数据共享，需区行政审批局协调', /已记录/);
    await turn('#next-morning');
    await say('4完成60%，已开会；5完成45%', /已记录/);
    await say('6申请延期到9月底，因省级系统未上线', /延期/);
    before = await shown();
    await turn('#next-morning');
    await card(before);
    await say('8完成70%，正在收尾', /已记录/);
    await page.selectOption('#speaker', 'hefang');
    await page.locator('.conversation', { hasText: '全区重点任务工作群' }).click();
    await say('核销 2', /核销/);
    await say('全区完成情况', /完成情况/);
    await page.locator('img.picture').last().waitFor();
    await page.waitForFunction("[...document.querySelectorAll('img.picture')].every(one => one.complete)");
    await page.locator('img.picture').last().scrollIntoViewIfNeeded();
    await page.locator('#notice').waitFor({ state: 'hidden' });
    await keep('picture');
    await page.goto(`${trial.url}/board`);
    await page.getByRole('button', { name: '何芳' }).click();
    await page.getByRole('heading', { name: '看板' }).waitFor();
    for (const [name, path] of Object.entries({
      board: '/board',
      ledger: '/ledger',
      approvals: '/approvals',
      reminders: '/reminders',
      directory: '/directory',
      settings: '/settings',
      burden: '/board/burden',
    })) {
      await page.goto(`${trial.url}${path}`);
      await keep(name);
    }
    const phone = await context.newPage();
    await phone.setViewportSize({ width: 390, height: 844 });
    await phone.goto(`${trial.url}/board`);
    await keep('board-phone', phone);
    await phone.goto(`${trial.url}/chat`);
    await phone.locator('.conversation', { hasText: '全区重点任务工作群' }).click();
    await phone.locator('.message').first().waitFor();
    await keep('chat-phone', phone);
  } finally {
    await browser.close();
    await trial.stop();
    for (const owner of [join(folder, 'database'), folder])
      rmSync(socketFolder(owner), { recursive: true, force: true });
    rmSync(join(folder, '..'), { recursive: true, force: true });
  }
}, 300_000);
