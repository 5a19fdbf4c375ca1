// The index of names: from the words of a text to the units that may be meant, and the decision among them.
import { type UnitDirectoryData } from './unit-data';
import { type Claim, nameKey, spellUnit } from './unit-name-forms';
import { type Places, prefix, placesOf } from './unit-name-places';

/** A reading of some words: claims that agree with what stands before them. */
export type Meaning =
  | { kind: 'unit'; name: string; how: 'name' | 'alias' | 'short' }
  | { kind: 'collective'; name: string }
  | { kind: 'ask'; candidates: string[] };

/** Answers which claims a text has; made once for a directory. */
export class UnitNameIndex {
  readonly places: Places;
  private readonly claims = new Map<string, Claim[]>();
  /** By the first two signs of a form: the lengths there are, longest first. */
  private readonly lengths = new Map<string, number[]>();
  private readonly hasHome: boolean;

  constructor(private readonly data: UnitDirectoryData) {
    this.places = placesOf(data);
    let hasHome = false;
    data.units.forEach((unit, order) => {
      spellUnit(unit, order, this.places, (form, claim) => {
        hasHome ||= claim.level === 'home';
        this.add(form, claim);
      });
    });
    this.hasHome = hasHome;
    for (const { name, aliases } of data.collectives)
      for (const form of [name, ...aliases].map(nameKey)) this.add(form, collectiveClaim(name, form.length < 3));
    for (const lengths of this.lengths.values()) lengths.sort((a, b) => b - a);
  }

  private add(form: string, claim: Claim): void {
    if (form.length < 2) return;
    const held = this.claims.get(form);
    if (held) {
      join(held, claim);
      return;
    }
    this.claims.set(form, [claim]);
    const head = form.slice(0, 2);
    const lengths = this.lengths.get(head);
    if (!lengths) this.lengths.set(head, [form.length]);
    else if (!lengths.includes(form.length)) lengths.push(form.length);
  }

  /** Lengths of the forms that begin as the text does at this place, longest first. */
  lengthsAt(text: string, at: number): readonly number[] {
    return this.lengths.get(text.slice(at, at + 2)) ?? [];
  }

  claimsOf(form: string): readonly Claim[] {
    return this.claims.get(form) ?? [];
  }

  forms(): Iterable<[string, readonly Claim[]]> {
    return this.claims.entries();
  }

  /**
   * Decides among claims on the same words. Without a place before it a name means the directory's own district:
   * 住建局 is 区住建局 although the city has one; a city office without 市 is asked about.
   */
  decide(claims: readonly Claim[], unprefixed: boolean): Meaning | null {
    const exact = claims.filter(claim => claim.rank === 0);
    const named = new Set(exact.map(claim => claim.unit));
    if (named.size > 1) return { kind: 'ask', candidates: this.namesOf(named) };
    if (exact[0]) return this.unitMeant(exact[0], 'name');
    const collective = claims.find(claim => claim.collective !== null)?.collective;
    if (collective) return { kind: 'collective', name: collective };
    const winners = unprefixed ? preferHome(claims) : strongest(claims);
    const units = new Set(winners.map(claim => claim.unit));
    const certain = winners.some(claim => claim.rank <= 1 && claim.status === 'sure');
    const asked = !certain && winners.some(claim => claim.status === 'ask');
    // An alias to ask about hides nobody: all who may be meant are named.
    if (asked) for (const claim of claims) if (!unprefixed || claim.status !== 'guess') units.add(claim.unit);
    const guessed = winners.length > 0 && winners.every(claim => claim.status === 'guess');
    const [first] = winners;
    if (!first) return null;
    if (units.size > 1 || asked || guessed || (unprefixed && this.leavesOutCity(first)))
      return { kind: 'ask', candidates: this.namesOf(units) };
    return this.unitMeant(first, winners.some(claim => claim.rank === 1) ? 'alias' : 'short');
  }

  private leavesOutCity(claim: Claim): boolean {
    return this.hasHome && claim.level === 'city' && this.data.units[claim.unit ?? -1]?.kind === 'government';
  }

  private unitMeant(claim: Claim, how: 'name' | 'alias' | 'short'): Meaning | null {
    const name = this.data.units[claim.unit ?? -1]?.name;
    return name === undefined ? null : { kind: 'unit', name, how };
  }

  /** In the order of the directory. */
  private namesOf(units: ReadonlySet<number | null>): string[] {
    const orders = [...units].filter(unit => unit !== null).sort((a, b) => a - b);
    return orders.map(order => this.data.units[order]?.name ?? '');
  }
}

function collectiveClaim(collective: string, bare: boolean): Claim {
  return { unit: null, collective, bits: prefix.none, rank: 1, bare, status: 'sure', inner: false, level: 'none' };
}

/** Units come one after the other, so what a unit has claimed already stands at the end. */
function join(held: Claim[], claim: Claim): void {
  for (let i = held.length - 1; i >= 0; i--) {
    const other = held[i];
    if (other === claim) return;
    if (other?.unit !== claim.unit || other.collective !== claim.collective) break;
    if (other.bits !== claim.bits || other.status !== claim.status || other.level !== claim.level) continue;
    const [better, worse] = claim.rank < other.rank ? [claim, other] : [other, claim];
    const same = (better.bare && worse.bare) === better.bare && (better.inner && worse.inner) === better.inner;
    held[i] = same ? better : { ...better, bare: better.bare && worse.bare, inner: better.inner && worse.inner };
    return;
  }
  held.push(claim);
}

/** A name beats an alias, an alias a name without its place, and that beats everything made by shortening. */
function strongest(claims: readonly Claim[]): readonly Claim[] {
  const sure = claims.some(claim => claim.status !== 'guess');
  const pool = sure ? claims.filter(claim => claim.status !== 'guess') : claims;
  const group = (claim: Claim): number => Math.min(claim.rank, 3);
  const best = Math.min(...pool.map(group));
  const units = new Set(pool.filter(claim => group(claim) === best).map(claim => claim.unit));
  return pool.filter(claim => units.has(claim.unit));
}

function preferHome(claims: readonly Claim[]): readonly Claim[] {
  const own = claims.filter(claim => claim.level !== 'city');
  const city = strongest(claims.filter(claim => claim.level === 'city'));
  if (own.length === 0 || city.length === 0) return strongest(claims);
  const home = strongest(own);
  const doubtful = home.every(claim => claim.status !== 'sure') || home.every(claim => claim.rank === 4);
  return doubtful && city.some(claim => claim.rank <= 2) ? [...home, ...city] : home;
}
