// Events of the organisation: sealed and signed by HTTP as DingTalk's own example is, over the Stream by the SDK; both refresh what is known of people.
import Router from '@koa/router';
import { addCardRoute, cardPath, cardSecretOf, cardSignature } from '../../src/channels/dingtalk/card-callback';
import { addEventRoute, eventPath } from '../../src/channels/dingtalk/event-callback';
import { eventSignature, openSealed, seal, type EventKeys } from '../../src/channels/dingtalk/event-crypto';
import { peopleChanged } from '../../src/channels/dingtalk/people-events';
import { createDingtalkChannel, type DingtalkOptions } from '../../src/channels/dingtalk/dingtalk-channel';
import { systemClock } from '../../src/clock';
import { createContactLookUp } from '../../src/conversation/contacts';
import { createLogger } from '../../src/logger';
import { startGateway, type Gateway } from '../../src/simulator/dingtalk-gateway';
import { startWebServer, type WebServer } from '../../src/web/server';

/** The published example of DingTalk's event encryption. */
const example = {
  keys: { token: 'tokenxxxx', aesKey: 'o1w0aum42yaptlz8alnhwikjd3jenzt9cb9wmzptgus' },
  timestamp: '1605695694141',
  nonce: 'WelUQl6bCqcBa2fM',
  encrypt: 'X1VSe9cTJUMZu60d3kyLYTrBq5578ZRJtteU94wG0Q4Uk6E/wQYeJRIC0/UFW5Wkya1Ihz9oXAdLlyC9TRaqsQ==',
  signature: 'f36f4ba5337d426c7d4bca0dbcb06b3ddc1388fc',
};

describe('the encryption', () => {
  it('signs and opens the published example', () => {
    const { keys, timestamp, nonce, encrypt, signature } = example;
    expect(eventSignature(keys.token, timestamp, nonce, encrypt)).toBe(signature);
    expect(openSealed(keys, encrypt)).toEqual({ message: 'success', owner: 'dingxxxxxx' });
  });

  it.each(['', 'success', '{"EventType":"user_leave_org","UserId":["李"]}', 'x'.repeat(5_000)])(
    'opens again what it has sealed (%#)',
    message => {
      const sealed = { message, owner: 'dingapp' };
      expect(openSealed(example.keys, seal(example.keys, sealed))).toEqual(sealed);
    },
  );

  it.each([
    ['another key', { ...example.keys, aesKey: 'A'.repeat(43) }, example.encrypt],
    ['a block missing', example.keys, example.encrypt.slice(0, 44)],
    ['no cipher text', example.keys, 'AAAA'],
    ['nothing', example.keys, ''],
  ])('opens nothing with %s', (_, keys, encrypt) => {
    expect(openSealed(keys, encrypt)).toBeNull();
  });
});

describe('whom an event concerns', () => {
  it.each<[string, string, string[] | null | undefined]>([
    ['user_leave_org', '{"userId":["a","b"]}', ['a', 'b']],
    ['user_modify_org', '{"UserId":["a"],"EventType":"user_modify_org"}', ['a']],
    ['user_modify_org', 'broken', null],
    ['org_dept_modify', '{"deptId":["7"]}', null],
    ['chat_update_title', '{"title":"x"}', undefined],
    ['constructor', '{}', undefined],
  ])('%s %s', (type, data, whom) => {
    expect(peopleChanged(type, data)).toEqual(whom);
  });
});

describe('over HTTP', () => {
  const keys: EventKeys = example.keys;
  let server: WebServer;
  let now = Date.now();
  let taken: string[];
  let logged: string;
  beforeEach(async () => {
    now = Date.now();
    taken = [];
    logged = '';
    const logger = createLogger('trace', line => (logged += line));
    const router = new Router();
    const wallNow = () => now;
    addEventRoute(router, {
      keys, owners: ['dingapp', 'dingcorp'], logger, wallNow,
      onEvent: (type, data) => taken.push(`${type} ${data}`),
    }); // prettier-ignore
    addCardRoute(router, {
      apiSecret: cardSecretOf('app-secret'), logger, wallNow,
      onCardCallback: data => Promise.resolve({ heard: data }),
    }); // prettier-ignore
    server = await startWebServer({ host: '127.0.0.1', port: 0, checks: {}, routers: [router], logger });
  });
  afterEach(async () => {
    await server.stop();
    for (const secret of [keys.token, keys.aesKey, 'app-secret', cardSecretOf('app-secret')])
      expect(logged).not.toContain(secret);
  });

  const push = async (message: string, over: { owner?: string; at?: number; keys?: EventKeys; name?: string } = {}) => {
    const used = over.keys ?? keys;
    const encrypt = seal(used, { message, owner: over.owner ?? 'dingapp' });
    const timestamp = String(over.at ?? now);
    const signature = eventSignature(used.token, timestamp, 'n1', encrypt);
    const query = new URLSearchParams({ [over.name ?? 'msg_signature']: signature, timestamp, nonce: 'n1' });
    return fetch(`${server.url}${eventPath}?${query.toString()}`, {
      method: 'POST',
      body: JSON.stringify({ encrypt }),
    });
  };

  it.each(['msg_signature', 'signature'])(
    'an event signed by %s is taken and answered with a sealed "success"',
    async name => {
      const message = '{"EventType":"user_leave_org","UserId":["a"]}';
      const answer = await push(message, { name });
      expect(answer.status).toBe(200);
      expect(taken).toEqual([`user_leave_org ${message}`]);
      const { msg_signature, encrypt, timeStamp, nonce } = (await answer.json()) as Record<string, string>;
      expect(msg_signature).toBe(eventSignature(keys.token, timeStamp ?? '', nonce ?? '', encrypt ?? ''));
      expect(openSealed(keys, encrypt ?? '')).toEqual({ message: 'success', owner: 'dingapp' });
    },
  );

  it('check_url is answered and no more; the organisation may be the owner', async () => {
    const answer = await push('{"EventType":"check_url"}', { owner: 'dingcorp' });
    expect([answer.status, taken]).toEqual([200, []]);
  });

  it.each<[string, Parameters<typeof push>[1]]>([
    ['sealed for another app', { owner: 'dingother' }],
    ['an hour and more old', { at: Date.now() - 3_700_000 }],
    ['signed with another token', { keys: { ...keys, token: 'other' } }],
    ['sealed with another key', { keys: { ...keys, aesKey: 'B'.repeat(43) } }],
  ])('refuses what is %s', async (_, over) => {
    expect((await push('{"EventType":"user_leave_org"}', over)).status).toBe(401);
    expect(taken).toEqual([]);
  });

  it('refuses what is too large, and what is no event', async () => {
    const at = `${server.url}${eventPath}?timestamp=${now}`;
    expect((await fetch(at, { method: 'POST', body: 'x'.repeat(300_000) })).status).toBe(413);
    expect((await fetch(at, { method: 'POST', body: '{}' })).status).toBe(400);
    expect((await fetch(at, { method: 'POST', body: '{"encrypt":"AAAA"}' })).status).toBe(401);
  });

  it('a press of a card is taken when it is signed, and else not', async () => {
    const timestamp = String(now);
    const send = (sign: string) =>
      fetch(`${server.url}${cardPath}`, {
        method: 'POST',
        headers: { 'x-ddpaas-signature-timestamp': timestamp, 'x-ddpaas-signature': sign },
        body: '{"outTrackId":"k"}',
      });
    const answer = await send(cardSignature(timestamp, cardSecretOf('app-secret')));
    expect([answer.status, await answer.json()]).toEqual([200, { heard: '{"outTrackId":"k"}' }]);
    for (const wrong of ['', cardSignature(timestamp, 'other'), cardSignature('1', cardSecretOf('app-secret'))])
      expect((await send(wrong)).status).toBe(401);
  });
});

