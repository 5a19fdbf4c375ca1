// Whose unit a name says it is: the level (区, 市), the district's and the city's own names, and what stands before a name.
import { type UnitDirectoryData } from './unit-data';
import { levelOf } from './unit-cell-words';

/** home = of the directory's own district or county; city = of the city above it; none = the name carries no place. */
export type Level = 'home' | 'city' | 'none';

/** What may stand before a unit's own words: bits of a set. */
export const prefix = { none: 1, homeSign: 2, homeName: 4, citySign: 8, cityName: 16 } as const;

export interface PlacePrefix {
  text: string;
  bit: number;
}

export interface Places {
  /** Every prefix a name of this directory may carry, longest first. */
  prefixes: readonly PlacePrefix[];
  /** Names of the city without its sign: 鄂州; a name after it is the city's own. */
  cityNames: readonly string[];
}

/**
 * Learns the places from the directory itself: the sign most names begin with (区, 县), and the district's and city's
 * names out of the full names (鄂城区财政局, 鄂州市公安局), where the directory does not say them.
 */
export function placesOf(data: UnitDirectoryData): Places {
  const written = data.district?.replace(/\s/g, '') ?? null;
  const signs = data.units.map(unit => levelOf(unit.name)).filter(sign => sign !== null && sign !== '省');
  const lower = signs.filter(sign => sign !== '市');
  const home = /[区县市州]$/u.exec(written ?? '')?.[0] ?? mostFrequent(lower) ?? mostFrequent(signs);
  const district = written?.replace(/^.*[省市州](?=.)/u, '') ?? (home === null ? null : districtIn(data, home));
  const city =
    home === '市' ? null : (/([^省]{2,6}市)./u.exec(written ?? '')?.[1] ?? cityIn(data, home ?? '区', district));
  const homeNames = withAndWithoutSign(district);
  const cityNames = withAndWithoutSign(city);
  const prefixes: PlacePrefix[] = [
    ...homeNames.map(text => ({ text, bit: prefix.homeName })),
    ...cityNames.flatMap(above => (district === null ? [] : [{ text: above + district, bit: prefix.homeName }])),
    ...cityNames.map(text => ({ text, bit: prefix.cityName })),
    ...(home === null ? ['区', '县'] : [home]).map(text => ({ text, bit: prefix.homeSign })),
    ...(home === '市' ? [] : [{ text: '市', bit: prefix.citySign }]),
  ];
  prefixes.sort((a, b) => b.text.length - a.text.length);
  return { prefixes, cityNames };
}

/** The place a name begins with, and the rest of it; "市场监管局" begins with none. */
export function splitPlace(name: string, { prefixes }: Places): { level: Level; bit: number; core: string } {
  for (const { text, bit } of prefixes) {
    if (!name.startsWith(text) || name.length < text.length + 2) continue;
    if (text.length === 1 && levelOf(name) !== text) continue;
    const level = bit === prefix.homeSign || bit === prefix.homeName ? 'home' : 'city';
    return { level, bit, core: name.slice(text.length) };
  }
  return { level: 'none', bit: prefix.none, core: name };
}

/** The prefixes that leave the meaning as it is, for a name of this level. */
export function prefixesOf(level: Level): number {
  if (level === 'home') return prefix.none | prefix.homeSign | prefix.homeName;
  if (level === 'city') return prefix.none | prefix.citySign | prefix.cityName;
  return prefix.none | prefix.homeName | prefix.cityName;
}

function districtIn(data: UnitDirectoryData, home: string): string | null {
  const found = data.units
    .filter(unit => unit.fullName !== null && levelOf(unit.name) === home)
    .map(unit => (unit.fullName ?? '').split(home)[0] ?? '')
    .map(before => before.replace(/^.*(?:[省市州局](?=.)|中共)/u, ''))
    .filter(name => /^\p{Script=Han}{1,5}$/u.test(name));
  const name = mostFrequent(found);
  return name === null ? null : name + home;
}

function cityIn(data: UnitDirectoryData, home: string, district: string | null): string | null {
  const found = data.units.flatMap(unit => {
    const name = /^(?:.*省)?([^省局]{2,5}市)/u.exec(unit.fullName ?? '')?.[1];
    const ownOrAbove = levelOf(unit.name) === '市' || (district !== null && unit.fullName?.includes(district));
    return name !== undefined && ownOrAbove && !name.includes(home) ? [name] : [];
  });
  return mostFrequent(found);
}

function withAndWithoutSign(name: string | null): string[] {
  if (name === null) return [];
  const short = name.slice(0, -1);
  return short.length >= 2 ? [name, short] : [name];
}

function mostFrequent<T>(values: readonly T[]): T | null {
  const counts = new Map<T, number>();
  let best: T | null = null;
  for (const value of values) {
    const count = (counts.get(value) ?? 0) + 1;
    counts.set(value, count);
    if (best === null || count > (counts.get(best) ?? 0)) best = value;
  }
  return best;
}
