// duban doctor: each thing that can be wrong, found and explained, without sending a message or taking one from the bot that runs.
import { Command } from 'commander';
import { loadSamplePeople, loadSampleLedger } from '../../seeds/load';
import { addDoctorCommand } from '../../src/cli/doctor';
import { ChannelIdentity, ChatGroup } from '../../src/database/entities/unit';
import { InboxMessage, OutboxMessage } from '../../src/database/entities/message';
import { newId } from '../../src/ids';
import { systemClock } from '../../src/clock';
import { examine } from '../../src/maintenance';
import { type IncomingMessage } from '../../src/messages';
import { startGateway, type Gateway } from '../../src/simulator/dingtalk-gateway';
import { freshDatabase, type FreshDatabase } from '../support/database';
import { robot } from '../support/town';

let database: FreshDatabase;
let gateway: Gateway;
let environment: Record<string, string>;

beforeAll(async () => {
  database = await freshDatabase();
  await database.dataSource.transaction(async manager => {
    await loadSampleLedger(manager, new Date());
    await loadSamplePeople(manager, new Date());
  });
}, 60_000);
afterAll(() => database.drop());

beforeEach(async () => {
  for (const table of ['inbox_messages', 'outbox_messages', 'chat_groups'])
    await database.dataSource.query(`DELETE FROM ${table}`);
  gateway = await startGateway({ clock: systemClock, apps: [{ ...robot }], people: [], groups: [] });
  environment = {
    DATABASE_URL: database.url,
    DINGTALK_CLIENT_ID: robot.clientId,
    DINGTALK_CLIENT_SECRET: robot.clientSecret,
    DINGTALK_ROBOT_CODE: robot.robotCode,
    DINGTALK_API_BASE: gateway.baseUrl,
    DINGTALK_OAPI_BASE: gateway.baseUrl,
  };
});
afterEach(() => gateway.stop());

/** What doctor says of one thing: "✓ note" or "✗ note". */
async function said(what: string, more: Record<string, string> = {}): Promise<string> {
  const finding = (await examine({ ...environment, ...more })).find(one => one.what === what);
  return finding ? `${finding.ok ? '✓' : '✗'} ${finding.note}` : 'nothing';
}

async function received(over: Partial<InboxMessage>, quoted: IncomingMessage['quoted'] = null): Promise<void> {
  const id = newId();
  const payload = { quoted } as IncomingMessage;
  await database.dataSource.manager.insert(InboxMessage, {
    id, robotCode: robot.robotCode, messageId: id, conversationId: 'cid1', senderStaffId: 'li', sentAt: new Date(), receivedAt: new Date(),
    payload, status: 'handled', attempts: 0, nextAttemptAt: new Date(), handledAt: null, outcome: null, ...over,
  }); // prettier-ignore
}

async function sent(providerKey: string, at: Date): Promise<void> {
  const id = newId();
  await database.dataSource.manager.insert(OutboxMessage, {
    id, dedupKey: id, recipient: { kind: 'group', conversationId: 'cid1' }, recipientKey: 'group:cid1', replyUrl: null, mention: null,
    reply: {}, tasksShown: null, priority: 0, status: 'sent', nextAt: at, notAfter: null, claimToken: null, leaseUntil: null,
    sendStartedAt: null, attempts: 1, sentAt: at, providerKey, problem: null, createdAt: at,
  }); // prettier-ignore
}

it('finds credentials, rights, robot and Stream in order, and sends nothing and takes no connection', async () => {
  const shown: string[] = [];
  gateway.events.subscribe(event => shown.push(event.kind));
  for (const what of [
    '钉钉凭证',
    '权限：发群消息',
    '权限：发单聊消息',
    '权限：读成员',
    '权限：读部门',
    '机器人',
    'Stream 连接',
  ])
    expect([what, await said(what)]).toEqual([what, expect.stringMatching(/^✓/)]);
  expect(shown).not.toContain('message');
  expect(shown).not.toContain('socket_opened');
});

