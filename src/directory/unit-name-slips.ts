// Names no form of which stands in the text: long official ones the directory does not know, and slips by sound.
import { endsHereBySound, isOtherPlace, leftOf } from './unit-name-context';
import { type Claim } from './unit-name-forms';
import { type Meaning, type UnitNameIndex } from './unit-name-index';
import { type PlacePrefix, prefix } from './unit-name-places';
import { type HeardForm, SoundIndex, unitEndings } from './unit-name-sounds';
import { isGeneral, partsOf, type ShortStem, shortenStem } from './unit-name-words';

export type SlipMeaning =
  { kind: 'unit'; name: string; how: 'short' | 'sound' } | { kind: 'ask'; candidates: string[] };

export interface FoundSlip {
  start: number;
  end: number;
  meaning: SlipMeaning;
}

/** A place that stands in the text, before a name. */
interface PlacedPrefix extends PlacePrefix {
  at: number;
}

const noPlace: PlacePrefix = { text: '', bit: prefix.none };
const longestName = 24;
/** No office's name holds these. */
const sentenceWord = /[的了是由在把被对向要已未们个这那吗呢请]/u;
/** A misspelt ending must be the end of a word as well: "区教育具备条件" names nobody. */
const clearEnd =
  /^(?:$|[^\p{Script=Han}]|的|本[周月季年]|[这上下]|任务|牵头|配合|逾期|还|有(?:没有|哪|什么|啥|几|多少|无))/u;

/** The places after one and up to another; `places` in order. */
function among(places: readonly number[], after: number, upTo: number): number[] {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] ?? 0) <= after) low = middle + 1;
    else high = middle;
  }
  const found: number[] = [];
  for (let i = low; i < places.length && (places[i] ?? 0) <= upTo; i++) found.push(places[i] ?? 0);
  return found;
}

/** Reads what the index does not hold. The sounds are learned when they are first needed. */
export class UnitNameSlips {
  private sounds: SoundIndex | null = null;

  constructor(private readonly index: UnitNameIndex) {}

  /** What a whole word means, by its long form or by its sound; null when nothing fits. */
  resolve(word: string): SlipMeaning | null {
    const places = [...this.index.places.prefixes.filter(place => word.startsWith(place.text)), noPlace];
    const inTurn = (read: (core: string, place: PlacePrefix) => SlipMeaning | null): SlipMeaning | null => {
      for (const place of places) {
        const meaning = read(word.slice(place.text.length), place);
        if (meaning) return meaning;
      }
      return null;
    };
    return (
      inTurn((core, { bit }) => this.longMeaning(core, bit)) ??
      inTurn((core, place) => {
        const start = place.text.length;
        const heard = this.soundIndex().formsEndingAt(word, word.length, start);
        const forms = heard.filter(form => form.start === start).map(({ form }) => form);
        return this.heardMeaning(core, forms, place.bit, () => true);
      }) ??
      inTurn((core, { bit }) => this.longGuess(core, bit))
    );
  }

  /** Slips in a sentence, outside the places already taken. Costs next to nothing where no ending of a unit is left over. */
  findIn(text: string, isFree: (start: number, end: number) => boolean): FoundSlip[] {
    const ends = unitEndings(text).filter(end => isFree(end - 1, end));
    const places = this.placesIn(text, isFree);
    const found: FoundSlip[] = [];
    const add = (slip: FoundSlip | null): void => {
      if (!slip || !isFree(slip.start, slip.end)) return;
      if (!found.some(other => other.start < slip.end && slip.start < other.end)) found.push(slip);
    };
    const addLong = (read: (core: string, bit: number) => SlipMeaning | null): void => {
      // The same words mean the same: a text that repeats a name is not made to look for it each time.
      const known = new Map<string, SlipMeaning | null>();
      const meaningOf = (core: string, bit: number): SlipMeaning | null => {
        const key = `${bit} ${core}`;
        const meaning = known.get(key);
        if (meaning !== undefined) return meaning;
        const found = read(core, bit);
        known.set(key, found);
        return found;
      };
      for (const place of places)
        for (const end of among(ends, place.at + 5, place.at + longestName).reverse()) {
          const meaning = meaningOf(text.slice(place.at + place.text.length, end), place.bit);
          if (meaning) add({ start: place.at, end, meaning });
        }
    };
    addLong((core, bit) => this.longMeaning(core, bit));
    for (const end of ends) add(this.heardAt(text, end));
    for (const place of places) {
      const start = place.at + place.text.length;
      for (let end = start + 3; end <= Math.min(text.length, start + this.soundIndex().longest); end++)
        if (clearEnd.test(text.slice(end, end + 3))) add(this.heardAt(text, end, start));
    }
    addLong((core, bit) => this.longGuess(core, bit));
    return found;
  }

  private soundIndex(): SoundIndex {
    this.sounds ??= new SoundIndex(this.index.forms());
    return this.sounds;
  }

