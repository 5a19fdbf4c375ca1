import fc from 'fast-check';
import { decodeRobotMessage, maxTextLength } from '../../src/channels/dingtalk/codec';
import { type IncomingMessage } from '../../src/messages';
import { payload, payloadNames } from './payloads';

const receivedAt = new Date('2023-06-26T01:00:00Z');
const options = { robotCode: 'fallback-robot', robotName: '督办助手', receivedAt };

function decode(data: unknown): IncomingMessage {
  const message = decodeRobotMessage(data, options);
  if ('broken' in message) throw new Error(message.broken);
  return message;
}

const quoted = (over: object) => ({
  messageId: 'msgQuoted0001==', providerKey: null, fromBot: false, text: null, sentAt: null, ...over,
}); // prettier-ignore
const picture = (downloadCode: string) => ({ kind: 'picture', downloadCode, fileName: null });
const minutesBefore = '2023-06-26T00:40:00.000Z';

/** What each payload must be read as; keys not named are not looked at. */
const readings: Record<string, object> = {
  'group-text': {
    channel: 'dingtalk', robotCode: 'dingrobot0001', messageId: 'msgGroup0001==', kind: 'text', text: '我局本周任务',
    conversation: { id: 'cidGroup01Zm9v==', kind: 'group', title: '营商环境工作群' }, sender: { staffId: 'staff-wang', nick: '王磊' },
    quoted: null, attachments: [], sentAt: '2023-06-26T01:30:00.000Z',
    replyUrl: { url: 'https://oapi.dingtalk.com/robot/sendBySession?session=fictional0001', expiresAt: '2023-06-26T03:00:00.000Z' },
  }, // prettier-ignore
  'group-text-http-flat': { kind: 'text', text: '我局本周任务', robotCode: 'fallback-robot' },
  'group-text-outsider': { text: '38完成了吗', sender: { staffId: null, nick: '王磊' } },
  'group-text-foreign-corp-with-id': { sender: { staffId: null, nick: '王磊' } },
  'group-text-empty-staff-id': { text: '38进展', sender: { staffId: null, nick: '王磊' } },
  'group-text-app-unpublished': { text: '你好', sender: { staffId: null, nick: '王磊' } },
  'group-text-created-as-string': {
    sentAt: '2023-06-26T01:30:00.000Z',
    replyUrl: { expiresAt: '2023-06-26T03:00:00.000Z' },
  },
  'group-text-no-time': { sentAt: receivedAt.toISOString() },
  'group-rich-text': { kind: 'text', text: '1完成80%\n公章刻制已并联审批', attachments: [picture('code-rich-1')] },
  'group-rich-text-quoting': {
    kind: 'text', text: '完成60%',
    quoted: quoted({ messageId: 'msgBot0007==', providerKey: 'query-key-0007', fromBot: true, sentAt: minutesBefore }),
  }, // prettier-ignore
  'group-picture': { kind: 'picture', text: '', attachments: [picture('code-picture-1')] },
  'single-text': {
    kind: 'text', text: '我是谁', conversation: { id: 'cidSingle01Zm9v=', kind: 'private', title: null }, sender: { staffId: 'staff-li', nick: '李敏' },
  }, // prettier-ignore
  'single-text-in-thread': { kind: 'text', text: '我是谁', sender: { staffId: 'staff-li', nick: '李敏' } },
  'single-rich-text': { kind: 'text', text: '这是现场照片：\n请查收', attachments: [picture('code-rich-2')] },
  'single-picture': { kind: 'picture', text: '', attachments: [picture('code-picture-2')] },
  'single-audio': {
    kind: 'audio', text: '三十八项已经完成百分之八十。', attachments: [{ kind: 'audio', downloadCode: 'code-audio-1', fileName: null }],
  }, // prettier-ignore
  'single-audio-unrecognised': { kind: 'audio', text: '' },
  'single-video': { kind: 'file', attachments: [{ kind: 'video', downloadCode: 'code-video-1', fileName: null }] },
  'single-video-ms': { kind: 'file', attachments: [{ kind: 'video', downloadCode: 'code-video-2', fileName: null }] },
  'single-file': {
    kind: 'file',
    attachments: [{ kind: 'file', downloadCode: 'code-file-1', fileName: '佐证材料.pdf' }],
  },
  'single-unknown-type': { kind: 'other', text: '' },
  'group-interactive-card': { kind: 'other', text: '' },
  'group-quota-exhausted': { kind: 'quota_exhausted', text: '' },
  'group-quota-exhausted-text-code': { kind: 'quota_exhausted', text: '' },
  'quote-bot-markdown-as-text': { text: '完成80%', quoted: quoted({ text: '第1项 企业开办' }) },
  'quote-bot-markdown-as-card': {
    quoted: quoted({ fromBot: true, text: '第1项 企业开办\nhttps://example.com/1', sentAt: minutesBefore }), attachments: [],
  }, // prettier-ignore
  'quote-bot-card-metadata-only': { quoted: quoted({ fromBot: true, sentAt: minutesBefore }) },
  'quote-bot-openapi-message': {
    quoted: quoted({ providerKey: 'query-key-0001', fromBot: true, text: '第38项', sentAt: minutesBefore }),
  },
  'quote-text-content-content': { quoted: quoted({ text: '请抓紧反馈', sentAt: minutesBefore }) },
  'quote-text-opaque': { quoted: quoted({ text: null }) },
  'quote-picture': { quoted: quoted({}), attachments: [picture('code-quoted-picture')] },
  'quote-file': {
    quoted: quoted({ text: '清单.xlsx' }), attachments: [{ kind: 'file', downloadCode: 'code-quoted-file', fileName: '清单.xlsx' }],
  }, // prettier-ignore
  'quote-rich-text': { quoted: quoted({ text: '现场@李敏' }), attachments: [picture('code-quoted-rich')] },
  'quote-audio': {
    quoted: quoted({}),
    attachments: [{ kind: 'audio', downloadCode: 'code-quoted-audio', fileName: null }],
  },
  'quote-chat-record': { quoted: quoted({ text: '甲:[图片]\n乙:收到', sentAt: minutesBefore }) },
  'quote-group-file-unknown': { quoted: quoted({}), attachments: [] },
  'quote-markdown': { quoted: quoted({ text: '### 第38项\n进度 **80%**', sentAt: minutesBefore }) },
  'quote-markdown-title-only': { quoted: quoted({ text: '6月27日 周二 重点任务提醒', sentAt: minutesBefore }) },
  'quote-video': {
    quoted: quoted({ sentAt: minutesBefore }), attachments: [{ kind: 'video', downloadCode: 'code-quoted-video', fileName: null }],
  }, // prettier-ignore
  'quote-document-share': { quoted: quoted({ text: null, sentAt: minutesBefore }), attachments: [] },
  'quote-bot-card-template-only': {
    quoted: quoted({ providerKey: 'carrier-key-0001', fromBot: true, text: null, sentAt: minutesBefore }), attachments: [],
  }, // prettier-ignore
  // What pictures inside cards are called cannot be downloaded.
  'quote-card-with-picture': { quoted: quoted({ text: '现场', sentAt: minutesBefore }), attachments: [] },
  'quote-text-bare': { quoted: quoted({ text: '请抓紧反馈', sentAt: minutesBefore }), attachments: [] },
  'quote-only-original-id': { text: '完成80%', quoted: quoted({}) },
  'quote-flag-only': { quoted: quoted({ messageId: null }) },
};

