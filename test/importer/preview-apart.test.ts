// Reading apart: the same preview as in place; what takes too long, too much or too many ends in a sentence, and the bot goes on.
import { readFileSync } from 'node:fs';
import { previewImport } from '../../src/importer/preview';
import { previewApart, usualReadingLimits } from '../../src/importer/preview-apart';
import { SecretFile } from '../../src/importer/secret-file';
import { readUnitDirectory } from '../../src/directory/unit-data';
import { projectFile } from '../../src/project-files';
import { flattened, usualHeader } from './flattened';

const sample = readFileSync(projectFile('seeds', '鄂城区优化营商环境重点任务清单.txt'));
const long = flattened([
  usualHeader,
  ...Array.from({ length: 60_000 }, (_, i) => [String(i + 1), `推进第${i}项工作`, '区财政局', '', '6月底']),
]);

test('the same as in place, while other things go on', async () => {
  const units = readUnitDirectory(projectFile('seeds', 'units.json'));
  let ticks = 0;
  const timer = setInterval(() => ticks++, 5);
  const apart = await previewApart({ bytes: sample, fileName: '清单.txt', units });
  clearInterval(timer);
  expect(apart).toEqual(previewImport(sample, '清单.txt', { units }));
  expect(ticks).toBeGreaterThan(3);
});

test('a sentence for what cannot be read, a mark for what must not be', async () => {
  await expect(previewApart({ bytes: Buffer.from('%PDF-1.4'), fileName: 'a.pdf' })).rejects.toMatchObject({
    code: 'bad_input',
    expose: true,
    message: expect.stringContaining('PDF') as string,
  });
  const secret = flattened([usualHeader, ['1', '推进甲项工作', '区财政局', '', '6月底']], ['机密★一年']);
  await expect(previewApart({ bytes: secret, fileName: 'a.txt' })).rejects.toBeInstanceOf(SecretFile);
});

test('too long, too much, too many: refused, and the next file is read', async () => {
  const order = { bytes: long, fileName: '长.txt' };
  await expect(previewApart(order, { ...usualReadingLimits, totalMs: 50 })).rejects.toThrow('0.05 秒内没有读完');
  await expect(previewApart(order, { ...usualReadingLimits, megabytes: 16 })).rejects.toThrow('内容过大');
  const one = { ...usualReadingLimits, waiting: 1 };
  const small = { bytes: sample, fileName: '清单.txt' };
  const [first, second] = await Promise.allSettled([previewApart(small, one), previewApart(small, one)]);
  expect([first.status, second.status]).toEqual(['fulfilled', 'rejected']);
  expect((await previewApart(small, one)).tasks).toHaveLength(142);
});
