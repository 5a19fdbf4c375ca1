// Reads a .docx: its tables with their real merges, the text around them, and what was left out of both.
import { findLayout } from './columns';
import { type GridCell, type GridRow, layGrid } from './docx-grid';
import { DocxNumbering } from './docx-numbering';
import { DocxStyles } from './docx-styles';
import { blocks, DocxText } from './docx-text';
import { type FileContent, type Table } from './table';
import { type Refuse } from './unreadable-file';
import { child, isOn, readXml, valueOf, type XmlNode } from './xml-nodes';
import { type ZipParts } from './zip-parts';

const mostCells = 2_000_000;
const widestSpan = 200;

const pieces = new Set(['p', 'tr']);
const rowParts = new Set(['tc']);
const cellParts = new Set(['p', 'tbl']);
const tableParts = new Set(['tr']);

/**
 * @param main - name of the document's main part (word/document.xml)
 * @throws AppError bad_input when a part is broken, too large or hostile
 */
export function readDocx(zip: ZipParts, main: string, refuse: Refuse): FileContent {
  const folder = main.slice(0, main.lastIndexOf('/') + 1);
  const document = zip.part(main);
  if (!document) return refuse('文件里没有正文，请用 Word 或 WPS 打开后重新保存为 .docx');
  const styles = new DocxStyles(zip.part(`${folder}styles.xml`), refuse);
  const numbering = new DocxNumbering(zip.part(`${folder}numbering.xml`), refuse);
  const reader = new DocxReader(new DocxText(styles, numbering), refuse);
  readXml(document, name => pieces.has(name), reader, refuse);
  const content = reader.content();
  for (const name of zip.names())
    if (name.startsWith(folder) && /\/(?:header|footer|footnotes|endnotes)\d*\.xml$/u.test(name)) {
      const text = new DocxText(styles, new DocxNumbering(null, refuse));
      const part = zip.part(name);
      const take = (node: XmlNode): void => void content.aside.push(text.paragraph(node));
      if (part) readXml(part, name => name === 'p', { piece: take }, refuse);
      content.aside.push(...text.boxes);
    }
  return content;
}

/** Follows the document from its beginning: paragraphs, and the rows of its tables. */
class DocxReader {
  private readonly tables: Table[] = [];
  private readonly nested: Table[] = [];
  private readonly lines: FileContent['lines'] = [];
  private above: string[] = [];
  private rows: GridRow[] = [];
  private row = 0;
  private paragraphs = 0;
  private cells = 0;
  private readonly hiddenRows: number[] = [];

  constructor(
    private readonly text: DocxText,
    private readonly refuse: Refuse,
  ) {}

  piece(node: XmlNode, within: readonly string[]): void {
    if (within.includes('Fallback') || !within.includes('body')) return;
    if (within.includes('tbl')) {
      if (node.name === 'tr') this.rows.push(this.readRow(node));
      return;
    }
    const text = this.text.paragraph(node);
    if (text.trim() === '') return;
    for (const line of text.split('\n')) {
      this.above.push(line);
      this.lines.push({ row: ++this.paragraphs, text: line });
    }
  }

  closed(name: string): void {
    if (name !== 'tbl') return;
    const { rows, mergesKnown } = layGrid(this.rows, this.refuse);
    if (rows.length > 0) {
      this.tables.push({ sheet: null, above: this.above, rows, mergesKnown });
      this.above = [];
    }
    this.rows = [];
    this.tables.push(...this.nested.splice(0));
  }

  content(): FileContent {
    const notices: FileContent['notices'] = [];
    if (this.hiddenRows.length > 0)
      notices.push({
        code: 'hidden_rows',
        message: `第${this.hiddenRows.slice(0, 20).join('、')}行${this.hiddenRows.length > 20 ? `等${this.hiddenRows.length}行` : ''}在文件中是隐藏的，未导入；要导入请先取消隐藏`,
      });
    if (this.text.hidSomething)
      notices.push({ code: 'hidden_text', message: '文件中有隐藏文字，未导入；要导入请先取消隐藏' });
    return { tables: this.tables, lines: this.lines, aside: [...this.text.boxes], notices };
  }

  private readRow(node: XmlNode): GridRow {
    const properties = child(node, 'trPr');
    const row = ++this.row;
    const deleted = child(properties, 'del') !== null;
    const hidden = isOn(properties, 'hidden');
    if (hidden && !deleted) this.hiddenRows.push(row);
    const cells: GridCell[] = [];
    for (const cell of blocks(node, rowParts)) cells.push(this.readCell(cell));
    this.cells += cells.length;
    if (this.cells > mostCells) this.refuse(`表格超过${mostCells / 10_000}万格，不像一份清单，请只保留清单部分再试`);
    return { row, before: spanOf(valueOf(properties, 'gridBefore')), cells, dropped: deleted || hidden };
  }

  private readCell(node: XmlNode): GridCell {
    const properties = child(node, 'tcPr');
    const vertical = valueOf(properties, 'vMerge');
    const merge = vertical === null ? null : vertical === 'restart' ? 'restart' : 'continue';
    const span = Math.max(1, spanOf(valueOf(properties, 'gridSpan')));
    // What stands in a cell that continues a merge is not shown.
    if (merge === 'continue' || child(properties, 'cellDel')) return { text: '', span, merge };
    return { text: this.textOfCell(node), span, merge };
  }

  private textOfCell(cell: XmlNode): string {
    const parts: string[] = [];
    let paragraphs: XmlNode[] = [];
    const flush = (): void => {
      if (paragraphs.length > 0) parts.push(this.text.join(paragraphs));
      paragraphs = [];
    };
    for (const block of blocks(cell, cellParts))
      if (block.name === 'p') paragraphs.push(block);
      else {
        flush();
        parts.push(this.nestedTable(block));
      }
    flush();
    return parts.join('\n');
  }

  /** A table inside a cell: a list of its own where it has a list's header, else part of the cell's text. */
  private nestedTable(node: XmlNode): string {
    const gridRows: GridRow[] = [];
    for (const row of blocks(node, tableParts)) gridRows.push(this.readRow(row));
    const { rows, mergesKnown } = layGrid(gridRows, this.refuse);
    if (findLayout(rows)) {
      this.nested.push({ sheet: null, above: [], rows, mergesKnown });
      return '';
    }
    return rows
      .map(({ cells, merged }) => cells.filter((cell, i) => cell !== '' && !merged?.includes(i)).join(' '))
      .join('\n');
  }
}

function spanOf(value: string | null): number {
  const span = Number(value ?? 0);
  return Number.isInteger(span) && span > 0 ? Math.min(span, widestSpan) : 0;
}
