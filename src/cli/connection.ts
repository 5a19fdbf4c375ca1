// How commands reach the database: the one DATABASE_URL names, else the trial's own.
import { type DataSource } from 'typeorm';
import { type Clock, systemClock, TurnedClock } from '../clock';
import { type BaseConfig, loadBaseConfig } from '../config';
import { type ConnectionSettings } from '../database/connection-url';
import { createDataSource } from '../database/data-source';
import { schemaState } from '../database/schema';
import { AppError, messageOf } from '../errors';
import { openTrialDatabase } from '../trial/trial-database';
import { tell } from './exit-codes';

export interface Connection {
  dataSource: DataSource;
  clock: Clock;
  config: BaseConfig;
  close(): Promise<void>;
}

const triesAtStart = 10;
const pauseMs = 2000;

/**
 * Connects, trying again for about twenty seconds while the server is away, with a line for each try.
 * @throws AppError database_away after the last one
 */
export async function connectPatiently(
  settings: ConnectionSettings,
  options: { silentAfterMs?: number } = {},
): Promise<DataSource> {
  for (let attempt = 1; ; attempt++) {
    const dataSource = createDataSource(settings, options);
    try {
      return await dataSource.initialize();
    } catch (cause) {
      const { code } = cause as { code?: string };
      if (code === 'ER_ACCESS_DENIED_ERROR' || code === 'ER_BAD_DB_ERROR' || code === 'ER_DBACCESS_DENIED_ERROR')
        throw new AppError(
          'database_away',
          `数据库拒绝连接：${messageOf(cause)}。请检查 DATABASE_URL 中的用户、密码和库名。`,
          { expose: true, cause },
        );
      if (attempt >= triesAtStart)
        throw new AppError('database_away', `连不上数据库（试了 ${attempt} 次）：${messageOf(cause)}。`, {
          expose: true,
          cause,
        });
      tell(`连不上数据库（第 ${attempt} 次）：${messageOf(cause)}，${pauseMs / 1000} 秒后再试……`);
      await new Promise(resolve => setTimeout(resolve, pauseMs));
    }
  }
}

/** @throws AppError schema_unknown unless the tables are exactly this program's */
export async function requireSchema(dataSource: DataSource): Promise<void> {
  const state = await schemaState(dataSource);
  if (state === 'current') return;
  throw new AppError(
    'schema_unknown',
    state === 'behind'
      ? '数据库的表结构还没有建好或不是最新，请先运行 duban migrate。'
      : '数据库的表结构比本程序新，请使用新版程序。',
    { expose: true },
  );
}

/**
 * Opens the database a command works on.
 * @param options.anySchema - for the command that makes the tables
 */
export async function connect(options: { anySchema?: boolean; silentAfterMs?: number } = {}): Promise<Connection> {
  const config = loadBaseConfig(process.env);
  const clock = config.startsAt ? new TurnedClock(config.startsAt) : systemClock;
  if (!config.database) {
    const trial = await openTrialDatabase({ onProgress: tell });
    return { ...trial, clock: config.startsAt ? clock : trial.clock, config };
  }
  const dataSource = await connectPatiently(config.database, options);
  try {
    if (!options.anySchema) await requireSchema(dataSource);
  } catch (thrown) {
    await dataSource.destroy();
    throw thrown;
  }
  return { dataSource, clock, config, close: () => dataSource.destroy() };
}
