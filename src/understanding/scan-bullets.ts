// Finds the marks that count the points of a message: "1.", "(2)", "一、", "一是": numbers of nothing in the list.
import { type Mark } from './marks';
import { readNumber } from './numerals';

/** Where a point may begin: a line, or what follows a sign. */
const opens = '(?<=^|[\\n ,;。:!\\]】])[ \\t]*';
const spoken = '[一二三四五六七八九十]{1,3}';
/** A number of the list may follow at once; in "38、39项" and "三十八、三十九项" the first number is one as well. */
const forms: readonly RegExp[] = [
  new RegExp(`${opens}\\((\\d{1,2})\\)\\s*(?!\\d|\\s*(?:部分|的|里|中))`, 'gu'),
  new RegExp(`${opens}(\\d{1,2})(?:\\)|\\.(?!\\d)|\\.(?=\\d{1,3}\\s*[^\\d\\s.%])|、)\\s*`, 'gu'),
  new RegExp(`${opens}\\((${spoken})\\)\\s*`, 'gu'),
  new RegExp(`${opens}(${spoken})(?:、|是(?!不是|否))\\s*`, 'gu'),
  new RegExp(`${opens}(?:第)(${spoken})\\s*[,:]\\s*`, 'gu'),
];

interface Point {
  start: number;
  end: number;
  no: number | null;
}

/** What a lone first point must be followed by: a number that is one of the list beyond doubt. */
const certain = /^(?:第\s*[\d一二三四五六七八九十百]{1,5}\s*[项号]|#\s*\d|任务\s*\d)/u;
const lineStart = /(?:^|\n)[ \t]*$/u;
const number = /^\d/u;

/** The list marks of a text. */
export function findBullets(text: string): Mark[] {
  return forms.flatMap(form => {
    const points = [...text.matchAll(form)].map((match): Point => ({
      start: match.index,
      end: match.index + match[0].length,
      no: readNumber(match[1] ?? ''),
    }));
    return countingRun(points)
      .filter((point, _, run) => isBullet(text, point, run.length))
      .map(({ start, end }): Mark => ({ kind: 'bullet', start, end }));
  });
}

/** The points as far as they count: 1, 2, 3 … from the first that is 1. */
function countingRun(points: readonly Point[]): Point[] {
  const run: Point[] = [];
  for (const point of points) {
    if (point.no === run.length + 1) run.push(point);
    else if (run.length === 0 || point.no !== run.length) continue;
  }
  return run;
}

/** Two or more count a message's points; "1、38完成" and "1.38" alone may be something else, "1. 38完成" and "一、38完成" not. */
function isBullet(text: string, { start, end }: Point, length: number): boolean {
  const after = text.slice(end, end + 12);
  if (length > 1) return true;
  const words = text.slice(start, end).trim();
  if (certain.test(after)) return true;
  if (/^\(/u.test(words)) return number.test(after);
  if (!lineStart.test(text.slice(0, start))) return false;
  if (/^\d+\.$/u.test(words) && number.test(after)) return end > start + words.length;
  if (/^\d+、/u.test(words)) return !number.test(after) && /^\p{L}/u.test(after);
  return /是$/u.test(words) ? number.test(after) : !/^\s*(?:$|\d+%)/u.test(after);
}