it.each<[string, string, () => void, RegExp]>([
  ['a right to send', '权限：发群消息', () => { gateway.faults.denyRight('qyapi_robot_sendmsg'); }, /“权限管理”中搜索并开通 qyapi_robot_sendmsg/],
  ['a right to read people', '权限：读成员', () => { gateway.faults.denyRight('qyapi_get_member'); }, /开通 qyapi_get_member/],
  ['a right to read departments', '权限：读部门', () => { gateway.faults.denyRight('qyapi_get_department_list'); }, /开通 qyapi_get_department_list/],
  ['a Stream', 'Stream 连接', () => { gateway.faults.refuseOpen(503); }, /消息接收模式选为 Stream/],
])('finds %s missing, and says where to click', async (_name, what, spoil, note) => {
  spoil();
  expect(await said(what)).toMatch(/^✗/);
  expect(await said(what)).toMatch(note);
}); // prettier-ignore

it('finds wrong credentials without trying the rights, and without showing the secret', async () => {
  const findings = await examine({ ...environment, DINGTALK_CLIENT_SECRET: 'canary-secret' });
  expect(findings.find(one => one.what === '钉钉凭证')).toMatchObject({
    ok: false,
    note: expect.stringMatching(/“凭证与基础信息”.*Client Secret/),
  });
  expect(findings.filter(one => one.what.startsWith('权限'))).toEqual([]);
  expect(JSON.stringify(findings)).not.toContain('canary');
});

it('finds a wrong robot code, and a network that is closed', async () => {
  expect(await said('机器人', { DINGTALK_ROBOT_CODE: 'dingother' })).toMatch(/^✗ .*DINGTALK_ROBOT_CODE.*应用能力/);
  const dead = { DINGTALK_API_BASE: 'http://127.0.0.1:9', DINGTALK_OAPI_BASE: 'http://127.0.0.1:9' };
  expect(await said('钉钉凭证', dead)).toMatch(/^✗ .*api\.dingtalk\.com:443/);
});

describe('the card', () => {
  const template = 'duban-card.schema';
  const set = { DINGTALK_CARD_TEMPLATE: template };

  it('needs none, and says what it would be good for', async () => {
    expect(await said('卡片模板')).toMatch(/^✓ 没有配置.*dingtalk-setup\.md/);
    expect(await said('权限：互动卡片')).toBe('nothing');
  });

  it('is found in order without anybody seeing one', async () => {
    const shown: string[] = [];
    gateway.events.subscribe(event => shown.push(event.kind));
    for (const app of gateway.world.apps) app.cardTemplateId = template;
    expect(await said('权限：互动卡片', set)).toBe('✓ Card.Instance.Write 已开通');
    expect(await said('卡片模板', set)).toBe('✓ 可用');
    expect(shown).not.toContain('message');
  });

  it('of another app, without its right, or with nowhere to call back to, is found', async () => {
    for (const app of gateway.world.apps) app.cardTemplateId = 'another';
    expect(await said('卡片模板', set)).toMatch(/^✗ .*param\.templateNotExist.*关联本应用并发布/);
    expect(await said('卡片模板', { ...set, DINGTALK_CALLBACK: '1' })).toMatch(/^✗ .*DINGTALK_CALLBACK_URL/);
    gateway.faults.denyRight('Card.Instance.Write');
    expect(await said('权限：互动卡片', set)).toMatch(/^✗ .*开通 Card\.Instance\.Write/);
    expect(await said('卡片模板', set)).toBe('nothing');
  });
});

it('says how events of the organisation can come, by either way', async () => {
  expect(await said('通讯录事件')).toMatch(/^✓ .*Stream 模式推送/);
  expect(await said('通讯录事件', { DINGTALK_CALLBACK: '1' })).toMatch(/^✓ .*HTTP 推送.*DINGTALK_EVENT_TOKEN/);
  const keys = { DINGTALK_EVENT_TOKEN: 't', DINGTALK_EVENT_AES_KEY: 'A'.repeat(43) };
  expect(await said('通讯录事件', keys)).toMatch(/\/dingtalk\/event/);
});

