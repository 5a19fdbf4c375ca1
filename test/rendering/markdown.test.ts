// User text in Markdown: read, never acting.
import fc from 'fast-check';
import { escapeMarkdown } from '../../src/rendering/markdown';

describe('escapeMarkdown', () => {
  test.each([
    ['公章刻制已并联审批', '公章刻制已并联审批'],
    ['[点我](http://evil.example)', '［点我］(http：//evil.example)'],
    ['@所有人', '＠所有人'],
    ['第一行\n# 已记录 9 项', '第一行 ＃ 已记录 9 项'],
    ['<script>alert(1)</script>', '＜script＞alert(1)＜/script＞'],
    ['**重要** `码` ~~删~~', '＊＊重要＊＊ ｀码｀ ～～删～～'],
    ['- 列表', '‧- 列表'],
    ['1. 列表', '‧1. 列表'],
    ['1.5万元', '1.5万元'],
    ['www.example.com', 'www．example.com'],
    ['dtmd://dingtalkclient/sendMessage?content=x', 'dtmd：//dingtalkclient/sendMessage?content=x'],
    ['a\u202Eb\u200Bc', 'abc'],
  ])('%j becomes %j', (text, expected) => {
    expect(escapeMarkdown(text)).toBe(expected);
  });

  test('leaves no sign that Markdown could act on, and one line, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), text => {
        const escaped = escapeMarkdown(text);
        expect(escaped).not.toMatch(/[[\]*_`~<>#@|\\!\r\n\t]/u);
        expect(escaped).not.toMatch(/:\/\//u);
        expect(escaped).not.toMatch(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069]/u);
      }),
      { numRuns: 2000 },
    );
  });
});
