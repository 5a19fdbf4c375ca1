// How the 台账 lies on paper: A4 landscape, all columns on one page's width, the head on every page, rows as high as their words.
import { type Blob } from 'node:buffer';
import { type Stream } from 'node:stream';
import { type Feature } from 'write-excel-file/node';

/** In points, of the body's letters. */
export const bodyPoints = 10;
const linePoints = 14;
/** No spreadsheet program draws a row higher. */
const highestRow = 409;
const inches = { side: 0.4, top: 0.5, bottom: 0.6, foot: 0.3 };

/** Columns of a half-width letter each that a text takes: a Chinese letter takes two. */
function lettersOf(text: string): number {
  let letters = 0;
  for (const sign of text) letters += (sign.codePointAt(0) ?? 0) < 0x2000 ? 1 : 2;
  return letters;
}

/** How high a row must be for all its cells to be read, in points; the widths are columns', in half-width letters. */
export function rowHeight(cells: readonly string[], widths: readonly number[]): number {
  const lines = cells.map((text, i) =>
    // A letter of a column's width goes to its margins, and one more where a Chinese letter does not fit the line's end.
    text.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(lettersOf(line) / ((widths[i] ?? 10) - 2))), 0),
  );
  return Math.min(highestRow, Math.max(1, ...lines) * linePoints + 4);
}

const quoted = (sheet: string): string => `'${sheet.replaceAll("'", "''")}'`;

/**
 * What the sheet's writer has no option for.
 * @param heights - a row each, in points; not fixed, so that an edited row goes on fitting its words
 * @param headRow - the row repeated on every page, from 1
 */
export function printLayout(
  sheet: string,
  heights: readonly number[],
  headRow: number,
): Feature<Buffer | Stream | Blob> {
  return {
    files: {
      transform: {
        'xl/worksheets/sheet{id}.xml': {
          transformElementAttributes: (tag, attributes, index) => {
            if (tag === 'row' && index !== undefined) return { ...attributes, ht: heights[index] ?? linePoints };
            if (tag === 'pageSetup') return { ...attributes, fitToWidth: 1, fitToHeight: 0 };
            if (tag === 'pageMargins')
              return { left: inches.side, right: inches.side, top: inches.top, bottom: inches.bottom, header: inches.foot, footer: inches.foot }; // prettier-ignore
            return attributes;
          },
          // A sheet's properties stand first in it, its footer after the page.
          transform: xml =>
            xml
              .replace(/<worksheet\b[^>]*>/, '$&<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>')
              .replace(
                /<pageSetup\b[^>]*\/>/,
                '$&<headerFooter><oddFooter>&amp;C第 &amp;P 页，共 &amp;N 页</oddFooter></headerFooter>',
              ),
        },
        'xl/workbook.xml': {
          transform: xml =>
            xml.replace(
              /<definedNames\s*\/>/,
              `<definedNames><definedName name="_xlnm.Print_Titles" localSheetId="0">${quoted(sheet)}!$${headRow}:$${headRow}</definedName></definedNames>`,
            ),
        },
      },
    },
  };
}
