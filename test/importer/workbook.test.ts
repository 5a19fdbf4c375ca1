// What an Excel workbook may hold beside plain cells: dates, formulas, merges, title rows, hidden parts, several sheets.
import { CFB, utils, write } from '@e965/xlsx';
import { readUnitDirectory } from '../../src/directory/unit-data';
import { previewImport, type ImportPreview } from '../../src/importer/preview';
import { projectFile } from '../../src/project-files';
import { xlsxOf } from './zip-file';

const units = readUnitDirectory(projectFile('seeds', 'units.json'));
const open = (bytes: Buffer): ImportPreview => previewImport(bytes, '2023年清单.xlsx', { units });

const cell = (at: string, text: string): string => `<c r="${at}" t="inlineStr"><is><t>${text}</t></is></c>`;
const row = (no: number, cells: string[], attributes = ''): string =>
  `<row r="${no}"${attributes}>${cells.map((text, i) => (text.startsWith('<c') ? text : cell(`${'ABCDEFGH'[i]}${no}`, text))).join('')}</row>`;
const header = row(1, ['序号', '重点任务', '牵头单位', '责任单位', '完成时限']);
const task = (no: number, deadline = '6月底', attributes = ''): string =>
  row(no, [String(no), `推进第${no}项工作`, '区财政局', '区税务局', deadline], attributes);
const sheet = (rows: string, more = '', before = ''): string => `${before}<sheetData>${rows}</sheetData>${more}`;
const read = (xml: string, parts: Parameters<typeof xlsxOf>[1] = {}): ImportPreview =>
  open(xlsxOf([{ name: '任务', xml }], parts));
const codes = ({ warnings }: ImportPreview): string[] => warnings.map(warning => warning.code);

describe('cells', () => {
  const styles =
    '<numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/><numFmt numFmtId="165" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/><numFmt numFmtId="166" formatCode="[$-804]m&quot;月&quot;d&quot;日&quot;;@"/><numFmt numFmtId="167" formatCode="yyyy-mm-dd hh:mm"/><numFmt numFmtId="168" formatCode="000"/><numFmt numFmtId="169" formatCode="&quot;第&quot;0&quot;项&quot;"/></numFmts>' +
    `<cellXfs>${[0, 14, 164, 165, 166, 167, 168, 169, 57, 58, 31, 9].map(id => `<xf numFmtId="${id}"/>`).join('')}</cellXfs>`;
  const dated = (style: number, value: number): string => `<c r="E2" s="${style}"><v>${value}</v></c>`;

  it.each([
    ['a short date', 1, 45107, '2023-06-30', '2023-06-30'],
    ['a date in Chinese', 2, 45107, '2023-06-30', '2023-06-30'],
    ['a month: its first day is not what is meant', 3, 45078, '2023年6月', '2023-06-30'],
    ['a day without a year', 4, 45107, '6月30日', '2023-06-30'],
    ['a date with its hour', 5, 45107.75, '2023-06-30', '2023-06-30'],
    ['a month, by a number only Chinese programs know', 8, 45078, '2023年6月', '2023-06-30'],
    ['a day, by a number only Chinese programs know', 9, 45107, '6月30日', '2023-06-30'],
    ['a whole date, by a number only Chinese programs know', 10, 45107, '2023-06-30', '2023-06-30'],
  ])('%s', (_, style, value, text, due) => {
    const { tasks, errors } = read(sheet(header + row(2, ['1', '推进工作', '区财政局', '', dated(style, value)])), {
      styles,
    });
    expect(errors).toEqual([]);
    expect(tasks[0]?.deadline).toMatchObject({ text, due });
  });

  it('a date of a workbook that counts from 1904', () => {
    const { tasks } = read(sheet(header + row(2, ['1', '推进工作', '区财政局', '', dated(1, 45107 - 1462)])), {
      styles,
      workbook: '<workbookPr date1904="1"/>',
    });
    expect(tasks[0]?.deadline.due).toBe('2023-06-30');
  });

  it('show numbers as they are formatted', () => {
    const numbers = ['<c r="A2" s="6"><v>7</v></c>', '<c r="A3" s="7"><v>8</v></c>', '<c r="A4"><v>9</v></c>'];
    const rows = numbers.map((number, i) => row(i + 2, [number, '推进工作', '区财政局', '', '6月底'])).join('');
    expect(read(sheet(header + rows), { styles }).tasks.map(({ no, label }) => [no, label])).toEqual([
      [7, '007'],
      [8, '第8项'],
      [9, '9'],
    ]);
  });

  it('hold shared, rich and inline text, without reading aids', () => {
    const rich =
      '<c r="B2" t="inlineStr"><is><r><t>推进</t></r><r><t xml:space="preserve">甲项 </t></r><rPh sb="0" eb="1"><t>tui</t></rPh><r><t>工作_x000D_</t></r></is></c>';
    const { tasks } = read(
      sheet(header + row(2, ['1', rich, '<c r="C2" t="s"><v>1</v></c>', '<c r="D2" t="s"><v>99</v></c>', '6月底'])),
      { texts: ['不用', '区财政局'] },
    );
    expect(tasks).toMatchObject([{ content: '推进甲项 工作', lead: ['区财政局'], support: [] }]);
  });

  it('need not say where they are', () => {
    const bare = (texts: string[]): string =>
      `<row>${texts.map(text => `<c t="str"><v>${text}</v></c>`).join('')}</row>`;
    const { tasks } = read(
      sheet(bare(['序号', '重点任务', '牵头单位', '完成时限']) + bare(['1', '推进甲项工作', '区财政局', '6月底'])),
    );
    expect(tasks).toMatchObject([{ no: 1, content: '推进甲项工作', at: { sheet: '任务', row: 2 } }]);
  });

  it('with formulas give their stored result; without one, or with an error, they are errors with their place', () => {
    const formula = (at: string, body: string, type = ''): string => `<c r="${at}"${type}><f>A1&amp;B1</f>${body}</c>`;
    const preview = read(
      sheet(
        header +
          row(2, [
            '1',
            formula('B2', '<v>推进甲项工作</v>', ' t="str"'),
            '区财政局',
            formula('D2', '<v></v>', ' t="str"'),
            '6月底',
          ]) +
          row(3, ['2', formula('B3', ''), '区财政局', '', '6月底', formula('F3', '')]) +
          row(4, ['3', '推进丙项工作', '<c r="C4" t="e"><f>X1</f><v>#REF!</v></c>', '', '6月底']),
      ),
    );
    expect(preview.tasks[0]).toMatchObject({ content: '推进甲项工作', support: [] });
    expect(preview.errors).toEqual([
      expect.objectContaining({
        code: 'cell_error',
        sheet: '任务',
        row: 3,
        column: '重点任务',
        message: expect.stringMatching(/第3行“重点任务”列：公式没有计算结果/u),
      }),
      expect.objectContaining({
        code: 'cell_error',
        row: 4,
        column: '牵头单位',
        message: expect.stringContaining('#REF!'),
      }),
    ]);
  });

  it('that look like formulas, markup or commands are text', () => {
    const { tasks } = read(
      sheet(header + row(2, ['1', '=1+1 &lt;script&gt; **粗** @SUM(A1)', '区财政局', '', '6月底'])),
    );
    expect(tasks[0]?.content).toBe('=1+1 <script> **粗** @SUM(A1)');
  });
});

