// How a deadline cell is made plain before it is read: width, characters and numerals, never its meaning.
import { digitsOf, readNumeral } from './chinese-numerals';

// prettier-ignore
const traditional: Record<string, string> = {
  長: '长', 進: '进', 續: '续', 號: '号', 週: '周', 於: '于', 個: '个', 間: '间', 時: '时', 內: '内', 開: '开', 實: '实',
  東: '东', 節: '节', 結: '结', 態: '态', 經: '经', 當: '当', 後: '后', 兩: '两', 終: '终', 適: '适', 盡: '尽', 勞: '劳', 國: '国', 慶: '庆',
};

const numeral = '[〇○零一二三四五六七八九十廿卅两]';
const counted = '年|月|日|号|季度|季末|季|周|旬|天|个月|个工作日';

/**
 * A deadline cell in one plain form: half width, simplified, Arabic numerals before 年/月/日/季度…, no spaces between
 * Chinese characters, one kind of dash, clock times left out.
 */
export function plainDeadline(cell: string): string {
  let text = cell
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{Cc}]/gu, char => (/\s/.test(char) ? ' ' : ''))
    .replace(/./gu, char => traditional[char] ?? char)
    .replace(/[“”"‘’'「」『』《》]/g, '')
    .replace(/[—–―─‐‑−~〜]+|-{2,}/g, '-')
    .replace(/(\d)[T ]+\d{1,2}:\d{2}(:\d{2})?(\.\d+)?Z?/g, '$1')
    .replace(/\d{1,2}:\d{2}(:\d{2})?/g, '')
    .replace(/\s*([^\w\s])\s*/gu, '$1')
    .replace(/\s+/g, ' ')
    .trim();
  // 二〇二三年, 二○23年: four digits one by one.
  text = text.replace(/[〇○零一二三四五六七八九\dOo]{4}(?=年)/g, year => digitsOf(year.replace(/[Oo]/g, '0')));
  text = text.replace(/(?<![\d一二三四五六七八九〇○零])(二[一二三四五六七八九〇○零])(?=年)/g, year => digitsOf(year));
  text = text.replace(/([一二三四])([一二三四])(?=季度)/g, '$1、$2');
  text = text.replace(
    new RegExp(`${numeral}{1,3}(?=(?:[、,和至到-]第?${numeral}{1,3})*(?:${counted}))`, 'g'),
    found => {
      const number = readNumeral(found);
      return number === null ? found : String(number);
    },
  );
  // 六月十五 without 日; but not 3月一次.
  return text.replace(new RegExp(`(?<=\\d月)${numeral}{1,3}(?=$|[前止、,;)至到-])`, 'g'), found =>
    String(readNumeral(found) ?? found),
  );
}
