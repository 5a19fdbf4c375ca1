// What DingTalk was seen to send and to expect: DUBAN_RECORDED_PAYLOADS names the folder of such recordings, where one is at hand.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DingtalkApi } from '../../src/channels/dingtalk/api';
import { BoundedHttp, usualLimits } from '../../src/channels/dingtalk/bounded-http';
import { cardParams, decodeCardCallback } from '../../src/channels/dingtalk/card';
import { CardApi } from '../../src/channels/dingtalk/card-api';
import { decodeRobotMessage } from '../../src/channels/dingtalk/codec';
import { encodeMessage, encodeWebhookBody } from '../../src/channels/dingtalk/message-encoding';
import { MediaApi } from '../../src/channels/dingtalk/media-api';
import { peopleChanged } from '../../src/channels/dingtalk/people-events';
import { readAnswer } from '../../src/channels/dingtalk/send-outcome';
import { readFrame } from '../../src/channels/dingtalk/stream-frame';
import { type IncomingMessage } from '../../src/messages';
import { HttpStandIn } from './http-stand-in';
import { payload, payloadNames } from './payloads';
import { shapeOf } from './payload-shape';
import { openPath } from './stand-in';
import { StreamBench } from './stream-bench';

const folder = process.env.DUBAN_RECORDED_PAYLOADS ?? '';
const given = folder !== '' && existsSync(folder);
const names = given ? readdirSync(folder).filter(file => file.endsWith('.json')) : [];

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- recordings are of any shape
type Json = any;

/** Rows for `each`, which takes no empty table even where it is skipped. */
const rows = <T>(found: T[], none: T): T[] => (given ? found : [none]);

const recorded = (name: string): Json => JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));

/** Corps are masked in several ways, which must not make one corp two. */
function withoutMaskedCorps(data: Json): Json {
  const masked = [data.senderCorpId, data.chatbotCorpId].some(corp => typeof corp === 'string' && corp.includes('*'));
  return masked ? { ...data, senderCorpId: 'dingmasked', chatbotCorpId: 'dingmasked' } : data;
}

/** The robot messages of a recording; what it left out of the envelope is filled in. */
function messagesOf(name: string): { title: string; data: Json }[] {
  const envelope = { msgId: 'msgRecorded==', conversationId: 'cidRecorded==', conversationType: '2' };
  const found: Json[] = [recorded(name)].flat();
  return found.map((one, i) => {
    const title = found.length === 1 ? name : `${name} ${i + 1}`;
    const data = typeof one.data === 'string' ? JSON.parse(one.data as string) : (one.data ?? one.callback ?? one);
    if (data.msgType === undefined) return { title, data: { ...envelope, ...withoutMaskedCorps(data) } };
    return {
      title,
      data: { ...envelope, msgtype: 'text', text: { content: '？', isReplyMsg: true, repliedMsg: data } },
    };
  });
}

const robotMessages = names
  .map(file => file.replace(/\.json$/, ''))
  .filter(name => /^(inbound|quoted|stream-callback-bot)-/.test(name))
  .flatMap(messagesOf);

function decode(data: Json): IncomingMessage {
  const message = decodeRobotMessage(data, { robotCode: 'robot', robotName: '督办助手', receivedAt: new Date(0) });
  if ('broken' in message) throw new Error(message.broken);
  return message;
}

const group = { group: true, robotName: '督办助手' };
const message = (buttons: number) => ({
  title: '本周任务',
  markdown: '第1项',
  buttons: Array.from({ length: buttons }, (_, i) => ({ label: `按钮${i + 1}`, say: '更多' })),
});

