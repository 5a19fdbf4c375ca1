// Interactive cards on the wire: variables within their sizes, presses in every written form, calls as documented, answers in time.
import { DingtalkApi } from '../../src/channels/dingtalk/api';
import { BoundedHttp, usualLimits } from '../../src/channels/dingtalk/bounded-http';
import { cardParams, decodeCardCallback } from '../../src/channels/dingtalk/card';
import { CardApi } from '../../src/channels/dingtalk/card-api';
import { CardDoor } from '../../src/channels/dingtalk/card-door';
import { createLogger } from '../../src/logger';
import { type SendRequest } from '../../src/messages';
import { HttpStandIn, type Answer } from './http-stand-in';

const createPath = '/v1.0/card/instances/createAndDeliver';
const message = { title: '提醒', markdown: '第1项\n第2项', buttons: [{ label: '已完成', say: '第1项已完成' }] };

describe('the variables of a card', () => {
  it('are all there, empty where nothing is said', () => {
    expect(cardParams(message, '督办助手')).toEqual({
      title: '提醒', lastMessage: '提醒', text1: '第1项  \n第2项', text2: '', text3: '', text4: '', text5: '', text6: '',
      button1: '已完成', button2: '', button3: '', button4: '', button5: '',
    }); // prettier-ignore
  });

  it('hold a long text in whole lines, each within 1,000 bytes', () => {
    const lines = Array.from({ length: 60 }, (_, i) => `第${i}项 ${'推进'.repeat(10)}`);
    const params = cardParams({ ...message, markdown: lines.join('\n') }, '督办助手') ?? {};
    const texts = [1, 2, 3, 4, 5, 6].map(i => params[`text${i}`] ?? '');
    expect(texts.filter(Boolean).join('\n').split(/ *\n/)).toEqual(lines);
    for (const text of texts) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1_000);
  });

  it.each([
    ['is too long', Array.from({ length: 400 }, () => '推进'.repeat(10)).join('\n')],
    ['has a line beyond a variable', '长'.repeat(400)],
  ])('are none for a message that %s', (_, markdown) => {
    expect(cardParams({ ...message, markdown }, '督办助手')).toBeNull();
  });
});

describe('a press', () => {
  const at = new Date('2023-06-26T00:30:00Z');
  const data = (content: object, more: object = {}) =>
    JSON.stringify({
      type: 'actionCallback', outTrackId: 'key-1', corpId: 'dingx', userId: 'wanglei', userIdType: 1, spaceType: 'im',
      spaceId: 'cidx==', extension: '{}', content: JSON.stringify(content), value: JSON.stringify(content), ...more,
    }); // prettier-ignore
  const read = (text: string) => decodeCardCallback(text, { robotCode: 'robot', at });

  it.each([
    ['params inside', { cardPrivateData: { actionIds: ['node_1'], params: { button: '2' } } }],
    ['params beside', { cardPrivateData: { actionIds: ['node_1'] }, params: { button: 2 } }],
    ['the action’s id alone', { cardPrivateData: { actionIds: ['button2'], params: {} } }],
    ['no private data', { actionIds: ['2'] }],
  ])('with %s is read', (_, content) => {
    expect(read(data(content))).toEqual({
      channel: 'dingtalk', robotCode: 'robot', key: 'key-1', button: 1, staffId: 'wanglei', conversationId: 'cidx==',
      pressedAt: at.toISOString(),
    }); // prettier-ignore
  });

  it('by HTTP, with content alone, is read', () => {
    const content = JSON.stringify({ cardPrivateData: { actionIds: ['button1'], params: { button: '1' } } });
    const text = JSON.stringify({ type: 'actionCallback', outTrackId: 'k', corpId: 'd', userId: 'u', content });
    expect(read(text)).toMatchObject({ key: 'k', button: 0, staffId: 'u', conversationId: null });
  });

  it.each([
    ['button', data({ cardPrivateData: { actionIds: ['button9'] } })],
    ['button', data({ cardPrivateData: { actionIds: ['__proto__'], params: { button: '核销 1' } } })],
    ['userIdType', data({ cardPrivateData: { actionIds: ['1'] } }, { userIdType: 2 })],
    ['userId', data({ cardPrivateData: { actionIds: ['1'] } }, { userId: ' ' })],
    ['object', 'not json'],
  ])('without a usable %s is none', (broken, text) => {
    expect(read(text)).toEqual({ broken });
  });
});

