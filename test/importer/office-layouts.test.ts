// Layouts of lists as other offices print them: read by rule, what is doubtful said.
import { utils, write } from '@e965/xlsx';
import { Document, Packer, Paragraph, Table, TableCell, TableRow } from 'docx';
import { readUnitDirectory } from '../../src/directory/unit-data';
import { type ImportPreview, previewImport } from '../../src/importer/preview';
import { projectFile } from '../../src/project-files';
import { flattened } from './flattened';

const units = readUnitDirectory(projectFile('seeds', 'units.json'));

type Cell = string | { text: string; rows?: number; columns?: number };
const paragraphs = (text: string): Paragraph[] => text.split('\n').map(line => new Paragraph(line));

function table(rows: Cell[][]): Table {
  return new Table({
    rows: rows.map(
      cells =>
        new TableRow({
          children: cells.map(cell => {
            const { text, rows: rowSpan, columns: columnSpan } = typeof cell === 'string' ? { text: cell } : cell;
            return new TableCell({ rowSpan, columnSpan, children: paragraphs(text) });
          }),
        }),
    ),
  });
}

const word = (...children: (Paragraph | Table)[]): Promise<Buffer> =>
  Packer.toBuffer(new Document({ sections: [{ children }] }));

function workbook(sheets: Record<string, (string | number)[][]>): Buffer {
  const book = utils.book_new();
  for (const [name, rows] of Object.entries(sheets)) utils.book_append_sheet(book, utils.aoa_to_sheet(rows), name);
  return write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer;
}

const read = (bytes: Buffer, name = '2023年清单.txt'): ImportPreview => previewImport(bytes, name, { units });
/** "1|一、甲|推进甲|区财政局|区税务局|2023-06-30" */
const brief = ({ tasks }: ImportPreview): string[] =>
  tasks.map(({ no, section, measure, content, lead, support, deadline }) =>
    [no, section ?? '', measure ?? '', content, lead.join('、'), support.join('、'), deadline.due ?? ''].join('|'),
  );
const codes = ({ warnings }: ImportPreview): string[] => warnings.map(({ code }) => code);

describe('numbers', () => {
  const header = ['序号', '工作任务', '牵头单位', '完成时限'];

  it('that begin anew in each part are numbered through, as printed beside, and that is said', async () => {
    const preview = read(
      await word(
        new Paragraph('2024年攻坚行动任务分解表'),
        table([
          [
            { text: '序号', rows: 2 },
            { text: '工作任务', rows: 2 },
            { text: '责任分工', columns: 3 },
            { text: '完成\n时限', rows: 2 },
          ],
          ['牵头领导', '牵头单位', '责任单位'],
          [{ text: '一、提升效能', columns: 6 }],
          ['1', '推进甲工作', '王某某', '区行政审批局', '区财政局', '三季度末'],
          ['2', '推进乙工作', '王某某', '区财政局', '区税务局', '6月底前'],
          [{ text: '二、强化保障', columns: 6 }],
          ['1', '推进丙工作', '李某', '区住建局', '无', '长期坚持'],
        ]),
      ),
      '清单.docx',
    );
    expect(preview.errors).toEqual([]);
    expect(brief(preview)).toEqual([
      '1|一、提升效能||推进甲工作|区行政审批局|区财政局|2024-09-30',
      '2|一、提升效能||推进乙工作|区财政局|区税务局|2024-06-30',
      '3|二、强化保障||推进丙工作|区住建局||',
    ]);
    expect(preview.tasks.map(task => task.label)).toEqual(['1', '2', '1']);
    expect(codes(preview)).toContain('number_restarts');
  });

  it('that begin anew in each sheet, too', () => {
    const rows = [header, [1, '推进甲工作', '区财政局', '6月底'], [2, '推进乙工作', '区教育局', '9月底']];
    const preview = read(workbook({ 政务环境: rows, 法治环境: rows }), '2023年清单.xlsx');
    expect([preview.tasks.map(task => task.no), preview.errors]).toEqual([[1, 2, 3, 4], []]);
  });

  it('that stand twice in one part, or go back to another number, stay an error', () => {
    const again = (rows: string[][]): string[] => read(flattened([header, ...rows])).errors.map(({ code }) => code);
    const row = (no: string): string[] => [no, `推进第${no}项工作`, '区财政局', '6月底'];
    expect(again([['一、甲'], row('1'), row('2'), ['二、乙'], row('1'), row('1')])).toContain('duplicate_number');
    expect(again([['一、甲'], row('1'), row('2'), ['二、乙'], row('2'), row('3')])).toContain('duplicate_number');
    expect(again([row('1'), row('2'), row('1')])).toContain('duplicate_number');
  });

  it('that count the headings, with several tasks under each, go with the headings', async () => {
    const rows: Cell[][] = [
      ['序号', '重点任务', '具体举措', '牵头单位', '完成时限'],
      [{ text: '1', rows: 2 }, { text: '提升服务', rows: 2 }, '推进甲工作', '区财政局', '6月底'],
      ['推进乙工作', '区教育局', '9月底'],
      ['2', '强化保障', '推进丙工作', '区住建局', '9月底'],
    ];
    const merged = read(await word(table(rows)), '2023年清单.docx');
    const lost = read(
      flattened([
        ['序号', '重点任务', '具体举措', '牵头单位', '完成时限'],
        ['1', '提升服务', '推进甲工作', '区财政局', '6月底'],
        ['', '', '推进乙工作', '区教育局', '9月底'],
        ['2', '强化保障', '推进丙工作', '区住建局', ''],
      ]),
    );
    expect(brief(merged)).toEqual([
      '1||1.提升服务|推进甲工作|区财政局||2023-06-30',
      '2||1.提升服务|推进乙工作|区教育局||2023-09-30',
      '3||2.强化保障|推进丙工作|区住建局||2023-09-30',
    ]);
    expect(brief(lost)).toEqual(brief(merged));
    expect(merged.warnings.map(one => one.message)).toContain(
      '“序号”一列是上一级的编号，不是每项任务的，已按先后顺序编为1—3',
    );
  });
});

