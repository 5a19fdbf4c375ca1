// What the chat page's server does and refuses: acts, guards, the stream of events.
import { request } from 'node:http';
import { civilDateOf, wallTimeOf } from '../../src/calendar/civil-date';
import { refusalOf } from '../../src/simulator/chat-page-guard';
import { district, fresh, startPageServer, type PageServer } from './page-server';
import { SdkRobot, type Json } from './sdk-robot';

interface Given {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Json;
}

describe('the server of the chat page', () => {
  let server: PageServer;
  beforeEach(async () => {
    server = await startPageServer();
  });
  afterEach(() => server.stop());

  /** A request with any header, also those a browser would not let a page set. */
  function send(
    method: string,
    path: string,
    options: { headers?: Record<string, string>; body?: string } = {},
  ): Promise<Given> {
    return new Promise((resolve, reject) => {
      const asked = request(`${server.url}${path}`, { method, headers: options.headers }, response => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => {
          const isJson = response.headers['content-type']?.includes('json') === true;
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: isJson ? JSON.parse(text) : text,
          });
        });
      });
      asked.on('error', reject);
      asked.end(options.body);
    });
  }

  const asPage = (): Record<string, string> => ({
    'content-type': 'application/json',
    origin: server.url,
    'x-duban-chat': '1',
  });
  const act = (name: string, body: unknown): Promise<Given> =>
    send('POST', `/chat/api/${name}`, { headers: asPage(), body: JSON.stringify(body) });
  const say = (changes: object = {}): Promise<Given> =>
    act('say', { from: 'wanglei', in: district, text: '我局本周任务', at: true, quote: null, ...changes });

  describe('its files', () => {
    it.each([
      ['/chat', 'text/html'],
      ['/chat/chat.css', 'text/css'],
      ['/chat/chat.js', 'text/javascript'],
      ['/chat/chat-operator.js', 'text/javascript'],
      ['/chat/chat-view.js', 'text/javascript'],
      ['/chat/chat-markdown.js', 'text/javascript'],
      ['/chat/icon.svg', 'image/svg+xml'],
    ])('%s is %s, and lets nothing act that is not the site’s own', async (path, type) => {
      const { status, headers } = await send('GET', path);
      expect(status).toBe(200);
      expect(headers['content-type']).toContain(type);
      const policy = String(headers['content-security-policy']).split(/; */);
      expect(policy).toEqual(
        expect.arrayContaining([
          "default-src 'self'",
          "base-uri 'none'",
          "frame-ancestors 'none'",
          "form-action 'self'",
        ]),
      );
      expect(policy.join()).not.toMatch(/unsafe|script-src|style-src/);
    });

    it('has nothing inline, which that policy would refuse', async () => {
      const { body } = await send('GET', '/chat');
      expect(body).not.toMatch(/<style|style=|<script(?![^>]*src=)|\son\w+=/i);
    });

    it('leads from the root to the page', async () => {
      expect(await send('GET', '/')).toMatchObject({ status: 302, headers: { location: '/chat' } });
    });
  });

  describe('who may use it', () => {
    it.each(['chat.example.com', '192.168.1.5:8080', 'localhost.example.com', '127.0.0.1.example.com:80'])(
      'not whoever came by the name %s',
      async host => {
        for (const path of ['/chat', '/chat/api/state'])
          expect(await send('GET', path, { headers: { host } })).toMatchObject({
            status: 403,
            body: { problem: expect.stringContaining('只在本机可用') },
          });
      },
    );

    it.each([
      ['another site', { origin: 'https://example.com' }],
      ['another port of this machine', { origin: 'http://127.0.0.1:1' }],
      ['no origin at all', { origin: undefined }],
      ['a form, which cannot send the mark', { 'x-duban-chat': undefined }],
    ])('no act from %s', async (_who, changes) => {
      const headers = Object.fromEntries(
        Object.entries({ ...asPage(), ...changes }).filter((pair): pair is [string, string] => pair[1] !== undefined),
      );
      const body = JSON.stringify({ from: 'wanglei', in: district, text: '撤回', at: true, quote: null });
      const refused = await send('POST', '/chat/api/say', { headers, body });
      expect(refused).toMatchObject({ status: 403, body: { problem: expect.any(String) } });
      expect(server.gateway.messagesIn(district)).toEqual([]);
    });

    it('takes every name of this machine', () => {
      for (const host of ['localhost:8080', '127.0.0.1', '127.0.0.1:9', '[::1]:8080'])
        expect(refusalOf({ method: 'POST', host, origin: `http://${host}`, act: '1' })).toBeNull();
    });
  });

  describe('saying', () => {
    it('is shown to all and, with an @, pushed to the robot', async () => {
      jest.spyOn(console, 'info').mockImplementation(() => undefined);
      const sdk = new SdkRobot(server.gateway);
      try {
        await sdk.join();
        await say({ text: '大家好', at: false });
        const { status, body } = await say();
        expect(status).toBe(200);
        expect(body.message).toMatchObject({ text: '@督办助手 我局本周任务', from: { staffId: 'wanglei' } });
        expect((await sdk.frame(0)).data.msgId).toBe(body.message.id);
        expect(server.gateway.messagesIn(district).map(message => message.text)).toEqual([
          '大家好',
          '@督办助手 我局本周任务',
        ]);
      } finally {
        sdk.disconnect();
        jest.restoreAllMocks();
      }
    });

    it.each([
      ['请先写点什么。', { text: ' \n　' }],
      ['这个人不在这个群里。', { in: fresh }],
      ['这个人不在这个群里。', { in: 'cidNowhere==' }],
      ['没有这个人，请刷新页面再试。', { from: 'nobody' }],
      ['这条消息已经不在了。', { quote: 'msgGone==' }],
      ['一条消息最多 5000 字。', { text: '字'.repeat(5001) }],
      ['请求的内容不对，请刷新页面再试。', { at: 'yes' }],
    ])('is refused: %s', async (problem, changes) => {
      expect(await say(changes)).toMatchObject({ status: 400, body: { problem } });
      expect(server.gateway.messagesIn(district)).toEqual([]);
    });

    it('quotes in the same conversation only', async () => {
      const first = (await say()).body.message as { id: string };
      expect((await say({ quote: first.id })).body.message).toMatchObject({ quotedId: first.id });
      const elsewhere = await say({ in: server.gateway.privateChat('wanglei'), quote: first.id });
      expect(elsewhere).toMatchObject({ status: 400, body: { problem: '只能引用同一个会话里的消息。' } });
    });

    it('does not read into another’s private chat', async () => {
      const theirs = server.gateway.privateChat('hefang');
      expect(await say({ in: theirs })).toMatchObject({ status: 400, body: { problem: '这个人不在这个群里。' } });
    });

    it('is refused when it is no JSON, or far too long', async () => {
      for (const body of ['{', JSON.stringify({ text: '字'.repeat(40_000) })])
        expect(await send('POST', '/chat/api/say', { headers: asPage(), body })).toMatchObject({
          status: 400,
          body: { problem: '请求的内容不对，请刷新页面再试。' },
        });
    });
  });

  describe('pressing a button', () => {
    const showCard = () =>
      server.gateway.world.show({
        conversationId: district,
        from: { staffId: null, robotCode: 'dingwirerobot', name: '督办助手' },
        title: '提醒',
        markdown: '**提醒**',
        text: '**提醒**',
        buttons: [{ label: '本周', say: '@督办助手 我局本周任务', url: null }],
        quotedId: null,
        providerKey: 'key',
        mentions: [],
        pushedTo: null,
      });

    it('says its words as the presser', async () => {
      const { id } = showCard();
      const { body } = await act('press', { from: 'hefang', messageId: id, button: 0 });
      expect(body.message).toMatchObject({ from: { staffId: 'hefang' }, text: '@督办助手 我局本周任务' });
    });

    it.each([
      ['这张卡片没有这个按钮。', { button: 1 }],
      ['这个人不在这个群里。', { from: 'passerby' }],
      ['这条消息已经不在了。', { messageId: 'msgGone==' }],
      ['请求的内容不对，请刷新页面再试。', { button: -1 }],
    ])('is refused: %s', async (problem, changes) => {
      const { id } = showCard();
      const refused = await act('press', { from: 'wanglei', messageId: id, button: 0, ...changes });
      expect(refused).toMatchObject({ status: 400, body: { problem } });
    });
  });

  describe('turning the clock', () => {
    it('goes to the morning, tells the bot, and offers the next one', async () => {
      const { body } = await act('clock', { to: '2023-06-26T08:30:00+08:00' });
      expect(server.turns).toHaveLength(1);
      expect([civilDateOf(server.clock.now()), wallTimeOf(server.clock.now())]).toEqual(['2023-06-26', '08:30']);
      expect(body.mornings).toEqual({ today: null, nextWorkday: '2023-06-27T00:30:00.000Z' });
    });

    it('offers Monday on a Friday', async () => {
      const { body } = await act('clock', { to: '2023-06-30T09:00:00+08:00' });
      expect(body.mornings).toEqual({ today: null, nextWorkday: '2023-07-03T00:30:00.000Z' });
    });

    it.each([
      ['2023-06-26T08:24:00+08:00', /^时钟只能往后转/],
      ['2024-06-27T00:00:00+08:00', /^一次最多往后转一年。$/],
      ['明天', /^请选择日期和时间。$/],
      ['2023-06-27T08:30:00', /^请选择日期和时间。$/],
    ])('not to %s', async (to, problem) => {
      const refused = await act('clock', { to });
      expect(refused).toMatchObject({ status: 400, body: { problem: expect.stringMatching(problem) } });
      expect(server.turns).toEqual([]);
      expect(civilDateOf(server.clock.now())).toBe('2023-06-26');
    });
  });

  describe('faults', () => {
    const none = { offline: false, sends: 'ok', delayMs: 0, acksDropped: false, quotaExhausted: false };

    it('are switched on exactly as chosen, and off again', async () => {
      const chosen = { ...none, offline: true, acksDropped: true, delayMs: 5 };
      expect((await act('faults', chosen)).body).toEqual({ connected: false, faults: chosen });
      const { faults } = server.gateway;
      expect([faults.takeOpenRefusal(), faults.acksDropped, faults.delayMs]).toEqual([503, true, 5]);
      await act('faults', none);
      expect([faults.takeOpenRefusal(), faults.acksDropped, faults.delayMs]).toEqual([null, false, 0]);
      expect((await send('GET', '/chat/api/state')).body.link.faults).toEqual(none);
    });

    it('are refused when unknown', async () => {
      expect((await act('faults', { ...none, sends: 'explode' })).status).toBe(400);
      expect((await act('faults', { ...none, delayMs: 3_600_000 })).status).toBe(400);
    });

    it('say why a message could not be delivered again', async () => {
      const { id } = (await say()).body.message as { id: string };
      expect(await act('again', { messageId: id })).toMatchObject({
        status: 400,
        body: { problem: expect.stringMatching(/^没有投递/) },
      });
    });
  });

  it('tells the whole state, with the sentences for each speaker', async () => {
    await say();
    const { body } = await send('GET', '/chat/api/state');
    expect(body).toMatchObject({
      robotName: '督办助手',
      link: { connected: false },
      clock: { mornings: { today: '2023-06-26T00:30:00.000Z' } },
      messages: [{ text: '@督办助手 我局本周任务' }],
      groups: [
        { id: district, title: '全区重点任务工作群', isNew: false },
        { id: fresh, title: '新建的工作群', isNew: true },
      ],
    });
    expect(body.speakers[0]).toMatchObject({
      staffId: 'wanglei',
      privateId: server.gateway.privateChat('wanglei'),
      suggestions: { usual: ['我局本周任务', '1完成80%，公章刻制已并联审批', '撤回'] },
    });
  });

  it('streams what happens to every open page, until it is closed', async () => {
    const response = await fetch(`${server.url}/chat/api/events`);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const readUntil = async (wanted: string): Promise<void> => {
      while (!text.includes(wanted)) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`ended before ${wanted}`);
        text += value;
      }
    };
    await readUntil('event: link');
    await say();
    await readUntil('@督办助手 我局本周任务');
    await act('clock', { to: '2023-06-26T08:30:00+08:00' });
    await readUntil('event: clock');
    const stopping = server.stop();
    await expect(readUntil('nothing more')).rejects.toThrow('ended before');
    await stopping;
    server = await startPageServer();
  });
});