describe('the calls', () => {
  let dingtalk: HttpStandIn;
  let http: BoundedHttp;
  beforeEach(async () => {
    dingtalk = await HttpStandIn.start();
    dingtalk.on('/v1.0/oauth2/accessToken', { body: { accessToken: 't', expireIn: 7200 } });
    http = new BoundedHttp({ ...usualLimits, totalMs: 300 });
  });
  afterEach(async () => {
    await http.close();
    await dingtalk.stop();
  });

  function door(): CardDoor {
    const { base } = dingtalk;
    const api = new DingtalkApi({
      clientId: 'a', clientSecret: 'b', robotCode: 'robot-1', apiBase: base, oapiBase: base, http,
    }); // prettier-ignore
    const cards = new CardApi({ api, templateId: 't-1.schema', robotCode: 'robot-1', byCallback: false });
    const logger = createLogger('silent');
    return new CardDoor({ api: cards, robotCode: 'robot-1', robotName: '督办助手', logger, now: () => new Date() });
  }
  const request: SendRequest = {
    key: 'key-1', recipient: { kind: 'group', conversationId: 'cid1==' }, message, quotable: true, replyUrl: null, mention: null,
    card: true,
  }; // prettier-ignore
  const send = (one: CardDoor) => one.send(request, new AbortController().signal);
  const delivered = (over: object = {}): Answer => ({
    body: {
      success: true,
      result: {
        outTrackId: 'key-1',
        deliverResults: [{ spaceType: 'IM_GROUP', success: true, carrierId: 'c-1', errorMsg: 'SYSTEM_ERROR', ...over }],
      },
    },
  });
  const refused = (status: number, code: string): Answer => ({ status, body: { code, requestid: 'R', message: code } });

  it('make and deliver a card to a group, and to a person', async () => {
    dingtalk.on(createPath, delivered());
    const one = door();
    expect(await send(one)).toEqual({ outcome: 'sent', providerKey: 'c-1', changeable: true });
    await one.send({ ...request, recipient: { kind: 'person', staffId: 'li' } }, new AbortController().signal);
    const [group, person] = dingtalk.askedAt(createPath).map(({ json }) => json as Record<string, unknown>);
    const space = {
      supportForward: false,
      lastMessageI18n: { ZH_CN: '提醒' },
      notification: { alertContent: '提醒', notificationOff: false },
    };
    const common = { cardTemplateId: 't-1.schema', outTrackId: 'key-1', callbackType: 'STREAM', userIdType: 1 };
    const cardData = { cardParamMap: cardParams(message, '督办助手') };
    expect(group).toEqual({
      ...common, cardData, openSpaceId: 'dtv1.card//IM_GROUP.cid1==', imGroupOpenSpaceModel: space,
      imGroupOpenDeliverModel: { robotCode: 'robot-1' },
    }); // prettier-ignore
    expect(person).toEqual({
      ...common, cardData, openSpaceId: 'dtv1.card//IM_ROBOT.li', imRobotOpenSpaceModel: space,
      imRobotOpenDeliverModel: { spaceType: 'IM_ROBOT', robotCode: 'robot-1' },
    }); // prettier-ignore
  });

  it('change a card by PUT, key by key', async () => {
    dingtalk.on('/v1.0/card/instances', { body: { success: true, result: true } });
    expect(await door().change({ key: 'key-1', message })).toMatchObject({ outcome: 'sent' });
    expect(dingtalk.askedAt('/v1.0/card/instances')[0]?.json).toEqual({
      outTrackId: 'key-1',
      cardData: { cardParamMap: cardParams(message, '督办助手') },
      cardUpdateOptions: { updateCardDataByKey: true, updatePrivateDataByKey: true },
      userIdType: 1,
    });
  });

  it.each<[string, Answer, object]>([
    ['is there already', refused(400, 'param.cardAlreadyExist'), { outcome: 'sent', providerKey: 'key-1' }],
    ['has no carrier id', delivered({ carrierId: undefined }), { outcome: 'sent', providerKey: 'key-1' }],
    ['was not delivered', delivered({ success: false }), { outcome: 'not_sent', retryAfterMs: 0 }],
    ['is of no template', refused(400, 'param.templateNotExist'), { outcome: 'not_sent', retryAfterMs: 0 }],
    ['is too much at once', refused(403, 'Forbidden.AccessDenied.QpsLimitForApi'), { outcome: 'not_sent', retryAfterMs: 1_000 }],
    ['met a busy system', refused(500, 'system.busy'), { outcome: 'unknown', repeatable: true }],
    ['got no answer', 'hang', { outcome: 'unknown', repeatable: true }],
    ['got half an answer', 'half', { outcome: 'unknown', repeatable: true }],
  ])('a card that %s', async (_, answer, result) => {
    dingtalk.on(createPath, answer);
    expect(await send(door())).toMatchObject(result);
  }); // prettier-ignore

  it('a template that is missing rests every card; another fault only its own', async () => {
    dingtalk.on(createPath, refused(400, 'param.contentUnsafe'));
    const one = door();
    await send(one);
    expect([one.takes(request), one.takes({ ...request, key: 'key-2' })]).toEqual([false, true]);
    expect(one.notes()).toEqual([]);
    dingtalk.on(createPath, refused(400, 'param.templateUnpublished'));
    await one.send({ ...request, key: 'key-2' }, new AbortController().signal);
    expect(one.takes({ ...request, key: 'key-3' })).toBe(false);
    expect(one.notes().join()).toContain('param.templateUnpublished');
  });

  it('a press that is stored too slowly is answered in time all the same', async () => {
    const content = JSON.stringify({ cardPrivateData: { actionIds: ['button1'] } });
    const press = JSON.stringify({ outTrackId: 'k', userId: 'u', content });
    const began = performance.now();
    expect(await door().answer(press, '1', () => new Promise(() => undefined))).toEqual({});
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(await door().answer(press, '1', () => Promise.resolve('已收到'))).toEqual({
      cardUpdateOptions: { updateCardDataByKey: true, updatePrivateDataByKey: true },
      userPrivateData: { cardParamMap: { note: '已收到' } },
    });
    expect(await door().answer('broken', '1', () => Promise.resolve('x'))).toEqual({});
  });
});