describe('cells', () => {
  const header = ['序号', '重点任务', '牵头单位', '责任单位', '完成时限'];

  it('that say 同上 say what stands above', () => {
    const preview = read(
      flattened([
        header,
        ['1', '推进甲工作', '区财政局', '区税务局、区教育局', '6月底'],
        ['2', '推进乙工作', '同上', '〃', '同上'],
        ['3', '推进丙工作', '区住建局', '无', '"'],
      ]),
    );
    expect(brief(preview)).toEqual([
      '1|||推进甲工作|区财政局|区税务局、区教育局|2023-06-30',
      '2|||推进乙工作|区财政局|区税务局、区教育局|2023-06-30',
      '3|||推进丙工作|区住建局||2023-06-30',
    ]);
    expect(preview.unknownUnits).toEqual([]);
  });

  it('that say 同上 do so where the file’s own merges are known', async () => {
    const rows: Cell[][] = [
      header,
      ['1', { text: '推进甲工作', rows: 2 }, '区财政局', '区税务局', '6月底'],
      ['2', '同上', '', '同上'],
    ];
    expect(brief(read(await word(table(rows)), '2023年清单.docx'))).toEqual([
      '1|||推进甲工作|区财政局|区税务局|2023-06-30',
      '2|||推进甲工作|区财政局||2023-06-30',
    ]);
  });

  it('with footnote marks, persons and telephones name the units only', () => {
    const preview = read(
      flattened([
        ['序号', '重点任务', '牵头单位及责任人', '配合单位及联系人', '完成时限'],
        ['1', '推进甲工作', '区财政局* 张三', '★区税务局（李四 13800000000）', '6月底'],
        ['2', '推进乙工作', '区教育局\n王五 局长', '区人社局[2]：赵六、区民政局②', '9月底'],
      ]),
    );
    expect(brief(preview)).toEqual([
      '1|||推进甲工作|区财政局|区税务局|2023-06-30',
      '2|||推进乙工作|区教育局|区人社局、区民政局|2023-09-30',
    ]);
    expect(JSON.stringify(preview)).not.toMatch(/张三|李四|王五|赵六|138/u);
  });

  it('with "牵头：" and "配合：" give roles', () => {
    const preview = read(
      flattened([
        ['序号', '任务', '责任单位', '时限'],
        ['1', '推进甲工作', '牵头：区住建局\n配合：区城管局、区财政局', '6月底'],
      ]),
    );
    expect(brief(preview)).toEqual(['1|||推进甲工作|区住建局|区城管局、区财政局|2023-06-30']);
  });

  it('with a mark that a note explains give the lead', () => {
    const rows = [
      ['序号', '任务', '责任单位', '时限'],
      ['1', '推进甲工作', '★区财政局、区税务局', '6月底'],
      ['2', '推进乙工作', '区教育局、区人社局★', '9月底'],
    ];
    const note = ['注：标★的为牵头单位'];
    expect(brief(read(flattened([...rows, note])))).toEqual([
      '1|||推进甲工作|区财政局|区税务局|2023-06-30',
      '2|||推进乙工作|区人社局|区教育局|2023-09-30',
    ]);
    // Without the note nobody knows what the mark means.
    expect(brief(read(flattened(rows)))[0]).toBe('1|||推进甲工作|区财政局、区税务局||2023-06-30');
  });

  it('with "等部门及各镇街" are open and name the collective', () => {
    const preview = read(
      flattened([header, ['1', '推进甲工作', '区财政局', '区教育局、区人社局等部门及各镇街', '6月底']]),
    );
    expect(preview.tasks[0]).toMatchObject({
      support: ['区教育局', '区人社局'],
      collectives: ['各镇街'],
      openEnded: true,
    });
    expect(preview.unknownUnits).toEqual([]);
  });

  it('with days counted by a workbook whose date format was lost are taken with a doubt', () => {
    const preview = read(
      workbook({
        表: [
          ['序号', '工作任务', '牵头单位', '完成时限'],
          [1, '推进甲工作', '区财政局', 45107],
        ],
      }),
      '2023年清单.xlsx',
    );
    expect(preview.tasks[0]?.deadline).toMatchObject({ text: '45107', due: '2023-06-30', vague: true });
    expect(preview.warnings.map(one => one.message).join()).toContain('“45107”暂按2023-06-30理解，请确认');
  });

  it('for signatures are no tasks', () => {
    const preview = read(
      flattened([header, ['1', '推进甲工作', '区财政局', '', '6月底'], ['分管领导签字：', '', '', '填表人：', '']]),
    );
    expect([preview.tasks.length, codes(preview)]).toEqual([1, ['row_skipped']]);
  });

  it('without a column for units may name them in the task', () => {
    const preview = read(
      flattened([
        ['序号', '工作任务', '完成时限'],
        ['1', '推进甲工作（牵头单位：区财政局；配合单位：区税务局）', '6月底'],
        ['2', '推进乙工作（区教育局牵头，区人社局配合）', '9月底'],
      ]),
    );
    expect(preview.tasks.map(({ lead, support }) => [lead, support])).toEqual([
      [['区财政局'], ['区税务局']],
      [['区教育局'], ['区人社局']],
    ]);
    expect(codes(preview)).toEqual(['units_in_text']);
  });
});

