// What a Word file may hold beside plain cells: merges, changes, hidden text, fields, numbers of its own, tables in tables.
import { readUnitDirectory } from '../../src/directory/unit-data';
import { previewImport, type ImportPreview } from '../../src/importer/preview';
import { projectFile } from '../../src/project-files';
import { docxOf } from './zip-file';

const units = readUnitDirectory(projectFile('seeds', 'units.json'));
const read = (body: string, parts: Record<string, string> = {}): ImportPreview =>
  previewImport(docxOf(body, parts), '2023年清单.docx', { units });

const run = (text: string, properties = ''): string =>
  `<w:r><w:rPr>${properties}</w:rPr><w:t xml:space="preserve">${text}</w:t></w:r>`;
const paragraph = (content: string, properties = ''): string =>
  `<w:p><w:pPr>${properties}</w:pPr>${content.startsWith('<') ? content : run(content)}</w:p>`;
const cell = (content: string, properties = ''): string =>
  `<w:tc><w:tcPr>${properties}</w:tcPr>${/^<w:(?:p|tbl|sdt)[ >]/u.test(content) ? content : paragraph(content)}</w:tc>`;
const row = (cells: string[], properties = ''): string =>
  `<w:tr><w:trPr>${properties}</w:trPr>${cells.map(one => (one.startsWith('<w:tc>') ? one : cell(one))).join('')}</w:tr>`;
const table = (...rows: string[]): string => `<w:tbl><w:tblPr/>${rows.join('')}</w:tbl>`;
const header = row(['序号', '重点任务', '牵头单位', '责任单位', '完成时限']);
const task = (content: string, no = '1'): string => row([no, content, '区财政局', '区税务局', '6月底']);
const contents = ({ tasks }: ImportPreview): string[] => tasks.map(one => one.content);
const codes = ({ warnings }: ImportPreview): string[] => warnings.map(warning => warning.code);

const restart = '<w:vMerge w:val="restart"/>';
const goesOn = '<w:vMerge/>';

describe('merged cells', () => {
  it('decide, and blank cells stay blank', () => {
    const { tasks } = read(
      table(
        header,
        row(['1', '推进甲项工作', cell('区财政局', restart), '区税务局', '6月底']),
        row(['2', '推进乙项工作', cell('不显示的旧字', goesOn), '', '']),
        row(['3', '推进丙项工作', '区教育局', '', '9月底']),
      ),
    );
    expect(tasks).toMatchObject([
      { no: 1, lead: ['区财政局'], support: ['区税务局'] },
      { no: 2, lead: ['区财政局'], support: [], deadline: { text: '' } },
      { no: 3, lead: ['区教育局'], support: [] },
    ]);
  });

  it('in the header alone say nothing about the rows below', () => {
    const { tasks } = read(
      table(
        row([
          cell('序号', restart),
          cell('重点任务', restart),
          cell('责任分工', '<w:gridSpan w:val="2"/>'),
          cell('完成时限', restart),
        ]),
        row([cell('', goesOn), cell('', goesOn), '牵头单位', '配合单位', cell('', goesOn)]),
        task('推进甲项工作'),
        row(['2', '推进乙项工作', '', '', '']),
      ),
    );
    expect(tasks).toMatchObject([
      { no: 1, lead: ['区财政局'], support: ['区税务局'], at: { row: 3 } },
      { no: 2, lead: ['区财政局'], support: ['区税务局'], deadline: { due: '2023-06-30' } },
    ]);
  });

  it('over columns leave the columns below in place, however the borders were dragged', () => {
    const wide = '<w:gridSpan w:val="3"/>';
    const { tasks } = read(
      table(
        row([cell('政策措施', '<w:gridSpan w:val="4"/>'), '序号', '重点任务', '牵头单位', '完成时限']),
        row([cell('（一）甲节', wide), '1.甲措施', '1', '推进甲项工作', '区财政局', '6月底']),
        row([
          cell('（一）甲节', '<w:gridSpan w:val="2"/>'),
          cell('1.甲措施', '<w:gridSpan w:val="2"/>'),
          '2',
          '推进乙项工作',
          '区财政局',
          '6月底',
        ]),
        row([cell('（一）甲节', wide), '2.乙措施', '3', '推进丙项工作', '区财政局', '6月底']),
        row([cell('（二）乙节', '<w:gridSpan w:val="8"/>')]),
        row([cell('', wide), '3.丙措施', '4', '推进丁项工作', '区财政局', '6月底']),
      ),
    );
    expect(tasks.map(({ no, section, measure }) => [no, section, measure])).toEqual([
      [1, '（一）甲节', '1.甲措施'],
      [2, '（一）甲节', '1.甲措施'],
      [3, '（一）甲节', '2.乙措施'],
      [4, '（二）乙节', '3.丙措施'],
    ]);
  });

  it('may begin in a row that is left out', () => {
    const preview = read(
      table(
        header,
        row(['1', '推进甲项工作', cell('区财政局', restart), '', '6月底'], '<w:hidden/>'),
        row(['2', '推进乙项工作', cell('', goesOn), '', '7月底']),
        row(['3', '推进丙项工作', cell('', goesOn), '', '8月底']),
      ),
    );
    expect(preview.tasks).toMatchObject([
      { no: 2, lead: ['区财政局'] },
      { no: 3, lead: ['区财政局'] },
    ]);
    expect(preview.warnings[0]).toMatchObject({ code: 'hidden_rows', message: expect.stringContaining('第2行') });
  });
});

