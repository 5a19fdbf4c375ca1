// Reads a unit cell (牵头单位, 责任单位) of a task list: which units, which collectives, in which role. Exact names only.
import { lookUp, type Names, namesOf } from './unit-cell-names';
import { halfWidth, insideBrackets, protectedPlaces } from './unit-cell-text';
import { type UnitDirectoryData } from './unit-data';
import { partsByRole, type CellRole } from './unit-cell-roles';
import { looksLikeCollective, looksLikeUnit, namesNobody, withoutRemark } from './unit-cell-words';

/** Units and collectives by name, in the order of the cell, each once. */
export interface UnitParties {
  units: string[];
  collectives: string[];
}

/** What a person may want to know about a name in the cell. */
export interface UnitNote {
  /**
   * merged = another way to write a unit or collective of the directory; ask = may be `name`, a person decides;
   * unknown = no such name in the directory; unknown_collective = words for many units the directory does not know.
   */
  kind: 'merged' | 'ask' | 'unknown' | 'unknown_collective';
  /** As the cell has it, without spaces. */
  written: string;
  /** The directory's name, or null where there is none. */
  name: string | null;
}

export interface UnitCell extends UnitParties {
  /** "等相关单位" and the like: the names are not all. */
  openEnded: boolean;
  /** Names of `units` the directory does not settle (kinds ask and unknown). */
  unknown: string[];
  /** Only where the cell itself says who leads or supports; a name without a role then supports (leads, where none leads). */
  byRole: Record<CellRole, UnitParties> | null;
  notes: UnitNote[];
}

