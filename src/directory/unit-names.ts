// UnitNames: what a person may mean by a unit's name: canonical, alias, short form, or a slip that sounds the same.
import { createRequire } from 'node:module';
import { type UnitDirectoryData } from './unit-data';
import { endsHere, isOtherPlace, type Left, leftOf } from './unit-name-context';
import { type Claim, nameKey } from './unit-name-forms';
import { type Meaning, UnitNameIndex } from './unit-name-index';
import { prefix } from './unit-name-places';
import { UnitNameSlips } from './unit-name-slips';

export type ResolvedName =
  /** `how`: written exactly, as a certain alias, in a short form made by rule, or only by sound (never for a write without asking). */
  | { kind: 'unit'; name: string; how: 'name' | 'alias' | 'short' | 'sound' }
  | { kind: 'collective'; name: string }
  /** Several units, or an alias that a person must settle; in the order of the directory. */
  | { kind: 'ask'; candidates: string[] }
  | { kind: 'unknown' };

/** A unit's name found in a text; `start` and `end` are places in the text given. */
export interface NamedPlace {
  start: number;
  end: number;
  resolved: Exclude<ResolvedName, { kind: 'unknown' }>;
  /** A bare word that is also an everyday word (公安, 教育, 医保): a unit only where the sentence wants one. */
  bare: boolean;
}

interface Reading {
  end: number;
  bit: number;
  form: string;
}

/** Longer words are no unit's name. */
const longestWord = 60;

/**
 * Reads unit names by rules on the directory given; knows no name of its own.
 * A place before a name must be the unit's own: 市税务局 is unknown where only 区税务局 is listed. Without a place the
 * directory's own level is meant.
 */
export class UnitNames {
  private readonly index: UnitNameIndex;
  private readonly slips: UnitNameSlips;
  private readonly placeSigns: ReadonlySet<string>;

  constructor(data: UnitDirectoryData) {
    this.index = new UnitNameIndex(data);
    this.slips = new UnitNameSlips(this.index);
    this.placeSigns = new Set(this.index.places.prefixes.map(place => place.text.charAt(0)));
  }

