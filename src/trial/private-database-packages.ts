// MariaDB's packages of Debian and Ubuntu, for a machine without the program.
import { unpackPackages } from './debian-packages';
import { findUnpackedProgram, type DatabaseProgram } from './private-database-program';

/**
 * Downloads the server's packages (about 9 MB) and unpacks them into `target`.
 *
 * @returns null where this is no Debian or Ubuntu
 * @throws Error with apt's last lines when the packages cannot be had
 */
export function fetchPackages(target: string, onProgress: (sentence: string) => void): Promise<DatabaseProgram | null> {
  return unpackPackages(target, {
    // Older Ubuntu releases carry the version in the package's name.
    choices: [['mariadb-server-core'], ['mariadb-server-core-10.6']],
    find: findUnpackedProgram,
    sentences: {
      lists: '本机没有 MariaDB，正在读取系统软件源的目录（约 10～20 MB，只此一次）……',
      download: count => `正在下载 MariaDB（${count} 个软件包，约 9 MB，不安装到系统）……`,
      unpack: '正在解开 MariaDB……',
    },
    onProgress,
  });
}