describe('merged cells', () => {
  it('decide, and blank cells stay blank', () => {
    const { tasks } = read(
      sheet(
        row(1, ['2023年重点任务清单']) +
          row(2, ['序号', '重点任务', '牵头单位', '责任单位', '完成时限']) +
          row(3, ['1', '推进甲项工作', '区财政局', '区税务局', '6月底']) +
          row(4, ['2', '推进乙项工作', '', '', '7月底']) +
          row(6, ['3', '推进丙项工作', '', '', '']),
        '<mergeCells><mergeCell ref="A1:E1"/><mergeCell ref="C3:C6"/><mergeCell ref="E4:E6"/></mergeCells>',
      ),
    );
    expect(tasks).toMatchObject([
      { lead: ['区财政局'], support: ['区税务局'], at: { row: 3 } },
      { lead: ['区财政局'], support: [], deadline: { due: '2023-07-31' } },
      { lead: ['区财政局'], support: [], deadline: { due: '2023-07-31' }, at: { row: 6 } },
    ]);
  });

  it('of two header rows, and none below: blank cells carry the value above', () => {
    const { tasks } = read(
      sheet(
        row(1, ['序号', '重点任务', '责任分工', '', '完成时限']) +
          row(2, ['', '', '牵头单位', '配合单位', '']) +
          row(3, ['1', '推进甲项工作', '区财政局', '区税务局', '6月底']) +
          row(4, ['2', '推进乙项工作', '', '', '']),
        `<mergeCells>${['A1:A2', 'B1:B2', 'C1:D1', 'E1:E2'].map(ref => `<mergeCell ref="${ref}"/>`).join('')}</mergeCells>`,
      ),
    );
    expect(tasks).toMatchObject([
      { no: 1 },
      { no: 2, lead: ['区财政局'], support: ['区税务局'], deadline: { due: '2023-06-30' } },
    ]);
  });
});

describe('what is hidden', () => {
  it('is said, not taken: rows, columns, sheets', () => {
    const visible = sheet(
      row(1, ['序号', '重点任务', '牵头单位', '责任单位', '完成时限', '备注']) +
        task(2) +
        task(3, '6月底', ' hidden="1"') +
        task(4),
      '',
      '<cols><col min="6" max="6" hidden="1"/></cols>',
    );
    const withNote = visible.replace('</row><row r="3"', `${cell('F2', '内部意见')}</row><row r="3"`);
    const preview = open(
      xlsxOf([
        { name: '任务', xml: withNote },
        { name: '旧稿', xml: sheet(header + task(5)), state: 'hidden' },
        { name: '更旧', xml: sheet(header + task(6)), state: 'veryHidden' },
        { name: '空', xml: sheet(''), state: 'hidden' },
      ]),
    );
    expect(preview.tasks.map(one => one.no)).toEqual([2, 4]);
    expect(preview.warnings.slice(0, 4).map(({ code, message }) => `${code} ${message}`)).toEqual([
      expect.stringMatching(/^hidden_rows 工作表“任务”第3行/u),
      expect.stringMatching(/^hidden_columns 工作表“任务”的F列/u),
      expect.stringMatching(/^hidden_sheet 工作表“旧稿”/u),
      expect.stringMatching(/^hidden_sheet 工作表“更旧”/u),
    ]);
  });

  it('still counts for 密级 marks', () => {
    const bytes = xlsxOf([
      { name: '任务', xml: sheet(header + task(2)) },
      { name: '底稿', xml: sheet(row(1, ['机密★3年'])), state: 'hidden' },
    ]);
    expect(() => open(bytes)).toThrow(/密级标志/u);
  });
});

