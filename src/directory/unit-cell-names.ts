// The directory's names as a unit cell looks them up: exact, certain ones first.
import { type CollectiveEntry, type UnitDirectoryData, type UnitEntry } from './unit-data';

export interface KnownName {
  unit: UnitEntry | null;
  collective: CollectiveEntry | null;
  ask: boolean;
}

export interface Names {
  known: Map<string, KnownName>;
  /** Names that hold a separator themselves (各镇、街道), longest first. */
  withSeparators: string[];
  district: string | null;
}

/** Exact, or without the parentheses at its end, or with 区 for the district's whole name. */
export function lookUp(name: string, names: Names): KnownName | null {
  const key = keyOf(name);
  const exact = names.known.get(key);
  if (exact) return exact;
  const bare = key.replace(/\([^()]*\)?$/u, '');
  if (bare !== key && bare !== '') return lookUp(bare, names);
  const { district } = names;
  if (district !== null && key.startsWith(district))
    return names.known.get(district.slice(-1) + key.slice(district.length)) ?? null;
  return null;
}

const cache = new WeakMap<UnitDirectoryData, Names>();

export function namesOf(data: UnitDirectoryData | undefined): Names {
  if (!data) return { known: new Map(), withSeparators: [], district: null };
  const held = cache.get(data);
  if (held) return held;
  const known = new Map<string, KnownName>();
  const add = (text: string | null, name: KnownName): void => {
    const key = text === null ? '' : keyOf(text);
    if (key !== '' && !known.has(key)) known.set(key, name);
  };
  // What is more certain comes first and stays.
  for (const unit of data.units) add(unit.name, { unit, collective: null, ask: false });
  for (const collective of data.collectives) add(collective.name, { unit: null, collective, ask: false });
  for (const unit of data.units)
    for (const { text, status } of unit.aliases)
      if (status === 'certain') add(text, { unit, collective: null, ask: false });
  for (const collective of data.collectives)
    for (const text of collective.aliases) add(text, { unit: null, collective, ask: false });
  for (const unit of data.units) add(unit.fullName, { unit, collective: null, ask: false });
  for (const unit of data.units)
    for (const { text, status } of unit.aliases) if (status === 'ask') add(text, { unit, collective: null, ask: true });
  const withSeparators = [...known.keys()].filter(key => /[、,;]/u.test(key)).sort((a, b) => b.length - a.length);
  const names: Names = { known, withSeparators, district: data.district === null ? null : keyOf(data.district) };
  cache.set(data, names);
  return names;
}

function keyOf(name: string): string {
  return name
    .normalize('NFKC')
    .replace(/\s/g, '')
    .replace(/[〔【[]/gu, '(')
    .replace(/[〕】\]]/gu, ')');
}
