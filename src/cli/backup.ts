// duban backup, duban restore: everything the database holds, into a file and back into an empty database.
import { existsSync } from 'node:fs';
import { type Command } from 'commander';
import { wallTimeOf, civilDateOf } from '../calendar/civil-date';
import { AppError } from '../errors';
import { backUp, restore } from '../maintenance/backup';
import { connect } from './connection';
import { printJson, tell } from './exit-codes';

const patientMs = 600_000;
const passphrase = (): string | null => process.env.DUBAN_BACKUP_KEY?.trim() ?? null;

export function addBackupCommands(program: Command): void {
  program
    .command('backup')
    .argument('[file]', '备份文件；不写则为 duban-日期-时间.jsonl.gz')
    .description('把数据库备份成一个压缩文件（设了 DUBAN_BACKUP_KEY 则加密）')
    .option('--json', '把结果按 JSON 写到标准输出')
    .action(async (given: string | undefined, options: { json?: boolean }) => {
      const { dataSource, clock, close } = await connect({ silentAfterMs: patientMs });
      try {
        const now = clock.now();
        const key = passphrase();
        const stamp = `${civilDateOf(now).replaceAll('-', '')}-${wallTimeOf(now).replace(':', '')}`;
        const file = given ?? `duban-${stamp}.jsonl.gz${key === null ? '' : '.enc'}`;
        if (existsSync(file)) throw new AppError('bad_input', `文件 ${file} 已经存在，没有备份。`, { expose: true });
        const counts = await backUp(dataSource, file, key, now);
        if (options.json) printJson({ file, encrypted: key !== null, ...counts });
        tell(
          `已备份到 ${file}：${counts.tables} 张表，${counts.rows} 行${key === null ? '，未加密，请妥善保管' : '，已加密'}。`,
        );
      } finally {
        await close();
      }
    });
  program
    .command('restore')
    .argument('<file>', '备份文件')
    .description('把备份恢复到一个空的数据库，并逐行核对')
    .option('--json', '把结果按 JSON 写到标准输出')
    .action(async (file: string, options: { json?: boolean }) => {
      if (!existsSync(file)) throw new AppError('bad_input', `没有文件 ${file}。`, { expose: true });
      const { dataSource, close } = await connect({ anySchema: true, silentAfterMs: patientMs });
      try {
        const counts = await restore(dataSource, file, passphrase());
        if (options.json) printJson({ file, ...counts });
        tell(`已恢复并核对：${counts.tables} 张表，${counts.rows} 行。请再运行 duban migrate 和 duban doctor。`);
      } finally {
        await close();
      }
    });
}
