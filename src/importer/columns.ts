// Finds the header of a table and says what each of its columns is: by the headings, and by what stands under them.
import { cellFit, columnFit } from './cell-fit';
import { headerMeaning, isGroupHeader, type HeaderMeaning } from './header-words';
import { headingLevel } from './headings';
import { type TableRow } from './table';

export type ColumnRole =
  'number' | 'section' | 'measure' | 'content' | 'goal' | 'lead' | 'support' | 'deadline' | 'other';

export interface Column {
  role: ColumnRole;
  /** The heading as printed, on one line; '' when it has none. */
  header: string;
}

export interface Layout {
  columns: Column[];
  /** Index of the first header row among the table's rows, and of the first row below the header. */
  headerFrom: number;
  bodyFrom: number;
}

const searched = 40;
const sampled = 80;

/**
 * The layout of a table, or null when it has no header row.
 * A header row names at least two different kinds of column, one of them the text or two of them others.
 */
export function findLayout(rows: TableRow[]): Layout | null {
  for (let at = 0; at < Math.min(rows.length, searched); at++) {
    const row = rows[at];
    if (!row || !isHeaderRow(row.cells)) continue;
    let header = row.cells;
    let bodyFrom = at + 1;
    for (; bodyFrom < rows.length; bodyFrom++) {
      const further = ownCells(rows[bodyFrom]);
      if (!isFurtherHeaderRow(further, rows[bodyFrom]?.cells ?? [])) break;
      header = mergeHeaders(header, further);
    }
    const headers = header.map(cell => cell.replace(/\s*\n\s*/g, ''));
    if (isColumnCount(rows[bodyFrom]?.cells ?? [])) bodyFrom++;
    return { columns: nameColumns(headers, rows.slice(bodyFrom)), headerFrom: at, bodyFrom };
  }
  return null;
}

export function isHeaderRow(cells: string[]): boolean {
  const filled = cells.filter(cell => cell !== '');
  const meanings = filled.map(headerMeaning);
  const kinds = new Set(meanings.flatMap(meaning => (meaning && meaning.kind !== 'other' ? [meaning.kind] : [])));
  const known = meanings.filter(meaning => meaning !== null).length;
  return kinds.size >= 2 && known * 2 > filled.length && !filled.some(cell => cell.length > 60);
}

/** The cells of a row without those merged with the row above. */
function ownCells(row: TableRow | undefined): string[] {
  return row?.cells.map((cell, i) => (row.merged?.includes(i) ? '' : cell)) ?? [];
}

/** Below 责任分工 stand 牵头单位 and 责任单位: every filled cell is a heading again, none a number. A repeated header is none. */
function isFurtherHeaderRow(own: string[], whole: string[]): boolean {
  const filled = own.filter(cell => cell !== '');
  if (filled.length < 2) return false;
  return (
    filled.length < whole.length && filled.every(cell => headerMeaning(cell) !== null && headingLevel(cell) === null)
  );
}

/** A row that only counts the columns: 1, 2, 3 … or 甲, 1, 2 … */
function isColumnCount(cells: string[]): boolean {
  return cells.length > 2 && cells.every((cell, i) => cell === String(i + 1) || (i < 2 && cell === '甲乙'[i]));
}

function mergeHeaders(first: string[], second: string[]): string[] {
  if (first.length === second.length) return second.map((cell, i) => (cell === '' ? (first[i] ?? '') : cell));
  // Flattened, the upper row has fewer cells: its first stand over the blanks on the left, its last over those on the right.
  const filledAt = second.findIndex(cell => cell !== '');
  const lastFilled = second.findLastIndex(cell => cell !== '');
  return second.map((cell, i) => {
    if (cell !== '') return cell;
    if (i < filledAt) return first[i] ?? '';
    return i > lastFilled ? (first[first.length - (second.length - i)] ?? '') : '';
  });
}

