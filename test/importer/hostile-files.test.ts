// Office files made to break a program: each ends in one Chinese sentence (or in the list, where nothing is wrong with it), soon.
import { readFileSync } from 'node:fs';
import { AppError } from '../../src/errors';
import { previewImport, type ImportPreview } from '../../src/importer/preview';
import { projectFile } from '../../src/project-files';
import { asDocx, asWorkbook, type PrintedTable } from './table-files';
import { docxOf, xlsxOf, zipFile, type ZipEntry } from './zip-file';

const paragraph = (text: string): string => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`;
const tableRow = (cells: string[]): string =>
  `<w:tr>${cells.map(text => `<w:tc>${paragraph(text)}</w:tc>`).join('')}</w:tr>`;
const header = ['序号', '重点任务', '牵头单位', '完成时限'];
const task = ['1', '推进甲项工作', '区财政局', '2023年6月底'];
const wordList = `<w:tbl>${tableRow(header)}${tableRow(task)}</w:tbl>`;
const sheetRow = (no: number, cells: string[]): string =>
  `<row r="${no}">${cells.map((text, i) => `<c r="${'ABCD'[i]}${no}" t="str"><v>${text}</v></c>`).join('')}</row>`;
const sheetList = sheetRow(1, header) + sheetRow(2, task);
const sheet = (xml: string): Buffer => xlsxOf([{ name: '任务', xml: `<sheetData>${xml}</sheetData>` }]);

/** The entries of a good .docx with one part changed or added. */
function word(part: Partial<ZipEntry> & { name: string }): Buffer {
  const relations = `<Relationships><Relationship Type="x/officeDocument" Target="word/document.xml"/></Relationships>`;
  const document = `<w:document xmlns:w="w"><w:body>${wordList}</w:body></w:document>`;
  const entries: ZipEntry[] = [
    { name: '_rels/.rels', content: relations },
    { name: 'word/document.xml', content: document },
  ];
  const changed = entries.find(entry => entry.name === part.name);
  if (changed) Object.assign(changed, part);
  else entries.push({ content: '', ...part });
  return zipFile(entries);
}

const withType = (type: string, text: string): string =>
  `<?xml version="1.0"?>${type}<w:document xmlns:w="w"><w:body>${paragraph(text)}${wordList}</w:body></w:document>`;
const laughs = Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('');
const zeros = (megabytes: number): Buffer => Buffer.alloc(megabytes * 1024 * 1024, '<a>');
const compound = (name: string): Buffer =>
  Buffer.concat([
    Buffer.from('d0cf11e0a1b11ae1', 'hex'),
    Buffer.alloc(504),
    Buffer.from(name, 'utf16le'),
    Buffer.alloc(64),
  ]);

const refused: [what: string, make: () => Buffer, says: RegExp][] = [
  ['a zip bomb', () => word({ name: 'word/document.xml', content: zeros(300) }), /解压后有 300 MB/u],
  [
    'a zip bomb that lies about its size',
    () => word({ name: 'word/document.xml', content: zeros(100), lie: { unpacked: 1000 } }),
    /损坏/u,
  ],
  [
    'a zip bomb in a part that is read on the way',
    () => word({ name: 'word/styles.xml', content: zeros(120) }),
    /上限/u,
  ],
  [
    'a zip bomb of many parts',
    () =>
      xlsxOf(
        Array.from({ length: 3 }, (_, i) => ({
          name: String(i),
          xml: `<sheetData>${sheetList}</sheetData>${' '.repeat(70 * 1024 * 1024)}`,
        })),
      ),
    /上限/u,
  ],
  [
    'an entity bomb',
    () => word({ name: 'word/document.xml', content: withType(`<!DOCTYPE w [<!ENTITY l0 "哈">${laughs}]>`, '&l9;') }),
    /DTD/u,
  ],
  [
    'an external entity',
    () =>
      word({
        name: 'word/document.xml',
        content: withType('<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>', '&x;'),
      }),
    /DTD/u,
  ],
  ['an entity nobody declared', () => word({ name: 'word/document.xml', content: withType('', '&nbsp;') }), /损坏/u],
  ['a path out of the zip', () => word({ name: '../../../etc/cron.d/x', content: 'x' }), /不安全的路径/u],
  ['an absolute path', () => word({ name: 'C:\\windows\\x', content: 'x' }), /不安全的路径/u],
  [
    'two parts of one name',
    () => zipFile([1, 2].map(() => ({ name: 'word/document.xml', content: wordList }))),
    /损坏/u,
  ],
  [
    'seven thousand parts',
    () => zipFile([...Array.from({ length: 7000 }, (_, i) => ({ name: `word/media/${i}`, content: '' }))]),
    /部件太多/u,
  ],
  ['an encrypted part', () => word({ name: 'word/document.xml', lie: { flags: 1 } }), /密码/u],
  ['an unknown compression', () => word({ name: 'word/document.xml', lie: { method: 99 } }), /压缩方式/u],
  ['a wrong checksum', () => word({ name: 'word/document.xml', lie: { crc: 1 } }), /损坏/u],
  ['XML cut off', () => word({ name: 'word/document.xml', content: '<w:document xmlns:w="w"><w:body><w:p>' }), /损坏/u],
  [
    'XML that is none',
    () => word({ name: 'word/document.xml', content: Buffer.from([0xff, 0xfe, 0xfd, 0x00, 0x80, 0x81]) }),
    /损坏/u,
  ],
  ['XML without end inwards', () => docxOf('<w:sdt>'.repeat(200_000)), /嵌套层次太深/u],
  ['tables in tables without end', () => docxOf('<w:tbl><w:tr><w:tc>'.repeat(20_000)), /嵌套层次太深/u],
  [
    'a paragraph of a million pieces',
    () => docxOf(`<w:p>${'<w:r><w:t>长</w:t></w:r>'.repeat(1_000_000)}</w:p>`),
    /内容太多/u,
  ],
  [
    'a row of a million cells',
    () => docxOf(`<w:tbl><w:tr>${'<w:tc><w:p/></w:tc>'.repeat(1_000_000)}</w:tr></w:tbl>`),
    /内容太多/u,
  ],
  ['a million shared texts', () => xlsxOf([], { texts: new Array<string>(1_000_000).fill('甲') }), /内容太多/u],
  ['no text at all', () => docxOf(''), /没有可以读取的内容/u],
  [
    'no document inside',
    () =>
      word({
        name: '_rels/.rels',
        content:
          '<Relationships><Relationship Type="x/officeDocument" Target="word/missing/document.xml"/></Relationships>',
      }),
    /没有正文/u,
  ],
  [
    'three million cells',
    () => sheet(`<row r="1">${'<c t="str"><v>1</v></c>'.repeat(16_000)}</row>`.repeat(190)),
    /超过100万格/u,
  ],
  ['more rows than any list', () => sheet('<row><c t="str"><v>1</v></c></row>'.repeat(210_000)), /万行/u],
  [
    'a thousand sheets',
    () => xlsxOf(Array.from({ length: 1000 }, (_, i) => ({ name: String(i), xml: '' }))),
    /1000个工作表/u,
  ],
  [
    'merges upon merges',
    () =>
      xlsxOf([
        {
          name: '任务',
          xml: `<sheetData>${Array.from({ length: 5000 }, (_, i) => sheetRow(i + 1, header)).join('')}</sheetData><mergeCells>${'<mergeCell ref="A1:A5000"/>'.repeat(5000)}</mergeCells>`,
        },
      ]),
    /合并单元格太多/u,
  ],
  ['an encrypted workbook', () => compound('EncryptedPackage'), /取消密码/u],
  ['a binary workbook', () => zipFile([{ name: 'xl/workbook.bin', content: 'x' }]), /另存为/u],
  [
    'a presentation',
    () =>
      zipFile([
        {
          name: '_rels/.rels',
          content:
            '<Relationships><Relationship Type="x/officeDocument" Target="ppt/presentation.xml"/></Relationships>',
        },
      ]),
    /演示文稿/u,
  ],
  [
    'an OpenDocument',
    () =>
      zipFile([
        { name: 'mimetype', content: 'x' },
        { name: 'content.xml', content: '<x/>' },
      ]),
    /另存为/u,
  ],
  ['a zip of documents', () => zipFile([{ name: '清单.docx', content: docxOf(wordList) }]), /先解压/u],
  [
    'a web page called .xls',
    () => Buffer.from('\uFEFF<html><body><table><tr><td>序号</td></tr></table></body></html>'),
    /网页.*\.xlsx/u,
  ],
  ['a picture called .docx', () => Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), /图片/u],
  ['an old .doc', () => compound('WordDocument'), /另存为.*\.docx/u],
  ['a PDF', () => Buffer.from('%PDF-1.7\n%âãÏÓ'), /\.docx/u],
];

function refusal(bytes: Buffer): AppError {
  try {
    previewImport(bytes, '清单.docx', {});
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown;
    throw thrown;
  }
  throw new Error('was not refused');
}

/** A hang, not a slow machine. */
const soon = 28_000;

describe('a hostile file', () => {
  it.each(refused)('is refused in one sentence, soon: %s', (_, make, says) => {
    const bytes = make();
    const started = performance.now();
    const { code, expose, message } = refusal(bytes);
    expect(performance.now() - started).toBeLessThan(soon);
    expect({ code, expose }).toEqual({ code: 'bad_input', expose: true });
    expect(message).toMatch(says);
    expect(message).not.toMatch(/\n|[A-Za-z]{4,} [a-z]{2,} [a-z]+/u);
    expect(message.length).toBeLessThan(200);
  });
});

describe('a strange file that is a list all the same', () => {
  const read = (bytes: Buffer): ImportPreview => previewImport(bytes, '清单.docx', {});
  const million = 1_000_000;

  it.each([
    [
      'cells over a million columns',
      () => docxOf(wordList.replace('<w:tc>', `<w:tc><w:tcPr><w:gridSpan w:val="${million}"/></w:tcPr>`)),
    ],
    [
      'styles based on themselves',
      () =>
        docxOf(wordList.replaceAll('<w:p>', '<w:p><w:pPr><w:pStyle w:val="a"/></w:pPr>'), {
          'styles.xml':
            '<w:styles><w:style w:styleId="a"><w:basedOn w:val="b"/></w:style><w:style w:styleId="b"><w:basedOn w:val="a"/></w:style></w:styles>',
        }),
    ],
    [
      'a sheet used down to its last row',
      () =>
        sheet(
          `${sheetList}${Array.from({ length: million }, (_, i) => `<row r="${i + 3}" s="1" customFormat="1"/>`).join('')}`,
        ),
    ],
    [
      'a sheet formatted down to row 300,000',
      () =>
        sheet(
          `${sheetList}${Array.from({ length: 300_000 }, (_, i) => `<row r="${i + 3}"><c r="A${i + 3}" s="1"/><c r="B${i + 3}" s="1"/></row>`).join('')}`,
        ),
    ],
  ])('%s', (_, make) => {
    const bytes = make();
    const started = performance.now();
    expect(read(bytes).tasks).toHaveLength(1);
    expect(performance.now() - started).toBeLessThan(soon);
  });
});

describe('a file cut off or scratched anywhere', () => {
  const table: PrintedTable = { above: ['2023年清单'], rows: [header, task, ['2', '推进乙项工作', '', '']] };
  const files: [string, () => Promise<Buffer> | Buffer][] = [
    ['.docx', () => asDocx(table)],
    ['.xlsx', () => asWorkbook(table, 'xlsx')],
    ['.xls', () => asWorkbook(table, 'biff8')],
    ['.txt', () => readFileSync(projectFile('seeds', '鄂城区优化营商环境重点任务清单.txt'))],
  ];

  it.each(files)('is refused or read, soon: %s', async (_, make) => {
    const bytes = await make();
    const started = performance.now();
    for (let i = 0; i < 60; i++) {
      const at = Math.floor((bytes.length * i) / 60);
      const scratched = Buffer.from(bytes);
      for (let k = 0; k < 8; k++) scratched[(at + k * 7) % bytes.length] = (i * 37 + k * 101) % 256;
      for (const broken of [bytes.subarray(0, at), scratched])
        try {
          previewImport(broken, '清单', {});
        } catch (thrown) {
          expect(thrown).toMatchObject({ code: 'bad_input', expose: true });
        }
    }
    expect(performance.now() - started).toBeLessThan(soon);
  });
});
