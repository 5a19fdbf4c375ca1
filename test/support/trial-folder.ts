// A folder for a trial or a database of its own, which shares the project's downloaded server program.
import { existsSync, mkdirSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectFile } from '../../src/project-files';

/** @returns its path; delete the folder it stands in */
export function freshTrialFolder(name = 'trial'): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'duban-test-')), name);
  mkdirSync(folder, { recursive: true });
  const packages = projectFile('.duban', 'mariadb');
  if (existsSync(packages)) symlinkSync(packages, join(folder, 'mariadb'));
  return folder;
}
