import fc from 'fast-check';
import { encodeMessage, encodeWebhookBody, maxParamBytes } from '../../src/channels/dingtalk/message-encoding';
import { type OutgoingMessage } from '../../src/messages';

const group = { group: true, robotName: '督办助手' };
const single = { ...group, group: false };
const message = (buttons: number, markdown = '**区市场监管局**\n第1项'): OutgoingMessage => ({
  title: '本周任务',
  markdown,
  buttons: Array.from({ length: buttons }, (_, i) => ({ label: `按钮${i + 1}`, say: `第${i + 1}项 & 更多?` })),
});
const note = '…（内容过长，其余请分次查询）';
const param = (encoded: { msgParam: string }) => JSON.parse(encoded.msgParam) as Record<string, string>;

describe('encodeMessage', () => {
  it('writes markdown with the line breaks DingTalk understands', () => {
    const encoded = encodeMessage(message(0, 'a  \n\r\nb\nc'), group);
    expect(encoded.msgKey).toBe('sampleMarkdown');
    expect(param(encoded)).toEqual({ title: '本周任务', text: 'a  \n  \nb  \nc' });
  });

  it('writes one button as a single action card', () => {
    const encoded = encodeMessage(message(1), single);
    expect(encoded.msgKey).toBe('sampleActionCard');
    expect(Object.keys(param(encoded))).toEqual(['title', 'text', 'singleTitle', 'singleURL']);
  });

  it.each([2, 3, 4, 5])('writes %i buttons with their numbered titles and links', count => {
    const encoded = encodeMessage(message(count), single);
    expect(encoded.msgKey).toBe(`sampleActionCard${count}`);
    const numbered = Array.from({ length: count }, (_, i) => [`actionTitle${i + 1}`, `actionURL${i + 1}`]).flat();
    expect(Object.keys(param(encoded))).toEqual(['title', 'text', ...numbered]);
    expect(param(encoded)[`actionTitle${count}`]).toBe(`按钮${count}`);
  });

  it('leaves out a sixth button', () => {
    expect(encodeMessage(message(6), single).msgKey).toBe('sampleActionCard5');
  });

  it('makes a pressed button speak to the robot in a group, and plainly in private', () => {
    const said = (url: string) => new URL(url.replace('dtmd:', 'http:')).searchParams.get('content');
    expect(param(encodeMessage(message(1), group)).singleURL).toMatch(
      /^dtmd:\/\/dingtalkclient\/sendMessage\?content=[\w%.*-]+$/,
    );
    expect(said(param(encodeMessage(message(1), group)).singleURL!)).toBe('@督办助手 第1项 & 更多?');
    expect(said(param(encodeMessage(message(1), single)).singleURL!)).toBe('第1项 & 更多?');
  });

  it('lets the title speak where there is no text, and the robot where there is no title', () => {
    expect(param(encodeMessage({ title: '', markdown: '', buttons: [] }, group)).title).toBe('督办助手');
    expect(param(encodeMessage({ title: '本周\n任务', markdown: ' ', buttons: [] }, group))).toEqual({
      title: '本周 任务',
      text: '本周  \n任务',
    });
  });

  it('cuts at a line when too long and says so', () => {
    const text = param(
      encodeMessage(message(5, Array.from({ length: 900 }, (_, i) => `第${i}项 企业开办`).join('\n')), group),
    ).text!;
    const lines = text.split('  \n').at(-1)!.split('\n');
    expect(text.endsWith(`\n${note}`)).toBe(true);
    expect(
      text
        .split('\n')
        .slice(0, -1)
        .every((line, i) => line.trimEnd() === `第${i}项 企业开办`),
    ).toBe(true);
    expect(lines.at(-1)).toBe(note);
  });

  it('uses the room there is before cutting', () => {
    const encoded = encodeMessage(message(0, '一行\n'.repeat(4_000)), group);
    expect(Buffer.byteLength(encoded.msgParam)).toBeGreaterThan(maxParamBytes - 100);
  });

  it('cuts inside a single giant line', () => {
    const text = param(encodeMessage(message(0, '😀'.repeat(9_000)), group)).text!;
    expect(text).toMatch(/^(😀)+ {2}\n…/u);
  });

  it('keeps every message within the bound and well formed, whatever is in it', () => {
    const words = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.string({ maxLength: 30 }).map(text => text.repeat(600)),
    );
    const button = fc.record({ label: words, say: words });
    fc.assert(
      fc.property(
        fc.record({ title: words, markdown: words, buttons: fc.array(button, { maxLength: 7 }) }),
        fc.boolean(),
        (any, inGroup) => {
          const options = { group: inGroup, robotName: '督办助手' };
          const encoded = encodeMessage(any, options);
          const body = encodeWebhookBody(any, { ...options, mention: 'staff-wang' });
          expect(Buffer.byteLength(encoded.msgParam)).toBeLessThanOrEqual(maxParamBytes);
          expect(Buffer.byteLength(body)).toBeLessThanOrEqual(maxParamBytes);
          expect(Buffer.from(param(encoded).text!).toString()).toBe(param(encoded).text);
          expect(param(encoded).title).not.toBe('');
          expect(JSON.parse(body)).toHaveProperty('msgtype');
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('encodeWebhookBody', () => {
  it('mentions in the text and in the list of the mentioned', () => {
    expect(JSON.parse(encodeWebhookBody(message(0), { ...group, mention: 'staff-wang' }))).toEqual({
      msgtype: 'markdown',
      markdown: { title: '本周任务', text: '@staff-wang  \n**区市场监管局**  \n第1项' },
      at: { atUserIds: ['staff-wang'], atMobiles: [], isAtAll: false },
    });
  });

  it('mentions nobody when nobody is named', () => {
    const body = JSON.parse(encodeWebhookBody(message(0), { ...single, mention: null }));
    expect(body).toEqual({ msgtype: 'markdown', markdown: { title: '本周任务', text: '**区市场监管局**  \n第1项' } });
  });

  it('writes buttons as an action card with the mention in its text', () => {
    const body = JSON.parse(encodeWebhookBody(message(2), { ...group, mention: 'staff-wang' }));
    expect(body).toMatchObject({ msgtype: 'actionCard', actionCard: { title: '本周任务', btnOrientation: '0' } });
    expect(body.actionCard.text).toMatch(/^@staff-wang {2}\n/);
    expect(body.actionCard.btns.map((button: { title: string }) => button.title)).toEqual(['按钮1', '按钮2']);
    expect(body.actionCard.btns[1].actionURL).toMatch(/^dtmd:/);
  });

  it('keeps the mention when the text is cut', () => {
    const body = JSON.parse(
      encodeWebhookBody(message(0, '第1项 企业开办\n'.repeat(2_000)), { ...group, mention: 'staff-wang' }),
    );
    expect(body.markdown.text).toMatch(/^@staff-wang {2}\n第1项/);
    expect(body.markdown.text.endsWith(note)).toBe(true);
  });
});