(given ? describe : describe.skip)('recorded robot messages', () => {
  it('are there', () => {
    expect(robotMessages.length).toBeGreaterThan(20);
  });

  it.each(rows(robotMessages, { title: 'none', data: {} }))('$title is read', ({ title, data }) => {
    const read = decode(data);
    const expectedKinds: Record<string, string> = { picture: 'picture', audio: 'audio', video: 'file', file: 'file' };
    const kind =
      data.msgtype === 'richText' ? 'text' : (expectedKinds[data.msgtype as string] ?? data.msgtype ?? 'other');
    expect(read.kind).toBe(kind === 'unknownMsgType' ? 'other' : kind);
    expect(read.conversation.kind).toBe(data.conversationType === '1' ? 'private' : 'group');
    expect(read.sender.staffId).toBe(data.senderStaffId ?? null);
    expect(read.quoted === null).toBe(!title.startsWith('quoted-'));
    const said: string | undefined = data.text?.content ?? data.content?.recognition;
    if (said !== undefined) expect(read.text).toBe(said.trim());
    if (data.content?.downloadCode)
      expect(read.attachments).toMatchObject([{ downloadCode: data.content.downloadCode }]);
  });

  it('have no shape that our own payloads do not have', () => {
    const ours = new Set(payloadNames.flatMap(name => shapeOf(payload(name))));
    expect(robotMessages.flatMap(({ data }) => shapeOf(data)).filter(shape => !ours.has(shape))).toEqual([]);
  });

  it('say what they quote, where they tell', () => {
    const quoted = (title: string) => decode(robotMessages.find(one => one.title.startsWith(title))?.data).quoted;
    expect(quoted('quoted-bot-card-with-link.group')?.text).toMatch(/^DingTalk quote test\n[^]*https:\/\/example\.com/);
    expect(quoted('quoted-bot-card-with-link.group')?.text).not.toContain('sanitized');
    expect(quoted('quoted-bot-card.nested')).toMatchObject({ messageId: 'selected-bot-message' });
    expect(quoted('quoted-bot-card.metadata')?.text).toBeNull();
    expect(quoted('quoted-text.opaque')?.text).toBeNull();
    expect(quoted('quoted-chatRecord')?.text).toContain('用户乙');
  });
});

(given ? describe : describe.skip)('recorded frames', () => {
  const frames = names.filter(name => /^stream-(?!ack)/.test(name) && name.includes('frame'));

  it.each(rows(frames, 'none'))('%s is read', name => {
    const whole = readFileSync(join(folder, name), 'utf8');
    const frame = readFrame(whole);
    const raw = JSON.parse(whole);
    expect(frame).toMatchObject({ type: raw.type, headers: raw.headers ?? raw.header, data: raw.data });
  });

  const bench = new StreamBench();
  beforeEach(() => bench.open());
  afterEach(() => bench.close());

  it('are answered in the recorded form, and the connection is asked for in it', async () => {
    await bench.connect();
    const wire = await bench.gateway.wire(1);
    for (const [answer, frame] of [
      ['stream-ack-ping', wire.frame('SYSTEM', 'ping', { opaque: '123-dsfs' })],
      ['stream-ack-bot-callback', wire.message('x')],
      ['stream-ack-event', wire.frame('EVENT', '*', {}, { eventType: 'user_add_org', eventId: 'e-1' })],
    ] as const) {
      const [ours, theirs] = [await wire.ack(frame), recorded(answer)];
      expect(shapeOf(ours)).toEqual(expect.arrayContaining(shapeOf(theirs)));
      expect(Object.keys(JSON.parse(theirs.data as string) as object)).toEqual(
        expect.arrayContaining(Object.keys(JSON.parse(ours.data) as object)),
      );
    }
    const asked = shapeOf(bench.gateway.http.askedAt(openPath)[0]!.json);
    expect(shapeOf(recorded('gateway-open.request'))).toEqual(
      expect.arrayContaining(asked.filter(at => !at.includes('type='))),
    );
  });
});