function nameColumns(headers: string[], body: TableRow[]): Column[] {
  const width = Math.max(usualWidth(body, headers.length), lastFilledAt(headers) + 1);
  const sample = body
    .filter(row => row.cells.length === width && row.cells.some(cell => cell !== ''))
    .slice(0, sampled);
  const texts = Array.from({ length: width }, (_, i) => sample.map(row => row.cells[i] ?? ''));
  const spread = headers.length >= width ? headers.slice(0, width) : spreadHeaders(headers, texts);
  return assignRoles(inheritHeaders(spread, texts), texts);
}

/** The width most rows have; of two as frequent, the header's. */
function usualWidth(body: TableRow[], headerWidth: number): number {
  const counts = new Map<number, number>();
  for (const { cells } of body) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1);
  return (
    [...counts].sort(
      (a, b) => b[1] - a[1] || Number(b[0] === headerWidth) - Number(a[0] === headerWidth) || b[0] - a[0],
    )[0]?.[0] ?? 0
  );
}

function lastFilledAt(headers: string[]): number {
  return headers.findLastIndex(header => header !== '');
}

/**
 * Headings over more columns than there are headings: one of them spans several.
 * Of all ways to lay them out in order, the one under which the cells fit best.
 */
function spreadHeaders(headers: string[], texts: string[][]): string[] {
  const kinds = headers.map(header => headerMeaning(header)?.kind ?? 'other');
  const fit = kinds.map(kind => texts.map(column => columnFit(column, kind)));
  // A text heading readily spans two columns (section and measure); any other hardly does.
  const spanCost = kinds.map(kind => (kind === 'text' ? 0.05 : 0.6));
  const best: { score: number; spread: string[] }[][] = [];
  for (let h = 0; h < headers.length; h++) {
    best.push([]);
    for (let c = h; c < texts.length; c++) {
      const own = fit[h]?.[c] ?? 0;
      const begun = h === 0 ? (c === 0 ? { score: 0, spread: [] } : null) : (best[h - 1]?.[c - 1] ?? null);
      const goneOn = best[h]?.[c - 1] ?? null;
      const options = [
        ...(begun ? [{ score: begun.score + own, spread: [...begun.spread, headers[h] ?? ''] }] : []),
        ...(goneOn
          ? [{ score: goneOn.score + own - (spanCost[h] ?? 0), spread: [...goneOn.spread, headers[h] ?? ''] }]
          : []),
      ];
      const winner = options.sort((a, b) => b.score - a.score)[0];
      if (winner && best[h]) (best[h] as { score: number; spread: string[] }[])[c] = winner;
    }
  }
  return best.at(-1)?.[texts.length - 1]?.spread ?? headers;
}

/** A blank heading over text belongs to the text heading on its left, which spans it. */
function inheritHeaders(headers: string[], texts: string[][]): string[] {
  const named: string[] = [];
  headers.forEach((header, i) => {
    const left = named[i - 1] ?? '';
    const spans = header === '' && headerMeaning(left)?.kind === 'text' && columnFit(texts[i] ?? [], 'text') > 0;
    named.push(spans ? left : header);
  });
  return named;
}

function assignRoles(headers: string[], texts: string[][]): Column[] {
  const meanings = headers.map(
    (header, i): HeaderMeaning => headerMeaning(header) ?? unnamedColumn(header, texts[i] ?? []),
  );
  const depths = meanings.map(meaning => (meaning.kind === 'text' ? meaning.depth : -1));
  const content = contentColumn(depths, headers, texts);
  const headings = depths.flatMap((depth, i) => (depth >= 0 && depth !== 1 && i !== content ? [i] : []));
  const measure = measureColumn(headings, headers, texts);
  const someoneLeads = meanings.some(meaning => meaning.kind === 'lead');
  let numbered = false;
  return meanings.map((meaning, i): Column => {
    const header = headers[i] ?? '';
    if (meaning.kind === 'text') {
      if (i === content) return { role: 'content', header };
      if (meaning.depth === 1) return { role: 'goal', header };
      return { role: i === measure ? 'measure' : 'section', header };
    }
    // 责任单位 stand beside those that lead; where nobody leads, they do.
    if (meaning.kind === 'units') return { role: someoneLeads ? 'support' : 'lead', header };
    if (meaning.kind !== 'number') return { role: meaning.kind, header };
    const role = numbered ? 'other' : 'number';
    numbered = true;
    return { role, header };
  });
}

