// Reads an .xlsx row by row: what its cells show, merges, hidden rows and sheets, formulas by their stored results.
import { builtInFormat, shownNumber } from './sheet-format';
import { type MergeRange, type SheetCell, type SheetCells, type SheetRow, tableOfSheet } from './sheet-table';
import { type FileContent } from './table';
import { type Refuse } from './unreadable-file';
import { child, elements, readXml, textOf, type XmlNode } from './xml-nodes';
import { type ZipParts } from './zip-parts';

const mostRows = 200_000;
const mostCells = 1_000_000;
const mostSheets = 200;
const mostTexts = 600_000;

interface SheetPlace {
  name: string;
  part: string;
  hidden: boolean;
}

interface Book {
  sheets: SheetPlace[];
  texts: string[];
  /** Number format code of each cell style. */
  formats: string[];
  date1904: boolean;
}

/**
 * @param main - name of the workbook's main part (xl/workbook.xml)
 * @throws AppError bad_input when a part is broken, too large or hostile
 */
export function readXlsx(zip: ZipParts, main: string, refuse: Refuse): FileContent {
  const book = readBook(zip, main, refuse);
  const content: FileContent = { tables: [], lines: [], aside: [], notices: [] };
  for (const place of book.sheets) {
    const part = zip.part(place.part);
    if (!part) continue;
    const sheet = new SheetReader(place.name, book, refuse);
    readXml(part, name => sheetPieces.has(name), sheet, refuse);
    if (place.hidden) {
      const texts = sheet.cells().rows.flatMap(row => row.cells.map(cell => cell.text));
      if (texts.every(text => text === '')) continue;
      content.aside.push(...texts);
      content.notices.push({
        code: 'hidden_sheet',
        message: `工作表“${place.name}”是隐藏的，未导入；要导入请先取消隐藏`,
      });
      continue;
    }
    const { table, notices } = tableOfSheet(sheet.cells(), refuse);
    if (table) content.tables.push(table);
    content.notices.push(...notices);
  }
  return content;
}

function readBook(zip: ZipParts, main: string, refuse: Refuse): Book {
  const folder = main.slice(0, main.lastIndexOf('/') + 1);
  const workbook = zip.part(main);
  if (!workbook) return refuse('文件里没有工作簿，请用 Excel 或 WPS 打开后重新保存为 .xlsx');
  const targets = new Map<string, { type: string; part: string }>();
  forPieces(zip.part(`${folder}_rels/${main.slice(folder.length)}.rels`), ['Relationship'], refuse, node => {
    const { Id = '', Type = '', Target = '', TargetMode } = node.attributes;
    if (TargetMode !== 'External') targets.set(Id, { type: Type, part: partName(folder, Target) });
  });
  const byType = (type: string): Buffer | null =>
    zip.part([...targets.values()].find(target => target.type.endsWith(`/${type}`))?.part ?? `${folder}${type}.xml`);
  const book: Book = { sheets: [], texts: [], formats: [], date1904: false };
  forPieces(workbook, ['sheet', 'workbookPr'], refuse, ({ name, attributes }) => {
    if (name === 'workbookPr') book.date1904 = /^(?:1|true)$/u.test(attributes.date1904 ?? '');
    else {
      const target = targets.get(attributes.id ?? '');
      if (target?.type.endsWith('/worksheet'))
        book.sheets.push({
          name: attributes.name ?? '',
          part: target.part,
          hidden: (attributes.state ?? 'visible') !== 'visible',
        });
    }
  });
  if (book.sheets.length > mostSheets) refuse(`工作簿有${book.sheets.length}个工作表，请只保留清单所在的工作表再试`);
  forPieces(byType('sharedStrings'), ['si'], refuse, node => {
    if (book.texts.length >= mostTexts) refuse('工作簿的内容太多，不像一份清单，请只保留清单部分再试');
    book.texts.push(richText(node));
  });
  book.formats = readFormats(byType('styles'), refuse);
  return book;
}

function forPieces(bytes: Buffer | null, names: string[], refuse: Refuse, take: (node: XmlNode) => void): void {
  if (bytes) readXml(bytes, name => names.includes(name), { piece: take }, refuse);
}

function partName(folder: string, target: string): string {
  const path = target.startsWith('/') ? target.slice(1) : folder + target;
  const parts: string[] = [];
  for (const part of path.split('/'))
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  return parts.join('/');
}

/** Text with its formatted runs; not the reading aids (phonetic) beside it. */
function richText(node: XmlNode): string {
  return elements(node)
    .map(one => (one.name === 't' ? textOf(one) : one.name === 'r' ? richText(one) : ''))
    .join('')
    .replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
}

