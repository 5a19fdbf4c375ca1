// Makes the README's picture: starts a trial, plays the dialogue of the README in the chat page, takes docs/chat.png and docs/board.png.
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
    const page = await browser.newPage({ viewport: { width: 1366, height: 860 }, locale: 'zh-CN' });
    await page.goto(trial.url);
    for (const [says, answer] of dialogue) {
      await page.fill('#text', says);
      await page.press('#text', 'Enter');
      await page.locator('.bubble.card', { hasText: answer }).waitFor();
    }
    await page.screenshot({ path: projectFile('docs', 'chat.png') });
    await page.goto(`${trial.url}/board`);
    await page.getByRole('button', { name: '何芳' }).click();
    await page.getByRole('heading', { name: '看板' }).waitFor();
    await page.screenshot({ path: projectFile('docs', 'board.png') });
  } finally {
    await browser.close();
    await trial.stop();
    for (const owner of [join(folder, 'database'), folder])
      rmSync(socketFolder(owner), { recursive: true, force: true });
    rmSync(join(folder, '..'), { recursive: true, force: true });
  }
}, 120_000);
