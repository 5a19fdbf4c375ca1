// Cuts a unit cell into the parts that share one role: "XX局牵头、YY局配合", "牵头单位：…；配合单位：…", "XX局会同YY局".

export type CellRole = 'lead' | 'support';

/** A stretch of the cell; role null = the cell does not say. */
export interface RolePart {
  from: number;
  to: number;
  role: CellRole | null;
}

interface Marker {
  from: number;
  to: number;
  /** label = for what follows; closing = for what stands before it; between = lead before, support after. */
  kind: 'label' | 'closing' | 'between';
  role: CellRole | null;
}

const boundary = '(?=$|[\\s、,;。.)])';
const label =
  /(?:(?<lead>牵头|主责|主办|第一责任)|(?<support>配合|协办|协同|协助|参与|参加|责任|落实|承办))(?:责任)?(?:(?:单位|部门):|(?<=(?:^|[\s、,;。(])(?:牵头|主责|主办|第一责任|配合|协办|协同|协助|参与|参加|责任|落实|承办)(?:责任)?):)\s*/gu;
const leadClosing = /(?:总|共同|联合|分别|具体)?牵头(?:负责|抓总|组织|落实|实施|推进|办理)*/gu;
const supportClosing = new RegExp(
  `(?:积极|共同|分别|协同)?(?:配合|协助|协办|参与|参加)(?:落实|实施|推进|办理|负责)*${boundary}`,
  'gu',
);
const openClosing = new RegExp(
  `(?:(?:按照?(?:各自)?职责(?:分工)?)(?:分别|共同|抓好|做好|负责|落实|配合|推进)*|(?:具体|共同|分别|分工|分头)?负责(?:落实|实施)?)${boundary}`,
  'gu',
);
const between = /会同|商(?=[区市县省])/gu;

/**
 * The parts of a cell by role, in order; markers are in no part.
 *
 * @param text - half width, as long as the cell itself
 * @param hidden - tells the places inside parentheses, where no marker counts
 */
export function partsByRole(text: string, hidden: (at: number) => boolean): RolePart[] {
  const parts: RolePart[] = [];
  let from = 0;
  let role: CellRole | null = null;
  const push = (to: number, as: CellRole | null): void => {
    if (text.slice(from, to).replace(/[\s、,;。由]/gu, '') !== '') parts.push({ from, to, role: as });
  };
  for (const marker of markersOf(text, hidden)) {
    if (marker.from < from) continue;
    if (marker.kind === 'label') {
      push(marker.from, role);
      role = marker.role;
    } else if (marker.kind === 'between') {
      push(marker.from, 'lead');
      role = 'support';
    } else {
      // A closing word speaks for the names before it, back to the last strong stop.
      const stop = lastStop(text, from, marker.from);
      if (stop > from) {
        const before = from;
        push(stop, role);
        from = Math.max(before, stop);
      }
      push(marker.from, marker.role ?? role);
      role = null;
    }
    from = marker.to;
  }
  push(text.length, role);
  return parts;
}

function lastStop(text: string, from: number, to: number): number {
  for (let at = to - 1; at > from; at--)
    if (text[at] === ';' || text[at] === '。') return text.slice(at + 1, to).trim() ? at + 1 : from;
  return from;
}

function markersOf(text: string, hidden: (at: number) => boolean): Marker[] {
  const markers: Marker[] = [];
  const add = (pattern: RegExp, kind: Marker['kind'], roleOf: (found: RegExpMatchArray) => CellRole | null): void => {
    for (const found of text.matchAll(pattern))
      if (!hidden(found.index))
        markers.push({ from: found.index, to: found.index + found[0].length, kind, role: roleOf(found) });
  };
  add(label, 'label', found => (found.groups?.lead ? 'lead' : 'support'));
  add(leadClosing, 'closing', () => 'lead');
  add(supportClosing, 'closing', () => 'support');
  add(openClosing, 'closing', () => null);
  add(between, 'between', () => null);
  return markers.sort((a, b) => a.from - b.from || b.to - a.to);
}
