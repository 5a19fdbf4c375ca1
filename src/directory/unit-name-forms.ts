// The forms in which one unit may be named, made by rule from its canonical name, its full name and its aliases.
import { type UnitAlias, type UnitEntry } from './unit-data';
import { type Level, type Places, prefix, prefixesOf, splitPlace } from './unit-name-places';
import { type NameParts, partsOf, shortenStem } from './unit-name-words';

/** What a form says: whose it is, and how surely. Many forms of a unit share one claim, so it never changes. */
export interface Claim {
  /** The unit's place in the directory, or null and the name of a collective. */
  readonly unit: number | null;
  readonly collective: string | null;
  /** The prefixes that may stand before the form, bits of `prefix`. */
  readonly bits: number;
  /** 0 the name itself, 1 an alias or the full name, 2 the same without its place, 3 another ending or none, 4 shortened. */
  readonly rank: 0 | 1 | 2 | 3 | 4;
  /** The form is also an everyday word. */
  readonly bare: boolean;
  /** ask: the directory says a person decides; guess: so little of the name that a person should. */
  readonly status: 'sure' | 'ask' | 'guess';
  /** A later part of the name (审批局): counts only where no other word stands before it. */
  readonly inner: boolean;
  readonly level: Level;
}

/** Takes a form, without the place before it (区, 市, 鄂城区), and its claim; the same form may come several times. */
export type TakeForm = (form: string, claim: Claim) => void;

/** Names as they are compared: width folded, no blanks, one kind of bracket. */
export function nameKey(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\s\p{Cf}]/gu, '')
    .replace(/[〔【[]/gu, '(')
    .replace(/[〕】\]]/gu, ')');
}

/** Gives every form of the unit that is `order`th in the directory. */
export function spellUnit(unit: UnitEntry, order: number, places: Places, take: TakeForm): void {
  const { level, bit, core } = splitPlace(nameKey(unit.name), places);
  const bits = prefixesOf(level);
  const own: Claim = {
    unit: order,
    collective: null,
    bits,
    rank: 2,
    bare: false,
    status: 'sure',
    inner: false,
    level,
  };
  take(core, { ...own, bits: bit, rank: 0 });
  spell(core, 'name', own, take);
  if (level === 'home') spellBranch(core, own, places, take);
  for (const written of unit.fullName === null ? [] : nameKey(unit.fullName).split('、')) {
    take(written, { ...own, bits: prefix.none, rank: 1, level: 'none' });
    const official = splitPlace(withoutBodyAbove(written, places), places);
    if (official.level !== level) continue;
    take(official.core, { ...own, bits: bits & ~prefix.none, rank: 1 });
    spell(official.core, 'official', own, take);
  }
  for (const alias of unit.aliases) spellAlias(alias, own, places, take);
}

/** "中共鄂城区委…", "国家税务总局鄂州市鄂城区税务局": what stands before the place is the body above. */
function withoutBodyAbove(fullName: string, { prefixes }: Places): string {
  const named = prefixes.filter(place => place.text.length > 1).map(place => fullName.indexOf(place.text));
  const at = Math.min(...named.filter(place => place >= 0));
  return Number.isFinite(at) ? fullName.slice(at) : fullName;
}

function spellAlias({ text, status: asked }: UnitAlias, own: Claim, places: Places, take: TakeForm): void {
  const alias = splitPlace(nameKey(text), places);
  const status = asked === 'ask' ? 'ask' : 'sure';
  const fits = alias.level === own.level;
  // "市区发改经信局" of a district's unit is a slip with a place of its own: taken as it stands.
  const form = fits || alias.level === 'none' ? alias.core : nameKey(text);
  const bare = partsOf(form) === null && form.length <= 4 && !/[()、]/u.test(form);
  const literal = { ...own, rank: 1, bare, status } as const;
  // 区委办(目标办): the office inside is named alone as well, which a person should settle.
  const inside = /\(([^()]{2,8}[局办委])\)/u.exec(alias.core)?.[1];
  if (inside !== undefined) take(splitPlace(inside, places).core, { ...own, rank: 3, status: 'ask' });
  take(form, fits ? { ...literal, bits: alias.bit } : { ...literal, bits: prefix.none, level: 'none' });
  if (fits) spell(alias.core, 'alias', { ...own, status }, take);
  else if (alias.level === 'none') spell(alias.core, 'alias', { ...own, bits: prefix.none, status }, take);
}

