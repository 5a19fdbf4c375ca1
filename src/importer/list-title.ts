// The title of a list, its year and a short name to call it by.
import { plainDeadline } from '../calendar/deadline-text';
import { isSideNote } from './headings';

/** Lines before the table that are no title: 附件1, 填报单位：…, （2023年6月30日）, 单位：万元 */
function isNoTitle(line: string): boolean {
  return (
    /[。！；]$/u.test(line) ||
    /^附\s*件|^[(（]?\s*(?:\d{4}年)?\d{1,2}月\d{1,2}日|^单位[:：]|^日期|^第.{1,4}页|^[-—\d\s]+$|[:：]$/u.test(line) ||
    isSideNote(line)
  );
}

/**
 * The title among the lines of text before the header: the last that names a list (清单, 台账, 方案 …), else the longest; a last line
 * too short to say anything is joined to the line before it.
 *
 * @returns '' when there is none
 */
export function findTitle(lines: string[]): string {
  const candidates = lines
    .map(line => line.replace(/\s+/g, ' ').trim())
    .filter(line => line !== '' && line.length <= 120 && !isNoTitle(line));
  const named = candidates.findLastIndex(line => /清单|台账|任务|分工|方案|要点|计划|一览表|责任表|表$/u.test(line));
  const title = candidates[named] ?? [...candidates].sort((a, b) => b.length - a.length)[0] ?? '';
  // "关于印发《…工作要点》的通知": the list is what the notice hands out.
  const inner = /(?:印发|下发|转发|公布|发布)[^《》]{0,10}《([^《》]{4,100})》/u.exec(title)?.[1];
  if (inner !== undefined) return inner;
  const before = named > 0 ? (candidates[named - 1] ?? '') : '';
  return named > 0 && title.length <= 8 && before !== '' ? before + title : title;
}

/** The year named in a text (2023年, 二〇二三年, 〔2023〕, 2023-), or null. */
export function yearIn(text: string): number | null {
  const found = /(?<!\d)(20\d{2})(?!\d)/.exec(plainDeadline(text));
  return found ? Number(found[1]) : null;
}

/** The year most cells name, or null. */
export function usualYear(cells: Iterable<string>): number | null {
  const counts = new Map<number, number>();
  for (const cell of cells) {
    const year = cell.length <= 200 ? yearIn(cell) : null;
    if (year !== null) counts.set(year, (counts.get(year) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0] ?? null;
}

/** What the title speaks of, without place, year and 重点任务清单: 鄂城区优化营商环境重点任务清单 → 优化营商环境. At most 12 characters. */
export function shortNameFrom(title: string): string {
  const placeless = title
    .replace(/[《》“”"（）()〔〕[\]]/gu, '')
    .replace(/(?:20\d{2}|二[〇○零]..)(?:[-—]20\d{2})?年?度?/gu, '')
    .replace(/^.{1,8}?[区县市](?!场|容|政)/u, '')
    .trim();
  const core = placeless
    .replace(/(?:重点|主要|年度|工作|目标|任务|责任|分工|分解|推进|落实|清单|台账|方案|要点|计划|一览表|表)+$/u, '')
    .trim();
  return Array.from(core || placeless || title)
    .slice(0, 12)
    .join('');
}
