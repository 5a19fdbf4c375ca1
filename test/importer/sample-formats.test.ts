// The sample list as every kind of file: exactly the same tasks.
import { readFileSync } from 'node:fs';
import { readUnitDirectory } from '../../src/directory/unit-data';
import { previewImport, type TaskDraft } from '../../src/importer/preview';
import { projectFile } from '../../src/project-files';
import { asCsv, asDocx, asWorkbook, inGbk, type PrintedTable } from './table-files';

const fileName = '鄂城区优化营商环境重点任务清单.txt';
const units = readUnitDirectory(projectFile('seeds', 'units.json'));
const text = readFileSync(projectFile('seeds', fileName), 'utf8');
const expected = previewImport(Buffer.from(text), fileName, { units });

/** The table of the sample as it was before it was flattened: which cells were merged. */
function printed(): PrintedTable {
  const blocks = text.split(/\n[^\S\t\n]*\n/u).map(block => block.split('\n').filter(line => line.startsWith('\t')));
  const rows = blocks.filter(block => block.length > 0).map(block => block.map(line => line.slice(1)));
  const [title = [], header = [], ...body] = rows;
  const table = [title, [header[0] ?? '', '', ...header.slice(1)], ...body].map(cells => [
    ...cells,
    ...new Array<string>(7 - cells.length).fill(''),
  ]);
  const merged = new Set<string>();
  const filled = new Array<boolean>(7).fill(false);
  table.forEach((cells, row) => {
    if (row < 2) return;
    for (const column of [0, 1, 4, 5, 6])
      if (cells[column] !== '') filled[column] = true;
      else if (filled[column]) merged.add(`${row}/${column}`);
  });
  return { above: ['附件：'], rows: table, spans: { '0/0': 7, '1/0': 2 }, merged };
}

const table = printed();
const without = (tasks: TaskDraft[]): Omit<TaskDraft, 'at'>[] => tasks.map(({ at: _, ...task }) => task);

async function expectSame(bytes: Buffer, name: string, at: (row: number) => TaskDraft['at']): Promise<void> {
  const { tasks, errors, list, unknownUnits } = previewImport(bytes, name, { units });
  expect(errors).toEqual([]);
  expect(without(tasks)).toEqual(without(expected.tasks));
  expect(tasks.map(task => task.at)).toEqual(expected.tasks.map(task => at(task.at.row)));
  expect(list).toEqual(expected.list);
  expect(unknownUnits.map(unit => unit.name)).toEqual(expected.unknownUnits.map(unit => unit.name));
}

describe('the sample list', () => {
  it('was a table of seven columns with merged cells', () => {
    expect(table.rows.every(cells => cells.length === 7)).toBe(true);
    expect(table.merged!.size).toBeGreaterThan(300);
  });

  it('as .docx with its merges', async () => {
    await expectSame(await asDocx(table), '清单.docx', row => ({ sheet: null, row }));
  });

  it('as .docx whose merges were lost', async () => {
    await expectSame(await asDocx(table, false), '清单.docx', row => ({ sheet: null, row }));
  });

  it.each(['xlsx', 'biff8'] as const)('as a workbook: %s', async kind => {
    await expectSame(asWorkbook(table, kind), '清单.xlsx', row => ({ sheet: '任务清单', row: row + 1 }));
  });

  it.each([
    ['GBK', inGbk(asCsv(table))],
    ['UTF-8', Buffer.from(asCsv(table))],
    ['UTF-8 with its mark', Buffer.from(`\uFEFF${asCsv(table)}`)],
    ['UTF-16', Buffer.from(`\uFEFF${asCsv(table)}`, 'utf16le')],
    ['UTF-16 without its mark', Buffer.from(asCsv(table), 'utf16le')],
  ])('as .csv in %s', async (_, bytes) => {
    await expectSame(bytes, '清单.csv', row => ({ sheet: null, row: row + 1 }));
  });
});