describe('decodeRobotMessage', () => {
  it('has a reading for every payload', () => {
    expect(Object.keys(readings).sort()).toEqual([...payloadNames].sort());
  });

  it.each(Object.entries(readings))('reads %s', (name, reading) => {
    expect(decode(payload(name))).toMatchObject(reading);
  });

  it.each(payloadNames)('reads %s the same from its JSON text', name => {
    expect(decode(JSON.stringify(payload(name)))).toEqual(decode(payload(name)));
  });

  it.each([
    [' @督办助手 我局本周任务', '我局本周任务'],
    ['@督办助手我局本周任务', '我局本周任务'],
    ['＠督办助手\u2005更多', '更多'],
    ['请 @督办助手 看看38', '请 看看38'],
    ['38完成 @督办助手', '38完成'],
    ['38完成 @督办助手二号', '38完成 @督办助手二号'],
    ['@张三 看一下', '@张三 看一下'],
    ['\u200b\n  38 完成\n第二行 \u2060', '38 完成\n第二行'],
    ['坏\ud83d字', '坏\ufffd字'],
  ])('takes the robot out of %j', (content, text) => {
    expect(decode({ ...payload('group-text'), text: { content } }).text).toBe(text);
  });

  it('takes any robot name literally', () => {
    const named = { ...options, robotName: '督办(区).*' };
    expect(
      decodeRobotMessage({ ...payload('group-text'), text: { content: '@督办(区).* 更多' } }, named),
    ).toMatchObject({ text: '更多' });
  });

  it('keeps a person mentioned beside the robot in a rich text', () => {
    const raw = payload('group-rich-text');
    raw.atUsers.push({ dingtalkId: '$:LWCP_v1:$person0009' });
    raw.content.richText = [{ text: '@督办助手 ' }, { text: '@李敏 ' }, { text: '38完成' }];
    expect(decode(raw).text).toBe('@李敏 38完成');
  });

  it('leaves a robot of another name out when it alone is mentioned in a rich text', () => {
    const raw = payload('group-rich-text');
    raw.content.richText = [{ text: '@优化办小助手' }, { text: ' 38完成' }];
    expect(decode(raw).text).toBe('38完成');
  });

  it('cuts very long texts at the bound and not inside a character', () => {
    expect(decode({ ...payload('group-text'), text: { content: '字'.repeat(maxTextLength + 5) } }).text).toHaveLength(
      maxTextLength,
    );
    const text = decode({ ...payload('group-text'), text: { content: `a${'😀'.repeat(maxTextLength)}` } }).text;
    expect(text).toHaveLength(maxTextLength - 1);
    expect(text.endsWith('😀')).toBe(true);
  });

  it('survives every optional field being of a wrong type', () => {
    const whole = payload('quote-bot-markdown-as-card');
    for (const key of Object.keys(whole).filter(each => each !== 'msgId' && each !== 'conversationId'))
      for (const wrong of [null, 7, true, [], {}, 'x'])
        expect(decode({ ...whole, [key]: wrong }).messageId).toBe('msgGroup0001==');
  });

  it.each([
    ['msgId', ''],
    ['msgId', undefined],
    ['conversationId', 5],
    ['conversationId', 'x'.repeat(191)],
  ])('calls a message with %s = %j broken, and says only which field', (field, value) => {
    expect(decodeRobotMessage({ ...payload('group-text'), [field]: value }, options)).toEqual({ broken: field });
  });

  it.each([null, 'no json', '[1]', 7, undefined])('calls %j broken', data => {
    expect(decodeRobotMessage(data, options)).toHaveProperty('broken');
  });

  it('never throws, whatever JSON arrives, and gives plain JSON back', () => {
    fc.assert(
      fc.property(fc.object({ maxDepth: 4 }), fc.constantFrom(...payloadNames), fc.string(), (noise, name, key) => {
        const message = decodeRobotMessage({ ...payload(name), ...noise, [key]: noise, content: noise }, options);
        expect(JSON.parse(JSON.stringify(message))).toEqual(message);
      }),
      { numRuns: 300 },
    );
  });
});
