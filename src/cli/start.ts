// duban start: the production process, or, with nothing configured, the trial; duban trial.
import { type Command } from 'commander';
import { startApp } from '../app';
import { systemClock, TurnedClock } from '../clock';
import { loadBaseConfig, loadConfig, nothingSet } from '../config';
import { createLogger, type Logger } from '../logger';
import { startTrial } from '../trial/trial';
import { resetTrial } from '../trial/trial-database';
import { connectPatiently, requireSchema } from './connection';
import { exitCodes, tell } from './exit-codes';

interface Running {
  stop(): Promise<void>;
}

/** Keeps a start alive until the first SIGINT or SIGTERM, then stops everything it started; a second one ends at once. */
async function runUntilStopped(running: Running, logger: Logger): Promise<void> {
  await new Promise<void>(resolve => {
    let stopping = false;
    const onSignal = (signal: NodeJS.Signals): void => {
      if (stopping) process.exit(exitCodes.fault);
      stopping = true;
      logger.info({ event: 'stopping', signal });
      resolve();
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
  await running.stop();
}

function guardProcess(logger: Logger): void {
  process.on('unhandledRejection', reason => {
    logger.error({ event: 'unhandled_rejection', err: reason });
  });
}

async function startProduction(): Promise<void> {
  const config = loadConfig(process.env);
  const logger = createLogger(config.logLevel);
  guardProcess(logger);
  const clock = config.startsAt ? new TurnedClock(config.startsAt) : systemClock;
  const dataSource = await connectPatiently(config.database);
  try {
    await requireSchema(dataSource);
    const app = await startApp({ dataSource, dingtalk: config.dingtalk, web: config.web, clock, logger });
    await runUntilStopped(app, logger);
  } finally {
    await dataSource.destroy();
  }
}

async function runTrial(): Promise<void> {
  const config = loadBaseConfig(process.env);
  const logger = createLogger(process.env.DUBAN_LOG ? config.logLevel : 'warn');
  guardProcess(logger);
  const begun = performance.now();
  const trial = await startTrial({ web: config.web, startsAt: config.startsAt, logger, onProgress: tell });
  tell(`模拟群聊已就绪（${((performance.now() - begun) / 1000).toFixed(1)} 秒）：${trial.url}`);
  tell('在浏览器打开上面的地址，选一个人，说“我局本周任务”。按 Ctrl-C 停止；duban trial --reset 重新开始。');
  await runUntilStopped(trial, logger);
  tell('已停止，下次启动接着现在的进度。');
}

export function addStartCommands(program: Command): void {
  program
    .command('start', { isDefault: true })
    .description('启动：配置齐全时为正式运行，什么都没有配置时为体验')
    .action(() => (nothingSet(process.env) ? runTrial() : startProduction()));
  program
    .command('trial')
    .description('体验：自带数据库、示例清单、示例人员和模拟群聊')
    .option('--reset', '清空体验数据，重新开始')
    .action(async (options: { reset?: boolean }) => {
      if (options.reset) {
        await resetTrial();
        tell('体验数据已清空。');
      }
      await runTrial();
    });
}
