// A headless Chromium for page tests: the one carried inside a development package, or the one CHROME_PATH names.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import { chromium, type Browser } from 'playwright-core';
import { projectFile } from '../../src/project-files';

const run = promisify(execFile);
const unpack = promisify(brotliDecompress);

interface UnpackedBrowser {
  program: string;
  /** Libraries for a machine that has none of its own. */
  libraries: string;
}

/**
 * Unpacks the carried browser below node_modules. Not by the package's own function: that writes into the common temporary folder,
 * where a second worker finds half a program and a second user none that may be run.
 */
async function unpackBrowser(): Promise<UnpackedBrowser> {
  const carried = join(dirname(require.resolve('@sparticuz/chromium')), '..', '..');
  const { version } = JSON.parse(readFileSync(join(carried, 'package.json'), 'utf8')) as { version: string };
  const cache = projectFile('node_modules', '.cache');
  const folder = join(cache, `chromium-${version}`);
  if (!existsSync(folder)) {
    await mkdir(cache, { recursive: true });
    const work = await mkdtemp(`${folder}.part-`);
    const read = (name: string): Promise<Buffer> => unpack(readFileSync(join(carried, 'bin', name)));
    await writeFile(join(work, 'chromium'), await read('chromium.br'));
    await chmod(join(work, 'chromium'), 0o755);
    const libraries = join(work, 'libraries.tar');
    await writeFile(libraries, await read('al2023.tar.br'));
    await run('tar', ['-xf', libraries, '-C', work]);
    await rm(libraries);
    // The first to finish gives it the name.
    await rename(work, folder).catch(() => rm(work, { recursive: true, force: true }));
  }
  return { program: join(folder, 'chromium'), libraries: join(folder, 'lib') };
}

async function starts(program: string): Promise<boolean> {
  return run(program, ['--version']).then(
    () => true,
    () => false,
  );
}

/** Starts it; a test file does so once, and closes it at its end. */
export async function startBrowser(): Promise<Browser> {
  const args = ['--no-sandbox', '--font-render-hinting=none'];
  const { CHROME_PATH } = process.env;
  if (CHROME_PATH) return chromium.launch({ executablePath: CHROME_PATH, args });
  const { program, libraries } = await unpackBrowser();
  const own = (await starts(program)) ? {} : { LD_LIBRARY_PATH: libraries };
  return chromium.launch({
    executablePath: program,
    args,
    env: { ...(process.env as Record<string, string>), ...own },
  });
}
