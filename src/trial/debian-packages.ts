// Fetches packages of Debian or Ubuntu and unpacks them into a folder of our own: no root, nothing installed.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { lastLines, runCommand, type CommandResult } from './private-database-command';
import { isAlive } from './private-database-owner';

// A second C library beside the system's own would break every program it is shown to.
const leftToTheSystem = /^(libc6|libc-bin|libgcc-s1|gcc-\d+-base)(:|$)/;

/** Options that make apt keep its lists and its cache under `state`, and ask for no lock and no other user. */
function aptOptions(state: string): string[] {
  return [
    `Dir::State=${join(state, 'state')}`,
    'Dir::State::status=/var/lib/dpkg/status',
    `Dir::Cache=${join(state, 'cache')}`,
    'APT::Sandbox::User=',
    'Debug::NoLocking=1',
    'Acquire::Retries=2',
    'Acquire::http::Timeout=30',
    'Acquire::https::Timeout=30',
    'Acquire::Languages=none',
  ].flatMap(option => ['-o', option]);
}

/** Names in apt's simulation ("Inst name (…)"), what this machine already has left out. */
export function packagesToFetch(simulation: string): string[] {
  return [...simulation.matchAll(/^Inst (\S+)/gm)]
    .map(match => match[1] ?? '')
    .filter(name => !leftToTheSystem.test(name));
}

async function mustSucceed(step: Promise<CommandResult>): Promise<CommandResult> {
  const result = await step;
  if (result.code !== 0)
    throw new Error(lastLines(result.stderr) || (result.code === -1 ? 'it took too long' : `exit code ${result.code}`));
  return result;
}

async function listPackages(options: string[], choices: readonly (readonly string[])[]): Promise<string[]> {
  let reason = '';
  for (const names of choices) {
    const simulated = await runCommand('apt-get', [...options, 'install', '-s', '--no-install-recommends', ...names]);
    if (simulated.code === 0) return packagesToFetch(simulated.stdout);
    reason = lastLines(simulated.stderr);
  }
  throw new Error(reason);
}

/** Takes away what a killed download left; another process's work under way stays. */
async function clearAbandoned(target: string): Promise<void> {
  const prefix = `${basename(target)}.part-`;
  for (const name of await readdir(dirname(target))) {
    const pid = Number(/^(\d+)-/.exec(name.slice(prefix.length))?.[1]);
    if (name.startsWith(prefix) && !isAlive(pid))
      await rm(join(dirname(target), name), { recursive: true, force: true });
  }
}

export interface WantedPackages<Program> {
  /** Packages taken together, the first choice that apt knows; their dependencies come along, recommendations do not. */
  choices: readonly (readonly string[])[];
  /** Further packages, taken without their dependencies. */
  alone?: readonly string[];
  /** The program in a tree of unpacked packages, made ready to run from there; null when it does not run. */
  find: (tree: string) => Promise<Program | null>;
  /** What to say before each step. */
  sentences: { lists: string; download: (packages: number) => string; unpack: string };
  onProgress: (sentence: string) => void;
  /** After this the download is given up; 10 minutes unless told. */
  downloadWithinMs?: number;
}

/**
 * Downloads packages and unpacks them into `target`; 10 to 20 MB of lists are read for it and deleted again.
 * Two at once do not disturb each other: each works in a folder of its own, and the first to finish gives it the name.
 *
 * @returns null where this is no Debian or Ubuntu
 * @throws Error with apt's last lines when the packages cannot be had
 */
export async function unpackPackages<Program>(
  target: string,
  { choices, alone = [], find, sentences, onProgress, downloadWithinMs = 600_000 }: WantedPackages<Program>,
): Promise<Program | null> {
  for (const tool of ['apt-get', 'dpkg-deb']) if ((await runCommand(tool, ['--version'])).code !== 0) return null;

  await mkdir(dirname(target), { recursive: true });
  await clearAbandoned(target);
  const work = await mkdtemp(`${target}.part-${process.pid}-`);
  try {
    const [state, packages, tree] = [join(work, 'apt'), join(work, 'packages'), join(work, 'tree')];
    for (const folder of ['state/lists/partial', 'cache/archives/partial'])
      await mkdir(join(state, folder), { recursive: true });
    await mkdir(packages);
    await mkdir(tree);
    const options = aptOptions(state);

    onProgress(sentences.lists);
    // One broken source among several is no reason to stop: whether the package can be had is seen in the next step.
    const updated = await runCommand('apt-get', [...options, 'update']);
    const names = await listPackages(options, choices).catch((error: unknown) => {
      throw new Error([lastLines(updated.stderr), String(error)].filter(Boolean).join('\n'));
    });

    names.push(...alone);
    onProgress(sentences.download(names.length));
    await mustSucceed(
      runCommand('apt-get', [...options, 'download', ...names], { cwd: packages, timeoutMs: downloadWithinMs }),
    );
    onProgress(sentences.unpack);
    for (const file of await readdir(packages))
      await mustSucceed(runCommand('dpkg-deb', ['-x', join(packages, file), tree]));

    if (!(await find(tree))) throw new Error('the unpacked program does not run');
    // An earlier tree that no longer runs (another system, a torn copy) makes room.
    if (existsSync(target) && !(await find(target))) await rm(target, { recursive: true, force: true });
    await rename(tree, target).catch(async (error: unknown) => {
      if (!(await find(target))) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return find(target);
}
