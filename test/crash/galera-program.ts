// MariaDB with Galera's library and what moves a whole state from node to node: Debian's packages, unpacked, not installed.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { projectFile } from '../../src/project-files';
import { unpackPackages } from '../../src/trial/debian-packages';
import { type DatabaseProgram, findUnpackedProgram } from '../../src/trial/private-database-program';

const needed = ['mariadb-server-core', 'galera-4', 'rsync', 'lsof'];
/** For the transfer's scripts and my_print_defaults, which they call; not for what else these packages bring. */
const alone = ['mariadb-server', 'mariadb-client-core'];

const providerIn = (tree: string): string => join(tree, 'usr/lib/libgalera_smm.so');

/** As root (a container, often) rsync's daemon becomes nobody, who may not write a database's files: it is told to stay. */
function wrapRsync(tree: string): string {
  const folder = join(tree, 'rsync-as-root');
  mkdirSync(folder, { recursive: true });
  const real = join(tree, 'usr/bin/rsync');
  const script = `#!/bin/sh\ncase " $* " in *" --daemon "*) exec '${real}' --dparam=uid=0 --dparam=gid=0 "$@" ;; esac\nexec '${real}' "$@"\n`;
  writeFileSync(join(folder, 'rsync'), script, { mode: 0o755 });
  return folder;
}

async function find(tree: string): Promise<DatabaseProgram | null> {
  const program = await findUnpackedProgram(tree);
  if (!program || !existsSync(providerIn(tree)) || !existsSync(join(tree, 'usr/bin/wsrep_sst_rsync'))) return null;
  const before = process.getuid?.() === 0 ? [wrapRsync(tree)] : [];
  const path = [...before, join(tree, 'usr/bin'), process.env.PATH].join(delimiter);
  return {
    ...program,
    env: { ...program.env, PATH: path },
    flags: [...program.flags, `--wsrep-provider=${providerIn(tree)}`],
  };
}

/** @throws Error where this is no Debian or Ubuntu, or the packages cannot be had */
export async function findGalera(): Promise<DatabaseProgram> {
  const target = projectFile('.duban', 'galera');
  const program =
    (await find(target)) ??
    (await unpackPackages(target, {
      choices: [needed],
      alone,
      find,
      sentences: { lists: 'reading lists of packages', download: n => `${n} packages`, unpack: 'unpacking' },
      onProgress: sentence => void process.stderr.write(`${sentence}\n`),
    }));
  if (!program) throw new Error('Galera can be had on Debian and Ubuntu only');
  return program;
}
