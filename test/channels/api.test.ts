import { DingtalkApi } from '../../src/channels/dingtalk/api';
import { BoundedHttp, usualLimits } from '../../src/channels/dingtalk/bounded-http';
import { deadBase, HttpStandIn, type Answer } from './http-stand-in';

const message = { msgKey: 'sampleMarkdown', msgParam: '{"title":"t","text":"x"}' };
const groupSend = '/v1.0/robot/groupMessages/send';
const personSend = '/v1.0/robot/oToMessages/batchSend';
const tokenPath = '/v1.0/oauth2/accessToken';
const webhookPath = '/robot/sendBySession';

const html = { 'content-type': 'text/html' };
const forbidden = (code: string, extra: object = {}) => ({
  status: 403,
  body: { code, requestid: 'R-1', message: '没有调用该接口的权限', ...extra },
});

let dingtalk: HttpStandIn;
let http: BoundedHttp;

beforeEach(async () => {
  dingtalk = await HttpStandIn.start();
  let issued = 0;
  dingtalk.on(tokenPath, () => ({ body: { accessToken: `token-${++issued}`, expireIn: 7200 } }));
  http = new BoundedHttp(usualLimits);
});

afterEach(async () => {
  await http.close();
  await dingtalk.stop();
});

function api(over: { base?: string; http?: BoundedHttp } = {}): DingtalkApi {
  const base = over.base ?? dingtalk.base;
  return new DingtalkApi({
    clientId: 'app-1', clientSecret: 'secret-1', robotCode: 'robot-1', apiBase: base, oapiBase: base, http: over.http ?? http,
  }); // prettier-ignore
}

/** Limits for answers that never come. */
async function impatiently<T>(use: (http: BoundedHttp) => Promise<T>): Promise<T> {
  const impatient = new BoundedHttp({ ...usualLimits, totalMs: 150 });
  try {
    return await use(impatient);
  } finally {
    await impatient.close();
  }
}

const notSent = (refusal: string, retryAfterMs: number | null) => ({ outcome: 'not_sent', refusal, retryAfterMs });