function readFormats(bytes: Buffer | null, refuse: Refuse): string[] {
  const codes = new Map<number, string>();
  const formats: string[] = [];
  forPieces(bytes, ['numFmts', 'cellXfs'], refuse, node => {
    for (const { attributes } of elements(node))
      if (node.name === 'numFmts') codes.set(Number(attributes.numFmtId), attributes.formatCode ?? 'General');
      else {
        const id = Number(attributes.numFmtId ?? 0);
        formats.push(codes.get(id) ?? builtInFormat(id));
      }
  });
  return formats;
}

const sheetPieces = new Set(['row', 'mergeCell', 'col']);

class SheetReader {
  private readonly rows: SheetRow[] = [];
  private readonly merges: MergeRange[] = [];
  private readonly hiddenColumns: { from: number; to: number }[] = [];
  private row = 0;
  private cellCount = 0;

  constructor(
    private readonly name: string,
    private readonly book: Book,
    private readonly refuse: Refuse,
  ) {}

  piece(node: XmlNode): void {
    if (node.name === 'row') this.takeRow(node);
    else if (node.name === 'mergeCell') {
      const range = rangeOf(node.attributes.ref ?? '');
      if (range) this.merges.push(range);
    } else if (/^(?:1|true)$/u.test(node.attributes.hidden ?? ''))
      this.hiddenColumns.push({ from: Number(node.attributes.min) - 1, to: Number(node.attributes.max) - 1 });
  }

  cells(): SheetCells {
    // Rows may stand in any order in a file nobody checked.
    const inOrder = this.rows.every((row, i) => row.row > (this.rows[i - 1]?.row ?? 0));
    return {
      name: this.name,
      rows: inOrder ? this.rows : [...this.rows].sort((a, b) => a.row - b.row),
      merges: this.merges,
      isHiddenColumn: column => this.hiddenColumns.some(({ from, to }) => column >= from && column <= to),
    };
  }

  private takeRow(node: XmlNode): void {
    const said = Number(node.attributes.r);
    this.row = Number.isInteger(said) && said > 0 ? said : this.row + 1;
    const cells: SheetCell[] = [];
    let column = -1;
    for (const one of elements(node)) {
      if (one.name !== 'c') continue;
      const place = /^([A-Z]{1,3})\d/u.exec(one.attributes.r ?? '');
      column = place ? columnIndex(place[1] ?? '') : column + 1;
      const cell = this.readCell(one, column);
      if (cell) cells.push(cell);
    }
    if (cells.length === 0) return;
    this.cellCount += cells.length;
    if (this.cellCount > mostCells)
      this.refuse(`工作表“${this.name}”超过${mostCells / 10_000}万格，不像一份清单，请只保留清单部分再试`);
    if (this.rows.length >= mostRows)
      this.refuse(`工作表“${this.name}”超过${mostRows / 10_000}万行，不像一份清单，请只保留清单部分再试`);
    this.rows.push({ row: this.row, hidden: /^(?:1|true)$/u.test(node.attributes.hidden ?? ''), cells });
  }

  private readCell(node: XmlNode, column: number): SheetCell | null {
    const type = node.attributes.t ?? 'n';
    const value = child(node, 'v');
    const inline = child(node, 'is');
    if (type === 'inlineStr' && inline) return filled(column, richText(inline));
    if (!value) {
      if (!child(node, 'f')) return null;
      return { column, text: '', fault: '公式没有计算结果，请用 Excel 打开、保存一次再导入' };
    }
    const text = textOf(value);
    if (type === 's') return filled(column, this.book.texts[Number(text)] ?? '');
    if (type === 'e') return { column, text: '', fault: `单元格是错误值 ${text.slice(0, 20)}，请在 Excel 中改正` };
    if (type === 'b') return filled(column, text === '1' ? '是' : '否');
    if (type === 'str' || type === 'inlineStr' || text === '') return filled(column, text);
    if (type === 'd') return filled(column, text.slice(0, 10));
    const number = Number(text);
    if (!Number.isFinite(number)) return filled(column, text);
    return filled(
      column,
      shownNumber(number, this.book.formats[Number(node.attributes.s ?? 0)] ?? 'General', this.book.date1904),
    );
  }
}

function filled(column: number, text: string): SheetCell | null {
  return text === '' ? null : { column, text };
}

function columnIndex(letters: string): number {
  let index = 0;
  for (const letter of letters) index = index * 26 + letter.charCodeAt(0) - 64;
  return index - 1;
}

function rangeOf(text: string): MergeRange | null {
  const found = /^\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})$/u.exec(text);
  if (!found) return null;
  const [, left = '', top = '', right = '', bottom = ''] = found;
  return { fromRow: Number(top), toRow: Number(bottom), fromColumn: columnIndex(left), toColumn: columnIndex(right) };
}
