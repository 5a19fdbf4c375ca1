// Decides by content, not by name, what kind of file a list came in, and hands it to the reader of that kind.
import { AppError } from '../errors';
import { readText } from './read-text';
import { type Table } from './table';

const maxBytes = 20 * 1024 * 1024;

type Reader = (bytes: Buffer, fileName: string) => Table[];

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
const zip = startsWith('PK\x03\x04', 'PK\x05\x06');
const zipWith =
  (name: string) =>
  (bytes: Buffer): boolean =>
    zip(bytes) && bytes.includes(name);
const compound = startsWith('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1');
const compoundWith =
  (name: string) =>
  (bytes: Buffer): boolean =>
    compound(bytes) && bytes.includes(Buffer.from(name, 'utf16le'));

const asText = '请把清单表格转为一格一行的文本（每格以制表符开头、行间空一行），存为 .txt 再导入';

const textKind: FileKind = { name: '文本', matches: () => true, reader: readText };

/** The first kind that matches reads the file; what matches none is text. A new format is a new row. */
const kinds: FileKind[] = [
  { name: 'Word 文档（.docx）', matches: zipWith('word/'), reader: asText },
  { name: 'Excel 工作簿（.xlsx）', matches: zipWith('xl/'), reader: asText },
  { name: '压缩包', matches: zip, reader: '请先解压，再导入里面的清单文件' },
  { name: '加密的 Office 文档', matches: compoundWith('EncryptedPackage'), reader: '请先在 Office 中取消密码再导入' },
  { name: '旧版 Word 文档（.doc）', matches: compoundWith('WordDocument'), reader: asText },
  { name: '旧版 Excel 工作簿（.xls）', matches: compoundWith('Workbook'), reader: asText },
  { name: '旧版 Office 文档', matches: compound, reader: asText },
  { name: 'PDF 文件', matches: startsWith('%PDF'), reader: `PDF 里没有可靠的表格，请找清单的 Word 原件，${asText}` },
  { name: 'RTF 文档', matches: startsWith('{\\rtf'), reader: asText },
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
    reader: '请先解压，再导入里面的清单文件',
  },
];

/**
 * The tables of a list file.
 *
 * @throws AppError bad_input with one Chinese sentence: empty, over 20 MB, of a kind that cannot be read, or without a table
 */
export function readTables(bytes: Buffer, fileName: string): Table[] {
  if (bytes.length === 0)
    throw new AppError('bad_input', `无法读取清单文件“${fileName}”：文件是空的`, { expose: true });
  if (bytes.length > maxBytes) {
    const size = (bytes.length / 1024 / 1024).toFixed(1);
    throw new AppError(
      'bad_input',
      `无法读取清单文件“${fileName}”：文件有 ${size} MB，超过 20 MB 的上限，请只保留清单部分再试`,
      { expose: true },
    );
  }
  const { name, reader } = kinds.find(kind => kind.matches(bytes)) ?? textKind;
  if (typeof reader === 'function') return reader(bytes, fileName);
  throw new AppError('bad_input', `无法读取清单文件“${fileName}”：这是${name}，${reader}`, { expose: true });
}
