// Lists of any length for the import bench, as files of several kinds.
import { CFB, utils, write } from '@e965/xlsx';

/** What is used of the package's zip writer, which comes without types. */
const zips = CFB as {
  utils: { cfb_new(options: object): object; cfb_add(file: object, name: string, content: Buffer): void };
  write(file: object, options: object): Buffer;
};

export const kinds = ['xlsx', 'docx', 'csv'] as const;
export type Kind = (typeof kinds)[number];

const header = ['类别', '政策措施', '序号', '重点任务', '牵头单位', '责任单位', '完成时限'];
const units = ['区市场监管局', '区税务局', '区财政局', '区住建局', '区教育局', '区人社局', '区医保局', '区行政审批局'];
const dates = ['2023年6月底，长期推进', '2023年8月底', '2023年第三季度', '长期推进', '每月25日前', '12月底前'];
const some = <T>(from: readonly T[], at: number): T => from[at % from.length] as T;

/** A list as offices write them: a measure every three rows, a section every thirty, cells like those above left blank. */
function rowsOf(count: number): string[][] {
  return Array.from({ length: count }, (_, i) => [
    i % 30 === 0 ? `（${i / 30 + 1}）第${i / 30 + 1}个方面` : '',
    i % 3 === 0 ? `${i / 3 + 1}.第${i / 3 + 1}条措施` : '',
    String(i + 1),
    `推进第${i + 1}项工作，按照职责分工压实责任，细化措施，定期调度，及时解决困难和问题，确保按时保质完成。`,
    i % 3 === 0 ? some(units, i / 3) : '',
    i % 3 === 0 ? `${some(units, i / 3 + 1)}、${some(units, i / 3 + 4)}等相关单位，各镇街、花湖开发区` : '',
    i % 2 === 0 ? some(dates, i / 2) : '',
  ]);
}

/** The bytes of a list of so many tasks. */
export function listFile(kind: Kind, count: number): Buffer {
  const rows = [header, ...rowsOf(count)];
  const title = '鄂城区2023年重点任务清单';
  if (kind === 'csv')
    return Buffer.from([[title], ...rows].map(cells => cells.map(cell => `"${cell}"`).join(',')).join('\r\n'));
  if (kind === 'xlsx') {
    const book = utils.book_new();
    utils.book_append_sheet(book, utils.aoa_to_sheet([[title], ...rows]), '清单');
    return write(book, { type: 'buffer', bookType: 'xlsx', compression: true }) as Buffer;
  }
  const paragraph = (text: string): string => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`;
  const cell = (text: string): string =>
    `<w:tc><w:tcPr><w:tcW w:w="1200" w:type="dxa"/></w:tcPr>${paragraph(text)}</w:tc>`;
  const table = rows.map(cells => `<w:tr>${cells.map(cell).join('')}</w:tr>`).join('');
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument';
  const file = zips.utils.cfb_new({ fileType: 'zip' });
  zips.utils.cfb_add(
    file,
    '/word/document.xml',
    Buffer.from(
      `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${paragraph(title)}<w:tbl>${table}</w:tbl></w:body></w:document>`,
    ),
  );
  zips.utils.cfb_add(
    file,
    '/_rels/.rels',
    Buffer.from(`<Relationships><Relationship Id="r" Type="${office}" Target="word/document.xml"/></Relationships>`),
  );
  return zips.write(file, { type: 'buffer', fileType: 'zip', compression: true });
}