describe('group send', () => {
  it('sends what DingTalk expects and gives its key back', async () => {
    dingtalk.on(groupSend, { body: { processQueryKey: 'key-1' } });
    expect(await api().sendToGroup('cid-1', message)).toEqual({ outcome: 'sent', providerKey: 'key-1' });
    const [asked] = dingtalk.askedAt(groupSend);
    expect(asked!.json).toEqual({ ...message, openConversationId: 'cid-1', robotCode: 'robot-1' });
    expect(asked!.headers).toMatchObject({
      'x-acs-dingtalk-access-token': 'token-1',
      accept: 'application/json',
      'content-type': 'application/json',
    });
    expect(dingtalk.askedAt(tokenPath)[0]!.json).toEqual({ appKey: 'app-1', appSecret: 'secret-1' });
  });

  const rows: [string, Answer, object][] = [
    ['QPS of app and API', forbidden('Forbidden.AccessDenied.QpsLimitForAppkeyAndApi'), notSent('throttled', 1_000)],
    ['QPS of the API', forbidden('Forbidden.AccessDenied.QpsLimitForApi'), notSent('throttled', 1_000)],
    [
      'QPS with a wait named',
      { ...forbidden('Forbidden.AccessDenied.QpsLimitForApi'), headers: { 'retry-after': '7' } },
      notSent('throttled', 7_000),
    ],
    ['monthly quota', forbidden('Forbidden.AccessDenied.ApiCountLimitForOrg'), notSent('quota', 3_600_000)],
    ['permission', forbidden('Forbidden.AccessDenied.AccessTokenPermissionDenied'), notSent('permission', null)],
    [
      'an address not on the white list',
      forbidden('Forbidden.AccessDenied.IpNotInWhiteList'),
      notSent('permission', null),
    ],
    ['429', { status: 429, body: '' }, notSent('throttled', 1_000)],
    [
      '429 with a wait beyond all reason',
      { status: 429, headers: { 'retry-after': '999999' } },
      notSent('throttled', 600_000),
    ],
    ['sending too fast', { status: 400, body: { code: 'send.too.fast' } }, notSent('throttled', 5_000)],
    ['sending too fast by token', { status: 400, body: { code: 'send.byToken.tooFast' } }, notSent('throttled', 5_000)],
    [
      'a wrong robot code',
      { status: 400, body: { code: 'invalidParameter.robotCode.auth' } },
      notSent('rejected', null),
    ],
    [
      'a message too long',
      { status: 400, body: { code: 'invalidParameter.msgParam.tooLong' } },
      notSent('rejected', null),
    ],
    ['a disbanded group', { status: 400, body: { code: 'group.disbanded' } }, notSent('rejected', null)],
    ['a stopped robot', { status: 400, body: { code: 'bot.stopped' } }, notSent('rejected', null)],
    ['refused content', { status: 400, body: { code: 'contain.notAllowed.text' } }, notSent('rejected', null)],
    ['a path that is not there', { status: 404, body: 'Not Found' }, notSent('rejected', null)],
    [
      'a path that is not there, as a page',
      { status: 404, body: '<!DOCTYPE html>', headers: html },
      notSent('rejected', null),
    ],
    [
      'a permanent redirect',
      { status: 308, headers: { location: 'https://evil.example/' } },
      notSent('rejected', null),
    ],
    [
      'a limit in the old gateway’s envelope',
      { body: { errcode: 88, sub_code: '90018' } },
      notSent('throttled', 1_000),
    ],
    ['a ban as JSON', { body: { status: 1111, wait: 5, source: 'x5', punish: 'deny' } }, notSent('banned', 300_000)],
    ['a ban as a page', { body: '<html>denied</html>', headers: html }, notSent('banned', 300_000)],
    [
      'a ban as a forbidden page',
      { status: 403, body: '<html>denied</html>', headers: html },
      notSent('banned', 300_000),
    ],
    ['500', { status: 500, body: {} }, { outcome: 'unknown' }],
    ['502 as a page', { status: 502, body: '<html>bad gateway</html>', headers: html }, { outcome: 'unknown' }],
    ['503', { status: 503, body: '' }, { outcome: 'unknown' }],
    ['504', { status: 504, body: { code: 'timeout' } }, { outcome: 'unknown' }],
    ['a busy system', { status: 500, body: { code: 'system.busy' } }, { outcome: 'unknown' }],
    ['an unknown send result', { status: 400, body: { code: 'unknown.send.result' } }, { outcome: 'unknown' }],
    ['an answer that is no JSON', { body: 'ok' }, { outcome: 'unknown' }],
    ['an empty answer', { body: '' }, { outcome: 'unknown' }],
    ['an answer without a key', { body: { success: true } }, { outcome: 'unknown' }],
    ['JSON that is no object', { body: '[1]' }, { outcome: 'unknown' }],
    ['an answer beyond a megabyte', { body: 'x'.repeat(1_100_000) }, { outcome: 'unknown' }],
    ['an answer cut in the middle', 'half', { outcome: 'unknown' }],
    ['a reset after the body', 'reset', { outcome: 'unknown' }],
    ['a see-other redirect', { status: 302, headers: { location: 'https://evil.example/' } }, { outcome: 'unknown' }],
  ];

  it.each(rows)('tells what %s means, and never repeats the send', async (_name, answer, outcome) => {
    dingtalk.on(groupSend, answer);
    expect(await api().sendToGroup('cid-1', message)).toMatchObject(outcome);
    expect(dingtalk.askedAt(groupSend)).toHaveLength(1);
  });

  it('does not know when no answer comes in time', async () => {
    dingtalk.on(groupSend, 'hang');
    const outcome = await impatiently(impatient => api({ http: impatient }).sendToGroup('cid-1', message));
    expect(outcome).toMatchObject({ outcome: 'unknown', reason: expect.stringContaining('timeout') });
  });

  it('names the right an administrator has to grant', async () => {
    const detail = { accessdenieddetail: { requiredScopes: ['qyapi_robot_sendmsg'] } };
    dingtalk.on(groupSend, forbidden('Forbidden.AccessDenied.AccessTokenPermissionDenied', detail));
    expect(await api().sendToGroup('cid-1', message)).toMatchObject({
      reason: expect.stringMatching(/权限管理.*qyapi_robot_sendmsg/),
    });
  });

  it('says once what an administrator has to click, until the right is there', async () => {
    const said: string[] = [];
    const one = new DingtalkApi({
      clientId: 'app-1', clientSecret: 's', robotCode: 'robot-1', apiBase: dingtalk.base, oapiBase: dingtalk.base, http,
      onMissingRight: advice => said.push(advice),
    }); // prettier-ignore
    dingtalk.on(groupSend, forbidden('Forbidden.AccessDenied.AccessTokenPermissionDenied'));
    dingtalk.on('/topapi/v2/user/get', { body: { errcode: 88, sub_code: '60011', errmsg: '应用尚未开通所需的权限' } });
    await one.sendToGroup('cid-1', message);
    await one.sendToGroup('cid-1', message);
    await expect(one.getUser('staff-li')).rejects.toThrow(/“权限管理”中搜索并开通 qyapi_get_member（成员信息读权限）/);
    const right =
      /open-dev\.dingtalk\.com.*“权限管理”中搜索并开通 qyapi_robot_sendmsg（企业内机器人发送消息权限）.*重新发布/;
    expect(said).toEqual([expect.stringMatching(right), expect.stringContaining('qyapi_get_member')]);
    expect(one.missingRights()).toEqual(said);
    dingtalk.on(groupSend, { body: { processQueryKey: 'key-1' } });
    await one.sendToGroup('cid-1', message);
    expect(one.missingRights()).toEqual([expect.stringContaining('qyapi_get_member')]);
  });

  it('tells a white list from a right', async () => {
    dingtalk.on(groupSend, forbidden('Forbidden.AccessDenied.IpNotInWhiteList'));
    expect(await api().sendToGroup('cid-1', message)).toMatchObject({
      reason: expect.stringMatching(/安全设置.*服务器出口IP/),
    });
  });

  it('keeps secrets and addresses out of its reasons', async () => {
    dingtalk.on(groupSend, { status: 400, body: { code: 'x', message: 'access_token=token-1 call 13812345678' } });
    const outcome = JSON.stringify(await api().sendToGroup('cid-1', message));
    expect(outcome).not.toMatch(/token-1|13812345678|127\.0\.0\.1/);
  });

  it.each([
    ['nobody listens', deadBase],
    ['the name is unknown', async () => 'https://dingtalk.invalid'],
    ['the other side speaks no TLS', async () => dingtalk.base.replace('http:', 'https:')],
  ])('knows that nothing was sent when %s', async (_name, base) => {
    expect(await api({ base: await base() }).sendToGroup('cid-1', message)).toMatchObject(
      notSent('unreachable', 5_000),
    );
  });

  it('knows that nothing was sent once it was closed', async () => {
    const closed = new BoundedHttp();
    await closed.close();
    expect(await api({ http: closed }).sendToGroup('cid-1', message)).toMatchObject(notSent('unreachable', 5_000));
  });

  it('after a ban calls nobody until it ends', async () => {
    dingtalk.on(groupSend, { body: { status: 1111 } }).on(webhookPath, { body: { errcode: 0 } });
    const one = api();
    await one.sendToGroup('cid-1', message);
    const calls = dingtalk.asked.length;
    const outcomes = [
      await one.sendToGroup('cid-1', message),
      await one.sendBySession(`${dingtalk.base}${webhookPath}`, '{}'),
    ];
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ outcome: 'not_sent', refusal: 'banned' });
      expect((outcome as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(290_000);
    }
    expect(dingtalk.asked).toHaveLength(calls);
  });
});