describe('tables', () => {
  const expected = ['1|||推进甲工作|区财政局||2023-06-30', '2|||推进乙工作|区教育局||2023-09-30'];
  const header = ['序号', '重点任务', '牵头单位', '完成时限'];
  const first = ['1', '推进甲工作', '区财政局', '6月底'];
  const second = ['2', '推进乙工作', '区教育局', '9月底'];

  it('in two halves beside each other', () => {
    const side = (left: string[], right: string[]): string[] => [...left, '', ...right];
    expect(brief(read(flattened([side(header, header), side(first, second)])))).toEqual(expected);
    const three = [...header, ...header, ...header];
    const filled = [...first, ...second, '3', '推进丙工作', '区住建局', '年底'];
    expect(brief(read(flattened([three, filled])))).toHaveLength(3);
  });

  it('one for each task, headings in the first column', async () => {
    const card = (task: string, unit: string, due: string): Table =>
      table([['任务名称', task], ['牵头单位', unit], ['完成时限', due]]); // prettier-ignore
    const preview = read(
      await word(
        new Paragraph('2023年任务卡'),
        card('推进甲工作', '区财政局', '6月底'),
        card('推进乙工作', '区教育局', '9月底'),
      ),
      '清单.docx',
    );
    expect(brief(preview)).toEqual(expected);
    // The same in one table, where the headings come again.
    const pairs = [['任务名称', '推进甲工作'], ['牵头单位', '区财政局'], ['完成时限', '6月底'], ['任务名称', '推进乙工作'], ['牵头单位', '区教育局'], ['完成时限', '9月底']]; // prettier-ignore
    expect(brief(read(flattened(pairs, ['2023年任务卡'])))).toEqual(expected);
  });

  it('drawn with bars, or with spaces', () => {
    const bar = (cells: string[]): string => `| ${cells.join(' | ')} |`;
    const bars = ['2023年清单', bar(header), '|---|:--|---|---|', bar(first), bar(second)].join('\n');
    expect(brief(read(Buffer.from(bars)))).toEqual(expected);
    const spaced = ['2023年清单', header.join('   '), first.join('  '), second.join('　')].join('\n');
    expect(brief(read(Buffer.from(spaced)))).toEqual(expected);
  });

  it('on several pages with the header again, page numbers between', async () => {
    const page = (row: string[]): Table => table([header, row]);
    const preview = read(
      await word(
        new Paragraph('2023年清单'),
        page(first),
        new Paragraph('— 1 —'),
        page(second),
        new Paragraph('注：按月调度。'),
      ),
      '清单.docx',
    );
    expect([brief(preview), preview.warnings]).toEqual([expected, []]);
  });

  it('with a column for each quarter give the last one as the deadline', () => {
    const preview = read(
      flattened([
        ['序号', '重点任务', '牵头单位', '时间安排', '', '', ''],
        ['', '', '', '一季度', '二季度', '三季度', '四季度'],
        ['1', '推进甲工作', '区财政局', '制定方案', '推进实施', '', '完成验收'],
        ['2', '推进乙工作', '区教育局', '', '√', '', ''],
      ]),
    );
    expect(preview.tasks.map(({ deadline }) => [deadline.text, deadline.due])).toEqual([
      ['一季度制定方案，二季度推进实施，四季度完成验收', '2023-12-31'],
      ['二季度', '2023-06-30'],
    ]);
  });

  it('with measures or a target beside each numbered task keep the task as the task', () => {
    const rows = (second: string, texts: string[]): string[][] => [
      ['序号', '重点任务', second, '牵头单位', '完成时限'],
      ...texts.map((text, i) => [String(i + 1), `推进第${i + 1}项工作`, text, '区财政局', '6月底']),
    ];
    expect(brief(read(flattened(rows('工作措施', ['一是抓方案；二是抓落实', '开展检查']))))).toEqual([
      '1|||推进第1项工作\n工作措施：一是抓方案；二是抓落实|区财政局||2023-06-30',
      '2|||推进第2项工作\n工作措施：开展检查|区财政局||2023-06-30',
    ]);
  });

  it('under the notice that hands the list out are called by its name', () => {
    const { list } = read(flattened([header, first], ['关于印发《鄂城区2023年优化营商环境工作要点》的通知']));
    expect(list).toEqual({ title: '鄂城区2023年优化营商环境工作要点', year: 2023, shortName: '优化营商环境' });
  });
});

