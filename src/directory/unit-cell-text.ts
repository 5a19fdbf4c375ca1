// Where in a unit cell a separator separates: not inside parentheses, and not inside a name that holds one itself.
import { type Names } from './unit-cell-names';

const openingBrackets = '([{〔【〈《';
const closingBrackets = ')]}〕】〉》';
const townsAndStreets = /各(?:乡镇|镇|乡)[、,和及]?(?:各)?街道?(?:办事处|办)?/gu;

/** Half width, character by character, so that places stay the same. */
export function halfWidth(text: string): string {
  return text.replace(/[^\x00-\x7f]/g, char => {
    const plain = char.normalize('NFKC');
    return plain.length === 1 ? plain : char;
  });
}

/** For each place, whether it stands inside parentheses; a bracket without its partner counts for nothing. */
export function insideBrackets(text: string): boolean[] {
  const inside = new Array<boolean>(text.length).fill(false);
  const open: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? '';
    if (openingBrackets.includes(char)) open.push(at);
    else if (closingBrackets.includes(char)) {
      const from = open.pop();
      if (from !== undefined) inside.fill(true, from, at + 1);
    }
  }
  return inside;
}

/** Places inside a name that holds a separator itself. */
export function protectedPlaces(text: string, names: Names): boolean[] {
  const places = new Array<boolean>(text.length).fill(false);
  for (const found of text.matchAll(townsAndStreets)) places.fill(true, found.index, found.index + found[0].length);
  for (const name of names.withSeparators)
    for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length))
      places.fill(true, at, at + name.length);
  return places;
}