/** 公安局鄂城分局, 市公安局鄂城区分局: a branch named after the city's office. */
function spellBranch(core: string, own: Claim, { prefixes }: Places, take: TakeForm): void {
  const parts = partsOf(core);
  if (parts?.written !== '分局') return;
  const claim: Claim = { ...own, bits: prefix.none, rank: 3, level: 'none' };
  const above = prefixes.filter(({ bit }) => bit === prefix.cityName || bit === prefix.citySign);
  for (const home of prefixes.filter(({ bit }) => bit === prefix.homeName || bit === prefix.homeSign))
    for (const city of ['', ...above.map(place => place.text)]) take(`${city}${parts.stem}局${home.text}分局`, claim);
}

type Source = 'name' | 'official' | 'alias';

function spell(core: string, source: Source, own: Claim, take: TakeForm): void {
  if (own.level !== 'none' && core.startsWith('委')) {
    spellCommitteeOffice(core, own, take);
    return;
  }
  const twoCommittees = /^(..?委)(..?委)$/u.exec(core);
  if (twoCommittees) {
    take(core, own);
    for (const text of twoCommittees.slice(1)) take(text, { ...own, rank: 3 });
    return;
  }
  const parts = partsOf(core);
  if (parts) spellParts(parts, source, own, take);
  else take(core, source === 'alias' ? { ...own, bare: true } : own);
}

/** 区委办公室 is never "委办公室", while 区委组织部 is 组织部 too. */
function spellCommitteeOffice(core: string, own: Claim, take: TakeForm): void {
  const placed = { ...own, bits: own.bits & ~prefix.none };
  const parts = partsOf(core);
  take(core, placed);
  for (const variant of parts?.ending.variants ?? []) take((parts?.stem ?? '') + variant, { ...placed, rank: 3 });
  const inner = partsOf(core.slice(1));
  if (inner && inner.stem.length >= 2 && !inner.written.startsWith('办')) take(core.slice(1), own);
}

function spellParts({ stem, written, ending }: NameParts, source: Source, own: Claim, take: TakeForm): void {
  const isCompany = ending.variants.includes('公司');
  const isBureau = ending.variants.includes('局');
  const everyday = stem === '';
  const whole: Claim = { ...own, bare: everyday };
  const varied: Claim = { ...own, rank: 3, bare: everyday };
  for (const variant of ending.variants) take(stem + variant, variant === written ? whole : varied);
  if (stem.length < 2) return;
  if (ending.stemAlone) take(stem, { ...varied, bare: !(isCompany && stem.length > 3) });
  if (written.endsWith('区')) {
    const zoneAlone: Claim = { ...own, rank: 4, inner: true };
    take(written, { ...zoneAlone, bare: true });
    take(`${written}管委会`, zoneAlone);
  }
  // 发改委 said for a 局, 城管局 for a 委: another body's name elsewhere, so a person settles it.
  const swapped = isBureau ? '委' : /^委(?:员会)?$/u.test(written) ? '局' : null;
  const doubtful: Claim = { ...own, rank: 4, status: own.status === 'ask' ? 'ask' : 'guess' };
  if (swapped !== null && stem.length <= 4) take(stem + swapped, doubtful);
  if (!ending.shortens || own.status === 'ask') return;
  const leading: Claim = { ...own, rank: 4 };
  const inner: Claim = { ...own, rank: 4, inner: true, status: source === 'name' ? 'sure' : 'guess' };
  const alone: Claim = { ...leading, bare: true };
  for (const short of shortenStem(stem)) {
    // A company's name is no string of first signs.
    if (isCompany && !stem.includes(short.text)) continue;
    const claim = short.place === 'inner' ? inner : leading;
    for (const variant of ending.variants.slice(0, 3)) take(short.text + variant, claim);
    if (!isBureau) continue;
    if (short.complete) take(short.text, alone);
    if (claim === leading && short.text.length === 2 && !/^[区市县]/u.test(short.text))
      take(`${short.text}委`, doubtful);
  }
}
