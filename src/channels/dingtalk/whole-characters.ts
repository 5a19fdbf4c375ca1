// Texts are counted in code units here and by DingTalk; these two keep characters of two units whole.

/** Cuts to at most `max` code units without leaving half a character. */
export function cutWhole(text: string, max: number): string {
  if (text.length <= max) return text;
  const cut = text.slice(0, max);
  return /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut;
}

/** Replaces halves of characters by U+FFFD: they cannot be written in UTF-8, in a link or in the database. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, '\ufffd');
}