describe('one-to-one send', () => {
  it('sends to the one person', async () => {
    dingtalk.on(personSend, {
      body: { processQueryKey: 'key-2', invalidStaffIdList: [], flowControlledStaffIdList: null },
    });
    expect(await api().sendToPerson('staff-li', message)).toEqual({ outcome: 'sent', providerKey: 'key-2' });
    expect(dingtalk.askedAt(personSend)[0]!.json).toEqual({ ...message, userIds: ['staff-li'], robotCode: 'robot-1' });
  });

  it.each([
    ['whom DingTalk does not know', { invalidStaffIdList: ['staff-li'] }, notSent('rejected', null)],
    ['whom DingTalk holds back', { flowControlledStaffIdList: ['staff-li'] }, notSent('throttled', 60_000)],
    ['while another one is refused', { invalidStaffIdList: ['staff-x'] }, { outcome: 'sent', providerKey: 'key-2' }],
  ])('to someone %s', async (_name, lists, outcome) => {
    dingtalk.on(personSend, { body: { processQueryKey: 'key-2', ...lists } });
    expect(await api().sendToPerson('staff-li', message)).toMatchObject(outcome);
  });

  it('sends to twenty by one call, and tells of each', async () => {
    const ids = Array.from({ length: 20 }, (_, i) => `s${i}`);
    dingtalk.on(personSend, {
      body: { processQueryKey: 'key-3', invalidStaffIdList: ['s3'], flowControlledStaffIdList: ['s5'] },
    });
    const outcomes = await api().sendToPeople(ids, message);
    expect(outcomes[3]).toMatchObject(notSent('rejected', null));
    expect(outcomes[5]).toMatchObject(notSent('throttled', 60_000));
    expect(outcomes.filter(({ outcome }) => outcome === 'sent')).toHaveLength(18);
    expect(dingtalk.askedAt(personSend).map(({ json }) => json)).toEqual([
      { ...message, userIds: ids, robotCode: 'robot-1' },
    ]);
  });

  it('gives no key back that could not be stored, though the message was sent', async () => {
    dingtalk.on(personSend, { body: { processQueryKey: 'k'.repeat(300) } });
    expect(await api().sendToPerson('staff-li', message)).toEqual({ outcome: 'sent', providerKey: null });
  });
});

