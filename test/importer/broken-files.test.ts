// Files that are no list, broken or hostile: one Chinese sentence, never a crash, a hang or half an import.
import { readFileSync } from 'node:fs';
import { AppError } from '../../src/errors';
import { previewImport } from '../../src/importer/preview';
import { projectFile } from '../../src/project-files';
import { flattened, usualHeader } from './flattened';

const row = ['1', '推进甲项工作', '区财政局', '区税务局', '2023年6月底'];
const list = [usualHeader, row];

function refusal(bytes: Buffer, fileName = '清单.txt'): AppError {
  try {
    previewImport(bytes, fileName, {});
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown;
    throw thrown;
  }
  throw new Error('was not refused');
}

const zipOf = (name: string): Buffer =>
  Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), Buffer.alloc(26), Buffer.from(name)]);
const compoundOf = (name: string): Buffer =>
  Buffer.concat([
    Buffer.from('d0cf11e0a1b11ae1', 'hex'),
    Buffer.alloc(504),
    Buffer.from(name, 'utf16le'),
    Buffer.alloc(64),
  ]);

const broken: [what: string, bytes: Buffer, says: RegExp][] = [
  ['an empty file', Buffer.alloc(0), /文件是空的/u],
  ['blank lines', Buffer.from('\n\n  \n'), /文件是空的/u],
  ['a byte order mark alone', Buffer.from('\uFEFF'), /文件是空的/u],
  ['prose', Buffer.from('各单位：\n请按时报送。\n'), /第1行到第2行没有找到表格/u],
  ['a table without a header', flattened([row, row]), /第1行到第2行里没有找到表头.*重点任务/u],
  ['a header without tasks', flattened([usualHeader]), /没有任务/u],
  ['a header over blank rows', flattened([usualHeader, ['', '', '', '', '']]), /没有任务/u],
  ['one cell', Buffer.from('\t序号\n'), /没有找到表头/u],
  ['blank cells', Buffer.from('\t\n'.repeat(1000)), /没有找到表头/u],
  ['a .docx', zipOf('word/document.xml'), /Word 文档/u],
  ['an .xlsx', zipOf('xl/workbook.xml'), /Excel 工作簿/u],
  ['some other zip', zipOf('readme.md'), /先解压/u],
  ['an old .doc', compoundOf('WordDocument'), /旧版 Word/u],
  ['an old .xls', compoundOf('Workbook'), /旧版 Excel/u],
  ['an encrypted document', compoundOf('EncryptedPackage'), /取消密码/u],
  ['a PDF', Buffer.from('%PDF-1.7\n'), /PDF/u],
  ['an RTF', Buffer.from('{\\rtf1\\ansi }'), /RTF/u],
  ['a PNG called .txt', Buffer.from('89504e470d0a1a0a0000000d', 'hex'), /图片/u],
  ['a JPEG', Buffer.from('ffd8ffe000104a464946', 'hex'), /图片/u],
  ['a gzip', Buffer.from('1f8b0800', 'hex'), /解压/u],
  ['a program', Buffer.from('7f454c460201010000', 'hex'), /二进制/u],
  ['a list with NUL in the middle', Buffer.concat([flattened(list), Buffer.from([0])]), /二进制/u],
  ['bytes of no encoding', Buffer.from([0x09, 0xff, 0xff, 0x0a]), /UTF-8/u],
  ['half a UTF-16 character', Buffer.from([0xff, 0xfe, 0x00, 0xd8]), /编码损坏/u],
  ['more than 20 MB', Buffer.alloc(21 * 1024 * 1024, 0x09), /21\.0 MB.*20 MB/u],
  ['millions of cells', Buffer.from('\t\n'.repeat(2_100_000)), /200万格/u],
];

