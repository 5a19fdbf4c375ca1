// Numbers as people write and say them: 38, 三十八, 一百零五, 八成, 百分之六十.

// prettier-ignore
const digits: Record<string, number> = {
  零: 0, '〇': 0, '○': 0, 一: 1, 二: 2, 两: 2, 三: 3, 四: 4, 五: 5, 六: 6, 七: 7, 八: 8, 九: 9,
};

/** A number of up to three digits, or a Chinese numeral; no digit, point or sign of a longer number beside it. */
export const numeralPattern = '(?:(?<![\\d.])\\d{1,3}(?!\\d|\\.\\d)|[零〇一二两三四五六七八九十百廿卅]{1,6})';

/**
 * The number a numeral stands for: "38", "三十八", "一百零五", "一百二", "廿五", "一三五" (digit by digit).
 * @returns null for anything that is no number from 0 to 999
 */
export function readNumber(text: string): number | null {
  if (/^\d{1,3}$/.test(text)) return Number(text);
  if (text === '两') return 2;
  const plain = text.replace(/廿/g, '二十').replace(/卅/g, '三十');
  const found =
    /^(?:([一二两三四五六七八九])百)?(零|〇)?(?:([一二三四五六七八九])?(十))?([一二三四五六七八九零〇])?$/.exec(plain);
  if (found && plain !== '') {
    const [, hundreds, zero, tens, ten, ones] = found;
    const hundred = (hundreds ? (digits[hundreds] ?? 0) : 0) * 100;
    const lastDigit = ones ? (digits[ones] ?? 0) : 0;
    // 一百二 = 120, but 一百零二 = 102.
    if (hundreds && !ten && !zero) return hundred + lastDigit * 10;
    return hundred + (ten ? (tens ? (digits[tens] ?? 1) : 1) * 10 : 0) + lastDigit;
  }
  if (/^[零〇○一二三四五六七八九]{2,3}$/.test(plain)) return Number(Array.from(plain, char => digits[char]).join(''));
  return null;
}

const tenths: Record<string, number> = { 半: 50, 一半: 50, 五五成: 55 };

/**
 * A percentage in words: "80%", "百分之八十", "八成", "八成五", "一半".
 * @returns null when it is none; may be above 100, which the caller has to doubt
 */
export function readPercent(text: string): number | null {
  const figure = /^(\d{1,4}(?:\.\d+)?)(?:%|个?百分点)$/.exec(text);
  if (figure) return Number(figure[1]);
  const spoken = /^百分之(.+)$/.exec(text);
  if (spoken && /^一?百$/.test(spoken[1] ?? '')) return 100;
  if (spoken) return /^\d+(\.\d+)?$/.test(spoken[1] ?? '') ? Number(spoken[1]) : readNumber(spoken[1] ?? '');
  const parts = /^(.{1,2})成(半|.)?$/.exec(text);
  if (parts) {
    const whole = readNumber(parts[1] ?? '');
    const rest = parts[2] === '半' ? 5 : parts[2] ? readNumber(parts[2]) : 0;
    return whole === null || rest === null || whole > 10 ? null : whole * 10 + rest;
  }
  return tenths[text] ?? null;
}
