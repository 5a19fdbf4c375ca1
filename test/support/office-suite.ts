// An office suite and PDF tools for tests of the papers: those of this machine, or Debian's, unpacked into .duban and not installed.
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, delimiter, extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectFile } from '../../src/project-files';
import { unpackPackages } from '../../src/trial/debian-packages';
import { lastLines, runCommand } from '../../src/trial/private-database-command';

/** Programs that run, and what they need to be told to run from where they are. */
export interface OfficeSuite {
  soffice: string;
  pdftotext: string;
  pdftoppm: string;
  env: Record<string, string>;
}

/** The suite's exit codes when it has made itself a profile and wants to be started again. */
const startAgain = [79, 81];

const target = projectFile('.duban', 'office-suite');

async function allRun({ soffice, pdftotext, pdftoppm, env }: OfficeSuite): Promise<boolean> {
  for (const [program, option] of [
    [soffice, '--version'],
    [pdftotext, '-v'],
    [pdftoppm, '-v'],
  ] as const)
    // prettier-ignore
    if ((await runCommand(program, [option], { env, timeoutMs: 60_000 })).code !== 0) return false;
  return true;
}

/**
 * Debian's programs look for their settings under /usr and /etc, and after an installation has copied them there:
 * they are told to look beside themselves, as the suite's makers ship it.
 */
async function findUnpacked(tree: string): Promise<OfficeSuite | null> {
  const home = join(tree, 'usr/lib/libreoffice');
  const settings = join(home, 'program/fundamentalrc');
  if (!existsSync(settings)) return null;
  const told = (await readFile(settings, 'utf8'))
    .replace('file:///usr/lib/libreoffice', '${ORIGIN}/..')
    .replaceAll('file:///etc/libreoffice/registry', '${BRAND_BASE_DIR}/share/registry');
  await writeFile(settings, told);
  if (existsSync(join(home, 'share/.registry')) && !existsSync(join(home, 'share/registry'))) {
    await rm(join(home, 'share/registry'), { force: true });
    await symlink('.registry', join(home, 'share/registry'));
  }
  const libraries = join(tree, 'usr/lib');
  const own = (await readdir(libraries)).filter(name => name.includes('-linux-')).map(name => join(libraries, name));
  const suite = {
    soffice: join(home, 'program/soffice.bin'),
    pdftotext: join(tree, 'usr/bin/pdftotext'),
    pdftoppm: join(tree, 'usr/bin/pdftoppm'),
    // The suite's own folder first: its libraries find their settings by where they were found themselves.
    env: {
      LD_LIBRARY_PATH: [
        join(home, 'program'),
        ...own.flatMap(folder => [folder, join(folder, 'blas'), join(folder, 'lapack')]),
      ].join(delimiter),
    },
  };
  return (await allRun(suite)) ? suite : null;
}

/**
 * The suite of this machine, the one fetched before, or one fetched now (about 100 MB).
 * @throws Error where none can be had, or not within three minutes
 */
export async function prepareOfficeSuite(onProgress: (sentence: string) => void): Promise<OfficeSuite> {
  const installed = { soffice: 'soffice', pdftotext: 'pdftotext', pdftoppm: 'pdftoppm', env: {} };
  if (await allRun(installed)) return installed;
  const suite =
    (await findUnpacked(target)) ??
    (await unpackPackages(target, {
      choices: [['libreoffice-writer-nogui', 'libreoffice-calc-nogui', 'poppler-utils']],
      find: findUnpacked,
      sentences: {
        lists: '测试要用办公软件打开公文，本机没有 LibreOffice，正在读取系统软件源的目录（只此一次）……',
        download: count => `正在下载 LibreOffice（${count} 个软件包，约 100 MB，不安装到系统）……`,
        unpack: '正在解开 LibreOffice……',
      },
      onProgress,
      downloadWithinMs: 180_000,
    }));
  if (!suite) throw new Error('no soffice and pdftotext on this machine, and no apt to fetch them with');
  return suite;
}

export interface PrintedPaper {
  /** The words of each page, laid out as they stand on it. */
  pages: string[];
  /** All words in the order of their cells and paragraphs; lines' ends and the spaces beside figures, which are the suite's own, left out. */
  words: string;
  /** Width and height of each page, in points. */
  sizes: { width: number; height: number }[];
}

/**
 * Has the suite open a paper and print it.
 * @param name - its suffix says what it is
 * @param picturesTo - a folder that gets a picture of each page
 */
export async function printPaper(
  suite: OfficeSuite,
  name: string,
  bytes: Buffer,
  picturesTo?: string,
): Promise<PrintedPaper> {
  const work = await mkdtemp(join(tmpdir(), 'duban-office-'));
  try {
    // One Chinese font for whatever a paper names: what is seen is the same on every machine.
    const fonts = join(work, 'fonts.conf');
    const folder = join(require.resolve('@expo-google-fonts/noto-sans-sc/package.json'), '..', '400Regular');
    await writeFile(
      fonts,
      `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${folder}</dir><cachedir>${work}</cachedir></fontconfig>`,
    );
    await writeFile(join(work, name), bytes);
    const env = { ...suite.env, HOME: work, FONTCONFIG_FILE: fonts, LC_ALL: 'C.UTF-8' };
    const run = async (program: string, args: string[], again = startAgain): Promise<string> => {
      const { code, stdout, stderr } = await runCommand(program, args, { cwd: work, env, timeoutMs: 120_000 });
      if (again.includes(code)) return run(program, args, []);
      if (code !== 0) throw new Error(`${basename(program)} ended with ${code}: ${lastLines(stderr)}`);
      return stdout;
    };
    const profile = `-env:UserInstallation=${pathToFileURL(join(work, 'profile')).href}`;
    await run(suite.soffice, ['--headless', '--norestore', profile, '--convert-to', 'pdf', name]);
    const stem = basename(name, extname(name));
    const pdf = `${stem}.pdf`;
    if (picturesTo !== undefined)
      await run(suite.pdftoppm, ['-r', '70', '-png', pdf, join(picturesTo, `paper-${stem}`)]);
    const text = await run(suite.pdftotext, ['-layout', pdf, '-']);
    const boxes = await run(suite.pdftotext, ['-bbox', pdf, '-']);
    const words = await run(suite.pdftotext, ['-raw', pdf, '-']);
    return {
      words: words.replace(/\s+/gu, ''),
      pages: text.split('\f').slice(0, -1),
      sizes: [...boxes.matchAll(/<page width="([\d.]+)" height="([\d.]+)">/g)].map(([, width, height]) => ({
        width: Number(width),
        height: Number(height),
      })),
    };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
