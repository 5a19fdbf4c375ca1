// Any list, written as any kind of file by a document library, reads back as the same tasks.
import * as fc from 'fast-check';
import { previewImport } from '../../src/importer/preview';
import { directory, expectSame, headers, keys, list, printRows, type Fact } from './list-arbitrary';
import { asCsv, asDocx, asWorkbook, inGbk, type PrintedTable } from './table-files';

/** The table of a list, with its merges. */
function print(facts: Fact[]): PrintedTable {
  const merged = new Set<string>();
  const rows = printRows(facts, keys, false).map((row, at) => {
    for (const column of row.merged ?? []) merged.add(`${at + 1}/${column}`);
    return row.cells;
  });
  return { above: ['鄂城区2023年重点任务清单'], rows: [keys.map(key => headers[key]), ...rows], merged };
}

const writers: [string, (table: PrintedTable) => Buffer | Promise<Buffer>][] = [
  ['.docx', table => asDocx(table)],
  ['.docx without merges', table => asDocx(table, false)],
  ['.xlsx', table => asWorkbook(table, 'xlsx')],
  ['.xlsx without merges', table => asWorkbook({ ...table, merged: new Set() }, 'xlsx')],
  ['.xls', table => asWorkbook(table, 'biff8')],
  ['.csv in GBK', table => inGbk(asCsv(table))],
  ['.csv in UTF-16', table => Buffer.from(`\uFEFF${asCsv(table)}`, 'utf16le')],
];

it.each(writers)('any list as %s', async (name, write) => {
  await fc.assert(
    fc.asyncProperty(list, async facts => {
      const bytes = await write(print(facts));
      expectSame(previewImport(bytes, '清单', { units: directory }), facts);
    }),
    { numRuns: name.includes('GBK') ? 10 : 40 },
  );
});
