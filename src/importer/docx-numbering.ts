// Automatic numbers of a .docx (1. （一） 第三条): they are not in the text, word processors count them when they show it.
import { readXml, child, elements, valueOf, type XmlNode } from './xml-nodes';
import { type Refuse } from './unreadable-file';

/** Where a paragraph stands in an automatic list. */
export interface NumberingPlace {
  /** `numId`; "0" = taken out of every list. */
  list: string;
  /** 0 to 8 */
  level: number;
}

interface Level {
  start: number;
  format: string;
  /** "%1.", "（%1）", "%1.%2" */
  text: string;
}

interface List {
  abstractId: string;
  levels: Map<number, Level>;
  restarts: Map<number, number>;
}

/** Counts the automatic numbers of one document, in its order. */
export class DocxNumbering {
  private readonly abstracts = new Map<string, Map<number, Level>>();
  private readonly lists = new Map<string, List>();
  /** Lists over one abstract list count together. */
  private readonly counts = new Map<string, number[]>();
  private readonly restarted = new Set<string>();

  /** @param bytes - word/numbering.xml; null where the document has none */
  constructor(bytes: Buffer | null, refuse: Refuse) {
    if (bytes)
      readXml(
        bytes,
        name => name === 'abstractNum' || name === 'num',
        {
          piece: node => {
            this.take(node);
          },
        },
        refuse,
      );
  }

  private take(node: XmlNode): void {
    if (node.name === 'abstractNum') this.abstracts.set(node.attributes.abstractNumId ?? '', readLevels(node));
    else {
      const restarts = new Map<number, number>();
      const levels = new Map<number, Level>();
      for (const override of elements(node)) {
        if (override.name !== 'lvlOverride') continue;
        const level = Number(override.attributes.ilvl);
        const from = valueOf(override, 'startOverride');
        if (from !== null) restarts.set(level, Number(from) || 0);
        for (const [at, one] of readLevels(override)) levels.set(at, one);
      }
      this.lists.set(node.attributes.numId ?? '', {
        abstractId: valueOf(node, 'abstractNumId') ?? '',
        levels,
        restarts,
      });
    }
  }

  /** The number of the next paragraph at this place, as shown; '' for bullets and for lists nobody defined. */
  next({ list, level }: NumberingPlace): string {
    const found = this.lists.get(list);
    const levelOf = (at: number): Level | null =>
      found?.levels.get(at) ?? this.abstracts.get(found?.abstractId ?? '')?.get(at) ?? null;
    const own = levelOf(level);
    if (!found || !own) return '';
    const counts = this.counts.get(found.abstractId) ?? [];
    this.counts.set(found.abstractId, counts);
    for (const [at, from] of found.restarts)
      if (!this.restarted.has(`${list}/${at}`) && at === level) {
        this.restarted.add(`${list}/${at}`);
        counts[at] = from - 1;
      }
    counts[level] = (counts[level] ?? own.start - 1) + 1;
    counts.length = level + 1;
    if (own.format === 'bullet' || own.format === 'none') return '';
    return own.text.replace(/%([1-9])/g, (_, digit: string) => {
      const at = Number(digit) - 1;
      const shown = levelOf(at);
      return shown ? inFormat(counts[at] ?? shown.start, shown.format) : '';
    });
  }
}

function readLevels(node: XmlNode): Map<number, Level> {
  const levels = new Map<number, Level>();
  for (const level of elements(node)) {
    if (level.name !== 'lvl') continue;
    const start = Number(valueOf(level, 'start') ?? 1);
    levels.set(Number(level.attributes.ilvl), {
      start: Number.isInteger(start) ? start : 1,
      format: valueOf(level, 'numFmt') ?? formatWithin(level),
      text: valueOf(level, 'lvlText') ?? '',
    });
  }
  return levels;
}

/** Newer formats stand beside a fallback. */
function formatWithin(level: XmlNode): string {
  const alternative = child(level, 'AlternateContent');
  return (
    valueOf(child(alternative, 'Choice'), 'numFmt') ?? valueOf(child(alternative, 'Fallback'), 'numFmt') ?? 'decimal'
  );
}

const digits = '零一二三四五六七八九';
const stems = '甲乙丙丁戊己庚辛壬癸';
const branches = '子丑寅卯辰巳午未申酉戌亥';

function inFormat(number: number, format: string): string {
  if (number < 0 || number > 99_999) return String(number);
  if (/^(?:chinese|japanese|taiwanese|korean)Counting|^chineseLegal|^ideographDigital|^japaneseDigital/u.test(format))
    return format.includes('Digital')
      ? Array.from(String(number), digit => digits[Number(digit)]).join('')
      : chinese(number);
  if (format === 'decimalEnclosedCircle' || format === 'decimalEnclosedCircleChinese')
    return number >= 1 && number <= 20 ? String.fromCharCode(0x245f + number) : String(number);
  if (format === 'decimalEnclosedParen') return `(${number})`;
  if (format === 'decimalEnclosedFullstop') return `${number}.`;
  if (format === 'decimalFullWidth')
    return String(number).replace(/\d/g, digit => String.fromCharCode(0xff10 + Number(digit)));
  if (format === 'decimalZero') return String(number).padStart(2, '0');
  if (format === 'ideographTraditional') return stems[number - 1] ?? String(number);
  if (format === 'ideographZodiac') return branches[number - 1] ?? String(number);
  if (format === 'upperLetter') return letters(number);
  if (format === 'lowerLetter') return letters(number).toLowerCase();
  if (format === 'upperRoman') return roman(number);
  return format === 'lowerRoman' ? roman(number).toLowerCase() : String(number);
}

function chinese(number: number): string {
  if (number === 0) return '零';
  const [units, text] = [['', '十', '百', '千', '万'], String(number)];
  const written = Array.from(text, (digit, i) =>
    digit === '0' ? '零' : (digits[Number(digit)] ?? '') + (units[text.length - 1 - i] ?? ''),
  ).join('');
  return written.replace(/零+/g, '零').replace(/零$/, '').replace(/^一十/, '十');
}

function letters(number: number): string {
  return number === 0 ? '' : String.fromCharCode(65 + ((number - 1) % 26)).repeat(Math.ceil(number / 26));
}

function roman(number: number): string {
  if (number > 3999) return String(number);
  const steps: [number, string][] = [
    [1000, 'M'],
    [900, 'CM'],
    [500, 'D'],
    [400, 'CD'],
    [100, 'C'],
    [90, 'XC'],
    [50, 'L'],
    [40, 'XL'],
    [10, 'X'],
    [9, 'IX'],
    [5, 'V'],
    [4, 'IV'],
    [1, 'I'],
  ];
  let [left, text] = [number, ''];
  for (const [value, sign] of steps) for (; left >= value; left -= value) text += sign;
  return text;
}
