// Where the package's own folders are, whether the program runs from src/ or from dist/.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

function findRoot(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`no package.json above ${__dirname}`);
    folder = parent;
  }
  return folder;
}

const projectRoot = findRoot();

/** The absolute path of a file or folder of the package, e.g. projectFile('seeds', 'units.json'). */
export function projectFile(...parts: string[]): string {
  return join(projectRoot, ...parts);
}
