// A .csv, and rows pasted from a sheet.
import { splitDelimited } from '../../src/importer/read-csv';
import { previewImport } from '../../src/importer/preview';

const cells = (text: string, delimiter = ','): string[][] => splitDelimited(text, delimiter).map(row => row.cells);

describe('delimited text', () => {
  it.each([
    [
      'plain cells',
      'a,b\nc,d',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['every kind of line break', 'a\r\nb\rc\n', [['a'], ['b'], ['c']]],
    ['blank cells and rows', 'a,\n\n,b', [['a', ''], [''], ['', 'b']]],
    ['quotes around delimiters, line breaks and quotes', '"a,b","c\r\nd","say ""x"""', [['a,b', 'c\nd', 'say "x"']]],
    ['space around', ' a , "b" \n', [['a', 'b']]],
    ['a quote inside a cell', 'a"b,"c"d', [['a"b', '"c"d']]],
    ['nothing', '', []],
  ])('%s', (_, text, expected) => {
    expect(cells(text)).toEqual(expected);
  });

  it('counts rows as a sheet does, and lines as an editor does', () => {
    expect(splitDelimited('a\n"b\nb"\n\nc', ',').map(({ row, line }) => [row, line])).toEqual([
      [1, 1],
      [2, 2],
      [3, 4],
      [4, 5],
    ]);
  });

  it('with a quote that never ends is refused by its line; pasted text may hold one', () => {
    expect(() => splitDelimited('a,b\nc,"d\ne', ',')).toThrow(/第2行的引号没有结束/u);
    expect(cells('a\t"b\nc', '\t')).toEqual([['a', '"b'], ['c']]);
  });
});

describe('a list', () => {
  const rows = ['序号;重点任务;牵头单位;完成时限', '1;推进甲项，并落实;区财政局;6月底'];

  it('may part its cells with semicolons', () => {
    expect(previewImport(Buffer.from(rows.join('\n')), '2023年清单.csv').tasks).toMatchObject([
      { no: 1, content: '推进甲项，并落实', lead: ['区财政局'] },
    ]);
  });

  it('may leave out the blank cells at the end of a row, which then carry the value above', () => {
    const text =
      '2023年重点任务清单\n序号,重点任务,牵头单位,完成时限\n1,推进甲项工作,区财政局,6月底\n\n2,推进乙项工作\n';
    expect(previewImport(Buffer.from(text), '清单.csv')).toMatchObject({
      list: { title: '2023年重点任务清单' },
      tasks: [{ at: { row: 3 } }, { no: 2, lead: ['区财政局'], deadline: { due: '2023-06-30' }, at: { row: 5 } }],
    });
  });

  it('pasted from a sheet may hold cells of several lines', () => {
    const text =
      '2023年清单\n序号\t重点任务\t牵头单位\t完成时限\n1\t"推进甲项\n并落实"\t"区财政局\n区税务局"\t6月底\n2\t推进乙项\t\t';
    expect(previewImport(Buffer.from(text), '粘贴.txt').tasks).toMatchObject([
      { no: 1, content: '推进甲项\n并落实', lead: ['区财政局', '区税务局'] },
      { no: 2, lead: ['区财政局', '区税务局'] },
    ]);
  });

  it('without a header is told to have one', () => {
    expect(() =>
      previewImport(Buffer.from('1,推进甲项,区财政局,6月底\n2,推进乙项,区财政局,6月底'), '清单.csv'),
    ).toThrow(/没有找到表头/u);
  });
});
