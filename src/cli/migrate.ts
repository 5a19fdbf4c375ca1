// duban migrate: makes the tables, or brings them up to date; --down takes the last step back.
import { type Command } from 'commander';
import { grantsFor } from '../database/grants';
import { migrate } from '../database/schema';
import { connect } from './connection';
import { tell } from './exit-codes';

export function addMigrateCommand(program: Command): void {
  program
    .command('migrate')
    .description('建立或更新数据库表结构')
    .option('--down', '退回最近一步')
    .option('--grants <account>', "不改表，只列出运行账号所需的最小授权语句，如 \"'duban'@'10.1.2.%'\"")
    .action(async (options: { down?: boolean; grants?: string }) => {
      const { dataSource, close } = await connect({ anySchema: true, silentAfterMs: 600_000 });
      try {
        if (options.grants !== undefined) {
          process.stdout.write(`${(await grantsFor(dataSource, options.grants)).join('\n')}\n`);
          return;
        }
        const steps = await migrate(dataSource, options.down ? 'down' : 'up');
        tell(steps.length > 0 ? `已${options.down ? '退回' : '完成'}：${steps.join('、')}` : '表结构已是最新。');
      } finally {
        await close();
      }
    });
}
