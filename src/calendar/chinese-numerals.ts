// Chinese numerals as dates and counts use them.

// prettier-ignore
const digitOf: Record<string, number> = {
  〇: 0, '○': 0, 零: 0, 一: 1, 二: 2, 三: 3, 四: 4, 五: 5, 六: 6, 七: 7, 八: 8, 九: 9, 两: 2,
};

/** The number a Chinese numeral below 100 stands for (十二 = 12, 二十 = 20, 廿五 = 25), or null. */
export function readNumeral(text: string): number | null {
  const plain = text.replace(/廿/g, '二十').replace(/卅/g, '三十');
  const tens = /^([一二三四五六七八九])?十([一二三四五六七八九])?$/.exec(plain);
  if (tens) return (tens[1] ? (digitOf[tens[1]] ?? 0) : 1) * 10 + (tens[2] ? (digitOf[tens[2]] ?? 0) : 0);
  return plain.length === 1 ? (digitOf[plain] ?? null) : null;
}

/** Chinese digits one by one as Arabic ones (二〇二三 → 2023); everything else stays. */
export function digitsOf(text: string): string {
  return Array.from(text, char => (char in digitOf ? String(digitOf[char]) : char)).join('');
}

/** A number in figures or in Chinese numerals below 100; NaN for what is no number. */
export function readCount(text: string | undefined): number {
  if (text === undefined) return NaN;
  return /^\d+$/.test(text) ? Number(text) : (readNumeral(text) ?? NaN);
}
