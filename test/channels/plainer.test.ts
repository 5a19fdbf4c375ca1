// Card, then Markdown, then plain text: only when the platform finds fault with the form, and never after a doubt.
import { createDingtalkChannel } from '../../src/channels/dingtalk/dingtalk-channel';
import { type Platform } from '../../src/channels/platform';
import { encodings, maxParamBytes } from '../../src/channels/dingtalk/message-encoding';
import { systemClock } from '../../src/clock';
import { createLogger } from '../../src/logger';
import { type SendRequest } from '../../src/messages';
import { HttpStandIn, type Answer } from './http-stand-in';

const groupSend = '/v1.0/robot/groupMessages/send';
const message = {
  title: '6月27日 重点任务提醒',
  markdown: '**6月27日 重点任务提醒**\n\n**区税务局**：本周到期 7 项\n\n🟡 第1项 实行企业开办',
  buttons: [
    { label: '全部', say: '区税务局全部任务' },
    { label: '明天再提醒', say: '明天再提醒' },
  ],
};
const request: SendRequest = {
  key: 'k', recipient: { kind: 'group', conversationId: 'cid' }, message, quotable: true, replyUrl: null, mention: null, card: false,
}; // prettier-ignore

let dingtalk: HttpStandIn;
let channel: Platform;

beforeEach(async () => {
  dingtalk = await HttpStandIn.start();
  dingtalk.on('/v1.0/oauth2/accessToken', () => ({ body: { accessToken: 'token', expireIn: 7200 } }));
  channel = createDingtalkChannel({
    clientId: 'a', clientSecret: 'b', robotCode: 'c', robotName: '督办助手', apiBase: dingtalk.base, oapiBase: dingtalk.base,
    logger: createLogger('silent'), clock: systemClock,
  }); // prettier-ignore
});
afterEach(async () => {
  await channel.stop();
  await dingtalk.stop();
});

/** The forms that were tried, when these are refused with a code. */
async function tried(refused: RegExp, answer: Answer): Promise<{ forms: unknown[]; outcome: string }> {
  dingtalk.on(groupSend, asked =>
    refused.test((asked.json as { msgKey: string }).msgKey) ? answer : { body: { processQueryKey: 'key' } },
  );
  const { outcome } = await channel.send(request);
  return { forms: dingtalk.askedAt(groupSend).map(({ json }) => (json as { msgKey: string }).msgKey), outcome };
}

const fault = (code: string): Answer => ({ status: 400, body: { code, message: 'x' } });

it.each<[string, RegExp, Answer, string[], string]>([
  ['a card that is taken', /none/, fault('x'), ['sampleActionCard2'], 'sent'],
  ['a card whose key is refused', /ActionCard/, fault('invalidParameter.msgKey.invalid'), ['sampleActionCard2', 'sampleMarkdown'], 'sent'],
  ['card and Markdown refused', /ActionCard|Markdown/, fault('invalidParameter.msgParam.invalid'), ['sampleActionCard2', 'sampleMarkdown', 'sampleText'], 'sent'],
  ['all three refused', /./, fault('invalidParameter.msgParam.tooLong'), ['sampleActionCard2', 'sampleMarkdown', 'sampleText'], 'not_sent'],
  ['a group that is gone', /./, fault('group.disbanded'), ['sampleActionCard2'], 'not_sent'],
  ['words that are not allowed', /./, fault('contain.notAllowed.text'), ['sampleActionCard2'], 'not_sent'],
  ['a doubt', /./, { status: 504, body: 'x' }, ['sampleActionCard2'], 'unknown'],
])('%s', async (_name, refused, answer, forms, outcome) => {
  expect(await tried(refused, answer)).toEqual({ forms, outcome });
}); // prettier-ignore

it('plain text has the words without the signs, and says what the buttons would', () => {
  const [, , plain] = encodings(message, { group: true, robotName: '督办助手' });
  expect(JSON.parse(plain!.msgParam)).toEqual({
    content:
      '6月27日 重点任务提醒\n\n区税务局：本周到期 7 项\n\n🟡 第1项 实行企业开办\n可回复：“区税务局全部任务”、“明天再提醒”',
  });
});

it('plain text is cut to what the platform takes', () => {
  const long = { ...message, markdown: `${'很长的一行。'.repeat(40)}\n`.repeat(60) };
  for (const { msgParam } of encodings(long, { group: false, robotName: 'x' }))
    expect(Buffer.byteLength(msgParam)).toBeLessThanOrEqual(maxParamBytes);
});

describe('the same to several people', () => {
  const peopleSend = '/v1.0/robot/oToMessages/batchSend';
  const requests = ['a', 'b'].map((staffId): SendRequest => ({
    ...request,
    key: staffId,
    recipient: { kind: 'person', staffId },
  }));
  const refused: Answer = { status: 400, body: { code: 'staffId.notExisted', requestid: 'R', message: '用户不存在' } };

  it.each<[string, Answer, object[]]>([
    [
      'goes by one call',
      { body: { processQueryKey: 'k' } },
      [
        { outcome: 'sent', providerKey: 'k' },
        { outcome: 'sent', providerKey: 'k' },
      ],
    ],
    [
      'that finds fault with one is sent again',
      refused,
      [
        { outcome: 'not_sent', retryAfterMs: 0 },
        { outcome: 'not_sent', retryAfterMs: 0 },
      ],
    ],
    [
      'that leaves one out is that one’s affair',
      { body: { processQueryKey: 'k', invalidStaffIdList: ['b'] } },
      [
        { outcome: 'sent', providerKey: 'k' },
        { outcome: 'not_sent', retryAfterMs: null },
      ],
    ],
    ['without an answer is in doubt', { status: 504, body: {} }, [{ outcome: 'unknown' }, { outcome: 'unknown' }]],
  ])('%s', async (_, answer, outcomes) => {
    dingtalk.on(peopleSend, answer);
    expect(await channel.sendAlike?.(requests)).toMatchObject(outcomes);
    expect(dingtalk.askedAt(peopleSend).map(({ json }) => (json as { userIds: string[] }).userIds)).toEqual([
      ['a', 'b'],
    ]);
  });
});
