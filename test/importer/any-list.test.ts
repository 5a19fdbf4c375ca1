// Any list, written as a table in any of many ways, reads back as the same tasks.
import * as fc from 'fast-check';
import { type ImportIssue } from '../../src/importer/import-issue';
import { parseTables } from '../../src/importer/parse-rows';
import { previewImport } from '../../src/importer/preview';
import { type TableRow } from '../../src/importer/table';
import { flattened } from './flattened';
import { directory, expectSame, headers, keys, list, printRows } from './list-arbitrary';

const above = ['鄂城区2023年重点任务清单'];
const isGap = (issue: ImportIssue): boolean => issue.code === 'number_gap';

describe('any list', () => {
  it('with merged cells, blank rows and its columns in any order is read as written', () => {
    fc.assert(
      fc.property(
        list,
        fc.shuffledSubarray(keys, { minLength: keys.length }),
        fc.array(fc.nat(12), { maxLength: 3 }),
        (facts, order, blanks) => {
          // Where 类别 stands right of 政策措施 the outer heading is not the left one: keep that order.
          const ordered = [...order];
          const [section, measure] = [ordered.indexOf('section'), ordered.indexOf('measure')];
          if (section > measure) [ordered[section], ordered[measure]] = ['measure', 'section'];
          const rows = printRows(facts, ordered, false).map(row => row.cells);
          for (const at of blanks)
            rows.splice(
              Math.min(at, rows.length),
              0,
              ordered.map(() => ''),
            );
          const bytes = flattened([ordered.map(key => headers[key]), ...rows], above);
          const read = previewImport(bytes, '清单.txt', { units: directory });
          expectSame(read, facts);
          const gaps = (facts.at(-1)?.no ?? 0) - (facts[0]?.no ?? 0) + 1 > facts.length;
          expect(read.warnings.some(isGap)).toBe(gaps);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('under a heading over two columns, as in the sample, is read as written', () => {
    fc.assert(
      fc.property(list, facts => {
        const rows = printRows(facts, keys, false).map(row => row.cells);
        const header = ['政策措施', '序号', '重点任务', '牵头单位', '责任单位', '完成时限'];
        expectSame(previewImport(flattened([header, ...rows], above), '清单.txt', { units: directory }), facts);
      }),
      { numRuns: 100 },
    );
  });

  it('with its sections in rows of their own is read as written', () => {
    fc.assert(
      fc.property(list, facts => {
        const order = keys.filter(key => key !== 'section');
        const rows = printRows(facts, order, false).flatMap(({ cells }, at) => {
          const section = facts[at]?.section ?? '';
          return section === facts[at - 1]?.section ? [cells] : [[section], cells];
        });
        expectSame(
          previewImport(flattened([order.map(key => headers[key]), ...rows], above), '清单.txt', { units: directory }),
          facts,
        );
      }),
      { numRuns: 100 },
    );
  });

  it('whose merges the file itself knows is read as written, and no blank cell is filled', () => {
    fc.assert(
      fc.property(list, facts => {
        const rows = printRows(facts, keys, true);
        const blankDeadline = {
          row: facts.length + 2,
          cells: keys.map((key, i) => (key === 'deadline' ? '' : key === 'no' ? '999' : (rows.at(-1)?.cells[i] ?? ''))),
          merged: [0, 1],
        };
        const header = { row: 1, cells: keys.map(key => headers[key]) };
        const read = parseTables(
          [{ sheet: '任务', above, rows: [header, ...rows, blankDeadline], mergesKnown: true }],
          { fileName: '清单', units: directory },
        );
        expect(read.tasks.at(-1)).toMatchObject({
          no: 999,
          deadline: { text: '', due: null, vague: true },
          at: { sheet: '任务', row: facts.length + 2 },
        });
        expectSame({ ...read, tasks: read.tasks.slice(0, -1) }, facts);
      }),
      { numRuns: 100 },
    );
  });

  it('of any cells at all ends in tasks, in errors with a place or in one sentence', () => {
    const cell = fc.oneof(
      fc.constantFrom(
        '',
        '',
        '1',
        '2',
        '序号',
        '重点任务',
        '牵头单位',
        '完成时限',
        '区财政局',
        '2月30日',
        '一、总则',
        '（一）',
        '合计',
        '各镇街',
      ),
      fc.string({ maxLength: 8 }),
    );
    fc.assert(
      fc.property(
        fc.array(
          fc.array(
            cell.map(text => text.replace(/[\t\r\n]/g, ' ')),
            { minLength: 1, maxLength: 8 },
          ),
          { maxLength: 10 },
        ),
        rows => {
          try {
            const read = previewImport(flattened(rows), '清单.txt', { units: directory, fallbackYear: 2023 });
            expect(read.tasks.length + read.errors.length).toBeGreaterThan(0);
            expect(new Set(read.tasks.map(task => task.no)).size === read.tasks.length || read.errors.length > 0).toBe(
              true,
            );
            for (const error of read.errors) expect(error.row).not.toBeNull();
          } catch (thrown) {
            expect(thrown).toMatchObject({ code: 'bad_input', expose: true });
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('a file that knows its merges', () => {
  it('keeps one number merged over two rows one task', () => {
    const rows: TableRow[] = [
      { row: 1, cells: keys.map(key => headers[key]) },
      { row: 2, cells: ['（一）甲', '1.乙', '1', '推进甲项工作', '区财政局', '区税务局', '6月底'] },
      {
        row: 3,
        cells: ['（一）甲', '1.乙', '1', '推进甲项工作', '区财政局', '区教育局', '6月底'],
        merged: [0, 1, 2, 3, 4, 6],
      },
      { row: 4, cells: ['（一）甲', '1.乙', '', '', '区财政局', '区教育局', '6月底'], merged: [0, 1, 4, 5, 6] },
      { row: 5, cells: ['（一）甲', '1.乙', '2', '推进乙项工作', '区财政局', '', ''], merged: [0, 1, 4] },
    ];
    const { tasks, errors } = parseTables([{ sheet: null, above, rows, mergesKnown: true }], {
      fileName: '清单',
      units: directory,
    });
    expect(errors).toEqual([]);
    expect(tasks).toMatchObject([
      { no: 1, content: '推进甲项工作', support: ['区税务局', '区教育局'], deadline: { text: '6月底' } },
      { no: 2, content: '推进乙项工作', support: [], deadline: { text: '' } },
    ]);
  });

  it('names the sheet of what is wrong', () => {
    const rows: TableRow[] = [
      { row: 3, cells: ['序号', '重点任务', '完成时限'] },
      { row: 4, cells: ['1', '推进甲项工作', '2023年2月30日'] },
    ];
    const { errors } = parseTables([{ sheet: '附表一', above: [], rows, mergesKnown: true }], { fileName: '清单' });
    expect(errors).toEqual([
      {
        code: 'bad_date',
        message: '工作表“附表一”第4行（第1项）“完成时限”列：“2023年2月30日”的日期不存在：没有2月30日',
        sheet: '附表一',
        row: 4,
        column: '完成时限',
      },
    ]);
  });
});
