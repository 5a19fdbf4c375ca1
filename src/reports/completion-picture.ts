// 全区完成情况 as a picture: bars by unit, drawn on the server with the glyphs of a font package, large enough for a phone.
import { renderAsync } from '@resvg/resvg-js';
import { type Light } from '../rendering/light';
import { type BoardFigures, type LightCounts } from './board-figures';

const font = require.resolve('@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf');
const boldFont = require.resolve('@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf');
const family = 'Noto Sans SC';

const width = 750;
const margin = 30;
const rowHeight = 54;
const nameWidth = 236;
const countWidth = 62;
const maxUnits = 18;
const maxName = 9;

const colours: Record<Light, string> = { red: '#d92d20', yellow: '#f5b800', green: '#1f9d55', white: '#c3ccd5' };
const lightWords: [Light, string][] = [
  ['red', '逾期或退回'],
  ['yellow', '临近或有堵点'],
  ['green', '正常推进'],
  ['white', '已办结等'],
];

/** Text for SVG: signs that XML cannot hold are left out. */
function xml(text: string): string {
  const clean = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, '');
  return clean.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

function words(
  text: string,
  x: number,
  y: number,
  { size = 26, colour = '#1c2733', bold = false, anchor = 'start' } = {},
): string {
  return `<text x="${x}" y="${y}" font-family="${family}" font-size="${size}" font-weight="${bold ? 700 : 400}" fill="${colour}" text-anchor="${anchor}">${xml(text)}</text>`;
}

/** A name in the room there is. */
function shortName(name: string): string {
  const signs = Array.from(name);
  return signs.length <= maxName ? name : `${signs.slice(0, maxName - 1).join('')}…`;
}

function bar(lights: LightCounts, most: number, x: number, y: number, room: number, height: number): string {
  let at = x;
  return lightWords
    .map(([light]) => {
      const length = most === 0 ? 0 : (lights[light] / most) * room;
      const piece = length > 0 ? `<rect x="${at.toFixed(1)}" y="${y}" width="${length.toFixed(1)}" height="${height}" fill="${colours[light]}"/>` : ''; // prettier-ignore
      at += length;
      return piece;
    })
    .join('');
}

/** The picture as SVG. Pure. */
export function completionSvg(figures: BoardFigures, about: { title: string; asOf: string }): string {
  const shown = figures.units.slice(0, maxUnits);
  const parts: string[] = [];
  let y = 62;
  parts.push(words('全区完成情况', margin, y, { size: 38, bold: true }));
  y += 40;
  parts.push(words(Array.from(about.title).slice(0, 26).join(''), margin, y, { size: 22, colour: '#4a5867' }));
  y += 32;
  parts.push(words(`截至 ${about.asOf} · 共 ${figures.total} 项`, margin, y, { size: 22, colour: '#4a5867' }));
  y += 24;
  parts.push(bar(figures.lights, figures.total, margin, y, width - margin * 2, 30));
  y += 68;
  lightWords.forEach(([light, label], i) => {
    const [x, top] = [margin + (i % 2) * 345, y + Math.floor(i / 2) * 38];
    parts.push(`<rect x="${x}" y="${top - 20}" width="22" height="22" rx="4" fill="${colours[light]}"/>`);
    parts.push(words(`${label} ${figures.lights[light]} 项`, x + 32, top, { size: 24 }));
  });
  y += 70;
  parts.push(words('按单位：各灯占比，右边是清单点名的任务数', margin, y, { size: 20, colour: '#4a5867' }));
  y += 14;
  for (const unit of shown) {
    const middle = y + rowHeight / 2;
    parts.push(words(shortName(unit.name), margin + nameWidth - 12, middle + 9, { anchor: 'end' }));
    const room = width - margin * 2 - nameWidth - countWidth;
    parts.push(bar(unit.lights, unit.total, margin + nameWidth, middle - 14, room, 28));
    parts.push(words(String(unit.total), width - margin, middle + 9, { size: 24, anchor: 'end' }));
    y += rowHeight;
  }
  y += 20;
  const others = figures.units.length - shown.length;
  if (others > 0) {
    y += 18;
    parts.push(words(`其余 ${others} 个单位见看板`, margin, y, { size: 22, colour: '#4a5867' }));
    y += 26;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${y}" viewBox="0 0 ${width} ${y}"><rect width="${width}" height="${y}" fill="#ffffff"/>${parts.join('')}</svg>`;
}

/** The picture as PNG, drawn beside the event loop. */
export async function drawCompletion(figures: BoardFigures, about: { title: string; asOf: string }): Promise<Buffer> {
  const image = await renderAsync(completionSvg(figures, about), {
    font: { fontFiles: [font, boldFont], loadSystemFonts: false, defaultFontFamily: family },
  });
  return image.asPng();
}