const separators = new Set(['、', ',', ';', '。', '|']);
/** Signs that refer to a note: 区财政局*, ★区教育局, 区税务局[1], 区水利局②. */
const footnoteMarks = /^[*＊※★☆▲△●◆#]+|(?:[*＊※†★☆▲△●◆#①-⑳]|[[〔［]\d{1,2}[\]〕］])+$/gu;
/**
 * Reads one unit cell.
 * `、，,；;` and line breaks separate, not inside parentheses; certain aliases become the canonical name, aliases to ask about and
 * names the directory does not know stay as written; "等相关单位" is a remark.
 *
 * @param data - without it nothing is known, and only the words for many units are told apart
 * Source: product description §2 "Units"
 */
export function splitUnits(cell: string, data?: UnitDirectoryData): UnitCell {
  const names = namesOf(data);
  const written = cell.replace(/\p{Cf}/gu, '').replace(/[\r\v\f\u2028\u2029]/g, '\n');
  const text = halfWidth(written);
  const inside = insideBrackets(text);
  const whole = protectedPlaces(text, names);
  const result = new CellBuilder(names);
  for (const part of partsByRole(text, at => inside[at] === true)) {
    let from = part.from;
    for (let at = part.from; at <= part.to; at++) {
      const cut = at === part.to || (separators.has(text[at] ?? '') && !inside[at] && !whole[at]);
      if (!cut) continue;
      result.addToken(written.slice(from, at), part.role);
      from = at + 1;
    }
  }
  return result.cell();
}

/** Collects the names of one cell. */
class CellBuilder {
  private readonly found: { name: string; collective: boolean; role: CellRole | null }[] = [];
  private readonly unknown = new Set<string>();
  private readonly notes = new Map<string, UnitNote>();
  private openEnded = false;

  constructor(private readonly names: Names) {}

  addToken(token: string, partRole: CellRole | null): void {
    let role = partRole;
    let text = token
      .trim()
      .replace(/^由(?=[区市县省州各])/u, '')
      .replace(/^(?:\d{1,2}[.)）]|[(（]\d{1,2}[)）]|[①-⑳•·▪-])\s*/u, '');
    const marked = /[(（]\s*(牵头|主责|主办|配合|协办|协助|责任|参与)(?:单位|部门)?\s*[)）]\s*$/u.exec(text);
    if (marked) {
      role = /牵头|主/u.test(marked[1] ?? '') ? 'lead' : 'support';
      text = text.slice(0, marked.index);
    }
    for (const piece of joinWrapped(text, this.names)) this.addName(piece, role);
  }

  private addName(spaced: string, role: CellRole | null): void {
    const name = spaced
      .replace(/\s/g, '')
      .replace(/[。.、,，:：(（]+$/u, '')
      .replace(footnoteMarks, '');
    if (name === '' || /^[-—–/无\\]+$/u.test(name)) return;
    const remarkless = withoutRemark(name);
    if (remarkless !== null) this.openEnded = true;
    if (lookUp(name, this.names)) {
      this.settle(name, role);
      return;
    }
    if (remarkless === '' || (namesNobody(name) && this.found.length > 0)) {
      this.openEnded = true;
      return;
    }
    for (const joined of splitJoined(remarkless ?? name, this.names)) {
      const one = lookUp(joined, this.names) ? joined : (withoutRemark(joined) ?? joined);
      if (one !== joined) this.openEnded = true;
      if (one === '') continue;
      if (namesNobody(one) && this.found.length > 0) this.openEnded = true;
      else this.settle(one, role);
    }
  }

  private settle(written: string, role: CellRole | null): void {
    const known = lookUp(written, this.names);
    const canonical = known?.unit?.name ?? known?.collective?.name ?? null;
    if (known && !known.ask && canonical !== null) {
      this.found.push({ name: canonical, collective: known.unit === null, role });
      if (canonical !== written) this.note({ kind: 'merged', written, name: canonical });
      return;
    }
    const collective = known === null && looksLikeCollective(written) && !looksLikeSingleUnit(written);
    this.found.push({ name: written, collective, role });
    if (!collective) this.unknown.add(written);
    const previous = this.found.at(-2);
    const meant = canonical ?? (collective || !previous ? null : withLevelOf(previous.name, written, this.names));
    this.note({ kind: meant !== null ? 'ask' : collective ? 'unknown_collective' : 'unknown', written, name: meant });
  }

  private note(note: UnitNote): void {
    if (!this.notes.has(note.written)) this.notes.set(note.written, note);
  }

  cell(): UnitCell {
    const roles = new Set(this.found.map(one => one.role));
    const said = roles.has('lead') || roles.has('support');
    const silent: CellRole = roles.has('lead') ? 'support' : 'lead';
    const of = (role: CellRole): UnitParties => this.parties(one => (one.role ?? silent) === role);
    return {
      ...this.parties(() => true),
      openEnded: this.openEnded,
      unknown: [...this.unknown],
      byRole: said ? { lead: of('lead'), support: of('support') } : null,
      notes: [...this.notes.values()],
    };
  }

  private parties(wanted: (one: { role: CellRole | null }) => boolean): UnitParties {
    const names = (collective: boolean): string[] => [
      ...new Set(this.found.filter(one => one.collective === collective && wanted(one)).map(one => one.name)),
    ];
    return { units: names(false), collectives: names(true) };
  }
}

function looksLikeSingleUnit(name: string): boolean {
  return looksLikeUnit(name) && !/^(?:各|全[区市县]|辖区)|有关|相关|单位$|部门$/u.test(name);
}

/** "交通运输局" after "市自然资源和规划局" leaves out the level: the name it would have, where the directory has it. */
function withLevelOf(previous: string, written: string, names: Names): string | null {
  const level = /^[区市县省州]/u.exec(previous)?.[0];
  const known = level === undefined || written.startsWith(level) ? null : lookUp(level + written, names);
  return known && !known.ask ? (known.unit?.name ?? null) : null;
}

/** Names wrapped over lines are put together; names set apart by spaces or line breaks are taken apart. */
function joinWrapped(text: string, names: Names): string[] {
  const pieces = text.split(/(\s+)/u);
  const result: string[] = [];
  let held = pieces[0] ?? '';
  for (let i = 2; i < pieces.length; i += 2) {
    const next = pieces[i] ?? '';
    if (next === '') continue;
    const broken = (pieces[i - 1] ?? '').includes('\n');
    if (held === '' || continues(held, next, broken, names)) held += next;
    else {
      result.push(held);
      held = next;
    }
  }
  return [...result, held];
}

function continues(held: string, next: string, broken: boolean, names: Names): boolean {
  if (
    lookUp(held + next, names) ||
    /[和与及]$/u.test(held) ||
    /^(?:公室|事处|员会|局|委|办|部|院|会|心|[(（].*)$/u.test(next)
  )
    return true;
  if (/^(?:等|及|和|以及)/u.test(next)) return true;
  const complete = isParty(held, names);
  if (broken) return !complete && !lookUp(next, names) && looksLikeUnit(next);
  return !(complete && isParty(withoutRemark(next) ?? next, names));
}

/** "区住建局及其他行政审批职能单位" is two; "区自然资源和规划分局" is one. */
function splitJoined(name: string, names: Names): string[] {
  if (lookUp(name, names)) return [name];
  for (const found of name.matchAll(/以及|[及和与/／+]/gu)) {
    const [left, right] = [name.slice(0, found.index), name.slice(found.index + found[0].length)];
    if (left !== '' && right !== '' && isParty(withoutRemark(left) ?? left, names)) {
      const rest = splitJoined(right, names);
      if (rest.every(one => isParty(one, names))) return [left, ...rest];
    }
  }
  return [name];
}

function isParty(name: string, names: Names): boolean {
  return lookUp(name, names) !== null || looksLikeUnit(name) || looksLikeCollective(name);
}