/** No heading, but headings under it (（一）…, 1.…): a column of sections or measures. */
function unnamedColumn(header: string, column: string[]): HeaderMeaning {
  const filled = column.filter(text => text !== '');
  const headed = filled.filter(text => headingLevel(text) !== null).length;
  return header === '' && filled.length > 0 && headed * 2 > filled.length
    ? { kind: 'text', depth: 0 }
    : { kind: 'other' };
}

/** The finest text column; of several, the one with the longest texts under the same heading, else the last. */
function contentColumn(depths: number[], headers: string[], texts: string[][]): number {
  const finest = Math.max(...depths);
  if (finest < 0) return -1;
  const candidates = depths.flatMap((depth, i) => (depth === finest ? [i] : []));
  const last = candidates.at(-1) ?? -1;
  const length = (i: number): number => (texts[i] ?? []).reduce((sum, text) => sum + text.length, 0);
  return candidates
    .filter(i => headers[i] === headers[last])
    .reduce((best, i) => (length(i) > length(best) ? i : best), last);
}

/** The last heading column holds the measures, unless the only one is headed 领域, 类别 or holds sections （一）. */
function measureColumn(headings: number[], headers: string[], texts: string[][]): number {
  const last = headings.at(-1) ?? -1;
  if (headings.length !== 1) return last;
  const filled = (texts[last] ?? []).filter(text => text !== '');
  const sections = filled.filter(text => (headingLevel(text) ?? 3) < 3).length;
  return isGroupHeader(headers[last] ?? '') || (filled.length > 0 && sections * 2 > filled.length) ? -1 : last;
}

/**
 * Lays the cells of a row of another width into the columns: in order, each where it fits best.
 *
 * @returns the row's cells in full width, or null when it has more filled cells than there are columns
 */
export function alignCells(cells: string[], columns: Column[]): string[] | null {
  const width = columns.length;
  if (cells.length === width) return cells;
  if (cells.length > width) return cells.slice(width).some(cell => cell !== '') ? null : cells.slice(0, width);
  const kinds = columns.map(({ role }) => kindOf(role));
  // best[k][c]: the best way to lay the first k cells into the first c columns.
  const best: { score: number; laid: string[] }[][] = [
    Array.from({ length: width + 1 }, (_, c) => ({ score: 0, laid: new Array<string>(c).fill('') })),
  ];
  for (let k = 1; k <= cells.length; k++) {
    const cell = cells[k - 1] ?? '';
    const line: { score: number; laid: string[] }[] = [];
    for (let c = k; c <= width; c++) {
      const before = best[k - 1]?.[c - 1];
      const skipped = line[c - 1];
      const placed = before && {
        score: before.score + cellFit(cell, kinds[c - 1] ?? 'other') + shapeFit(cell, columns[c - 1]),
        laid: [...before.laid, cell],
      };
      if (placed && (!skipped || placed.score > skipped.score)) line[c] = placed;
      else if (skipped) line[c] = { score: skipped.score, laid: [...skipped.laid, ''] };
    }
    best.push(line);
  }
  return best[cells.length]?.[width]?.laid ?? null;
}

function kindOf(role: ColumnRole): HeaderMeaning['kind'] {
  if (role === 'section' || role === 'measure' || role === 'content' || role === 'goal') return 'text';
  return role;
}

/** Among text columns the form tells: （一） a section, 1. a measure, anything else the task. */
function shapeFit(cell: string, column: Column | undefined): number {
  const level = headingLevel(cell);
  if (column?.role === 'section') return level !== null && level < 3 ? 0.3 : -0.3;
  if (column?.role === 'measure') return level === 3 ? 0.3 : -0.2;
  return column?.role === 'content' && level === null ? 0.2 : 0;
}
