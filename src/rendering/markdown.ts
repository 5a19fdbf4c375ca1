// Makes user text harmless in DingTalk's Markdown: it may be read, never act.

const lookalikes: Record<string, string> = {
  '[': '［', ']': '］', '*': '＊', '_': '＿', '`': '｀', '~': '～', '<': '＜', '>': '＞', '#': '＃', '@': '＠',
  '|': '｜', '\\': '＼', '!': '！',
}; // prettier-ignore

const invisible = /[\u0000-\u0008\u000b-\u001f\u007f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/** Whatever the rules below look for holds at least one of these: most texts hold none. */
const anySpecial = /[\u0000-\u001f\u007f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff[\]*_`~<>#@|\\!:.)\-+=]/u;

/**
 * User text as it may stand inside one line of Markdown: no link, image, heading, mention, tag, or second line.
 * Signs with a meaning in Markdown become their full-width twins (clients disagree about backslashes);
 * an address keeps its letters but is no longer a link; bidirectional and invisible signs are removed.
 */
export function escapeMarkdown(text: string): string {
  if (!anySpecial.test(text)) return text;
  return text
    .replace(/[\r\n\t]+/gu, ' ')
    .replace(invisible, '')
    .replace(/[[\]*_`~<>#@|\\!]/gu, sign => lookalikes[sign] ?? sign)
    .replace(/:\/\//gu, '：//')
    .replace(
      /\b(www|dtmd|dingtalk|https?|ftp|mailto|javascript)([.:])/giu,
      (_, word: string, sign: string) => `${word}${sign === '.' ? '．' : '：'}`,
    )
    .replace(/^(\s*)([-+=]|\d+[.)])(?=\s)/u, '$1‧$2');
}
