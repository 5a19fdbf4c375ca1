// Lists of cards: one small table for each task, its headings in the first column. They become the rows of one table.
import { headerMeaning, plainHeader } from './header-words';
import { type Table } from './table';

type Pair = [header: string, value: string];

/** The cards of a table, each with its headings and values in order; [] where it holds none. A heading that comes again begins the next card. */
function cardsOf({ rows }: Table): { pairs: Pair[]; row: number }[] {
  const cards: { pairs: Pair[]; row: number }[] = [];
  for (const { cells, row } of rows) {
    if (cells.every(cell => cell === '')) continue;
    if (cells.length < 2 || cells.length % 2 === 1) return [];
    for (let i = 0; i < cells.length; i += 2) {
      const pair: Pair = [plainHeader(cells[i] ?? ''), (cells[i + 1] ?? '').trim()];
      if (pair[0] === '') continue;
      const card = cards.at(-1);
      if (!card || card.pairs.some(([header]) => header === pair[0])) cards.push({ pairs: [pair], row });
      else card.pairs.push(pair);
    }
  }
  return cards.every(({ pairs }) => isCard(pairs)) ? cards : [];
}

/** Most headings are known, one of them the task, others who does it or until when. */
function isCard(pairs: Pair[]): boolean {
  const kinds = pairs.map(([header]) => headerMeaning(header)?.kind);
  const known = kinds.filter(kind => kind !== undefined).length;
  const others = new Set(kinds.filter(kind => kind === 'lead' || kind === 'units' || kind === 'deadline'));
  return kinds.includes('text') && others.size > 0 && known * 3 >= pairs.length * 2;
}

/** One table of all cards, a row for each; null where no table is one. */
export function tableOfCards(tables: Table[]): Table | null {
  const cards = tables.flatMap(cardsOf);
  if (cards.length === 0) return null;
  const headers = [...new Set(cards.flatMap(({ pairs }) => pairs.map(([header]) => header)))];
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
        cells: headers.map(header => pairs.find(([printed]) => printed === header)?.[1] ?? ''),
        merged: [],
      })),
    ],
  };
}
