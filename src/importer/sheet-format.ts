// What a number cell of a workbook shows: dates as dates in Chinese or ISO form, as precise as the cell shows them.
import { numberFormatter } from './spreadsheet-library';

/** Formats a workbook need not spell out; 27–36 and 50–58 as a Chinese office program has them. */
const builtIn: Record<number, string> = {
  14: 'yyyy/m/d',
  15: 'd-mmm-yy',
  16: 'd-mmm',
  17: 'mmm-yy',
  22: 'yyyy/m/d h:mm',
  27: 'yyyy"年"m"月"',
  28: 'm"月"d"日"',
  29: 'm"月"d"日"',
  30: 'm-d-yy',
  31: 'yyyy"年"m"月"d"日"',
  36: 'yyyy"年"m"月"',
  50: 'yyyy"年"m"月"',
  51: 'm"月"d"日"',
  52: 'yyyy"年"m"月"',
  53: 'm"月"d"日"',
  54: 'm"月"d"日"',
  57: 'yyyy"年"m"月"',
  58: 'm"月"d"日"',
};

/** The code of a format by its number; General where nobody knows it. */
export function builtInFormat(id: number): string {
  const own = builtIn[id];
  if (own !== undefined) return own;
  return numberFormatter().get_table()[id] ?? 'General';
}

/**
 * The text a number cell shows. Of a date only what the format shows counts: a cell that shows 2023年6月 holds the first of June,
 * but means the month.
 *
 * @param format - a number format code, e.g. yyyy"年"m"月", 0.0%, General
 * @param date1904 - the workbook counts days from 1904
 */
export function shownNumber(value: number, format: string, date1904: boolean): string {
  const parts = datePartsOf(format);
  if (parts && value >= 0) {
    const day = numberFormatter().parse_date_code(value, { date1904 });
    if (day) {
      const { y, m, d } = day;
      if (parts.year && parts.month && parts.day)
        return `${y}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`;
      return `${parts.year ? `${y}年` : ''}${parts.month ? `${m}月` : ''}${parts.day ? `${d}日` : ''}`;
    }
  }
  try {
    return numberFormatter().format(format, value, { date1904 }).trim();
  } catch {
    return String(value);
  }
}

/** Which parts of a date a format shows; null where it is no format of dates. */
function datePartsOf(format: string): { year: boolean; month: boolean; day: boolean } | null {
  const [first = ''] = format.split(';');
  const plain = first
    .replace(/"[^"]*"|\\.|_.|\*.|\[[^\]]*\]/gu, '')
    .replace(/am\/pm|a\/p|上午\/下午|general|e[+-]/giu, '')
    // Minutes beside hours or seconds are no months.
    .replace(/h+[^a-z]*m+|m+(?=[^a-z]*s)/giu, '')
    .toLowerCase();
  const parts = { year: /[ye]/.test(plain), month: plain.includes('m'), day: /(?<!d)d{1,2}(?!d)/.test(plain) };
  return parts.year || parts.month || parts.day ? parts : null;
}