describe('sheets', () => {
  it('are one list, those without a header left out', () => {
    const preview = open(
      xlsxOf([
        { name: '封面', xml: sheet(row(1, ['鄂城区2024年重点任务清单'])) },
        { name: '政务', xml: sheet(row(3, ['序号', '重点任务', '牵头单位', '责任单位', '完成时限']) + task(4)) },
        { name: '法治', xml: sheet(header + task(5)) },
        { name: '说明', xml: sheet(row(1, ['填表说明', '每月25日前报送'])) },
      ]),
    );
    expect(preview.list).toMatchObject({ title: '鄂城区2024年重点任务清单', year: 2024 });
    expect(preview.tasks.map(({ no, at }) => [no, at.sheet])).toEqual([
      [4, '政务'],
      [5, '法治'],
    ]);
    expect(codes(preview)).toEqual(['table_skipped']);
  });

  it('with the same numbers are refused, naming both', () => {
    const { errors } = open(
      xlsxOf([
        { name: '汇总', xml: sheet(header + task(2)) },
        { name: '分表', xml: sheet(header + task(2)) },
      ]),
    );
    expect(errors).toMatchObject([{ code: 'duplicate_number', sheet: '分表', row: 2 }]);
    expect(errors[0]?.message).toContain('工作表“汇总”第2行');
  });

  it('may be as wide and long as a sheet can be, where little stands in them', () => {
    const far = '<row r="1048576"><c r="XFD1048576" t="str"><v>末</v></c></row>';
    const styled = '<c r="AA2" s="0"/>';
    const { tasks } = read(
      sheet(
        header + task(2).replace('</row>', `${styled}</row>`) + far,
        '<mergeCells><mergeCell ref="G1:G1048576"/></mergeCells>',
        '<dimension ref="A1:XFD1048576"/>',
      ),
    );
    expect(tasks).toHaveLength(1);
  });
});

describe('an old workbook (.xls)', () => {
  const rows = [
    ['2023年重点任务清单'],
    ['序号', '重点任务', '牵头单位', '完成时限'],
    [1, '推进甲项工作', '区财政局', new Date(Date.UTC(2023, 5, 30))],
    [2, '推进乙项工作', null, null],
    [3, '推进丙项工作', null, null],
  ];
  function workbook(): Buffer {
    const last = utils.aoa_to_sheet(rows, { UTC: true, dateNF: 'yyyy/m/d' });
    last['!merges'] = [{ s: { r: 2, c: 2 }, e: { r: 4, c: 2 } }];
    const book = utils.book_new();
    utils.book_append_sheet(book, utils.aoa_to_sheet([['旧稿']]), '旧稿');
    utils.book_append_sheet(book, last, '任务');
    book.Workbook = { Sheets: [{ Hidden: 1 }, { Hidden: 0 }] };
    return hideRow(write(book, { type: 'buffer', bookType: 'biff8' }) as Buffer, 4);
  }

  /** The library writes no hidden rows: adds the record that hides one to the last sheet. */
  function hideRow(bytes: Buffer, at: number): Buffer {
    const file = CFB.read(bytes, { type: 'buffer' });
    const stream = CFB.find(file, '/Workbook')!;
    const records = Buffer.from(stream.content as Uint8Array);
    let behind = 0;
    for (let i = 0; i < records.length; i += 4 + records.readUInt16LE(i + 2))
      if (records.readUInt16LE(i) === 0x0200) behind = i + 4 + records.readUInt16LE(i + 2);
    const row = Buffer.alloc(20);
    for (const [i, value] of [0x0208, 16, at, 0, 5, 0, 0, 0, 0x0120, 0x0f].entries()) row.writeUInt16LE(value, i * 2);
    stream.content = Buffer.concat([records.subarray(0, behind), row, records.subarray(behind)]);
    stream.size = stream.content.length;
    return Buffer.from(CFB.write(file, { type: 'buffer' }) as Uint8Array);
  }

  it('is read with its dates, merges and hidden parts', () => {
    const preview = open(workbook());
    expect(preview.tasks).toMatchObject([
      { no: 1, lead: ['区财政局'], deadline: { due: '2023-06-30' } },
      { no: 2, lead: ['区财政局'], deadline: { text: '' } },
    ]);
    expect(codes(preview).slice(0, 2)).toEqual(['hidden_sheet', 'hidden_rows']);
  });
});
