// duban migrate: makes the tables, or brings them up to date; --down takes the last step back.
import { type Command } from 'commander';
import { migrate } from '../database/schema';
import { connect } from './connection';
import { tell } from './exit-codes';

export function addMigrateCommand(program: Command): void {
  program
    .command('migrate')
    .description('建立或更新数据库表结构')
    .option('--down', '退回最近一步')
    .action(async (options: { down?: boolean }) => {
      const { dataSource, close } = await connect({ anySchema: true, silentAfterMs: 600_000 });
      try {
        const steps = await migrate(dataSource, options.down ? 'down' : 'up');
        tell(steps.length > 0 ? `已${options.down ? '退回' : '完成'}：${steps.join('、')}` : '表结构已是最新。');
      } finally {
        await close();
      }
    });
}