describe('text', () => {
  it('is what tracked changes make it when they are accepted', () => {
    const preview = read(
      table(
        header,
        task(
          `<w:p>${run('推进')}<w:del w:id="1"><w:r><w:delText>旧</w:delText></w:r></w:del><w:ins w:id="2">${run('新的')}</w:ins>` +
            `<w:moveFrom w:id="3">${run('原处')}</w:moveFrom>${run('工作')}<w:moveTo w:id="4">${run('到此处')}</w:moveTo></w:p>`,
        ),
        row(['2', '整行删去', '区财政局', '', '6月底'], '<w:del w:id="5"/>'),
        row(['3', '整行新增', '区财政局', '', '6月底'], '<w:ins w:id="6"/>'),
        task(
          `<w:p><w:pPr><w:rPr><w:del w:id="7"/></w:rPr></w:pPr>${run('分成')}</w:p>${paragraph('两段的合为一段')}`,
          '4',
        ),
        task(`<w:p>${run('曾隐藏', '<w:rPrChange w:id="8"><w:rPr><w:vanish/></w:rPr></w:rPrChange>')}</w:p>`, '5'),
      ),
    );
    expect(contents(preview)).toEqual(['推进新的工作到此处', '整行新增', '分成两段的合为一段', '曾隐藏']);
  });

  it('leaves out what is hidden, by itself or by its style, and says so', () => {
    const styles =
      '<w:styles><w:style w:type="character" w:styleId="a"><w:rPr><w:vanish/></w:rPr></w:style><w:style w:type="character" w:styleId="b"><w:basedOn w:val="a"/></w:style></w:styles>';
    const preview = read(
      table(
        header,
        task(
          `<w:p>${run('可见')}${run('隐藏', '<w:vanish/>')}${run('也隐藏', '<w:rStyle w:val="b"/>')}${run('又可见', '<w:rStyle w:val="b"/><w:vanish w:val="0"/>')}</w:p>`,
        ),
      ),
      { 'styles.xml': styles },
    );
    expect(contents(preview)).toEqual(['可见又可见']);
    expect(codes(preview)).toEqual(['hidden_text']);
  });

  it('keeps the result of fields and leaves out their code, bookmarks, comments, notes and placeholders', () => {
    const field = (code: string, result: string): string =>
      `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>${code}</w:instrText></w:r>${run('码')}<w:r><w:fldChar w:fldCharType="separate"/></w:r>${run(result)}<w:r><w:fldChar w:fldCharType="end"/></w:r>`;
    const preview = read(
      table(
        header,
        task(
          `<w:p><w:bookmarkStart w:id="0" w:name="_GoBack"/>${run('见')}${field('REF _Ref1 \\h', '附件2')}<w:bookmarkEnd w:id="0"/><w:r><w:footnoteReference w:id="2"/></w:r>` +
            `<w:hyperlink><w:r><w:t>链接文字</w:t></w:r></w:hyperlink><w:fldSimple w:instr="DATE">${run('今日')}</w:fldSimple><w:r><w:commentReference w:id="1"/></w:r>` +
            `<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>${run('单击此处输入文字')}</w:sdtContent></w:sdt><w:sdt><w:sdtContent>${run('已填')}</w:sdtContent></w:sdt></w:p>`,
        ),
      ),
    );
    expect(contents(preview)).toEqual(['见附件2链接文字今日已填']);
  });

  it('keeps line breaks, tabs and hyphens, and reads an alternative once', () => {
    const alternative = `<mc:AlternateContent><mc:Choice Requires="wps">${run('新')}</mc:Choice><mc:Fallback>${run('旧')}</mc:Fallback></mc:AlternateContent>`;
    const preview = read(
      table(
        header,
        task(
          `<w:p><w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t><w:tab/><w:t>丙</w:t><w:noBreakHyphen/></w:r>${alternative}</w:p>`,
        ),
      ),
    );
    expect(contents(preview)).toEqual(['甲\n乙 丙-新']);
  });

  it('is read under any prefix', () => {
    const bytes = docxOf('');
    expect(bytes.length).toBeGreaterThan(0);
    const body = table(header, task('推进甲项工作'))
      .replace(/(<\/?)w:/gu, '$1ns0:')
      .replace(/ w:val/gu, ' ns0:val');
    const wrapped = `<ns0:p xmlns:ns0="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>${body.replace('<ns0:tbl>', '<ns0:tbl xmlns:ns0="http://schemas.openxmlformats.org/wordprocessingml/2006/main">')}`;
    expect(contents(read(wrapped))).toEqual(['推进甲项工作']);
  });
});

