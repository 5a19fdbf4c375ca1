// What word processors leave behind in a cell, taken out; the words themselves stay as printed.

const leftovers = [
  /\[(?:bookmark|footnoteRef|endnoteRef|image|picture|comment):[^\]\n]{0,200}\]/giu,
  /\b(?:HYPERLINK|PAGEREF|MERGEFORMAT|REF) "[^"\n]{0,500}"(?: \\[a-z])*/gu,
  /\{\s*(?:PAGE|NUMPAGES|TOC|REF|DATE)\b[^{}\n]{0,200}\}/gu,
  /(?<![A-Za-z])_(?:GoBack|Toc\d+|Hlk\d+)/gu,
];

/** A cell's text without bookmarks, field codes and invisible characters; line breaks stay, other space is plain and trimmed. */
export function cleanText(text: string): string {
  if (!/[^\S ]|[[{_"]|[\p{Cf}\p{Cc}\p{Co}]| {2}|^ | $/u.test(text)) return text;
  let clean = text.replace(/[\v\f\u2028\u2029]|\r\n?/g, '\n');
  for (const leftover of leftovers) clean = clean.replace(leftover, '');
  return clean
    .replace(/[\p{Cf}\p{Co}\ufffc]|(?!\n)\p{Cc}/gu, char => (char === '\t' ? ' ' : ''))
    .split('\n')
    .map(line => line.replace(/[^\S\n]+/gu, ' ').trim())
    .filter((line, at, lines) => line !== '' || (at > 0 && at < lines.length - 1))
    .join('\n')
    .trim();
}
