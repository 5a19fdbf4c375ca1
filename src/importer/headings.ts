// Headings over tasks: 第一部分, 一、, （一）, 1. — which is above which.

/** A longer line is text. */
export const longestHeading = 60;

/** From the widest to the narrowest. */
const forms = [
  /^第[一二三四五六七八九十百\d]+(?:部分|章|节|篇|编|类|大类|方面)/u,
  /^[一二三四五六七八九十百]+[、.．]/u,
  /^[(（][一二三四五六七八九十百]+[)）]/u,
  /^\d{1,3}[.．、](?!\d)/u,
];

/** 0 = widest (第一部分) … 3 = narrowest (1.); null = no heading. */
export function headingLevel(text: string): number | null {
  const level = forms.findIndex(form => form.test(text.trim()));
  return level < 0 ? null : level;
}

/** Lines at a table's end or between its parts that are no tasks: 合计, 注：… */
export function isSideNote(text: string): boolean {
  return /^(?:合\s*计|总\s*计|小\s*计|共\s*计|备\s*注|注\s*[:：]|说\s*明\s*[:：]|填\s*表\s*(?:人|单位|日期)|制表|审\s*核\s*人|联\s*系\s*人|附\s*注|填报|.{0,10}(?:签字|签名|签章|盖章|签发)\s*(?:[:：(（]|$))/u.test(
    text.trim(),
  );
}

/** Follows the headings of one list, whether they stand in rows of their own or above the tables. */
export class HeadingTrail {
  section: string | null = null;
  measure: string | null = null;
  private sectionLevel: number | null = null;

  /** Takes a heading row: the widest form seen so far names sections, narrower ones measures. */
  take(text: string): void {
    const level = headingLevel(text) ?? 0;
    if (level < 3 && (this.sectionLevel === null || level <= this.sectionLevel)) {
      this.sectionLevel = level;
      this.section = text;
      this.measure = null;
    } else this.measure = text;
  }
}