  /** What a whole cell or word names; width, blanks and traditional signs do not matter. */
  resolve(text: string): ResolvedName {
    const folded = nameKey(text);
    if (folded.length > longestWord) return { kind: 'unknown' };
    const unsigned = simplified(folded).replace(/^["'“‘《(:：,，、]+|["'”’》:：,，、。.;；!！?？]+$/gu, '');
    const plain = unsigned.replace(/\([^()]*\)?$/u, '');
    const words = [folded, unsigned, folded.replace(/\([^()]*\)?$/u, ''), plain];
    for (const word of words) {
      const meaning = this.wholeMeaning(word);
      if (meaning) return meaning;
    }
    return this.slips.resolve(plain) ?? { kind: 'unknown' };
  }

  /** The names in a sentence, in order, never overlapping, the longest first. `text` is half-width and simplified. */
  findIn(text: string): NamedPlace[] {
    const { own, others } = this.standing(text);
    own.sort((a, b) => b.end - b.start - (a.end - a.start) || a.start - b.start);
    const taken = new Uint8Array(text.length);
    const isFree = (start: number, end: number): boolean => !taken.subarray(start, end).includes(1);
    const chosen: NamedPlace[] = [];
    const choose = (place: NamedPlace): void => {
      if (!isFree(place.start, place.end)) return;
      taken.fill(1, place.start, place.end);
      chosen.push(place);
    };
    // What begins within another place's name (资源交易中心 in 市公共资源交易中心) is a part of that.
    const apart = own.filter(({ start }) => !others.some(other => other.start <= start && start < other.end));
    for (const place of apart) if (!place.bare) choose(place);
    // An everyday word gives way to a name misspelt around it: 区税务剧.
    for (const { start, end, meaning } of this.slips.findIn(text, isFree))
      choose({ start, end, resolved: meaning, bare: false });
    for (const place of apart) if (place.bare) choose(place);
    return chosen.sort((a, b) => a.start - b.start);
  }

  /** Names that stand in the text as written, and stretches that are names of another place's units. */
  private standing(text: string): { own: NamedPlace[]; others: { start: number; end: number }[] } {
    const own: NamedPlace[] = [];
    const others: { start: number; end: number }[] = [];
    for (let at = 0; at < text.length - 1; at++) {
      const readings = this.readingsAt(text, at);
      if (readings.length === 0) continue;
      const place = this.longestOf(readings, text, at);
      if (place) own.push(place);
      else if (this.isOthers(readings, text, at))
        others.push({ start: at, end: Math.max(...readings.map(reading => reading.end)) });
    }
    return { own, others };
  }

  private wholeMeaning(word: string): Meaning | null {
    const readings = this.readingsAt(word, 0).filter(reading => reading.end === word.length);
    const claims = readings.flatMap(({ form, bit }) => this.index.claimsOf(form).filter(claim => claim.bits & bit));
    return this.index.decide(
      claims,
      readings.every(reading => reading.bit === prefix.none),
    );
  }

  /** The forms that begin here, with a place before them or without. */
  private readingsAt(text: string, at: number): Reading[] {
    const readings: Reading[] = [];
    const read = (from: number, bit: number): void => {
      for (const length of this.index.lengthsAt(text, from)) {
        const form = text.slice(from, from + length);
        if (form.length === length && this.index.claimsOf(form).length > 0)
          readings.push({ end: from + length, bit, form });
      }
    };
    read(at, prefix.none);
    if (this.placeSigns.has(text.charAt(at)))
      for (const place of this.index.places.prefixes)
        if (text.startsWith(place.text, at)) read(at + place.text.length, place.bit);
    return readings;
  }

  private longestOf(readings: readonly Reading[], text: string, at: number): NamedPlace | null {
    const left = leftOf(text, at, this.index.places);
    const other = isOtherPlace(text, at);
    const ends = [...new Set(readings.map(reading => reading.end))].sort((a, b) => b - a);
    for (const end of ends) {
      const here = readings.filter(reading => reading.end === end);
      const claims = here.flatMap(({ form, bit }) =>
        this.index
          .claimsOf(form)
          .filter(
            claim => claim.bits & bit && mayStand(claim, bit, left, other) && endsHere(form, claim.bare, text, end),
          ),
      );
      const unprefixed = here.every(reading => reading.bit === prefix.none);
      const meaning = this.index.decide(claims, unprefixed);
      if (meaning) return { start: at, end, resolved: meaning, bare: claims.every(claim => claim.bare) };
    }
    return null;
  }

  /** A name of ours after a place that is not: 市税务局, 华容区税务局. */
  private isOthers(readings: readonly Reading[], text: string, at: number): boolean {
    if (readings.every(reading => reading.bit === prefix.none))
      return leftOf(text, at, this.index.places) === 'blocked';
    return isOtherPlace(text, at);
  }
}

function mayStand(claim: Claim, bit: number, left: Left, other: boolean): boolean {
  if (bit === prefix.homeSign || bit === prefix.citySign) return !other;
  if (bit !== prefix.none) return true;
  if (claim.inner) return left === 'free';
  return claim.level === 'none' || left !== 'blocked';
}

type Convert = (text: string) => string;
interface Converters {
  Converter(options: { from: 'tw'; to: 'cn' }): Convert;
}
let convert: Convert | null = null;

function simplified(text: string): string {
  if (/^[\x00-\x7f]*$/.test(text)) return text;
  convert ??= loadConverter();
  return convert(text);
}

/** Loaded with the first word that needs it. */
function loadConverter(): Convert {
  const library = createRequire(__filename)('opencc-js') as Converters;
  return library.Converter({ from: 'tw', to: 'cn' });
}
