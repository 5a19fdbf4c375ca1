// UnitNames: what a person may mean by a unit's name: canonical, alias, short form, or a slip that sounds the same.
import { type UnitDirectoryData } from './unit-data';

export type ResolvedName =
  /** `how`: written exactly, as a certain alias, in a short form made by rule, or only by sound (never for a write without asking). */
  | { kind: 'unit'; name: string; how: 'name' | 'alias' | 'short' | 'sound' }
  | { kind: 'collective'; name: string }
  /** Several units, or an alias that a person must settle. */
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

export class UnitNames {
  constructor(private readonly data: UnitDirectoryData) {}

  /** What a whole cell or word names. */
  resolve(text: string): ResolvedName {
    const unit = this.data.units.find(entry => entry.name === text.trim());
    return unit ? { kind: 'unit', name: unit.name, how: 'name' } : { kind: 'unknown' };
  }

  /** The names in a sentence, in order, never overlapping, the longest first. `text` is half-width and simplified. */
  findIn(_text: string): NamedPlace[] {
    return [];
  }
}
