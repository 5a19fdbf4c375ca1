// Groups of numbers as they are written: "38、39和41-43".
import { numeralPattern, readNumber } from './numerals';

export const joiner = '\\s*(?:[、,/&+]|和|及|与|跟|以及|还有)\\s*';
export const ranger = '\\s*(?:-|至|到)\\s*';
/** A range over more numbers than this names no tasks. */
const widest = 200;
const tokens = new RegExp(`${numeralPattern}|${ranger}|${joiner}`, 'gu');

/** "38、39和41-43" → 38, 39, 41, 42, 43; null when it holds a number that cannot be one of a list, or a range backwards. */
export function expandNumbers(group: string): number[] | null {
  const nos: number[] = [];
  let range = false;
  for (const [token] of group.matchAll(tokens)) {
    const no = readNumber(token.trim());
    if (no === null) {
      range = /-|至|到/u.test(token);
      continue;
    }
    const last = nos.at(-1);
    if (range && last !== undefined) {
      if (no <= last || no - last > widest) return null;
      for (let i = last + 1; i <= no; i++) nos.push(i);
    } else nos.push(no);
    range = false;
  }
  return nos.length > 0 && nos.every(no => no > 0) ? [...new Set(nos)] : null;
}
