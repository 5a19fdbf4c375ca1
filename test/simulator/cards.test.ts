// Interactive cards at the local DingTalk, by the plain calls a robot makes: each rule of the platform, and its faults.
import { TOPIC_CARD } from 'dingtalk-stream';
import { WebSocket } from 'ws';
import { systemClock } from '../../src/clock';
import { startGateway, type Gateway } from '../../src/simulator/dingtalk-gateway';
import { openConnection, post, robot, tokenOf, type Answer, type Json } from './sdk-robot';

const createPath = '/v1.0/card/instances/createAndDeliver';
let gateway: Gateway;
let headers: Record<string, string>;

beforeEach(async () => {
  gateway = await startGateway({
    clock: systemClock, apps: [{ ...robot, cardTemplateId: 't.schema' }], people: [{ staffId: 'li', name: '李娜' }],
    groups: [{ conversationId: 'cid1==', title: '群', members: ['li'] }],
  }); // prettier-ignore
  headers = { 'x-acs-dingtalk-access-token': await tokenOf(gateway) };
});
afterEach(() => gateway.stop());

const card = (over: object = {}) => ({
  cardTemplateId: 't.schema', outTrackId: 'k1', callbackType: 'STREAM', userIdType: 1,
  cardData: { cardParamMap: { title: '提醒', text1: '第1项', text2: '第2项', button1: '已完成', button2: '', button3: '延期' } },
  openSpaceId: 'dtv1.card//IM_GROUP.cid1==', imGroupOpenSpaceModel: { supportForward: false },
  imGroupOpenDeliverModel: { robotCode: robot.robotCode }, ...over,
}); // prettier-ignore
const send = (over: object = {}): Promise<Answer> => post(gateway, createPath, card(over), headers);

async function change(body: object): Promise<Json> {
  const url = `${gateway.baseUrl}/v1.0/card/instances`;
  const response = await fetch(url, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return response.json();
}

const shown = () => gateway.messagesIn('cid1==').at(-1);

it('shows a card once per key, in its template’s order, buttons without a label left out', async () => {
  const { status, body } = await send();
  expect(status).toBe(200);
  expect(body.result.deliverResults).toMatchObject([{ success: true, carrierId: shown()?.providerKey }]);
  expect(shown()).toMatchObject({ title: '提醒', markdown: '第1项\n第2项' });
  expect(shown()?.buttons.map(({ label, callback }) => [label, callback])).toEqual([['已完成', 1], ['延期', 3]]); // prettier-ignore
  expect((await send()).body.code).toBe('param.cardAlreadyExist');
  expect(gateway.messagesIn('cid1==')).toHaveLength(1);
});

it.each<[string, object]>([
  ['param.templateNotExist', { cardTemplateId: 'other' }],
  ['param.openSpaceIdInvalid', { openSpaceId: 'dtv1.card//IM_GROUP.cidother==' }],
  ['param.openSpaceIdInvalid', { openSpaceId: 'cid1==' }],
  ['param.openSpaceIdInvalid', { imGroupOpenDeliverModel: { robotCode: 'another' } }],
  ['param.userIdNotExist', { openSpaceId: 'dtv1.card//IM_ROBOT.nobody', imRobotOpenSpaceModel: {}, imRobotOpenDeliverModel: { spaceType: 'IM_ROBOT', robotCode: robot.robotCode } }],
  ['param.error', { cardData: { cardParamMap: { text1: 5 } } }],
  ['param.error', { cardData: { cardParamMap: { text1: '长'.repeat(400) } } }],
  ['param.error', { outTrackId: 'x'.repeat(101) }],
])('refuses with %s', async (code, over) => {
  expect((await send(over)).body.code).toBe(code);
  expect(gateway.messagesIn('cid1==')).toEqual([]);
}); // prettier-ignore

it('takes lower-case places too', async () => {
  expect((await send({ openSpaceId: 'dtv1.card//im_group.cid1==' })).status).toBe(200);
});

it('changes key by key, or everything at once; and knows no card it has not made', async () => {
  await send();
  await change({ outTrackId: 'k1', cardData: { cardParamMap: { text2: '✓' } }, cardUpdateOptions: { updateCardDataByKey: true } });
  expect(shown()).toMatchObject({ markdown: '第1项\n✓', title: '提醒' });
  await change({ outTrackId: 'k1', cardData: { cardParamMap: { text1: '只有这些' } } });
  expect(shown()).toMatchObject({ markdown: '只有这些', buttons: [] });
  expect(await change({ outTrackId: 'k2', cardData: { cardParamMap: {} } })).toMatchObject({ code: 'param.cardNotExist' });
}); // prettier-ignore

describe('a press', () => {
  /** A client that answers presses as told, connected. */
  async function client(answerAfterMs: number | null): Promise<Json[]> {
    const heard: Json[] = [];
    const { body } = await openConnection(gateway, { subscriptions: [{ type: 'CALLBACK', topic: TOPIC_CARD }] });
    const socket = new WebSocket(`${body.endpoint as string}?ticket=${body.ticket as string}`);
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString());
      if (frame.headers.topic !== TOPIC_CARD) return;
      heard.push(JSON.parse(frame.data as string));
      if (answerAfterMs === null) return;
      const response = {
        userPrivateData: { cardParamMap: { note: '好' } },
        cardData: { cardParamMap: { text1: '已办' } },
      };
      const ack = { code: 200, headers: { messageId: frame.headers.messageId }, data: JSON.stringify({ response }) };
      setTimeout(() => { socket.send(JSON.stringify(ack)); }, answerAfterMs); // prettier-ignore
    });
    await new Promise(resolve => socket.once('open', resolve));
    return heard;
  }

  it('calls the robot back with key, button and presser; the answer is seen at once', async () => {
    await send();
    const heard = await client(0);
    const message = shown();
    expect(await gateway.pressCard('li', message?.id ?? '', 1)).toMatchObject({ cardData: {} });
    expect(heard).toMatchObject([{ type: 'actionCallback', outTrackId: 'k1', userId: 'li', userIdType: 1, spaceId: 'cid1==' }]);
    expect(JSON.parse(heard[0].content as string)).toEqual({
      cardPrivateData: { actionIds: ['button3'], params: { button: '3' } },
    });
    expect(shown()).toMatchObject({ markdown: '已办\n第2项', card: { notes: { li: '好' } } });
  }); // prettier-ignore

  it('that is answered too late is as good as not answered', async () => {
    await send();
    await client(2_300);
    expect(await gateway.pressCard('li', shown()?.id ?? '', 0)).toBeNull();
    expect(shown()).toMatchObject({ markdown: '第1项\n第2项' });
  });

  it('with nobody connected reaches nobody', async () => {
    await send();
    expect(await gateway.pressCard('li', shown()?.id ?? '', 0)).toBeNull();
  });
});