describe('session webhook', () => {
  it.each<[string, Answer, object]>([
    ['errcode 0', { body: { errcode: 0, errmsg: 'ok' } }, { outcome: 'sent', providerKey: null }],
    ['errcode "0"', { body: { errcode: '0' } }, { outcome: 'sent', providerKey: null }],
    ['300001', { body: { errcode: 300001, errmsg: 'session 不存在' } }, notSent('webhook_gone', null)],
    [
      '130101',
      { body: { errcode: 130101, errmsg: 'send too fast, exceed 20 times per minute' } },
      notSent('throttled', 60_000),
    ],
    ['410100', { body: { errcode: 410100 } }, notSent('throttled', 60_000)],
    ['90018', { body: { errcode: 90018 } }, notSent('throttled', 1_000)],
    ['90002', { body: { errcode: 90002 } }, notSent('throttled', 1_000)],
    ['90020', { body: { errcode: 90020 } }, notSent('quota', 3_600_000)],
    [
      '460101',
      { body: { errcode: 460101, errmsg: 'message too long, exceed 20000 bytes' } },
      notSent('rejected', null),
    ],
    ['a number nobody has heard of', { body: { errcode: 987654 } }, notSent('rejected', null)],
    ['-1, system busy', { body: { errcode: -1 } }, { outcome: 'unknown' }],
    ['15, the old gateway’s timeout', { body: { errcode: 15 } }, { outcome: 'unknown' }],
    ['88 without more', { body: { errcode: 88 } }, { outcome: 'unknown' }],
    ['no errcode', { body: {} }, { outcome: 'unknown' }],
    ['a ban', { body: { status: 1111 } }, notSent('banned', 300_000)],
    ['504', { status: 504, body: '' }, { outcome: 'unknown' }],
    ['a reset', 'reset', { outcome: 'unknown' }],
  ])('%s', async (_name, answer, outcome) => {
    dingtalk.on(webhookPath, answer);
    expect(
      await api().sendBySession(`${dingtalk.base}${webhookPath}?session=s-1`, '{"msgtype":"empty"}'),
    ).toMatchObject(outcome);
    expect(dingtalk.asked).toHaveLength(1);
    expect(dingtalk.asked[0]).toMatchObject({ json: { msgtype: 'empty' } });
    expect(dingtalk.asked[0]!.query.get('session')).toBe('s-1');
  });
});

