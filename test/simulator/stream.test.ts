// The local DingTalk's Stream side, as the official SDK meets it: opening, tickets, frames, acknowledgements, delivery again.
import { WebSocket } from 'ws';
import { once } from 'node:events';
import { TurnedClock } from '../../src/clock';
import { startGateway, type Gateway } from '../../src/simulator/dingtalk-gateway';
import { openConnection, robot, SdkRobot, type Json } from './sdk-robot';

const group = 'cidWire==';
const redeliverAfterMs = 60;

describe('the Stream connection of the local DingTalk', () => {
  let gateway: Gateway;
  let clock: TurnedClock;
  const robots: SdkRobot[] = [];

  beforeAll(() => {
    // The SDK prints "connect success" whatever it is told.
    jest.spyOn(console, 'info').mockImplementation(() => undefined);
  });
  afterAll(() => {
    jest.restoreAllMocks();
  });
  beforeEach(async () => {
    clock = new TurnedClock(new Date('2023-06-26T08:25:00+08:00'));
    gateway = await startGateway({
      clock,
      apps: [robot],
      people: [
        { staffId: 'wanglei', name: '王磊' },
        { staffId: 'hefang', name: '何芳' },
      ],
      groups: [{ conversationId: group, title: '工作群', members: ['wanglei', 'hefang'] }],
      times: { redeliverAfterMs, redeliveries: 2 },
    });
  });
  afterEach(async () => {
    for (const joined of robots.splice(0)) joined.disconnect();
    await gateway.stop();
  });

  async function joinRobot(): Promise<SdkRobot> {
    const joined = new SdkRobot(gateway);
    robots.push(joined);
    await joined.join();
    return joined;
  }

  /** How the platform answers the upgrade of a socket: 101, or the refusal's status. */
  async function upgrade(url: string): Promise<number> {
    const socket = new WebSocket(url);
    socket.on('error', () => undefined);
    return Promise.race([
      once(socket, 'open').then(() => {
        socket.terminate();
        return 101;
      }),
      once(socket, 'unexpected-response').then(([, response]) => (response as { statusCode: number }).statusCode),
    ]);
  }

  const urlOf = ({ body }: { body: Json }): string => `${body.endpoint as string}?ticket=${body.ticket as string}`;

  it('opens for the right secret only, and speaks XML to whoever does not ask for JSON', async () => {
    const refused = await openConnection(gateway, { clientSecret: 'wrong' });
    expect(refused).toMatchObject({ status: 401, body: { code: 'authFailed', message: '鉴权失败' } });
    const opened = await openConnection(gateway);
    expect(opened).toMatchObject({ status: 200, body: { endpoint: `ws://127.0.0.1:${gateway.port}/connect` } });
    const xml = await openConnection(gateway, {}, { accept: '*/*' });
    expect(xml.text).toMatch(/^<OpenConnectionResponse><endpoint>ws:.*<ticket>.+<\/ticket>/);
  });

  it('takes a ticket once, and not after ninety seconds', async () => {
    const url = urlOf(await openConnection(gateway));
    expect([await upgrade(url), await upgrade(url)]).toEqual([101, 401]);
    const late = urlOf(await openConnection(gateway));
    clock.turnTo(new Date(clock.now().getTime() + 91_000));
    expect(await upgrade(late)).toBe(401);
    expect(await upgrade(`ws://127.0.0.1:${gateway.port}/connect?ticket=made-up`)).toBe(401);
  });

  it('pushes what @-s the robot, and what is said to it in private, in DingTalk’s shape', async () => {
    const sdk = await joinRobot();
    gateway.say({ from: 'wanglei', in: group, text: '大家好' });
    const said = gateway.say({ from: 'wanglei', in: group, text: '我局本周任务', at: true });
    const { headers, data } = await sdk.frame(0);
    expect(headers).toMatchObject({ topic: '/v1.0/im/bot/messages/get', appId: robot.clientId });
    expect(data).toMatchObject({
      conversationId: group,
      conversationType: '2',
      conversationTitle: '工作群',
      isInAtList: true,
      msgId: said.id,
      createAt: Date.parse(said.at),
      senderStaffId: 'wanglei',
      senderNick: '王磊',
      robotCode: robot.robotCode,
      msgtype: 'text',
      text: { content: ' 我局本周任务' },
    });
    expect(said).toMatchObject({ text: '@督办助手 我局本周任务', pushedTo: robot.robotCode });

    gateway.say({ from: 'hefang', in: 'private', text: '全区完成情况' });
    expect((await sdk.frame(1)).data).toMatchObject({
      conversationType: '1',
      senderStaffId: 'hefang',
      text: { content: '全区完成情况' },
    });
    expect(sdk.frames).toHaveLength(2);
  });

  it('tells no staff id of a person outside the organisation', async () => {
    const sdk = await joinRobot();
    gateway.say({ from: { nick: '外单位的人' }, in: group, text: '第38项', at: true });
    const { data } = await sdk.frame(0);
    expect(data).toMatchObject({ senderNick: '外单位的人' });
    expect(data).not.toHaveProperty('senderStaffId');
  });

  it('notes the acknowledgement, and does not deliver again what was acknowledged', async () => {
    const sdk = await joinRobot();
    const acknowledged = gateway.waitForEvent(event => (event.kind === 'acknowledged' ? event : null));
    const said = gateway.say({ from: 'wanglei', in: group, text: '撤回', at: true });
    expect(await acknowledged).toMatchObject({
      delivery: { messageId: said.id, acknowledgedWith: 200 },
      data: { response: { heard: true } },
    });
    sdk.acknowledges = false;
    const other = gateway.say({ from: 'wanglei', in: group, text: '更多', at: true });
    // The one without acknowledgement comes three times; by then the other would have come again as well.
    expect((await sdk.frame(3)).data.msgId).toBe(other.id);
    expect(gateway.deliveriesOf(said.id)).toHaveLength(1);
  });

  it('delivers again with the same msgId in another frame, and then gives it up', async () => {
    const sdk = await joinRobot();
    sdk.acknowledges = false;
    const said = gateway.say({ from: 'wanglei', in: group, text: '1完成80%', at: true });
    const frames = [await sdk.frame(0), await sdk.frame(1), await sdk.frame(2)];
    expect(frames.map(frame => frame.data.msgId)).toEqual([said.id, said.id, said.id]);
    expect(new Set(frames.map(frame => frame.headers.messageId)).size).toBe(3);
    // A message said now runs through all its turns: the first one has had its own.
    const later = gateway.say({ from: 'wanglei', in: group, text: '2完成80%', at: true });
    expect((await sdk.frame(5)).data.msgId).toBe(later.id);
    expect(gateway.deliveriesOf(said.id)).toHaveLength(3);
  });

  it('delivers again although it was acknowledged while acknowledgements are lost', async () => {
    const sdk = await joinRobot();
    gateway.faults.dropAcks();
    const said = gateway.say({ from: 'wanglei', in: group, text: '1完成80%', at: true });
    expect((await sdk.frame(1)).data.msgId).toBe(said.id);
  });

  it('delivers once more by hand what was acknowledged', async () => {
    const sdk = await joinRobot();
    const said = gateway.say({ from: 'wanglei', in: group, text: '1完成80%', at: true });
    await sdk.frame(0);
    expect(gateway.deliverAgain(said.id)).toBe(true);
    expect((await sdk.frame(1)).data.msgId).toBe(said.id);
    expect(gateway.deliverAgain('msgNobodySaid==')).toBe(false);
  });

  it('has a message lost to the robot when no client is connected', async () => {
    const lost = gateway.waitForEvent(event => (event.kind === 'lost' ? event.messageId : null));
    const said = gateway.say({ from: 'wanglei', in: group, text: '1完成80%', at: true });
    expect(await lost).toBe(said.id);
    expect(said.pushedTo).toBeNull();
    expect(gateway.messagesIn(group)).toEqual([said]);
  });

  it('pushes nothing to a client that was told to go', async () => {
    const leaving = await joinRobot();
    gateway.disconnectAll(60_000);
    const staying = await joinRobot();
    for (let i = 0; i < 5; i++) gateway.say({ from: 'wanglei', in: group, text: `第${i}项`, at: true });
    await staying.frame(4);
    expect(leaving.frames).toHaveLength(0);
  });

  it('is answered when it pings, and can refuse to open', async () => {
    await joinRobot();
    const answered = gateway.waitForEvent(event => (event.kind === 'ping_answered' ? true : null));
    gateway.pingAll();
    expect(await answered).toBe(true);
    gateway.faults.refuseOpen(503, 1);
    expect((await openConnection(gateway)).status).toBe(503);
    expect((await openConnection(gateway)).status).toBe(200);
  });

  it('brings a message without words once the month’s quota is used up', async () => {
    const sdk = await joinRobot();
    gateway.faults.exhaustQuota();
    gateway.say({ from: 'wanglei', in: group, text: '我局本周任务', at: true });
    const { data } = await sdk.frame(0);
    expect(data).toMatchObject({ errorCode: 20001, msgtype: 'text', senderStaffId: 'wanglei' });
    expect(data).not.toHaveProperty('text');
  });
});