describe('hostile cells', () => {
  it.each([
    ['brackets without end', '（'.repeat(4900)],
    ['marks', '★'.repeat(4900)],
    ['notes', `区财政局${'[1]'.repeat(1600)}x`],
    ['digits', '1'.repeat(4900)],
    ['role words', '牵头：'.repeat(1600)],
    ['together', '会同'.repeat(2400)],
  ])('of %s are read in time, and no name is longer than a name', (_, text) => {
    const { tasks, errors } = read(
      flattened([
        ['序号', '任务', '牵头单位及联系电话', '时限'],
        ['1', '推进甲工作', text, '6月底'],
        ['注：标★的为牵头单位'],
      ]),
    );
    const longest = Math.max(
      0,
      ...tasks.flatMap(task => [...task.lead, ...task.leadCollectives]).map(one => one.length),
    );
    expect(longest > 80).toBe(errors.some(({ code }) => code === 'unit_too_long'));
  });

  it('of drawn tables, cards and second halves bear 密级 marks like any other', async () => {
    const refused = /涉密和内部文件不得导入/u;
    const header = ['序号', '重点任务', '牵头单位', '完成时限'];
    const bars = '| 序号 | 重点任务 | 牵头单位 | 完成时限 |\n|---|---|---|---|\n| 1 | 机密★推进 | 区财政局 | 6月底 |';
    const halves = flattened([
      [...header, ...header],
      ['1', '推进甲工作', '区财政局', '6月底', '2', '绝密', '', ''],
    ]);
    const card = await word(new Paragraph('秘密★1年'), table([['任务名称', '推进甲工作'], ['牵头单位', '区财政局'], ['完成时限', '6月底']])); // prettier-ignore
    expect(() => read(Buffer.from(bars))).toThrow(refused);
    expect(() => read(halves)).toThrow(refused);
    expect(() => read(card, '清单.docx')).toThrow(refused);
  });
});