describe('at the local DingTalk', () => {
  const app = { clientId: 'dingev', clientSecret: 'ev-secret', robotCode: 'dingev', robotName: '督办助手' };
  let gateway: Gateway;
  beforeEach(async () => {
    const people = [{ staffId: 'a', name: '张三', departments: ['区税务局'] }];
    gateway = await startGateway({ clock: systemClock, apps: [app], people, groups: [] });
  });
  afterEach(() => gateway.stop());

  const channel = (over: Partial<DingtalkOptions> = {}) =>
    createDingtalkChannel({
      ...app, apiBase: gateway.baseUrl, oapiBase: gateway.baseUrl, logger: createLogger('silent'), clock: systemClock, ...over,
    }); // prettier-ignore

  it('an event over the Stream has the next question ask the contacts anew, and is acknowledged', async () => {
    const made = channel();
    const lookUp = createContactLookUp(made.contacts);
    await made.start(() => Promise.resolve(), {
      onPeopleChanged: ids => {
        lookUp.forget(ids);
      },
    });
    const asked = () => gateway.calls('/topapi/v2/user/get').length;
    await lookUp('a');
    await lookUp('a');
    expect(asked()).toBe(1);
    expect(await gateway.pushEvent('user_modify_org', { timeStamp: '1', userId: ['someone else'] })).toMatchObject({
      status: 'SUCCESS',
    });
    await lookUp('a');
    expect(asked()).toBe(1);
    await gateway.pushEvent('user_modify_org', { timeStamp: '1', userId: ['a'] });
    await lookUp('a');
    expect(asked()).toBe(2);
    await gateway.pushEvent('org_dept_modify', { timeStamp: '1', deptId: [2] });
    expect(await lookUp('a')).toEqual({ name: '张三', departments: ['区税务局'] });
    expect(asked()).toBe(3);
    await made.stop();
  });

  it('by callback the platform is told where presses go; without an address there are no cards', async () => {
    const request = {
      key: 'k', recipient: { kind: 'person' as const, staffId: 'a' }, quotable: true, replyUrl: null, mention: null, card: true,
      message: { title: 't', markdown: 'x', buttons: [{ label: 'l', say: 's' }] },
    }; // prettier-ignore
    const byCall = { byCallback: true, cardTemplateId: 't.schema' };
    const addressless = channel(byCall);
    expect(addressless.putsOnCard?.(request)).toBe(false);
    await addressless.stop();
    const made = channel({ ...byCall, callbackUrl: 'https://duban.example.gov.cn' });
    await made.start(() => Promise.resolve());
    expect(made.putsOnCard?.(request)).toBe(true);
    expect(gateway.calls('/v1.0/card/callbacks/register').map(({ body }) => body)).toEqual([
      {
        callbackRouteKey: 'duban-bot',
        callbackUrl: `https://duban.example.gov.cn${cardPath}`,
        apiSecret: cardSecretOf('ev-secret'),
        forceUpdate: true,
      },
    ]);
    await made.stop();
  });

  it('when the platform does not take the address, messages go without cards and the operator is told', async () => {
    gateway.faults.denyRight('Card.Instance.Write');
    const made = channel({ byCallback: true, cardTemplateId: 't', callbackUrl: 'https://duban.example.gov.cn' });
    await made.start(() => Promise.resolve());
    expect(made.status().notes.join()).toContain('回调地址没有登记成功');
    await made.stop();
  });
});
