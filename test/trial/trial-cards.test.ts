// The trial has interactive cards, as an installation with a template has: pressed by the chosen person, changed in place, kept over a restart.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createLogger } from '../../src/logger';
import { socketFolder } from '../../src/trial/private-database-owner';
import { startTrial, type Trial } from '../../src/trial/trial';
import { freshTrialFolder } from '../support/trial-folder';

interface Shown {
  id: string;
  conversationId: string;
  text: string;
  from: { robotCode: string | null };
  buttons: { label: string; callback?: number }[];
  card?: { notes: Record<string, string> };
}

const market = 'cidMarketDemo==';
let folder: string;
let trial: Trial;

const start = (): Promise<Trial> =>
  startTrial({
    web: { host: '127.0.0.1', port: 0 },
    otherPortWillDo: true,
    startsAt: null,
    logger: createLogger('silent'),
    onProgress: () => undefined,
    folder,
  });

beforeAll(async () => {
  folder = freshTrialFolder();
  trial = await start();
}, 60_000);
afterAll(async () => {
  await trial.stop();
  for (const owner of [join(folder, 'database'), folder]) rmSync(socketFolder(owner), { recursive: true, force: true });
  rmSync(join(folder, '..'), { recursive: true, force: true });
}, 30_000);

async function act(name: string, body: object): Promise<void> {
  const response = await fetch(`${trial.url}/chat/api/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: trial.url, 'x-duban-chat': '1' },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
}

async function messages(): Promise<Shown[]> {
  const state = (await (await fetch(`${trial.url}/chat/api/state`)).json()) as { messages: Shown[] };
  return state.messages;
}

/** The first message that fits, once it is there. */
async function seen(fits: (message: Shown) => boolean): Promise<Shown> {
  for (;;) {
    const found = (await messages()).find(fits);
    if (found) return found;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

test('a morning’s card is pressed, answered and changed; after a restart it is still that card', async () => {
  await act('clock', { to: '2023-06-27T08:36:00+08:00' });
  const card = await seen(message => message.card !== undefined && message.conversationId === market);
  const button = card.buttons.findIndex(({ label }) => label === '全部');
  expect(card.buttons[button]?.callback).toBeGreaterThan(0);
  await act('press', { from: 'wanglei', messageId: card.id, button });
  await seen(({ text, conversationId }) => conversationId === market && text.includes('区市场监管局 · 任务'));
  expect((await seen(({ id }) => id === card.id)).card?.notes).toEqual({ wanglei: '已收到，结果看回复' });
  const no = /第(\d+)项/.exec(card.text)?.[1] ?? '';
  const say = (text: string) => act('say', { from: 'wanglei', in: market, text, at: true, quote: null });
  await say(`${no}完成30%，已启动`);
  await seen(({ id, text }) => id === card.id && text.includes(`✓ 第${no}项 已登记：30%`));
  await trial.stop();
  trial = await start();
  await seen(({ id, text }) => id === card.id && text.includes('已登记：30%'));
  await say(`${no}完成50%，过半`);
  const changed = await seen(({ id, text }) => id === card.id && text.includes(`✓ 第${no}项 已登记：50%`));
  expect(changed.text).not.toContain('已登记：30%');
  expect(changed.buttons.map(({ label }) => label)).toEqual(card.buttons.map(({ label }) => label));
}, 90_000);
