// The trial: started, used, refused a second time, stopped, gone on with, begun anew. Real servers, in a temporary folder.
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { createLogger } from '../../src/logger';
import { isAlive, socketFolder } from '../../src/trial/private-database-owner';
import { startTrial, type Trial, type TrialParts } from '../../src/trial/trial';
import { freshTrialFolder } from '../support/trial-folder';

const district = 'cidDistrictDemo==';
const fresh = 'cidNewDemo==';

interface ShownMessage {
  id: string;
  conversationId: string;
  from: { staffId: string | null; robotCode: string | null };
  title: string | null;
  text: string;
}

interface PageState {
  clock: { now: string };
  link: { connected: boolean };
  speakers: {
    name: string;
    staffId: string;
    unit: string;
    role: string;
    privateId: string;
    suggestions: { usual: string[]; newGroup: string[] | null };
  }[];
  groups: { id: string; isNew: boolean }[];
  messages: ShownMessage[];
}

describe('startTrial', () => {
  jest.setTimeout(60_000);
  let folder: string;
  const running: Trial[] = [];
  beforeEach(() => {
    folder = freshTrialFolder();
  });
  afterEach(async () => {
    for (const trial of running.splice(0)) await trial.stop();
    const data = join(folder, 'database');
    for (const owner of [data, folder])
      if (existsSync(owner)) rmSync(socketFolder(owner), { recursive: true, force: true });
    rmSync(join(folder, '..'), { recursive: true, force: true });
  });

  const progress: string[] = [];
  async function start(changes: Partial<TrialParts> = {}): Promise<Trial> {
    progress.length = 0;
    const trial = await startTrial({
      web: { host: '127.0.0.1', port: 0 },
      otherPortWillDo: true,
      startsAt: null,
      logger: createLogger('silent'),
      onProgress: sentence => progress.push(sentence),
      folder,
      ...changes,
    });
    running.push(trial);
    return trial;
  }

  const stateOf = async (trial: Trial): Promise<PageState> =>
    (await (await fetch(`${trial.url}/chat/api/state`)).json()) as PageState;

  async function act(trial: Trial, name: string, body: object): Promise<{ message: ShownMessage }> {
    const response = await fetch(`${trial.url}/chat/api/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: trial.url, 'x-duban-chat': '1' },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(200);
    return (await response.json()) as { message: ShownMessage };
  }

  const say = async (trial: Trial, from: string, where: string, text: string): Promise<ShownMessage> =>
    (await act(trial, 'say', { from, in: where, text, at: true, quote: null })).message;

  /** The first message that fits, as soon as it is there. */
  async function seen(trial: Trial, fits: (message: ShownMessage) => boolean): Promise<ShownMessage> {
    const events = await fetch(`${trial.url}/chat/api/events`);
    const reader = events.body!.getReader();
    try {
      for (;;) {
        const found = (await stateOf(trial)).messages.find(fits);
        if (found) return found;
        await reader.read();
      }
    } finally {
      await reader.cancel();
    }
  }

  const robotIn = (where: string) => (message: ShownMessage) =>
    message.conversationId === where && message.from.robotCode !== null;

  /** The process number of the folder's database server. */
  const databasePid = (): number =>
    Number(readFileSync(join(socketFolder(join(folder, 'database')), 'db.pid'), 'utf8'));

  /** Waits until the answer to something is on its way to DingTalk. */
  async function sendUnderWay(): Promise<void> {
    const socketPath = join(socketFolder(join(folder, 'database')), 'db.sock');
    const connection = await createConnection({ socketPath, user: 'root', database: 'duban' });
    try {
      for (;;) {
        const [rows] = await connection.query<RowDataPacket[]>(
          "SELECT id FROM outbox_messages WHERE status = 'claimed' AND sendStartedAt IS NOT NULL",
        );
        if (rows.length > 0) return;
        await new Promise(resolve => setTimeout(resolve, 10));
      }
    } finally {
      await connection.end();
    }
  }

  it('opens a page with people, groups and a connected robot that answers', async () => {
    const trial = await start();
    expect(progress).toContain('正在导入示例清单和示例人员……');
    const page = await fetch(trial.url);
    expect(await page.text()).toContain('<title>模拟群聊');
    const state = await stateOf(trial);
    expect(state.link.connected).toBe(true);
    expect(new Date(state.clock.now).toISOString()).toMatch(/^2023-06-26T00:25:/);
    expect(state.speakers[0]).toMatchObject({
      name: '王磊',
      unit: '区市场监管局',
      role: '联络员',
      suggestions: { usual: ['我局本周任务', '1完成80%，公章刻制已并联审批', '撤回'], newGroup: null },
    });
    const byId = new Map(state.speakers.map(speaker => [speaker.staffId, speaker]));
    expect(byId.get('hefang')?.suggestions.newGroup).toContain('启用本群');
    expect(byId.get('passerby')).toMatchObject({ unit: '', role: '群成员' });
    expect(state.groups.filter(group => group.isNew).map(group => group.id)).toEqual([fresh]);
    expect((await fetch(`${trial.url}/readyz`)).status).toBe(200);

    await say(trial, 'liuyang', fresh, '大家好');
    expect((await seen(trial, robotIn(fresh))).text).toContain('启用本群');
  });

  it('sends the morning’s cards at once when the clock is turned to 08:30, and goes on from there', async () => {
    const trial = await start();
    await act(trial, 'clock', { to: '2023-06-27T08:30:00+08:00' });
    const card = await seen(trial, robotIn(district));
    expect(card.title).toContain('提醒');
    const told = await say(trial, 'wanglei', district, '说给下次启动的');
    const [wanglei] = (await stateOf(trial)).speakers;
    await seen(trial, robotIn(wanglei!.privateId));
    await trial.stop();

    const again = await start();
    expect(progress).toEqual([]);
    const state = await stateOf(again);
    expect(state.clock.now >= '2023-06-27T00:30:00').toBe(true);
    expect(state.clock.now < '2023-06-27T00:35:00').toBe(true);
    expect(state.messages).toEqual(
      expect.arrayContaining([expect.objectContaining({ id: card.id }), expect.objectContaining({ id: told.id })]),
    );
    // The same morning once more: each card is there once.
    await act(again, 'clock', { to: '2023-06-27T08:36:00+08:00' });
    await say(again, 'liuyang', fresh, '大家好');
    await seen(again, robotIn(fresh));
    expect(
      (await stateOf(again)).messages.filter(message => message.title === card.title).filter(robotIn(district)),
    ).toHaveLength(1);
  });

  it('starts where it is told, whatever was kept', async () => {
    const first = await start();
    await act(first, 'clock', { to: '2023-07-03T10:00:00+08:00' });
    await first.stop();
    const second = await start({ startsAt: new Date('2023-06-29T09:00:00+08:00') });
    expect((await stateOf(second)).clock.now).toMatch(/^2023-06-29T01:00:/);
  });

  it('runs once in a folder: a second start and a reset are refused with the address, and change nothing', async () => {
    const trial = await start();
    const told = await say(trial, 'wanglei', district, '还在吗');
    for (const reset of [false, true]) {
      const refused = await start({ reset }).catch((thrown: unknown) => thrown);
      expect(refused).toMatchObject({ code: 'trial_running', expose: true });
      expect((refused as Error).message).toContain(trial.url);
    }
    expect((await stateOf(trial)).messages).toContainEqual(expect.objectContaining({ id: told.id }));
    expect((await fetch(`${trial.url}/readyz`)).status).toBe(200);
  });

  it('begins anew when it is reset', async () => {
    const first = await start();
    await act(first, 'clock', { to: '2023-07-03T08:30:00+08:00' });
    await say(first, 'wanglei', district, '会被清空的');
    await first.stop();
    const anew = await start({ reset: true });
    expect(progress).toEqual(expect.arrayContaining(['体验数据已清空。', '正在导入示例清单和示例人员……']));
    const state = await stateOf(anew);
    expect(state.messages).toEqual([]);
    expect(state.clock.now).toMatch(/^2023-06-26T00:25:/);
  });

  it('leaves nothing running when it is stopped, open pages or not', async () => {
    const trial = await start();
    const pid = databasePid();
    expect(isAlive(pid)).toBe(true);
    const open = await fetch(`${trial.url}/chat/api/events`);
    await trial.stop();
    await open.body!.cancel();
    expect(isAlive(pid)).toBe(false);
    await expect(fetch(trial.url)).rejects.toThrow();
    expect(existsSync(join(socketFolder(folder), 'trial.sock'))).toBe(false);
    // Twice does no harm.
    await trial.stop();
  });

  it('stops within ten seconds although every send is held up', async () => {
    const trial = await start();
    const held = { offline: false, sends: 'ok', delayMs: 15_000, acksDropped: false, quotaExhausted: false };
    await act(trial, 'faults', held);
    await say(trial, 'liuyang', fresh, '大家好');
    await sendUnderWay();
    const begun = performance.now();
    await trial.stop();
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  it('undoes a start that is given up half way', async () => {
    const giveUp = new AbortController();
    const refused = start({
      signal: giveUp.signal,
      onProgress: () => {
        giveUp.abort();
      },
    });
    await expect(refused).rejects.toMatchObject({ name: 'AbortError' });
    expect(existsSync(join(socketFolder(folder), 'trial.sock'))).toBe(false);
    expect(existsSync(join(socketFolder(join(folder, 'database')), 'db.pid'))).toBe(false);
    const trial = await start();
    expect((await stateOf(trial)).speakers.length).toBeGreaterThan(10);
  });

  describe('where the port is taken', () => {
    let other: Server;
    let port: number;
    beforeEach(async () => {
      other = createServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
      ({ port } = other.address() as AddressInfo);
    });
    afterEach(() => {
      other.close();
    });

    it('takes the next one, and says so', async () => {
      const trial = await start({ web: { host: '127.0.0.1', port } });
      expect(Number(new URL(trial.url).port)).toBeGreaterThan(port);
      expect(progress).toContain(`端口 ${port} 已被别的程序占用，改用 ${port + 1}。`);
      expect((await stateOf(trial)).link.connected).toBe(true);
    });

    it('says in a sentence what to do when this very port was asked for, and leaves nothing running', async () => {
      const refused = start({ web: { host: '127.0.0.1', port }, otherPortWillDo: false });
      await expect(refused).rejects.toMatchObject({
        code: 'port_taken',
        expose: true,
        message: expect.stringContaining(`端口 ${port} 已被别的程序占用`),
      });
      expect(existsSync(join(socketFolder(join(folder, 'database')), 'db.pid'))).toBe(false);
    });
  });

  it('is not offered to other machines', async () => {
    const refused = start({ web: { host: '0.0.0.0', port: 0 } });
    await expect(refused).rejects.toMatchObject({ code: 'bad_settings', expose: true });
    expect(existsSync(join(folder, 'database'))).toBe(false);
  });
});
