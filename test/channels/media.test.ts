// Pictures and files the bot sends, messages it takes back: over the real channel, at the local DingTalk.
import { createDingtalkChannel } from '../../src/channels/dingtalk/dingtalk-channel';
import { type Platform } from '../../src/channels/platform';
import { systemClock } from '../../src/clock';
import { createLogger } from '../../src/logger';
import { type OutgoingFile, type Recipient } from '../../src/messages';
import { startGateway, type Gateway } from '../../src/simulator/dingtalk-gateway';

const app = { clientId: 'dingmedia', clientSecret: 'media-secret', robotCode: 'dingmedia', robotName: '督办助手' };
const group: Recipient = { kind: 'group', conversationId: 'cidmedia==' };
const person: Recipient = { kind: 'person', staffId: 'a' };
const sheet: OutgoingFile = {
  kind: 'file',
  name: '台账 "全区".xlsx',
  bytes: Buffer.from('PK\r\n--not a boundary\r\n'),
};
const picture: OutgoingFile = { kind: 'picture', name: '完成情况.png', bytes: Buffer.from('89504e470d0a1a0a', 'hex') };

let gateway: Gateway;
let channel: Platform;
beforeEach(async () => {
  gateway = await startGateway({
    clock: systemClock, apps: [app], people: [{ staffId: 'a', name: '张三' }],
    groups: [{ conversationId: 'cidmedia==', title: '群', members: ['a'] }],
  }); // prettier-ignore
  channel = createDingtalkChannel({
    ...app, apiBase: gateway.baseUrl, oapiBase: gateway.baseUrl, logger: createLogger('silent'), clock: systemClock,
  }); // prettier-ignore
});
afterEach(async () => {
  await channel.stop();
  await gateway.stop();
});

const lastIn = (conversationId: string) => gateway.messagesIn(conversationId).at(-1);

it.each<[string, Recipient]>([
  ['a group', group],
  ['a person', person],
])('a file goes to %s under its name, with what a quote of it names', async (_, to) => {
  const result = await channel.files.send(to, sheet);
  const shown = lastIn(to.kind === 'group' ? to.conversationId : gateway.privateChat('a'));
  expect(shown?.text).toBe('[文件] 台账  全区 .xlsx');
  expect(result).toEqual({ outcome: 'sent', providerKey: shown?.providerKey });
  const [upload] = gateway.calls('/media/upload');
  expect(upload?.body).toEqual({ type: 'file', media: { fileName: '台账  全区 .xlsx', size: sheet.bytes.length } });
});

it('a picture is sent, or kept to stand in Markdown', async () => {
  expect(await channel.files.send(group, picture)).toMatchObject({ outcome: 'sent' });
  const kept = await channel.files.keepPicture(picture);
  expect(kept).toEqual({ address: expect.stringMatching(/^@/) });
  expect(gateway.calls('/media/upload').map(({ body }) => (body as { type: string }).type)).toEqual(['image', 'image']);
});

it.each<[string, OutgoingFile, string]>([
  ['a kind robots may not send', { ...sheet, name: 'run.exe' }, '只能发送'],
  ['a file that calls itself a picture', { ...sheet, kind: 'picture' }, '只能发送'],
  ['nothing', { ...sheet, bytes: Buffer.alloc(0) }, '空的'],
  ['more than 20 MB', { ...sheet, bytes: Buffer.alloc(20 * 1024 * 1024 + 1) }, '20 MB'],
])('%s is refused before anything is uploaded', async (_, file, words) => {
  const result = await channel.files.send(group, file);
  expect(result).toMatchObject({ outcome: 'not_sent', reason: expect.stringContaining(words) });
  expect(gateway.calls('/media/upload')).toEqual([]);
});

it('an upload without an answer has sent nothing; a send without an answer may have', async () => {
  gateway.faults.failSends('deliver-then-504', 1);
  expect(await channel.files.send(group, sheet)).toMatchObject({ outcome: 'unknown' });
  gateway.faults.denyRight('media');
  expect(await channel.files.send(group, sheet)).toMatchObject({ outcome: 'not_sent' });
  expect(gateway.messagesIn('cidmedia==')).toHaveLength(1);
});

it.each<[string, Recipient]>([
  ['a group', group],
  ['a person', person],
])('messages to %s are taken back; what is not ours stays and is named', async (_, to) => {
  const sent = await channel.files.send(to, sheet);
  const key = sent.outcome === 'sent' ? (sent.providerKey ?? '') : '';
  expect(await channel.recall?.(to, [key, 'unknown'])).toEqual({
    recalled: [key],
    problem: 'robot.processQueryKey.invalid',
  });
  expect(lastIn(to.kind === 'group' ? to.conversationId : gateway.privateChat('a'))?.recalled).toBe(true);
});

it('many are taken back twenty at a time; a missing right is said in words', async () => {
  const keys = Array.from({ length: 45 }, (_, i) => `k${i}`);
  await channel.recall?.(group, keys);
  const calls = gateway.calls('/v1.0/robot/groupMessages/recall').map(({ body }) => body as { processQueryKeys: [] });
  expect(calls.map(({ processQueryKeys }) => processQueryKeys.length)).toEqual([20, 20, 5]);
  gateway.faults.denyRight('qyapi_robot_sendmsg');
  expect((await channel.recall?.(group, ['k']))?.problem).toContain('qyapi_robot_sendmsg');
});
