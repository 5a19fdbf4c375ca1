// The text of a file whose encoding nobody wrote down.
import { type Refuse } from './unreadable-file';

/**
 * UTF-16 where its mark or its bytes say so, UTF-8 with or without its mark, else GB18030 (GBK, GB2312).
 * A refusal names what to do.
 */
export function decodeText(bytes: Uint8Array, refuse: Refuse): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null;
  if (encoding) return decode(bytes, encoding) ?? refuse('文字编码损坏，请另存为 UTF-8 文本再试');
  const nul = bytes.indexOf(0);
  if (nul >= 0)
    return (
      decodeUnmarked(bytes) ??
      refuse(`不是文本文件（第${nul + 1}个字节起是二进制内容），请用 Word、Excel 打开后另存为 .docx 或 .xlsx 再试`)
    );
  return (
    decode(bytes, 'utf-8') ??
    decode(bytes, 'gb18030') ??
    refuse('文字编码既不是 UTF-8 也不是 GBK，请另存为 UTF-8 文本再试')
  );
}

/** UTF-16 without a mark: line breaks, digits and commas leave a NUL on one side of them, nearly always the same. */
function decodeUnmarked(bytes: Uint8Array): string | null {
  if (bytes.length % 2 === 1) return null;
  let [little, big] = [0, 0];
  for (let i = 0; i < bytes.length; i += 2) {
    const [first = 0, second = 0] = [bytes[i], bytes[i + 1]];
    if (second === 0 && isPlain(first)) little++;
    else if (first === 0 && isPlain(second)) big++;
  }
  if (Math.max(little, big) * 50 < bytes.length || Math.min(little, big) * 10 > Math.max(little, big)) return null;
  const text = decode(bytes, big > little ? 'utf-16be' : 'utf-16le');
  return text === null || text.includes('\0') ? null : text;
}

/** Line breaks, tab, space, quote, comma, semicolon and digits: as the other half of a Chinese character they are rare. */
function isPlain(byte: number): boolean {
  return /[\t\n\r ",;0-9]/.test(String.fromCharCode(byte));
}

function decode(bytes: Uint8Array, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