it('tells by what came in whether the robot is published and in a group', async () => {
  expect(await said('首条消息')).toMatch(/^✗ .*添加机器人/);
  expect(await said('群')).toMatch(/^✗ .*启用本群/);
  await received({ senderStaffId: null });
  expect(await said('首条消息')).toMatch(/^✗ .*发布应用/);
  await received({});
  expect(await said('首条消息')).toBe('✓ 已收到 2 条');
  const group = {
    id: newId(),
    channel: 'dingtalk',
    conversationId: 'cid1',
    title: '营商群',
    scope: null,
    unitId: null,
    listId: null,
  };
  await database.dataSource.manager.insert(ChatGroup, { ...group, status: 'waiting', createdAt: new Date() });
  expect(await said('群')).toBe('✗ 营商群（cid1，待启用）：请督办专员在群里说“@督办助手 启用本群”');
  await database.dataSource.manager.update(ChatGroup, { id: group.id }, { status: 'enabled' });
  expect(await said('群')).toBe('✓ 营商群（cid1，已启用）');
});

it('tells of messages whose words the platform kept back', async () => {
  expect(await said('消息文字')).toBe('✓ 都收到了文字');
  await received({ outcome: 'quota_exhausted' });
  expect(await said('消息文字')).toMatch(/^✗ 最近有 1 条消息没有文字（最后一条 \d{4}-.*额度已用完/);
});

it('names units that have tasks and no liaison who can be told', async () => {
  const note = await said('联络员');
  expect(note).toMatch(/^✗ .*（\d+ 项）.*等 \d+ 个单位没有可送达的联络员/);
  expect(note).not.toContain('区税务局');
  const identity = { channel: 'dingtalk', externalId: 'zhangsan' };
  const { personId } = await database.dataSource.manager.findOneByOrFail(ChannelIdentity, identity);
  await database.dataSource.manager.update(ChannelIdentity, identity, { personId: newId() });
  expect(await said('联络员')).toMatch(/区税务局（\d+ 项，张三没有钉钉账号）/);
  await database.dataSource.manager.update(ChannelIdentity, identity, { personId });
});

it('finds traces of another program on the same Client ID', async () => {
  const quote = (providerKey: string | null, sentAt: string) =>
    ({ messageId: 'm', providerKey, fromBot: true, text: null, sentAt }); // prettier-ignore
  await received({}, quote('before-our-time', '2023-06-25T09:00:00.000Z'));
  await sent('ours', new Date('2023-06-26T09:00:00Z'));
  await received({}, quote('before-our-time', '2023-06-25T09:00:00.000Z'));
  await received({}, quote('ours', '2023-06-26T09:00:00.500Z'));
  await received({}, quote(null, '2023-06-26T10:00:00.000Z'));
  expect(await said('独占')).toMatch(/^✓/);
  await received({}, quote('foreign', '2023-06-26T10:00:00.000Z'));
  expect(await said('独占')).toMatch(/^✗ 有 1 条.*同一个 Client ID/);
});

describe('as a command', () => {
  afterEach(() => {
    jest.restoreAllMocks();
    process.exitCode = undefined;
  });

  /** Runs it in the environment given; its exit code, and what it wrote on standard output. */
  async function run(
    words: string[],
    env: Record<string, string>,
  ): Promise<{ code: unknown; out: string; err: string }> {
    const [out, err]: string[][] = [[], []];
    jest.spyOn(process.stdout, 'write').mockImplementation(text => out!.push(String(text)) > 0);
    jest.spyOn(process.stderr, 'write').mockImplementation(text => err!.push(String(text)) > 0);
    const before = process.env;
    process.env = { ...env };
    try {
      const program = new Command().exitOverride();
      addDoctorCommand(program);
      await program.parseAsync(['doctor', ...words], { from: 'user' });
      return { code: process.exitCode, out: out!.join(''), err: err!.join('') };
    } finally {
      process.env = before;
    }
  }

  it('writes JSON on standard output alone and exits with 1 when something is wrong', async () => {
    const { code, out, err } = await run(['--json'], environment);
    expect([code, err]).toEqual([1, '']);
    expect(JSON.parse(out)).toContainEqual({ what: '钉钉凭证', ok: true, note: '已取得访问凭证' });
    expect(JSON.parse(out)).toContainEqual(expect.objectContaining({ what: '首条消息', ok: false }));
  });

  it('exits with 78 when settings are missing, naming them', async () => {
    const { code, out, err } = await run([], { DATABASE_URL: database.url });
    expect([code, out]).toEqual([78, '']);
    expect(err).toContain('✗ 设置');
    expect(err).toContain('DINGTALK_CLIENT_ID');
  });
});
