// What the office's papers are made of: faces, sizes, margins and lines as 党政机关公文格式 (GB/T 9704) has them.
import { AlignmentType, Document, Footer, PageNumber, Paragraph, type Table, TextRun } from 'docx';
import { partsOf } from '../calendar/civil-date';

/** 三号, in half points. */
const bodySize = 32;
export const tableSize = 21;
/** 28 points between lines, in twentieths. */
const lineExact = 560;
const twoCharacters = 640;
const cm = (length: number): number => Math.round(length * 567);

type Face = '仿宋_GB2312' | '黑体' | '方正小标宋简体' | '楷体_GB2312';

export function run(text: string, style: { face?: Face; size?: number; color?: string } = {}): TextRun {
  const { face = '仿宋_GB2312', size = bodySize, color } = style;
  // Signs that no document can hold are left out.
  const clean = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, '');
  return new TextRun({
    text: clean,
    font: { eastAsia: face, ascii: 'Times New Roman', hAnsi: 'Times New Roman' },
    size,
    ...(color === undefined ? {} : { color }),
  });
}

export const spacing = { line: lineExact, lineRule: 'exact' } as const;

export function body(text: string): Paragraph {
  return new Paragraph({ children: [run(text)], spacing, indent: { firstLine: twoCharacters } });
}

export function heading(text: string): Paragraph {
  return new Paragraph({ children: [run(text, { face: '黑体' })], spacing, indent: { firstLine: twoCharacters } });
}

export function chineseDay(day: string): string {
  const { year, month, day: date } = partsOf(day);
  return `${year}年${month}月${date}日`;
}

/** — 1 —, in 四号. */
function pageNumber(): Paragraph {
  const style = { font: { eastAsia: '宋体', ascii: 'Times New Roman', hAnsi: 'Times New Roman' }, size: 28 };
  return new Paragraph({
    alignment: AlignmentType.CENTER,
    // Runs of their own: programs lose the style of what stands in one run with a field.
    children: [{ text: '— ' }, { children: [PageNumber.CURRENT] }, { text: ' —' }].map(
      part => new TextRun({ ...style, ...part }),
    ),
  });
}

/** A document of A4 pages with the usual margins. */
export function paper(title: string, children: (Paragraph | Table)[]): Document {
  return new Document({
    creator: '督办助手',
    title,
    sections: [
      {
        properties: {
          page: {
            margin: { top: cm(3.7), bottom: cm(3.5), left: cm(2.8), right: cm(2.6), footer: cm(2.5) },
            size: { width: cm(21), height: cm(29.7) },
          },
        },
        footers: { default: new Footer({ children: [pageNumber()] }) },
        children,
      },
    ],
  });
}