describe('a file that is no list', () => {
  it.each(broken)('is refused in one sentence: %s', (_, bytes, says) => {
    const refused = refusal(bytes);
    expect(refused).toMatchObject({ code: 'bad_input', expose: true });
    expect(refused.message).toMatch(says);
    expect(refused.message.split('\n')).toHaveLength(1);
  });

  it('is told by its content, not by its name', () => {
    expect(previewImport(flattened(list), '清单.docx', {}).tasks).toHaveLength(1);
    expect(refusal(zipOf('word/document.xml'), '清单.txt').message).toMatch(/Word/u);
  });

  it.each([
    ['in the title', flattened(list, ['机密★1年', '重点任务清单'])],
    ['in a cell', flattened([usualHeader, [...row.slice(0, 1), '（秘密）推进甲项工作', ...row.slice(2)]])],
    ['as a stamp', flattened(list, ['内部文件，注意保密'])],
  ])('is refused with a 密级 mark %s, and its words are not repeated', (_, bytes) => {
    const refused = refusal(bytes);
    expect(refused).toMatchObject({ code: 'bad_input', expose: true });
    expect(refused.message).not.toContain('甲项');
  });
});

describe('a list with hostile cells', () => {
  const withCell = (column: number, text: string): Buffer =>
    flattened(
      [usualHeader, row.map((cell, i) => (i === column ? text : cell)), ['2', '推进乙项工作', '', '', '']],
      ['2023年清单'],
    );

  it.each([
    ['a number of 400 digits', 0, '9'.repeat(400)],
    ['content of a million characters', 1, '长'.repeat(1_000_000)],
    ['units of a million brackets', 2, '（'.repeat(1_000_000)],
    ['units of a million separators', 3, '、局'.repeat(500_000)],
    ['a deadline of a million numerals', 4, '一'.repeat(1_000_000)],
  ])('%s is an error with its place', (_, column, text) => {
    const { errors } = previewImport(withCell(column, text), '清单.txt', {});
    expect(errors).toMatchObject([{ code: 'cell_too_long', row: 2 }]);
  });

  it.each([
    '=HYPERLINK("http://example.com")',
    '<script>alert(1)</script>',
    '**粗体** [链接](http://example.com)',
    "'; DROP TABLE tasks; --",
    '../../etc/passwd',
    '__proto__',
  ])('takes %s for text', text => {
    expect(previewImport(withCell(1, text), '清单.txt', {}).tasks[0]?.content).toBe(text);
    expect(previewImport(withCell(2, text), '清单.txt', {}).errors).toEqual([]);
  });

  it('reads 20,000 rows', () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => [
      String(i + 1),
      `推进第${i + 1}项工作`,
      i % 7 === 0 ? '区财政局、区税务局' : '',
      '',
      i % 5 === 0 ? '6月底' : '',
    ]);
    const { tasks, errors, warnings } = previewImport(
      flattened([usualHeader, ...rows], ['2023年清单']),
      '清单.txt',
      {},
    );
    expect([tasks.length, errors, warnings]).toEqual([20_000, [], []]);
  });

  it('does not list ten thousand faults one by one', () => {
    const rows = Array.from({ length: 10_000 }, (_, i) => [String(i + 1), '推进工作', '区财政局', '', '2月30日']);
    const { errors } = previewImport(flattened([usualHeader, ...rows], ['2023年清单']), '清单.txt', {});
    expect(errors).toHaveLength(501);
    expect(errors.at(-1)?.message).toBe('另有9500处同类问题未逐一列出');
  });

  it('survives a truncated file at any place', () => {
    const bytes = readFileSync(projectFile('seeds', '鄂城区优化营商环境重点任务清单.txt'));
    for (let at = 1; at < bytes.length; at += 1499) {
      const cut = bytes.subarray(0, at);
      try {
        expect(previewImport(cut, '清单.txt', {}).tasks.length).toBeGreaterThan(0);
      } catch (thrown) {
        expect(thrown).toMatchObject({ code: 'bad_input', expose: true });
      }
    }
  });
});