(given ? describe : describe.skip)('recorded requests and answers', () => {
  let dingtalk: HttpStandIn;
  let http: BoundedHttp;
  beforeEach(async () => {
    dingtalk = await HttpStandIn.start();
    http = new BoundedHttp(usualLimits);
  });
  afterEach(async () => {
    await http.close();
    await dingtalk.stop();
  });
  const api = () =>
    new DingtalkApi({ clientId: 'a', clientSecret: 'b', robotCode: 'c', apiBase: dingtalk.base, oapiBase: dingtalk.base, http }); // prettier-ignore
  const play = (name: string) => {
    const { request, response } = recorded(name) as { request: { path: string; body: Json }; response: Json };
    dingtalk.on(request.path, response as { status: number; body: Json });
    return request;
  };

  it.each([0, 1, 2, 3, 4, 5])('a message with %i buttons has the recorded parameters', count => {
    const { msgKey, msgParam } = encodeMessage(message(count), group);
    expect(shapeOf(JSON.parse(msgParam))).toEqual(shapeOf(recorded('openapi-msgKey-params')[msgKey]));
  });

  it.each([
    [
      'openapi-robot-groupMessages-send',
      (one: DingtalkApi) => one.sendToGroup('cid', encodeMessage(message(0), group)),
    ],
    [
      'openapi-robot-oToMessages-batchSend',
      (one: DingtalkApi) => one.sendToPerson('li', encodeMessage(message(0), group)),
    ],
  ])('%s: token and send are asked for as recorded, and the key is read', async (name, send) => {
    const token = play('openapi-oauth2-accessToken');
    const request = play(name);
    expect(await send(api())).toEqual({ outcome: 'sent', providerKey: recorded(name).response.body.processQueryKey });
    expect(shapeOf(dingtalk.askedAt(token.path)[0]!.json)).toEqual(shapeOf(token.body));
    const { coolAppCode: _leftOut, ...body } = request.body;
    expect(shapeOf(dingtalk.askedAt(request.path)[0]!.json).sort()).toEqual(shapeOf(body).sort());
  });

  const cardRequest = { title: 't', markdown: 'x', buttons: [{ label: '核销', say: '核销 1' }] };
  const cardApi = () => new CardApi({ api: api(), templateId: 't', robotCode: 'c', byCallback: false });
  const paramsOf = () => cardParams(cardRequest, 'r') ?? {};
  /** Maps have keys of our own choosing. */
  const withoutMaps = (shape: string[]) => shape.filter(at => !/cardParamMap|lastMessageI18n/.test(at));

  it('a card is made with recorded fields only, and its carrier read', async () => {
    play('openapi-oauth2-accessToken');
    const request = play('openapi-card-createAndDeliver');
    const [delivered] = recorded('openapi-card-createAndDeliver').response.body.result.deliverResults;
    for (const to of [
      { kind: 'group' as const, conversationId: 'cid' },
      { kind: 'person' as const, staffId: 'li' },
    ])
      expect(await cardApi().send('k', to, paramsOf())).toEqual({ outcome: 'sent', providerKey: delivered.carrierId });
    for (const { json } of dingtalk.askedAt(request.path))
      expect(withoutMaps(shapeOf(request.body))).toEqual(
        expect.arrayContaining(withoutMaps(shapeOf(json)).filter(at => at !== 'callbackRouteKey:string')),
      );
  });

  it('a card is changed, and the callback address told, with recorded fields only', async () => {
    play('openapi-oauth2-accessToken');
    const change = play('openapi-card-instances-update');
    expect(await cardApi().change('k', paramsOf())).toMatchObject({ outcome: 'sent' });
    expect(withoutMaps(shapeOf(change.body))).toEqual(
      expect.arrayContaining(withoutMaps(shapeOf(dingtalk.askedAt(change.path)[0]?.json))),
    );
    const register = play('openapi-card-callbacks-register');
    expect(await cardApi().register('https://example.com', 's')).toBeNull();
    expect(shapeOf(dingtalk.askedAt(register.path)[0]?.json).sort()).toEqual(shapeOf(register.body).sort());
  });

  it.each(['stream-card-callback.frame', 'card-callback.http-mode'])('%s is read as a press', name => {
    const raw = recorded(name);
    const data = (typeof raw.data === 'string' ? JSON.parse(raw.data as string) : raw) as Record<string, string>;
    const content = JSON.parse(data.content ?? '') as { cardPrivateData: { params: object } };
    // The recorded card is another's, its button has no number of ours.
    content.cardPrivateData.params = { button: '1' };
    const press = decodeCardCallback(
      { ...data, content: JSON.stringify(content) },
      { robotCode: 'r', at: new Date(0) },
    );
    expect(press).toMatchObject({ key: data.outTrackId, staffId: data.userId, button: 0 });
  });

  it.each<[string, 'group' | 'person']>([
    ['openapi-robot-groupMessages-recall', 'group'],
    ['openapi-robot-otoMessages-batchRecall', 'person'],
  ])('%s is asked for as recorded', async (name, kind) => {
    play('openapi-oauth2-accessToken');
    const { path, body } = play(name);
    const to = kind === 'group' ? { kind, conversationId: 'cid' } : { kind, staffId: 'li' };
    const keys = body.processQueryKeys as string[];
    const answer = await new MediaApi(api(), 'c').recall(to, keys);
    expect(answer.recalled).toEqual(recorded(name).response.body.successResult ?? []);
    expect(shapeOf(dingtalk.askedAt(path)[0]?.json).sort()).toEqual(shapeOf(body).sort());
  });

  it('an upload’s recorded answer gives the id', async () => {
    play('openapi-oauth2-accessToken');
    dingtalk.on('/media/upload', { body: recorded('oapi-media-upload.response') });
    const file = { kind: 'picture' as const, name: 'a.png', bytes: Buffer.from('x') };
    expect(await new MediaApi(api(), 'c').upload(file)).toEqual({
      mediaId: recorded('oapi-media-upload.response').media_id,
    });
  });

  it.each(['stream-event-user_add_org.frame', 'stream-event-user_add_org.header-key-variant.frame'])(
    '%s names whom it concerns',
    name => {
      const frame = readFrame(readFileSync(join(folder, `${name}.json`), 'utf8')) as Json;
      const type = frame.headers.eventType as string;
      expect(peopleChanged(type, frame.data as string)).toEqual(JSON.parse(frame.data as string).userId);
    },
  );

  it('a webhook body has the recorded fields', () => {
    const bodies = (recorded('webhook-reply-bodies') as Json[]).map(body => shapeOf(body).sort());
    const ours = [0, 2].map(count => JSON.parse(encodeWebhookBody(message(count), { ...group, mention: 'user123' })));
    ours[0].at.atMobiles = ['150XXXXXXXX'];
    for (const body of ours) expect(bodies).toContainEqual(shapeOf(body).sort());
  });

  it.each([
    ['oapi-user-get.real.response', { departmentIds: [1] }],
    ['oapi-user-get.doc-stringly.response', { departmentIds: [2, 3, 4] }],
    ['oapi-user-get.error-60121', null],
  ])('%s is read as a person', async (name, person) => {
    play('openapi-oauth2-accessToken');
    dingtalk.on('/topapi/v2/user/get', { body: recorded(name) });
    const found = await api().getUser('someone');
    if (person === null) expect(found).toBeNull();
    else expect(found).toMatchObject(person);
  });

  it.each([
    ['webhook-reply.error-300001', 200, 'webhook_gone'],
    ['webhook-robot-send.error-130101', 200, 'throttled'],
    ['webhook-robot-send.error-460101', 200, 'rejected'],
    ['error-ip-ban-1111', 200, 'banned'],
    ['error-403-permission.real', 403, 'permission'],
    ['gateway-open.error-401', 401, 'stale_token'],
  ])('%s means %i %s', (name, status, refusal) => {
    const bodies: Json[] = [recorded(name)].flat();
    for (const one of bodies) {
      const body = JSON.stringify(one.body ?? one);
      const read = readAnswer({ kind: 'answered', status, contentType: 'application/json', retryAfter: null, body });
      expect(read).toMatchObject({ failed: { outcome: 'not_sent', refusal } });
    }
  });
});
