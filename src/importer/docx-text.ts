// The text of a .docx as a reader sees it with all tracked changes accepted: no deleted or hidden words, no field codes, no bookmarks.
import { type DocxNumbering } from './docx-numbering';
import { type DocxStyles, readNumberingPlace } from './docx-styles';
import { child, elements, isOn, textOf, valueOf, type XmlNode } from './xml-nodes';

/** What is deleted, or stands twice (the fallback beside the choice). */
const leftOut = new Set(['del', 'moveFrom', 'Fallback', 'rt', 'object', 'delText', 'instrText', 'delInstrText']);
/** What only wraps text or blocks. */
const wrappers = new Set([
  'ins',
  'moveTo',
  'hyperlink',
  'smartTag',
  'customXml',
  'fldSimple',
  'sdt',
  'sdtContent',
  'AlternateContent',
  'Choice',
  'dir',
  'bdo',
  'ruby',
  'rubyBase',
  'oMath',
  'oMathPara',
  'r',
]);
const drawings = new Set(['drawing', 'pict', 'txbxContent', 'textbox']);

/** The children of a block (body, cell, row) that are `names`, through all that only wraps them. */
export function* blocks(node: XmlNode, names: ReadonlySet<string>): Generator<XmlNode> {
  for (const one of elements(node)) {
    if (names.has(one.name)) yield one;
    else if (wrappers.has(one.name) && !leftOut.has(one.name) && !isPlaceholder(one)) yield* blocks(one, names);
  }
}

/** A content control nobody has filled in: "单击此处输入文字". */
function isPlaceholder(node: XmlNode): boolean {
  return node.name === 'sdt' && isOn(child(node, 'sdtPr'), 'showingPlcHdr');
}

/** Reads paragraphs in the order of the document. */
export class DocxText {
  /** What stands in text boxes: no part of the list, but it may bear a 密级 mark. */
  readonly boxes: string[] = [];
  /** Whether any hidden text was left out. */
  hidSomething = false;

  constructor(
    private readonly styles: DocxStyles,
    private readonly numbering: DocxNumbering,
  ) {}

  /** Paragraphs as lines; a paragraph whose mark is deleted goes on in the next one. */
  join(paragraphs: XmlNode[]): string {
    let text = '';
    let goesOn = true;
    for (const paragraph of paragraphs) {
      text += (goesOn ? '' : '\n') + this.paragraph(paragraph);
      goesOn = child(child(child(paragraph, 'pPr'), 'rPr'), 'del') !== null;
    }
    return text;
  }

  /** One paragraph with its automatic number. */
  paragraph(node: XmlNode): string {
    const properties = child(node, 'pPr');
    const style = valueOf(properties, 'pStyle');
    const own = readNumberingPlace(properties);
    const inherited = own.list === undefined ? this.styles.numbering(style) : null;
    const list = own.list ?? inherited?.list;
    const printed: string[] = [];
    // A field's code runs from "begin" to "separate"; fields nest.
    const fields: ('code' | 'result')[] = [];
    this.collect(node, style, fields, printed);
    const text = printed.join('');
    const number =
      list === undefined || list === '0'
        ? ''
        : this.numbering.next({ list, level: own.level ?? inherited?.level ?? 0 });
    return number === '' || text === '' ? number + text : `${number}${/[.．、)）]$/u.test(number) ? '' : ' '}${text}`;
  }

  private collect(node: XmlNode, style: string | null, fields: ('code' | 'result')[], printed: string[]): void {
    for (const one of elements(node)) {
      const { name } = one;
      if (drawings.has(name)) this.collectBoxes(one);
      if (leftOut.has(name) || isPlaceholder(one)) continue;
      if (name === 'r' && this.isHidden(one, style)) {
        this.hidSomething ||= textOf(one) !== '';
        continue;
      }
      if (name === 'fldChar') {
        const kind = one.attributes.fldCharType;
        if (kind === 'begin') fields.push('code');
        else if (kind === 'separate') fields.splice(-1, 1, 'result');
        else fields.pop();
      } else if (wrappers.has(name)) this.collect(one, style, fields, printed);
      else if (!fields.includes('code')) printed.push(signOf(one));
    }
  }

  private isHidden(run: XmlNode, paragraphStyle: string | null): boolean {
    const properties = child(run, 'rPr');
    if (child(properties, 'vanish')) return isOn(properties, 'vanish');
    const style = valueOf(properties, 'rStyle');
    return this.styles.hides(style) || this.styles.hides(paragraphStyle);
  }

  private collectBoxes(node: XmlNode): void {
    for (const one of elements(node))
      if (one.name === 'p' && !leftOut.has(one.name))
        this.boxes.push(new DocxText(this.styles, this.numbering).plain(one));
      else this.collectBoxes(one);
  }

  /** A paragraph without its number. */
  private plain(node: XmlNode): string {
    const printed: string[] = [];
    this.collect(node, null, [], printed);
    return printed.join('');
  }
}

function signOf(node: XmlNode): string {
  switch (node.name) {
    case 't':
      return textOf(node);
    case 'tab':
    case 'ptab':
      return '\t';
    case 'br':
    case 'cr':
      return node.attributes.type === 'page' ? '' : '\n';
    case 'noBreakHyphen':
      return '-';
    default:
      return '';
  }
}
