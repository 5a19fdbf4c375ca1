// The program as it was before the last schema step was added, taken from the project's history and built beside this one.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectFile } from '../../src/project-files';

const run = promisify(execFile);
const git = async (...args: string[]): Promise<string> =>
  (await run('git', args, { cwd: projectFile(), maxBuffer: 100_000_000 })).stdout.trim();

export interface PreviousProgram {
  /** Of the commit it is. */
  commit: string;
  cli: string;
  remove(): Promise<void>;
}

/** @throws Error without the project's history */
export async function buildPreviousProgram(): Promise<PreviousProgram> {
  const added = await git('log', '-1', '--format=%H', '--diff-filter=A', '--', 'migrations');
  const commit = await git('rev-parse', '--short', `${added}^`);
  const folder = await mkdtemp(join(tmpdir(), 'duban-previous-'));
  const archive = join(folder, 'source.tar');
  await git('archive', '-o', archive, commit);
  await run('tar', ['-xf', archive, '-C', folder]);
  await rm(archive);
  await symlink(projectFile('node_modules'), join(folder, 'node_modules'));
  await run(process.execPath, [projectFile('node_modules', 'typescript', 'bin', 'tsc')], { cwd: folder });
  return {
    commit,
    cli: join(folder, 'dist', 'src', 'cli.js'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