describe('automatic numbers', () => {
  const numbering = `<w:numbering>
    <w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1"/></w:lvl></w:abstractNum>
    <w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="（%1）"/></w:lvl>
      <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2."/></w:lvl></w:abstractNum>
    <w:abstractNum w:abstractNumId="2"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/></w:lvl></w:abstractNum>
    <w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
    <w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="38"/></w:lvlOverride></w:num>
    <w:num w:numId="4"><w:abstractNumId w:val="2"/></w:num></w:numbering>`;
  const styles =
    '<w:styles><w:style w:type="paragraph" w:styleId="m"><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="2"/></w:numPr></w:pPr></w:style></w:styles>';
  const numbered = (list: number, text = '', level = 0): string =>
    paragraph(text === '' ? run('') : text, `<w:numPr><w:ilvl w:val="${level}"/><w:numId w:val="${list}"/></w:numPr>`);

  it('are counted as the word processor shows them', () => {
    const preview = read(
      table(
        row(['类别', '政策措施', '序号', '重点任务', '牵头单位', '完成时限']),
        row([
          cell(numbered(2, '甲节')),
          cell(paragraph('甲措施', '<w:pStyle w:val="m"/>')),
          cell(numbered(1)),
          cell(numbered(4, '推进甲项工作')),
          '区财政局',
          '6月底',
        ]),
        row(['', cell(paragraph('乙措施', '<w:pStyle w:val="m"/>')), cell(numbered(1)), '推进乙项工作', '', '']),
        row([
          cell(numbered(2, '乙节')),
          cell(paragraph('丙措施', '<w:pStyle w:val="m"/>')),
          cell(numbered(3)),
          '推进丙项工作',
          '',
          '',
        ]),
        row(['', '', cell(numbered(3)), '推进丁项工作', '', '']),
      ),
      { 'numbering.xml': numbering, 'styles.xml': styles },
    );
    expect(preview.tasks.map(({ no, section, measure, content }) => [no, section, measure, content])).toEqual([
      [1, '（一）甲节', '1.甲措施', '推进甲项工作'],
      [2, '（一）甲节', '2.乙措施', '推进乙项工作'],
      [38, '（二）乙节', '1.丙措施', '推进丙项工作'],
      [39, '（二）乙节', '1.丙措施', '推进丁项工作'],
    ]);
  });
});

describe('tables', () => {
  it('follow each other, with a heading between them, and go on without a header', () => {
    const { tasks } = read(
      paragraph('鄂城区2023年重点任务清单') +
        table(header, task('推进甲项工作')) +
        paragraph('（下页续）') +
        table(task('推进乙项工作', '2')) +
        paragraph('二、优化法治环境') +
        table(header, task('推进丙项工作', '3')),
    );
    expect(tasks.map(({ no, section, at }) => [no, section, at.row])).toEqual([
      [1, null, 2],
      [2, null, 3],
      [3, '二、优化法治环境', 5],
    ]);
  });

  it('inside a cell are lists of their own where they have a header, else part of the text', () => {
    const inner = table(header, task('推进甲项工作'));
    expect(read(table(row([cell(`${paragraph('2023年重点任务清单')}${inner}${paragraph('')}`)]))).tasks).toMatchObject([
      { no: 1, content: '推进甲项工作' },
    ]);
    const grid = table(row(['指标', '目标值']), row(['增速', '6%']));
    expect(
      contents(read(table(header, task(`${paragraph('完成下列指标：')}${grid}${paragraph('并按月报送')}`)))),
    ).toEqual(['完成下列指标：\n指标 目标值\n增速 6%\n并按月报送']);
  });

  it('of another kind are left out and said', () => {
    const preview = read(table(header, task('推进甲项工作')) + table(row(['填报人', '张三']), row(['电话', '略'])));
    expect(preview.tasks).toHaveLength(1);
    expect(codes(preview)).toEqual(['table_skipped']);
  });
});

it('a 密级 mark in a page header or a text box counts', () => {
  const list = table(header, task('推进甲项工作'));
  const box = `<w:p><w:r><w:drawing><w:txbxContent>${paragraph('秘密★1年')}</w:txbxContent></w:drawing></w:r></w:p>`;
  for (const bytes of [docxOf(box + list), docxOf(list, { 'header1.xml': `<w:hdr>${paragraph('机密★')}</w:hdr>` })])
    expect(() => previewImport(bytes, '清单.docx', { units })).toThrow(/密级标志/u);
});