describe('access token', () => {
  beforeEach(() => dingtalk.on(groupSend, { body: { processQueryKey: 'key-1' } }));

  it('is fetched once for all who ask at once, and kept', async () => {
    const one = api();
    await Promise.all(Array.from({ length: 5 }, () => one.sendToGroup('cid-1', message)));
    await one.sendToGroup('cid-1', message);
    expect(dingtalk.askedAt(tokenPath)).toHaveLength(1);
    expect(dingtalk.askedAt(groupSend)).toHaveLength(6);
  });

  it.each([
    { status: 400, body: { code: 'InvalidAuthentication', message: '不合法的access_token' } },
    { status: 401, body: { code: 'authFailed' } },
    { status: 200, body: { errcode: 40014 } },
    { status: 200, body: { errcode: 88, sub_code: '42001' } },
  ])('found stale (%j) is renewed once for all, and each call made once more', async stale => {
    dingtalk.on(groupSend, asked =>
      asked.headers['x-acs-dingtalk-access-token'] === 'token-1' ? stale : { body: { processQueryKey: 'key-1' } },
    );
    const one = api();
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => one.sendToGroup('cid-1', message)));
    expect(outcomes).toEqual(Array(4).fill({ outcome: 'sent', providerKey: 'key-1' }));
    expect(dingtalk.askedAt(tokenPath)).toHaveLength(2);
    expect(dingtalk.askedAt(groupSend)).toHaveLength(8);
  });

  it('that stays stale is given up after one more try', async () => {
    dingtalk.on(groupSend, { status: 400, body: { code: 'InvalidAuthentication' } });
    expect(await api().sendToGroup('cid-1', message)).toMatchObject(notSent('stale_token', 60_000));
    expect(dingtalk.askedAt(groupSend)).toHaveLength(2);
  });

  it.each<[string, Answer, object]>([
    ['wrong credentials', { status: 400, body: { code: 'invalidClientIdOrSecret' } }, notSent('rejected', 60_000)],
    ['a fault there', { status: 500, body: '' }, notSent('unreachable', 5_000)],
    ['a reset', 'reset', notSent('unreachable', 5_000)],
    ['an answer without a token', { body: {} }, notSent('unreachable', 5_000)],
    ['a ban', { body: { status: 1111 } }, notSent('banned', 300_000)],
  ])('refused by %s means that nothing was sent', async (_name, answer, outcome) => {
    dingtalk.on(tokenPath, answer);
    expect(await api().sendToGroup('cid-1', message)).toMatchObject(outcome);
    expect(dingtalk.askedAt(groupSend)).toHaveLength(0);
  });
});

describe('contacts', () => {
  const userPath = '/topapi/v2/user/get';
  const person = { userid: 'staff-li', name: '李敏', dept_id_list: [2, 3], mobile: '13812345678' };

  it.each([
    ['as it really is', { errcode: 0, result: person }],
    ['as the documentation spells it', { errcode: '0', result: { ...person, dept_id_list: '[2,3]', active: 'true' } }],
  ])('reads a person %s, and nothing more personal than the name', async (_name, body) => {
    dingtalk.on(userPath, { body });
    expect(await api().getUser('staff-li')).toEqual({ staffId: 'staff-li', name: '李敏', departmentIds: [2, 3] });
    expect(dingtalk.askedAt(userPath)[0]!.query.get('access_token')).toBe('token-1');
    expect(dingtalk.askedAt(userPath)[0]!.json).toEqual({ userid: 'staff-li', language: 'zh_CN' });
  });

  it.each([60121, 33012, 50002])('finds nobody on %i', async errcode => {
    dingtalk.on(userPath, { body: { errcode, errmsg: '找不到该用户' } });
    expect(await api().getUser('staff-x')).toBeNull();
  });

  it.each([{ errcode: 88 }, { errcode: 40014 }])('renews a stale token (%j)', async stale => {
    dingtalk.on(userPath, asked => ({
      body: asked.query.get('access_token') === 'token-1' ? stale : { errcode: 0, result: person },
    }));
    expect(await api().getUser('staff-li')).toMatchObject({ name: '李敏' });
  });

  it.each<[Answer, boolean]>([
    [{ body: { errcode: 60011, errmsg: '没有调用该接口的权限' } }, false],
    [{ status: 500, body: '' }, true],
    [{ body: { errcode: 0, result: { nobody: true } } }, true],
  ])('says what went wrong on %j', async (answer, retryable) => {
    dingtalk.on(userPath, answer);
    await expect(api().getUser('staff-li')).rejects.toMatchObject({ code: 'channel_failed', retryable });
  });

  it('reads a department’s name', async () => {
    dingtalk.on('/topapi/v2/department/get', {
      body: { errcode: 0, result: { dept_id: 2, name: '区税务局', dept_manager_userid_list: [] } },
    });
    expect(await api().getDepartmentName(2)).toBe('区税务局');
    dingtalk.on('/topapi/v2/department/get', { body: { errcode: 60003, errmsg: '部门不存在' } });
    expect(await api().getDepartmentName(3)).toBeNull();
  });
});
