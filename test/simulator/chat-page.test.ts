// The chat page in a real browser, on a phone and on a desktop: choosing, writing, quoting, pressing, the clock, faults.
import { type Browser, type Locator, type Page } from 'playwright-core';
import { type ShownMessage } from '../../src/simulator/gateway-events';
import { seriousFindings } from '../support/accessibility';
import { startBrowser } from '../support/browser';
import { district, fresh, startPageServer, type PageServer } from './page-server';
import { robot, SdkRobot } from './sdk-robot';

/** The smallest picture there is. */
const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const phone = { width: 360, height: 740 };
const desktop = { width: 1366, height: 800 };

describe('the chat page', () => {
  let browser: Browser;
  let server: PageServer;
  let page: Page;
  let sdk: SdkRobot;
  /** Whatever the browser complained of. */
  const complaints: string[] = [];

  beforeAll(async () => {
    jest.spyOn(console, 'info').mockImplementation(() => undefined);
    browser = await startBrowser();
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    jest.restoreAllMocks();
  });
  beforeEach(async () => {
    server = await startPageServer();
    sdk = new SdkRobot(server.gateway);
    await sdk.join();
  });
  afterEach(async () => {
    await page.context().close();
    sdk.disconnect();
    await server.stop();
    expect(complaints.splice(0)).toEqual([]);
  });

  async function open(viewport = desktop): Promise<void> {
    // Another zone than the one whose times must be shown.
    const context = await browser.newContext({ viewport, locale: 'zh-CN', timezoneId: 'America/New_York' });
    page = await context.newPage();
    page.setDefaultTimeout(10_000);
    page.on('console', message => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', error => complaints.push(error.message));
    await page.goto(server.url);
    await conversation('全区重点任务工作群').waitFor();
  }

  const conversation = (title: string): Locator =>
    page.locator('.conversation', { has: page.locator('.title', { hasText: title }) });
  const message = (words: string): Locator => page.locator('.message', { hasText: words });
  const chips = (): Promise<string[]> => page.locator('.suggestion').allTextContents();

  async function write(words: string): Promise<void> {
    await page.fill('#text', words);
    await page.press('#text', 'Enter');
  }

  /** Says something as the robot does: by its API, with buttons. */
  function answer(changes: Partial<ShownMessage> = {}): ShownMessage {
    const shown = server.gateway.world.show({
      conversationId: district,
      from: { staffId: null, robotCode: robot.robotCode, name: '督办助手' },
      title: '提醒',
      markdown: '**6月26日** 重点任务提醒',
      text: '**6月26日** 重点任务提醒',
      buttons: [],
      quotedId: null,
      providerKey: 'key',
      mentions: [],
      pushedTo: null,
      ...changes,
    });
    server.gateway.events.emit({ kind: 'message', message: shown });
    return shown;
  }

  describe.each([
    ['phone', phone],
    ['desktop', desktop],
  ])('on a %s', (_name, viewport) => {
    const wide = viewport.width > 720;
    const enter = async (title: string): Promise<void> => {
      if (!wide && (await page.locator('#back').isVisible())) await page.click('#back');
      await conversation(title).click();
    };
    /** Nothing may stick out of the window, and what one presses must be inside. */
    const fits = async (...pressed: string[]): Promise<void> => {
      expect(await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')).toBe(0);
      for (const selector of pressed) {
        const box = (await page.locator(selector).boundingBox())!;
        expect({ selector, inside: box.x >= 0 && box.x + box.width <= viewport.width }).toMatchObject({ inside: true });
        expect({ selector, inside: box.y >= 0 && box.y + box.height <= viewport.height }).toMatchObject({
          inside: true,
        });
      }
    };

    it('leads a newcomer through three sentences to click', async () => {
      await open(viewport);
      await enter('全区重点任务工作群');
      await fits('#send', '#mention', '#open-clock', '#open-faults', '.suggestion >> nth=2');
      // What is offered to be written stands on one line.
      expect((await page.locator('#text').boundingBox())?.height).toBeLessThan(45);
      expect(await chips()).toEqual(['我局本周任务', '1完成80%，公章刻制已并联审批', '撤回']);
      await page.locator('.suggestion').first().click();
      expect((await sdk.frame(0)).data).toMatchObject({ senderStaffId: 'wanglei', text: { content: ' 我局本周任务' } });
      await message('@督办助手 我局本周任务').waitFor();
      expect(await chips()).toEqual(['1完成80%，公章刻制已并联审批', '撤回']);
      // Told by itself, that sentence is not offered again.
      await write('撤回');
      await message('@督办助手 撤回').waitFor();
      expect(await chips()).toEqual(['1完成80%，公章刻制已并联审批']);
      await fits('#send');
    });

    it('speaks as whoever is chosen, in their groups and in private', async () => {
      await open(viewport);
      await page.selectOption('#speaker', 'hefang');
      await enter('新建的工作群');
      expect(await chips()).toEqual(['启用本群']);
      await write('大家好');
      expect((await sdk.frame(0)).data).toMatchObject({ senderStaffId: 'hefang', conversationId: fresh });
      await enter('督办助手');
      expect(await page.locator('#mention').isVisible()).toBe(false);
      await write('全区完成情况');
      expect((await sdk.frame(1)).data).toMatchObject({ conversationType: '1', text: { content: '全区完成情况' } });
      if (!wide) await page.click('#back');
      await page.selectOption('#speaker', 'wanglei');
      await conversation('全区重点任务工作群').waitFor();
      expect(await conversation('新建的工作群').count()).toBe(0);
      expect(await page.locator('#speaker').inputValue()).toBe('wanglei');
    });

    it('is read and reached without a mouse and without eyes: no serious finding, in the chat and in its drawers', async () => {
      await open(viewport);
      await enter('全区重点任务工作群');
      answer({ buttons: [{ label: '全部', say: '更多', url: null }] });
      await write('我局本周任务');
      await message('@督办助手 我局本周任务').waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      for (const panel of ['clock', 'fault']) {
        await page.click(panel === 'clock' ? '#open-clock' : '#open-faults');
        await page.locator(`#${panel}-panel`).waitFor();
        expect([panel, await seriousFindings(page)]).toEqual([panel, []]);
        await page.keyboard.press('Escape');
        await page.locator(`#${panel}-panel`).waitFor({ state: 'hidden' });
      }
    });

    it('quotes a message, and drops the quote when told', async () => {
      await open(viewport);
      await enter('全区重点任务工作群');
      const shown = answer();
      await message('重点任务提醒').locator('.quote').click();
      await fits('#drop-quote', '#send');
      await page.click('#drop-quote');
      expect(await page.locator('#quoting').isVisible()).toBe(false);
      await message('重点任务提醒').locator('.quote').click();
      await write('完成80%');
      expect((await sdk.frame(0)).data).toMatchObject({ originalMsgId: shown.id });
      await message('完成80%').locator('.quoted', { hasText: '督办助手：提醒' }).waitFor();
      expect(await page.locator('#quoting').isVisible()).toBe(false);
    });

    it('presses a button of a card', async () => {
      await open(viewport);
      await enter('全区重点任务工作群');
      const say = '@督办助手 区市场监管局全部任务';
      answer({
        buttons: ['全部', '已完成', '申请延期', '明天再提醒'].map(label => ({ label, say, url: null })),
      });
      await page.locator('.card-button').last().waitFor();
      await fits('.card-button >> nth=3');
      await page.locator('.card-button', { hasText: '全部' }).click();
      expect((await sdk.frame(0)).data).toMatchObject({
        senderStaffId: 'wanglei',
        text: { content: ' 区市场监管局全部任务' },
      });
      await message(say).waitFor();
    });

    it('shows what an interactive card says now, and to its presser alone what is meant for them', async () => {
      await open(viewport);
      await enter('全区重点任务工作群');
      const shown = answer({
        buttons: [{ label: '核销', say: null, url: null, callback: 1 }],
        card: { outTrackId: 'key', notes: {} },
      });
      await page.locator('.card-button:enabled', { hasText: '核销' }).waitFor();
      await fits('.card-button');
      const changed = { ...shown, markdown: '✓ 第1项 已核销', text: '✓ 第1项 已核销', buttons: [] };
      const card = { outTrackId: 'key', notes: { wanglei: '已收到，结果看回复', hefang: '给别人的' } };
      server.gateway.events.emit({ kind: 'changed', message: { ...changed, card } });
      await message('已核销').waitFor();
      expect(await page.locator('.message').count()).toBe(1);
      expect(await page.locator('.card-note').allTextContents()).toEqual(['已收到，结果看回复']);
      expect(await page.locator('.card-button').count()).toBe(0);
    });

    it('turns the clock to the morning that is next', async () => {
      await open(viewport);
      await page.click('#open-clock');
      expect(await page.locator('#today-morning').textContent()).toBe('转到今天早上6月26日 周一 08:30');
      await fits('#today-morning', '#next-morning', '#clock-to');
      await page.click('#next-morning');
      await page.locator('#notice', { hasText: '时钟已转到 6月27日 周二 08:30。' }).waitFor();
      expect(server.turns).toHaveLength(1);
      expect(server.turns[0]!.toISOString()).toMatch(/^2023-06-27T00:30:00/);
      expect(await page.locator('#clock-day').textContent()).toBe('6月27日 周二');
      // A message of now carries the turned time, whatever zone the browser is in.
      await enter('全区重点任务工作群');
      await write('撤回');
      expect(await message('撤回').locator('time').textContent()).toBe('08:30');
      await page.locator('.divider', { hasText: '6月27日 周二 08:30' }).waitFor();
    });

    it('turns the clock to before tomorrow’s morning, a day on, and to the day before a 底', async () => {
      await open(viewport);
      const turn = async (press: () => Promise<void>, told: string): Promise<void> => {
        await page.click('#open-clock');
        await press();
        await page.locator('#notice', { hasText: told }).waitFor();
        await page.locator('#clock-panel').waitFor({ state: 'hidden' });
      };
      await turn(() => page.click('#tomorrow'), '6月27日 周二 08:25');
      await turn(() => page.click('#next-day'), '6月28日 周三 08:25');
      await page.click('#open-clock');
      await fits('#tomorrow', '#next-day', '#due-day');
      await page.locator('#clock-panel .close').click();
      await turn(async () => {
        await page.selectOption('#due-day', '2023-07-31');
        await page.click('#due-form button');
      }, '7月30日 周日 08:25');
      expect(server.turns.map(at => at.toISOString().slice(0, 10))).toEqual(['2023-06-27', '2023-06-28', '2023-07-30']);
    });

    it('shows the operator how the last sentence was read and what went over the wire', async () => {
      await open(viewport);
      await enter('全区重点任务工作群');
      await page.click('#open-faults');
      await page.locator('#reading', { hasText: '还没有人说话' }).waitFor();
      await page.locator('#fault-panel .close').click();
      await write('我局本周任务');
      await sdk.frame(0);
      await page.click('#open-faults');
      await page.locator('#reading pre', { hasText: '"intent": "query"' }).waitFor();
      await page.locator('#reading li', { hasText: '规则 own-week' }).waitFor();
      await page.click('#tab-wire');
      const pushed = page.locator('#wire-notes li', { hasText: '推送消息帧' }).first();
      await pushed.locator('summary').click();
      expect(await pushed.locator('pre').textContent()).toContain('"senderStaffId": "wanglei"');
      expect(await page.locator('#wire').textContent()).not.toContain(robot.clientSecret);
      await fits('#tab-faults');
    });

    it('sends a picture, with words and a mention in a group, alone in private', async () => {
      await open(viewport);
      await enter('全区重点任务工作群');
      const file = { name: '现场.png', mimeType: 'image/png', buffer: pixel };
      await page.fill('#text', '1完成80%');
      await page.setInputFiles('#picture', file);
      await message('1完成80%').locator('img.picture').waitFor();
      expect((await sdk.frame(0)).data).toMatchObject({
        msgtype: 'richText',
        content: { richText: [{ text: ' 1完成80%' }, { type: 'picture', downloadCode: expect.any(String) as string }] },
      });
      expect(await page.locator('#text').inputValue()).toBe('');
      await enter('督办助手');
      await page.setInputFiles('#picture', file);
      expect((await sdk.frame(1)).data).toMatchObject({
        msgtype: 'picture',
        content: { downloadCode: expect.any(String) as string },
      });
    });

    it('hands a file to the robot in private; in a group says how', async () => {
      await open(viewport);
      await enter('全区重点任务工作群');
      const file = { name: '重点项目清单.xlsx', mimeType: '', buffer: Buffer.from('a list') };
      await page.fill('#text', '还没写完');
      await page.setInputFiles('#file', file);
      await message('重点项目清单.xlsx').locator('.unheard', { hasText: '引用这条并说“导入”' }).waitFor();
      await fits('#send', '#mention');
      expect(await page.locator('#text').inputValue()).toBe('还没写完');
      await enter('督办助手');
      await page.setInputFiles('#file', file);
      expect((await sdk.frame(0)).data).toMatchObject({
        conversationType: '1',
        msgtype: 'file',
        content: { fileName: '重点项目清单.xlsx', downloadCode: expect.any(String) as string },
      });
      const sent = message('重点项目清单.xlsx').last();
      await sent.waitFor();
      expect(await sent.locator('.unheard').count()).toBe(0);
      await page.setInputFiles('#file', { ...file, buffer: Buffer.alloc(0) });
      await page.locator('#notice', { hasText: '这个文件是空的' }).waitFor();
      expect(sdk.frames).toHaveLength(1);
    });

    it('switches faults on and off, and says what the robot did not hear', async () => {
      await open(viewport);
      await enter('全区重点任务工作群');
      await page.click('#open-faults');
      await page.click('#tab-faults');
      await page.check('[name=offline]');
      await page.locator('#link', { hasText: '机器人未连接' }).waitFor();
      await fits('#no-faults', '#sends');
      await page.locator('#fault-panel .close').click();
      expect(await page.locator('#fault-count').textContent()).toBe('1');
      await write('1完成80%');
      await message('1完成80%').locator('.unheard', { hasText: '机器人没有连接，收不到这条' }).waitFor();
      await page.click('#open-faults');
      await page.click('#no-faults');
      await page.locator('#fault-count').waitFor({ state: 'hidden' });
      await page.locator('#fault-panel .close').click();
      await sdk.join();
      await page.locator('#link', { hasText: '机器人在线' }).waitFor();
    });
  });

  it('marks what was said without an @, and sends it to nobody', async () => {
    await open();
    await page.click('#mention');
    await write('我们先商量一下');
    await message('我们先商量一下').locator('.unheard', { hasText: '没有@机器人，机器人收不到' }).waitFor();
    await page.click('#mention');
    await write('我局本周任务');
    expect((await sdk.frame(0)).data.text.content).toBe(' 我局本周任务');
    expect(sdk.frames).toHaveLength(1);
  });

  it('shows the clock only going forward', async () => {
    await open();
    await page.click('#open-clock');
    await page.fill('#clock-to', '2023-06-25T08:30');
    await page.locator('#clock-form button').click();
    await page.locator('#clock-problem', { hasText: '时钟只能往后转' }).waitFor();
    expect(server.turns).toEqual([]);
    // The browser itself reports the refused request.
    expect(complaints.splice(0)).toEqual([expect.stringContaining('400')]);
  });

  it('takes what is said for words, never for markup', async () => {
    await open();
    const words = '<img src=x onerror="document.title=1"><b>粗</b> **不粗** [点我](javascript:alert(1))';
    await write(words);
    const bubble = message('onerror');
    expect(await bubble.locator('.words').textContent()).toBe(`@督办助手 ${words}`);
    answer({ markdown: `**粗** ${words}`, text: words });
    const card = page.locator('.card', { hasText: 'onerror' });
    expect(await card.locator('img, b, a').count()).toBe(0);
    expect(await card.locator('strong').allTextContents()).toEqual(['粗', '不粗']);
    expect(await page.title()).toBe('模拟群聊 · 督办助手');
  });

  it('counts what came in elsewhere as unread, until it is looked at', async () => {
    await open();
    answer({ conversationId: server.gateway.privateChat('wanglei') });
    await conversation('督办助手').locator('.badge', { hasText: '1' }).waitFor();
    await conversation('督办助手').click();
    await page.locator('.conversation.current .badge').waitFor({ state: 'hidden' });
  });

  it('stays where it was through a reload', async () => {
    await open();
    await page.selectOption('#speaker', 'hefang');
    await conversation('新建的工作群').click();
    await write('大家好');
    await message('大家好').waitFor();
    await page.reload();
    await message('大家好').waitFor();
    expect(await page.locator('#speaker').inputValue()).toBe('hefang');
    expect(await page.locator('#talk-title').textContent()).toBe('新建的工作群');
  });

  it('finds back by itself when the trial was stopped and started again', async () => {
    await open();
    const port = Number(new URL(server.url).port);
    sdk.disconnect();
    await server.stop();
    await page.locator('#link', { hasText: '体验程序未连接' }).waitFor();
    server = await startPageServer(port);
    answer({ markdown: '停机时说的' });
    await page.locator('#link', { hasText: '机器人未连接' }).waitFor();
    await message('停机时说的').waitFor();
    // The browser reports each try in vain.
    for (const complaint of complaints.splice(0)) expect(complaint).toMatch(/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE/);
  });

  it('keeps what was written when it could not be sent', async () => {
    await open();
    await page.route('**/chat/api/say', route => route.abort());
    await write('1完成80%');
    await page.locator('#notice', { hasText: '连不上本机的体验程序' }).waitFor();
    expect(await page.locator('#text').inputValue()).toBe('1完成80%');
    expect(complaints.splice(0)).toEqual([expect.stringContaining('ERR_FAILED')]);
  });
});
