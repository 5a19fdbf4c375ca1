// The styles of a .docx, as far as they change its text: automatic numbers and hidden characters.
import { type NumberingPlace } from './docx-numbering';
import { readXml, child, isOn, valueOf, type XmlNode } from './xml-nodes';
import { type Refuse } from './unreadable-file';

interface Style {
  basedOn: string | null;
  hidden: boolean | null;
  numbering: Partial<NumberingPlace>;
}

const longestChain = 20;

/** What a style brings with it, looked up through the styles it is based on. */
export class DocxStyles {
  private readonly styles = new Map<string, Style>();

  /** @param bytes - word/styles.xml; null where the document has none */
  constructor(bytes: Buffer | null, refuse: Refuse) {
    if (bytes) readXml(bytes, name => name === 'style', { piece: node => this.styles.set(...readStyle(node)) }, refuse);
  }

  /** True where the style hides its characters (隐藏文字). */
  hides(styleId: string | null): boolean {
    for (const style of this.chain(styleId)) if (style.hidden !== null) return style.hidden;
    return false;
  }

  /** The automatic number a paragraph of the style bears; null = none. */
  numbering(styleId: string | null): NumberingPlace | null {
    let level: number | undefined;
    for (const { numbering } of this.chain(styleId)) {
      level ??= numbering.level;
      if (numbering.list !== undefined) return { list: numbering.list, level: level ?? 0 };
    }
    return null;
  }

  private *chain(styleId: string | null): Generator<Style> {
    let id = styleId;
    for (let i = 0; id !== null && i < longestChain; i++) {
      const style = this.styles.get(id);
      if (!style) return;
      yield style;
      id = style.basedOn;
    }
  }
}

function readStyle(node: XmlNode): [string, Style] {
  const run = child(node, 'rPr');
  return [
    node.attributes.styleId ?? '',
    {
      basedOn: valueOf(node, 'basedOn'),
      hidden: child(run, 'vanish') ? isOn(run, 'vanish') : null,
      numbering: readNumberingPlace(child(node, 'pPr')),
    },
  ];
}

/** `numPr` of paragraph properties: the list and the level it names, each only where it does. */
export function readNumberingPlace(properties: XmlNode | null): Partial<NumberingPlace> {
  const numbering = child(properties, 'numPr');
  const [list, level] = [valueOf(numbering, 'numId'), valueOf(numbering, 'ilvl')];
  return {
    ...(list === null ? {} : { list }),
    ...(level === null || !/^\d$/.test(level) ? {} : { level: Number(level) }),
  };
}
