// The printed number of a task (序号): how it reads as a number, and which numbers a list leaves out.

const digits = '〇一二三四五六七八九';

/** 1 to 999 in Chinese numerals, or null. */
function chineseNumber(text: string): number | null {
  const found = /^(?:([一二三四五六七八九])百零?)?(?:([一二三四五六七八九])?(十))?([一二三四五六七八九])?$/u.exec(text);
  if (!found || text === '') return null;
  const [, hundreds, tens, ten, ones] = found;
  return (
    100 * (hundreds ? digits.indexOf(hundreds) : 0) +
    (ten ? 10 * (tens ? digits.indexOf(tens) : 1) : 0) +
    (ones ? digits.indexOf(ones) : 0)
  );
}

const largest = 2_000_000;

/**
 * The number a printed label stands for: "38", "３８", "㊳", "38.", "（2）", "第3项", "三十八"; 4-1 and 4.1 read as 4001, so that they
 * sort and never meet a plain number of a list of usual length. Null when it is no number ("改革1").
 */
export function readItemNumber(label: string): number | null {
  const plain = label
    .normalize('NFKC')
    .replace(/\s/g, '')
    .replace(/^第(.+?)[项条号件]?$/u, '$1')
    .replace(/^\((.+)\)$/u, '$1')
    .replace(/[.、,)]$/u, '')
    .replace(/(?<=\d)[项条号]$/u, '');
  if (/^\d{1,7}(?:\.0+)?$/.test(plain)) return within(Number(plain.split('.')[0]));
  const parts = /^(\d{1,4})[-.—–·](\d{1,3})(?:[-.—–·](\d{1,3}))?$/u.exec(plain);
  if (parts) {
    const [major, minor, third] = [Number(parts[1]), Number(parts[2]), parts[3]];
    return within(
      third === undefined ? major * 1000 + minor : (major * 1000 + minor) * 1000 + Number(third),
      2_000_000_000,
    );
  }
  return chineseNumber(plain);
}

function within(number: number, most = largest): number | null {
  return number <= most ? number : null;
}

/**
 * The numbers missing between the first and the last, written as a person would: "58、72、127", "60—64".
 *
 * @returns '' when none is missing
 */
export function missingNumbers(numbers: number[]): string {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b);
  const gaps: string[] = [];
  for (let i = 1; i < sorted.length; i++) {
    const [first, last] = [(sorted[i - 1] ?? 0) + 1, (sorted[i] ?? 0) - 1];
    if (first === last) gaps.push(String(first));
    else if (last - first === 1) gaps.push(`${first}、${last}`);
    else if (last > first) gaps.push(`${first}—${last}`);
  }
  return gaps.length > 20 ? `${gaps.slice(0, 20).join('、')}等${gaps.length}处` : gaps.join('、');
}
