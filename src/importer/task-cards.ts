// Lists of cards: one small table for each task, its headings in the first column. They become the rows of one table.
import { headerMeaning, plainHeader } from './header-words';
import { type Table } from './table';

/** The headings and values of a card, in order; null where the table is none. */
function cardOf({ rows }: Table): [header: string, value: string][] | null {
  const pairs: [string, string][] = [];
  for (const { cells } of rows) {
    if (cells.every(cell => cell === '')) continue;
    if (cells.length < 2 || cells.length % 2 === 1) return null;
    for (let i = 0; i < cells.length; i += 2) {
      const [header = '', value = ''] = [cells[i]?.trim(), cells[i + 1]?.trim()];
      if (header === '') continue;
      pairs.push([header, value]);
    }
  }
  const meanings = pairs.map(([header]) => headerMeaning(header)?.kind);
  const known = meanings.filter(kind => kind !== undefined).length;
  const kinds = new Set(meanings);
  return kinds.has('text') &&
    kinds.size > 2 - Number(kinds.has('lead') || kinds.has('units')) &&
    known * 3 >= pairs.length * 2
    ? pairs
    : null;
}

/** One table of all cards, a row for each; null where no table is one. */
export function tableOfCards(tables: Table[]): Table | null {
  const cards = tables.flatMap(table => {
    const pairs = cardOf(table);
    return pairs ? [{ pairs, row: table.rows[0]?.row ?? 1 }] : [];
  });
  if (cards.length === 0) return null;
  const headers = [...new Set(cards.flatMap(({ pairs }) => pairs.map(([header]) => plainHeader(header))))];
  const [first] = tables;
  return {
    sheet: first?.sheet ?? null,
    above: first?.above ?? [],
    // Nothing is merged, and that is known: no blank cell carries another card's value.
    mergesKnown: true,
    rows: [
      { row: 0, cells: headers },
      ...cards.map(({ pairs, row }) => ({
        row,
        cells: headers.map(header => pairs.find(([printed]) => plainHeader(printed) === header)?.[1] ?? ''),
        merged: [],
      })),
    ],
  };
}
