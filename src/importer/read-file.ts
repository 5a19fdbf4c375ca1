// Decides by content, not by name, what kind of file a list came in, and hands it to the reader of that kind.
import { readDocx } from './read-docx';
import { readText } from './read-text';
import { readXls } from './read-xls';
import { readXlsx } from './read-xlsx';
import { type FileContent } from './table';
import { type Refuse, unreadable } from './unreadable-file';
import { readXml } from './xml-nodes';
import { ZipParts } from './zip-parts';

const maxBytes = 20 * 1024 * 1024;

type Reader = (bytes: Buffer, refuse: Refuse) => FileContent;

/** One kind of file: how to know it, and its reader, or the sentence that says what to do instead. */
interface FileKind {
  name: string;
  matches: (bytes: Buffer) => boolean;
  reader: Reader | string;
}

const startsWith =
  (...marks: string[]) =>
  (bytes: Buffer): boolean =>
    marks.some(mark => bytes.subarray(0, mark.length).toString('latin1') === mark);
const compound = startsWith('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1');
const compoundWith =
  (...names: string[]) =>
  (bytes: Buffer): boolean =>
    compound(bytes) && names.some(name => bytes.includes(Buffer.from(name, 'utf16le')));
const markup =
  (pattern: RegExp) =>
  (bytes: Buffer): boolean =>
    pattern.test(
      bytes
        .subarray(0, 2000)
        .toString('latin1')
        .replace(/^\xef\xbb\xbf/u, '')
        .trimStart(),
    );

const asDocx = '请用 Word 或 WPS 打开，“另存为”选“Word 文档（.docx）”，再导入';
const asXlsx = '请用 Excel 或 WPS 打开，“另存为”选“Excel 工作簿（.xlsx）”，再导入';
const unzipFirst = '请先解压，再导入里面的清单文件';

const textKind: FileKind = { name: '文本', matches: () => true, reader: readText };

/** The first kind that matches reads the file; what matches none is text. A new format is a new row. */
const kinds: FileKind[] = [
  { name: '压缩包或 Office 文档', matches: startsWith('PK\x03\x04', 'PK\x05\x06'), reader: readZipped },
  {
    name: '加密的 Office 文档',
    matches: compoundWith('EncryptedPackage', 'EncryptionInfo'),
    reader: '请先在 Office 中取消密码再导入',
  },
  { name: '旧版 Word 文档（.doc）', matches: compoundWith('WordDocument'), reader: asDocx },
  {
    name: '旧版 Excel 工作簿（.xls）',
    matches: compoundWith('Workbook', 'Book'),
    reader: (bytes, refuse) =>
      readXls(bytes, (reason, cause) => refuse(`这是旧版 Excel 工作簿（.xls），${reason}`, cause)),
  },
  { name: '旧版 Office 文档', matches: compound, reader: asDocx },
  {
    name: 'PDF 文件',
    matches: startsWith('%PDF'),
    reader: `PDF 里没有可靠的表格，请找清单的 Word 原件；没有原件的，用 WPS 或 Word 打开 PDF，“另存为”选“Word 文档（.docx）”，核对后再导入`,
  },
  { name: 'RTF 文档', matches: startsWith('{\\rtf'), reader: asDocx },
  {
    name: 'Excel 2003 XML 表格',
    matches: markup(/^<\?xml[^>]*\?>\s*<\?mso-application progid="Excel/iu),
    reader: asXlsx,
  },
  {
    name: 'Word 2003 XML 文档',
    matches: markup(/^<\?xml[^>]*\?>\s*<\?mso-application progid="Word/iu),
    reader: asDocx,
  },
  {
    name: '网页',
    matches: markup(/^(?:<!doctype html|<html|<\?xml[^>]*\?>\s*<(?:!doctype )?html|<table|<meta)/iu),
    reader: asXlsx,
  },
  { name: '网页归档文件', matches: markup(/^MIME-Version:/iu), reader: asDocx },
  {
    name: '图片',
    matches: bytes =>
      startsWith('\x89PNG', '\xff\xd8\xff', 'GIF8', 'II*\0', 'MM\0*')(bytes) ||
      (startsWith('BM')(bytes) && bytes.includes(0)) ||
      (startsWith('RIFF')(bytes) && bytes.subarray(8, 12).toString('latin1') === 'WEBP'),
    reader: '图片无法导入，请找清单的 Word 或 Excel 原件',
  },
  {
    name: '压缩包',
    matches: startsWith('\x1f\x8b', 'Rar!', "7z\xbc\xaf'\x1c"),
    reader: unzipFirst,
  },
];

/**
 * The content of a list file.
 *
 * @throws AppError bad_input with one Chinese sentence: empty, over 20 MB, or of a kind that cannot be read
 */
export function readContent(bytes: Buffer, fileName: string): FileContent {
  if (bytes.length === 0) throw unreadable(fileName, '文件是空的');
  if (bytes.length > maxBytes)
    throw unreadable(
      fileName,
      `文件有 ${(bytes.length / 1024 / 1024).toFixed(1)} MB，超过 20 MB 的上限，请只保留清单部分再试`,
    );
  const { name, reader } = kinds.find(kind => kind.matches(bytes)) ?? textKind;
  if (typeof reader === 'string') throw unreadable(fileName, `这是${name}，${reader}`);
  return reader(bytes, (reason, cause) => {
    throw unreadable(fileName, reason, cause);
  });
}

/** True where no other kind of file matches. */
export function isText(bytes: Buffer): boolean {
  return !kinds.some(kind => kind.matches(bytes));
}

/** What a zip is, is said by its directory; where that is broken, by the names in its bytes. */
function readZipped(bytes: Buffer, refuse: Refuse): FileContent {
  const guess = bytes.includes('word/') ? 'Word 文档（.docx）' : bytes.includes('xl/') ? 'Excel 工作簿（.xlsx）' : null;
  const refuseAs =
    (name: string | null): Refuse =>
    (reason, cause) =>
      name === null ? refuse(`这是压缩包，${unzipFirst}`, cause) : refuse(`这是${name}，${reason}`, cause);
  const zip = new ZipParts(bytes, refuseAs(guess));
  const main = mainPart(zip, refuseAs(guess));
  if (/(?:^|\/)document\d*\.xml$/iu.test(main)) return readDocx(zip, main, refuseAs('Word 文档（.docx）'));
  if (main.endsWith('.bin')) return refuse(`这是二进制工作簿（.xlsb），${asXlsx}`);
  if (/(?:^|\/)workbook\d*\.xml$/iu.test(main)) return readXlsx(zip, main, refuseAs('Excel 工作簿（.xlsx）'));
  if (main.startsWith('ppt/')) return refuse('这是演示文稿，请找清单的 Word 或 Excel 原件');
  if (zip.has('content.xml')) return refuse(`这是 OpenDocument 文档，请另存为 .docx（文档）或 .xlsx（表格）再导入`);
  return refuse(`这是压缩包，${unzipFirst}`);
}

/** The name of the part an Office document begins with; '' where there is none. */
function mainPart(zip: ZipParts, refuse: Refuse): string {
  let target = '';
  const relations = zip.part('_rels/.rels');
  if (relations)
    readXml(
      relations,
      name => name === 'Relationship',
      {
        piece: ({ attributes }) => {
          if (attributes.Type?.endsWith('/officeDocument')) target = (attributes.Target ?? '').replace(/^\//, '');
        },
      },
      refuse,
    );
  if (target !== '') return target;
  return ['word/document.xml', 'xl/workbook.xml', 'xl/workbook.bin'].find(name => zip.has(name)) ?? '';
}
