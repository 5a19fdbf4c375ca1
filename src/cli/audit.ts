// duban audit: who did what, when, with what before and after.
import { type Command } from 'commander';
import { instantOf, isCivilDate } from '../calendar/civil-date';
import { AuditEntry } from '../database/entities/schedule';
import { AppError } from '../errors';
import { momentName } from '../rendering/wording';
import { connect } from './connection';
import { printJson } from './exit-codes';

interface AuditOptions {
  since?: string;
  until?: string;
  act?: string;
  actor?: string;
  object?: string;
  limit: string;
  json?: boolean;
}

function day(name: string, value: string): string {
  if (!isCivilDate(value))
    throw new AppError('bad_input', `${name} “${value}”不是日期，请写成 2023-06-26 这样。`, { expose: true });
  return value;
}

async function runAudit(options: AuditOptions): Promise<void> {
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000)
    throw new AppError('bad_input', '--limit 应为 1 到 10000 之间的整数。', { expose: true });
  const { since, until, act, actor, object } = options;
  const from = since === undefined ? null : instantOf(day('--since', since), '00:00');
  const to = until === undefined ? null : new Date(instantOf(day('--until', until), '00:00').getTime() + 86_400_000);
  const { dataSource, close } = await connect();
  try {
    const query = dataSource
      .getRepository(AuditEntry)
      .createQueryBuilder('e')
      .orderBy('e.at', 'DESC')
      .addOrderBy('e.id', 'DESC');
    if (from) query.andWhere('e.at >= :from', { from });
    if (to) query.andWhere('e.at < :to', { to });
    if (act !== undefined) query.andWhere('e.act = :act', { act });
    if (actor !== undefined) query.andWhere('e.actor LIKE :actor', { actor: `%${actor.replace(/[\\%_]/g, '\\$&')}%` });
    if (object !== undefined) query.andWhere('e.object = :object', { object });
    const entries = await query.take(limit).getMany();
    if (options.json) printJson(entries);
    else
      process.stdout.write(
        entries
          .map(
            entry =>
              `${entry.at.toISOString().slice(0, 4)}-${momentName(entry.at)} ${entry.actor} ${entry.act} ${entry.object} ${JSON.stringify(entry.before)} → ${JSON.stringify(entry.after)}\n`,
          )
          .join(''),
      );
  } finally {
    await close();
  }
}

export function addAuditCommand(program: Command): void {
  program
    .command('audit')
    .description('审计记录：谁在什么时候做了什么，前后各是什么')
    .option('--since <日期>', '从这一天起')
    .option('--until <日期>', '到这一天止')
    .option('--act <动作>', '如 accept_closure、group_bind')
    .option('--actor <姓名>', '姓名或单位中的几个字')
    .option('--object <对象>', '如 task:38')
    .option('--limit <条数>', '最多多少条', '200')
    .option('--json', '按 JSON 写到标准输出')
    .action(runAudit);
}
