// Where a MariaDB server program is on this machine, and what it needs to be told to run from there.
import { accessSync, constants, existsSync, readdirSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { runCommand } from './private-database-command';

/** A server program that runs. */
export interface DatabaseProgram {
  path: string;
  env: NodeJS.ProcessEnv;
  /** Where its messages, character sets and plugins are; empty when it knows by itself. */
  flags: string[];
  /** The SQL files a first start needs, in the order in which they must run. */
  bootstrapFiles: string[];
}

// Product description §9: MariaDB from 10.6 on.
const oldestVersion = [10, 6] as const;

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** MariaDB 11 renamed the files from mysql_* to mariadb_*. */
function findBootstrapFiles(shareFolders: string[]): string[] | null {
  for (const folder of shareFolders)
    for (const brand of ['mariadb', 'mysql']) {
      const files = ['system_tables', 'performance_tables', 'system_tables_data'].map(part =>
        join(folder, `${brand}_${part}.sql`),
      );
      if (files.every(file => existsSync(file))) return files;
    }
  return null;
}

function librariesUnder(root: string): string[] {
  const places = [join(root, 'lib'), join(root, 'usr/lib')].filter(folder => existsSync(folder));
  return places.flatMap(place => [
    place,
    ...readdirSync(place, { withFileTypes: true })
      .filter(entry => entry.isDirectory() && entry.name.includes('-linux-'))
      .map(entry => join(place, entry.name)),
  ]);
}

/** @returns false when it cannot run here, is no MariaDB or is older than 10.6 */
async function runsHere(path: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const { code, stdout } = await runCommand(path, ['--no-defaults', '--version'], { env, timeoutMs: 10_000 });
  const version = /Ver (\d+)\.(\d+)\.\d+-MariaDB/.exec(stdout);
  if (code !== 0 || !version) return false;
  const [major, minor] = [Number(version[1]), Number(version[2])];
  return major > oldestVersion[0] || (major === oldestVersion[0] && minor >= oldestVersion[1]);
}

/** The server program installed on this machine: PATH, /usr/sbin, /usr/libexec; null when there is none that will do. */
export async function findInstalledProgram(): Promise<DatabaseProgram | null> {
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), '/usr/sbin', '/usr/libexec'];
  for (const path of new Set(folders.map(folder => join(folder, 'mariadbd')))) {
    if (!isExecutable(path)) continue;
    const prefix = dirname(dirname(realpathSync(path)));
    const shares = [prefix, '/usr'].flatMap(root => [
      join(root, 'share/mariadb'),
      join(root, 'share/mysql'),
      join(root, 'share'),
    ]);
    const bootstrapFiles = findBootstrapFiles(shares);
    if (bootstrapFiles && (await runsHere(path, {}))) return { path, env: {}, flags: [], bootstrapFiles };
  }
  return null;
}

/**
 * The server program in a tree of unpacked packages.
 * @param root - the folder that stands for "/"
 * @returns null when the tree is missing or incomplete
 */
export async function findUnpackedProgram(root: string): Promise<DatabaseProgram | null> {
  const path = join(root, 'usr/sbin/mariadbd');
  if (!isExecutable(path)) return null;
  const shares = [join(root, 'usr/share/mariadb'), join(root, 'usr/share/mysql')];
  const bootstrapFiles = findBootstrapFiles(shares);
  const messages = shares.find(folder => existsSync(join(folder, 'english/errmsg.sys')));
  const charsets = shares.map(folder => join(folder, 'charsets')).find(folder => existsSync(folder));
  const plugins = [join(root, 'usr/lib/mysql/plugin'), join(root, 'usr/lib/mariadb/plugin')].find(folder =>
    existsSync(folder),
  );
  if (!bootstrapFiles || !messages || !charsets) return null;
  const env = {
    LD_LIBRARY_PATH: [...librariesUnder(root), process.env.LD_LIBRARY_PATH].filter(Boolean).join(delimiter),
  };
  if (!(await runsHere(path, env))) return null;
  const flags = [`--lc-messages-dir=${messages}`, `--character-sets-dir=${charsets}`];
  return { path, env, flags: plugins ? [...flags, `--plugin-dir=${plugins}`] : flags, bootstrapFiles };
}
