// The local DingTalk's HTTP side: tokens, group and one-to-one sends, session webhooks, contacts, and their faults.
import { TurnedClock } from '../../src/clock';
import { startGateway, type Gateway } from '../../src/simulator/dingtalk-gateway';
import { type ShownMessage } from '../../src/simulator/gateway-events';
import { post, robot, SdkRobot, tokenOf, type Answer } from './sdk-robot';

const group = 'cidWire==';
const groupSend = '/v1.0/robot/groupMessages/send';
const peopleSend = '/v1.0/robot/oToMessages/batchSend';
const otherRobot = { clientId: 'dingother', clientSecret: 'x', robotCode: 'dingotherrobot', robotName: '别的机器人' };

const card = {
  msgKey: 'sampleActionCard2',
  msgParam: JSON.stringify({
    title: '提醒',
    text: '**6月26日** 重点任务提醒',
    actionTitle1: '本周',
    actionURL1: `dtmd://dingtalkclient/sendMessage?content=${encodeURIComponent('@督办助手 我局本周任务')}`,
    actionTitle2: '查看',
    actionURL2: 'https://example.com/',
  }),
};

describe('the robot API of the local DingTalk', () => {
  let gateway: Gateway;
  let clock: TurnedClock;
  let sdk: SdkRobot;

  beforeAll(() => {
    jest.spyOn(console, 'info').mockImplementation(() => undefined);
  });
  afterAll(() => {
    jest.restoreAllMocks();
  });
  beforeEach(async () => {
    clock = new TurnedClock(new Date('2023-06-26T08:25:00+08:00'));
    gateway = await startGateway({
      clock,
      apps: [robot, otherRobot],
      people: [
        { staffId: 'wanglei', name: '王磊', title: '办公室副主任', departments: ['区市场监管局'] },
        { staffId: 'hefang', name: '何芳' },
      ],
      groups: [{ conversationId: group, title: '工作群', members: ['wanglei', 'hefang'] }],
    });
    sdk = new SdkRobot(gateway);
    await sdk.join();
  });
  afterEach(async () => {
    sdk.disconnect();
    await gateway.stop();
  });

  const lastIn = (conversationId: string): ShownMessage | undefined => gateway.messagesIn(conversationId).at(-1);
  const withToken = async (path: string, body: object): Promise<Answer> =>
    post(gateway, path, body, { 'x-acs-dingtalk-access-token': await tokenOf(gateway) });
  const sendToGroup = (changes: object = {}): Promise<Answer> =>
    withToken(groupSend, { openConversationId: group, robotCode: robot.robotCode, ...card, ...changes });

  /** The reply address of a message said now. */
  async function webhookOf(text: string): Promise<string> {
    const number = sdk.frames.length;
    gateway.say({ from: 'wanglei', in: group, text, at: true });
    return (await sdk.frame(number)).data.sessionWebhook as string;
  }

  describe('tokens', () => {
    it('gives the same one until it is expired, and none for a wrong secret', async () => {
      const token = await tokenOf(gateway);
      expect(await tokenOf(gateway)).toBe(token);
      const wrong = await post(gateway, '/v1.0/oauth2/accessToken', { appKey: robot.clientId, appSecret: 'wrong' });
      expect(wrong).toMatchObject({ status: 400, body: { code: 'invalidClientIdOrSecret' } });
      gateway.expireTokens();
      expect(await tokenOf(gateway)).not.toBe(token);
    });

    it('are asked for at every send, and outlive a turn of the clock', async () => {
      const body = { openConversationId: group, robotCode: robot.robotCode, ...card };
      const token = await tokenOf(gateway);
      clock.turnTo(new Date('2023-06-27T08:30:00+08:00'));
      expect((await post(gateway, groupSend, body, { 'x-acs-dingtalk-access-token': token })).status).toBe(200);
      gateway.expireTokens();
      const refused = await post(gateway, groupSend, body, { 'x-acs-dingtalk-access-token': token });
      expect(refused).toMatchObject({ status: 400, body: { code: 'InvalidAuthentication' } });
      expect(gateway.messagesIn(group)).toHaveLength(1);
    });
  });

  describe('a send to a group', () => {
    it('shows the card, and answers with the key by which a quote of it is known', async () => {
      const sent = await sendToGroup();
      const shown = lastIn(group)!;
      expect(shown).toMatchObject({
        from: { staffId: null, robotCode: robot.robotCode, name: '督办助手' },
        title: '提醒',
        markdown: '**6月26日** 重点任务提醒',
        providerKey: sent.body.processQueryKey,
        buttons: [
          { label: '本周', say: '@督办助手 我局本周任务', url: null },
          { label: '查看', say: null, url: 'https://example.com/' },
        ],
      });
      gateway.say({ from: 'wanglei', in: group, text: '完成80%', at: true, quote: shown.id });
      expect((await sdk.frame(0)).data).toMatchObject({
        originalMsgId: shown.id,
        originalProcessQueryKey: sent.body.processQueryKey,
        text: { isReplyMsg: true, repliedMsg: { msgId: shown.id, msgType: 'interactiveCard' } },
      });
    });

    it('makes whoever presses a button say its words, and nothing of a link', async () => {
      await sendToGroup();
      const shown = lastIn(group)!;
      const said = gateway.press('wanglei', shown.id, 0);
      expect(said).toMatchObject({ from: { staffId: 'wanglei' }, text: '@督办助手 我局本周任务' });
      expect((await sdk.frame(0)).data).toMatchObject({ senderStaffId: 'wanglei', text: { content: ' 我局本周任务' } });
      expect(gateway.press('wanglei', shown.id, 1)).toBeNull();
      expect(() => gateway.press('wanglei', shown.id, 2)).toThrow('has no button');
    });

    it.each([
      ['an unknown group', 'invalid.openConversationId', { openConversationId: 'cidNowhere==' }],
      ['no robotCode', 'invalidParameter.robotCode.empty', { robotCode: '' }],
      ['an unknown robotCode', 'invalidParameter.robotCode.notExsit', { robotCode: 'dingnobody' }],
      ['another app’s robotCode', 'invalidParameter.robotCode.auth', { robotCode: otherRobot.robotCode }],
      ['an unknown msgKey', 'invalidParameter.msgKey.invalid', { msgKey: 'sampleCard' }],
      ['a msgParam that is no string', 'invalidParameter.msgParam.invalid', { msgParam: { title: '提醒' } }],
      ['a msgParam without its text', 'invalidParameter.msgParam.invalid', { msgParam: '{"title":"提醒"}' }],
      [
        'a msgParam that is too long',
        'invalidParameter.msgParam.tooLong',
        { msgParam: JSON.stringify({ title: 'x', text: '字'.repeat(5000) }) },
      ],
    ])('is refused with %s', async (_what, code, changes) => {
      expect(await sendToGroup(changes)).toMatchObject({ status: 400, body: { code } });
      expect(gateway.messagesIn(group)).toEqual([]);
    });
  });

  describe('a send to people', () => {
    const toPeople = (userIds: string[]): Promise<Answer> =>
      withToken(peopleSend, { userIds, robotCode: robot.robotCode, ...card });

    it('shows it in each one’s private chat, and names those it does not know', async () => {
      const sent = await toPeople(['wanglei', 'hefang', 'nobody']);
      expect(sent).toMatchObject({ status: 200, body: { invalidStaffIdList: ['nobody'] } });
      for (const staffId of ['wanglei', 'hefang'])
        expect(lastIn(gateway.privateChat(staffId))).toMatchObject({ providerKey: sent.body.processQueryKey });
      expect(gateway.messagesIn(group)).toEqual([]);
    });

    it('takes twenty at most', async () => {
      const many = Array.from({ length: 21 }, (_, i) => `person${i}`);
      expect(await toPeople(many)).toMatchObject({
        status: 400,
        body: { code: 'invalidParameter.userIds.tooMany' },
      });
    });
  });

  describe('a session webhook', () => {
    const markdown = { title: '已记录', text: '@wanglei 已记录 1 项' };

    it('answers in its own conversation, with the name of whoever is @-ed', async () => {
      const url = await webhookOf('1完成80%');
      const answer = await post(gateway, url, { msgtype: 'markdown', markdown, at: { atUserIds: ['wanglei'] } });
      expect(answer.body).toEqual({ errcode: 0, errmsg: 'ok' });
      expect(lastIn(group)).toMatchObject({ markdown: '@王磊  已记录 1 项', mentions: ['wanglei'], providerKey: null });
    });

    it('ends ninety minutes after the message, by the turned clock', async () => {
      const url = await webhookOf('1完成80%');
      const begun = clock.now().getTime();
      const tell = (): Promise<Answer> => post(gateway, url, { msgtype: 'text', text: { content: '好' } });
      clock.turnTo(new Date(begun + 89 * 60_000));
      expect((await tell()).body).toMatchObject({ errcode: 0 });
      clock.turnTo(new Date(begun + 91 * 60_000));
      expect((await tell()).body).toMatchObject({ errcode: 300001 });
      expect(gateway.messagesIn(group).filter(message => message.text === '好')).toHaveLength(1);
    });

    it('refuses what is too long or no message, and an address nobody was given', async () => {
      const url = await webhookOf('1完成80%');
      const long = { msgtype: 'text', text: { content: '字'.repeat(7000) } };
      expect((await post(gateway, url, long)).body).toMatchObject({ errcode: 460101 });
      expect((await post(gateway, url, { msgtype: 'markdown' })).body).toMatchObject({ errcode: 40035 });
      const made = await post(gateway, '/robot/sendBySession?session=made-up', {
        msgtype: 'text',
        text: { content: 'x' },
      });
      expect(made.body).toMatchObject({ errcode: 300001 });
      gateway.faults.expireWebhooks();
      expect((await post(gateway, url, { msgtype: 'markdown', markdown })).body).toMatchObject({ errcode: 300001 });
    });
  });

  describe('faults of sending', () => {
    it.each([
      [503 as const, 503, 0],
      [403 as const, 403, 0],
      ['too-fast' as const, 403, 0],
      ['deliver-then-504' as const, 504, 1],
    ])('%s: answered with %i, shown %i times', async (fault, status, shown) => {
      gateway.faults.failSends(fault, 1);
      expect((await sendToGroup()).status).toBe(status);
      expect(gateway.messagesIn(group)).toHaveLength(shown);
      expect((await sendToGroup()).status).toBe(200);
    });

    it('speaks the webhook’s language when it is too fast there', async () => {
      const url = await webhookOf('1完成80%');
      gateway.faults.failSends('too-fast');
      const answer = await post(gateway, url, { msgtype: 'text', text: { content: '好' } });
      expect(answer).toMatchObject({ status: 200, body: { errcode: 130101 } });
    });
  });

  describe('the contacts', () => {
    const ask = async (path: string, body: object): Promise<Answer> => {
      const { access_token } = (await (
        await fetch(`${gateway.baseUrl}/gettoken?appkey=${robot.clientId}&appsecret=${robot.clientSecret}`)
      ).json()) as { access_token: string };
      return post(gateway, `${path}?access_token=${access_token}`, body);
    };

    it('knows a person, their department, and what is above it', async () => {
      const user = await ask('/topapi/v2/user/get', { userid: 'wanglei' });
      expect(user.body).toMatchObject({
        errcode: 0,
        result: { name: '王磊', title: '办公室副主任', userid: 'wanglei' },
      });
      const [id] = user.body.result.dept_id_list as number[];
      const department = await ask('/topapi/v2/department/get', { dept_id: id });
      expect(department.body).toMatchObject({
        errcode: 0,
        result: { dept_id: id, name: '区市场监管局', parent_id: 1 },
      });
      const parents = await ask('/topapi/v2/department/listparentbyuser', { userid: 'wanglei' });
      expect(parents.body.result.parent_list).toEqual([{ parent_dept_id_list: [id, 1] }]);
    });

    it('says in its errcode what it does not know', async () => {
      expect((await ask('/topapi/v2/user/get', { userid: 'nobody' })).body.errcode).toBe(60121);
      expect((await ask('/topapi/v2/user/get', {})).body.errcode).toBe(33012);
      expect((await ask('/topapi/v2/department/get', { dept_id: 99 })).body.errcode).toBe(60003);
      const unsigned = await post(gateway, '/topapi/v2/user/get?access_token=made-up', { userid: 'wanglei' });
      expect(unsigned.body.errcode).toBe(40014);
    });
  });

  it('has every call on record, and 404 for one there is not', async () => {
    expect((await post(gateway, '/v1.0/robot/nothing', {})).status).toBe(404);
    await sendToGroup();
    expect(gateway.calls(groupSend)).toEqual([
      expect.objectContaining({ method: 'POST', status: 200, body: expect.objectContaining({ msgKey: card.msgKey }) }),
    ]);
    expect(gateway.calls('/v1.0/robot/nothing')).toHaveLength(1);
  });

  it('quotes what an earlier run has shown', async () => {
    const sent = await sendToGroup();
    const shown = lastIn(group)!;
    const later = await startGateway({
      clock,
      apps: [robot],
      people: [{ staffId: 'wanglei', name: '王磊' }],
      groups: [{ conversationId: group, title: '工作群', members: ['wanglei'] }],
    });
    later.world.restore([shown]);
    const reader = new SdkRobot(later);
    try {
      await reader.join();
      later.say({ from: 'wanglei', in: group, text: '完成80%', at: true, quote: shown.id });
      expect((await reader.frame(0)).data.originalProcessQueryKey).toBe(sent.body.processQueryKey);
    } finally {
      reader.disconnect();
      await later.stop();
    }
  });
});