  /** The places (区, 市, 鄂城区) that are no part of a name found, and nobody else's. */
  private placesIn(text: string, isFree: (start: number, end: number) => boolean): PlacedPrefix[] {
    return this.index.places.prefixes.flatMap(place => {
      const found: PlacedPrefix[] = [];
      for (let at = text.indexOf(place.text); at >= 0; at = text.indexOf(place.text, at + 1))
        if (at + 3 < text.length && isFree(at, at + place.text.length) && !isOthers(text, at, place))
          found.push({ ...place, at });
      return found;
    });
  }

  /** A name misspelt that ends here, and begins at `from` if that is given. */
  private heardAt(text: string, end: number, from?: number): FoundSlip | null {
    const heard = this.soundIndex().formsEndingAt(text, end, from);
    const starts = [...new Set(heard.map(form => form.start))].filter(start => from === undefined || start === from);
    for (const start of starts) {
      const written = text.slice(start, end);
      if (!endsHereBySound(written, text, end)) continue;
      const forms = heard.filter(form => form.start === start).map(({ form }: HeardForm) => form);
      for (const place of this.index.places.prefixes) {
        const at = start - place.text.length;
        if (at < 0 || !text.startsWith(place.text, at) || isOthers(text, at, place)) continue;
        const meaning = this.heardMeaning(written, forms, place.bit, () => true);
        if (meaning) return { start: at, end, meaning };
      }
      const left = leftOf(text, start, this.index.places);
      const fits = (claim: Claim): boolean => left === 'free' || (left === 'open' && !claim.inner);
      const meaning = this.heardMeaning(written, forms, prefix.none, fits);
      if (meaning) return { start, end, meaning };
    }
    return null;
  }

  private heardMeaning(
    written: string,
    forms: readonly string[],
    bit: number,
    fits: (claim: Claim) => boolean,
  ): SlipMeaning | null {
    if (this.index.claimsOf(written).some(claim => (claim.bits & bit) !== 0)) return null;
    const claimed = forms
      // Two signs alone (区发院) are too little without a place, or when neither is right.
      .filter(form => form.length > 2 || (bit !== prefix.none && wrongSigns(form, written) < 2))
      .flatMap(form => {
        const fitting = this.index
          .claimsOf(form)
          .filter(claim => claim.bits & bit && claim.unit !== null && claim.status === 'sure' && fits(claim));
        return fitting.map(claim => ({ claim, wrong: wrongSigns(form, written) }));
      });
    // 水物局 is nearer to 水务局 than to 税务局, where a directory has both.
    const least = Math.min(...claimed.map(({ wrong }) => wrong));
    const claims = claimed.filter(({ wrong }) => wrong === least).map(({ claim }) => claim);
    const meaning = claims.length === 0 ? null : this.index.decide(claims, bit === prefix.none);
    return meaning?.kind === 'unit' ? { kind: 'unit', name: meaning.name, how: 'sound' } : asked(meaning);
  }

  /** 区卫生健康局 for 区卫健局: shortened by rule, a long name gives a form of the directory. */
  private longMeaning(core: string, bit: number): SlipMeaning | null {
    const forms = longForms(core, short => short.complete || (short.rest !== null && isGeneral(short.rest)));
    const meaning = this.index.decide(
      forms.flatMap(form => this.mainClaims(form, bit)),
      bit === prefix.none,
    );
    return meaning?.kind === 'unit' ? { kind: 'unit', name: meaning.name, how: 'short' } : asked(meaning);
  }

  /** 区优化营商环境办公室 for 区优化办; it may as well be a lower body (区税务稽查局), so a person is asked. */
  private longGuess(core: string, bit: number): SlipMeaning | null {
    for (const form of longForms(core, short => short.rest !== null)) {
      const meaning = this.index.decide(this.mainClaims(form, bit), bit === prefix.none);
      if (meaning?.kind === 'unit') return { kind: 'ask', candidates: [meaning.name] };
    }
    return null;
  }

  private mainClaims(form: string, bit: number): Claim[] {
    return this.index
      .claimsOf(form)
      .filter(claim => (claim.bits & bit) !== 0 && claim.rank <= 3 && claim.unit !== null && claim.status !== 'guess');
  }
}

function asked(meaning: Meaning | null): SlipMeaning | null {
  return meaning?.kind === 'ask' ? meaning : null;
}

/** What a long official name may be shortened to, the longest first. */
function longForms(core: string, wanted: (short: ShortStem) => boolean): string[] {
  const parts = partsOf(core);
  if (!parts || parts.stem.length < 4 || parts.stem.length > 16 || !/^\p{Script=Han}+$/u.test(core)) return [];
  if (sentenceWord.test(core)) return [];
  return shortenStem(parts.stem)
    .filter(short => short.place === 'leading' && wanted(short))
    .sort((a, b) => b.text.length - a.text.length)
    .flatMap(short => parts.ending.variants.map(variant => short.text + variant));
}

function wrongSigns(form: string, written: string): number {
  let wrong = 0;
  for (let at = 0; at < form.length; at++) if (form[at] !== written[at]) wrong++;
  return wrong;
}

function isOthers(text: string, at: number, { bit }: PlacePrefix): boolean {
  return (bit === prefix.homeSign || bit === prefix.citySign) && isOtherPlace(text, at);
}
