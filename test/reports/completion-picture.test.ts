// The picture for 全区完成情况: every figure in it, and ink where the Chinese stands, on a machine without any font.
import { Resvg } from '@resvg/resvg-js';
import { writeFileSync } from 'node:fs';
import { type BoardFigures } from '../../src/reports/board-figures';
import { completionSvg, drawCompletion } from '../../src/reports/completion-picture';

const lights = (red: number, yellow: number, green: number, white: number) => ({ red, yellow, green, white });
const figures: BoardFigures = {
  total: 142,
  lights: lights(6, 10, 120, 6),
  states: [],
  units: Array.from({ length: 30 }, (_, i) => ({
    id: String(i),
    name: ['区行政审批局', '区自然资源和规划分局', '区<b>&局', '花湖开发区'][i % 4] ?? '',
    total: 40 - i,
    lights: lights(i % 5, 2, 38 - i - (i % 5), 0),
  })),
  sections: [],
  days: [],
  unreported: [],
  unreportedUntil: '2023-07-27',
  blocked: 0,
};
const about = { title: '鄂城区优化营商环境重点任务清单', asOf: '2023-06-26 09:12' };

test('names the list, the time, every light and the first units; markup in a name stays text', () => {
  const svg = completionSvg(figures, about);
  for (const part of ['截至 2023-06-26 09:12 · 共 142 项', '逾期或退回 6 项', '区自然资源和规划…', '其余 12 个单位见看板'])
    expect(svg).toContain(part);
  expect(svg).toContain('区&lt;b&gt;&amp;局');
}); // prettier-ignore

test('is a picture of a phone’s width with the glyphs drawn', async () => {
  const png = await drawCompletion(figures, about);
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  expect(png.length).toBeLessThan(300_000);
  const { DUBAN_KEEP_PICTURE } = process.env;
  if (DUBAN_KEEP_PICTURE) writeFileSync(DUBAN_KEEP_PICTURE, png);
  // Drawn without the font nothing of the words is there: the picture must differ where the title stands.
  const dark = (image: { pixels: Buffer; width: number }): number => {
    const { pixels, width } = image;
    let count = 0;
    for (let y = 28; y < 70; y++)
      for (let x = 30; x < 260; x++) if ((pixels[(y * width + x) * 4] ?? 255) < 128) count++;
    return count;
  };
  const svg = completionSvg(figures, about);
  const bare = new Resvg(svg, { font: { loadSystemFonts: false } }).render();
  expect(dark(bare)).toBe(0);
  const font = require.resolve('@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf');
  expect(dark(new Resvg(svg, { font: { fontFiles: [font], loadSystemFonts: false } }).render())).toBeGreaterThan(1500);
});
